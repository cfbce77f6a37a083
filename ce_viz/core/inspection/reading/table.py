"""The table that comes out of a file: logits with labels or target rows."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.errors import ReadingError

Logits = NDArray[np.float32] | NDArray[np.float64]
Labels = NDArray[np.int64]
Targets = NDArray[np.float64]

NO_LABEL = int(np.iinfo(np.int64).min)  # an empty label cell


@dataclass(frozen=True, slots=True)
class Source:
    """How a file was understood, for the person to check."""

    format: str  # "text", "json", "npy" or "npz"
    delimiter: str = ""  # "," "\t" ";" "|" or " ", of text only
    columns: tuple[str, ...] = ()  # names of all columns, or "1", "2", … where they have none
    label_column: int | None = None  # position in columns, from 0
    ignored: tuple[str, ...] = ()  # columns or arrays that were not used


@dataclass(frozen=True, eq=False, slots=True)
class RowIds:
    """What the rows are called in a column of ids, as a number for each id, different for different ones."""

    name: str  # of the column; "" where it is not called an id
    keys: NDArray[np.int64]  # (N,), of words the first 64 bits of a hash


@dataclass(frozen=True, eq=False, slots=True)
class LogitsTable:
    """Logits as they stand in the file, with labels or target rows, not yet judged.

    Exactly one of ``labels`` and ``targets`` is there. Labels may be out of range, and there may be K of
    them instead of N, where the classes stand on the wrong axis: `ce_viz.core.inspection.findings` says so.
    """

    logits: Logits  # (N, K)
    labels: Labels | None  # (N,), NO_LABEL where a cell was empty
    targets: Targets | None  # (N, K)
    class_names: tuple[str, ...]  # a name for each class, or ()
    sources: tuple[Source, ...]  # one for each file
    row_ids: RowIds | None = None  # where the file has a column of ids

    @property
    def num_rows(self) -> int:
        return int(self.logits.shape[0])

    @property
    def num_classes(self) -> int:
        return int(self.logits.shape[1])


def rows_of(table: LogitsTable, rows: NDArray[np.bool_] | NDArray[np.int64]) -> LogitsTable:
    """Some rows of a table, chosen by truth values ``(N,)`` or by places."""
    ids = table.row_ids
    return replace(
        table,
        logits=table.logits[rows],
        labels=None if table.labels is None else table.labels[rows],
        targets=None if table.targets is None else table.targets[rows],
        row_ids=None if ids is None else RowIds(ids.name, ids.keys[rows]),
    )


def as_logits(values: np.ndarray) -> Logits:
    """Numbers of any type as float32 where that is exact and saves memory, else as float64."""
    if values.dtype in (np.float16, np.float32):
        return values.astype(np.float32, copy=False)
    return values.astype(np.float64, copy=False)


def whole_labels(values: np.ndarray) -> Labels:
    """Labels as integers; NaN becomes NO_LABEL.

    Raises:
      ReadingError: a label is not whole, "label_fraction".
    """
    if values.dtype.kind in "iub":
        return values.astype(np.int64)
    missing = np.isnan(values)
    # Beyond 2**53 floats no longer count in ones; such labels are out of any range as they stand.
    clipped = np.clip(np.where(missing, 0.0, values), -(2.0**53), 2.0**53)
    labels = clipped.astype(np.int64)
    wrong = np.flatnonzero(labels != clipped)
    if wrong.size:
        raise ReadingError("label_fraction", f"{values[wrong[0]]:g}", line=int(wrong[0]) + 1)
    labels[missing] = NO_LABEL
    return labels
