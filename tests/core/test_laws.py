"""Laws that hold for all inputs, tried on inputs that Hypothesis thinks up."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_viz.core import (
    chain_rule_terms,
    cross_entropy,
    cross_entropy_grad,
    cross_entropy_value_and_grad,
    entropy,
    finite_difference_grad,
    kl_divergence,
    log_softmax,
    probs_grad,
    softmax,
    softmax_entropy,
    softmax_jacobian,
    softmax_jvp,
    softmax_vjp,
    squared_error,
    squared_error_grad,
)

EPS = np.finfo(np.float64).eps
lawful = settings(max_examples=80, deadline=None, derandomize=True)

logit = st.one_of(st.floats(-50, 50), st.floats(-1e4, 1e4), st.just(-math.inf))
target = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 3))
temperature = st.floats(0.05, 20)
counts = st.integers(1, 8)


@st.composite
def rows(draw, count=counts, masks=True):
    """Logits with at least one class left, targets without weight on masked classes, a vector."""
    classes = draw(count)
    logits = draw(st.lists(logit if masks else st.floats(-50, 50), min_size=classes, max_size=classes))
    if max(logits) == -math.inf:
        logits[0] = 0.0
    targets = draw(st.lists(target, min_size=classes, max_size=classes))
    targets = [0.0 if o == -math.inf else y for o, y in zip(logits, targets, strict=True)]
    vector = draw(st.lists(st.floats(-9, 9), min_size=classes, max_size=classes))
    return np.array(logits), np.array(targets), np.array(vector)


@lawful
@given(rows(), temperature)
def test_probabilities_sum_to_1(row, temperature):
    probs = softmax(row[0], temperature=temperature)
    assert abs(math.fsum(probs) - 1) <= len(probs) * EPS / 2


@lawful
@given(rows(), temperature)
def test_probabilities_are_ordered_as_the_logits(row, temperature):
    probs = softmax(row[0], temperature=temperature)
    order = np.argsort(row[0])
    assert (np.diff(probs[order]) >= 0).all()


@lawful
@given(rows(), temperature)
def test_log_softmax_is_the_logarithm_of_softmax(row, temperature):
    probs, log_probs = softmax(row[0], temperature=temperature), log_softmax(row[0], temperature=temperature)
    seen = probs > 1e-300
    np.testing.assert_allclose(np.exp(log_probs[seen]), probs[seen], rtol=1e-12)


@lawful
@given(rows(masks=False), st.integers(-1000, 1000))
def test_same_number_added_to_all_logits_changes_nothing(row, shift):
    logits = np.round(row[0] * 2**20) / 2**20  # so that the sums below are exact
    np.testing.assert_array_equal(softmax(logits + shift), softmax(logits))


@pytest.mark.parametrize("shift", [1000.0, -1000.0])
@lawful
@given(row=rows(masks=False))
def test_loss_and_gradient_do_not_notice_a_shift_of_1000(row, shift):
    logits, targets, _ = row
    logits = np.round(logits * 2**20) / 2**20
    assert cross_entropy(logits + shift, targets) == cross_entropy(logits, targets)
    np.testing.assert_array_equal(
        cross_entropy_grad(logits + shift, targets), cross_entropy_grad(logits, targets)
    )


@lawful
@given(rows(), temperature)
def test_temperature_divides_the_logits(row, temperature):
    power_of_two = 2.0 ** round(math.log2(temperature))  # so that the quotients below are exact
    np.testing.assert_array_equal(softmax(row[0], temperature=power_of_two), softmax(row[0] / power_of_two))


@lawful
@given(rows(), temperature)
def test_rows_and_columns_of_the_jacobian_sum_to_0(row, temperature):
    jacobian = softmax_jacobian(row[0], temperature=temperature)
    bound = 2 * EPS * np.abs(jacobian).sum(axis=0)
    assert (np.abs(jacobian.sum(axis=0)) <= bound).all()
    assert (np.abs(jacobian.sum(axis=1)) <= bound).all()


@lawful
@given(rows(), temperature)
def test_jacobian_is_symmetric(row, temperature):
    jacobian = softmax_jacobian(row[0], temperature=temperature)
    np.testing.assert_allclose(jacobian, jacobian.T, rtol=2 * EPS, atol=1e-323)


@lawful
@given(rows(), temperature)
def test_column_sums_of_the_chain_rule_terms_are_the_gradient(row, temperature):
    logits, targets, _ = row
    terms = chain_rule_terms(logits, targets, temperature=temperature)
    grad = cross_entropy_grad(logits, targets, temperature=temperature)
    bound = len(logits) * EPS * np.abs(terms).sum(axis=0)
    assert (np.abs(terms.sum(axis=0) - grad) <= bound).all()


@lawful
@given(rows(masks=False), temperature)
def test_chain_rule_terms_are_the_first_derivative_times_the_second(row, temperature):
    logits, targets, _ = row
    first = probs_grad(logits, targets, temperature=temperature)
    if np.abs(first).max() < 1e100:
        product = first[:, None] * softmax_jacobian(logits, temperature=temperature)
        terms = chain_rule_terms(logits, targets, temperature=temperature)
        np.testing.assert_allclose(terms, product, rtol=8 * EPS, atol=1e-200)


@lawful
@given(rows(), temperature)
def test_gradient_sums_to_0_whatever_the_targets(row, temperature):
    logits, targets, _ = row
    grad = cross_entropy_grad(logits, targets, temperature=temperature)
    assert abs(math.fsum(grad)) <= EPS * math.fsum(np.abs(grad))


@lawful
@given(rows(), temperature)
def test_jvp_is_the_matrix_times_the_vector(row, temperature):
    logits, _, vector = row
    jacobian = softmax_jacobian(logits, temperature=temperature)
    bound = 8 * EPS * (np.abs(jacobian) @ np.abs(vector)) + 1e-320
    assert (np.abs(softmax_jvp(logits, vector, temperature=temperature) - jacobian @ vector) <= bound).all()


@lawful
@given(rows(), temperature)
def test_vjp_is_the_vector_times_the_matrix(row, temperature):
    logits, _, vector = row
    jacobian = softmax_jacobian(logits, temperature=temperature)
    bound = 8 * EPS * (np.abs(vector) @ np.abs(jacobian)) + 1e-320
    assert (np.abs(softmax_vjp(logits, vector, temperature=temperature) - vector @ jacobian) <= bound).all()


@lawful
@given(rows(masks=False), st.floats(0.2, 5))
def test_gradient_equals_central_differences(row, temperature):
    logits, targets, _ = row
    grad = cross_entropy_grad(logits, targets, temperature=temperature)
    differences = finite_difference_grad(logits, targets, step=1e-5 * temperature, temperature=temperature)
    np.testing.assert_allclose(
        differences, grad, rtol=1e-9, atol=1e-10 * max(1.0, targets.sum()) / temperature
    )


@lawful
@given(rows())
def test_cross_entropy_is_entropy_plus_divergence(row):
    logits, targets, _ = row
    total = entropy(targets) + kl_divergence(targets, logits)
    size = 1 + abs(entropy(targets)) + abs(kl_divergence(targets, logits))
    assert abs(cross_entropy(logits, targets) - total) <= 4 * EPS * size


@lawful
@given(rows(), temperature)
def test_entropy_is_between_0_and_log_k(row, temperature):
    left = np.isfinite(row[0]).sum()
    assert 0 <= softmax_entropy(row[0], temperature=temperature) <= math.log(left) * (1 + EPS)


@lawful
@given(rows(), temperature)
def test_loss_is_not_negative(row, temperature):
    assert cross_entropy(row[0], row[1], temperature=temperature) >= 0


@lawful
@given(rows(), temperature)
def test_squared_error_grad_is_the_vjp_of_the_error(row, temperature):
    logits, targets, _ = row
    error = softmax(logits, temperature=temperature) - targets
    size = 8 * EPS * (1 + np.abs(targets).max()) / temperature
    got = squared_error_grad(logits, targets, temperature=temperature)
    np.testing.assert_allclose(got, softmax_vjp(logits, error, temperature=temperature), rtol=0, atol=size)


ROWWISE = {
    "softmax": lambda o, y, v: softmax(o),
    "log_softmax": lambda o, y, v: log_softmax(o),
    "softmax_jacobian": lambda o, y, v: softmax_jacobian(o),
    "softmax_jvp": lambda o, y, v: softmax_jvp(o, v),
    "cross_entropy": lambda o, y, v: cross_entropy(o, y),
    "cross_entropy_grad": lambda o, y, v: cross_entropy_grad(o, y),
    "probs_grad": lambda o, y, v: probs_grad(o, y),
    "chain_rule_terms": lambda o, y, v: chain_rule_terms(o, y),
    "finite_difference_grad": lambda o, y, v: finite_difference_grad(o, y, step=1e-4),
    "entropy": lambda o, y, v: entropy(y),
    "softmax_entropy": lambda o, y, v: softmax_entropy(o),
    "kl_divergence": lambda o, y, v: kl_divergence(y, o),
    "squared_error": lambda o, y, v: squared_error(o, y),
    "squared_error_grad": lambda o, y, v: squared_error_grad(o, y),
}


@pytest.mark.parametrize("name", ROWWISE)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(drawn=st.lists(rows(count=st.just(5)), min_size=1, max_size=12))
def test_batch_equals_its_rows_one_by_one(name, drawn):
    """Although few rows and many go different ways: at most a tie of rounding falls otherwise."""
    logits, targets, vectors = (np.array(part) for part in zip(*drawn, strict=True))
    together = ROWWISE[name](logits, targets, vectors)
    alone = np.array([ROWWISE[name](*row) for row in drawn])
    np.testing.assert_allclose(together, alone, rtol=EPS, atol=0)


@lawful
@given(st.lists(rows(count=st.just(6)), min_size=1, max_size=9), st.sampled_from(["mean", "sum"]))
def test_fast_batch_equals_the_exact_one_to_its_stated_error(drawn, reduction):
    logits, targets = (np.array(part) for part in list(zip(*drawn, strict=True))[:2])
    loss, grad = cross_entropy_value_and_grad(logits, targets, reduction=reduction)
    count = len(drawn) if reduction == "mean" else 1
    weight = targets.sum(axis=1)
    finite = np.abs(np.where(np.isfinite(logits), logits, 0)).max(axis=1)
    loss_bound = (32 * EPS * weight * (1 + finite)).sum() / count
    assert abs(loss - cross_entropy(logits, targets, reduction=reduction)) <= loss_bound
    error = np.abs(grad - cross_entropy_grad(logits, targets, reduction=reduction))
    assert (error <= 32 * EPS * weight[:, None] / count).all()
