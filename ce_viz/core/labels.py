"""Targets: from class numbers, smoothed, rescaled."""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import FloatArray, classes


def one_hot(labels: ArrayLike, num_classes: int) -> FloatArray:
    """Targets that are 1 at the label and 0 elsewhere, shape ``labels.shape + (num_classes,)``."""
    index = np.asarray(labels)
    if index.size and index.dtype.kind not in "iu":
        raise ValueError(f"labels must be integers, got dtype {index.dtype}")
    bad = index[(index < 0) | (index >= num_classes)]
    if bad.size:
        raise ValueError(
            f"labels must be in [0, {num_classes - 1}], got {bad.flat[0]} (are the labels counted from 1?)"
        )
    return np.eye(num_classes)[index.astype(np.intp)]


def smooth_labels(targets: ArrayLike, label_smoothing: float) -> FloatArray:
    """Smoothed targets: ``(1 - eps) y + eps / K``."""
    values, kind = classes("targets", targets)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be in [0, 1], got {label_smoothing}")
    return ((1 - label_smoothing) * values + label_smoothing / values.shape[-1]).astype(kind)


def rescale_others(targets: ArrayLike, index: int) -> FloatArray:
    """Keep entry ``index`` (clipped to [0, 1]); scale the others in proportion so that the sum is 1."""
    values, kind = classes("targets", targets)
    result = values.copy()
    kept = min(max(float(values[index]), 0.0), 1.0)
    result[index] = 0.0
    others = result.sum()
    result = (
        result * ((1 - kept) / others) if others > 0 else np.full_like(result, (1 - kept) / (result.size - 1))
    )
    result[index] = kept
    return result.astype(kind)
