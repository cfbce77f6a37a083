"""Which rows of a table can be computed with."""

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.reading import LogitsTable
from ce_viz.core.reading.table import Targets

_HUGE_LOGIT = 1e290  # beyond it differences of logits overflow
_HUGE_TARGET = 1e100
_MASKED_GAP = 1e6  # masks are written as -inf, as the least number of a type, or as -1e9

Mask = NDArray[np.bool_]


def crossed(table: LogitsTable) -> bool:
    """Whether there are as many labels as classes, and not as rows."""
    return table.labels is not None and len(table.labels) != table.num_rows


def usable_rows(table: LogitsTable) -> Mask:
    """Rows with a finite loss, ``(N,)``: the others are left out of every figure."""
    usable = sound(table.logits.max(axis=1))
    if table.labels is not None:
        usable &= (table.labels >= 0) & (table.labels < table.num_classes)
    if table.targets is not None:
        usable &= target_sums(table.targets)[1] & (table.targets >= 0).all(axis=1)
    return usable & ~label_masked(table, usable)


def sound(high: NDArray[np.floating]) -> Mask:
    """Whether rows with these largest logits can be computed with; a NaN makes the largest NaN."""
    wide = high.astype(np.float64)
    return np.isfinite(wide) & (wide <= _HUGE_LOGIT)


def target_sums(targets: Targets) -> tuple[Targets, Mask]:
    """Sums of the target rows, ``(N,)``, and whether the rows can be computed with."""
    with np.errstate(invalid="ignore", over="ignore"):
        totals: Targets = targets.sum(axis=1)
        return totals, np.isfinite(totals) & (np.abs(targets).max(axis=1) <= _HUGE_TARGET)


def label_masked(table: LogitsTable, rows: Mask) -> Mask:
    """Which of the rows put weight on a class that is masked."""
    with np.errstate(over="ignore", invalid="ignore"):
        deepest = table.logits.max(axis=1) - _MASKED_GAP
        if table.targets is not None:
            on_masked: Mask = ((table.targets > 0) & (table.logits < deepest[:, None])).any(axis=1)
            return rows & on_masked
        labels = np.zeros(0, np.int64) if table.labels is None else table.labels
        own = table.logits[np.arange(table.num_rows), np.where(rows, labels, 0)]
        below: Mask = own < deepest
        return rows & below
