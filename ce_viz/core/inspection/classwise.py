"""Calibration of every class's probability, not only that of the predicted one."""

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.calibration import NUM_BINS
from ce_viz.core.inspection.metrics import Floats, Integers
from ce_viz.core.inspection.reading.errors import Progress
from ce_viz.core.inspection.rowwise import row_blocks


def classwise_ece(
    logits: NDArray[np.floating],
    labels: Integers,
    num_bins: int = NUM_BINS,
    *,
    progress: Progress | None = None,
) -> Floats:
    """Expected calibration error of each class against the rest.

    ``ECE_k = sum_b |sum of (S_ik - y_ik) over the rows i with S_ik in bin b| / N``, with bins of equal width
    as of `calibration.reliability`. The mean over the classes is the classwise ECE.

    Args:
      logits: Shape ``(N, K)``, N >= 1, at least one finite in each row; ``-inf`` masks a class.
      labels: Shape ``(N,)``, from 0.
      num_bins: Number of bins of equal width.
      progress: Called with the share of the work done.

    Returns:
      Shape ``(K,)``, from 0 to 1.

    Source: Kull et al. 2019, arXiv:1910.12656; Nixon et al. 2019, arXiv:1904.01685.
    """
    num_rows, num_classes = logits.shape
    edges = np.arange(num_bins + 1) / num_bins
    residuals = np.zeros(num_classes * num_bins)
    first_bin = num_bins * np.arange(num_classes)
    for rows in row_blocks(logits.shape):
        probs, _ = _softmax_with_rest(logits[rows])
        place = np.searchsorted(edges, probs, side="left") - 1
        np.clip(place, 0, num_bins - 1, out=place)
        place += first_bin[:, None]
        residuals += np.bincount(place.ravel(), weights=probs.ravel(), minlength=len(residuals))
        at_label = place[labels[rows], np.arange(probs.shape[1])]
        residuals -= np.bincount(at_label, minlength=len(residuals))
        if progress:
            progress(rows.stop / num_rows)
    errors: Floats = np.abs(residuals).reshape(num_classes, num_bins).sum(axis=1) / num_rows
    return errors


def error_probs(logits: NDArray[np.floating]) -> Floats:
    """1 - S of the predicted class, summed from the other classes: exact where S rounds to 1.

    Args:
      logits: Shape ``(N, K)``, at least one finite in each row.

    Returns:
      Shape ``(N,)``, from 0 to 1 - 1/K.
    """
    result = np.empty(len(logits))
    for rows in row_blocks(logits.shape):
        result[rows] = _softmax_with_rest(logits[rows])[1]
    return result


def _softmax_with_rest(logits: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """S turned, ``(K, B)``, and the sum of all but the first largest of each row, ``(B,)``."""
    probs = np.ascontiguousarray(logits.T.astype(np.float64, order="C"))
    winner, each = probs.argmax(axis=0), np.arange(probs.shape[1])
    probs -= probs[winner, each]
    np.exp(probs, out=probs)
    probs[winner, each] = 0
    others = probs.sum(axis=0)
    probs[winner, each] = 1
    probs /= 1 + others
    return probs, others / (1 + others)
