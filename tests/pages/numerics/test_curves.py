"""The curves of Numerics: every formula is there, axes stand still, what broke lies on a line of its own."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core.studies.clipping import CLIPS, clipping_curves
from ce_viz.core.studies.precision import DTYPES, FORMULAS, gap_sweep, significant_bits
from ce_viz.core.studies.reference import overflow_threshold
from ce_viz.figures import style
from ce_viz.pages.numerics import curves as numerics_curves
from ce_viz.strings import words
from tests.figures.colours import colours

WORDS = words("en").section("numerics.axes")


def curves(dtype, *, lead, quantity="log_probs"):
    return numerics_curves.error_curves(
        gap_sweep(dtype),
        quantity,
        FORMULAS,
        bits=significant_bits(dtype),
        overflow=overflow_threshold(dtype),
        lead=lead,
        words=WORDS,
    )


def drawn():
    for dtype in DTYPES:
        for quantity in ("log_probs", "logits_grad"):
            yield curves(dtype, lead=12.0, quantity=quantity)
    for clip in CLIPS:
        yield numerics_curves.clipping_loss(clipping_curves(float(clip)), behind=3.0, words=WORDS)
        yield numerics_curves.clipping_grad(clipping_curves(float(clip)), behind=math.inf, words=WORDS)


def test_plotly_accepts_every_figure():
    for figure in drawn():
        go.Figure(figure)


def test_every_colour_has_a_dark_twin():
    for figure in drawn():
        assert colours(figure) <= style.DARK.keys()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("quantity", ["log_probs", "logits_grad"])
def test_each_formula_has_one_curve_and_its_broken_part_lies_on_the_top_line(dtype, quantity):
    figure = curves(dtype, lead=1.0, quantity=quantity)
    by_name = {trace["name"]: trace for trace in figure["data"] if "name" in trace}
    assert set(by_name) == set(FORMULAS)
    errors = getattr(gap_sweep(dtype), quantity)
    for f, formula in enumerate(FORMULAS):
        on_top = np.array(by_name[formula]["y"]) == numerics_curves.BROKEN_LEVEL
        np.testing.assert_array_equal(on_top, np.isinf(errors[f]))


def test_axes_of_the_error_curves_do_not_move_with_type_or_lead():
    layouts = [curves(dtype, lead=lead)["layout"] for dtype in DTYPES for lead in (0.0, 5.0, 2e4)]
    assert len({(*layout["xaxis"]["range"], *layout["yaxis"]["range"]) for layout in layouts}) == 1


@pytest.mark.parametrize(
    ("lead", "at", "name"),
    [
        (12.0, 12.0, "here"),
        (0.0, 0.5, "← here (0)"),
        (0.25, 0.5, "← here (0.2)"),
        (math.inf, 1000.0, "here (∞) →"),
        (2e4, 1000.0, "here (20000) →"),
    ],
)
def test_the_current_lead_is_marked_where_it_is_or_pinned_to_the_edge_with_its_place(lead, at, name):
    here = curves("float64", lead=lead)["data"][-1]
    assert here["x"] == [at] * 2
    assert here["text"] == ["", name]


@pytest.mark.parametrize(
    ("behind", "at", "name"),
    [(1000.0, 50.0, "here (1000) →"), (-math.inf, -10.0, "← here (−∞)"), (-40.0, -10.0, "← here (−40)")],
)
@pytest.mark.parametrize("draw", [numerics_curves.clipping_loss, numerics_curves.clipping_grad])
def test_a_true_class_too_far_behind_is_pinned_to_the_edge_too(draw, behind, at, name):
    here = draw(clipping_curves(1e-7), behind=behind, words=WORDS)["data"][-1]
    assert here["x"] == [at] * 2
    assert here["text"] == ["", name]


def test_the_mark_is_named_above_the_drawing_where_no_curve_crosses_the_name():
    for figure in drawn():
        here = figure["data"][-1]
        to_axis = math.log10 if figure["layout"]["yaxis"].get("type") == "log" else float
        assert to_axis(here["y"][1]) == pytest.approx(max(figure["layout"]["yaxis"]["range"]))
        assert here["textposition"].startswith("top ")
        assert here["cliponaxis"] is False


def test_only_the_mark_moves_with_the_settings():
    one, other = curves("float64", lead=3.0), curves("float64", lead=30.0)
    assert one["layout"] == other["layout"]
    assert one["data"][:-1] == other["data"][:-1]


def test_the_cap_of_the_clipped_loss_is_drawn_where_it_is():
    figure = numerics_curves.clipping_loss(clipping_curves(1e-7), behind=0.0, words=WORDS)
    lines = [shape["y0"] for shape in figure["layout"]["shapes"] if shape.get("xref") == "x domain"]
    assert lines == [-math.log(1e-7)]


def test_clipping_axes_do_not_move_with_the_clip():
    for draw in (numerics_curves.clipping_loss, numerics_curves.clipping_grad):
        axes = [
            draw(clipping_curves(float(clip)), behind=0.0, words=WORDS)["layout"]["yaxis"] for clip in CLIPS
        ]
        assert len({tuple(axis["range"]) for axis in axes}) == 1
