"""Checks and conversions of arguments and results, shared by the public functions."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core.arrays import Array, FloatArray

REDUCTIONS = ("none", "mean", "sum")


def real_numbers(name: str, values: ArrayLike) -> tuple[Array, np.dtype[np.floating]]:
    """The values in float64, and the type in which results about them are returned."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be real numbers, got dtype {array.dtype}")
    kind: np.dtype[np.floating] = np.dtype(np.float64)
    if array.dtype.type in (np.float16, np.float32):
        kind = np.dtype(array.dtype.type)
    return array.astype(np.float64, copy=False), kind


def classes_last(name: str, values: ArrayLike) -> tuple[Array, np.dtype[np.floating]]:
    """Like `real_numbers`, for values with classes on the last axis."""
    array, kind = real_numbers(name, values)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one class on its last axis, got shape {array.shape}")
    return array, kind


class RowsInput(NamedTuple):
    """Logits and a second operand as rows, and the shape and type in which results are returned."""

    logits: Array  # (N, K)
    operand: Array  # (N, K), targets or a vector; zeros where a formula takes none
    leading: tuple[int, ...]  # batch axes, with product N
    kind: np.dtype[np.floating]

    def in_callers_shape(self, values: Array) -> FloatArray:
        """``(N, ...)`` with the caller's batch axes and in the caller's type."""
        return cast(values.reshape(self.leading + values.shape[1:]), self.kind)


def rows_input(logits: ArrayLike, name: str = "", operand: ArrayLike | None = None) -> RowsInput:
    """Checked logits and the operand that the caller knows as ``name``; batch axes broadcast."""
    rows, kind = classes_last("logits", logits)
    other = np.zeros(rows.shape)
    if operand is not None:
        other, _ = classes_last(name, operand)
        check_finite(name, other)
        if other.shape != rows.shape:
            rows, other = _broadcast(rows, name, other)
    classes = rows.shape[-1]
    return RowsInput(rows.reshape(-1, classes), other.reshape(-1, classes), rows.shape[:-1], kind)


def _broadcast(rows: Array, name: str, other: Array) -> tuple[Array, Array]:
    mismatch = ValueError(f"{name} must fit logits of shape {rows.shape}, got shape {other.shape}")
    if rows.shape[-1] != other.shape[-1]:
        raise mismatch
    try:
        leading = np.broadcast_shapes(rows.shape[:-1], other.shape[:-1])
    except ValueError:
        raise mismatch from None
    shape = (*leading, rows.shape[-1])
    return np.broadcast_to(rows, shape), np.broadcast_to(other, shape)


def check_finite(name: str, values: Array) -> None:
    """Refuses infinite values; NaN passes and stays visible in the result."""
    if np.isinf(values).any():
        raise ValueError(f"{name} must be finite, got {values[np.isinf(values)][0]}")


def check_not_negative(name: str, values: Array) -> None:
    """Refuses negative values, of which there is no logarithm."""
    if (values < 0).any():
        raise ValueError(f"{name} must be >= 0, got {values[values < 0][0]}")


def cast(values: Array, kind: np.dtype[np.floating]) -> FloatArray:
    """The values converted to a type, a NumPy scalar if they have no axes; too large becomes infinite."""
    if kind != np.float64:
        with np.errstate(over="ignore", under="ignore"):
            return values.astype(kind)[()]
    return values[()]


def positive(name: str, value: float) -> float:
    """The value, checked to be finite and > 0."""
    number = float(value)
    if not 0 < number < math.inf:
        raise ValueError(f"{name} must be finite and > 0, got {value}")
    return number


def check_reduction(reduction: str) -> None:
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction must be one of {REDUCTIONS}, got {reduction!r}")
