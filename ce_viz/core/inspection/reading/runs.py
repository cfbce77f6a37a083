"""Columns side by side that sum to 1, or to 100, in every row: probabilities among other numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.errors import MAX_CLASSES
from ce_viz.core.inspection.reading.evidence import NOISE, sampled
from ce_viz.core.inspection.reading.fields import Field

_SURE_ROWS = 8  # of fewer any numbers may sum to 1
_ROUNDING = 1.5e-2


def runs(table: Sequence[Field]) -> list[list[Field]]:
    """The groups of neighbours of which each row sums to 1 or 100, from the left."""
    found: list[list[Field]] = []
    stretch: list[Field] = []
    for one in table:
        if one.facts.filled and one.facts.low >= -NOISE:
            stretch.append(one)
        else:
            found += _within(stretch)
            stretch = []
    return found + _within(stretch)


def _within(stretch: Sequence[Field]) -> list[list[Field]]:
    if not 2 <= len(stretch) <= MAX_CLASSES or stretch[0].rows < _SURE_ROWS:
        return []
    columns = values(stretch)
    columns = columns[np.isfinite(columns).all(axis=1)]
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.concatenate([np.zeros((len(columns), 1)), columns.cumsum(axis=1)], axis=1)
    found, start = [], 0
    while start < len(stretch) - 1 and len(columns):
        end = _end(sums, start)
        if end is None or all(one.facts.whole for one in stretch[start:end]):
            start += 1
        else:
            found.append(list(stretch[start:end]))
            start = end
    return found


def _end(sums: NDArray[np.float64], start: int) -> int | None:
    """Where a group that begins there ends, as far to the right as it can."""
    with np.errstate(over="ignore", invalid="ignore"):
        for unit in (1.0, 100.0):
            first = sums[0, start + 2 :] - sums[0, start]
            for at in np.flatnonzero(np.abs(first - unit) <= unit * _ROUNDING)[::-1]:
                end = int(start + 2 + at)
                if (np.abs(sums[:, end] - sums[:, start] - unit) <= unit * _ROUNDING).all():
                    return end
    return None


def values(table: Sequence[Field]) -> NDArray[np.float64]:
    """Some rows of the columns, ``(rows, columns)``."""
    return np.stack([sampled(one.rough() if one.rough else one.numbers) for one in table], axis=1)
