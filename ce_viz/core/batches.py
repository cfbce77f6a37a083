"""The fast path for batches."""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import FloatArray
from ce_viz.core.labels import one_hot
from ce_viz.core.losses import cross_entropy, cross_entropy_grad


def cross_entropy_value_and_grad(
    logits: ArrayLike, labels: ArrayLike, *, reduction: str = "mean", out: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Loss and gradient for ``(N, K)`` logits and N labels or ``(N, K)`` targets."""
    values = np.asarray(logits)
    targets = np.asarray(labels)
    if targets.ndim == 1:
        targets = one_hot(targets, values.shape[-1])
    loss = cross_entropy(values, targets, reduction=reduction)
    grad = cross_entropy_grad(values, targets, reduction=reduction)
    if out is None:
        return loss, grad
    out[...] = grad
    return loss, out
