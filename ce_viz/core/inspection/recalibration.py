"""What recalibration gains on rows that it was not fitted to, and the split of the loss that follows.

Temperature scaling and vector scaling are fitted to four fifths of the rows and judged on the rest, five
times, so that each row is judged once, by parameters that have not seen it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.calibration import FittedTemperature, fit_temperature, reliability
from ce_viz.core.inspection.intervals import MeanInterval, mean_interval
from ce_viz.core.inspection.metrics import Floats, Integers, RowScores, divided, score_rows
from ce_viz.core.inspection.progress import sub_progress
from ce_viz.core.inspection.reading.errors import Progress
from ce_viz.core.inspection.records import FrozenArrays
from ce_viz.core.inspection.vector_scaling import VectorScaling, fit_vector_scaling

NUM_FOLDS = 5


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Figures of N rows, each recalibrated by parameters fitted without its fold."""

    loss: float  # mean, nats
    brier: float  # mean of sum_k (S_k - y_k)², 0 to 2
    ece: float  # of 15 bins of equal width, 0 to 1
    accuracy: float  # 0 to 1
    gain: MeanInterval  # mean over the rows of the loss before less the loss after, nats; > 0 is better


@dataclass(frozen=True, eq=False, slots=True)
class TemperatureFolds(FrozenArrays):
    """Temperature scaling, cross-validated over F folds."""

    temperatures: Floats  # (F,) T fitted without fold f
    at_bound: tuple[str, ...]  # F times "", "low" or "high", as of `calibration.FittedTemperature`
    held_out: HeldOut

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest T of the folds."""
        return float(self.temperatures.min()), float(self.temperatures.max())


@dataclass(frozen=True, eq=False, slots=True)
class VectorFolds(FrozenArrays):
    """Vector scaling, cross-validated over F folds."""

    weights: Floats  # (F, K) fitted without fold f
    biases: Floats  # (F, K) nats
    converged: bool  # whether all F searches and that over all rows ended at their minimum
    fitted: VectorScaling  # to all rows
    held_out: HeldOut
    over_temperature: MeanInterval  # loss of temperature scaling less that of vector scaling, held out, nats


@dataclass(frozen=True, slots=True)
class LossParts:
    """``loss = refinement + calibration``, means in nats.

    Refinement is the loss that is left after the best recalibration, here temperature scaling, held out;
    calibration is what that takes off. A richer recalibration could take off more, and noise can make the
    calibration part slightly negative.

    Source: Berta, Holzmüller, Jordan & Bach 2025, arXiv:2501.19195.
    """

    loss: float
    refinement: float
    calibration: float


@dataclass(frozen=True, eq=False, slots=True)
class Recalibration:
    """Temperature scaling and vector scaling, side by side."""

    num_folds: int  # F
    temperature: TemperatureFolds
    vector: VectorFolds
    parts: LossParts


def assign_folds(labels: Integers, num_folds: int = NUM_FOLDS) -> Integers:
    """A fold for each row, drawn by a fixed seed: folds and, within a class, folds differ by at most a row.

    Drawn, not counted off, since files may be sorted or repeat in a rhythm.

    Args:
      labels: Shape ``(N,)``, from 0.
      num_folds: F >= 1.

    Returns:
      Shape ``(N,)``, from 0 to F - 1.
    """
    order = np.lexsort((np.random.default_rng(0).permutation(len(labels)), labels))
    folds = np.empty(len(labels), np.int64)
    folds[order] = np.arange(len(labels)) % num_folds
    return folds


def recalibrate(
    logits: NDArray[np.floating],
    labels: Integers | None,
    targets: Floats | None,
    scores: RowScores,
    fitted: FittedTemperature,
    *,
    progress: Progress | None = None,
) -> Recalibration | None:
    """Cross-validate temperature scaling and vector scaling.

    The intervals are Student's over the rows, 95 %. Folds share most of the rows that they are fitted to,
    which the intervals leave out of account; with few parameters and many rows that hardly matters.

    Args:
      logits: Shape ``(N, K)``, rows with a finite loss; ``-inf`` masks a class.
      labels: Shape ``(N,)``, from 0; or None where there are targets.
      targets: Shape ``(N, K)``, >= 0; or None where there are labels.
      scores: Of these rows, from `metrics.score_rows`.
      fitted: The temperature of all rows, from `calibration.fit_temperature`.
      progress: Called with the share of the work done.

    Returns:
      Figures over min(5, N) folds; None of a single row, which cannot be held out.
    """
    num_folds = min(NUM_FOLDS, len(logits))
    if num_folds < 2:
        return None
    sample = _Sample(logits, labels, targets)
    folds = assign_folds(scores.label, num_folds)
    near = _fit_temperatures(sample, folds, fitted.temperature, sub_progress(progress, 0.0, 0.2))
    after = _judged(sample, folds, [_divided_by(one.temperature) for one in near])
    whole = fit_vector_scaling(
        *sample, temperature=fitted.temperature, progress=sub_progress(progress, 0.2, 0.5)
    )
    vectors = _fit_vectors(sample, folds, near, whole, sub_progress(progress, 0.5, 0.9))
    after_vector = _judged(sample, folds, [one.scaled for one in vectors])
    if progress:
        progress(1.0)
    temperature = TemperatureFolds(
        temperatures=np.array([one.temperature for one in near]),
        at_bound=tuple(one.at_bound for one in near),
        held_out=_held_out(scores, after),
    )
    vector = VectorFolds(
        weights=np.array([one.weights for one in vectors]),
        biases=np.array([one.biases for one in vectors]),
        converged=all(one.converged for one in (whole, *vectors)),
        fitted=whole,
        held_out=_held_out(scores, after_vector),
        over_temperature=mean_interval(after.loss - after_vector.loss),
    )
    held_out = temperature.held_out
    parts = LossParts(float(scores.loss.mean()), held_out.loss, held_out.gain.mean)
    return Recalibration(num_folds, temperature, vector, parts)


class _Sample(NamedTuple):
    logits: NDArray[np.floating]  # (N, K)
    labels: Integers | None  # (N,)
    targets: Floats | None  # (N, K)


def _fit_temperatures(
    sample: _Sample, folds: Integers, start: float, progress: Progress | None
) -> list[FittedTemperature]:
    """Temperature scaling fitted without each fold, F of them."""
    count = int(folds.max()) + 1
    return [
        fit_temperature(
            *sample,
            chosen=np.flatnonzero(folds != fold),
            start=start,
            progress=sub_progress(progress, fold / count, (fold + 1) / count),
        )
        for fold in range(count)
    ]


def _fit_vectors(
    sample: _Sample,
    folds: Integers,
    near: list[FittedTemperature],
    start: VectorScaling,
    progress: Progress | None,
) -> list[VectorScaling]:
    """Vector scaling fitted without each fold, F of them, near the temperature scaling fitted to the same rows."""
    return [
        fit_vector_scaling(
            *sample,
            temperature=temperature.temperature,
            chosen=np.flatnonzero(folds != fold),
            start=start,
            progress=sub_progress(progress, fold / len(near), (fold + 1) / len(near)),
        )
        for fold, temperature in enumerate(near)
    ]


@dataclass(frozen=True, eq=False, slots=True)
class _Judged:
    loss: Floats  # (N,) nats
    brier: Floats  # (N,)
    confidence: Floats  # (N,)
    correct: NDArray[np.bool_]  # (N,)


def _divided_by(temperature: float) -> Callable[[NDArray[np.floating]], Floats]:
    return lambda logits: divided(logits, temperature)


def _judged(
    sample: _Sample, folds: Integers, scalings: list[Callable[[NDArray[np.floating]], Floats]]
) -> _Judged:
    """Each row after the scaling of its fold."""
    logits, labels, targets = sample
    loss, brier, confidence = (np.empty(len(logits)) for _ in range(3))
    correct = np.empty(len(logits), bool)
    for fold, scale in enumerate(scalings):
        rows = np.flatnonzero(folds == fold)
        scores = score_rows(
            scale(logits[rows]),
            None if labels is None else labels[rows],
            None if targets is None else targets[rows],
        )
        loss[rows], brier[rows], confidence[rows] = scores.loss, scores.brier, scores.confidence
        correct[rows] = scores.correct
    return _Judged(loss, brier, confidence, correct)


def _held_out(before: RowScores, after: _Judged) -> HeldOut:
    return HeldOut(
        loss=float(after.loss.mean()),
        brier=float(after.brier.mean()),
        ece=reliability(after.confidence, after.correct).ece,
        accuracy=float(after.correct.mean()),
        gain=mean_interval(before.loss - after.loss),
    )
