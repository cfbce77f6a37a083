"""Two models on the same rows: their figures side by side, and whether the difference may be chance."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.analysis import chosen_rows
from ce_viz.core.inspection.calibration import fit_temperature, reliability
from ce_viz.core.inspection.intervals import MeanInterval, mean_interval
from ce_viz.core.inspection.metrics import RowScores, score_rows
from ce_viz.core.inspection.pairing import ComparisonError as ComparisonError
from ce_viz.core.inspection.pairing import paired
from ce_viz.core.inspection.progress import sub_progress
from ce_viz.core.inspection.reading import LogitsTable, Progress
from ce_viz.core.inspection.smooth_ece import smooth_ece


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


def compare(first: LogitsTable, second: LogitsTable, progress: Progress | None = None) -> Comparison:
    """Compare two tables row by row, those rows that both can use.

    The interval of the mean loss difference is Student's paired interval, 95 %: rows are taken to be
    independent of each other, and of rows with a few huge losses many are needed.

    Args:
      first: Logits with the truth.
      second: Other logits of the same rows with the same truth, in the same order or with the same ids.
      progress: Called with the share of the work done, rising to 1.

    Raises:
      ComparisonError: see its codes.
    """
    second, usable = paired(first, second)
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
