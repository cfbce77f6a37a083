"""Softmax, its logarithm, its Jacobian and the Jacobian's products with a vector.

The exact variant: every value within 1 ULP, whatever the logits. `batches` has a fast one.
"""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import positive, rows_input
from ce_viz.core.arrays import FloatArray
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.evaluate import evaluate


def softmax(logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Probabilities over the last axis: ``S_i = exp(o_i/T) / sum_k exp(o_k/T)``.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class. NaN, ``+inf`` or a row
        with every class masked gives a row of NaN.
      temperature: T, finite and > 0.
    Returns:
      Probabilities in [0, 1], same shape; within 1 ULP of the exact value. float16 and
      float32 come back in their own type, computed in float64 and rounded once; everything
      else in float64.
    Raises:
      ValueError: No class on the last axis, not real numbers, or T not finite and > 0.
    Source: Bridle 1990, doi:10.1007/978-3-642-76153-9_28.

    Example:
      >>> softmax([2.0, 1.0, 0.1])
      array([0.65900114, 0.24243297, 0.09856589])
      >>> softmax([1000.0, float("-inf"), 1000.0])
      array([0.5, 0. , 0.5])
    """
    rows = rows_input(logits)
    value = evaluate(_formulas.probs, rows.logits, rows.operand, positive("temperature", temperature))
    return rows.in_callers_shape(value)


def log_softmax(logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Log-probabilities over the last axis: ``o/T - logsumexp(o/T)``.

    Near 0 the winner's value is ``-log1p(sum of the others)``: taking the logarithm of a
    number next to 1 would lose every digit.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      temperature: T, finite and > 0.
    Returns:
      Values <= 0 in nats, same shape, ``-inf`` for a masked class; within 1 ULP of the exact
      value, type as in `softmax`.
    Raises:
      ValueError: As `softmax`.
    Source: Blanchard, Higham & Higham 2021, doi:10.1093/imanum/draa038.

    Example:
      >>> log_softmax([1000.0, 1.0])
      array([   0., -999.])
    """
    rows = rows_input(logits)
    value = evaluate(_formulas.log_probs, rows.logits, rows.operand, positive("temperature", temperature))
    value[(rows.logits == -np.inf) & ~np.isnan(value)] = -np.inf
    return rows.in_callers_shape(value)


def softmax_jacobian(logits: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """The Jacobian ``[i, j] = dS_i/do_j = S_i (delta_ij - S_j) / T``: rows S_i, columns o_j.

    The diagonal is ``S_i`` times the sum of the other probabilities, never ``S_i (1 - S_i)``,
    whose second factor loses its digits as S_i nears 1.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class (its row and column are 0).
      temperature: T, finite and > 0.
    Returns:
      Symmetric matrices, shape ``(..., K, K)``, whose rows and columns sum to 0; each entry
      within 1 ULP of the exact value, type as in `softmax`.
    Raises:
      ValueError: As `softmax`.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.3.

    Example:
      >>> softmax_jacobian([0.0, 0.0], temperature=0.5)
      array([[ 0.5, -0.5],
             [-0.5,  0.5]])
    """
    rows = rows_input(logits)
    value = evaluate(
        _formulas.jacobian, rows.logits, rows.operand, positive("temperature", temperature), matrix=True
    )
    return rows.in_callers_shape(value)


def softmax_jvp(logits: ArrayLike, tangent: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """How the probabilities move with the logits: ``(J v)_i = S_i (v_i - sum_k S_k v_k) / T``.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      tangent: Change v of the logits, finite, same shape (batch axes broadcast).
      temperature: T, finite and > 0.
    Returns:
      Change of the probabilities, same shape; within 1 ULP of the exact value, type as in
      `softmax`. The matrix is never built.
    Raises:
      ValueError: As `softmax`, or a tangent that is infinite or does not fit.
    Source: Griewank & Walther 2008, doi:10.1137/1.9780898717761 (forward mode).

    Example:
      >>> softmax_jvp([0.0, 0.0], [1.0, 0.0])
      array([ 0.25, -0.25])
    """
    return _jacobian_product(logits, "tangent", tangent, temperature)


def softmax_vjp(logits: ArrayLike, cotangent: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """What arrives at the logits: ``(u J)_j = S_j (u_j - sum_k u_k S_k) / T``.

    Since the Jacobian is symmetric this is the same number as `softmax_jvp`; the name says
    which way one goes.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      cotangent: Derivative u of some loss by the probabilities, finite, same shape (batch axes
        broadcast).
      temperature: T, finite and > 0.
    Returns:
      Derivative of that loss by the logits, same shape; within 1 ULP of the exact value, type
      as in `softmax`. The matrix is never built.
    Raises:
      ValueError: As `softmax`, or a cotangent that is infinite or does not fit.
    Source: Griewank & Walther 2008, doi:10.1137/1.9780898717761 (reverse mode).

    Example:
      >>> softmax_vjp([0.0, 0.0], [-2.0, 0.0])
      array([-0.5,  0.5])
    """
    return _jacobian_product(logits, "cotangent", cotangent, temperature)


def _jacobian_product(logits: ArrayLike, name: str, vector: ArrayLike, temperature: float) -> FloatArray:
    rows = rows_input(logits, name, vector)
    value = evaluate(
        _formulas.jacobian_product, rows.logits, rows.operand, positive("temperature", temperature)
    )
    return rows.in_callers_shape(value)
