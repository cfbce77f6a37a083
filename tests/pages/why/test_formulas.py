"""The numbers in the formulas of Why cross-entropy are the core's, and each line's arithmetic is right."""

import math

import pytest

from ce_viz.core import Scenario, explain
from ce_viz.core.studies.comparison import both_gradients, labelled_class
from ce_viz.core.studies.optimum import smoothing_curves
from ce_viz.pages.why import formulas as why_formulas
from ce_viz.strings.numbers import parse
from tests.pages.latex_values import misprints, results, statements

SCENARIOS = [
    Scenario(),
    Scenario(label=1),
    Scenario(logits=(10.0, 0.0, 0.0), label=1),
    Scenario(label=1, mode="smoothed", temperature=2.0),
    Scenario(targets=(0.7, 0.7, 0.1), mode="soft"),
    Scenario(logits=(1.0, -0.5, 0.2), targets=(0.7, 0.7, 0.1), mode="soft", temperature=0.5),
    Scenario(logits=tuple(0.1 * k for k in range(30)), label=29),
    Scenario(logits=(40.0, 0.0, 0.0)),
    Scenario(logits=(1000.0, 0.0), label=1, temperature=0.05),
    Scenario(targets=(0.0, 0.0, 0.0), mode="soft"),
]


def gradients(scenario):
    explanation = explain(scenario)
    label = labelled_class(explanation.targets)
    expected = both_gradients(explanation.logits, explanation.targets, temperature=scenario.temperature)
    return why_formulas.gradients(explanation, label), [float(grad[label]) for grad in expected]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_gradients_end_in_the_cores_numbers(scenario):
    formulas, expected = gradients(scenario)
    for formula, value in zip(formulas, expected, strict=True):
        assert parse(results(formula)[-1]) == pytest.approx(value, rel=0.02, abs=6e-4)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_printed_numbers_give_the_printed_gradients(scenario):
    for formula in gradients(scenario)[0]:
        assert misprints(formula) == [], formula


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_gradient_has_a_line_of_numbers(scenario):
    assert all(statements(formula) for formula in gradients(scenario)[0])


def test_s_cancels_in_cross_entropy_and_stays_in_front_of_squared_error():
    entropy, distance = gradients(Scenario(label=1))[0]
    assert entropy.count(r"\cancel{S_i}") == 2
    assert r"\cancel" not in distance
    assert r"\boldsymbol{S_{2}}" in distance


@pytest.mark.parametrize(("scenario", "shown"), [(Scenario(), False), (SCENARIOS[4], True)])
def test_the_sum_of_y_stands_where_it_is_not_1(scenario, shown):
    assert (r"{\textstyle\sum} y" in gradients(scenario)[0][0]) is shown


def test_loss_is_the_sum_of_its_parts():
    explanation = explain(Scenario(mode="smoothed"))
    formula = why_formulas.loss_parts(explanation, explanation.entropy_of_targets, explanation.kl)
    assert parse(results(formula)[-1]) == pytest.approx(explanation.loss, abs=6e-4)
    assert misprints(formula) == []


@pytest.mark.parametrize(("label_smoothing", "temperature"), [(0.1, 1.0), (0.3, 2.0)])
def test_optimal_lead_is_the_cores(label_smoothing, temperature):
    curves = smoothing_curves(3, label_smoothing, temperature=temperature)
    formula = why_formulas.optimal_lead(curves, temperature)
    assert parse(results(formula)[-1]) == pytest.approx(curves.optimal_lead, abs=6e-4)


def test_without_smoothing_the_lead_is_infinite():
    formula = why_formulas.optimal_lead(smoothing_curves(3, 0.0), 1.0)
    assert parse(results(formula)[-1]) == math.inf


def test_loss_of_a_label_that_does_not_sum_to_1_is_that_of_the_normalised_one_times_its_sum():
    explanation = explain(Scenario(targets=(0.7, 0.7, 0.1), mode="soft"))
    formula = why_formulas.loss_parts(explanation, 1.2, explanation.loss - 1.2)
    assert r"\hat y = y / {\textstyle\sum} y" in formula
    assert r"\hat y" not in why_formulas.loss_parts(explain(Scenario()), 0.0, 0.4)
