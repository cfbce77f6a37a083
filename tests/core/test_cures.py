"""Each cure of the core against the formula it replaces: the formula fails the case, the core does not.

The failing formulas are those of textbooks and libraries, in float64 (the last one in float32).
"""

from typing import NamedTuple

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from ce_viz.core import (
    chain_rule_terms,
    cross_entropy,
    cross_entropy_grad,
    finite_difference_grad,
    kl_divergence,
    log_softmax,
    softmax,
    softmax_entropy,
    softmax_jacobian,
    squared_error_grad,
)
from tests.core import oracle
from tests.core.oracle import numbers, ulp_error


def shifted(logits, temperature=1.0):
    with np.errstate(all="ignore"):
        weights = np.exp(logits / temperature - (logits / temperature).max())
        return weights / weights.sum()


class Cure(NamedTuple):
    replaced: object  # of logits, targets, temperature
    ours: object
    exact: object
    logits: tuple[float, ...]
    targets: tuple[float, ...] = (1.0, 0.0, 0.0)
    temperature: float = 1.0
    dtype: type = np.float64


def of_logits(function):
    return lambda o, y, t: function(o, temperature=t)


def of_both(function):
    return lambda o, y, t: function(o, y, temperature=t)


AHEAD_BY_40 = (40.0, 0.0, -1.0)
AHEAD_BY_37 = (37.0, 0.0, -1.0)
ROUNDING_SHIFT = (0.1, 300.3, -5.7)
RNG = np.random.default_rng(11)
MANY = tuple(RNG.normal(size=1000).tolist())
NEAR = tuple((np.asarray(softmax((2.0, 1.0, 0.1))) * (1 + np.array([1e-9, -1e-9, 0.0]))).tolist())

