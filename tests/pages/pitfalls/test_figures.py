"""Pitfalls' figures draw the core's panels, wrong and right on the same axes, and Plotly takes them as they are."""

import math
from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core import Scenario
from ce_viz.core.studies.pitfalls import NAMES, pose
from ce_viz.core.studies.pitfalls.parts import panel
from ce_viz.figures import style
from ce_viz.pages.pitfalls import figures as pitfalls
from ce_viz.strings.numbers import number, parse
from tests.figures.colours import colours
from tests.for_each import for_each

CLASSES = ("cat", "<b>dog</b>", "owl", "4", "5", "6", "7", "8")
AXES = {"lead": "lead", "wrong_lead": "lead", "steps": "steps"}
SCENARIOS = {
    "default": Scenario(),
    "eight classes": Scenario(tuple(float(k % 3) for k in range(8)), label=4),
    "two soft": Scenario((1.0, -1.0), (0.9, 0.9), mode="soft"),
    "smoothed": Scenario(mode="smoothed", label_smoothing=0.3),
}


ROUNDS = [(name, scenario) for name in NAMES for scenario in SCENARIOS]
posed = cache(lambda name, scenario: pose(name, SCENARIOS[scenario]))


def pairs(of):
    return [
        pitfalls.pair(wrong, right, CLASSES, AXES) for wrong, right in zip(of.wrong, of.right, strict=True)
    ]


def figures(of):
    return [pitfalls.draw(panel, CLASSES, AXES) for panel in of.situation] + [
        figure for pair in pairs(of) for figure in pair
    ]


@for_each(("name", "scenario"), ROUNDS)
def test_plotly_accepts_the_figures(name, scenario):
    for figure in figures(posed(name, scenario)):
        go.Figure(figure)


@for_each(("name", "scenario"), ROUNDS)
def test_figures_hold_only_colours_that_have_a_dark_twin(name, scenario):
    assert colours(figures(posed(name, scenario))) <= set(style.DARK)


@for_each(("name", "scenario"), ROUNDS)
def test_wrong_and_right_stand_on_the_same_axes(name, scenario):
    for wrong, right in pairs(posed(name, scenario)):
        if wrong["data"][0]["type"] == "heatmap":
            assert [wrong["data"][0][end] for end in ("zmin", "zmax")] == [
                right["data"][0][end] for end in ("zmin", "zmax")
            ]
        else:
            assert wrong["layout"]["yaxis"]["range"] == right["layout"]["yaxis"]["range"]


@for_each(("name", "scenario"), ROUNDS)
def test_everything_drawn_lies_within_the_axes(name, scenario):
    for figure in figures(posed(name, scenario)):
        trace = figure["data"][0]
        if trace["type"] != "heatmap":
            low, high = figure["layout"]["yaxis"]["range"]
            assert all(low <= value <= high for value in trace["y"] if value is not None)


@for_each(("name", "scenario"), ROUNDS)
def test_printed_numbers_are_the_panels_values(name, scenario):
    for part in posed(name, scenario).situation:
        trace = pitfalls.draw(part, CLASSES, AXES)["data"][0]
        if "text" in trace:
            shown = [parse(text) for text in np.ravel(trace["text"])]
            np.testing.assert_allclose(shown, part.values.ravel(), rtol=0.06, atol=6e-4)


def test_row_one_of_a_matrix_is_on_top():
    figure = pitfalls.draw(panel("batch", "probs", [[0.1, 0.9], [0.3, 0.7]], rows="examples"), CLASSES, AXES)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high
    assert figure["layout"]["yaxis"]["ticktext"] == ["x₁", "x₂"]


def test_probabilities_are_not_drawn_on_the_signed_scale():
    probs = pitfalls.draw(panel("batch", "probs", [[0.1, 0.9]], rows="examples"), CLASSES, AXES)
    assert [colour for _, colour in probs["data"][0]["colorscale"]] == [style.CARD, style.PROBS]


def test_bar_that_cannot_be_drawn_is_said():
    figure = pitfalls.draw(panel("loss_terms", "loss", [0.0, math.nan]), CLASSES, AXES)
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["NaN"]
    assert figure["data"][0]["y"][1] is None


def test_infinite_bar_is_drawn_to_the_end_of_its_axis_and_said_once():
    figure = pitfalls.draw(panel("loss_terms", "loss", [0.0, math.inf]), CLASSES, AXES)
    assert figure["data"][0]["y"][1] == figure["layout"]["yaxis"]["range"][1]
    assert figure["data"][0]["text"][1] == "∞"
    assert not figure["layout"]["annotations"]


@pytest.mark.parametrize(("sums", "names"), [("rows", "xaxis"), ("columns", "yaxis")])
def test_sums_are_named_and_set_apart(sums, names):
    shape = (2, 3) if sums == "rows" else (3, 2)
    figure = pitfalls.draw(
        panel("terms", "signed", np.ones(shape), rows="outputs", columns="logits", sums=sums), CLASSES, AXES
    )
    assert figure["layout"][names]["ticktext"][-1] == "Σ"
    assert len(figure["layout"]["shapes"]) == 1


def test_curve_prints_its_last_value():
    curve = panel("losses", "loss", [1.0, 0.5, 0.25], at=[0, 1, 2], columns="steps")
    figure = pitfalls.draw(curve, CLASSES, AXES)
    end = figure["data"][1]
    assert (end["x"], end["y"], end["text"]) == ([2], [0.25], [number(0.25)])
    assert figure["layout"]["xaxis"]["title"]["text"] == "steps"


def test_curve_with_a_floor_prints_the_floor():
    curve = panel("loss", "loss", [2.0, 0.6], at=[0, 1], columns="lead", level=0.551)
    figure = pitfalls.draw(curve, CLASSES, AXES)
    assert figure["data"][1]["text"] == ["0.551"]
    assert figure["layout"]["shapes"][0]["y0"] == 0.551


def test_names_of_classes_are_escaped_once():
    figure = pitfalls.draw(panel("probs", "probs", [0.5, 0.5]), ("a&b", "<i>"), AXES)
    assert figure["layout"]["xaxis"]["ticktext"] == ["a&amp;b", "&lt;i&gt;"]
