"""JSON: rows, records, or columns of numbers; also one record to a line."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from ce_viz.core.inspection.reading.errors import MAX_COLUMNS, MAX_ROWS, MAX_VALUES, ReadingError
from ce_viz.core.inspection.reading.fields import NUMBER, OTHER, TEXT, Field, Loaded, Numbers, words_of
from ce_viz.core.inspection.reading.named_scores import named_scores
from ce_viz.core.inspection.reading.names import TRUTH, hint


def load_json(data: bytes, name: str) -> Loaded:
    """Read JSON in one of these shapes.

    - ``{"logits": [[…], …], "labels": […], "names": […]}``, or ``"targets"`` for target rows;
    - ``[{"logits": […], "label": 0}, …]``, one record for each row, also one to a line;
    - ``[{"cat": 2.0, "dog": 1.0, "label": "cat"}, …]``, or the same by columns;
    - ``{"columns": […], "data": [[…], …]}``, as pandas writes with ``orient="split"``;
    - ``[[2.0, 1.0, 0], …]``, rows with the label in one column;
    - records whose scores stand by their names, ``{"cat": 2.0, …}`` or ``[{"token": "A", "logprob": -0.1}, …]``.

    Raises:
      ReadingError: see its codes.
    """
    _check_counts(data)
    value = _parse(data)
    if isinstance(value, list):
        fields = _from_list(value)
    elif isinstance(value, dict):
        fields = _from_mapping(value)
    else:
        raise ReadingError("json_shape", type(value).__name__)
    return Loaded(name, "json", tuple(fields))


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
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadingError("encoding", f"0x{data[error.start]:02X}", line=line) from None
    if not text.strip():
        raise ReadingError("empty")
    try:
        # Whole numbers come as floats, so that a number of 5,000 digits is infinite instead of an error.
        try:
            return json.loads(text, parse_int=float)
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Extra data"):
                raise
            return _parse_lines(text)
    except json.JSONDecodeError as error:
        raise ReadingError("json", error.msg, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise ReadingError("json_depth") from None


def _parse_lines(text: str) -> list[Any]:
    """One value to a line."""
    lines = text.split("\n")
    if len(lines) > MAX_ROWS + 1:
        raise ReadingError("rows", f"{len(lines):,}", high=f"{MAX_ROWS:,}")
    values = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                values.append(json.loads(line, parse_int=float))
            except json.JSONDecodeError as error:
                raise ReadingError("json", error.msg, line=number, column=error.colno) from None
    return values


def _from_list(rows: list[Any]) -> list[Field]:
    if not rows:
        raise ReadingError("empty")
    if all(isinstance(row, dict) for row in rows):
        return _from_records(rows)
    if all(isinstance(row, list) for row in rows):
        return [_field("", rows)] if named_scores(rows) is not None else _from_rows(rows, ())
    return [_field("", rows)]


def _from_records(records: list[dict[str, Any]]) -> list[Field]:
    keys = tuple(records[0])
    for row, record in enumerate(records, 1):
        if record.keys() != records[0].keys():
            raise ReadingError("keys", ", ".join(record) or "{}", line=row, expected=", ".join(keys) or "{}")
    _check_width(len(keys))
    if not keys:
        raise ReadingError("json_shape", "{}")
    return [_field(key, [record[key] for record in records]) for key in keys]


def _check_width(width: int) -> None:
    if width > MAX_COLUMNS:
        raise ReadingError("columns", f"{width:,}", high=f"{MAX_COLUMNS:,}")


def _from_mapping(columns: dict[str, Any]) -> list[Field]:
    if (records := _records_of(columns)) is not None:
        return _from_records(records)
    _check_width(len(columns))
    plain = {key.strip().casefold(): value for key, value in columns.items()}
    if isinstance(plain.get("data"), list) and isinstance(plain.get("columns"), list):
        return _from_rows(plain["data"], tuple(map(str, plain["columns"])))
    lists = {key: value for key, value in columns.items() if isinstance(value, list) and value}
    for key, value in columns.items():
        if (names := _names_of(value)) is not None:
            lists[key] = names
        elif isinstance(value, dict):  # {"val": {"logits": …}, "test": {"logits": …}}
            lists |= {
                f"{key} {inner}": held for inner, held in value.items() if isinstance(held, list) and held
            }
    if not lists:
        raise ReadingError("json_shape", ", ".join(columns) or "{}")
    _check_width(len(lists))
    return [_field(key, value) for key, value in lists.items()]


def _records_of(columns: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Records that stand in a mapping: one list of them, or as pandas writes with ``orient="columns"`` or "index"."""
    lists = [value for value in columns.values() if isinstance(value, list) and value]
    if len(lists) == 1 and all(isinstance(row, dict) for row in lists[0]) and named_scores(lists[0]) is None:
        return lists[0]
    held = list(columns.values())
    if not held or not all(isinstance(value, dict) and value for value in held):
        return None
    return _of_mappings(columns) if all(value.keys() == held[0].keys() for value in held) else None


def _of_mappings(columns: dict[str, dict[str, Any]]) -> list[dict[str, Any]] | None:
    """Records of a mapping of mappings with the same keys; None where these are parts of the data."""
    inner = next(iter(columns.values()))
    lists = [cell for cell in inner.values() if isinstance(cell, list)]
    if lists and (len(lists) > 1 or len(inner) == 1 or len(_shape(lists[0])) > 1):
        return None
    if all(key.isdecimal() for key in columns) and not all(key.isdecimal() for key in inner):
        return list(columns.values())
    if lists or _are_rows(columns, inner):
        return [{"id": key, **value} for key, value in columns.items()]
    _check_width(len(columns))
    return [{name: value[row] for name, value in columns.items()} for row in inner]


