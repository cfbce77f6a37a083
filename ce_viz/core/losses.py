"""Cross-entropy, squared error, entropy and KL divergence: values and gradients by the logits.

The exact variant: every value within 1 ULP, whatever the numbers. `batches` has a fast one.
Targets y are label weights, usually >= 0 with sum 1; nothing here assumes either, except the
two that take their logarithm.
"""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import cast, check_reduction, positive, rows_input
from ce_viz.core.arrays import FloatArray
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.evaluate import blocks, evaluate
from ce_viz.core.exact.row_sums import row_sums

_WIDEST_STEP = 1e6


def cross_entropy(
    logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0, reduction: str = "none"
) -> FloatArray:
    """Cross-entropy ``L = -sum_k y_k log S_k`` of ``S = softmax(o/T)``.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      temperature: T, finite and > 0.
      reduction: "none", or "mean" or "sum" over the batch axes.
    Returns:
      Nats, shape ``(...)``, or a scalar where reduced (the mean of no rows is NaN); within 1 ULP
      of the exact value, type of the logits. A class with y = 0 adds nothing even where its
      probability is 0; a masked class with weight makes the loss infinite.
    Raises:
      ValueError: Shapes that do not fit, infinite targets, T not finite and > 0, or an unknown
        reduction.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.3.

    Example:
      >>> cross_entropy([2.0, 1.0, 0.1], [1.0, 0.0, 0.0])
      np.float64(0.4170300162778335)
      >>> cross_entropy([[40.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.5, 0.5]])
      array([4.24835426e-18, 6.93147181e-01])
    """
    check_reduction(reduction)
    rows = rows_input(logits, "targets", targets)
    temperature = positive("temperature", temperature)
    if reduction == "none":
        return rows.in_callers_shape(evaluate(_formulas.loss, rows.logits, rows.operand, temperature)[:, 0])
    count = len(rows.logits)
    if reduction == "mean" and count == 0:
        return cast(np.array(np.nan), rows.kind)
    if rows.operand[rows.logits == -np.inf].any():  # then the loss is infinite, and so is any sum with it
        with np.errstate(invalid="ignore"):
            total = evaluate(_formulas.loss, rows.logits, rows.operand, temperature).sum(keepdims=True)
        return cast(total.reshape(()), rows.kind)
    parts = list(blocks(rows.logits, rows.operand, temperature))
    total = row_sums(_formulas.loss, parts, np.ones((count, 1)), count if reduction == "mean" else 1)
    return cast(total.reshape(()), rows.kind)


def cross_entropy_grad(
    logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0, reduction: str = "none"
) -> FloatArray:
    """Gradient of the cross-entropy by the logits: ``dL/do_j = (S_j sum_k y_k - y_j) / T``.

    Where the targets sum to 1 (and T = 1) this is S - y. It is evaluated as
    ``S_j (sum of the other y) - y_j (1 - S_j)``, with 1 - S_j as the sum of the other
    probabilities: for one-hot targets nothing cancels.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      temperature: T, finite and > 0.
      reduction: Of the loss; "mean" divides by the number of rows.
    Returns:
      Gradient, same shape, each row with sum 0; within 1 ULP of the exact value even where S and y
      nearly agree, type of the logits. A masked class without weight has gradient exactly 0.
    Raises:
      ValueError: As `cross_entropy`.
    Source: Bridle 1990, doi:10.1007/978-3-642-76153-9_28.

    Example:
      >>> cross_entropy_grad([0.0, 0.0], [1.0, 0.0])
      array([-0.5,  0.5])
      >>> cross_entropy_grad([0.0, 0.0], [3.0, 1.0])  # sum(y) = 4: not S - y
      array([-1.,  1.])
    """
    check_reduction(reduction)
    rows = rows_input(logits, "targets", targets)
    count = len(rows.logits) if reduction == "mean" else 1
    formula = _formulas.logits_grad if count <= 1 else _formulas.mean(_formulas.logits_grad, count)
    value = evaluate(formula, rows.logits, rows.operand, positive("temperature", temperature))
    return rows.in_callers_shape(value)


