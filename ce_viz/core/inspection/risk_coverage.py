"""How many predictions can be trusted: the share of errors among the rows that are kept, the surest first."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.metrics import Floats
from ce_viz.core.inspection.records import FrozenArrays

MAX_RISK = 0.05

_CURVE_POINTS = 201


@dataclass(frozen=True, eq=False, slots=True)
class RiskCoverage(FrozenArrays):
    """The curve of risk against coverage, at M <= 201 thresholds, and its figures over all thresholds."""

    coverage: Floats  # (M,) share of rows kept, strictly rising to 1
    risk: Floats  # (M,) share of errors among them
    threshold: Floats  # (M,) the rows kept are those with at least this confidence
    aurc: float  # mean over the rows of the risk at their own confidence as threshold, 0 to 1
    max_risk: float  # the risk that is accepted
    safe_coverage: float  # the largest coverage with a risk <= max_risk; 0 where there is none
    safe_risk: float  # the share of errors there; NaN where there is none
    safe_threshold: float  # its threshold; NaN where there is none


def risk_coverage(confidence: Floats, correct: NDArray[np.bool_], max_risk: float = MAX_RISK) -> RiskCoverage:
    """Risk against coverage when rows below a confidence are handed to a person.

    A threshold keeps or leaves all rows of one confidence together, so the curve has no points within a tie
    and no figure depends on the order of the rows. The area is ``AURC = 1/N sum_i risk(c_i)``.

    Args:
      confidence: c, probability of the predicted class, ``(N,)``, N >= 1.
      correct: Whether the prediction is right, ``(N,)``.
      max_risk: The share of errors that is accepted, from 0 to 1.

    Source: Geifman & El-Yaniv 2017, arXiv:1705.08500; Zhou et al. 2024, arXiv:2410.15361.
    """
    order = np.argsort(-confidence)
    values = confidence[order]
    ends = np.append(np.flatnonzero(values[1:] < values[:-1]), len(values) - 1)
    kept = ends + 1
    risk = np.cumsum(~correct[order])[ends] / kept
    safe = np.flatnonzero(risk <= max_risk)
    last = int(safe[-1]) if safe.size else -1
    shown = _evenly(kept)
    return RiskCoverage(
        coverage=kept[shown] / len(values),
        risk=risk[shown],
        threshold=values[ends[shown]],
        aurc=float((risk * np.diff(kept, prepend=0)).sum() / len(values)),
        max_risk=max_risk,
        safe_coverage=float(kept[last] / len(values)) if safe.size else 0.0,
        safe_risk=float(risk[last]) if safe.size else math.nan,
        safe_threshold=float(values[ends[last]]) if safe.size else math.nan,
    )


def _evenly(kept: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of at most _CURVE_POINTS thresholds, evenly apart in coverage, the last among them."""
    wanted = np.linspace(kept[0], kept[-1], _CURVE_POINTS)
    places: NDArray[np.int64] = np.unique(np.searchsorted(kept, wanted))
    return places
