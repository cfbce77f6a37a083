"""What stands between the lines of the proof agrees with the proof's last line."""

import math

import numpy as np
import pytest
from scipy.special import logsumexp

from ce_viz.core import Scenario, cross_entropy, explain
from ce_viz.core.studies.derivation import derive

SCENARIOS = {
    "default": Scenario(),
    "smoothed, warm": Scenario(mode="smoothed", temperature=2.0),
    "soft, not one": Scenario((1.0, -0.5, 2.0, 0.0), (0.7, 0.7, 0.1, 0.0), mode="soft", temperature=0.5),
    "shifted": Scenario((30.0, 28.0, -5.0), label=1, mode="smoothed"),
    "huge": Scenario((1000.0, 0.0, -1000.0)),
    "masked": Scenario((2.0, 1.0, -math.inf, 0.5)),
}
X = (1.0, -2.0)


@pytest.fixture(params=list(SCENARIOS.values()), ids=list(SCENARIOS))
def explanation(request):
    return explain(request.param)


def cells(explanation):
    classes = range(explanation.num_classes)
    return [(i, j) for i in classes for j in classes]


def test_quotient_rule_gives_the_jacobians_cell(explanation):
    for i, j in cells(explanation):
        proof = derive(explanation, i, j, X)
        u, v = proof.exponentials[i], proof.total
        slope = (proof.numerator_slope * v - u * proof.denominator_slope) / v**2
        assert slope == pytest.approx(explanation.jacobian[i, j], rel=1e-9, abs=1e-12)


def test_softmax_is_the_same_with_and_without_the_shift(explanation):
    proof = derive(explanation, 0, 0, X)
    assert proof.exponentials / proof.total == pytest.approx(explanation.probs, rel=1e-12)
    assert proof.shifted_exponentials / proof.shifted_total == pytest.approx(explanation.probs, rel=1e-12)


def test_numbers_are_shifted_only_where_exponents_pass_ten():
    plain = derive(explain(Scenario((10.0, -10.0), label=0)), 0, 0, X)
    beyond = derive(explain(Scenario((10.1, 0.0), label=0)), 0, 0, X)
    assert not plain.shifted
    assert plain.exponents.tolist() == [10.0, -10.0]
    assert beyond.shifted
    assert beyond.exponents.tolist() == pytest.approx([0.0, -10.1])


def test_temperature_counts_towards_the_exponents():
    assert derive(explain(Scenario((2.0, 1.0), label=0, temperature=0.1)), 0, 0, X).shifted
    assert not derive(explain(Scenario((20.0, 1.0), label=0, temperature=2.0)), 0, 0, X).shifted


@pytest.mark.parametrize("lead", [0.0, 5.0, 40.0, 300.0])
def test_complement_keeps_its_digits_next_to_one(lead):
    proof = derive(explain(Scenario((lead, 0.0), label=0)), 0, 0, X)
    assert proof.complements[0] == pytest.approx(math.exp(-lead) / (1 + math.exp(-lead)), rel=1e-15)


def test_complements_and_probabilities_make_one(explanation):
    proof = derive(explanation, 0, 0, X)
    assert proof.complements + explanation.probs == pytest.approx(1.0, abs=1e-15)


def test_rows_of_the_jacobian_and_the_gradient_sum_to_exactly_zero(explanation):
    proof = derive(explanation, 0, 0, X)
    assert proof.jacobian_row_sums.tolist() == [0.0] * explanation.num_classes
    assert proof.logits_grad_sum == 0.0


def test_short_formula_sums_to_one_minus_the_labels_sum(explanation):
    assert derive(explanation, 0, 0, X).wrong_sum == pytest.approx(1 - explanation.targets_sum, abs=1e-12)


def test_collected_terms_make_the_gradient(explanation):
    for j in range(explanation.num_classes):
        proof = derive(explanation, 0, j, X)
        own = -explanation.targets[j] * proof.complements[j]
        others = proof.other_targets * explanation.probs[j]
        gradient = (own + others) / explanation.temperature
        assert gradient == pytest.approx(explanation.logits_grad[j], rel=1e-12, abs=1e-15)


def test_other_output_is_the_picked_one_or_the_strongest_rival():
    explanation = explain(Scenario((0.0, 3.0, -math.inf, 1.0)))
    assert [derive(explanation, 0, j, X).other for j in (1, 2, 3)] == [0, 0, 0]
    assert derive(explanation, 1, 1, X).other == 3
    assert derive(explanation, 3, 3, X).other == 1


def test_second_route_gives_the_loss(explanation):
    proof = derive(explanation, 0, 0, X)
    finite = explanation.logits[np.isfinite(explanation.logits)] / explanation.temperature
    assert proof.log_total == pytest.approx(logsumexp(finite), rel=1e-14)
    loss = explanation.targets_sum * proof.log_total - proof.targets_dot_logits
    assert loss == pytest.approx(explanation.loss, rel=1e-12, abs=1e-12)


def test_weight_gradient_is_the_gradient_by_the_logits_times_the_input(explanation):
    outer = np.outer(explanation.logits_grad, X)
    assert derive(explanation, 0, 0, X).weight_grad == pytest.approx(outer, rel=1e-14)


def test_weight_gradient_is_what_moving_a_weight_does_at_any_temperature():
    explanation = explain(SCENARIOS["soft, not one"])
    proof = derive(explanation, 0, 0, X)
    step = 1e-6
    for row, column in [(0, 0), (2, 1)]:
        moved = [explanation.logits.copy(), explanation.logits.copy()]
        for sign, logits in zip((1, -1), moved, strict=True):
            logits[row] += sign * step * X[column]
        up, down = (
            cross_entropy(logits, explanation.targets, temperature=explanation.temperature)
            for logits in moved
        )
        assert (up - down) / (2 * step) == pytest.approx(proof.weight_grad[row, column], rel=1e-7)


def test_arrays_are_read_only():
    proof = derive(explain(Scenario()), 0, 0, X)
    for array in (proof.exponentials, proof.complements, proof.inputs, proof.weight_grad, proof.probs_outer):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


@pytest.mark.parametrize(("i", "j"), [(3, 0), (0, 3), (-1, 0)])
def test_cell_beyond_the_classes_is_refused(i, j):
    with pytest.raises(ValueError, match=r"\[0, 2\]"):
        derive(explain(Scenario()), i, j, X)


def test_layer_without_inputs_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        derive(explain(Scenario()), 0, 0, ())
