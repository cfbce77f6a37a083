"""What looks wrong with logits and labels from a real model, and what may be done about it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.reading import NO_LABEL, LogitsTable
from ce_viz.core.reading.table import Labels, Logits

BLOCKING, SERIOUS, NOTE = "blocking", "serious", "note"
SHOWN_ROWS = 10
REMEDIES = ("transpose", "labels_minus_one", "take_logarithm", "normalise_targets", "drop_duplicates")

_TARGET_SUM_TOLERANCE = 1e-3  # rounded to three decimals, targets still pass
_ROUNDED_PROBS = 1e-2  # how far the sum of rounded probabilities may be from 1
_BLOCK_VALUES = 1 << 18

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that looks wrong.

    Codes:
      axis: blocking; as many labels as classes: the classes stand on the first axis.
      not_finite: NaN, +inf or nothing but -inf in the logits; the rows are left out.
      label_missing: empty labels; the rows are left out.
      label_range: labels below 0 or above K - 1; the rows are left out.
      label_masked: the loss is infinite, its class has a logit of -inf; the rows are left out.
      target_not_finite, target_negative: of target rows; the rows are left out.
      one_based: labels count from 1.
      probabilities: rows are probabilities already, a softmax would be the second.
      softmax_axis: columns, not rows, are probabilities: the softmax went over the batch.
      target_sum: target rows do not sum to 1; the gradient is S Σy - y, not S - y.
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
    remedy: str = ""  # one of REMEDIES, or ""


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
    found = [*_about_logits(table, sums), *_about_labels(table, usable), *_about_targets(table)]
    found += _about_copies(table)
    order = (BLOCKING, SERIOUS, NOTE)
    return tuple(sorted((one for one in found if one.count), key=lambda one: order.index(one.severity)))


def crossed(table: LogitsTable) -> bool:
    """Whether there are as many labels as classes, and not as rows."""
    return table.labels is not None and len(table.labels) != table.num_rows


def usable_rows(table: LogitsTable) -> Mask:
    """Rows with a finite loss, ``(N,)``: the others are left out of every figure."""
    # A NaN makes the largest NaN.
    usable: Mask = np.isfinite(table.logits.max(axis=1))
    if table.labels is not None:
        inside = (table.labels >= 0) & (table.labels < table.num_classes)
        own = table.logits[np.arange(table.num_rows), np.where(inside, table.labels, 0)]
        usable &= inside & np.isfinite(own)
    if table.targets is not None:
        usable &= (table.targets >= 0).all(axis=1) & np.isfinite(table.targets).all(axis=1)
        usable &= ~((table.targets > 0) & np.isneginf(table.logits)).any(axis=1)
    return usable


def remedied(table: LogitsTable, remedies: Iterable[str]) -> LogitsTable:
    """The table with the chosen remedies applied, in the order of REMEDIES; the given one is unchanged."""
    chosen = set(remedies)
    if "transpose" in chosen:
        turned: Logits = table.logits.T.copy()
        table = replace(table, logits=turned)
    if "labels_minus_one" in chosen and table.labels is not None:
        table = replace(table, labels=np.where(table.labels > 0, table.labels - 1, _spoiled(table.labels)))
    if "take_logarithm" in chosen:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs: Logits = np.log(table.logits)
        table = replace(table, logits=logs)
    if "normalise_targets" in chosen and table.targets is not None:
        totals = table.targets.sum(axis=1, keepdims=True)
        table = replace(table, targets=table.targets / np.where(totals > 0, totals, 1.0))
    if "drop_duplicates" in chosen and not crossed(table):
        table = _rows_of(table, ~_copies(table)[0])
    return table


def _spoiled(labels: Labels) -> Labels:
    """Labels below 1 stay out of range when 1 is subtracted, and missing ones missing."""
    return np.where(labels == NO_LABEL, NO_LABEL, np.minimum(labels, 0) - 1)


def _rows_of(table: LogitsTable, rows: Mask) -> LogitsTable:
    return replace(
        table,
        logits=table.logits[rows],
        labels=None if table.labels is None else table.labels[rows],
        targets=None if table.targets is None else table.targets[rows],
    )


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
            logits.min(axis=1).astype(np.float64),
            logits.max(axis=1).astype(np.float64),
            logits.sum(axis=1, dtype=np.float64),
            logits.sum(axis=0, dtype=np.float64),
        )


def _about_logits(table: LogitsTable, sums: _RowSums) -> list[Finding]:
    num_rows, num_classes = table.logits.shape
    broken = ~np.isfinite(sums.high)  # a NaN makes the largest NaN
    found = [_finding("not_finite", SERIOUS, broken)]
    found.append(
        _finding("constant", NOTE, ~broken & (sums.low == sums.high), numbers={"loss": math.log(num_classes)})
    )
    # Probabilities saved in full sum to 1 almost exactly, and by chance hardly one row in a million does;
    # rounded ones do so roughly, and then only most rows together are evidence.
    unit = (sums.low >= 0) & (sums.high <= 1 + 1e-6)
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
        logs &= np.abs(np.exp(table.logits).sum(axis=1, dtype=np.float64) - 1) <= _ROUNDED_PROBS
        if 2 * logs.sum() >= num_rows:
            found.append(_finding("log_probabilities", NOTE, logs))
    return found


def _about_labels(table: LogitsTable, usable: Mask) -> list[Finding]:
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
    predicted = np.where(np.isnan(table.logits).any(axis=1), -1, table.logits.argmax(axis=1))
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
    inside = ~missing & ~outside
    masked = inside & np.isneginf(table.logits[np.arange(table.num_rows), np.where(inside, labels, 0)])
    found.append(_finding("label_masked", SERIOUS, masked))
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


def _about_targets(table: LogitsTable) -> list[Finding]:
    if table.targets is None:
        return []
    with np.errstate(invalid="ignore", over="ignore"):
        totals = table.targets.sum(axis=1)
        finite = np.isfinite(totals)
        negative: Mask = finite & (table.targets < 0).any(axis=1)
        off = finite & ~negative & (np.abs(totals - 1) > _TARGET_SUM_TOLERANCE)
    masked: Mask = finite & ((table.targets > 0) & np.isneginf(table.logits)).any(axis=1)
    sums = {"low": float(totals[off].min()), "high": float(totals[off].max())} if off.any() else {}
    return [
        _finding("target_not_finite", SERIOUS, ~finite),
        _finding("target_negative", SERIOUS, negative),
        _finding("label_masked", SERIOUS, masked),
        _finding("target_sum", SERIOUS, off, "normalise_targets", sums),
    ]


def _about_copies(table: LogitsTable) -> list[Finding]:
    copies, conflicts = _copies(table)
    return [_finding("duplicates", NOTE, copies, "drop_duplicates", {"conflicts": int(conflicts.sum())})]


def _copies(table: LogitsTable) -> tuple[Mask, Mask]:
    """Rows whose logits equal those of an earlier row, and those of them with another label."""
    logits, num_rows = table.logits, table.num_rows
    copies, conflicts = np.zeros(num_rows, bool), np.zeros(num_rows, bool)
    keys = _row_keys(logits)
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    step = max(1, _BLOCK_VALUES // table.num_classes)
    for start in range(0, len(same), step):
        at = same[start : start + step]
        earlier, later = order[at], order[at + 1]
        equal = (logits[earlier] == logits[later]).all(axis=1)
        copies[later[equal]] = True
        if table.labels is not None:
            conflicts[later[equal & (table.labels[earlier] != table.labels[later])]] = True
    return copies, conflicts


def _row_keys(logits: Logits) -> NDArray[np.uint64]:
    """A number for each row, equal for equal rows and hardly ever for others."""
    num_rows, num_classes = logits.shape
    factors = np.random.default_rng(0).integers(1, 1 << 63, num_classes, dtype=np.uint64) | np.uint64(1)
    keys = np.empty(num_rows, np.uint64)
    step = max(1, _BLOCK_VALUES // num_classes)
    for start in range(0, num_rows, step):
        # Adding 0.0 makes -0.0 the same bits as 0.0.
        block = logits[start : start + step].astype(np.float64) + 0.0
        keys[start : start + step] = (block.view(np.uint64) * factors).sum(axis=1)
    return keys
