"""One row of a table as settings of Explore."""

import math
from dataclasses import dataclass

import numpy as np

from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.scenario import MAX_ABS_LOGIT, MAX_CLASSES

_DIGITS = 6  # significant ones: more than a chart prints, few enough for a link


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """What Explore needs, within its limits."""

    logits: tuple[float, ...]  # at most MAX_CLASSES of them
    label: int  # from 0, among these classes
    targets: tuple[float, ...]  # () where the row has a label
    classes: tuple[int, ...]  # their places in the table, from 0
    shift: float  # what was taken off all logits to bring them within MAX_ABS_LOGIT; softmax does not see it


def open_row(table: LogitsTable, row: int) -> OpenedRow:
    """Row ``row``, from 0, of a table; it must be usable.

    Of more than MAX_CLASSES classes those with weight in the target stay, and then the largest logits:
    what is left out has the least probability.
    """
    logits = table.logits[row].astype(np.float64)
    targets = np.zeros(len(logits)) if table.targets is None else table.targets[row]
    if table.labels is not None:
        targets[table.labels[row]] = 1.0
    classes = np.sort(np.lexsort((-logits, -targets))[:MAX_CLASSES])
    logits, weights = logits[classes], targets[classes]
    finite = logits[np.isfinite(logits)]
    shift = float(finite.max()) if np.abs(finite).max() > MAX_ABS_LOGIT else 0.0
    shown = [
        max(_rounded(logit - shift), -MAX_ABS_LOGIT) if np.isfinite(logit) else -math.inf for logit in logits
    ]
    soft = () if table.targets is None else tuple(_rounded(weight) for weight in weights)
    return OpenedRow(tuple(shown), int(weights.argmax()), soft, tuple(classes.tolist()), shift)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
