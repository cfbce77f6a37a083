"""How a delimited text is laid out: its delimiter, its names, and what each column is for."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ce_viz.core.inspection.reading.errors import MAX_COLUMNS, ReadingError
from ce_viz.core.inspection.reading.roles import Column, Roles, find_roles, numeric_column

SPACES = " "

_SAMPLE_BYTES = 1_000_000
_SAMPLE_ROWS = 200
_EMPTY = frozenset(("", "na", "n/a", "null", "none", "-"))
# In order of preference where two read a sample equally well; the second mark is the decimal sign.
_DIALECTS = ((",", "."), ("\t", "."), (";", "."), ("|", "."), (SPACES, "."), (";", ","), ("\t", ","))

Rows = list[tuple[int, list[str]]]  # line, counted from 1, and its cells


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sample of the text tells about all of it."""

    delimiter: str
    decimal: str
    skip: int  # lines above the first row of numbers
    columns: tuple[str, ...]  # names, or "1", "2", … where there are none
    kinds: tuple[str, ...]  # of the columns, see Column
    roles: Roles

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def plain(self) -> bool:
        """Whether all columns hold numbers that NumPy reads."""
        return self.decimal == "." and all(kind in ("whole", "number") for kind in self.kinds)

    @property
    def label_is_number(self) -> bool:
        return self.roles.label is not None and self.kinds[self.roles.label] != "text"

    @property
    def numeric(self) -> list[int]:
        """Columns to turn into numbers."""
        wanted = {*self.roles.logits, *self.roles.targets}
        if self.label_is_number:
            wanted.add(self.roles.label or 0)
        return sorted(wanted)

    @property
    def ignored(self) -> tuple[str, ...]:
        return tuple(self.columns[at] for at in self.roles.ignored)

    def positions(self, columns: Iterable[int | None]) -> list[int]:
        """Where these columns stand among the numeric ones."""
        place = {at: position for position, at in enumerate(self.numeric)}
        return [place[at] for at in columns if at is not None]


def find_layout(data: bytes, label_column: int | None) -> Layout:
    """Read a sample from the top.

    Raises:
      ReadingError: "line_length", "columns", "one_column", "no_rows", "no_logits", "label_column".
    """
    lines, above, comment = _sample_lines(data)
    delimiter, decimal, rows = _find_dialect(lines, above)
    if not rows:
        raise ReadingError("no_rows")
    widest = max(len(row) for _, row in rows)
    if widest > MAX_COLUMNS:
        raise ReadingError("columns", f"{widest:,}", high=f"{MAX_COLUMNS:,}")
    header, rows, skip = _split_header(rows, comment, delimiter, decimal, above)
    if not rows:
        raise ReadingError("no_rows")
    width = len(header) or Counter(len(row) for _, row in rows).most_common(1)[0][0]
    looks = [_column([row[at] for _, row in rows if at < len(row)], decimal) for at in range(width)]
    roles = find_roles(looks, header, label_column)
    if len(roles.logits) < 2:
        roles = _lone_labels(find_roles(looks, header, None), looks, lines[0])
    columns = tuple(header) or tuple(str(at + 1) for at in range(width))
    return Layout(delimiter, decimal, skip, columns, tuple(look.kind for look in looks), roles)


