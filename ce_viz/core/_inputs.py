"""Checks shared by the public functions: what is refused, and in which words."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.floating]


def float_array(name: str, values: ArrayLike) -> tuple[NDArray[np.float64], np.dtype[np.floating]]:
    """The values in float64, with the floating type in which the answer goes back."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be real numbers, got dtype {array.dtype}")
    kind = array.dtype if array.dtype in (np.float16, np.float32) else np.dtype(np.float64)
    return array.astype(np.float64, copy=False), kind


def classes(name: str, values: ArrayLike) -> tuple[NDArray[np.float64], np.dtype[np.floating]]:
    """Like `float_array`, for values with classes on the last axis."""
    array, kind = float_array(name, values)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one class on its last axis, got shape {array.shape}")
    return array, kind


def checked_temperature(temperature: float) -> float:
    value = float(temperature)
    if not 0 < value < math.inf:
        raise ValueError(f"temperature must be finite and > 0, got {temperature}")
    return value


def checked_reduction(reduction: str) -> str:
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"reduction must be 'none', 'mean' or 'sum', got {reduction!r}")
    return reduction
