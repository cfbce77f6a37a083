"""JSON: rows, records, or columns of numbers; also one record to a line."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ce_viz.core.inspection.reading.errors import MAX_COLUMNS, MAX_ROWS, MAX_VALUES, ReadingError
from ce_viz.core.inspection.reading.named import choose, from_matrix, from_vector, parts_of
from ce_viz.core.inspection.reading.roles import LOGITS_KEYS, Column, find_roles, numeric_column
from ce_viz.core.inspection.reading.table import Parts, Source, labels_from_words, whole_labels

_SAMPLE_ROWS = 1_000


def read_json(data: bytes, *, label_column: int | None = None) -> Parts:
    """Read JSON in one of these shapes.

    - ``{"logits": [[…], …], "labels": […], "names": […]}``, or ``"targets"`` for target rows;
    - ``[{"logits": […], "label": 0}, …]``, one record for each row, also one to a line;
    - ``[{"cat": 2.0, "dog": 1.0, "label": "cat"}, …]``, or the same by columns;
    - ``{"columns": […], "data": [[…], …]}``, as pandas writes with ``orient="split"``;
    - ``[[2.0, 1.0, 0], …]``, rows with the label in one column.

    Raises:
      ReadingError: see its codes.
    """
    _check_counts(data)
    value = _parse(data)
    if isinstance(value, list):
        return _from_list(value, label_column)
    if isinstance(value, dict):
        return _from_mapping(value, label_column)
    raise ReadingError("json_shape", type(value).__name__)


def _check_counts(data: bytes) -> None:
    """Refuse by the number of marks what would take much memory as Python lists."""
    most = {
        b",": MAX_VALUES + 2 * MAX_ROWS,
        b"[": 3 * MAX_ROWS,
        b"{": MAX_ROWS + 1,
    }
    for mark, high in most.items():
        if data.count(mark) > high:
            raise ReadingError("values", f"{data.count(mark):,} {mark.decode()}", high=f"{high:,}")


def _parse(data: bytes) -> Any:
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeError:
        raise ReadingError("encoding") from None
    if not text.strip():
        raise ReadingError("empty")
    try:
        # Whole numbers come as floats, so that a number of 5,000 digits is infinite instead of an error.
        try:
            return json.loads(text, parse_int=float)
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Extra data"):
                raise
            lines = [line for line in text.splitlines() if line.strip()]
            if len(lines) > MAX_ROWS:
                raise ReadingError("rows", f"{len(lines):,}", high=f"{MAX_ROWS:,}") from None
            return [json.loads(line, parse_int=float) for line in lines]
    except json.JSONDecodeError as error:
        raise ReadingError("json", error.msg, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise ReadingError("json_depth") from None


def _from_list(rows: list[Any], label_column: int | None) -> Parts:
    if not rows:
        raise ReadingError("empty")
    if all(isinstance(row, dict) for row in rows):
        return _from_records(rows, label_column)
    if all(isinstance(row, list) for row in rows):
        return _from_rows(rows, (), label_column)
    return from_vector(_numbers(rows, 1), "json")


def _from_records(records: list[dict[str, Any]], label_column: int | None) -> Parts:
    keys = tuple(records[0])
    for row, record in enumerate(records, 1):
        if record.keys() != records[0].keys():
            raise ReadingError("ragged", ", ".join(record), line=row, expected=", ".join(keys))
    columns = {key: [record[key] for record in records] for key in keys}
    return _from_mapping(columns, label_column)


def _check_width(width: int) -> None:
    if width > MAX_COLUMNS:
        raise ReadingError("columns", f"{width:,}", high=f"{MAX_COLUMNS:,}")


def _from_mapping(columns: dict[str, Any], label_column: int | None) -> Parts:
    _check_width(len(columns))
    plain = {key.strip().casefold(): value for key, value in columns.items()}
    if isinstance(plain.get("data"), list) and isinstance(plain.get("columns"), list):
        return _from_rows(plain["data"], tuple(map(str, plain["columns"])), label_column)
    lists = {key: value for key, value in columns.items() if isinstance(value, list) and value}
    if not lists:
        raise ReadingError("json_shape", ", ".join(columns))
    shapes = {key: _shape(value) for key, value in lists.items()}
    if any(key in plain for key in LOGITS_KEYS) or any(len(shape) > 1 for shape in shapes.values()):
        chosen = choose(shapes)
        arrays = {key: _numbers_or_words(lists[key], len(shapes[key])) for key in chosen.used}
        return parts_of(arrays, chosen, label_column, "json")
    return _from_columns(list(lists.values()), tuple(lists), label_column)


def _shape(value: list[Any]) -> tuple[int, ...]:
    """Shape of nested lists, by the first of each."""
    shape: tuple[int, ...] = ()
    inner: Any = value
    while isinstance(inner, list) and len(shape) < 3:
        shape += (len(inner),)
        inner = inner[0] if inner else None
    return shape


def _from_rows(rows: list[Any], names: tuple[str, ...], label_column: int | None) -> Parts:
    """Rows of cells; where words stand among them, column by column."""
    if not rows:
        raise ReadingError("no_rows")
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    for at, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != width:
            length = len(row) if isinstance(row, list) else row
            raise ReadingError("ragged", length, line=at, expected=width)
    if any(isinstance(cell, str) for cell in rows[0]):
        _check_width(width)
        return _from_columns([list(column) for column in zip(*rows, strict=True)], names, label_column)
    return from_matrix(_numbers(rows, 2), names, label_column, "json")


def _from_columns(columns: list[list[Any]], names: tuple[str, ...], label_column: int | None) -> Parts:
    """Columns of numbers and words, as in a table."""
    rows = len(columns[0])
    for at, column in enumerate(columns, 1):
        if len(column) != rows:
            raise ReadingError("ragged", len(column), column=at, expected=rows)
    arrays = [_numbers_or_words(column, 1) for column in columns]
    looks = [
        Column("text") if array.dtype.kind == "T" else numeric_column(array[:_SAMPLE_ROWS])
        for array in arrays
    ]
    roles = find_roles(looks, names, label_column)
    shown = names or tuple(str(at + 1) for at in range(len(columns)))
    source = Source("json", "", shown, roles.label, tuple(shown[at] for at in roles.ignored))
    if len(roles.logits) < 2:
        raise ReadingError("no_logits")
    labels = None
    if roles.label is not None:
        found = arrays[roles.label]
        words = found.dtype.kind == "T"
        labels = labels_from_words(found.tolist(), roles.class_names) if words else whole_labels(found)
    return Parts(
        source, _stack(arrays, roles.logits), labels, _stack(arrays, roles.targets), roles.class_names
    )


def _stack(arrays: Sequence[np.ndarray], columns: Sequence[int]) -> np.ndarray | None:
    return np.stack([arrays[at] for at in columns], axis=1) if columns else None


def _numbers_or_words(values: list[Any], dimensions: int) -> np.ndarray:
    """The values as float64, or as text where most of a list are words that are no numbers."""
    if dimensions == 1 and isinstance(values[0], str):
        try:
            return np.array(values, np.float64)
        except (ValueError, TypeError):
            words = ["" if value is None else str(value) for value in values]
            # Each as long as it is: in text of one width, one long word would take as much room for every other.
            whole = [
                word.encode("utf-8", "replace").decode() for word in words
            ]  # JSON can name half a character
            return np.array(whole, np.dtypes.StringDType())
    return _numbers(values, dimensions)


def _numbers(values: list[Any], dimensions: int) -> np.ndarray:
    """Nested lists as float64; null is NaN."""
    try:
        array = np.array(values, np.float64)
    except (ValueError, TypeError, OverflowError):
        raise _wrong_cell(values, dimensions) from None
    if array.ndim != dimensions:
        raise ReadingError("dimensions", " × ".join(map(str, array.shape)))
    return array


def _wrong_cell(values: list[Any], dimensions: int) -> ReadingError:
    """Where the first cell stands that is no number, or the first row of another length."""
    rows: Sequence[Any] = values if dimensions > 1 else [values]
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    for line, row in enumerate(rows, 1):
        if not isinstance(row, list) or (dimensions > 1 and len(row) != width):
            return ReadingError(
                "ragged", len(row) if isinstance(row, list) else row, line=line, expected=width
            )
        for column, cell in enumerate(row, 1):
            try:
                np.float64(np.nan if cell is None else cell)
            except (ValueError, TypeError):
                place: Mapping[str, int] = {"line": line} if dimensions > 1 else {"line": column}
                return ReadingError(
                    "not_number", cell, line=place["line"], column=column if dimensions > 1 else None
                )
    return ReadingError("json_shape")
