"""What values say about what a column or array is for: by some of the rows, by all where that is not enough."""

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.fields import Numbers
from ce_viz.core.inspection.rowwise import row_blocks

PROBABILITIES, PERCENTAGES, LOG_PROBABILITIES, SIGMOIDS, LOGITS = (
    "probabilities", "percentages", "log_probabilities", "sigmoids", "logits",
)  # fmt: skip

_SAMPLE_ROWS = 1_000
_ROUNDING = 1.5e-2  # of sums of rounded probabilities, relative
_MOST_ROUNDING = 0.2
_SAME = 6e-3  # probabilities of two decimals
NOISE = 1e-5
"""How far a computed probability may lie outside [0, 1]."""


def sampled(values: Numbers) -> NDArray[np.float64]:
    """Some rows from all over the array, as float64."""
    step = max(1, len(values) // _SAMPLE_ROWS)
    return values[::step][: _SAMPLE_ROWS + 1].astype(np.float64)


def what_rows_are(values: Numbers) -> str:
    """What most rows look like, ``(N, K)``: probabilities, percentages, their logarithms, K sigmoids, or logits."""
    some = sampled(values)
    some = some[np.isfinite(some).all(axis=1) | (some == -np.inf).any(axis=1)]
    if not len(some) or some.shape[1] < 2:
        return LOGITS
    with np.errstate(over="ignore", invalid="ignore"):
        totals, low, high = some.sum(axis=1), float(some.min()), float(some.max())
    if low >= -NOISE and high <= 1 + NOISE and _most(np.abs(totals - 1) <= _rounding(some)):
        return PROBABILITIES
    if low >= -NOISE and 1 < high <= 100.01 and _most(np.abs(totals - 100) <= 100 * _rounding(some / 100)):
        return PERCENTAGES
    if high <= 1e-6:
        return LOG_PROBABILITIES if _most(np.abs(np.exp(some).sum(axis=1) - 1) <= _ROUNDING) else LOGITS
    # Sigmoids come close to 0 and 1; a handful of small positive logits may do so by chance.
    return SIGMOIDS if low >= 0 and high <= 1 and len(some) >= 5 and len(np.unique(some)) > 2 else LOGITS


def _rounding(shares: NDArray[np.float64]) -> float:
    """How far sums of shares may be from 1: more where many of two or three decimals are added."""
    for unit in (0.01, 0.001):
        if np.abs(shares - unit * np.round(shares / unit)).max() < 1e-6:
            return min(max(_ROUNDING, float(shares.shape[1]) * unit / 2), _MOST_ROUNDING)
    return _ROUNDING


def _most(rows: NDArray[np.bool_]) -> bool:
    return bool(rows.mean() >= 0.95)


def softmax_rows(values: Numbers) -> NDArray[np.float64]:
    """Probabilities of some rows, whatever of the above the rows are."""
    some = sampled(values)
    kind = what_rows_are(values)
    if kind in (PROBABILITIES, PERCENTAGES):
        shares: NDArray[np.float64] = some / some.sum(axis=1, keepdims=True)
        return shares
    with np.errstate(invalid="ignore", over="ignore"):
        powers = np.exp(some - some.max(axis=1, keepdims=True))
        softmax: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return softmax


def same_predictions(first: Numbers, second: Numbers) -> bool:
    """Whether two tables of scores are the same probabilities, up to rounding."""
    if first.shape != second.shape:
        return False
    return bool(np.nanmax(np.abs(softmax_rows(first) - softmax_rows(second)), initial=0.0) <= _SAME)


def one_hot(values: Numbers) -> bool:
    """Whether every row is 0 and a single 1."""
    some = sampled(values)
    return bool(np.isin(some, (0, 1)).all() and (some.sum(axis=1) == 1).all())


def zeros_and_ones(values: Numbers) -> bool:
    """Whether there is nothing but 0 and 1."""
    return bool(np.isin(sampled(values), (0, 1)).all())


def largest(scores: Numbers) -> NDArray[np.int64]:
    """Place of the largest score in each row, ``(N,)``; -1 where a row has a NaN."""
    places = np.empty(len(scores), np.int64)
    for rows in row_blocks(scores.shape):
        block = scores[rows]
        places[rows] = block.argmax(axis=1)
        broken = np.isnan(block.max(axis=1))
        places[rows][broken] = -1
    return places


def equals_largest(values: NDArray[np.int64] | Numbers, scores: Numbers) -> bool:
    """Whether a column is the place of the largest score in every row, counted from 0 or from 1."""
    if len(values) != len(scores) or not len(values):
        return False
    some = slice(0, _SAMPLE_ROWS)
    for start in (0, 1):
        if (values[some] == scores[some].argmax(axis=1) + start).all():
            return bool((values == largest(scores) + start).all())
    return False


def is_confidence(values: Numbers, scores: Numbers) -> bool:
    """Whether a column is a measure of each row's scores: the largest of them, the entropy, a margin, the energy."""
    if len(values) != len(scores) or not len(values):
        return False
    column, probs, raw = sampled(values), softmax_rows(scores), sampled(scores)
    if np.isnan(column).all():
        return False
    ordered = np.sort(probs, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(probs > 0, probs * np.log(probs), 0.0).sum(axis=1)
        high = raw.max(axis=1)
        energy = high + np.log(np.exp(raw - high[:, None]).sum(axis=1))
    measures = (
        ordered[:, -1], 1 - ordered[:, -1], ordered[:, -1] - ordered[:, -2], high, entropy,
        entropy / np.log(2), entropy / np.log(probs.shape[1]), energy, -energy,
    )  # fmt: skip
    near = min(_SAME, float(np.nanstd(column)) / 4)  # else any small numbers are near to small numbers
    return any(bool(np.nanmax(np.abs(column - measure), initial=0.0) <= near) for measure in measures)


def is_sigmoid(logits: Numbers, probs: Numbers) -> bool:
    """Whether one column is the sigmoid of the other."""
    with np.errstate(over="ignore"):
        expected = 1 / (1 + np.exp(-sampled(logits)))
    return bool(np.nanmax(np.abs(expected - sampled(probs)), initial=0.0) <= _SAME)


def sums_without(columns: NDArray[np.float64]) -> int | None:
    """Of columns that do not sum to 1 (or 100) with each other, the one without which the others do."""
    if columns.shape[1] < 3:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        totals = columns.sum(axis=1)
        rest = totals[:, None] - columns
        positive = columns.min(axis=0) >= 0
    for unit in (1.0, 100.0):
        if len(columns) >= 3 and _most(np.abs(totals - unit) <= unit * _ROUNDING):
            return None
        fits = (np.abs(rest - unit) <= unit * 2e-3).all(axis=0)
        for at in np.flatnonzero(fits):
            if positive[np.arange(columns.shape[1]) != at].all():
                return int(at)
    return None
