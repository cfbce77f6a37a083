import dataclasses
import math

import numpy as np
import pytest

from ce_viz.core import (
    Explanation,
    Scenario,
    chain_rule_terms,
    cross_entropy,
    cross_entropy_grad,
    entropy,
    explain,
    finite_difference_grad,
    kl_divergence,
    log_softmax,
    probs_grad,
    softmax,
    softmax_jacobian,
)
from tests.for_each import for_each

INF = math.inf
RNG = np.random.default_rng(0)
SCENARIOS = {
    "default": Scenario(),
    "smoothed": Scenario(mode="smoothed", label=1),
    "soft": Scenario(mode="soft"),
    "sum is not 1": Scenario(mode="soft", targets=(3.0, 1.0, 0.5)),
    "huge": Scenario(logits=(1000.0, 0.0, -1000.0), label=2),
    "widest": Scenario(logits=(1e4, -1e4), label=1, temperature=0.05),
    "cool": Scenario(temperature=0.05),
    "hot": Scenario(temperature=20.0, mode="soft"),
    "tie": Scenario(logits=(1.0, 1.0, 0.0), label=0),
    "uniform": Scenario(logits=(0.0,) * 4, mode="soft", targets=(0.25,) * 4),
    "masked": Scenario(logits=(1.0, -INF, 0.0), label=0),
    "weight on a masked class": Scenario(logits=(1.0, -INF, 0.0), label=1),
    "nothing weighs": Scenario(mode="soft", targets=(0.0, 0.0, 0.0)),
    "30 classes": Scenario(
        logits=tuple(RNG.normal(size=30)), mode="soft", targets=tuple(RNG.dirichlet(np.ones(30)))
    ),
    "100 classes": Scenario(logits=tuple(RNG.normal(size=100) * 9), label=7),
}


@pytest.fixture(params=SCENARIOS)
def scenario(request):
    return SCENARIOS[request.param]


@pytest.fixture
def explanation(scenario):
    return explain(scenario)


def test_explanation_is_what_the_public_functions_say(scenario, explanation):
    heat = {"temperature": scenario.temperature}
    o, y = scenario.logits, scenario.effective_targets
    want = {
        "logits": o,
        "targets": y,
        "probs": softmax(o, **heat),
        "log_probs": log_softmax(o, **heat),
        "probs_grad": probs_grad(o, y, **heat),
        "jacobian": softmax_jacobian(o, **heat),
        "chain_rule": chain_rule_terms(o, y, **heat),
        "logits_grad": cross_entropy_grad(o, y, **heat),
        "finite_difference": finite_difference_grad(o, y, step=1e-5 * scenario.temperature, **heat),
        "loss": cross_entropy(o, y, **heat),
        "entropy_of_targets": entropy(y),
        "kl": kl_divergence(y, o, **heat),
        "targets_sum": math.fsum(y),
        "num_classes": len(o),
        "temperature": scenario.temperature,
    }
    for name, value in want.items():
        np.testing.assert_array_equal(getattr(explanation, name), value, err_msg=name)


def test_arrays_have_the_stated_shapes(explanation):
    count = explanation.num_classes
    for field in dataclasses.fields(Explanation):
        value = getattr(explanation, field.name)
        if isinstance(value, np.ndarray):
            square = field.name in ("jacobian", "chain_rule")
            assert value.shape == ((count, count) if square else (count,)), field.name
            assert value.dtype == np.float64, field.name


def test_arrays_are_read_only(explanation):
    arrays = [
        v
        for v in (getattr(explanation, f.name) for f in dataclasses.fields(explanation))
        if isinstance(v, np.ndarray)
    ]
    assert len(arrays) == 12
    assert not any(array.flags.writeable for array in arrays)


def test_explanation_cannot_be_changed(explanation):
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.loss = 0.0


def test_nothing_is_nan(explanation):
    for field in dataclasses.fields(Explanation):
        value = getattr(explanation, field.name)
        if field.name != "scenario":
            assert not np.isnan(value).any(), field.name


def test_loss_terms_add_up_to_the_loss(explanation):
    assert explanation.loss_terms.sum() == pytest.approx(explanation.loss, rel=1e-14)


def test_loss_is_entropy_plus_divergence(explanation):
    total = explanation.entropy_of_targets + explanation.kl
    assert explanation.loss == pytest.approx(total, rel=1e-13, abs=1e-13)


def test_column_sums_are_those_of_the_terms_as_they_stand(explanation):
    np.testing.assert_array_equal(explanation.chain_rule_sum, explanation.chain_rule.sum(axis=0))


def test_probs_minus_targets_is_the_gradient_where_targets_sum_to_1_and_t_is_1():
    explanation = explain(Scenario())
    np.testing.assert_array_equal(explanation.probs_minus_targets, explanation.logits_grad)


def test_probs_minus_targets_is_not_the_gradient_where_targets_do_not_sum_to_1():
    explanation = explain(SCENARIOS["sum is not 1"])
    assert np.abs(explanation.probs_minus_targets - explanation.logits_grad).min() > 0.1


@for_each(
    "check",
    ["probs_sum_error", "jacobian_row_error", "jacobian_column_error", "grad_sum_error", "chain_rule_error"],
)
def test_checks_find_only_rounding(explanation, check):
    size = max(1.0, explanation.targets_sum) / min(1.0, explanation.temperature)
    assert 0 <= getattr(explanation, check) <= 1e-15 * size


def test_central_differences_are_as_far_off_as_their_step_makes_them(explanation):
    size = max(1.0, explanation.targets_sum) / explanation.temperature
    assert 0 <= explanation.finite_difference_error <= 1e-11 * size


@for_each(
    ("check", "field", "broken"),
    [
        ("probs_sum_error", "probs", lambda e: abs(e.probs.sum() - 1)),
        ("jacobian_row_error", "jacobian", lambda e: np.abs(e.jacobian.sum(axis=1)).max()),
        ("jacobian_column_error", "jacobian", lambda e: np.abs(e.jacobian.sum(axis=0)).max()),
        ("chain_rule_error", "logits_grad", lambda e: np.abs(e.chain_rule_sum - e.logits_grad).max()),
        (
            "finite_difference_error",
            "logits_grad",
            lambda e: np.abs(e.finite_difference - e.logits_grad).max(),
        ),
    ],
)
def test_checks_are_computed_from_the_numbers_shown(explanation, check, field, broken):
    assert getattr(explanation, check) == pytest.approx(broken(explanation), abs=1e-15), field


def test_predicted_is_the_first_of_the_most_probable():
    assert explain(Scenario(logits=(0.0, 3.0, 3.0), label=0)).predicted == 1


def test_weight_on_a_masked_class_makes_the_loss_infinite():
    explanation = explain(SCENARIOS["weight on a masked class"])
    assert (explanation.loss, explanation.kl, explanation.probs_grad[1]) == (INF, INF, -INF)
