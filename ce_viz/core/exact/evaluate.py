"""Evaluates a formula for many rows: fast where that is provably enough, else with more digits.

Each row is first worked out in double-double arithmetic, together with a bound of what was
added up. Where too many bits cancelled, or a number leaves the arithmetic's range, the row is
worked out again in decimals, with as many digits as its cancellation calls for. Very few
numbers go to decimals at once, since there that is the faster way.
"""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Any

import numpy as np

from ce_viz.core.arrays import Array, Indices, Mask
from ce_viz.core.exact.arithmetic import Arithmetic, DoubleDoubles, Number, decimals, floats
from ce_viz.core.exact.double_double import DoubleDouble
from ce_viz.core.exact.formulas import Formula
from ce_viz.core.exact.rows import Rows

FEW = 16  # entries; the two arithmetics take the same time here
_BLOCK = 4096  # entries that stay in the processor's cache with all their intermediate results
_SPAN = 2.0**32  # temperature and targets between 1/_SPAN and _SPAN go to double-double
_LARGEST_LOGIT = 2.0**900
TOLERANCE = 2.0**-56  # of the error relative to the result: at most an eighth of a ULP
FIRST_DIGITS = 28
_GUARD_DIGITS = 21  # float64 has 16; two cover rounding in long sums, two keep the error below 0.01 ULP
_DIGITS_TO_ZERO = 330  # a number of size 1 that cancels so far is 0 in float64


class Block:
    """n rows of K classes whose formulas share their exponentials.

    Args:
      logits: (n, K).
      operand: (n, K), the targets, or the vector of a product with the Jacobian.
      temperature: T > 0.

    A row with NaN, with a logit of +inf or with every class masked is NaN in every result.
    """

    def __init__(self, logits: Array, operand: Array, temperature: float) -> None:
        finite = np.isfinite(logits)
        self.peak: Indices = logits.argmax(axis=-1)  # (n,)
        self.masked: Mask = ~finite
        self.undefined: Mask = np.any(np.isnan(operand), axis=-1)  # (n,)
        if self.masked.any() or self.undefined.any():
            largest = logits.max(axis=-1)
            self.undefined |= ~np.isfinite(largest)
            usable = ~self.undefined[:, None]
            self.masked &= usable
            logits = np.where(finite & usable, logits, np.where(usable, largest[:, None], 0.0))
            operand = np.where(usable, operand, 0.0)
        self.logits, self.operand, self.temperature = logits, operand, temperature
        self._any_undefined = bool(self.undefined.any())
        self._kept: dict[tuple[bytes, int], Rows] = {}

    def value(self, formula: Formula) -> Array:
        """The formula's value for each row, (n, ...), rounded to float64."""
        if 0 < self.logits.size <= FEW:
            value = floats(self.in_decimals(np.arange(len(self.logits)), formula))
        else:
            number, scale = self._in_double_double(formula)
            value = number.high.copy()  # the rows may keep it
            rows = np.flatnonzero(self._needs_decimals(number, scale) & ~self.undefined)
            if rows.size:
                value[rows] = floats(self.in_decimals(rows, formula))
        if self._any_undefined:
            value[self.undefined] = np.nan
        value += 0.0  # turns -0.0 into 0.0
        return value

    def single_row(self, row: int) -> "Block":
        """One of the rows by itself."""
        logits = np.where(self.masked[row], -np.inf, self.logits[row])
        return Block(logits[None], self.operand[[row]], self.temperature)

    def unrounded(self, formula: Formula) -> tuple[DoubleDouble, Array]:
        """The formula's value, (n, ...), and the scale by which its relative error is to be judged."""
        number, scale = self._in_double_double(formula)
        high, low = number.high.copy(), number.low.copy()
        size = np.abs(high) if scale is None else scale.copy()
        outside = self.out_of_range | ~np.isfinite(high).all(axis=-1)
        rows = np.flatnonzero(outside & ~self.undefined)
        for row, exact in zip(rows, self.in_decimals(rows, formula) if rows.size else (), strict=True):
            high[row] = floats(exact)
            low[row] = _tails(exact, high[row])
            size[row] = np.abs(high[row])
        high[self.undefined] = np.nan
        return DoubleDouble(high, low), size

    @cached_property
    def out_of_range(self) -> Mask:
        """Rows with numbers that double-double arithmetic does not span."""
        if not 1 / _SPAN <= self.temperature <= _SPAN:
            return np.ones(len(self.logits), dtype=np.bool_)
        largest = np.abs(self.operand).max(axis=-1)
        unusual: Mask = (largest != 0) & ((largest < 1 / _SPAN) | (largest > _SPAN))
        unusual |= np.abs(self.logits).max(axis=-1) > _LARGEST_LOGIT
        return unusual

    def _rows(self, arithmetic: Arithmetic, which: slice | Indices, temperature: Number) -> Rows:
        return Rows(
            arithmetic,
            arithmetic.lift(self.logits[which]),
            operand=self.operand[which],
            masked=self.masked[which],
            peak=self.peak[which],
            temperature=temperature,
        )

    @cached_property
    def _in_double_doubles(self) -> Rows:
        arithmetic = DoubleDoubles()
        return self._rows(arithmetic, slice(None), arithmetic.lift(np.array(self.temperature)))

    def _in_double_double(self, formula: Formula) -> tuple[DoubleDouble, Array | None]:
        with np.errstate(all="ignore"):  # rows that leave the range are found and done again
            number, scale = formula(self._in_double_doubles)
        return number, scale

    def _needs_decimals(self, number: DoubleDouble, scale: Array | None) -> Mask:
        """Rows for which double-double values may be wrong."""
        wrong = ~np.isfinite(number.high)
        if scale is not None:
            with np.errstate(all="ignore"):
                wrong |= np.abs(number.high) * TOLERANCE < scale * DoubleDoubles.resolution
        rows: Mask = wrong.any(axis=tuple(range(1, wrong.ndim))) | self.out_of_range
        return rows

    def in_decimals(self, rows: Indices, formula: Formula, digits: int = FIRST_DIGITS) -> Any:
        """Values of m rows, an array of Decimal (m, ...): each with enough digits, and at least so many."""
        number, scale = self.with_digits(rows, formula, digits)
        if scale is None:
            return number
        needed = [digits_needed(*each) for each in zip(number, scale, strict=True)]
        if max(needed) > digits:
            number = number.copy()  # the rows may keep it
            for more in {each for each in needed if each > digits}:
                again = np.equal(needed, more)
                number[again] = self.in_decimals(rows[again], formula, more)
        return number

    def with_digits(self, rows: Indices | int, formula: Formula, digits: int) -> tuple[Any, Any]:
        """Values and scale of m rows, or of one, in decimals, arrays (m, ...)."""
        arithmetic, which = decimals(digits), np.atleast_1d(rows)
        key = which.tobytes(), digits
        if key not in self._kept:
            self._kept[key] = self._rows(arithmetic, which, Decimal(self.temperature))
        with localcontext(arithmetic.context):
            return formula(self._kept[key])