CURES = {
    "log of a number near 1 -> -log1p(sum of the others)": Cure(
        lambda o, y, t: np.log(shifted(o, t)),
        of_logits(log_softmax),
        lambda o, y, t: oracle.log_softmax(o, t),
        AHEAD_BY_40,
    ),
    "log of the sum near 0 -> loss by the sum of the others": Cure(
        lambda o, y, t: np.log(np.exp(o - o.max()).sum()) - (o[0] - o.max()),
        of_both(cross_entropy),
        oracle.cross_entropy,
        AHEAD_BY_40,
    ),
    "S - y of the true class -> minus the sum of the others": Cure(
        lambda o, y, t: shifted(o, t) - y, of_both(cross_entropy_grad), oracle.cross_entropy_grad, AHEAD_BY_37
    ),
    "S (1 - S) -> S times the sum of the others": Cure(
        lambda o, y, t: np.diag(shifted(o, t)) - np.outer(shifted(o, t), shifted(o, t)),
        of_logits(softmax_jacobian),
        lambda o, y, t: oracle.jacobian(o, t),
        AHEAD_BY_37,
    ),
    "o - max rounded -> its rounding error carried on": Cure(
        lambda o, y, t: shifted(o, t),
        of_logits(softmax),
        lambda o, y, t: oracle.softmax(o, t),
        ROUNDING_SHIFT,
    ),
    "o / T, then minus the maximum -> subtract first": Cure(
        lambda o, y, t: shifted(o, t),
        of_logits(softmax),
        lambda o, y, t: oracle.softmax(o, t),
        (0.1, 30.3, 29.7),
        temperature=0.1,
    ),
    "o / T overflows -> subtract first": Cure(
        lambda o, y, t: shifted(o, t),
        of_logits(softmax),
        lambda o, y, t: oracle.softmax(o, t),
        (3.0, 3.0, 2.0),
        temperature=1e-308,
    ),
    "S - y -> S sum(y) - y": Cure(
        lambda o, y, t: shifted(o, t) - y,
        of_both(cross_entropy_grad),
        oracle.cross_entropy_grad,
        (2.0, 1.0, 0.1),
        (3.0, 1.0, 0.5),
    ),
    "0 times infinity -> a class without weight adds nothing": Cure(
        lambda o, y, t: -(y * (o - np.log(np.exp(o).sum()))).sum(),
        of_both(cross_entropy),
        oracle.cross_entropy,
        (2.0, 1.0, -np.inf),
    ),
    "-y/S times the Jacobian -> y (S - delta)": Cure(
        lambda o, y, t: (
            (-y / shifted(o, t))[:, None] * np.outer(shifted(o, t), shifted(o, t)) * (np.eye(3) * 2 - 1)
        ),
        of_both(chain_rule_terms),
        oracle.chain_rule,
        (800.0, 0.0, 1.0),
        (0.0, 1.0, 0.0),
    ),
    "sum of y log(y/S) near 0 -> digits enough": Cure(
        lambda o, y, t: (y * np.log(y / shifted(o, t))).sum(),
        lambda o, y, t: kl_divergence(y, o, temperature=t),
        lambda o, y, t: oracle.kl_divergence(y, o, t),
        (2.0, 1.0, 0.1),
        NEAR,
    ),
    "-sum of S log S, one sure -> log1p and the shifted logits": Cure(
        lambda o, y, t: -(shifted(o, t) * np.log(shifted(o, t))).sum(),
        of_logits(softmax_entropy),
        lambda o, y, t: oracle.softmax_entropy(o, t),
        AHEAD_BY_40,
    ),
    "plain sum and quotient -> error-free sum": Cure(
        lambda o, y, t: np.array([np.exp(o - o.max())[0] / sum(np.exp(o - o.max()).tolist())]),
        lambda o, y, t: softmax(o, temperature=t)[:1],
        lambda o, y, t: oracle.softmax(o, t)[:1],
        MANY,
        (0.0,) * 1000,
    ),
    "S - y at the optimum -> digits enough": Cure(
        lambda o, y, t: shifted(o, t) - y,
        of_both(cross_entropy_grad),
        oracle.cross_entropy_grad,
        (2.0, 1.0, 0.1),
        NEAR,
    ),
    "S (e - sum S e), one sure -> e counted from the winner's": Cure(
        lambda o, y, t: shifted(o) * ((shifted(o) - y) - (shifted(o) * (shifted(o) - y)).sum()),
        of_both(squared_error_grad),
        oracle.squared_error_grad,
        AHEAD_BY_37,
    ),
    "difference of two rounded losses -> exact quotient": Cure(
        lambda o, y, t: np.array(
            [
                ((y @ -np.log(shifted(o + 1e-5 * e))) - (y @ -np.log(shifted(o - 1e-5 * e)))) / 2e-5
                for e in np.eye(3)
            ]
        ),
        lambda o, y, t: finite_difference_grad(o, y, step=1e-5, temperature=t),
        lambda o, y, t: oracle.central_differences(o, y, t, mpf(1e-5)),
        (2.0, 1.0, 0.1),
    ),
    "float32 throughout -> float64, rounded once": Cure(
        lambda o, y, t: shifted(o, np.float32(t)),
        of_logits(softmax),
        lambda o, y, t: oracle.softmax(o, t),
        (9.3, 3.7, 0.1),
        dtype=np.float32,
    ),
}


@pytest.fixture(params=CURES)
def cure(request):
    return CURES[request.param]


@pytest.fixture
def setting(cure):
    return np.array(cure.logits, dtype=cure.dtype), np.array(cure.targets, dtype=cure.dtype), cure.temperature


@pytest.fixture
def exact(cure, setting):
    logits, targets, temperature = setting
    with mpmath.workdps(700):
        return cure.exact(numbers(logits), numbers(targets), mpf(temperature))


def test_formula_that_was_replaced_misses_by_more_than_2_ulp(cure, setting, exact):
    with np.errstate(all="ignore"):
        assert ulp_error(cure.replaced(*setting), exact) > 2


@pytest.mark.usefixtures("either_arithmetic")
def test_cure_holds_1_ulp(cure, setting, exact):
    assert ulp_error(cure.ours(*setting), exact) <= 1
