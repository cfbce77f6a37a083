"""Entropy and Kullback-Leibler divergence, in nats, with ``0 log 0 = 0``.

The exact variant: every value within 1 ULP, whatever the numbers.
"""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import cast, check_finite, check_not_negative, classes_last, positive, rows_input
from ce_viz.core.arrays import FloatArray
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.evaluate import evaluate


def entropy(probs: ArrayLike) -> FloatArray:
    """Entropy ``H(p) = -sum_k p_k log p_k``.

    Args:
      probs: p >= 0, finite, shape ``(..., K)``; usually with sum 1, which is not assumed.
    Returns:
      Nats, shape ``(...)``; within 1 ULP of the exact value, type as in `softmax`.
    Raises:
      ValueError: No class on the last axis, or numbers that are negative or infinite.
    Source: Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x.

    Example:
      >>> entropy([0.5, 0.5, 0.0])
      np.float64(0.6931471805599453)
    """
    values, kind = classes_last("probs", probs)
    check_finite("probs", values)
    check_not_negative("probs", values)
    rows = values.reshape(-1, values.shape[-1])
    value = evaluate(_formulas.entropy, np.zeros_like(rows), rows, 1.0)
    return cast(value.reshape(values.shape[:-1]), kind)


def softmax_entropy(logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Entropy of ``softmax(o/T)`` as ``log sum + sum_k S_k (max o - o_k)/T``: no term is negative.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      temperature: T, finite and > 0.
    Returns:
      Nats in [0, log K], shape ``(...)``; within 1 ULP of the exact value even where one class is
      nearly certain, type of the logits.
    Raises:
      ValueError: As `softmax`.
    Source: Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x.

    Example:
      >>> softmax_entropy([40.0, 0.0])
      np.float64(1.7418252446695514e-16)
    """
    rows = rows_input(logits)
    temperature = positive("temperature", temperature)
    value = evaluate(_formulas.softmax_entropy, rows.logits, rows.operand, temperature)
    return rows.in_callers_shape(value[:, 0])


def kl_divergence(targets: ArrayLike, logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Divergence of the model from the targets: ``KL(y || S) = sum_k y_k log(y_k / S_k)``, S = softmax(o/T).

    Args:
      targets: y >= 0, finite, shape ``(..., K)``.
      logits: Raw scores o, same shape (batch axes broadcast); ``-inf`` masks a class.
      temperature: T, finite and > 0.
    Returns:
      Nats, shape ``(...)``; >= 0 where the targets sum to 1, infinite where a masked class has
      weight; within 1 ULP of the exact value even where S and y nearly agree, type of the logits.
    Raises:
      ValueError: Shapes that do not fit, targets that are negative or infinite, or T not finite
        and > 0.
    Source: Kullback & Leibler 1951, doi:10.1214/aoms/1177729694.

    Example:
      >>> kl_divergence([0.5, 0.5], [1e-9, 0.0])
      np.float64(1.25e-19)
    """
    rows = rows_input(logits, "targets", targets)
    check_not_negative("targets", rows.operand)
    temperature = positive("temperature", temperature)
    value = evaluate(_formulas.divergence, rows.logits, rows.operand, temperature)
    return rows.in_callers_shape(value[:, 0])
