"""Loss and gradient of large batches: the fast variant.

One pass through the logits in blocks that stay in the processor's cache. `cross_entropy` and
`cross_entropy_grad` are the exact variant, at tens of times the cost.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import check_finite, check_reduction
from ce_viz.core.arrays import Array, FloatArray, Indices
from ce_viz.core.labels import label_indices

_BLOCK_BYTES = 1 << 18
_SHORT_ROW = 32  # classes; below, a matrix product sums rows faster than NumPy's sum


def cross_entropy_value_and_grad(
    logits: ArrayLike, labels: ArrayLike, *, reduction: str = "mean", out: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Cross-entropy of a batch and its gradient by the logits, ``S sum_k y_k - y``, fast.

    Args:
      logits: Raw scores o, shape ``(N, K)``, float64 or float32 (float16 is computed in float32,
        everything else in float64); ``-inf`` masks a class.
      labels: Classes counted from 0, N integers; or targets y, finite, shape ``(N, K)``.
      reduction: "mean", "sum" or "none" over the N rows; "mean" divides the gradient by N.
      out: Where the gradient is written, shape ``(N, K)`` and the type of the result; may be the
        logits themselves, and then at most a few blocks of 256 KB are needed besides.
    Returns:
      ``(loss, grad)``: nats, a scalar or shape ``(N,)``, and shape ``(N, K)``, which is ``out`` if
      given. With eps the spacing at 1 of the type computed in, and K <= 10^5: with labels each loss
      and each entry is within ``32 eps`` of its own size (``800 eps`` where logits beyond 600, or 70 in
      float32, force a shift by the largest); with targets a row's loss is within
      ``32 eps Y (1 + max abs(o))`` of the exact value and an entry, before it is divided by N, within
      ``32 eps Y``, Y being the row's sum of abs(y): small entries keep fewer digits than with
      `cross_entropy_grad`, which holds 1 ULP. What is below the type's smallest normal number may be 0.
    Raises:
      ValueError: Logits that are not a matrix, labels or ``out`` that do not fit, labels out of
        range, infinite targets, or an unknown reduction.

    Example:
      >>> loss, grad = cross_entropy_value_and_grad([[0.0, 0.0]], [1])
      >>> float(loss), grad
      (0.6931471805599453, array([[ 0.5, -0.5]]))
    """
    check_reduction(reduction)
    values = _matrix(logits)
    count, classes = values.shape
    grad = _destination(out, values)
    values = _copied_if_overwritten(values, grad)
    index, targets = _labels_or_targets(labels, values, grad)
    working = np.result_type(values.dtype, np.float32)
    share = 1 / count if reduction == "mean" and count else 1.0
    losses = np.empty(count, dtype=values.dtype) if reduction == "none" else None
    total = 0.0
    rows = max(1, _BLOCK_BYTES // (classes * working.itemsize))
    with np.errstate(all="ignore"):  # a row with NaN, or with every class masked, is NaN
        for start in range(0, count, rows):
            chunk = slice(start, start + rows)
            block = values[chunk].astype(working, copy=False)
            into = grad[chunk] if grad.dtype == working else np.empty_like(block)
            if targets is None:
                row_losses = _with_labels(block, index[chunk], share, into)
            else:
                row_losses = _with_targets(block, targets[chunk].astype(working, copy=False), share, into)
            if into.dtype != grad.dtype:
                grad[chunk] = into
            if losses is None:
                total += float(row_losses.sum())
            else:
                losses[chunk] = row_losses
        if losses is not None:
            return losses, grad
        loss = np.array(total * share if count or reduction == "sum" else math.nan, dtype=grad.dtype)
        return loss[()], grad


def _with_labels(block: FloatArray, index: Indices, share: float, into: FloatArray) -> Array:
    """One block's losses; its gradient is written into ``into``, which may be the block.

    The label's own exponential is kept apart: with the sum of the others, neither -log S nor
    1 - S cancels where the label is nearly certain.
    """
    rows = np.arange(len(block))
    logit = block[rows, index].astype(np.float64)
    offset = _exponentials(block, into)
    own = into[rows, index].astype(np.float64)
    into[rows, index] = 0
    others = _row_sums(into)
    into *= (share / (own + others)).astype(into.dtype)[:, None]
    into[rows, index] = -share * (others / (own + others))
    near_subnormal = own < np.finfo(into.dtype).tiny * 2**30  # its last bits are missing
    return np.where(near_subnormal, np.log(own + others) + (offset - logit), np.log1p(others / own))


def _with_targets(block: FloatArray, targets: FloatArray, share: float, into: FloatArray) -> Array:
    """The same for targets, (n, K)."""
    weight = _row_sums(targets)
    if np.isfinite(block.min()):
        chosen = _row_sums(targets * block)
    else:  # a masked class without weight adds nothing: 0 times infinity must not be formed
        chosen = _row_sums(np.multiply(targets, block, out=np.zeros_like(block), where=targets != 0))
    offset = _exponentials(block, into)
    sums = _row_sums(into)
    into *= (share * weight / sums).astype(into.dtype)[:, None]
    into -= targets * into.dtype.type(share)
    return weight * (np.log(sums) + offset) - chosen


def _exponentials(block: FloatArray, into: FloatArray) -> Array:
    """Writes exp(block - offset) into ``into`` and returns the offset, (n,)."""
    # Without a shift there is one pass less, and nothing can overflow or vanish in this range.
    limit = math.log(np.finfo(block.dtype).max) - math.log(block.shape[1]) - 1
    if -limit < block.min() and block.max() < limit:
        np.exp(block, out=into)
        return np.zeros(len(block))
    offset: FloatArray = block.max(axis=1, keepdims=True)
    np.subtract(block, offset, out=into)
    np.exp(into, out=into)
    return offset[:, 0].astype(np.float64)


def _row_sums(block: FloatArray) -> Array:
    if block.shape[1] < _SHORT_ROW:
        return (block @ np.ones(block.shape[1], dtype=block.dtype)).astype(np.float64)
    return np.asarray(block.sum(axis=1), dtype=np.float64)


def _matrix(logits: ArrayLike) -> FloatArray:
    values = np.asarray(logits)
    if values.dtype.kind not in "fiub":
        raise ValueError(f"logits must be real numbers, got dtype {values.dtype}")
    if values.ndim != 2 or values.shape[1] == 0:
        raise ValueError(f"logits must be of shape (N, K) with K >= 1, got shape {values.shape}")
    return values if values.dtype in (np.float16, np.float32, np.float64) else values.astype(np.float64)


def _destination(out: FloatArray | None, values: FloatArray) -> FloatArray:
    if out is None:
        return np.empty_like(values)
    if not isinstance(out, np.ndarray) or out.shape != values.shape or out.dtype != values.dtype:
        found = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise ValueError(f"out must be an array of {values.dtype} {values.shape}, got {found}")
    return out


def _copied_if_overwritten(values: FloatArray, out: FloatArray) -> FloatArray:
    """The values, copied if writing the gradient would overwrite some before they are read."""
    same = values.ctypes.data == out.ctypes.data and values.strides == out.strides
    return values if same or not np.may_share_memory(values, out) else values.copy()


def _labels_or_targets(
    labels: ArrayLike, values: FloatArray, grad: FloatArray
) -> tuple[Indices, FloatArray | None]:
    """Labels as indices (N,), or targets (N, K) and no indices."""
    array = np.asarray(labels)
    if array.ndim != 2:
        index = label_indices("labels", array, values.shape[1])
        if index.shape != values.shape[:1]:
            raise ValueError(f"labels must be one per row of logits {values.shape}, got shape {index.shape}")
        return index, None
    if array.dtype.kind not in "fiub" or array.shape != values.shape:
        raise ValueError(f"targets must fit logits {values.shape}, got {array.dtype} of shape {array.shape}")
    if array.dtype.kind == "f":
        rows = max(1, _BLOCK_BYTES // array.shape[1])
        for start in range(0, len(array), rows):  # before anything is written; in parts, to need no memory
            check_finite("targets", array[start : start + rows])
    return np.empty(0, dtype=np.intp), array.copy() if np.may_share_memory(array, grad) else array
