"""Targets: from class numbers, smoothed, rescaled."""

import math
import operator
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ce_viz.core._inputs import cast, classes_last
from ce_viz.core.arrays import FloatArray
from ce_viz.core.exact.double_double import DoubleDouble


def one_hot(labels: ArrayLike, num_classes: int) -> FloatArray:
    """Targets that are 1 at the label and 0 elsewhere.

    Args:
      labels: Classes counted from 0, integers in [0, num_classes), any shape ``(...)``.
      num_classes: K >= 1.
    Returns:
      float64 targets, shape ``(..., K)``, exact.
    Raises:
      ValueError: Labels that are not integers or out of range (counted from 1, perhaps).

    Example:
      >>> one_hot([2, 0], 3)
      array([[0., 0., 1.],
             [1., 0., 0.]])
    """
    classes = _class_count(num_classes)
    index = label_indices("labels", labels, classes)
    targets = np.zeros((*index.shape, classes))
    np.put_along_axis(targets, index[..., None], 1.0, axis=-1)
    return targets


def label_indices(name: str, labels: ArrayLike, num_classes: int) -> NDArray[np.intp]:
    """The labels as indices, checked to be whole numbers in [0, num_classes)."""
    index = np.asarray(labels)
    if index.size and index.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integers, got dtype {index.dtype}")
    if index.size:
        low, high = int(index.min()), int(index.max())
        if low < 0 or high >= num_classes:
            hint = (
                " (class numbers start at 0; are these counted from 1?)"
                if high == num_classes and low > 0
                else ""
            )
            raise ValueError(
                f"{name} must be in [0, {num_classes - 1}], got {low if low < 0 else high}{hint}"
            )
    return index.astype(np.intp, copy=False)


def _class_count(num_classes: int) -> int:
    try:
        count = operator.index(num_classes)
    except TypeError:
        count = 0
    if count < 1:
        raise ValueError(f"num_classes must be an integer >= 1, got {num_classes!r}")
    return count


def smooth_labels(targets: ArrayLike, label_smoothing: float) -> FloatArray:
    """Targets mixed with the uniform distribution: ``(1 - eps) y + eps / K``.

    A sum of 1 stays 1. The true class keeps ``1 - eps + eps/K``; some texts spread eps over
    the K - 1 other classes instead.

    Args:
      targets: y, shape ``(..., K)``.
      label_smoothing: eps in [0, 1].
    Returns:
      Smoothed targets, same shape; within 1 ULP of the exact value, type as in `softmax`.
    Raises:
      ValueError: No class on the last axis, or eps outside [0, 1].
    Source: Szegedy et al. 2016, doi:10.1109/CVPR.2016.308, section 7.

    Example:
      >>> smooth_labels([1.0, 0.0, 0.0, 0.0], 0.2)
      array([0.85, 0.05, 0.05, 0.05])
    """
    values, kind = classes_last("targets", targets)
    eps = float(label_smoothing)
    if not 0 <= eps <= 1:
        raise ValueError(f"label_smoothing must be in [0, 1], got {label_smoothing}")
    with np.errstate(all="ignore"):
        mixed = (
            DoubleDouble(values) - DoubleDouble(values) * eps + DoubleDouble(eps) / float(values.shape[-1])
        )
    result = mixed.high
    for index in zip(*np.nonzero(np.isfinite(values) & ~np.isfinite(result)), strict=True):
        result[index] = mixed_exactly(
            float(values[index]), eps, values.shape[-1]
        )  # near the end of the range
    result = np.where(np.isfinite(values), result, values)
    return cast(result, kind)


def mixed_exactly(target: float, label_smoothing: float, num_classes: int) -> float:
    """One smoothed target, correctly rounded."""
    eps = Fraction(label_smoothing)
    return float((1 - eps) * Fraction(target) + eps / num_classes)


def rescale_others(targets: ArrayLike, index: int) -> FloatArray:
    """Targets that sum to 1 with one entry kept: the others are scaled in proportion.

    The entry at ``index`` is first clipped to [0, 1]. Others that are all 0 share equally.

    Args:
      targets: y, shape ``(K,)`` with K >= 2, finite and >= 0 but for the entry at ``index``.
      index: The class to keep, in [0, K).
    Returns:
      Targets, same shape; within 1 ULP of the exact value, type as in `softmax`.
    Raises:
      ValueError: Fewer than two classes, more than one axis, other entries that are negative or
        not finite, NaN at ``index``, or an index out of range.

    Example:
      >>> rescale_others([0.5, 0.5, 0.0, 0.5], 0)
      array([0.5 , 0.25, 0.  , 0.25])
      >>> rescale_others([0.4, 0.0, 0.0], 0)
      array([0.4, 0.3, 0.3])
    """
    values, kind = classes_last("targets", targets)
    if values.ndim != 1 or values.size < 2:
        raise ValueError(f"targets must be one row of at least 2 classes, got shape {values.shape}")
    kept_index = int(label_indices("index", index, values.size)[()])
    kept = min(max(float(values[kept_index]), 0.0), 1.0)
    others = values.tolist()
    others[kept_index] = 0.0
    if math.isnan(kept) or not all(0 <= value < math.inf for value in others):
        raise ValueError(f"targets must be finite and >= 0, got {values.tolist()}")
    exact = [Fraction(value) for value in others]
    if not any(exact):
        exact = [Fraction(k != kept_index) for k in range(values.size)]
    factor = (1 - Fraction(kept)) / sum(exact)
    result = [float(value * factor) for value in exact]
    result[kept_index] = kept
    return cast(np.array(result), kind)
