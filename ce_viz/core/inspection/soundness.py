"""Which rows of a table can be computed with."""

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.inspection.reading.table import Targets
from ce_viz.core.inspection.rowwise import row_max, row_min, row_sum

_HUGE_LOGIT = 1e290  # beyond it differences of logits overflow
_HUGE_TARGET = 1e100
_MASKED_GAP = 1e6  # masks are written as -inf, as the least number of a type, or as -1e9

Mask = NDArray[np.bool_]


def crossed(table: LogitsTable) -> bool:
    """Whether there are as many labels as classes, and not as rows."""
    return table.labels is not None and len(table.labels) != table.num_rows


def usable_rows(table: LogitsTable) -> Mask:
    """Rows with a finite loss, ``(N,)``: the others are left out of every figure."""
    high = row_max(table.logits)
    usable = sound(high)
    if table.labels is not None:
        usable &= (table.labels >= 0) & (table.labels < table.num_classes)
    if table.targets is not None:
        usable &= target_sums(table.targets)[1] & (row_min(table.targets) >= 0)
    return usable & ~label_masked(table, high, usable)


def sound(high: NDArray[np.float64]) -> Mask:
    """Whether rows with these largest logits can be computed with; a NaN makes the largest NaN."""
    return np.isfinite(high) & (high <= _HUGE_LOGIT)


def target_sums(targets: Targets) -> tuple[Targets, Mask]:
    """Sums of the target rows, ``(N,)``, and whether the rows can be computed with."""
    with np.errstate(invalid="ignore", over="ignore"):
        totals = row_sum(targets)
        largest = np.maximum(row_max(targets), -row_min(targets))
        return totals, np.isfinite(totals) & (largest <= _HUGE_TARGET)


def label_masked(table: LogitsTable, high: NDArray[np.float64], rows: Mask) -> Mask:
    """Which of the rows put weight on a class that is masked; ``high`` are the largest logits."""
    with np.errstate(over="ignore", invalid="ignore"):
        deepest = high - _MASKED_GAP
        if table.targets is not None:
            on_masked = np.any((table.targets > 0) & (table.logits < deepest[:, None]), axis=1)
            return np.asarray(rows & on_masked)
        labels = np.zeros(0, np.int64) if table.labels is None else table.labels
        own = table.logits[np.arange(table.num_rows), np.where(rows, labels, 0)]
        below: Mask = own < deepest
        return rows & below
