"""Confidence against accuracy, and the temperature with the smallest loss.

Source: Guo, Pleiss, Sun & Weinberger 2017, arXiv:1706.04599.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.intervals import wilson_interval
from ce_viz.core.inspection.metrics import Floats, Integers
from ce_viz.core.inspection.reading.errors import Progress
from ce_viz.core.inspection.records import FrozenArrays
from ce_viz.core.inspection.rowwise import row_blocks

TEMPERATURE_BOUNDS = (0.01, 100.0)
NUM_BINS = 15

_MAX_STEPS = 60  # halvings of the bounds reach the last bit well before
_TOLERANCE = 1e-10  # of log T
_MASKED = -1e100


@dataclass(frozen=True, eq=False, slots=True)
class Reliability(FrozenArrays):
    """Confidence against accuracy, in bins."""

    edges: Floats  # (B + 1,) from 0 to 1; bin b holds edges[b] < confidence <= edges[b + 1]
    counts: Integers  # (B,) rows
    confidence: Floats  # (B,) mean confidence, NaN where a bin is empty
    accuracy: Floats  # (B,) share of right predictions, NaN where a bin is empty
    ece: float  # sum_b counts_b / N * |accuracy_b - confidence_b|
    mce: float  # the largest of the gaps

    @property
    def overconfidence(self) -> Floats:
        """Mean confidence less accuracy in each bin, ``(B,)``: > 0 overconfident, < 0 underconfident."""
        return self.confidence - self.accuracy

    @property
    def mean_overconfidence(self) -> float:
        """Mean confidence less accuracy over all rows: > 0 overconfident, < 0 underconfident."""
        filled = self.counts > 0
        return float((self.counts * self.overconfidence)[filled].sum() / max(self.counts.sum(), 1))

    def accuracy_interval(self) -> tuple[Floats, Floats]:
        """Wilson's 95 % interval of the accuracy in each bin, ``(low, high)``, each ``(B,)``, NaN where empty.

        A bin whose mean confidence lies within it may owe its gap to chance.
        """
        hits = np.rint(np.where(self.counts > 0, self.accuracy, 0.0) * self.counts)
        return wilson_interval(hits, self.counts)


@dataclass(frozen=True, slots=True)
class FittedTemperature:
    """The T with the smallest mean loss."""

    temperature: float
    loss: float  # mean at that T, nats
    at_bound: str  # "", or "low" or "high" where the loss still falls beyond TEMPERATURE_BOUNDS


def reliability(confidence: Floats, correct: NDArray[np.bool_], num_bins: int = NUM_BINS) -> Reliability:
    """The reliability diagram with bins of equal width, and its expected calibration error.

    Args:
      confidence: Probability of the predicted class, ``(N,)``.
      correct: Whether the prediction is right, ``(N,)``.
      num_bins: Number of bins of equal width.
    """
    return _binned(np.arange(num_bins + 1) / num_bins, confidence, correct)


def equal_mass_reliability(
    confidence: Floats, correct: NDArray[np.bool_], num_bins: int = NUM_BINS
) -> Reliability:
    """The reliability diagram with bins of about as many rows each.

    Inner edges are the confidences of rank ``ceil(b N / B)``; where confidences crowd together, as they do
    next to 1, bins of equal width hold nearly all rows in one. Equal confidences stay in one bin, so ties
    can leave fewer than ``num_bins`` bins, and none is empty but that of a table without rows.

    Args:
      confidence: Probability of the predicted class, from 0 to 1, ``(N,)``.
      correct: Whether the prediction is right, ``(N,)``.
      num_bins: B, the most bins there can be.

    Source: Nixon et al. 2019, arXiv:1904.01685.
    """
    rows = len(confidence)
    ranks = -(-np.arange(1, num_bins) * rows // num_bins) - 1
    inner = np.unique(np.sort(confidence)[ranks[ranks >= 0]])
    largest = confidence.max(initial=0.0)
    edges = np.concatenate(([0.0], inner[(inner > 0) & (inner < largest)], [1.0]))
    return _binned(edges, confidence, correct)


def _binned(edges: Floats, confidence: Floats, correct: NDArray[np.bool_]) -> Reliability:
    num_bins = len(edges) - 1
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, num_bins - 1)
    counts = np.bincount(place, minlength=num_bins)
    with np.errstate(invalid="ignore"):
        mean_confidence = np.bincount(place, weights=confidence, minlength=num_bins) / counts
        accuracy = np.bincount(place, weights=correct, minlength=num_bins) / counts
    gaps = np.where(counts > 0, np.abs(accuracy - mean_confidence), 0.0)
    ece = float((counts * gaps).sum() / max(len(confidence), 1))
    return Reliability(edges, counts, mean_confidence, accuracy, ece, float(gaps.max()))


class _Sample(NamedTuple):
    logits: NDArray[np.floating]  # (N, K)
    labels: Integers | None  # (N,)
    targets: Floats | None  # (N, K)
    chosen: Integers | None  # (M,) rows that count, all of them if None

    @property
    def num_rows(self) -> int:
        return len(self.logits) if self.chosen is None else len(self.chosen)


def mean_losses(
    logits: NDArray[np.floating],
    labels: Integers | None,
    targets: Floats | None,
    temperatures: Sequence[float],
    *,
    progress: Progress | None = None,
) -> Floats:
    """Mean cross-entropy in nats at each temperature, ``(M,)``; arguments as of `fit_temperature`."""
    losses = np.zeros(len(temperatures))
    for block in _blocks(_Sample(logits, labels, targets, None)):
        weighed = np.empty_like(block.gaps)
        for at, temperature in enumerate(temperatures):
            inverse = 1 / temperature  # to divide each value takes longer
            np.exp(np.multiply(block.gaps, inverse, out=weighed), out=weighed)
            total = weighed.sum(axis=0)
            losses[at] += (block.weight * np.log(total) - block.target_gap * inverse).sum()
        if progress:
            progress(block.share)
    return losses / len(logits)


def fit_temperature(
    logits: NDArray[np.floating],
    labels: Integers | None = None,
    targets: Floats | None = None,
    *,
    chosen: Integers | None = None,
    start: float = 1.0,
    progress: Progress | None = None,
) -> FittedTemperature:
    """The temperature with the smallest mean loss (temperature scaling).

    In b = 1/T the loss is convex, and its slope is mean(E_S[o] - E_y[o]). The search keeps a bracket in
    log T in which the slope changes sign; it takes Newton's step where that stays inside and the
    bracket's middle elsewhere, so it cannot diverge and needs about ten passes over the logits.

    Args:
      logits: Shape ``(N, K)``, N > 0, rows with a finite loss; ``-inf`` masks a class.
      labels: Shape ``(N,)``, from 0; or None where there are targets.
      targets: Shape ``(N, K)``, >= 0; or None where there are labels.
      chosen: Indices of the rows to fit to, at least one; all rows if None.
      start: The temperature to try first; a good one saves passes.
      progress: Called with a share of the work done, out of passes whose number is not known beforehand.

    Raises:
      ValueError: Neither labels nor targets.
    """
    sample = _Sample(logits, labels, targets, chosen)
    low, high = (-math.log(bound) for bound in reversed(TEMPERATURE_BOUNDS))  # of log b
    at_low, at_high = (_loss_and_slopes(sample, math.exp(at)) for at in (low, high))
    if at_low.slope >= 0 >= at_high.slope:
        return FittedTemperature(1.0, at_low.loss, "")  # flat: every row's logits are equal
    if at_low.slope >= 0:
        return FittedTemperature(math.exp(-low), at_low.loss, "high")
    if at_high.slope <= 0:
        return FittedTemperature(math.exp(-high), at_high.loss, "low")
    return _search(sample, (low, high), -math.log(start), progress)


def _search(
    sample: _Sample, bracket: tuple[float, float], start: float, progress: Progress | None
) -> FittedTemperature:
    """The root of the slope within a bracket of log b, by Newton's method with bisection."""
    low, high = bracket
    at, loss = start, math.nan
    for step in range(_MAX_STEPS):
        inverse = math.exp(at)
        loss, slope, curvature = _loss_and_slopes(sample, inverse)
        low, high = (at, high) if slope < 0 else (low, at)
        change = -slope / (curvature * inverse) if curvature > 0 else math.nan
        if progress:
            progress(1 - 0.8 ** (step + 1))
        if slope == 0 or abs(change) < _TOLERANCE or high - low < _TOLERANCE:
            break
        at = at + change if low < at + change < high else (low + high) / 2
    return FittedTemperature(math.exp(-at), loss, "")


