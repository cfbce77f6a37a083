"""Curves with rules, notes and dots."""

import math

import plotly.graph_objects as go
import pytest

from ce_viz.figures import curves, style

LINE = {"color": style.LOSS, "width": 2, "dash": "solid"}


def drawn():
    return curves.curves([([0, 1, 2], [1.0, math.nan, 3.0], LINE, "a")], x_range=(0, 2), x_title="x")


def test_plotly_takes_a_figure_with_everything_in_it():
    figure = drawn()
    figure["layout"]["shapes"].append(curves.rule("h", 1.0))
    figure["data"].append(curves.dot(1, 2.0, LINE))
    curves.mark_here(figure, 1.0, "here")
    go.Figure(figure)


def test_what_is_not_finite_is_a_gap():
    assert drawn()["data"][0]["y"] == [1.0, None, 3.0]


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_a_log_axis_gets_no_dot_that_it_cannot_show(value):
    assert curves.dot(1, value, LINE, log=True)["y"] == [None]


@pytest.mark.parametrize(("x", "side"), [(0.0, "left"), (1.0, "center"), (2.0, "right")])
def test_the_word_at_a_place_stays_over_the_drawing(x, side):
    figure = drawn()
    curves.mark_here(figure, x, "here")
    assert figure["layout"]["annotations"][-1]["xanchor"] == side


def test_a_place_on_a_log_axis_is_marked_by_its_value_and_named_by_its_power():
    figure = drawn()
    curves.mark_here(figure, 100.0, "here", log=True)
    assert figure["layout"]["shapes"][-1]["x0"] == 100.0
    assert figure["layout"]["annotations"][-1]["x"] == 2.0


def test_powers_of_ten_are_written_as_powers():
    axis = curves.powers(1e-4, 100)
    assert axis["range"] == [-4, 2]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {
        1e-4: "10⁻⁴",
        1e-3: "10⁻³",
        1e-2: "10⁻²",
        1e-1: "10⁻¹",
        1.0: "1",
        10.0: "10",
        100.0: "10²",
    }


def test_a_long_log_axis_names_every_few_powers():
    assert len(curves.powers(1e-10, 1e10)["tickvals"]) <= 8
