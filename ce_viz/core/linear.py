"""One layer further up: the gradients of the weights that made the logits."""

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import cast, check_finite, positive, real_numbers, rows_input
from ce_viz.core.arrays import FloatArray
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.evaluate import blocks
from ce_viz.core.exact.row_sums import row_sums


def linear_grad(
    logits: ArrayLike, targets: ArrayLike, inputs: ArrayLike, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Gradients of the cross-entropy by the weights of ``o = W x + b``.

    ``dL/dW_kd = dL/do_k x_d`` and ``dL/db_k = dL/do_k``, averaged over the rows of a batch.
    The exact variant: also where the rows of a batch nearly cancel.

    Args:
      logits: o, shape ``(..., K)``; ``-inf`` masks a class.
      targets: y, finite, same shape (batch axes broadcast).
      inputs: x, finite, shape ``(..., D)`` with the batch axes of the logits.
      temperature: T, finite and > 0.
    Returns:
      ``(weight_grad, bias_grad)``, shapes ``(K, D)`` and ``(K,)``; each entry within 1 ULP of the exact
      value, type of the logits. The mean over no rows is NaN.
    Raises:
      ValueError: Shapes that do not fit, infinite targets or inputs, or T not finite and > 0.
    Source: Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0.

    Example:
      >>> linear_grad([0.0, 0.0], [1.0, 0.0], [2.0, 4.0])
      (array([[-1., -2.],
              [ 1.,  2.]]), array([-0.5,  0.5]))
    """
    rows = rows_input(logits, "targets", targets)
    features, _ = real_numbers("inputs", inputs)
    if features.ndim == 0 or features.shape[:-1] != rows.leading:
        raise ValueError(
            f"inputs must have the batch axes {rows.leading} of the logits, got shape {features.shape}"
        )
    check_finite("inputs", features)
    count, classes = rows.logits.shape
    if count == 0:
        nothing = np.full((classes, features.shape[-1] + 1), np.nan, dtype=rows.kind)
        return nothing[:, :-1], nothing[:, -1]
    with_bias = np.concatenate((features.reshape(count, -1), np.ones((count, 1))), axis=1)
    parts = list(blocks(rows.logits, rows.operand, positive("temperature", temperature)))
    grad = row_sums(_formulas.magnified_logits_grad, parts, with_bias, count * _formulas.MAGNIFICATION)
    return cast(grad[:, :-1], rows.kind), cast(grad[:, -1], rows.kind)
