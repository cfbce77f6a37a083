"""Gradient descent on the logits themselves."""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import FloatArray, classes
from ce_viz.core.losses import cross_entropy_grad, squared_error_grad


def gradient_descent(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
    loss: str = "cross_entropy",
    temperature: float = 1.0,
) -> FloatArray:
    """The path of ``o <- o - learning_rate * dL/do``: shape ``(steps + 1, K)``, the start first."""
    values, kind = classes("logits", logits)
    path = np.empty((steps + 1, *values.shape))
    path[0] = values
    for step in range(steps):
        if loss == "cross_entropy":
            grad = cross_entropy_grad(path[step], targets, temperature=temperature)
        elif loss == "squared_error":
            grad = squared_error_grad(path[step], targets)
        else:
            raise ValueError(f"loss must be 'cross_entropy' or 'squared_error', got {loss!r}")
        path[step + 1] = path[step] - learning_rate * grad
    return path.astype(kind)