def _are_rows(outer: dict[str, Any], inner: dict[str, Any]) -> bool:
    """Whether the outer keys are those of rows: a column holds one type, and is not called the truth in each row."""
    types = {isinstance(cell, str) for cell in inner.values() if cell is not None}
    truths = [any(hint(key).role == TRUTH for key in keys) for keys in (outer, inner)]
    return len(types) > 1 or truths == [False, True]


def _names_of(value: Any) -> list[str] | None:
    """Names of classes in the order of their numbers, of ``{"0": "cat"}`` or ``{"cat": 0}``."""
    if not isinstance(value, dict) or len(value) < 2:
        return None
    pairs = list(value.items())
    if all(isinstance(number, float) for _, number in pairs):
        pairs = [(f"{number:g}", name) for name, number in pairs]
    if not all(isinstance(name, str) for _, name in pairs):
        return None
    held = dict(pairs)
    names = [held.get(str(at)) for at in range(len(held))]
    found = [name for name in names if name is not None]
    return found if len(found) == len(pairs) else None


def _vectors(cells: list[Any]) -> list[Any]:
    """The cells, with vectors as Spark writes them, ``{"type": 1, "values": […]}``, as lists."""
    if not isinstance(cells[0], dict) or not all(
        isinstance(cell, dict) and isinstance(cell.get("values"), list) and "indices" not in cell
        for cell in cells
    ):
        return cells
    return [cell["values"] for cell in cells]


def _from_rows(rows: list[Any], names: tuple[str, ...]) -> list[Field]:
    """Rows of cells; where they have names or words among them, column by column."""
    if not rows:
        raise ReadingError("no_rows", ", ".join(names) or "[]")
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    for at, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != width:
            raise _wrong_row(row, at, width)
    words = any(isinstance(cell, str | list | dict) for cell in rows[0])
    if not words and len(names) != width:
        return [_field("", rows)]
    _check_width(width)
    named = names if len(names) == width else ("",) * width
    return [_field(name, [row[at] for row in rows]) for at, name in enumerate(named)]


def _shape(value: list[Any]) -> tuple[int, ...]:
    """Shape of nested lists, by the first of each."""
    shape: tuple[int, ...] = ()
    inner: Any = value
    while isinstance(inner, list) and len(shape) < 3:
        shape += (len(inner),)
        inner = inner[0] if inner else None
    return shape


def _field(name: str, values: list[Any]) -> Field:
    """One entry; what it holds is looked at now, and turned into an array when it is used."""
    values = _vectors(values)
    if (scores := named_scores(values)) is not None:
        return Field(name, scores.values.shape, NUMBER, lambda: scores.values, names=scores.names)
    shape = _shape(values)
    if len(shape) == 1 and any(isinstance(cell, str) for cell in values[:100]):
        cells = ["" if value is None else str(value) for value in values]
        # JSON can name half a character.
        words = words_of(cell.encode("utf-8", "replace").decode() for cell in cells)
        return Field(name, shape, TEXT, lambda: words)
    if (
        len(shape) == 2
        and isinstance(values[0][0] if values[0] else None, str)
        and values.count(values[0]) == len(values)
    ):
        return _field(name, values[0])  # the names of the classes, said in every record
    kind = NUMBER if len(shape) in (1, 2) and not _holds(values, dict) else OTHER
    return Field(name, shape, kind, lambda: _numbers(values, shape, name))


def _holds(values: list[Any], kind: type) -> bool:
    return isinstance(values[0], kind) or (
        isinstance(values[0], list) and bool(values[0]) and isinstance(values[0][0], kind | str)
    )


def _numbers(values: list[Any], shape: tuple[int, ...], name: str) -> Numbers:
    """Nested lists as float64; null is NaN."""
    if len(shape) > 2:
        raise ReadingError("dimensions", " × ".join(map(str, shape)), array=name or "[…]")
    try:
        array = np.array(values, np.float64)
    except (ValueError, TypeError, OverflowError):
        raise _wrong_cell(values, len(shape)) from None
    if array.ndim != len(shape):
        raise ReadingError("dimensions", " × ".join(map(str, array.shape)), array=name or "[…]")
    return array


def _wrong_row(row: Any, line: int, width: int) -> ReadingError:
    if isinstance(row, list):
        return ReadingError("row_length", len(row), line=line, expected=width)
    return ReadingError("row_list", _cell(row), line=line)


def _cell(cell: Any) -> str:
    return str(cell).strip() or '""'


def _wrong_cell(values: list[Any], dimensions: int) -> ReadingError:
    """Where the first cell stands that is no number, or the first row of another length."""
    rows: Sequence[Any] = values if dimensions > 1 else [values]
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    for line, row in enumerate(rows, 1):
        if not isinstance(row, list) or (dimensions > 1 and len(row) != width):
            return _wrong_row(row, line, width)
        for column, cell in enumerate(row, 1):
            try:
                np.float64(np.nan if cell is None else cell)
            except (ValueError, TypeError):
                place = (line, column) if dimensions > 1 else (column, 1)
                return ReadingError("row_number", _cell(cell), line=place[0], column=place[1])
    return ReadingError("json_shape", str(values)[:80])
