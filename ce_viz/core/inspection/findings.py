"""What looks wrong with logits and labels from a real model, and what may be done about it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading import NO_LABEL, LogitsTable
from ce_viz.core.inspection.reading.evidence import NOISE
from ce_viz.core.inspection.reading.table import Labels, Logits, Targets
from ce_viz.core.inspection.remedies import copies
from ce_viz.core.inspection.rowwise import row_max, row_min, row_sum
from ce_viz.core.inspection.soundness import Mask, crossed, label_masked, sound, target_sums, usable_rows

BLOCKING, SERIOUS, NOTE = "blocking", "serious", "note"
SHOWN_ROWS = 10

_TARGET_SUM_TOLERANCE = 1e-3  # rounded to three decimals, targets still pass
_ROUNDED_PROBS = 1e-2  # how far the sum of rounded probabilities may be from 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that looks wrong.

    Codes:
      axis: blocking; as many labels as classes: the classes stand on the first axis.
      not_finite: NaN, +inf (or close to it) or nothing but -inf in the logits; the rows are left out.
      label_missing: empty labels; the rows are left out.
      label_range: labels below 0 or above K - 1; the rows are left out.
      label_masked: the label's class has a logit of -inf or next to it: the loss is infinite, or
        drowns all others; the rows are left out.
      target_not_finite, target_negative: of target rows; the rows are left out.
      one_based: labels count from 1.
      probabilities: rows are probabilities already, a softmax would be the second.
      softmax_axis: columns, not rows, are probabilities: the softmax went over the batch.
      target_sum: target rows do not sum to 1; the gradient is S Σy - y, not S - y.
      multi_label: target rows are 0 and 1, and some have several 1: each class is asked for on its own.
      chance: the argmax agrees with the labels no more often than a blind guess.
      log_probabilities: rows are log-probabilities; that is fine, softmax gives them back.
      one_label: all labels are the same.
      constant: rows whose logits are all equal.
      duplicates: rows that repeat an earlier one; ``conflicts`` of them with another label.
    """

    code: str
    severity: str
    count: int  # rows concerned
    rows: tuple[int, ...] = ()  # the first of them, from 0
    numbers: Mapping[str, float] = field(default_factory=dict)  # what the words need
    remedy: str = ""  # one of `ce_viz.core.remedies.REMEDIES`, or ""


@dataclass(frozen=True, eq=False, slots=True)
class _RowSums:
    low: NDArray[np.float64]  # (N,) smallest logit; NaN where the row has one
    high: NDArray[np.float64]  # (N,) largest logit
    total: NDArray[np.float64]  # (N,) sum
    column_totals: NDArray[np.float64]  # (K,)


def find(table: LogitsTable) -> tuple[Finding, ...]:
    """Everything that looks wrong, the worst first."""
    if crossed(table):
        numbers = {"rows": table.num_rows, "classes": table.num_classes}
        return (Finding("axis", BLOCKING, table.num_rows, numbers=numbers, remedy="transpose"),)
    sums = _row_sums(table.logits)
    usable = usable_rows(table)
    found = [*_about_logits(table, sums), *_about_labels(table, sums.high, usable)]
    found += _about_targets(table, sums.high)
    found += _about_copies(table)
    order = (BLOCKING, SERIOUS, NOTE)
    return tuple(sorted((one for one in found if one.count), key=lambda one: order.index(one.severity)))


def _finding(
    code: str,
    severity: str,
    rows: Mask,
    remedy: str = "",
    numbers: Mapping[str, float] | None = None,
) -> Finding:
    first = np.flatnonzero(rows)
    return Finding(code, severity, len(first), tuple(first[:SHOWN_ROWS].tolist()), numbers or {}, remedy)


def _row_sums(logits: Logits) -> _RowSums:
    with np.errstate(invalid="ignore", over="ignore"):
        return _RowSums(
            row_min(logits), row_max(logits), row_sum(logits), logits.sum(axis=0, dtype=np.float64)
        )


