"""Scores of each row, of each class and of all rows.

The batch path `cross_entropy_value_and_grad` gives losses and gradients, and every other score follows
from them: for targets that sum to 1 the gradient by the logits is S - y, so its squared norm is the
Brier score of the row, and S is recovered from it without a second softmax.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.batches import cross_entropy_value_and_grad
from ce_viz.core.inspection.reading.errors import Progress
from ce_viz.core.inspection.rowwise import row_blocks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DECIMALS = 12  # of a confidence


@dataclass(frozen=True, eq=False, slots=True)
class RowScores:
    """Scores of N rows of K classes."""

    loss: Floats  # (N,) nats
    grad_norm: Floats  # (N,) Euclidean norm of the gradient by the row's logits, reduction "sum"
    brier: Floats  # (N,) sum_k (S_k - y_k)^2, from 0 to 2
    label: Integers  # (N,) the class, of target rows the one with most weight
    predicted: Integers  # (N,) argmax S, the first of equals
    confidence: Floats  # (N,) S of the predicted class to 12 decimals: rows that are equally sure are tied
    label_prob: Floats  # (N,) S of the label's class
    rank: Integers  # (N,) classes ahead of the label; 0 where it is predicted
    mean_grad: Floats  # (K,) mean of the gradients over the rows

    @property
    def correct(self) -> NDArray[np.bool_]:
        hits: NDArray[np.bool_] = self.predicted == self.label
        return hits

    def confused(self, label: int, predicted: int) -> NDArray[np.bool_]:
        """Whether a row has this label and this prediction, ``(N,)``."""
        found: NDArray[np.bool_] = (self.label == label) & (self.predicted == predicted)
        return found


@dataclass(frozen=True, eq=False, slots=True)
class ClassTable:
    """Scores of K classes; NaN where the denominator is 0."""

    support: Integers  # (K,) rows with this label
    predicted: Integers  # (K,) rows with this prediction
    precision: Floats  # (K,) share of the predictions of this class that are right
    recall: Floats  # (K,) share of the rows with this label that are predicted as it
    mean_loss: Floats  # (K,) nats, over the rows with this label


def score_rows(
    logits: NDArray[np.floating],
    labels: Integers | None = None,
    targets: Floats | None = None,
    *,
    temperature: float = 1.0,
    progress: Progress | None = None,
) -> RowScores:
    """Score every row, a block at a time.

    Args:
      logits: Shape ``(N, K)``, N > 0; ``-inf`` masks a class.
      labels: Shape ``(N,)``, from 0; or None where there are targets.
      targets: Shape ``(N, K)``, >= 0; or None where there are labels.
      temperature: T > 0; the gradient is by o, not by o/T.
      progress: Called with the share of the work done, rising to 1.

    Returns:
      Scores in float64, whatever the type of the logits.

    Raises:
      ValueError: Neither labels nor targets.
    """
    num_rows, num_classes = logits.shape
    loss, grad_norm, brier, confidence, label_prob = (np.empty(num_rows) for _ in range(5))
    label, predicted, rank = (np.empty(num_rows, np.int64) for _ in range(3))
    grad_sum = np.zeros(num_classes)
    for rows in row_blocks(logits.shape):
        scaled = divided(logits[rows], temperature)
        truth = _truth(labels, targets)[rows]
        loss[rows], grad = cross_entropy_value_and_grad(scaled, truth, reduction="none")
        each = np.arange(len(scaled))
        label[rows] = truth if truth.ndim == 1 else truth.argmax(axis=1)
        predicted[rows] = scaled.argmax(axis=1)
        rank[rows] = _rank(scaled, label[rows])
        at_predicted = grad[each, predicted[rows]]
        grad_norm[rows] = np.sqrt(np.einsum("ij,ij->i", grad, grad)) / temperature
        grad_sum += grad.sum(axis=0) / temperature
        if truth.ndim == 1:
            brier[rows] = np.einsum("ij,ij->i", grad, grad)
            confidence[rows] = at_predicted + (predicted[rows] == truth)
            label_prob[rows] = np.exp(-loss[rows])
        else:
            goals = truth.astype(np.float64)
            weight = goals.sum(axis=1)
            probs = (grad + goals) / np.where(weight > 0, weight, 1.0)[:, None]
            confidence[rows] = probs[each, predicted[rows]]
            label_prob[rows] = probs[each, label[rows]]
            brier[rows] = ((probs - goals) ** 2).sum(axis=1)
        if progress:
            progress(rows.stop / num_rows)
    # The last bits of S depend on the label and on the order of the classes; they would break ties, and not by chance.
    confidence = np.round(confidence, _DECIMALS)
    mean_grad = grad_sum / num_rows
    return RowScores(loss, grad_norm, brier, label, predicted, confidence, label_prob, rank, mean_grad)


def divided(logits: NDArray[np.floating], temperature: float) -> Floats:
    """o/T, ``(B, K)``; where that is beyond float64, (o - max o)/T, and at most the largest float64 below 0.

    An infinity would mask a class that is not masked, or make NaN of the row.
    """
    wide = logits.astype(np.float64)
    with np.errstate(over="ignore"):
        scaled: Floats = wide / temperature
        beyond = (np.isinf(scaled) & np.isfinite(wide)).any(axis=1) if temperature < 1 else np.False_
        if beyond.any():
            halves = wide[beyond] / 2
            gaps = (halves - halves.max(axis=1, keepdims=True)) / (temperature / 2)
            masked = np.isinf(halves)
            scaled[beyond] = np.where(masked, -np.inf, np.maximum(gaps, -np.finfo(np.float64).max))
    return scaled


def _truth(labels: Integers | None, targets: Floats | None) -> NDArray[np.generic]:
    if targets is not None:
        return targets
    if labels is None:
        raise ValueError("labels or targets must be given")
    return labels


def _rank(logits: Floats, labels: Integers) -> Integers:
    """Classes with a larger logit than the label's, or with an equal one and an earlier place."""
    own = logits[np.arange(len(logits)), labels][:, None]
    ahead = logits > own
    earlier = np.arange(logits.shape[1]) < labels[:, None]
    ahead |= (logits == own) & earlier
    counted: Integers = ahead.sum(axis=1)
    return counted


