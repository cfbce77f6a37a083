"""The two arithmetics in which each formula can be evaluated.

`DoubleDoubles` is fast on many numbers; `Decimals` has as many digits as a result needs.
A `Number` is an array of either, with classes on the last axis: a `DoubleDouble` or a
NumPy array of `decimal.Decimal`. Both know + - * /, unary minus, indexing and ``sum``.
"""

import decimal
import math
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from ce_viz.core.arrays import Array
from ce_viz.core.exact import double_double as _double_double
from ce_viz.core.exact.double_double import DoubleDouble

Number = Any


class Arithmetic(Protocol):
    """The operations that the formulas need beyond + - * /."""

    resolution: Any  # relative error of a result in which nothing cancelled
    zero: Number  # shape (1,)

    def lift(self, values: Any) -> Number:
        """The float64 values as numbers, exactly."""

    def constant(self, value: Decimal) -> Number:
        """One real number."""

    def rounded(self, values: Number) -> Array:
        """The nearest float64 values."""

    def weights(self, shifted: Number) -> Number:
        """``exp(shifted)`` times one power of two; 0 where no result could show it."""

    def log(self, values: Array) -> Number:
        """Logarithm of float64 values > 0."""

    def log1p_ratio(self, values: Number) -> Number:
        """``log(1 + values) / values`` for values >= 0, which is 1 at 0."""

    def select(self, mask: Any, yes: Number, no: Number) -> Number:
        """Entries of ``yes`` where mask holds, of ``no`` elsewhere."""

    def magnitude(self, values: Number) -> Any:
        """Absolute values, good enough for an error estimate."""

    def distrust_subnormal(self, scale: Any, values: Number) -> Any:
        """The scale; infinite where a value is near the subnormal numbers, whose last bits are missing."""

    def outer(self, column: Number, row: Number, denominator: Number, diagonal: Number) -> Number:
        """Matrices ``column_i * row_j / denominator`` with the given diagonal, one per row."""


class DoubleDoubles:
    """About 80 bits on whole arrays."""

    # Weights span 2^-1138 (smaller ones vanish from every result within the ranges that
    # `evaluate` admits) to 1. Centred like this, neither they nor their products leave float64.
    _WEIGHT_EXPONENT = 256
    _VANISHING = -850.0

    resolution = 2.0**-80
    zero = DoubleDouble(np.zeros(1), np.zeros(1))

    def lift(self, values: Any) -> DoubleDouble:
        return DoubleDouble(values, np.zeros(np.shape(values)))

    def constant(self, value: Decimal) -> DoubleDouble:
        return DoubleDouble(*_double_double.pair(value))

    def rounded(self, values: DoubleDouble) -> Array:
        return values.high

    def weights(self, shifted: DoubleDouble) -> DoubleDouble:
        small = shifted.high < self._VANISHING
        if not small.any():
            return _double_double.exp(shifted, self._WEIGHT_EXPONENT)
        zero = np.zeros_like(shifted.high)
        kept = _double_double.exp(
            self.select(small, DoubleDouble(zero, zero), shifted), self._WEIGHT_EXPONENT
        )
        return self.select(small, DoubleDouble(zero, zero), kept)

    def log(self, values: Array) -> DoubleDouble:
        return _double_double.log(values)

    def log1p_ratio(self, values: DoubleDouble) -> DoubleDouble:
        return _double_double.log1p_ratio(values)

    def select(self, mask: Any, yes: DoubleDouble, no: DoubleDouble) -> DoubleDouble:
        return _double_double.select(mask, yes, no)

    def magnitude(self, values: DoubleDouble) -> Array:
        return np.abs(values.high)

    def distrust_subnormal(self, scale: Array, values: DoubleDouble) -> Array:
        near_subnormal = (values.high != 0) & (np.abs(values.high) < 2.0**-900)
        return np.where(near_subnormal, np.inf, scale)

    def outer(
        self, column: DoubleDouble, row: DoubleDouble, denominator: DoubleDouble, diagonal: DoubleDouble
    ) -> DoubleDouble:
        # The big factor keeps small entries normal until the last, exact step; the tails enter
        # to first order, so that an entry is rounded twice: within 1 ULP at a fifth of the cost.
        row = row * 2.0**600 / denominator
        product = column.high[..., :, None] * row.high[..., None, :]
        correction = _tail_ratio(column)[..., :, None] + _tail_ratio(row)[..., None, :]
        correction *= product
        product += correction
        product *= 2.0**-600
        index = np.arange(product.shape[-1])
        product[..., index, index] = diagonal.high
        return DoubleDouble(product, 0.0)


