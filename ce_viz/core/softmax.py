"""Softmax, its logarithm, its Jacobian and the Jacobian's products with a vector."""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import FloatArray, checked_temperature, classes


def _weights(logits: np.ndarray, temperature: float) -> np.ndarray:
    peak = logits.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return np.exp((logits - peak) / temperature)


def softmax(logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Probabilities over the last axis: ``S_i = exp(o_i/T) / sum_k exp(o_k/T)``."""
    values, kind = classes("logits", logits)
    weights = _weights(values, checked_temperature(temperature))
    return (weights / weights.sum(axis=-1, keepdims=True)).astype(kind)


def log_softmax(logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Log-probabilities over the last axis: ``o/T - logsumexp(o/T)``."""
    values, kind = classes("logits", logits)
    temperature = checked_temperature(temperature)
    peak = values.argmax(axis=-1)[..., None]
    weights = _weights(values, temperature)
    np.put_along_axis(weights, peak, 0.0, axis=-1)
    shifted = (values - np.take_along_axis(values, peak, axis=-1)) / temperature
    return (shifted - np.log1p(weights.sum(axis=-1, keepdims=True))).astype(kind)


def softmax_jacobian(logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """The Jacobian: ``[i, j] = dS_i/do_j = S_i (delta_ij - S_j) / T``, rows are S_i."""
    values, kind = classes("logits", logits)
    probs = softmax(values, temperature=temperature)
    eye = np.eye(values.shape[-1])
    return (probs[..., :, None] * (eye - probs[..., None, :]) / temperature).astype(kind)


def softmax_jvp(logits: ArrayLike, tangent: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Jacobian times a vector of logit changes: ``S_i (v_i - sum_k S_k v_k) / T``."""
    values, kind = classes("logits", logits)
    vector, _ = classes("tangent", tangent)
    probs = softmax(values, temperature=temperature)
    mean = (probs * vector).sum(axis=-1, keepdims=True)
    return (probs * (vector - mean) / temperature).astype(kind)


def softmax_vjp(logits: ArrayLike, cotangent: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """A row vector times the Jacobian, which is symmetric: the same as `softmax_jvp`."""
    return softmax_jvp(logits, cotangent, temperature=temperature)
