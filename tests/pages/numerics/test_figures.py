"""The tables of Numerics: what stands in the cells is what was computed; what broke is plain to see."""

import math
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core.studies.explicit_chain import explicit_chain
from ce_viz.core.studies.precision import DTYPES, FORMULAS, QUANTITIES, compare_formulas, first_breaks
from ce_viz.figures import style
from ce_viz.pages.numerics import figures as numerics
from ce_viz.strings.numbers import parse
from tests.figures.colours import colours

ROWS = [
    ((2.0, 1.0, 0.1), (0.0, 1.0, 0.0)),
    ((40.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
    ((1000.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    ((2.0, -math.inf, 1.0), (0.0, 1.0, 0.0)),
    ((1e4, -1e4), (0.0, 1.0)),
]


def compared(row):
    logits, targets = row
    return compare_formulas(logits, targets, targets.index(1.0))


def cells(figure):
    """What is written in each cell by all traces together: Plotly writes texts of cells without a value too."""
    return ["".join(texts) for texts in zip(*(_flat(trace["text"]) for trace in figure["data"]), strict=True)]


def _flat(rows):
    return [cell for row in rows for cell in row]


def breaks(quantity):
    first = np.stack([first_breaks(dtype)[quantity] for dtype in DTYPES], axis=-1).tolist()
    texts = [[numerics.break_text(logit, "never") for logit in row] for row in first]
    return numerics.breaks(first, texts, FORMULAS)


def broken_chain():
    return numerics.chain_product(explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0]), ["a", "b"])


def drawn():
    chain = explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    many = explicit_chain(np.linspace(-3, 800, 30), np.eye(30)[0])
    for row in ROWS:
        for quantity in range(len(QUANTITIES)):
            yield numerics.comparison(compared(row), quantity, FORMULAS)
    for quantity in range(len(QUANTITIES)):
        yield breaks(quantity)
    for each in (chain, many):
        yield numerics.chain_pull(each)
        yield numerics.chain_jacobian(each, 1.0)
        yield numerics.chain_product(each, ["a", "b"])


def test_plotly_accepts_every_figure():
    for figure in drawn():
        go.Figure(figure)


def test_every_colour_has_a_dark_twin():
    for figure in drawn():
        assert colours(figure) <= style.DARK.keys()


@pytest.mark.parametrize("row", ROWS)
def test_shown_results_read_back_to_the_computed_ones(row):
    comparison = compared(row)
    for q in range(len(QUANTITIES)):
        texts = cells(numerics.comparison(comparison, q, FORMULAS))
        for f in range(len(FORMULAS)):
            for d in range(len(DTYPES)):
                value = float(comparison.values[q, f, d])
                shown = parse(texts[f * len(DTYPES) + d].partition("<br>")[0])
                np.testing.assert_allclose(shown, value, rtol=6e-3, atol=5e-5 if abs(value) > 5e-5 else 0)


@pytest.mark.parametrize("row", ROWS)
def test_shown_errors_read_back_to_the_computed_ones(row):
    comparison = compared(row)
    for q in range(len(QUANTITIES)):
        texts = cells(numerics.comparison(comparison, q, FORMULAS))
        for text, error in zip(texts, comparison.ulp_errors[q].ravel(), strict=True):
            result, _, shown = re.sub(r"</?span[^>]*>", "", text).partition("<br>")
            if math.isinf(error):
                assert not shown
                assert result in {"NaN", "∞", "−∞"}
            else:
                np.testing.assert_allclose(parse(shown.removesuffix(" ULP")), error, rtol=0.06, atol=0.051)


def test_a_line_between_the_rows_keeps_each_result_with_its_error():
    shapes = numerics.comparison(compared(ROWS[0]), 0, FORMULAS)["layout"]["shapes"]
    assert [(line["y0"], line["y1"]) for line in shapes] == [(0.5, 0.5), (1.5, 1.5), (2.5, 2.5)]


def test_broken_results_are_ink_and_all_others_are_on_the_scale():
    comparison = compared(ROWS[2])
    loss = QUANTITIES.index("loss")
    scale, ink = numerics.comparison(comparison, loss, FORMULAS)["data"]
    broken = np.isinf(comparison.ulp_errors[loss])
    assert [[z is None for z in row] for row in scale["z"]] == broken.tolist()
    assert [[z is not None for z in row] for row in ink["z"]] == broken.tolist()
    assert ink["colorscale"][0][1] == style.INK


@pytest.mark.parametrize("figure", [numerics.comparison(compared(ROWS[2]), 2, FORMULAS), broken_chain()])
def test_what_stands_in_a_broken_cell_is_not_written_ink_on_ink(figure):
    scale, ink = figure["data"]
    assert scale["textfont"]["color"] == style.INK
    assert ink["textfont"]["color"] == style.CARD


def test_a_result_without_a_right_digit_is_fully_red_and_a_right_one_not_at_all():
    q = QUANTITIES.index("log_probs")
    figure = numerics.comparison(compared(ROWS[1]), q, FORMULAS)
    column = DTYPES.index("float64")
    z = [row[column] for row in figure["data"][0]["z"]]
    assert z[FORMULAS.index("shifted")] > 0.95
    assert z[FORMULAS.index("ours")] == 0


def test_types_stand_left_to_right_and_formulas_top_to_bottom():
    layout = numerics.comparison(compared(ROWS[0]), 0, FORMULAS)["layout"]
    assert layout["xaxis"]["ticktext"] == list(DTYPES)
    assert layout["yaxis"]["ticktext"] == list(FORMULAS)
    assert layout["yaxis"]["range"][0] > layout["yaxis"]["range"][1]


def test_breaking_logits_are_printed_to_two_decimals():
    q = QUANTITIES.index("probs")
    figure = breaks(q)
    rows = dict(zip(FORMULAS, zip(*[iter(cells(figure))] * len(DTYPES), strict=True), strict=True))
    assert rows["naive"] == ("11.09", "88.72", "709.78")
    assert rows["ours"] == ("never",) * 3
    (only,) = figure["data"]  # none of them is ink
    shade = dict(zip(FORMULAS, only["z"], strict=True))
    assert shade["ours"] == [0.0] * 3
    assert min(shade["naive"]) > 0


def test_nan_and_infinity_of_the_chain_are_written_in_their_cells():
    chain = explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    assert cells(numerics.chain_pull(chain)) == ["0.000", "−∞", "NaN"]
    assert cells(broken_chain()) == ["NaN"] * 3 + ["1.000", "−1.000", "0.000"]


def test_with_many_classes_the_chain_prints_no_numbers():
    many = explicit_chain(np.linspace(-3, 800, 30), np.eye(30)[0])
    for figure in (numerics.chain_pull(many), numerics.chain_jacobian(many, 1.0)):
        assert not any("text" in trace for trace in figure["data"])