def cells(lines: Iterable[str], delimiter: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of the lines, without blank ones; ``line`` lines stand above them.

    Raises:
      ReadingError: "line_length" where a quoted cell does not end.
    """
    if delimiter == SPACES:
        for number, text in enumerate(lines, line + 1):
            if row := text.split():
                yield number, row
        return
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                yield line + reader.line_num, row
    except csv.Error:
        raise ReadingError("line_length", line=line + reader.line_num) from None


def to_number(cell: str, decimal: str = ".") -> float | None:
    """The cell as a number, NaN where it is empty, None where it is a word."""
    text = cell.strip()
    if text.casefold() in _EMPTY:
        return float("nan")
    try:
        return float(text if decimal == "." else text.replace(",", "."))
    except ValueError:
        return None


def _sample_lines(data: bytes) -> tuple[list[str], int, str]:
    """Some lines from the top, how many blank or comment lines stand above them, the last comment."""
    sample = data[:_SAMPLE_BYTES]
    if len(data) > len(sample):
        sample = sample[: sample.rfind(b"\n") + 1]
        if not sample:
            raise ReadingError("line_length", line=1)
    lines = sample.decode().split("\n")
    above, comment = 0, ""
    while above < len(lines) and (not lines[above].strip() or lines[above].startswith("#")):
        # np.savetxt writes its header as a comment.
        comment = lines[above].removeprefix("#").strip() or comment
        above += 1
    return lines[above : above + _SAMPLE_ROWS], above, comment


def _find_dialect(lines: Sequence[str], above: int) -> tuple[str, str, Rows]:
    """The delimiter and decimal sign that make most of the sample numbers."""
    best = (0.0, SPACES, ".", list(cells(lines, SPACES, above)))
    for delimiter, decimal in _DIALECTS:
        try:
            rows = list(cells(lines, delimiter, above))
        except ReadingError:
            continue
        score = _fit(rows, decimal)
        if score > best[0]:
            best = (score, delimiter, decimal, rows)
    if not best[0]:
        # One cell to a line, whatever stands in it.
        return SPACES, ".", [(above + at, [line.strip()]) for at, line in enumerate(lines, 1) if line.strip()]
    return best[1:]


def _fit(rows: Rows, decimal: str) -> float:
    """Share of numbers below the first row; 0 where most rows have one cell."""
    if not rows:
        return 0.0
    if Counter(len(row) for _, row in rows).most_common(1)[0][0] < 2:
        return 0.0
    below = [cell for _, row in (rows[1:] or rows) for cell in row]
    return sum(to_number(cell, decimal) is not None for cell in below) / len(below)


def _split_header(
    rows: Rows, comment: str, delimiter: str, decimal: str, above: int
) -> tuple[list[str], Rows, int]:
    """Names of the columns, if there are any, the rows below them, and how many lines stand above."""
    first, width = rows[0][1], len(rows[0][1])
    below = [row for _, row in rows[1:]]
    if comment:
        names = next((row for _, row in cells([comment], delimiter, 0)), [])
        if len(names) == width and any(to_number(name, decimal) is None for name in names):
            return [name.strip() for name in names], rows, above
    for at, name in enumerate(first):
        column = [row[at] for row in below if at < len(row)]
        if column and not _is_number(name, decimal) and _column(column, decimal).kind in ("whole", "number"):
            return [name.strip() for name in first], rows[1:], rows[0][0]
    counted = [[str(start + at) for at in range(width)] for start in (0, 1)]
    if below and [name.strip() for name in first] in counted and width > 2:
        # Names that only count say nothing about what the columns are.
        return [], rows[1:], rows[0][0]
    if not below and all(to_number(name, decimal) is None for name in first):
        return first, [], rows[0][0]
    return [], rows, above


def _is_number(cell: str, decimal: str) -> bool:
    number = to_number(cell, decimal)
    return number is not None and cell.strip().casefold() not in _EMPTY


def _column(column: Sequence[str], decimal: str) -> Column:
    filled = [cell for cell in column if cell.strip().casefold() not in _EMPTY]
    numbers = [number for cell in filled if (number := to_number(cell, decimal)) is not None]
    if not filled:
        return Column("empty")
    return numeric_column(np.array(numbers)) if 2 * len(numbers) >= len(filled) else Column("text")


def _lone_labels(roles: Roles, looks: Sequence[Column], first_line: str) -> Roles:
    """Roles of a text with labels only, whose logits stand in another file."""
    label = roles.label if roles.label is not None else next(iter(roles.logits), None)
    if label is None or looks[label].kind != "whole":
        raise ReadingError("one_column" if len(looks) == 1 else "no_logits", first_line)
    ignored = tuple(at for at in range(len(looks)) if at != label)
    return Roles((), label, (), ignored, ())
