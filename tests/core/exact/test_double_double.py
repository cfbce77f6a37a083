import mpmath
import numpy as np
import pytest
from mpmath import mpf

from ce_viz.core.exact import double_double as dd
from ce_viz.core.exact.double_double import DoubleDouble

RNG = np.random.default_rng(0)


def pairs(high):
    """Numbers with random bits behind those of float64."""
    high = np.asarray(high)
    return DoubleDouble(*dd.fast_two_sum(high, high * 2.0**-54 * RNG.uniform(-1, 1, high.shape)))


def exact(number):
    return [
        mpf(float(h)) + mpf(float(low))
        for h, low in zip(number.high.ravel(), number.low.ravel(), strict=True)
    ]


def worst(got, want):
    """Largest relative error, as a power of two."""
    errors = [abs(g / w - 1) if w else mpf(g != 0) for g, w in zip(exact(got), want, strict=True)]
    return float(mpmath.log(max(*errors, mpf(2) ** -200), 2))


@pytest.fixture(autouse=True)
def digits():
    with mpmath.workdps(80):
        yield


A, B = pairs(RNG.normal(size=3000)), pairs(RNG.normal(size=3000) * 10.0 ** RNG.integers(-30, 30, 3000))


@pytest.mark.parametrize(
    "operation",
    [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a, b: -a + b],
)
def test_arithmetic_keeps_100_bits(operation):
    with np.errstate(all="raise"):
        got = operation(A, B)
    assert worst(got, [operation(x, y) for x, y in zip(exact(A), exact(B), strict=True)]) < -100


def test_sum_of_what_cancels_keeps_its_digits_against_the_sum_of_magnitudes():
    terms = pairs(RNG.normal(size=(20, 1000)))
    totals = exact(terms.sum())
    for row, total in zip(range(20), totals, strict=True):
        numbers = exact(terms[row])
        assert abs(total - mpmath.fsum(numbers)) <= mpf(2) ** -92 * mpmath.fsum(map(abs, numbers))


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("keepdims", [True, False])
def test_sum_has_the_shape_of_numpys(axis, keepdims):
    terms = pairs(RNG.normal(size=(3, 4, 5)))
    np.testing.assert_allclose(
        terms.sum(axis=axis, keepdims=keepdims).high, terms.high.sum(axis=axis, keepdims=keepdims), rtol=1e-12
    )


def test_sum_of_nothing_is_0():
    assert DoubleDouble(np.zeros((2, 0)), np.zeros((2, 0))).sum().high.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("reach", [1e-300, 1e-20, 1e-3, 1.0, 30.0, 640.0])
@pytest.mark.parametrize("sign", [-1, 1])
def test_exp_keeps_80_bits(reach, sign):
    x = pairs(sign * RNG.uniform(0, reach, 1000))
    assert worst(dd.exp(x), [mpmath.exp(number) for number in exact(x)]) < -80


def test_exp_moves_the_exponent():
    x = pairs(-RNG.uniform(0, 800, 1000))
    want = [mpmath.exp(number) * mpf(2) ** 256 for number in exact(x)]
    assert worst(dd.exp(x, 256), want) < -80


@pytest.mark.parametrize("reach", [1e-300, 1e-20, 9e-4, 1e-3, 0.5, 1000.0, 1e60])
def test_log1p_ratio_keeps_70_bits(reach):
    x = pairs(RNG.uniform(0, reach, 1000))
    assert worst(dd.log1p_ratio(x), [mpmath.log1p(number) / number for number in exact(x)]) < -70


def test_log1p_ratio_is_1_at_0():
    ratio = dd.log1p_ratio(DoubleDouble(np.array([0.0, 3.0]), np.zeros(2)))
    assert ratio.high[0] == 1


@pytest.mark.parametrize(
    "values",
    [
        RNG.uniform(0.01, 4, 1000),
        1 - RNG.uniform(1e-9, 1e-3, 1000),
        1 + np.arange(1, 99) * 2.0**-52,
        1 - np.arange(1, 99) * 2.0**-53,
        10.0 ** RNG.uniform(-323, 308, 1000),
    ],
)
def test_log_keeps_70_bits(values):
    assert worst(dd.log(values), [mpmath.log(mpf(float(value))) for value in values]) < -70