def _tails(exact: Any, rounded: Array) -> list[float]:
    """Exact values minus their rounded ones, as float64."""
    with localcontext(decimals(FIRST_DIGITS).context):
        return [
            float(number - Decimal(value)) if math.isfinite(value) else 0.0
            for number, value in zip(exact.tolist(), rounded.tolist(), strict=True)
        ]


def digits_needed(number: Any, scale: Any) -> int:
    """Digits with which every value is exact to float64 although some of them cancelled."""
    needed = 0
    for value, size in zip(number.ravel().tolist(), scale.ravel().tolist(), strict=True):
        if size and size.is_finite():
            to_zero = size.adjusted() + _DIGITS_TO_ZERO
            cancelled = min(size.adjusted() - value.adjusted(), to_zero) if value else to_zero
            needed = max(needed, _GUARD_DIGITS + cancelled)
    return needed


def evaluate(
    formula: Formula, logits: Array, operand: Array, temperature: float, *, matrix: bool = False
) -> Array:
    """`Block.value` for any number of rows, a cache-sized block at a time."""
    parts = [block.value(formula) for block in blocks(logits, operand, temperature, matrix=matrix)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def evaluate_together(
    formulas: Sequence[Formula], logits: Array, operand: Array, temperature: float
) -> list[Array]:
    """`evaluate` for several formulas of the same rows, which share their exponentials."""
    parts = [[block.value(formula) for formula in formulas] for block in blocks(logits, operand, temperature)]
    return [np.concatenate(values) for values in zip(*parts, strict=True)]


def blocks(logits: Array, operand: Array, temperature: float, *, matrix: bool = False) -> Iterator[Block]:
    """The rows in blocks, at least one (empty) block."""
    count, classes = logits.shape
    step = max(1, _BLOCK // (classes * classes if matrix else classes))
    for start in range(0, max(count, 1), step):
        yield Block(logits[start : start + step], operand[start : start + step], temperature)
