import mpmath
import numpy as np
import pytest
import scipy.special
from mpmath import mpf

from ce_viz.core import (
    chain_rule_terms,
    cross_entropy,
    cross_entropy_grad,
    finite_difference_grad,
    log_softmax,
    probs_grad,
    softmax,
    squared_error,
    squared_error_grad,
)
from tests.core import oracle
from tests.core.cases import ARITHMETICS, CASES, HARD, INF, exact
from tests.core.oracle import ulp_error
from tests.for_each import for_each

FUNCTIONS = {
    "cross_entropy": cross_entropy,
    "cross_entropy_grad": cross_entropy_grad,
    "probs_grad": probs_grad,
    "squared_error": squared_error,
    "squared_error_grad": squared_error_grad,
}
SMALL = [case for case in HARD if len(case.logits) <= 5 and not case.weighs_a_masked_class]


@pytest.mark.parametrize("name", FUNCTIONS)
@for_each("arithmetic", ARITHMETICS)
@for_each("case", CASES)
def test_every_number_is_within_1_ulp(case, arithmetic, name):
    with ARITHMETICS[arithmetic]():
        got = FUNCTIONS[name](case.logits, case.targets, temperature=case.temperature)
    assert ulp_error(got, exact(name, case)) <= 1


@for_each("arithmetic", ARITHMETICS)
@for_each("case", HARD)
def test_chain_rule_terms_are_within_1_ulp(case, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = chain_rule_terms(case.logits, case.targets, temperature=case.temperature)
    assert ulp_error(got, exact("chain_rule", case)) <= 1


@for_each("arithmetic", ARITHMETICS)
@for_each("step_in_temperatures", [1e-12, 1e-5, 0.5, 30.0])
@for_each("case", SMALL)
def test_central_differences_are_the_exact_quotient_within_1_ulp(case, step_in_temperatures, arithmetic):
    step = step_in_temperatures * case.temperature
    if not 0 < step < INF:
        step = case.temperature  # at the ends of float64
    with ARITHMETICS[arithmetic]():
        got = finite_difference_grad(case.logits, case.targets, step=step, temperature=case.temperature)
    assert ulp_error(got, exact("central_differences", case, step)) <= 1


@pytest.mark.parametrize("step", [1e-300, 1e-30, 1e-3, 700.0, 1e6])
def test_central_differences_hold_with_any_step(step):
    logits, targets = (2.0, 1.0, 0.1), (0.7, 0.2, 0.1)
    with mpmath.workdps(700):
        want = oracle.central_differences(oracle.numbers(logits), oracle.numbers(targets), mpf(1), mpf(step))
    assert ulp_error(finite_difference_grad(logits, targets, step=step), want) <= 1


def test_error_of_central_differences_shrinks_with_the_square_of_the_step():
    logits, targets = [2.0, 1.0, 0.1], [0.0, 1.0, 0.0]
    exact_grad = cross_entropy_grad(logits, targets)
    coarse, fine = (
        np.abs(finite_difference_grad(logits, targets, step=h) - exact_grad).max() for h in (1e-2, 1e-4)
    )
    assert coarse / fine == pytest.approx(1e4, rel=1e-3)


def test_cross_entropy_agrees_with_scipy():
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(6, 5)) * 4, rng.dirichlet(np.ones(5), size=6)
    want = -(targets * scipy.special.log_softmax(logits, axis=-1)).sum(axis=-1)
    np.testing.assert_allclose(cross_entropy(logits, targets), want, rtol=1e-13)


def test_gradient_is_not_softmax_minus_targets_where_targets_do_not_sum_to_1():
    logits, targets = np.array([2.0, 1.0, 0.1]), np.array([3.0, 1.0, 0.5])
    np.testing.assert_allclose(
        cross_entropy_grad(logits, targets), softmax(logits) * 4.5 - targets, rtol=1e-14
    )


def test_rows_of_the_chain_rule_terms_are_probabilities_and_columns_are_logits():
    """Not symmetric: only the row of the label is filled, and its columns are S_j."""
    terms = chain_rule_terms([2.0, 1.0, 0.1], [0.0, 1.0, 0.0])
    assert not terms[[0, 2]].any()
    np.testing.assert_allclose(terms[1], softmax([2.0, 1.0, 0.1]) - [0.0, 1.0, 0.0], rtol=1e-14)


def test_chain_rule_terms_are_the_product_of_the_two_derivatives():
    logits, targets = np.array([2.0, 1.0, 0.1]), np.array([0.7, 0.2, 0.1])
    step = 1e-6
    columns = [(softmax(logits + step * e) - softmax(logits - step * e)) / (2 * step) for e in np.eye(3)]
    product = probs_grad(logits, targets)[:, None] * np.array(columns).T
    np.testing.assert_allclose(chain_rule_terms(logits, targets), product, rtol=1e-8)


def test_squared_error_grad_is_the_slope_of_squared_error():
    logits, targets, step = np.array([2.0, 1.0, 0.1]), np.array([0.7, 0.2, 0.3]), 1e-6
    slopes = [
        (squared_error(logits + step * e, targets) - squared_error(logits - step * e, targets)) / (2 * step)
        for e in np.eye(3)
    ]
    np.testing.assert_allclose(squared_error_grad(logits, targets), slopes, rtol=1e-8)


