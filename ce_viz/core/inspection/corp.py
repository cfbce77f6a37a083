"""The reliability diagram without bins, and the three parts of a score that it gives (CORP).

CORP: consistent, optimally binned, reproducible, by pool-adjacent-violators.
Source: Dimitriadis, Gneiting & Jordan 2021, doi:10.1073/pnas.2016191118.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.metrics import Floats, Integers
from ce_viz.core.inspection.records import FrozenArrays

_SLOW_PASS = 0.9  # a pass that leaves more than this share of the blocks is not worth another


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """A mean score: ``score = miscalibration - discrimination + uncertainty``."""

    score: float  # of the confidences, lower is better
    miscalibration: float  # what recalibration would take off, >= 0
    discrimination: float  # what the recalibrated confidences know beyond the overall accuracy, >= 0
    uncertainty: float  # of the overall accuracy, said for every row


@dataclass(frozen=True, eq=False, slots=True)
class Corp(FrozenArrays):
    """B blocks of rows; the confidence recalibrated by isotonic regression is constant on each."""

    low: Floats  # (B,) smallest confidence of the block
    high: Floats  # (B,) its largest confidence
    counts: Integers  # (B,) its rows
    accuracy: Floats  # (B,) share of right predictions: the recalibrated confidence, strictly rising
    brier: ScoreParts  # of the score (confidence - correct)², from 0 to 1
    log: ScoreParts  # of the score -log of the probability of what happened, nats


def corp(confidence: Floats, correct: NDArray[np.bool_], error_prob: Floats | None = None) -> Corp:
    """The CORP diagram and the decompositions of the Brier score and of the log score.

    With S the mean score, x the confidences, x̂ those recalibrated by isotonic regression and r the overall
    accuracy: miscalibration ``S(x) - S(x̂)``, discrimination ``S(r) - S(x̂)``, uncertainty ``S(r)``. Both
    scores are of the two outcomes right and wrong, so the Brier score is not that of all classes.

    Args:
      confidence: x, probability of the predicted class, from 0 to 1, ``(N,)``, N >= 1.
      correct: Whether the prediction is right, ``(N,)``.
      error_prob: 1 - x, ``(N,)``, where it is known better than the difference is; only the log score
        needs it.

    Returns:
      Figures of the N rows. The log score and its miscalibration are inf where a row has probability 0 of
      what happened.
    """
    values, hits, counts = _grouped(confidence, correct)
    starts = pool_adjacent_violators(hits, counts)
    ends = np.append(starts[1:], len(values)) - 1
    hits, counts = np.add.reduceat(hits, starts), np.add.reduceat(counts, starts)
    wrong_prob = 1 - confidence if error_prob is None else error_prob
    with np.errstate(divide="ignore"):
        log_score = -float(np.log(np.where(correct, confidence, wrong_prob)).mean())
    brier_score = float(np.square(confidence - correct).mean())
    overall = hits.sum(keepdims=True), counts.sum(keepdims=True)
    return Corp(
        low=values[starts],
        high=values[ends],
        counts=counts,
        accuracy=hits / counts,
        brier=_parts(brier_score, _brier_of_shares(hits, counts), _brier_of_shares(*overall)),
        log=_parts(log_score, _log_of_shares(hits, counts), _log_of_shares(*overall)),
    )


def pool_adjacent_violators(hits: Integers, counts: Integers) -> Integers:
    """Blocks of the isotonic regression of shares ``hits / counts``, by least squares weighted with counts.

    Neighbours of which the right one is not larger always belong to one block. Passes over all groups pool
    them together as long as a pass removes a tenth of the blocks, and one scan pools the rest: O(G), with
    exact comparisons of integers.

    Args:
      hits: Successes of each group, in the order in which shares are to rise, ``(G,)``, G >= 1.
      counts: Size of each group, >= 1, ``(G,)``.

    Returns:
      First group of each block, rising from 0; the shares of the blocks rise strictly.

    Source: Ayer et al. 1955, doi:10.1214/aoms/1177728423.
    """
    starts = np.arange(len(hits))
    while True:
        rises = hits[:-1] * counts[1:] < hits[1:] * counts[:-1]
        kept = np.concatenate(([0], np.flatnonzero(rises) + 1))
        if len(kept) == len(hits):
            return starts
        slow = len(kept) > _SLOW_PASS * len(hits)
        hits, counts, starts = np.add.reduceat(hits, kept), np.add.reduceat(counts, kept), starts[kept]
        if slow:
            return starts[_pooled_one_by_one(hits.tolist(), counts.tolist())]


def _pooled_one_by_one(hits: list[int], counts: list[int]) -> list[int]:
    blocks: list[tuple[int, int, int]] = []  # start, hits, count
    for block in zip(range(len(hits)), hits, counts, strict=True):
        start, hit, count = block
        while blocks and blocks[-1][1] * count >= hit * blocks[-1][2]:
            start, earlier_hit, earlier_count = blocks.pop()
            hit, count = hit + earlier_hit, count + earlier_count
        blocks.append((start, hit, count))
    return [start for start, _, _ in blocks]


def _grouped(confidence: Floats, correct: NDArray[np.bool_]) -> tuple[Floats, Integers, Integers]:
    """Distinct confidences, rising, with the right predictions and the rows of each."""
    order = np.argsort(confidence)
    values = confidence[order]
    starts = np.concatenate(([0], np.flatnonzero(values[1:] > values[:-1]) + 1))
    hits = np.add.reduceat(correct[order].astype(np.int64), starts)
    return values[starts], hits, np.diff(starts, append=len(values))


def _parts(score: float, recalibrated: float, uncertainty: float) -> ScoreParts:
    # Neither part is negative but for rounding.
    return ScoreParts(
        score, max(score - recalibrated, 0.0), max(uncertainty - recalibrated, 0.0), uncertainty
    )


def _brier_of_shares(hits: Integers, counts: Integers) -> float:
    """Mean Brier score of rows that are each given the share of their group."""
    return float((hits * ((counts - hits) / counts)).sum() / counts.sum())


def _log_of_shares(hits: Integers, counts: Integers) -> float:
    """Mean log score of rows that are each given the share of their group, nats."""
    total = 0.0
    for part in (hits, counts - hits):
        there = part > 0
        total += float((part[there] * np.log(counts[there] / part[there])).sum())
    return total / float(counts.sum())
