"""Two models on the same rows: their figures side by side, and whether the difference may be chance."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.analysis import chosen_rows
from ce_viz.core.inspection.calibration import fit_temperature, reliability
from ce_viz.core.inspection.intervals import MeanInterval, mean_interval
from ce_viz.core.inspection.metrics import RowScores, score_rows
from ce_viz.core.inspection.progress import sub_progress
from ce_viz.core.inspection.reading import LogitsTable, Progress
from ce_viz.core.inspection.smooth_ece import smooth_ece
from ce_viz.core.inspection.soundness import crossed, usable_rows


class ComparisonError(ValueError):
    """Two tables that are not of the same rows; pages translate it by ``code``, the message is for programs.

    Attributes:
      code: "rows", "classes" or "labels": what differs.
      first: What the first table has: a number of rows or classes, or how many labels differ.
      second: What the second table has; 0 for "labels".
    """

    def __init__(self, code: str, first: int, second: int = 0) -> None:
        self.code, self.first, self.second = code, first, second
        super().__init__(
            f"the tables differ in their {code}: {first} and {second}"
            if second
            else f"the tables differ in {first} {code}"
        )


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model on the compared rows; shares from 0 to 1."""

    loss: float  # mean, nats
    accuracy: float
    brier: float  # mean of sum_k (S_k - y_k)², 0 to 2
    ece: float  # of 15 bins of equal width
    smooth_ece: float
    overconfidence: float  # mean confidence less accuracy, -1 to 1
    temperature: float  # the T with the smallest mean loss on these rows
    scaled_loss: float  # mean at that T, nats: what is left after recalibration


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on N rows that both tables can use."""

    num_rows: int  # N
    first: ModelFigures
    second: ModelFigures
    loss_difference: (
        MeanInterval  # loss of the second less that of the first, nats; < 0: the second is better
    )
    first_only: int  # rows that only the first predicts right
    second_only: int  # rows that only the second predicts right
    p_value: float  # McNemar's, exact: that chance alone sets these two counts so far apart


def compare(first: LogitsTable, second: LogitsTable, progress: Progress | None = None) -> Comparison | None:
    """Compare two tables row by row; None where no row is usable in both.

    The interval of the mean loss difference is Student's paired interval, 95 %: rows are taken to be
    independent of each other, and of rows with a few huge losses many are needed.

    Args:
      first: Logits with the truth.
      second: Other logits of the same rows in the same order, with the same truth.
      progress: Called with the share of the work done, rising to 1.

    Raises:
      ComparisonError: Another number of rows or classes, or another truth in a row that both can use.
    """
    for code, counts in (
        ("rows", (first.num_rows, second.num_rows)),
        ("classes", (first.num_classes, second.num_classes)),
    ):
        if counts[0] != counts[1]:
            raise ComparisonError(code, *counts)
    if crossed(first) or crossed(second):
        raise ComparisonError("labels", first.num_rows)
    usable = usable_rows(first) & usable_rows(second)
    if not usable.any():
        return None
    different = int((usable & _truth_differs(first, second)).sum())
    if different:
        raise ComparisonError("labels", different)
    one, figures_one = _figures(first, usable, sub_progress(progress, 0.0, 0.5))
    other, figures_other = _figures(second, usable, sub_progress(progress, 0.5, 1.0))
    first_only = int((one.correct & ~other.correct).sum())
    second_only = int((other.correct & ~one.correct).sum())
    return Comparison(
        num_rows=int(usable.sum()),
        first=figures_one,
        second=figures_other,
        loss_difference=mean_interval(other.loss - one.loss),
        first_only=first_only,
        second_only=second_only,
        p_value=mcnemar_p_value(first_only, second_only),
    )


def mcnemar_p_value(first_only: int, second_only: int) -> float:
    """McNemar's exact two-sided p-value: ``min(1, 2 P(X <= min(b, c)))`` with X binomial of b + c and 1/2.

    Args:
      first_only: b, pairs of which only the first is right, >= 0.
      second_only: c, pairs of which only the second is right, >= 0.

    Returns:
      From 0 to 1; 1 where b = c.

    Source: McNemar 1947, doi:10.1007/BF02295996.

    >>> round(mcnemar_p_value(2, 8), 4)
    0.1094
    """
    total, fewer = first_only + second_only, min(first_only, second_only)
    if first_only == second_only:
        return 1.0
    # From the largest term down each is the one before times a ratio below 1: nothing over- or underflows.
    below = np.arange(fewer, 0, -1)
    terms = 1 + float(np.cumprod(below / (total - below + 1)).sum())
    log_largest = (
        math.lgamma(total + 1) - math.lgamma(fewer + 1) - math.lgamma(total - fewer + 1) - total * math.log(2)
    )
    return min(1.0, 2 * terms * math.exp(log_largest))


def _truth_differs(first: LogitsTable, second: LogitsTable) -> NDArray[np.bool_]:
    """Which rows have another truth, ``(N,)``; targets may be rounded differently."""
    if first.targets is not None and second.targets is not None:
        with np.errstate(invalid="ignore", over="ignore"):  # rows that are not usable
            return np.asarray((np.abs(first.targets - second.targets) > 1e-6).any(axis=1))
    if first.labels is not None and second.labels is not None:
        return np.asarray(first.labels != second.labels)
    return np.ones(first.num_rows, bool)


def _figures(
    table: LogitsTable, usable: NDArray[np.bool_], progress: Progress | None
) -> tuple[RowScores, ModelFigures]:
    rows = chosen_rows(table, usable)
    scores = score_rows(*rows, progress=sub_progress(progress, 0.0, 0.4))
    fitted = fit_temperature(*rows, progress=sub_progress(progress, 0.4, 1.0))
    bins = reliability(scores.confidence, scores.correct)
    figures = ModelFigures(
        loss=float(scores.loss.mean()),
        accuracy=float(scores.correct.mean()),
        brier=float(scores.brier.mean()),
        ece=bins.ece,
        smooth_ece=smooth_ece(scores.confidence, scores.correct).value,
        overconfidence=bins.mean_overconfidence,
        temperature=fitted.temperature,
        scaled_loss=fitted.loss,
    )
    if progress:
        progress(1.0)
    return scores, figures
