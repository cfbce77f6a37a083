"""Sums over a batch that hold their digits however much the rows cancel."""

from collections.abc import Sequence
from decimal import Decimal, localcontext

import numpy as np

from ce_viz.core.arrays import Array
from ce_viz.core.exact.arithmetic import DoubleDoubles, decimals
from ce_viz.core.exact.double_double import DoubleDouble
from ce_viz.core.exact.evaluate import FIRST_DIGITS, TOLERANCE, Block, digits_needed
from ce_viz.core.exact.formulas import Formula

_CHUNK = 2**16  # products formed at a time
_NEAR_SUBNORMAL = 2.0**-900


def row_sums(formula: Formula, blocks: Sequence[Block], features: Array, divisor: int) -> Array:
    """``sum_n value_nc features_nd / divisor`` for the formula's value (N, C): shape (C, D), float64.

    Args:
      formula: Value per class or per row.
      blocks: The N rows, in order.
      features: (N, D), finite or NaN.
      divisor: A positive whole number.
    """
    numbers, scales = zip(*(block.unrounded(formula) for block in blocks), strict=True)
    value = DoubleDouble(
        np.concatenate([number.high for number in numbers]),
        np.concatenate([number.low for number in numbers]),
    )
    scale = np.concatenate(scales)  # (N, C)
    result = np.empty((scale.shape[1], features.shape[1]))
    width = max(1, _CHUNK // max(1, scale.size))
    for start in range(0, features.shape[1], width):
        columns = slice(start, start + width)
        result[:, columns] = _chunk(value, scale, features[:, columns], divisor)
    if any(block.undefined.any() for block in blocks):
        return np.full_like(result, np.nan)
    for c, d in np.argwhere(np.isnan(result) & ~np.isnan(features).any(axis=0)):
        result[c, d] = _one_sum(formula, blocks, int(c), features[:, d].tolist(), divisor)
    return result


def _chunk(value: DoubleDouble, scale: Array, features: Array, divisor: int) -> Array:
    """The sums in double-double arithmetic, NaN where that may be wrong."""
    with np.errstate(all="ignore"):
        total = (value[:, :, None] * features[:, None, :]).sum(axis=0)  # (C, D)
        bound = (scale[:, :, None] * np.abs(features[:, None, :])).sum(axis=0)
        size = np.abs(total.high)
        sure = (size * TOLERANCE >= bound * DoubleDoubles.resolution) & (size < np.inf)
        sure &= (size == 0) | (size >= _NEAR_SUBNORMAL)
        return np.where(sure, (total / float(divisor)).high, np.nan)


def _one_sum(formula: Formula, blocks: Sequence[Block], c: int, features: list[float], divisor: int) -> float:
    """One of the sums, in decimals with as many digits as its cancelling calls for."""
    digits = FIRST_DIGITS
    while True:
        with localcontext(decimals(digits).context):
            rows = (
                block.with_digits(row, formula, digits)
                for block in blocks
                for row in range(len(block.logits))
            )
            total = size = Decimal(0)
            for (value, scale), feature in zip(rows, map(Decimal, features), strict=True):
                total += value[0, c] * feature
                size += abs(feature) * (abs(value[0, c]) if scale is None else scale[0, c])
            needed = digits_needed(np.array([total]), np.array([size])) if total.is_finite() else 0
            if needed <= digits:
                return float(total / divisor)
        digits = needed
