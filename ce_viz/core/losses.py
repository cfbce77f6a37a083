"""Cross-entropy, squared error, entropy and KL divergence: values and gradients."""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import FloatArray, checked_reduction, classes
from ce_viz.core.softmax import log_softmax, softmax, softmax_vjp


def _pair(logits: ArrayLike, targets: ArrayLike):  # type: ignore[no-untyped-def]
    values, kind = classes("logits", logits)
    weights, _ = classes("targets", targets)
    if values.shape[-1] != weights.shape[-1]:
        raise ValueError(f"targets must have the classes of logits {values.shape}, got shape {weights.shape}")
    return values, weights, kind


def _reduced(losses: np.ndarray, reduction: str) -> FloatArray:
    if checked_reduction(reduction) == "mean":
        return losses.mean()  # type: ignore[no-any-return]
    return losses.sum() if reduction == "sum" else losses


def cross_entropy(
    logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0, reduction: str = "none"
) -> FloatArray:
    """Cross-entropy in nats: ``-sum_k y_k log S_k``."""
    values, weights, kind = _pair(logits, targets)
    log_probs = log_softmax(values, temperature=temperature)
    terms = np.where(weights == 0, 0.0, -weights * np.where(weights == 0, 0.0, log_probs))
    return _reduced(terms.sum(axis=-1), reduction).astype(kind)


def cross_entropy_grad(
    logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0, reduction: str = "none"
) -> FloatArray:
    """Gradient of the cross-entropy by the logits: ``(S_j sum_k y_k - y_j) / T``."""
    values, weights, kind = _pair(logits, targets)
    probs = softmax(values, temperature=temperature)
    grad = (probs * weights.sum(axis=-1, keepdims=True) - weights) / temperature
    if checked_reduction(reduction) == "mean":
        grad = grad / max(grad.size // grad.shape[-1], 1)
    return grad.astype(kind)


def probs_grad(logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Gradient of the cross-entropy by the probabilities: ``-y_i / S_i``."""
    values, weights, kind = _pair(logits, targets)
    log_probs = log_softmax(values, temperature=temperature)
    with np.errstate(over="ignore"):
        return np.where(weights == 0, 0.0, -weights * np.exp(-np.where(weights == 0, 0.0, log_probs))).astype(
            kind
        )


def chain_rule_terms(logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Terms of the chain rule: ``M_ij = (dL/dS_i)(dS_i/do_j) = y_i (S_j - delta_ij) / T``."""
    values, weights, kind = _pair(logits, targets)
    probs = softmax(values, temperature=temperature)
    eye = np.eye(values.shape[-1])
    return (weights[..., :, None] * (probs[..., None, :] - eye) / temperature).astype(kind)


def entropy(probs: ArrayLike) -> FloatArray:
    """Entropy in nats: ``-sum_k p_k log p_k`` with ``0 log 0 = 0``."""
    values, kind = classes("probs", probs)
    return -(values * np.log(np.where(values == 0, 1.0, values))).sum(axis=-1).astype(kind)  # type: ignore[no-any-return]


def softmax_entropy(logits: ArrayLike) -> FloatArray:
    """Entropy of softmax(logits) in nats."""
    values, kind = classes("logits", logits)
    probs = softmax(values)
    log_probs = np.where(probs == 0, 0.0, log_softmax(values))
    return -(probs * log_probs).sum(axis=-1).astype(kind)  # type: ignore[no-any-return]


def kl_divergence(targets: ArrayLike, logits: ArrayLike) -> FloatArray:
    """Kullback-Leibler divergence in nats: ``sum_k y_k (log y_k - log S_k)``."""
    return cross_entropy(logits, targets) - entropy(targets)  # type: ignore[no-any-return]


def squared_error(logits: ArrayLike, targets: ArrayLike) -> FloatArray:
    """Half the squared error of the probabilities: ``1/2 sum_k (S_k - y_k)^2``."""
    values, weights, kind = _pair(logits, targets)
    return (0.5 * ((softmax(values) - weights) ** 2).sum(axis=-1)).astype(kind)  # type: ignore[no-any-return]


def squared_error_grad(logits: ArrayLike, targets: ArrayLike) -> FloatArray:
    """Gradient of `squared_error` by the logits: ``S_j (e_j - sum_k S_k e_k)`` with ``e = S - y``."""
    values, weights, kind = _pair(logits, targets)
    return softmax_vjp(values, softmax(values) - weights).astype(kind)


def finite_difference_grad(
    logits: ArrayLike, targets: ArrayLike, *, step: float, temperature: float = 1.0
) -> FloatArray:
    """Central differences of the cross-entropy: ``(L(o + h e_j) - L(o - h e_j)) / 2h``."""
    values, weights, kind = _pair(logits, targets)
    shifts = step * np.eye(values.shape[-1])
    up = cross_entropy(values[..., None, :] + shifts, weights[..., None, :], temperature=temperature)
    down = cross_entropy(values[..., None, :] - shifts, weights[..., None, :], temperature=temperature)
    return ((up - down) / (2 * step)).astype(kind)


def linear_grad(logits: ArrayLike, targets: ArrayLike, inputs: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Gradients of the cross-entropy of ``o = W x + b`` by W, ``(K, D)``, and b, ``(K,)``; batch mean."""
    values, weights, kind = _pair(logits, targets)
    features, _ = classes("inputs", inputs)
    grad = cross_entropy_grad(values, weights, reduction="mean").reshape(-1, values.shape[-1])
    rows = features.reshape(-1, features.shape[-1])
    return (grad.T @ rows).astype(kind), grad.sum(axis=0).astype(kind)
