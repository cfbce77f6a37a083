"""Largest, smallest and sum of every row of a long table.

NumPy reduces along a short last axis one row at a time: for ten classes that takes ten times as long as turning
blocks that fit the cache and reducing along the long axis.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK_VALUES = 1 << 18  # values worked on at a time: 2 MB

_LONG = 64  # classes from which NumPy's own way is as fast

_Values = NDArray[np.floating]


def row_blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Slices of rows, each with about BLOCK_VALUES values."""
    num_rows, num_classes = shape
    step = max(1, BLOCK_VALUES // max(num_classes, 1))
    for start in range(0, num_rows, step):
        yield slice(start, min(start + step, num_rows))


def row_max(values: _Values) -> NDArray[np.float64]:
    """Largest value of each row, ``(N, K) -> (N,)``; NaN where the row has one."""
    return _reduced(values, np.max)


def row_min(values: _Values) -> NDArray[np.float64]:
    """Smallest value of each row, ``(N, K) -> (N,)``; NaN where the row has one."""
    return _reduced(values, np.min)


def row_sum(values: _Values) -> NDArray[np.float64]:
    """Sum of each row in float64, ``(N, K) -> (N,)``."""
    return _reduced(values, np.sum)


def _reduced(values: _Values, reduce: Callable[..., NDArray[np.floating]]) -> NDArray[np.float64]:
    result = np.empty(len(values))
    for rows in row_blocks(values.shape):
        block = values[rows].astype(np.float64, copy=False)
        if values.shape[1] < _LONG:
            result[rows] = reduce(np.ascontiguousarray(block.T), axis=0)
        else:
            result[rows] = reduce(block, axis=1)
    return result
