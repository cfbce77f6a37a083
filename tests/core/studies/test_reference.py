"""The decimal reference against mpmath, and the measure of error itself."""

import math
from decimal import Decimal, getcontext, localcontext

import mpmath
import numpy as np
import pytest

from ce_viz.core.studies.reference import exact_values, overflow_threshold, ulp_error, underflow_threshold

ROWS = {
    "ordinary": ((2.0, 1.0, 0.1), (0.7, 0.2, 0.1), 0, 1.0),
    "winner far ahead": ((40.0, 0.0, -3.0), (1.0, 0.0, 0.0), 0, 1.0),
    "lead of 700": ((700.0, 0.0), (1.0, 0.0), 0, 1.0),
    "widest lead": ((1e4, -1e4), (0.0, 1.0), 1, 1.0),
    "tie": ((1.0, 1.0, 1.0), (0.2, 0.3, 0.5), 2, 1.0),
    "label behind": ((1000.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1, 1.0),
    "targets sum to 1.5": ((0.3, -0.2, 5.0), (0.7, 0.7, 0.1), 1, 3.0),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_every_quantity_agrees_with_mpmath_to_40_digits(row):
    logits, targets, label, temperature = row
    with mpmath.workdps(20_000 if max(logits) - min(logits) > 1000 else 700):
        z = [mpmath.mpf(logit) / mpmath.mpf(temperature) for logit in logits]
        probs = [mpmath.exp(x) / mpmath.fsum(map(mpmath.exp, z)) for x in z]
        y = [mpmath.mpf(target) for target in targets]
        winner = max(range(len(z)), key=z.__getitem__)
        expected = (
            probs[winner],
            mpmath.log(probs[winner]),
            -mpmath.fsum(t * mpmath.log(p) for t, p in zip(y, probs, strict=True) if t),
            (probs[label] * mpmath.fsum(y) - y[label]) / mpmath.mpf(temperature),
        )
        for ours, theirs in zip(exact_values(logits, targets, label, temperature), expected, strict=True):
            assert abs(mpmath.mpf(str(ours)) - theirs) <= abs(theirs) * mpmath.mpf(10) ** -40


def test_gradient_is_exactly_0_where_probabilities_equal_targets():
    third = 1 / 3
    assert exact_values((0.1, 0.1, 0.1), (third, third, third), 1).logits_grad == 0


@pytest.mark.parametrize("target", [0.2, 1e-10 / 3, 1e-300 / 7])
@pytest.mark.parametrize("count", [3, 7, 11])
def test_gradient_of_equal_logits_and_targets_is_exactly_0_however_long_the_decimals(count, target):
    assert exact_values((0.3,) * count, (target,) * count, 1).logits_grad == 0


def test_masked_class_without_target_adds_nothing():
    assert exact_values((2.0, -math.inf, 1.0), (1.0, 0.0, 0.0), 0) == exact_values((2.0, 1.0), (1.0, 0.0), 0)


def test_masked_class_with_target_has_infinite_loss():
    assert exact_values((2.0, -math.inf), (0.5, 0.5), 0).loss == Decimal("Infinity")


def test_the_callers_decimal_precision_is_neither_used_nor_changed():
    expected = exact_values((0.25, 0.0), (1.0, 0.0), 0)
    exact_values.cache_clear()
    with localcontext() as callers:
        callers.prec = 5
        assert exact_values((0.25, 0.0), (1.0, 0.0), 0) == expected
        assert getcontext().prec == 5


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("value", [1.0, 1.5, 0.1, 3e-5, -7.25])
def test_the_neighbouring_number_is_one_ulp_away(dtype, value):
    number = np.dtype(dtype).type(value)
    neighbour = np.nextafter(number, np.dtype(dtype).type(math.copysign(np.inf, value)))
    assert ulp_error(float(neighbour), Decimal(float(number)), dtype) == 1.0


def test_below_a_power_of_two_the_ulp_is_the_smaller_one():
    assert ulp_error(1.0, 1 - Decimal(2) ** -80, "float64") == pytest.approx(2.0**-27)


def test_subnormal_numbers_are_measured_by_their_own_spacing():
    assert ulp_error(0.0, Decimal(float.fromhex("0x1p-1074")), "float64") == 1.0


@pytest.mark.parametrize("computed", [math.nan, math.inf, -math.inf])
def test_nan_or_infinity_for_a_finite_value_is_infinitely_wrong(computed):
    assert ulp_error(computed, Decimal(1), "float64") == math.inf


@pytest.mark.parametrize("exact", [Decimal("Infinity"), Decimal(70_000)])
def test_infinity_is_right_where_the_type_holds_nothing_larger(exact):
    assert ulp_error(math.inf, exact, "float16") == 0.0
    assert ulp_error(65504.0, exact, "float16") == math.inf


@pytest.mark.parametrize(("dtype", "shown"), [("float16", 11.09), ("float32", 88.72), ("float64", 709.78)])
def test_exp_overflows_above_the_logarithm_of_the_largest_number(dtype, shown):
    threshold = overflow_threshold(dtype)
    assert threshold == float(mpmath.log(mpmath.mpf(float(np.finfo(dtype).max))))
    assert round(threshold, 2) == shown


@pytest.mark.parametrize(("dtype", "shown"), [("float16", 17.33), ("float32", 103.97), ("float64", 745.13)])
def test_exp_underflows_below_half_the_smallest_number(dtype, shown):
    with mpmath.workdps(30):
        half = mpmath.mpf(float(np.finfo(dtype).smallest_subnormal)) / 2
        assert underflow_threshold(dtype) == float(-mpmath.log(half))
    assert round(underflow_threshold(dtype), 2) == shown