def test_class_without_weight_adds_nothing_even_if_masked():
    assert cross_entropy([0.0, -INF], [1.0, 0.0]) == 0


def test_masked_class_without_weight_has_gradient_0():
    assert cross_entropy_grad([1.0, -INF, 2.0], [1.0, 0.0, 0.0])[1] == 0


def test_loss_of_a_masked_class_with_weight_is_infinite():
    assert cross_entropy([0.0, -INF], [0.5, 0.5]) == INF


def test_gradient_sums_to_0_even_with_weight_on_a_masked_class():
    grad = cross_entropy_grad([1.0, -INF, 2.0], [0.25, 0.5, 0.25])
    assert grad[1] == -0.5
    assert grad.sum() == pytest.approx(0, abs=1e-16)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("logits", "targets"),
    [
        (
            np.random.default_rng(3).normal(size=(300, 7)) * 20,
            np.random.default_rng(4).dirichlet(np.ones(7), 300),
        ),
        ([[800.0, 0.0], [0.0, 40.0], [0.0, 1e-3]], [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]),
        (
            [[1.0, 0.0], [2.0, 0.0]],
            [[1e308, 1e308], [1.5e308, 0.0]],
        ),  # the sum is beyond float64, the mean is not
        ([[1.0, 0.0], [2.0, 0.0]], [[1.0, 1.0], [-1.0 - 2**-52, -1.0]]),  # rows that cancel
        ([[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [-1.0, -1.0]]),  # to nothing
    ],
)
def test_reduced_loss_is_within_1_ulp(logits, targets, reduction):
    with mpmath.workdps(350):
        rows = zip(np.asarray(logits), np.asarray(targets), strict=True)
        losses = [oracle.cross_entropy(oracle.numbers(o), oracle.numbers(y), mpf(1)) for o, y in rows]
        want = mpmath.fsum(losses) / (len(losses) if reduction == "mean" else 1)
    assert ulp_error(cross_entropy(logits, targets, reduction=reduction), want) <= 1


def test_mean_divides_the_gradient_by_the_number_of_rows():
    logits, targets = np.random.default_rng(5).normal(size=(2, 3, 4)), np.full((2, 3, 4), 0.25)
    mean = cross_entropy_grad(logits, targets, reduction="mean")
    np.testing.assert_allclose(mean, cross_entropy_grad(logits, targets) / 6, rtol=1e-15)


def test_sum_leaves_the_gradient_as_it_is():
    logits, targets = np.random.default_rng(5).normal(size=(3, 4)), np.full((3, 4), 0.25)
    np.testing.assert_array_equal(
        cross_entropy_grad(logits, targets, reduction="sum"), cross_entropy_grad(logits, targets)
    )


def test_sum_of_losses_with_an_infinite_one_is_infinite():
    logits = [[0.0, -INF], [0.0, 1.0]]
    assert cross_entropy(logits, [[0.5, 0.5], [1.0, 0.0]], reduction="sum") == INF


def test_mean_with_an_undefined_row_is_nan():
    assert np.isnan(cross_entropy([[np.nan, 0.0], [0.0, 1.0]], [[1.0, 0.0]] * 2, reduction="mean"))


@pytest.mark.parametrize(("reduction", "want"), [("mean", np.nan), ("sum", 0.0)])
def test_loss_of_no_rows(reduction, want):
    np.testing.assert_equal(
        float(cross_entropy(np.zeros((0, 3)), np.zeros((0, 3)), reduction=reduction)), want
    )


@pytest.mark.parametrize("function", [cross_entropy, cross_entropy_grad])
def test_unknown_reduction_is_refused(function):
    with pytest.raises(ValueError, match=r"reduction must be one of .*, got 'average'"):
        function([0.0, 1.0], [1.0, 0.0], reduction="average")


@for_each("name", [*FUNCTIONS, "chain_rule_terms"])
@for_each("targets", [[1.0, 0.0], [[1.0, 0.0, 0.0]] * 3, [1.0, INF, 0.0], 1.0, ["a", "b", "c"]])
def test_targets_that_do_not_fit_are_refused(name, targets):
    function = {**FUNCTIONS, "chain_rule_terms": chain_rule_terms}[name]
    with pytest.raises(ValueError, match="targets must"):
        function([[0.0, 1.0, 2.0]] * 2, targets)


@pytest.mark.parametrize("name", [*FUNCTIONS, "chain_rule_terms"])
def test_nan_in_targets_stays_in_its_row(name):
    function = {**FUNCTIONS, "chain_rule_terms": chain_rule_terms}[name]
    result = np.asarray(function([[0.0, 1.0]] * 2, [[np.nan, 1.0], [0.0, 1.0]]))
    assert np.isnan(result[0]).all()
    assert np.isfinite(result[1]).all()


@pytest.mark.parametrize("step", [0.0, -1e-3, INF, np.nan, 2e6])
def test_step_out_of_range_is_refused(step):
    with pytest.raises(ValueError, match="step must be"):
        finite_difference_grad([0.0, 1.0], [1.0, 0.0], step=step)


def test_log_probability_and_loss_of_a_label_are_one_number():
    logits = np.random.default_rng(6).normal(size=(5, 4)) * 10
    np.testing.assert_array_equal(cross_entropy(logits, [0.0, 0.0, 1.0, 0.0]), -log_softmax(logits)[:, 2])
