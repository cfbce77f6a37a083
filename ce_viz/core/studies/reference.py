"""Exact values to judge a formula by, from the standard library's decimal arithmetic, and the error in ULP.

NumPy's float64 cannot judge itself: everything here is computed with 60 decimal digits from the numbers as
they are stored, and only then compared.
"""

import math
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from functools import lru_cache, wraps
from typing import NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import DTypeLike

# 60 digits leave more than 40 right after the worst cancellation of two float64 numbers (17 digits); the
# exponents must hold exp(-2 * 10^4 / 0.05), the widest gap at the lowest temperature, and products of such.
_CONTEXT = Context(prec=60, Emin=-999_999, Emax=999_999)
_NEGLIGIBLE = Decimal("1e-50")

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _in_decimal(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run the function under our context, whatever the caller's is."""

    @wraps(function)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with localcontext(_CONTEXT):
            return function(*args, **kwargs)

    return run


class ExactValues(NamedTuple):
    """The four quantities of one row of logits, right to at least 40 digits."""

    probs: Decimal  # S of the winner
    log_probs: Decimal  # log S of the winner, nats
    loss: Decimal  # L = -sum_k y_k log S_k, nats; Infinity where a class with y > 0 is masked
    logits_grad: Decimal  # dL/do of class `label`


def _log1p(x: Decimal) -> Decimal:
    # Below 1e-20 the sum 1 + x keeps too few digits of x, while three terms of the series keep 60.
    return x - x**2 / 2 + x**3 / 3 if x < Decimal("1e-20") else (1 + x).ln()


@lru_cache(maxsize=1024)
@_in_decimal
def exact_values(
    logits: tuple[float, ...], targets: tuple[float, ...], label: int, temperature: float = 1.0
) -> ExactValues:
    """Softmax and log-softmax of the winner, the loss, and its derivative by the logit of `label`.

    Args:
      logits: K numbers, at least one finite; ``-inf`` masks a class.
      targets: K finite numbers >= 0; a class with target 0 adds nothing to the loss, masked or not.
      label: The class whose gradient is wanted, from 0.
      temperature: T > 0.
    """
    winner = max(range(len(logits)), key=logits.__getitem__)
    y = [Decimal(target) for target in targets]
    behind = [(Decimal(logits[winner]) - Decimal(logit)) / Decimal(temperature) for logit in logits]
    weights = [(-gap).exp() for gap in behind]
    tail = sum(weights[:winner] + weights[winner + 1 :], Decimal(0))
    log_total = _log1p(tail)
    loss = sum((t * (gap + log_total) for t, gap in zip(y, behind, strict=True) if t), Decimal(0))

    # (S Σy − y)/T over one denominator, with the class's own y left out of Σy: 1 − S never cancels.
    pull = weights[label] * (sum(y) - y[label])
    push = y[label] * (sum(weights[:label] + weights[label + 1 :], Decimal(0)))
    numerator = pull - push
    if abs(numerator) <= _NEGLIGIBLE * max(pull, push):
        numerator = Decimal(0)  # equal up to the rounding of the 60 digits: S = y exactly
    return ExactValues(
        probs=1 / (1 + tail),
        log_probs=-log_total,
        loss=loss,
        logits_grad=numerator / (1 + tail) / Decimal(temperature),
    )


@_in_decimal
def ulp_error(computed: float, exact: Decimal, dtype: DTypeLike) -> float:
    """Distance of a result from the exact value, in units in the last place (ULP) of its type.

    One ULP is the spacing of the type's numbers around the exact value; a correctly rounded result is at most
    0.5 away. Infinite where the result is NaN or infinite and should not be; 0 where infinity is right, since
    the exact value lies beyond the type's largest number.
    """
    info = np.finfo(dtype)
    spacing_at_max = math.ldexp(1.0, int(info.maxexp) - 1 - int(info.nmant))
    if abs(exact) >= Decimal(float(info.max)) + Decimal(spacing_at_max) / 2:
        return 0.0 if computed == math.copysign(math.inf, exact) else math.inf
    if not math.isfinite(computed):
        return math.inf
    return float(abs(Decimal(computed) - exact) / Decimal(_spacing(exact, info)))


def _spacing(exact: Decimal, info: "np.finfo[np.floating]") -> float:
    exponent = math.frexp(float(exact))[1] - 1
    if exact and abs(exact) < Decimal(2) ** exponent:
        exponent -= 1  # just below a power of two, where float() rounded up to it and the spacing is half
    return max(math.ldexp(1.0, exponent - int(info.nmant)), float(info.smallest_subnormal))


@lru_cache
@_in_decimal
def overflow_threshold(dtype: DTypeLike) -> float:
    """Logarithm of the type's largest number: exp overflows above it (float64: 709.78)."""
    return float(Decimal(float(np.finfo(dtype).max)).ln())


@lru_cache
@_in_decimal
def underflow_threshold(dtype: DTypeLike) -> float:
    """The x from which exp(-x) rounds to 0: half the smallest number of the type (float64: 745.13)."""
    return float(-(Decimal(float(np.finfo(dtype).smallest_subnormal)) / 2).ln())
