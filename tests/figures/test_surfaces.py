"""Loss surfaces as maps and in space."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core import Scenario
from ce_viz.core.studies.comparison import loss_surfaces
from ce_viz.figures import surfaces

SCENARIOS = [
    Scenario(logits=(8.0, 0.0, 0.0), label=1),
    Scenario(logits=(1000.0, -1000.0, 0.0), label=1),
    Scenario(logits=(2.0, 1.0, 0.1), targets=(0.0, 0.0, 0.0), mode="soft"),
]


def both(scenario=SCENARIOS[0]):
    return loss_surfaces(scenario, (0, 1), learning_rate=0.5)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_plotly_takes_maps_and_surfaces(scenario, which):
    go.Figure(surfaces.contour(both(scenario), which, ("a", "b")))
    go.Figure(surfaces.space(both(scenario), which, ("a", "b"), turn=75))


@pytest.mark.parametrize("which", [0, 1])
def test_map_and_surface_hold_the_same_heights(which):
    held = both()
    expected = (held.cross_entropy, held.squared_error)[which]
    flat = surfaces.contour(held, which, ("a", "b"))["data"][0]
    space = surfaces.space(held, which, ("a", "b"), turn=0)["data"][0]
    np.testing.assert_allclose(np.array(flat["z"])[::-1], expected, rtol=1e-3)
    np.testing.assert_allclose(space["z"], expected, rtol=1e-3)


def test_first_row_of_a_map_is_its_top():
    trace = surfaces.contour(both(), 0, ("a", "b"))["data"][0]
    assert trace["y"][0] == max(trace["y"])
    assert trace["z"][0][-1] < trace["z"][-1][-1]  # the higher the true logit, the smaller the loss


@pytest.mark.parametrize("which", [0, 1])
def test_way_starts_at_the_current_logits(which):
    _, way, start = surfaces.contour(both(), which, ("a", "b"))["data"]
    assert (way["x"][0], way["y"][0]) == (start["x"][0], start["y"][0]) == (8.0, 0.0)


@pytest.mark.parametrize("which", [0, 1])
def test_way_in_space_lies_on_the_surface_and_does_not_sink_in(which):
    held = both()
    trace, way, _ = surfaces.space(held, which, ("a", "b"), turn=0)["data"]
    lift = np.array(way["z"]) - held.heights[which]
    assert (lift > 0).all()
    assert (lift < 0.03 * trace["cmax"]).all()


def test_contour_lines_stay_off_what_is_flat():
    trace = surfaces.space(both(), 1, ("a", "b"), turn=0)["data"][0]
    lines = trace["contours"]["z"]
    assert lines["start"] > 0
    assert lines["end"] < trace["cmax"]


def test_turning_moves_the_eye_around_and_lets_go_of_a_turn_by_hand():
    scenes = [surfaces.space(both(), 0, ("a", "b"), turn=turn)["layout"]["scene"] for turn in (0, 90)]
    assert scenes[0]["camera"]["eye"]["x"] == pytest.approx(scenes[1]["camera"]["eye"]["y"])
    assert scenes[0]["uirevision"] != scenes[1]["uirevision"]


def test_other_logits_leave_a_turn_by_hand_alone():
    scenes = [
        surfaces.space(both(scenario), 0, ("a", "b"), turn=10)["layout"]["scene"]
        for scenario in SCENARIOS[:2]
    ]
    assert scenes[0]["uirevision"] == scenes[1]["uirevision"]


def test_axis_names_are_text():
    figure = surfaces.contour(both(), 0, ("<b>x</b>", "y"))
    assert figure["layout"]["xaxis"]["title"]["text"] == "&lt;b&gt;x&lt;/b&gt;"


@pytest.mark.parametrize("which", [0, 1])
def test_a_map_is_a_small_message(which):
    assert len(json.dumps(surfaces.contour(both(), which, ("a", "b")), separators=(",", ":"))) < 14_000
