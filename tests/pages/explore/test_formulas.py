"""The formulas of Explore's panels: printed numbers give the printed result, and that is the core's."""

import math

import pytest

from ce_viz.core import Scenario, explain
from ce_viz.pages.explore.formulas import column_sum, jacobian_cell
from ce_viz.strings.numbers import parse, shows
from tests.pages.latex_values import misprints, results

SCENARIOS = {
    "default": Scenario(),
    "sure": Scenario((40.0, 0.0, 0.0)),
    "tie": Scenario((0.0, 0.0)),
    "soft": Scenario((1.0, 2.5, 0.0, -1.0), (0.62, 0.28, 0.08, 0.02), mode="soft", temperature=2.0),
    "not one": Scenario(targets=(0.7, 0.7, 0.1), mode="soft"),
    "nothing": Scenario(targets=(0.0, 0.0, 0.0), mode="soft"),
    "masked": Scenario((2.0, 1.0, -math.inf, 0.5)),
    "huge": Scenario((1000.0, 0.0, -1000.0), temperature=0.05),
    "many": Scenario(tuple(round(2.5 * math.sin(1.7 * k) + 0.05 * k, 1) for k in range(30)), label=7),
}
CELLS = [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_printed_factors_give_the_printed_cell_and_that_is_the_cores(scenario):
    explanation = explain(scenario)
    for i, j in CELLS:
        text = r" \\ ".join(jacobian_cell(explanation, i, j))
        assert misprints(text) == [], text
        assert shows(results(text)[-1], explanation.jacobian[i, j])


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_printed_terms_give_the_printed_gradient_and_that_is_the_cores(scenario):
    explanation = explain(scenario)
    for j in (0, 1):
        text = column_sum(explanation, j)
        assert misprints(text) == [], text
        assert shows(results(text)[-1], explanation.logits_grad[j])


def test_what_is_left_next_to_1_has_digits_of_its_own():
    (text,) = jacobian_cell(explain(SCENARIOS["sure"]), 0, 0)[1:]
    assert parse(results(text)[-1]) == pytest.approx(8.5e-18, rel=0.01)
    assert "1 - 1.000" not in text


def test_an_exact_result_is_equal():
    assert r"\approx" not in jacobian_cell(explain(SCENARIOS["tie"]), 0, 0)[1]
    assert r"\approx" in jacobian_cell(explain(SCENARIOS["default"]), 0, 0)[1]