class _Slopes(NamedTuple):
    loss: float  # mean, nats
    slope: float  # its derivative by b = 1/T
    curvature: float  # its second derivative


def _loss_and_slopes(sample: _Sample, inverse: float) -> _Slopes:
    loss = slope = curvature = 0.0
    for block in _blocks(sample):
        weighed = np.exp(block.gaps * inverse)  # (K, B)
        total = weighed.sum(axis=0)
        weighed *= block.gaps
        first = weighed.sum(axis=0) / total  # E_S of the gaps
        weighed *= block.gaps
        second = weighed.sum(axis=0) / total
        loss += float((block.weight * np.log(total) - block.target_gap * inverse).sum())
        slope += float((block.weight * first - block.target_gap).sum())
        curvature += float((block.weight * (second - first * first)).sum())
    return _Slopes(loss / sample.num_rows, slope / sample.num_rows, curvature / sample.num_rows)


class _Block(NamedTuple):
    gaps: Floats  # (K, B) o - max o; classes first, since sums along the long axis are many times faster
    target_gap: Floats  # (B,) sum_k y_k gap_k
    weight: Floats  # (B,) sum_k y_k
    share: float  # of the rows, this block included


def _blocks(sample: _Sample) -> Iterator[_Block]:
    logits, labels, targets, chosen = sample
    for part in row_blocks((sample.num_rows, logits.shape[1])):
        rows = part if chosen is None else chosen[part]
        gaps = np.ascontiguousarray(logits[rows].T.astype(np.float64, order="C"))
        gaps -= gaps.max(axis=0)
        # A masked class weighs nothing at any temperature, and 0 times this is 0 where 0 times -inf is NaN.
        np.maximum(gaps, _MASKED, out=gaps)
        if targets is not None:
            target_gap, weight = np.einsum("ji,ij->j", targets[rows], gaps), targets[rows].sum(axis=1)
        elif labels is not None:
            target_gap, weight = gaps[labels[rows], np.arange(gaps.shape[1])], np.ones(gaps.shape[1])
        else:
            raise ValueError("labels or targets must be given")
        yield _Block(gaps, target_gap, weight, part.stop / sample.num_rows)
