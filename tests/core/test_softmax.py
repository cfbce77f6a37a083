import mpmath
import numpy as np
import pytest
import scipy.special
from mpmath import mpf

from ce_viz.core import log_softmax, softmax, softmax_jacobian, softmax_jvp, softmax_vjp
from tests.core import oracle
from tests.core.cases import ARITHMETICS, CASES, HARD, INF, exact
from tests.core.oracle import ulp_error
from tests.for_each import for_each

FUNCTIONS = [softmax, log_softmax, softmax_jacobian]
PRODUCTS = [softmax_jvp, softmax_vjp]


@for_each("arithmetic", ARITHMETICS)
@for_each("case", CASES)
def test_softmax_is_within_1_ulp(case, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = softmax(case.logits, temperature=case.temperature)
    assert ulp_error(got, exact("softmax", case)) <= 1


@for_each("arithmetic", ARITHMETICS)
@for_each("case", CASES)
def test_log_softmax_is_within_1_ulp(case, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = log_softmax(case.logits, temperature=case.temperature)
    assert ulp_error(got, exact("log_softmax", case)) <= 1


@for_each("arithmetic", ARITHMETICS)
@for_each("case", HARD)
def test_jacobian_is_within_1_ulp(case, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = softmax_jacobian(case.logits, temperature=case.temperature)
    assert ulp_error(got, exact("jacobian", case)) <= 1


@for_each("arithmetic", ARITHMETICS)
@for_each("product", PRODUCTS)
@for_each("case", CASES)
def test_product_with_the_jacobian_is_within_1_ulp(case, product, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = product(case.logits, case.vector(), temperature=case.temperature)
    assert ulp_error(got, exact("jacobian_product", case)) <= 1


@pytest.mark.usefixtures("either_arithmetic")
@pytest.mark.parametrize(
    "vector",
    [
        (1.0, 1.0, 1.0, 1.0),  # exactly 0
        (1.0, 1.0 + 2**-52, 1.0, 1.0),
        (1e308, -1e308, 1e300, 0.0),
        (1e-308, 5e-324, 0.0, 1e-310),
        (1e300, 1e-300, 1.0, 0.0),
        (0.25, -0.75, 0.1, 1e17),
    ],
)
@pytest.mark.parametrize("logits", [(0.0, 0.0, 0.0, 0.0), (0.0, 1.0, 40.0, -3.0), (0.0, -800.0, 0.1, -300.0)])
def test_product_with_any_vector_is_within_1_ulp(logits, vector):
    with mpmath.workdps(700):
        want = oracle.jacobian_product(oracle.numbers(logits), oracle.numbers(vector), mpf(1))
    assert ulp_error(softmax_jvp(logits, vector), want) <= 1


def test_jacobian_of_1000_classes_is_within_1_ulp():
    logits = np.random.default_rng(5).normal(size=1000) * 30
    got = softmax_jacobian(logits, temperature=0.3)
    rows = [0, 17, int(logits.argmax()), int(logits.argmin())]
    with mpmath.workdps(350):
        probs = oracle.softmax(oracle.numbers(logits), mpf(0.3))
        want = [[probs[i] * ((i == j) - s) / mpf(0.3) for j, s in enumerate(probs)] for i in rows]
    assert ulp_error(got[rows], want) <= 1


def test_jacobian_rows_are_probabilities_and_columns_are_logits():
    """The Jacobian is symmetric; a column of it is what moving one logit does to all probabilities."""
    logits, step = np.array([2.0, 1.0, 0.1]), 1e-6
    for j in range(3):
        moved = np.eye(3)[j] * step
        column = (softmax(logits + moved) - softmax(logits - moved)) / (2 * step)
        np.testing.assert_allclose(softmax_jacobian(logits)[:, j], column, rtol=1e-8)


@pytest.mark.parametrize("shape", [(3,), (7, 5), (2, 3, 4)])
def test_softmax_agrees_with_scipy(shape):
    logits = np.random.default_rng(0).normal(size=shape) * 5
    np.testing.assert_allclose(softmax(logits), scipy.special.softmax(logits, axis=-1), rtol=1e-14)


@pytest.mark.parametrize("shape", [(3,), (7, 5), (2, 3, 4)])
def test_log_softmax_agrees_with_scipy(shape):
    logits = np.random.default_rng(0).normal(size=shape) * 5
    np.testing.assert_allclose(log_softmax(logits), scipy.special.log_softmax(logits, axis=-1), rtol=1e-13)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_masked_class_is_as_if_it_were_not_there(function):
    whole = function([2.0, -INF, 1.0, 0.1])
    left = np.delete(whole, 1, axis=-1)
    if function is softmax_jacobian:
        left = np.delete(left, 1, axis=0)
    np.testing.assert_array_equal(left, function([2.0, 1.0, 0.1]))


def test_masked_class_has_probability_0():
    assert softmax([2.0, -INF, 1.0])[1] == 0


def test_masked_class_has_log_probability_minus_infinity():
    assert log_softmax([2.0, -INF, 1.0])[1] == -INF


def test_masked_class_has_a_row_and_a_column_of_0_in_the_jacobian():
    jacobian = softmax_jacobian([2.0, -INF, 1.0])
    assert not jacobian[1].any()
    assert not jacobian[:, 1].any()


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("row", [(-INF, -INF, -INF), (1.0, INF, 2.0), (1.0, np.nan, 2.0)])
@pytest.mark.parametrize("others", [0, 20])  # rows beside it, so that both arithmetics are met
def test_undefined_row_is_nan_and_leaves_the_others_alone(function, row, others):
    fine = [(2.0, 1.0, 0.1)] * others
    result = function([row, *fine])
    assert np.isnan(result[0]).all()
    assert np.isfinite(result[1:]).all()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_one_class_is_certain(function):
    assert function([[3.0], [-1e308]]).ravel().tolist() == ([1.0, 1.0] if function is softmax else [0.0, 0.0])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_zero_is_never_negative_zero(function):
    result = function([[0.0, -1000.0, -INF], [1000.0, 0.0, 0.0]])
    assert not np.signbit(result[result == 0]).any()


@pytest.mark.parametrize("temperature", [0.0, -1.0, INF, np.nan])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_temperature_that_is_none_is_refused(function, temperature):
    with pytest.raises(ValueError, match=f"temperature must be finite and > 0, got {temperature}"):
        function([1.0, 2.0], temperature=temperature)


@pytest.mark.parametrize("logits", [1.0, [], [[], []], ["a", "b"], [1 + 2j, 0j]])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_logits_without_real_classes_are_refused(function, logits):
    with pytest.raises(ValueError, match="logits must"):
        function(logits)


@pytest.mark.parametrize("vector", [[1.0, 2.0], [[1.0, 2.0, 3.0]] * 3, 1.0, [1.0, INF, 2.0]])
def test_vector_that_does_not_fit_is_refused(vector):
    with pytest.raises(ValueError, match="tangent must"):
        softmax_jvp([[1.0, 2.0, 3.0]] * 2, vector)
