"""Delimited text: commas, tabs, semicolons, bars or spaces, with or without names on top."""

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.cells import to_list, to_number, to_row
from ce_viz.core.inspection.reading.errors import MAX_ROWS, MAX_VALUES, Progress, ReadingError
from ce_viz.core.inspection.reading.fields import (
    NUMBER,
    OTHER,
    TEXT,
    Field,
    Loaded,
    Numbers,
    Words,
    WordsBuilder,
)
from ce_viz.core.inspection.reading.layout import (
    BLANK,
    LISTS,
    NAMED,
    NONE,
    NUMBERS,
    SPACES,
    WORDS,
    Layout,
    cells,
    find_layout,
)
from ce_viz.core.inspection.reading.named_scores import Pairs, named_cell, table_of

_BLOCK_CELLS = 200_000  # cells converted at a time: a few megabytes of text
_LONG_TEXT = 200  # mean length from which cells are prose, and not kept
_MOST_CELLS = 2 * MAX_VALUES + MAX_ROWS  # logits, their probabilities and the labels


def load_text(data: bytes, name: str, progress: Progress | None = None) -> Loaded:
    """Read delimited text into its columns.

    Blocks of plain numbers go through ``np.loadtxt``; a block that it does not take (empty cells,
    quotes, words) goes cell by cell, which also finds the line and column of what is wrong. A cell that
    does not fit its column is told only when the column is used.

    Args:
      data: The file, UTF-8, or UTF-16 with its mark.
      name: Of the file.
      progress: Told the share read so far.

    Raises:
      ReadingError: see its codes.
    """
    data = _unix_text(data)
    layout = find_layout(data)
    rows = data.count(b"\n") + (not data.endswith(b"\n")) - layout.skip
    columns = _Columns(layout, rows)
    for block, share in _blocks(data, layout):
        columns.add(block)
        if progress:
            progress(share)
    if not columns.rows:
        raise ReadingError("no_rows", ", ".join(name or '""' for name in layout.names) or "0")
    return Loaded(name, "text", columns.fields(), layout.delimiter if layout.width > 1 else "")


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows: plain numbers of all columns, or cells with their lines."""

    plain: NDArray[np.float64] | None
    batch: Sequence[tuple[int, list[str]]] = ()


class _Columns:
    """The columns, filled block by block.

    Fractions, which most often are the class scores, share one array, so that they need not be copied together.
    """

    def __init__(self, layout: Layout, rows: int) -> None:
        self.rows = 0
        self._layout = layout
        numeric = layout.places(NUMBERS)
        self._together = [at for at in numeric if _fractions(layout, at)]
        self._alone = [at for at in numeric if at not in set(self._together)]
        if rows > MAX_ROWS:
            raise ReadingError("rows", f"{rows:,}", high=f"{MAX_ROWS:,}")
        if rows * len(numeric) > (_MOST_CELLS if self._together else MAX_VALUES + MAX_ROWS):
            raise ReadingError("values", f"{rows:,} × {len(numeric):,}", high=f"{MAX_VALUES:,}")
        self._matrix = np.empty((rows, len(self._together)))
        self._single = {at: np.empty(rows) for at in self._alone}
        words = [*layout.places(WORDS), *layout.places(BLANK)]
        self._words = {at: WordsBuilder() for at in words if _short(layout.column(at))}
        self._lists: dict[int, list[list[float]]] = {at: [] for at in layout.places(LISTS)}
        self._named: dict[int, list[Pairs]] = {at: [] for at in layout.places(NAMED)}
        self._wrong: dict[int, ReadingError] = {}

    def add(self, block: _Block) -> None:
        """Append a block."""
        if block.plain is not None:
            self._put(block.plain, list(range(self._layout.width)))
            return
        width = self._layout.width
        batch = [
            (line, row) for line, row in block.batch if len(row) == width or not self._is_comment(line, row)
        ]
        rows = [row for _, row in batch]
        for at, builder in self._words.items():
            builder.add(row[at] for row in rows)
        for at, found in self._lists.items():
            found.extend(self._list(row[at], line, at) for line, row in batch)
        for at, pairs in self._named.items():
            pairs.extend(self._pairs(row[at], line, at) for line, row in batch)
        columns = [*self._together, *self._alone]
        chosen: Iterable[str] = chain.from_iterable([row[at] for at in columns] for row in rows)
        try:
            flat = np.fromiter(map(float, chosen), np.float64, len(rows) * len(columns))
        except ValueError:
            flat = np.array([self._number(row[at], line, at) for line, row in batch for at in columns])
        self._put(flat.reshape(len(rows), len(columns)), columns)

    def _is_comment(self, line: int, row: Sequence[str]) -> bool:
        """Whether a line that is longer or shorter than a row is a comment.

        Raises:
          ReadingError: "ragged".
        """
        if row[0].lstrip().startswith("#"):
            return True
        raise ReadingError("ragged", len(row), line=line, expected=self._layout.width)

    def _put(self, numbers: NDArray[np.float64], columns: Sequence[int]) -> None:
        start, self.rows = self.rows, self.rows + len(numbers)
        place = {at: position for position, at in enumerate(columns)}
        self._matrix[start : self.rows] = numbers[:, [place[at] for at in self._together]]
        for at, values in self._single.items():
            values[start : self.rows] = numbers[:, place[at]]

    def _number(self, cell: str, line: int, at: int) -> float:
        number = to_number(cell, self._layout.decimal)
        if number is None:
            self._wrong.setdefault(
                at, ReadingError("not_number", cell.strip() or '""', line=line, column=at + 1)
            )
            return np.nan
        return number

    def _list(self, cell: str, line: int, at: int) -> list[float]:
        found = to_list(cell) or to_row(cell)
        if found is None:
            self._wrong.setdefault(
                at, ReadingError("not_list", cell.strip() or '""', line=line, column=at + 1)
            )
        elif self._lists[at] and self._lists[at][0] and len(found) != len(self._lists[at][0]):
            expected = len(self._lists[at][0])
            self._wrong.setdefault(at, ReadingError("list_length", len(found), line=line, expected=expected))
        return found or []

    def _pairs(self, cell: str, line: int, at: int) -> Pairs:
        found = named_cell(cell)
        if found is None:
            self._wrong.setdefault(
                at, ReadingError("not_list", cell.strip() or '""', line=line, column=at + 1)
            )
        return found or []

    def fields(self) -> tuple[Field, ...]:
        """The columns, in the order of the file."""
        return tuple(self._field(at, kind) for at, kind in enumerate(self._layout.kinds))

    def _field(self, at: int, kind: str) -> Field:
        name = self._layout.names[at] if self._layout.names else ""
        shape: tuple[int, ...] = (self.rows,)
        if kind == NAMED and at not in self._wrong:
            scores = table_of(self._named[at])
            return Field(name, scores.values.shape, NUMBER, lambda: scores.values, names=scores.names)
        held = NUMBER if kind in (NUMBERS, LISTS) else TEXT if at in self._words else OTHER
        if kind == LISTS:
            shape = (self.rows, len(self._lists[at][0]))
        rough = (lambda: self._column(at)) if kind == NUMBERS else None
        return Field(
            name, shape, held, lambda: self._load(at, kind), heading=self._layout.heading, rough=rough
        )

    def _load(self, at: int, kind: str) -> Numbers | Words:
        if at in self._wrong:
            raise self._wrong[at]
        if at in self._words:
            return self._words[at].words()
        if kind == LISTS:
            return np.array(self._lists[at])
        if kind in (WORDS, BLANK):
            raise ReadingError(
                "not_number",
                self._layout.column(at)[0].strip() or '""',
                line=self._layout.skip + 1,
                column=at + 1,
            )
        return self._column(at)

    def _column(self, at: int) -> Numbers:
        if at in self._single:
            return self._single[at][: self.rows]
        return self._matrix[: self.rows, self._together.index(at)]


def _fractions(layout: Layout, at: int) -> bool:
    numbers = (to_number(cell, layout.decimal) for cell in layout.column(at))
    return any(number is not None and math.isfinite(number) and number != int(number) for number in numbers)


def _short(column: Sequence[str]) -> bool:
    return sum(map(len, column)) <= _LONG_TEXT * len(column)


def _unix_text(data: bytes) -> bytes:
    """The text in UTF-8 with line feeds; UTF-16 only where its byte order mark says so."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            line = data[: error.start].decode("utf-16", "ignore").count("\n") + 1
            raise ReadingError("encoding", "UTF-16", line=line) from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise ReadingError("not_text", "\\0", line=_line_of(data, data.index(b"\0")))
    try:
        data.isascii() or data.decode()
    except UnicodeDecodeError as error:
        raise ReadingError(
            "encoding", f"0x{data[error.start]:02X}", line=_line_of(data, error.start)
        ) from None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data or data.isspace():
        raise ReadingError("empty")
    return _without_empty_end(data)


