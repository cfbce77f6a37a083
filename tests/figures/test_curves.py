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
    figure["layout"]["yaxis"]["range"] = [0, 1]
    curves.mark(figure, 1.0, "here")
    go.Figure(figure)


def test_what_is_not_finite_is_a_gap():
    assert drawn()["data"][0]["y"] == [1.0, None, 3.0]


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_a_log_axis_gets_no_dot_that_it_cannot_show(value):
    assert curves.dot(1, value, LINE, log=True)["y"] == [None]


def marked(x, **axes):
    figure = drawn()
    figure["layout"]["xaxis"] |= axes
    figure["layout"]["yaxis"] |= {"range": [0, 1]}
    curves.mark(figure, x, "here")
    return figure["data"][-2:]


@pytest.mark.parametrize(("x", "side"), [(0.0, "right"), (1.0, "center"), (2.0, "left")])
def test_the_word_at_a_place_stays_over_the_drawing(x, side):
    assert marked(x)[1]["textposition"] == f"top {side}"


def test_a_mark_spans_the_height():
    line, word = marked(1.0)
    assert (line["x"], line["y"]) == ([1.0, 1.0], [0, 1])
    assert (word["x"], word["y"], word["text"]) == ([1.0], [1], ["here"])


def test_a_mark_on_a_log_axis_has_its_place_by_the_power():
    assert marked(100.0, type="log", range=[0, 2])[1]["textposition"] == "top left"


def test_a_mark_spans_a_log_axis():
    figure = drawn()
    figure["layout"]["yaxis"] |= curves.powers(1e-3, 10)
    curves.mark(figure, 1.0, "here")
    assert figure["data"][-2]["y"] == pytest.approx([1e-3, 10])


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
