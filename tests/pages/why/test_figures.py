"""Gradients over the gap and the race: what is drawn is what was computed."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core import Scenario
from ce_viz.core.studies.comparison import gap_curves
from ce_viz.core.studies.race import run_race
from ce_viz.figures import style
from ce_viz.pages.why import figures as why
from ce_viz.strings import LANGUAGES, words

NAMES = ("cross-entropy", "squared error")
FACTORS = ("a", "b", "c")
AXES = {"gap_axis": "gap", "here": "here", "steps_axis": "steps"}
WRONG = Scenario(logits=(8.0, 0.0, 0.0), label=1)
SCENARIOS = [
    WRONG,
    Scenario(logits=(1000.0, 0.0), label=1),
    Scenario(logits=(0.0, -137.0), label=0),
    Scenario(logits=(1.0, 0.0, -math.inf), label=1, temperature=0.05),
    Scenario(logits=(2.0, 1.0, 0.1), targets=(0.7, 0.7, 0.1), mode="soft", temperature=20.0),
    Scenario(logits=tuple(float(k) for k in range(100)), label=3),
]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_plotly_takes_the_gap_charts(scenario, log):
    gap = gap_curves(scenario)
    go.Figure(why.gap_gradients(gap, NAMES, AXES, log=log))
    go.Figure(why.gap_factors(gap, FACTORS, AXES))


@pytest.mark.parametrize("step", [0, 7, 20])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_plotly_takes_the_race_charts(scenario, step):
    race = run_race(scenario, 0.5)
    go.Figure(why.race_losses(race, step, NAMES, AXES))
    go.Figure(why.race_label(race, step, 0, NAMES, AXES))
    if len(scenario.logits) == 3:
        go.Figure(why.race_simplex(race, step, ("cat", "dog", "owl"), NAMES))


def test_curves_are_the_gradients_sizes():
    gap = gap_curves(WRONG)
    cross, squared = why.gap_gradients(gap, NAMES, AXES, log=False)["data"][:2]
    np.testing.assert_allclose(cross["y"], gap.cross_entropy, rtol=1e-5)
    np.testing.assert_allclose(squared["y"], gap.squared_error, rtol=1e-5)
    np.testing.assert_allclose(cross["x"], gap.gaps)


@pytest.mark.parametrize("log", [False, True])
def test_dots_lie_at_the_current_logits(log):
    gap = gap_curves(WRONG)
    dots = why.gap_gradients(gap, NAMES, AXES, log=log)["data"][-2:]
    assert [(dot["x"][0], dot["y"][0]) for dot in dots] == [
        (8.0, pytest.approx(gap.sizes[0], rel=1e-5)),
        (8.0, pytest.approx(gap.sizes[1], rel=1e-5)),
    ]


def test_value_axis_is_linear_or_logarithmic_as_asked():
    gap = gap_curves(WRONG)
    kinds = [
        why.gap_gradients(gap, NAMES, AXES, log=log)["layout"]["yaxis"].get("type") for log in (False, True)
    ]
    assert kinds == [None, "log"]


def test_value_axis_has_room_for_a_gradient_that_carries_a_large_1_over_t():
    gap = gap_curves(Scenario(logits=(8.0, 0.0), label=1, temperature=0.05))
    assert why.gap_gradients(gap, NAMES, AXES, log=False)["layout"]["yaxis"]["range"][1] >= 20


def test_losses_look_different_without_colour():
    dashes = [line["dash"] for line in why.RACERS]
    assert dashes == ["solid", "dash"]


@pytest.mark.parametrize("step", [0, 1, 100, 654])
def test_race_is_drawn_up_to_the_step_and_not_beyond(step):
    race = run_race(WRONG, 0.5)
    for trace, racer in zip(why.race_losses(race, step, NAMES, AXES)["data"][:2], range(2), strict=True):
        assert trace["x"][-1] == step
        assert trace["y"][-1] == pytest.approx(race.losses[racer, step], rel=1e-5)
        assert len(trace["x"]) <= 130


def still(figure):
    """The figure without what the browser moves."""
    moving = ("x", "y", "z", "text")
    sizes = [[len(trace[key]) for key in moving if key in trace] for trace in figure["data"]]
    return figure["layout"], sizes, [{k: v for k, v in t.items() if k not in moving} for t in figure["data"]]


def test_a_frame_of_the_race_only_moves_what_is_drawn():
    race = run_race(WRONG, 0.5)
    for drawn in (why.race_losses, lambda *args: why.race_label(*args[:2], 0, *args[2:])):
        assert still(drawn(race, 21, NAMES, AXES)) == still(drawn(race, 23, NAMES, AXES))


def test_a_moved_logit_only_moves_what_is_drawn():
    gaps = [gap_curves(Scenario(logits=(lead, 0.5, 0.0), label=1)) for lead in (3.0, 3.1)]
    for log in (False, True):
        one, other = (why.gap_gradients(gap, NAMES, AXES, log=log) for gap in gaps)
        assert still(one) == still(other)
        assert one != other
    one, other = (why.gap_factors(gap, FACTORS, AXES) for gap in gaps)
    assert still(one) == still(other)


def test_goal_is_drawn_at_its_height():
    race = run_race(WRONG, 0.5)
    assert why.race_losses(race, 5, NAMES, AXES)["layout"]["shapes"][0]["y0"] == race.goal


def test_triangle_holds_the_probabilities_of_both_racers():
    race = run_race(WRONG, 0.5)
    figure = why.race_simplex(race, 10, ("cat", "dog", "owl"), NAMES)
    for racer in range(2):
        line, head = figure["data"][2 * racer : 2 * racer + 2]
        expected = race.probs[racer, :11].T
        way = [line[letter][:11] for letter in "abc"]
        np.testing.assert_allclose(way, expected, rtol=1e-5, atol=1e-12)
        np.testing.assert_allclose([head["a"], head["b"], head["c"]], expected[:, -1:], rtol=1e-5, atol=1e-12)


def test_class_names_at_the_corners_are_text():
    race = run_race(WRONG, 0.5)
    figure = why.race_simplex(race, 1, ("<b>x</b>", "dog", "owl"), NAMES)
    assert figure["data"][-1]["text"] == ["&lt;b&gt;x&lt;/b&gt;"]
    assert [figure["layout"]["ternary"][f"{side}axis"]["title"]["text"] for side in "abc"] == [
        "",
        " <br>dog",
        " <br>owl",
    ]


def test_dots_of_a_race_do_not_begin_on_the_numbers_beside_them():
    low, high = why.race_losses(run_race(WRONG, 0.5), 0, NAMES, AXES)["layout"]["xaxis"]["range"]
    assert low == pytest.approx(-0.03 * 10)
    assert high == pytest.approx(1.03 * 10)


def test_colours_have_dark_twins():
    assert {line["color"] for line in why.RACERS} <= set(style.DARK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axis_words_exist(language):
    assert {"gap", "here", "steps", "lead", "temperature"} <= set(words(language).section("why.axes"))
