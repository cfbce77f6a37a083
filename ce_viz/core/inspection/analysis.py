"""The figures of a table of logits, computed in one call; `diagnosis` computes those that take longer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.calibration import (
    TEMPERATURE_BOUNDS,
    FittedTemperature,
    Reliability,
    fit_temperature,
    mean_losses,
    reliability,
)
from ce_viz.core.inspection.metrics import (
    ClassTable,
    Floats,
    Integers,
    RowScores,
    class_table,
    confusion_matrix,
    histogram,
    label_suspects,
    score_rows,
)
from ce_viz.core.inspection.progress import sub_progress
from ce_viz.core.inspection.reading import LogitsTable, Progress
from ce_viz.core.inspection.soundness import usable_rows

LOSS_EDGES = np.linspace(-6, 2, 33)  # of log10 of the loss in nats; what is smaller or larger joins the ends
GRAD_NORM_BINS = 28

_CURVE_POINTS = 41
_CURVE_REACH = 8.0  # the curve goes from T/8 to 8 T


@dataclass(frozen=True, eq=False, slots=True)
class Analysis:
    """N usable rows of K classes."""

    rows: Integers  # (N,) their indices in the file, from 0, rising
    scores: RowScores
    classes: ClassTable
    confusion: Integers  # (K, K), rows are labels, columns are predictions
    suspects: NDArray[np.bool_]  # (N,) whether the label may be wrong
    loss_counts: Integers  # (32,) rows per bin of LOSS_EDGES
    grad_norm_edges: Floats  # (29,) from 0 to the largest length there can be
    grad_norm_counts: Integers  # (28,)
    half_share: float  # share of the rows, the worst first, that make up half of the loss
    calibration: Reliability
    fitted: FittedTemperature
    scaled_calibration: Reliability  # at the fitted temperature
    scaled_brier: float  # mean, at the fitted temperature
    curve_temperatures: Floats  # (41,) evenly in log T, around the fitted one and 1
    curve_losses: Floats  # (41,) mean loss at each, nats

    @property
    def num_classes(self) -> int:
        return len(self.classes.support)

    def place_of(self, row: int) -> int | None:
        """The index among the usable rows of a row of the file; None if it was left out."""
        place = int(np.searchsorted(self.rows, row))
        return place if place < len(self.rows) and self.rows[place] == row else None


def analyse(table: LogitsTable, progress: Progress | None = None) -> Analysis | None:
    """Compute the figures of the usable rows of a table; None where no row is usable.

    Losses and gradients are those of the batch path `ce_viz.core.cross_entropy_value_and_grad`.
    """
    usable = usable_rows(table)
    if not usable.any():
        return None
    logits, labels, targets = chosen_rows(table, usable)
    num_classes = table.num_classes
    scores = score_rows(logits, labels, targets, progress=sub_progress(progress, 0.0, 0.3))
    fitted = fit_temperature(logits, labels, targets, progress=sub_progress(progress, 0.3, 0.6))
    temperatures = _temperature_grid(fitted.temperature)
    losses = mean_losses(
        logits, labels, targets, temperatures.tolist(), progress=sub_progress(progress, 0.6, 0.8)
    )
    scaled = score_rows(
        logits, labels, targets, temperature=fitted.temperature, progress=sub_progress(progress, 0.8, 1.0)
    )
    longest = np.sqrt(2.0) if targets is None else max(float(scores.grad_norm.max()), 1e-12)
    edges = np.linspace(0, longest, GRAD_NORM_BINS + 1)
    with np.errstate(divide="ignore"):
        log_loss = np.log10(scores.loss)
    return Analysis(
        rows=np.flatnonzero(usable),
        scores=scores,
        classes=class_table(scores, num_classes),
        confusion=confusion_matrix(scores, num_classes),
        suspects=label_suspects(scores, num_classes),
        loss_counts=histogram(log_loss, LOSS_EDGES),
        grad_norm_edges=edges,
        grad_norm_counts=histogram(scores.grad_norm, edges),
        half_share=_half_share(scores.loss),
        calibration=reliability(scores.confidence, scores.correct),
        fitted=fitted,
        scaled_calibration=reliability(scaled.confidence, scaled.correct),
        scaled_brier=float(scaled.brier.mean()),
        curve_temperatures=temperatures,
        curve_losses=losses,
    )


def chosen_rows(
    table: LogitsTable, chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.floating], Integers | None, Floats | None]:
    """Logits, labels and targets of the rows ``(N,)`` that are True; the table's own arrays where all are."""
    if chosen.all():
        return table.logits, table.labels, table.targets
    return (
        table.logits[chosen],
        None if table.labels is None else table.labels[chosen],
        None if table.targets is None else table.targets[chosen],
    )


def _temperature_grid(temperature: float) -> Floats:
    """Temperatures of the loss curve, ``(41,)``: they reach beyond the fitted one and beyond 1."""
    low = max(min(temperature, 1.0) / _CURVE_REACH, TEMPERATURE_BOUNDS[0])
    high = min(max(temperature, 1.0) * _CURVE_REACH, TEMPERATURE_BOUNDS[1])
    return np.geomspace(low, high, _CURVE_POINTS)


def _half_share(losses: Floats) -> float:
    """The smallest share of rows that make up half of the total loss; 0 where there is none."""
    summed = np.cumsum(np.sort(losses)[::-1])
    if not summed[-1] > 0:
        return 0.0
    return float(np.searchsorted(summed, summed[-1] / 2) + 1) / len(losses)
