"""Arrays whose entries carry about 100 bits: an unevaluated sum of two float64.

The building blocks are error-free transformations: the sum or product of two
floats together with the exact error of its rounding. NumPy has no fused
multiply-add, so products split their factors into halves of 26 bits (Dekker).
Nothing here trusts NumPy's ``exp`` or ``log`` to the last bit: their quality
depends on the processor. ``exp`` comes from a table, ``log`` from one Newton step.

Relative errors: + - * / below 2^-100, `exp` 2^-80, `log` and `log1p` 2^-70.
Numbers must stay within about 2^-960 and 2^960; callers send the others elsewhere.

Source: Dekker 1971, doi:10.1007/BF01397083; Hida, Li & Bailey 2001,
doi:10.1109/ARITH.2001.930115; Tang 1989, doi:10.1145/63522.214389.
"""

from __future__ import annotations

import decimal
import functools
from typing import Any

import numpy as np

from ce_viz.core.arrays import Array

_HALF_WORD = 2.0**27 + 1.0


def two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """Rounded sum and its exact error."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def fast_two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """Rounded sum and its exact error, for abs(a) >= abs(b) or a = 0."""
    total = a + b
    return total, b - (total - a)


def _halves(a: Any) -> tuple[Any, Any]:
    scaled = _HALF_WORD * a
    high = scaled - (scaled - a)
    return high, a - high


def two_product(a: Any, b: Any) -> tuple[Any, Any]:
    """Rounded product and its exact error."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


class DoubleDouble:
    """The array ``high + low``, where high is the float64 nearest to the sum."""

    __slots__ = ("high", "low")

    high: Array
    low: Array

    def __init__(self, high: Any, low: Any = 0.0) -> None:
        self.high = high
        self.low = low

    @staticmethod
    def _of(value: Any) -> DoubleDouble:
        return value if isinstance(value, DoubleDouble) else DoubleDouble(value)

    def __neg__(self) -> DoubleDouble:
        return DoubleDouble(-self.high, -self.low)

    def __add__(self, other: Any) -> DoubleDouble:
        other = self._of(other)
        high, high_error = two_sum(self.high, other.high)
        low, low_error = two_sum(self.low, other.low)
        high, high_error = fast_two_sum(high, high_error + low)
        return DoubleDouble(*fast_two_sum(high, high_error + low_error))

    def __sub__(self, other: Any) -> DoubleDouble:
        return self + -self._of(other)

    def __mul__(self, other: Any) -> DoubleDouble:
        other = self._of(other)
        high, low = two_product(self.high, other.high)
        return DoubleDouble(*fast_two_sum(high, low + (self.high * other.low + self.low * other.high)))

    def __truediv__(self, other: Any) -> DoubleDouble:
        other = self._of(other)
        high = self.high / other.high
        product, error = two_product(high, other.high)
        low = ((self.high - product) - error + self.low - high * other.low) / other.high
        return DoubleDouble(*fast_two_sum(high, low))

    __radd__ = __add__
    __rmul__ = __mul__

    def __getitem__(self, index: Any) -> DoubleDouble:
        return DoubleDouble(self.high[index], self.low[index])

    def sum(self, axis: int = -1, keepdims: bool = False) -> DoubleDouble:
        """Sum along an axis: the running sums plus the sum of all their rounding errors.

        Source: Ogita, Rump & Oishi 2005, doi:10.1137/030601818 (Sum2).
        """
        if self.high.shape[axis] == 0:
            zero = self.high.sum(axis=axis, keepdims=keepdims)
            return DoubleDouble(zero, zero)
        running = np.moveaxis(np.add.accumulate(self.high, axis=axis), axis, -1)
        term = np.moveaxis(self.high, axis, -1)[..., 1:]
        before, after = running[..., :-1], running[..., 1:]
        part = after - before
        errors = (before - (after - part)) + (term - part)
        low = errors.sum(axis=-1) + self.low.sum(axis=axis)
        high, low = fast_two_sum(running[..., -1], low)
        if keepdims:
            high, low = np.expand_dims(high, axis), np.expand_dims(low, axis)
        return DoubleDouble(high, low)


_STEPS = 256  # table entries of exp between 1 and 2


def pair(number: decimal.Decimal) -> tuple[float, float]:
    high = float(number)
    return high, float(number - decimal.Decimal(high))


