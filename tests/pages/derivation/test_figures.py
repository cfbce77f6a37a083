"""The derivation's charts draw the core's numbers, and light up what the line says."""

import math

import plotly.graph_objects as go
import pytest

from ce_viz.core import Scenario, explain
from ce_viz.core.studies.derivation import derive
from ce_viz.figures import quantities, style
from ce_viz.pages.derivation import figures
from tests.figures.colours import colours
from tests.for_each import for_each

SCENARIOS = {
    "default": Scenario(),
    "two classes": Scenario((1.0, -1.0)),
    "soft, not one": Scenario(targets=(0.7, 1.7, 0.1), mode="soft"),
    "masked": Scenario((2.0, 1.0, -math.inf)),
    "huge": Scenario((1000.0, 0.0, -1000.0)),
    "eight classes": Scenario(tuple(map(float, range(8)))),
    "thirty classes": Scenario(tuple(float(k % 7) for k in range(30)), temperature=0.5),
}


def lit_jacobian(explanation):
    figure = figures.lit_cells(quantities.jacobian(explanation), lambda i, j: i == j)
    return figures.framed(figure, row=0, column=1)


def lit_probs(explanation, names):
    return figures.lit_bars(quantities.probs(explanation, names), {1})


OF_PROOF = {f.__name__: f for f in (figures.jacobian_with_sums, figures.inputs, figures.weight_grad)}
OF_PROOF_AND_NAMES = {f.__name__: f for f in (figures.exponentials, figures.column)}
OF_EXPLANATION_AND_NAMES = {f.__name__: f for f in (figures.probs_against_targets, figures.routes, lit_probs)}
FIGURES = [*OF_PROOF, *OF_PROOF_AND_NAMES, *OF_EXPLANATION_AND_NAMES, "lit_jacobian"]


def proof_of(scenario):
    return derive(explain(scenario), 0, 1, (1.0, -2.0))


def draw(name, scenario):
    proof = proof_of(scenario)
    names = tuple(f"class {k}" for k in range(proof.explanation.num_classes))
    if name == "lit_jacobian":
        return lit_jacobian(proof.explanation)
    if name in OF_PROOF:
        return OF_PROOF[name](proof)
    if name in OF_PROOF_AND_NAMES:
        return OF_PROOF_AND_NAMES[name](proof, names)
    return OF_EXPLANATION_AND_NAMES[name](proof.explanation, names)


@for_each("scenario", SCENARIOS.values(), ids=SCENARIOS)
@for_each("name", FIGURES)
def test_plotly_accepts_the_figure(name, scenario):
    go.Figure(draw(name, scenario))


def test_infinity_in_a_faded_bar_is_dark():
    figure = figures.lit_bars(quantities.logits(explain(SCENARIOS["masked"]), ("a", "b", "c")), {0})
    assert figure["data"][0]["insidetextfont"]["color"] == [style.CARD, style.INK, style.INK]
    go.Figure(figure)


@for_each("scenario", SCENARIOS.values(), ids=SCENARIOS)
@for_each("name", FIGURES)
def test_figure_holds_only_colours_that_have_a_dark_twin(name, scenario):
    assert colours(draw(name, scenario)) <= set(style.DARK)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_last_bar_of_the_exponentials_is_their_sum(scenario):
    figure, proof = draw("exponentials", scenario), proof_of(scenario)
    *terms, total = figure["data"][0]["y"]
    assert terms == pytest.approx(proof.exponentials.tolist(), rel=1e-5)
    assert total == pytest.approx(proof.total, rel=1e-5)
    assert figure["layout"]["xaxis"]["ticktext"][-1] == "Z"
    assert figure["layout"]["xaxis"]["tickvals"][-1] == len(terms)


def test_numerator_moving_term_and_denominator_are_lit():
    opacity = draw("exponentials", Scenario())["data"][0]["marker"]["opacity"]
    assert [value == 1 for value in opacity] == [True, True, False, True]


def test_lit_cells_are_drawn_in_full_over_the_faded_matrix():
    explanation = explain(Scenario())
    faded, bright = figures.lit_cells(quantities.jacobian(explanation), lambda i, j: i == j)["data"]
    assert faded["opacity"] < 1
    assert [value for row in faded["z"] for value in row] == pytest.approx(
        explanation.jacobian.ravel().tolist(), rel=1e-5
    )
    for i, row in enumerate(bright["z"]):
        for j, value in enumerate(row):
            assert (value is not None) == (i == j)
            assert (bright["text"][i][j] != "") == (i == j)
    assert "opacity" not in bright


@pytest.mark.parametrize(
    ("place", "corners"),
    [
        ({"row": 0, "column": 2}, (1.5, 2.5, -0.5, 0.5)),
        ({"row": 1}, (-0.5, 2.5, 0.5, 1.5)),
        ({"column": 1}, (0.5, 1.5, -0.5, 2.5)),
    ],
)
def test_frame_stands_around_the_cell_the_row_or_the_column(place, corners):
    shape = figures.framed(quantities.jacobian(explain(Scenario())), **place)["layout"]["shapes"][-1]
    assert (shape["x0"], shape["x1"], shape["y0"], shape["y1"]) == corners


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_last_column_beside_the_jacobian_is_zero(scenario):
    assert [row[-1] for row in draw("jacobian_with_sums", scenario)["data"][0]["z"]] == [0.0] * len(
        scenario.logits
    )


def test_label_stands_as_a_mark_at_each_probability():
    scenario = SCENARIOS["soft, not one"]
    figure = draw("probs_against_targets", scenario)
    assert figure["data"][0]["y"] == pytest.approx(explain(scenario).probs.tolist(), rel=1e-5)
    assert figure["data"][1]["y"] == list(scenario.targets)
    assert figure["layout"]["yaxis"]["range"][1] > max(scenario.targets)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_column_adds_up_to_the_gradient(scenario):
    *terms, total = draw("column", scenario)["data"][0]["y"]
    explanation = explain(scenario)
    assert terms == pytest.approx(explanation.chain_rule[:, 1].tolist(), rel=1e-5)
    assert total == pytest.approx(explanation.logits_grad[1], rel=1e-5, abs=1e-12)


def test_weight_gradient_has_a_row_per_logit_and_a_column_per_input():
    figure = draw("weight_grad", Scenario())
    assert len(figure["data"][0]["z"]) == 3
    assert figure["layout"]["yaxis"]["ticktext"] == ["o₁", "o₂", "o₃"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["x₁", "x₂"]


def test_many_rows_are_not_crowded_with_numbers():
    assert "text" not in draw("weight_grad", SCENARIOS["thirty classes"])["data"][0]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_three_ways_to_the_gradient_are_drawn_and_meet(scenario):
    chained, fused, measured = (trace["y"] for trace in draw("routes", scenario)["data"])
    assert chained == pytest.approx(fused, abs=1e-5)
    assert measured == pytest.approx(fused, abs=1e-4)