def top_k_accuracy(scores: RowScores, k: int) -> float:
    """Share of rows whose label is among the k largest logits."""
    return float((scores.rank < k).mean())


def confusion_matrix(scores: RowScores, num_classes: int) -> Integers:
    """Rows by label and prediction, ``(K, K)``: first axis the label, second the prediction."""
    pairs = scores.label * num_classes + scores.predicted
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def confused_pairs(confusion: Integers, count: int) -> list[tuple[int, int, int]]:
    """Label, other class that is predicted, and how often; the ``count`` most frequent pairs, those first."""
    off = confusion - np.diag(confusion.diagonal())
    labels, predicted = np.nonzero(off)
    times = off[labels, predicted]
    order = np.argsort(-times, kind="stable")[:count]
    return list(zip(labels[order].tolist(), predicted[order].tolist(), times[order].tolist(), strict=True))


def class_table(scores: RowScores, num_classes: int) -> ClassTable:
    """Support, precision, recall and mean loss of every class."""
    support = np.bincount(scores.label, minlength=num_classes)
    predicted = np.bincount(scores.predicted, minlength=num_classes)
    hits = np.bincount(scores.label[scores.correct], minlength=num_classes)
    losses = np.bincount(scores.label, weights=scores.loss, minlength=num_classes)
    with np.errstate(invalid="ignore"):
        return ClassTable(support, predicted, hits / predicted, hits / support, losses / support)


def worst_rows(scores: RowScores, count: int, among: NDArray[np.bool_] | None = None) -> Integers:
    """The ``count`` rows with the highest loss, the worst first; ``among`` ``(N,)`` chooses between rows."""
    rows = np.arange(len(scores.loss)) if among is None else np.flatnonzero(among)
    count = min(count, len(rows))
    if not count:
        return np.empty(0, np.int64)
    # Sorting only the worst keeps a million rows fast.
    worst = rows[np.argpartition(-scores.loss[rows], count - 1)[:count]]
    ordered: Integers = worst[np.lexsort((worst, -scores.loss[worst]))]
    return ordered


def label_suspects(scores: RowScores, num_classes: int) -> NDArray[np.bool_]:
    """Rows whose label may be wrong, ``(N,)``.

    A row is suspect where the predicted class is not the label and its probability is at least the mean
    probability of that class over the rows that have it as their label.

    Source: confident learning, Northcutt, Jiang & Chuang 2021, doi:10.1613/jair.1.12125.
    """
    support = np.bincount(scores.label, minlength=num_classes)
    total = np.bincount(scores.label, weights=scores.label_prob, minlength=num_classes)
    # A class that is never a label has no usual confidence, and nothing reaches infinity.
    usual = np.where(support > 0, total / np.maximum(support, 1), np.inf)
    suspected: NDArray[np.bool_] = ~scores.correct & (scores.confidence >= usual[scores.predicted])
    return suspected


def histogram(values: Floats, edges: Floats) -> Integers:
    """How many values lie in each bin ``[edges[i], edges[i + 1])``; those outside go to the outer bins."""
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return np.bincount(places, minlength=len(edges) - 1)