def _without_empty_end(data: bytes) -> bytes:
    """The text without lines of delimiters alone at its end, as Excel writes for rows that were once filled."""
    end = data.find(b"\n", len(data.rstrip(b'\n\t ,;|"')))
    return data if end < 0 else data[: end + 1]


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _blocks(data: bytes, layout: Layout) -> Iterator[tuple[_Block, float]]:
    """Rows with the share of the file that is read."""
    raw = io.BytesIO(data)
    stream = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
    for _ in islice(stream, layout.skip):
        pass
    size, line = max(1, _BLOCK_CELLS // layout.width), layout.skip
    plain = layout.decimal == "." and all(kind == NUMBERS for kind in layout.kinds)
    if b'"' in data or not plain:
        # A quoted cell may run over several lines, so only a reader of the whole stream finds the rows.
        rows = cells(stream, layout.delimiter, line)
        while batch := list(islice(rows, size)):
            yield _Block(None, batch), raw.tell() / len(data)
        return
    while lines := list(islice(stream, size)):
        share = raw.tell() / len(data)
        numbers = _plain_numbers(lines, layout)
        if numbers is None:
            yield _Block(None, list(cells(lines, layout.delimiter, line))), share
        else:
            yield _Block(numbers), share
        line += len(lines)


def _plain_numbers(lines: Sequence[str], layout: Layout) -> NDArray[np.float64] | None:
    """All cells of the lines, or None where they are not just numbers."""
    if all(map(str.isspace, lines)):
        return np.empty((0, layout.width))  # loadtxt would warn
    delimiter = None if layout.delimiter in (SPACES, NONE) else layout.delimiter
    try:
        numbers = np.loadtxt(lines, delimiter=delimiter, comments=None, ndmin=2)
    except ValueError:
        return None
    return numbers if numbers.shape[1] == layout.width else None