@functools.cache
def _constants() -> tuple[Array, Array, float, float, float, DoubleDouble]:
    """2^(j/256) as two arrays, log(2)/256 in three parts (the first two of 33 bits), log 2."""
    with decimal.localcontext(decimal.Context(prec=60)):
        log_two = decimal.Decimal(2).ln()
        step = log_two / _STEPS
        powers = [pair((step * j).exp()) for j in range(_STEPS)]
        parts: list[float] = []
        for bits in (41, 74, 160):  # log(2)/256 begins 8 bits behind the point
            grid = decimal.Decimal(2) ** bits
            parts.append(float(((step - sum(map(decimal.Decimal, parts))) * grid).to_integral_value() / grid))
        table = np.array(powers).T
        return table[0], table[1], parts[0], parts[1], parts[2], DoubleDouble(*pair(log_two))


def exp(x: DoubleDouble, exponent: int = 0) -> DoubleDouble:
    """Exponential function times ``2^exponent``, for results between 2^-960 and 2^960.

    x = (k/256) log 2 + r with abs(r) < 0.0014; exp(r) - 1 by its Taylor series, whose
    first two terms are carried with their errors and the rest in float64.
    """
    table_high, table_low, step_1, step_2, step_3, _ = _constants()
    k = np.rint(x.high * (_STEPS / np.log(2.0)))
    r, error = two_sum(x.high - k * step_1, -(k * step_2))  # both products and the difference are exact
    r, error = two_sum(r, error + (x.low - k * step_3))
    square, square_error = two_product(r, r)
    tail = r * square * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r / 5040))))
    r, r_error = fast_two_sum(r, 0.5 * square)
    r_error = r_error + (0.5 * square_error + tail + error * (1.0 + r))
    index = k.astype(np.int64)
    high, low = table_high[index & (_STEPS - 1)], table_low[index & (_STEPS - 1)]
    product, product_error = two_product(high, r)
    total, total_error = fast_two_sum(high, product)
    total_error = total_error + (product_error + low + (high * r_error + low * r))
    power = (((index >> 8) + (exponent + 1023)) << 52).view(np.float64)
    total, total_error = fast_two_sum(total, total_error)
    return DoubleDouble(total * power, total_error * power)


_SERIES_BELOW = 2.0**-10


def log1p_ratio(x: DoubleDouble) -> DoubleDouble:
    """``log(1 + x) / x`` for -1/2 <= x <= 2^200, which is 1 at 0."""
    near = np.abs(x.high) < _SERIES_BELOW
    if near.all():
        return _log1p_ratio_series(x)
    if not near.any():
        return _log1p_newton(x) / x
    one = np.ones_like(x.high)
    far = select(near, DoubleDouble(one, np.zeros_like(one)), x)
    return select(near, _log1p_ratio_series(x), _log1p_newton(far) / far)


def _log1p_newton(x: DoubleDouble) -> DoubleDouble:
    guess = np.log1p(x.high)
    error = (x + 1.0) * exp(DoubleDouble(-guess, np.zeros_like(guess))) - 1.0
    result: DoubleDouble = error - 0.5 * error.high**2 + guess
    return result


def _log1p_ratio_series(x: DoubleDouble) -> DoubleDouble:
    """1 - x/2 + x^2/3 - ..., all but the first two terms in float64."""
    r = np.where(np.abs(x.high) < _SERIES_BELOW, x.high, 0.0)
    tail = r * r * (1 / 3 - r * (1 / 4 - r * (1 / 5 - r * (1 / 6 - r * (1 / 7 - r * (1 / 8 - r / 9))))))
    high, error = fast_two_sum(1.0, -0.5 * r)
    return DoubleDouble(*fast_two_sum(high, error + (tail - 0.5 * x.low)))


def log(values: Array) -> DoubleDouble:
    """Logarithm of float64 numbers > 0."""
    fraction, power = np.frexp(values)
    low_half = fraction < np.sqrt(0.5)
    fraction, power = np.where(low_half, 2.0 * fraction, fraction), power - low_half
    beyond_one = DoubleDouble(fraction - 1.0, np.zeros_like(fraction))
    powers_of_two: DoubleDouble = _constants()[-1] * power.astype(np.float64)
    return powers_of_two + beyond_one * log1p_ratio(beyond_one)


def select(mask: Any, yes: DoubleDouble, no: DoubleDouble) -> DoubleDouble:
    """Entries of ``yes`` where mask holds, of ``no`` elsewhere."""
    return DoubleDouble(np.where(mask, yes.high, no.high), np.where(mask, yes.low, no.low))
