"""Arrays with names (.npz, JSON) or alone (.npy): which is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ce_viz.core.inspection.reading.errors import MAX_COLUMNS, ReadingError
from ce_viz.core.inspection.reading.roles import (
    LABELS_KEYS,
    LOGITS_KEYS,
    NAMES_KEYS,
    NO_COLUMN,
    TARGETS_KEYS,
    find_roles,
    numeric_column,
)
from ce_viz.core.inspection.reading.table import Logits, Parts, Source, labels_from_words, whole_labels

_SAMPLE_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Names of the arrays to use, "" where there is none."""

    logits: str = ""
    labels: str = ""
    targets: str = ""
    class_names: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.logits, self.labels, self.targets, self.class_names)))


def choose(shapes: Mapping[str, tuple[int, ...]]) -> Chosen:
    """Tell arrays apart by name, and where the names say nothing (arr_0, arr_1) by shape."""
    plain = {name.strip().casefold(): name for name in reversed(list(shapes))}

    def find(keys: Sequence[str], *dimensions: int) -> str:
        names = (plain[key] for key in keys if key in plain)
        return next((name for name in names if _dimensions(shapes[name]) in dimensions), "")

    tables = [name for name, shape in shapes.items() if _dimensions(shape) == 2]
    logits = find(LOGITS_KEYS, 0, 1, 2, 3) or next(iter(tables), "")
    labels = find(LABELS_KEYS, 1)
    targets = find(TARGETS_KEYS, 2)
    class_names = find(NAMES_KEYS, 1)
    left = [name for name in shapes if name not in (logits, labels, targets, class_names)]
    if logits and not labels and not targets:
        rows = shapes[logits][:1]
        labels = next((name for name in left if shapes[name] == rows), "")
        targets = "" if labels else next((name for name in left if shapes[name] == shapes[logits]), "")
    used = (logits, labels, targets, class_names)
    return Chosen(*used, tuple(name for name in shapes if name not in used))


def _dimensions(shape: tuple[int, ...]) -> int:
    """How many axes; a column (N, 1) counts as a vector, three axes and more as 3."""
    return 1 if len(shape) == 2 and shape[1] == 1 else min(len(shape), 3)


def parts_of(
    arrays: Mapping[str, np.ndarray], chosen: Chosen, label_column: int | None, file_format: str
) -> Parts:
    """What the chosen arrays make up.

    Raises:
      ReadingError: "dimensions", "dtype", or about the labels.
    """
    names = _names(arrays[chosen.class_names]) if chosen.class_names else ()
    if chosen.logits and not chosen.labels and not chosen.targets:
        return from_matrix(arrays[chosen.logits], names, label_column, file_format, chosen.ignored)
    logits = _table(arrays[chosen.logits]) if chosen.logits else None
    targets = _table(arrays[chosen.targets]).astype(np.float64) if chosen.targets else None
    labels = None
    if chosen.labels and targets is None:
        labels = _labels(arrays[chosen.labels].reshape(-1), names)
    return Parts(
        Source(file_format, columns=tuple(arrays), ignored=chosen.ignored), logits, labels, targets, names
    )


def from_vector(values: np.ndarray, file_format: str) -> Parts:
    """Labels that stand alone, for logits in another file."""
    if values.dtype.kind not in "iubf":
        raise ReadingError("dtype", values.dtype)
    return Parts(Source(file_format), labels=whole_labels(values))


def from_matrix(
    values: np.ndarray,
    names: tuple[str, ...],
    label_column: int | None,
    file_format: str,
    ignored: tuple[str, ...] = (),
) -> Parts:
    """A table of numbers, one of whose columns may be the labels; names are those of columns or classes."""
    if values.ndim == 2 and values.shape[1] == 1:
        return from_vector(values[:, 0], file_format)
    values = _table(values)
    rows, width = values.shape
    header = names if len(names) == width else ()
    if width > MAX_COLUMNS:
        if label_column != NO_COLUMN:
            raise ReadingError("columns", f"{width:,}", high=f"{MAX_COLUMNS:,}")
        return Parts(Source(file_format, ignored=ignored), values)  # perhaps examples on the wrong axis
    columns = [numeric_column(values[:_SAMPLE_ROWS, at]) for at in range(width)]
    roles = find_roles(columns, header, label_column if rows else NO_COLUMN)
    labels = None if roles.label is None else whole_labels(values[:, roles.label].astype(np.float64))
    class_names = roles.class_names or (names if len(names) == len(roles.logits) else ())
    shown = header or tuple(str(at + 1) for at in range(width))
    source = Source(file_format, "", shown, roles.label, (*ignored, *(shown[at] for at in roles.ignored)))
    if len(roles.logits) < 2:
        raise ReadingError("no_logits")
    logits = values if len(roles.logits) == width else _table(values[:, roles.logits])
    targets = values[:, roles.targets].astype(np.float64) if roles.targets else None
    return Parts(source, logits, labels, targets, class_names)


def _table(values: np.ndarray) -> Logits:
    """Two axes of numbers, as float32 where that is exact and saves memory, else float64."""
    if values.dtype.kind not in "iubf":
        raise ReadingError("dtype", values.dtype)
    if values.ndim != 2:
        raise ReadingError("dimensions", " × ".join(map(str, values.shape)))
    if values.dtype in (np.float16, np.float32):
        return values.astype(np.float32, copy=False)
    return values.astype(np.float64, copy=False)


def _labels(values: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    if values.dtype.kind in "UST":
        return labels_from_words(_names(values), names)
    if values.dtype.kind not in "iubf":
        raise ReadingError("dtype", values.dtype)
    return whole_labels(values)


def _names(values: np.ndarray) -> tuple[str, ...]:
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    try:
        return tuple(str(value).strip() for value in values.reshape(-1))
    except ValueError:
        # A damaged file can hold numbers that are no characters.
        raise ReadingError("encoding") from None
