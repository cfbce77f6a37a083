"""What may be done about a finding, and the search for repeated rows."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading import NO_LABEL, LogitsTable
from ce_viz.core.inspection.reading.evidence import NOISE
from ce_viz.core.inspection.reading.table import Labels, Logits, rows_of
from ce_viz.core.inspection.rowwise import row_blocks, row_max
from ce_viz.core.inspection.soundness import Mask, crossed, sound, target_sums

REMEDIES = (
    "transpose", "labels_minus_one", "take_logarithm", "take_logit", "normalise_targets", "drop_duplicates",
)  # fmt: skip


def remedied(table: LogitsTable, remedies: Iterable[str]) -> LogitsTable:
    """The table with the chosen remedies applied, in the order of REMEDIES; the given one is unchanged."""
    chosen = set(remedies)
    if "transpose" in chosen:
        turned: Logits = table.logits.T.copy()
        table = replace(table, logits=turned)
    if "labels_minus_one" in chosen and table.labels is not None:
        table = replace(table, labels=np.where(table.labels > 0, table.labels - 1, _spoiled(table.labels)))
    if "take_logarithm" in chosen:
        # Computed probabilities may lie below 0 by a rounding error; what lies further below is none.
        logs: Logits = table.logits.copy()
        logs[(logs < 0) & (logs >= -NOISE)] = 0
        with np.errstate(divide="ignore", invalid="ignore"):
            np.log(logs, out=logs)
        table = replace(table, logits=logs)
    if "take_logit" in chosen:
        with np.errstate(divide="ignore", invalid="ignore"):
            odds: Logits = np.log(table.logits) - np.log1p(-table.logits)
        table = replace(table, logits=odds)
    if "normalise_targets" in chosen and table.targets is not None:
        totals, finite = target_sums(table.targets)
        divisors = np.where(finite & (totals > 0), totals, 1.0)
        table = replace(table, targets=table.targets / divisors[:, None])
    if "drop_duplicates" in chosen and not crossed(table):
        table = rows_of(table, ~copies(table)[0])
    return table


def _spoiled(labels: Labels) -> Labels:
    """Labels below 1 stay out of range when 1 is subtracted, and missing ones missing."""
    return np.where(labels == NO_LABEL, NO_LABEL, np.minimum(labels, 0) - 1)


def copies(table: LogitsTable) -> tuple[Mask, Mask]:
    """Rows whose logits equal those of an earlier row, and those of them with another label."""
    logits, num_rows = table.logits, table.num_rows
    repeated, conflicts = np.zeros(num_rows, bool), np.zeros(num_rows, bool)
    keys = _row_keys(logits)
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    for rows in row_blocks((len(same), table.num_classes)):
        at = same[rows]
        earlier, later = order[at], order[at + 1]
        equal = (logits[earlier] == logits[later]).all(axis=1) & sound(row_max(logits[later]))
        repeated[later[equal]] = True
        if table.labels is not None:
            conflicts[later[equal & (table.labels[earlier] != table.labels[later])]] = True
    return repeated, conflicts


def _row_keys(logits: Logits) -> NDArray[np.uint64]:
    """A number for each row, equal for equal rows and hardly ever for others."""
    num_rows, num_classes = logits.shape
    random = np.random.default_rng(0)
    factors: NDArray[np.uint64] = 2 * random.integers(1, 1 << 62, (num_classes, 1), dtype=np.uint64) + 1
    keys = np.empty(num_rows, np.uint64)
    for rows in row_blocks(logits.shape):
        # Adding 0.0 makes -0.0 the same bits as 0.0.
        bits = (np.ascontiguousarray(logits[rows].T, np.float64) + 0.0).view(np.uint64)
        keys[rows] = (bits * factors).sum(axis=0)
    return keys