def _about_logits(table: LogitsTable, sums: _RowSums) -> list[Finding]:
    num_rows, num_classes = table.logits.shape
    broken = ~sound(sums.high)
    found = [_finding("not_finite", SERIOUS, broken)]
    found.append(
        _finding("constant", NOTE, ~broken & (sums.low == sums.high), numbers={"loss": math.log(num_classes)})
    )
    # Probabilities saved in full sum to 1 almost exactly, and by chance hardly one row in a million does;
    # rounded ones do so roughly, and then only most rows together are evidence.
    unit = (sums.low >= -NOISE) & (sums.high <= 1 + NOISE)
    exact = unit & (np.abs(sums.total - 1) <= 1e-6 + 1e-8 * num_classes)
    rounded = unit & (np.abs(sums.total - 1) <= _ROUNDED_PROBS)
    floor = math.log1p((num_classes - 1) / math.e)
    if 2 * rounded.sum() >= num_rows:
        found.append(_finding("probabilities", SERIOUS, rounded, "take_logarithm", {"floor": floor}))
    elif 10_000 * exact.sum() > num_rows:
        found.append(_finding("probabilities", SERIOUS, exact, "take_logarithm", {"floor": floor}))
    elif unit.all() and num_rows > 1 and bool((np.abs(sums.column_totals - 1) <= _ROUNDED_PROBS).all()):
        found.append(_finding("softmax_axis", SERIOUS, unit))
    logs = sums.high <= 1e-6
    if 2 * logs.sum() >= num_rows:
        logs &= (
            np.abs(np.exp(np.minimum(table.logits, 1.0)).sum(axis=1, dtype=np.float64) - 1) <= _ROUNDED_PROBS
        )
        if 2 * logs.sum() >= num_rows:
            found.append(_finding("log_probabilities", NOTE, logs))
    return found


def _about_labels(table: LogitsTable, high: NDArray[np.float64], usable: Mask) -> list[Finding]:
    labels, num_classes = table.labels, table.num_classes
    if labels is None:
        return []
    missing = labels == NO_LABEL
    outside = ~missing & ((labels < 0) | (labels >= num_classes))
    found = [_finding("label_missing", SERIOUS, missing)]
    counted = labels[labels >= 0]
    if not counted.size:
        return [
            *found,
            _finding("label_range", SERIOUS, outside, numbers=_range(labels[outside], num_classes)),
        ]
    predicted = np.where(np.isnan(high), -1, table.logits.argmax(axis=1))
    agreement = float((predicted == labels).sum() / counted.size)
    shifted = float(((predicted == labels - 1) & (labels > 0)).sum() / counted.size)
    from_one = counted.min() == 1 and counted.max() == num_classes
    # Labels from 1 whose last class does not occur are all in range: only the predictions tell.
    hidden = counted.min() >= 1 and shifted - agreement > 0.1 + 3 / math.sqrt(counted.size)
    if from_one or (hidden and counted.max() <= num_classes):
        remedy = "labels_minus_one"
        numbers = {"classes": num_classes, "agreement": agreement, "shifted": shifted}
        return [*found, _finding("one_based", SERIOUS, labels > 0, remedy, numbers)]
    found.append(_finding("label_range", SERIOUS, outside, numbers=_range(labels[outside], num_classes)))
    inside = ~missing & ~outside & sound(high)
    found.append(_finding("label_masked", SERIOUS, label_masked(table, high, inside)))
    used = labels[usable]
    if used.size >= 10 and (used == used[0]).all():
        return [*found, _finding("one_label", NOTE, usable, numbers={"label": int(used[0])})]
    guess = 1 / num_classes
    accuracy = float((predicted[usable] == used).mean()) if used.size else 1.0
    if used.size >= 50 and accuracy <= guess + 2 * math.sqrt(guess * (1 - guess) / used.size):
        found.append(_finding("chance", NOTE, usable, numbers={"accuracy": accuracy, "guess": guess}))
    return found


def _range(labels: Labels, num_classes: int) -> dict[str, float]:
    if not labels.size:
        return {}
    return {"low": int(labels.min()), "high": int(labels.max()), "last": num_classes - 1}


def _about_targets(table: LogitsTable, high: NDArray[np.float64]) -> list[Finding]:
    if table.targets is None:
        return []
    totals, finite = target_sums(table.targets)
    negative = finite & (row_min(table.targets) < 0)
    off = finite & ~negative & (np.abs(totals - 1) > _TARGET_SUM_TOLERANCE)
    masked = label_masked(table, high, finite & sound(high))
    sums = {"low": float(totals[off].min()), "high": float(totals[off].max())} if off.any() else {}
    several = bool((totals[off] > 1).any()) and _zeros_and_ones(table.targets)
    return [
        _finding("target_not_finite", SERIOUS, ~finite),
        _finding("target_negative", SERIOUS, negative),
        _finding("label_masked", SERIOUS, masked),
        _finding("multi_label" if several else "target_sum", SERIOUS, off, "normalise_targets", sums),
    ]


def _zeros_and_ones(targets: Targets) -> bool:
    return bool(((targets == 0) | (targets == 1)).all())


def _about_copies(table: LogitsTable) -> list[Finding]:
    repeated, conflicts = copies(table)
    return [_finding("duplicates", NOTE, repeated, "drop_duplicates", {"conflicts": int(conflicts.sum())})]
