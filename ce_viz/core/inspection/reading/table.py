"""The table that comes out of a file: logits with labels or target rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.errors import ReadingError, check_size, shortened

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


@dataclass(frozen=True, slots=True)
class Parts:
    """What one file holds; several files make one table (logits here, labels there)."""

    source: Source
    logits: Logits | None = None
    labels: Labels | None = None
    targets: Targets | None = None
    class_names: tuple[str, ...] = ()


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

    @property
    def num_rows(self) -> int:
        return int(self.logits.shape[0])

    @property
    def num_classes(self) -> int:
        return int(self.logits.shape[1])


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


def labels_from_words(words: Sequence[str], class_names: Sequence[str], first_row: int = 1) -> Labels:
    """Labels given as names of classes, as integers; capitals and outer spaces do not matter.

    Raises:
      ReadingError: "label_words" without names to look up, "label_unknown".
    """
    if not class_names:
        raise ReadingError("label_words", words[0] if words else "")
    index = {"": NO_LABEL}
    for at, name in enumerate(class_names):
        index.setdefault(name.strip().casefold(), at)
    labels = np.empty(len(words), np.int64)
    for row, word in enumerate(words):
        found = index.get(word.strip().casefold())
        if found is None:
            raise ReadingError("label_unknown", word, line=first_row + row, names=", ".join(class_names))
        labels[row] = found
    return labels


def assemble(files: Sequence[Parts]) -> LogitsTable:
    """One table out of what the files hold.

    Raises:
      ReadingError: "twice", "no_logits", "no_labels", "lengths", "target_shape".
    """
    logits = _only(files, "logits")
    targets, labels = _only(files, "targets"), _only(files, "labels")
    if logits is None:
        lone = all(part.source.format == "text" and len(part.source.columns) == 1 for part in files)
        raise ReadingError("one_column" if lone else "no_logits")
    rows, num_classes = logits.shape
    crossed = targets is None and labels is not None and len(labels) == num_classes != rows
    check_size(*(logits.shape[::-1] if crossed else logits.shape))
    if not rows:
        raise ReadingError("no_rows")
    if targets is None and labels is None:
        raise ReadingError("no_labels")
    if targets is not None:
        labels = None
        if targets.shape != logits.shape:
            shapes = (" × ".join(map(str, array.shape)) for array in (targets, logits))
            raise ReadingError("target_shape", next(shapes), expected=next(shapes))
    if labels is not None and len(labels) != rows and not crossed:
        raise ReadingError("lengths", len(labels), expected=rows)
    names = next((part.class_names for part in files if part.class_names), ())
    # Names for another number of classes belong to something else.
    names = names if len(names) == (rows if crossed else num_classes) else ()
    return LogitsTable(
        logits, labels, targets, tuple(map(shortened, names)), tuple(part.source for part in files)
    )


def _only(files: Sequence[Parts], field: str) -> np.ndarray | None:
    found = [value for part in files if (value := getattr(part, field)) is not None]
    if len(found) > 1:
        raise ReadingError("twice", field)
    return found[0] if found else None