def _tail_ratio(values: DoubleDouble) -> Array:
    return np.divide(values.low, values.high, out=np.zeros_like(values.high), where=values.high != 0)


class Decimals:
    """As many digits as asked for, exponents without practical limit, one number after another.

    To be used within ``decimal.localcontext(self.context)``.
    """

    _VANISHING = Decimal(-5000)  # exp of it, over the smallest temperature, is far below the smallest float64

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self.resolution = Decimal((0, (1,), 2 - digits))  # two digits for the roundings of long sums
        self.zero = self.lift(np.zeros(1))
        self.context = context(digits)
        self._reciprocals = [self.context.divide(Decimal(1), Decimal(n)) for n in range(1, digits // 2 + 3)]

    def lift(self, values: Any) -> Any:
        return _objects(Decimal, values)

    def constant(self, value: Decimal) -> Decimal:
        return +value

    def rounded(self, values: Any) -> Array:
        return floats(values)

    def weights(self, shifted: Any) -> Any:
        known = {value: self._weight(value) for value in set(shifted.ravel().tolist())}  # many may be level
        return _objects(known.__getitem__, shifted)

    def _weight(self, shifted: Decimal) -> Decimal:
        return shifted.exp() if shifted > self._VANISHING else Decimal(0)

    def log(self, values: Array) -> Any:
        return _objects(lambda value: self._log(Decimal(value)), values)

    def _log(self, value: Decimal) -> Decimal:
        guess = math.log(value) if abs(value.adjusted()) < 300 else math.inf
        if self.digits > 40 or not 0.01 < abs(guess) < math.inf:
            return value.ln()
        # One of Halley's steps, which cubes an error of 10^-16, takes half the time of ln().
        power = Decimal(guess).exp()
        return Decimal(guess) + 2 * (value - power) / (value + power)

    def log1p_ratio(self, values: Any) -> Any:
        return _objects(self._log1p_ratio, values)

    def _log1p_ratio(self, value: Decimal) -> Decimal:
        zeros = -1 - value.adjusted()  # behind the point
        if zeros < 2:
            return self._log(1 + value) / value if value else Decimal(1)
        total = Decimal(0)
        for reciprocal in self._reciprocals[self.digits // zeros + 1 :: -1]:  # 1 - value/2 + value^2/3 - ...
            total = reciprocal - value * total
        return total

    def select(self, mask: Any, yes: Any, no: Any) -> Any:
        return np.where(mask, yes, no)

    def magnitude(self, values: Any) -> Any:
        return abs(values)

    def distrust_subnormal(self, scale: Any, values: Any) -> Any:  # noqa: ARG002
        return scale

    def outer(self, column: Any, row: Any, denominator: Any, diagonal: Any) -> Any:
        matrix = column[..., :, None] * (row / denominator)[..., None, :]
        index = np.arange(matrix.shape[-1])
        matrix[..., index, index] = diagonal
        return matrix


def floats(values: Any) -> Array:
    """The nearest float64 values of decimals, infinite beyond the range."""
    return np.array(values.tolist(), dtype=np.float64)  # of those, astype() warns in NumPy 2.0


def _objects(function: Any, values: Any) -> Any:
    """The function of each entry, as an array of objects of the same shape."""
    return np.array([function(value) for value in values.ravel().tolist()], dtype=object).reshape(
        values.shape
    )


def context(digits: int) -> decimal.Context:
    """For so many digits, with exponents that nothing here exhausts; what is undefined gives NaN."""
    return decimal.Context(prec=digits, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[])


@lru_cache(maxsize=32)
def decimals(digits: int) -> Decimals:
    """The arithmetic with so many digits."""
    return Decimals(digits)