def probs_grad(logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Gradient of the cross-entropy by the probabilities: ``dL/dS_i = -y_i / S_i``.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      temperature: T, finite and > 0.
    Returns:
      Values <= 0 for y >= 0, same shape; within 1 ULP of the exact value, type of the logits.
      Exactly 0 where y is 0, whatever S; ``-inf`` where a class of probability 0 has weight.
    Raises:
      ValueError: Shapes that do not fit, infinite targets, or T not finite and > 0.

    Example:
      >>> probs_grad([0.0, 0.0], [1.0, 0.0])
      array([-2.,  0.])
    """
    return _by_row(_formulas.probs_grad, logits, targets, temperature)


def chain_rule_terms(logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Terms of the chain rule: ``M_ij = (dL/dS_i)(dS_i/do_j) = y_i (S_j - delta_ij) / T``.

    The product is taken in its fused form: S_i cancels, so a probability that underflows to 0
    costs nothing. Column sums are the gradient, `cross_entropy_grad`.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      temperature: T, finite and > 0.
    Returns:
      Matrices, rows i (a softmax output), columns j (a logit), shape ``(..., K, K)``; each entry
      within 1 ULP of the exact value, type of the logits.
    Raises:
      ValueError: Shapes that do not fit, infinite targets, or T not finite and > 0.

    Example:
      >>> chain_rule_terms([0.0, 0.0], [1.0, 0.0])
      array([[-0.5,  0.5],
             [ 0. ,  0. ]])
    """
    return _by_row(_formulas.chain_rule, logits, targets, temperature, matrix=True)


def _by_row(
    formula: _formulas.Formula,
    logits: ArrayLike,
    targets: ArrayLike,
    temperature: float,
    *,
    matrix: bool = False,
) -> FloatArray:
    rows = rows_input(logits, "targets", targets)
    value = evaluate(formula, rows.logits, rows.operand, positive("temperature", temperature), matrix=matrix)
    return rows.in_callers_shape(value)


def squared_error(logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Half the squared error of the probabilities: ``1/2 sum_k (S_k - y_k)^2``.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      temperature: T, finite and > 0.
    Returns:
      Values >= 0, shape ``(...)``; within 1 ULP of the exact value, type of the logits.
    Raises:
      ValueError: Shapes that do not fit, infinite targets, or T not finite and > 0.

    Example:
      >>> squared_error([0.0, 0.0], [1.0, 0.0])
      np.float64(0.25)
    """
    rows = rows_input(logits, "targets", targets)
    value = evaluate(_formulas.squared_error, rows.logits, rows.operand, positive("temperature", temperature))
    return rows.in_callers_shape(value[:, 0])


def squared_error_grad(logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0) -> FloatArray:
    """Gradient of `squared_error` by the logits: ``S_j (e_j - sum_k S_k e_k) / T``, e = S - y.

    The factor S_j is why it vanishes where the model is confidently wrong.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      temperature: T, finite and > 0.
    Returns:
      Gradient, same shape, each row with sum 0; within 1 ULP of the exact value, type of the logits.
    Raises:
      ValueError: Shapes that do not fit, infinite targets, or T not finite and > 0.

    Example:
      >>> squared_error_grad([0.0, 0.0], [1.0, 0.0])
      array([-0.25,  0.25])
    """
    return _by_row(_formulas.squared_error_grad, logits, targets, temperature)


def finite_difference_grad(
    logits: ArrayLike, targets: ArrayLike, *, step: float, temperature: float = 1.0
) -> FloatArray:
    """Central differences of the cross-entropy: ``(L(o + h e_j) - L(o - h e_j)) / 2h``.

    The exact difference quotient, without the rounding that spoils small steps: what it
    differs from the gradient by is the method's own error, of order h^2.

    Args:
      logits: Raw scores o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      step: h, finite and > 0, at most 10^6 T.
      temperature: T, finite and > 0.
    Returns:
      Same shape; within 1 ULP of the exact quotient, type of the logits.
    Raises:
      ValueError: As `cross_entropy_grad`, or a step out of range.

    Example:
      >>> finite_difference_grad([1.0, 0.0], [1.0, 0.0], step=0.01)
      array([-0.26894294,  0.26894294])
      >>> cross_entropy_grad([1.0, 0.0], [1.0, 0.0])
      array([-0.26894142,  0.26894142])
    """
    temperature = positive("temperature", temperature)
    width = positive("step", step)
    if width / temperature > _WIDEST_STEP:
        raise ValueError(
            f"step must be at most {_WIDEST_STEP:g} times the temperature {temperature}, got {step}"
        )
    return _by_row(_formulas.central_difference(width, temperature), logits, targets, temperature)
