"""Delimited text: commas, tabs, semicolons, bars or spaces, with or without names on top."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.errors import MAX_ROWS, Progress, ReadingError, check_size
from ce_viz.core.inspection.reading.layout import SPACES, Layout, cells, find_layout, to_number
from ce_viz.core.inspection.reading.table import Parts, Source, labels_from_words, whole_labels

_BLOCK_CELLS = 200_000  # cells converted at a time: a few megabytes of text


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows: one column of ``numbers`` for each of the layout's numeric columns."""

    numbers: NDArray[np.float64]  # (rows, numeric columns)
    words: list[str]  # the label cells, where labels are words
    share: float  # of the file, read so far


def read_text(data: bytes, *, label_column: int | None = None, progress: Progress | None = None) -> Parts:
    """Read delimited text.

    Blocks of plain numbers go through ``np.loadtxt``; a block that it does not take (empty cells,
    quotes, words) goes cell by cell, which also finds the line and column of what is wrong.

    Args:
      data: The file, UTF-8, or UTF-16 with its mark.
      label_column: Position of the labels from 0, or None to find them by name or look.
      progress: Told the share read so far.

    Raises:
      ReadingError: see its codes.
    """
    data = _unix_text(data)
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    layout = find_layout(data, label_column)
    roles, rows = layout.roles, lines - layout.skip
    if roles.logits:
        check_size(rows, len(roles.logits))
    elif rows > MAX_ROWS:
        raise ReadingError("rows", f"{rows:,}", high=f"{MAX_ROWS:,}")
    logits, targets = np.empty((rows, len(roles.logits))), np.empty((rows, len(roles.targets)))
    label_numbers = np.empty(rows if layout.label_is_number else 0)
    words: list[str] = []
    logits_at, targets_at = layout.positions(roles.logits), layout.positions(roles.targets)
    end = 0
    for block in _blocks(data, layout):
        start, end = end, end + len(block.numbers)
        logits[start:end] = block.numbers[:, logits_at]
        targets[start:end] = block.numbers[:, targets_at]
        if layout.label_is_number:
            label_numbers[start:end] = block.numbers[:, layout.positions((roles.label,))[0]]
        words += block.words
        if progress:
            progress(block.share)
    if not end:
        raise ReadingError("no_rows")
    labels = None
    if layout.label_is_number:
        labels = whole_labels(label_numbers[:end])
    elif roles.label is not None:
        labels = labels_from_words(words, roles.class_names)
    return Parts(
        Source("text", layout.delimiter, layout.columns, roles.label, layout.ignored),
        logits[:end] if roles.logits else None,
        labels,
        targets[:end] if roles.targets else None,
        roles.class_names,
    )


def _unix_text(data: bytes) -> bytes:
    """The text in UTF-8 with line feeds; UTF-16 only where its byte order mark says so."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            raise ReadingError("encoding") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise ReadingError("not_text", line=_line_of(data, data.index(b"\0")))
    try:
        data.isascii() or data.decode()
    except UnicodeDecodeError as error:
        raise ReadingError("encoding", line=_line_of(data, error.start)) from None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data.strip():
        raise ReadingError("empty")
    return data


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _blocks(data: bytes, layout: Layout) -> Iterator[_Block]:
    raw = io.BytesIO(data)
    stream = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
    for _ in islice(stream, layout.skip):
        pass
    size, line = max(1, _BLOCK_CELLS // layout.width), layout.skip
    if b'"' in data or not layout.plain:
        # A quoted cell may run over several lines, so only a reader of the whole stream finds the rows.
        rows = cells(stream, layout.delimiter, line)
        while batch := list(islice(rows, size)):
            yield _careful_block(batch, layout, raw.tell() / len(data))
        return
    while lines := list(islice(stream, size)):
        share = raw.tell() / len(data)
        numbers = _plain_numbers(lines, layout)
        if numbers is None:
            yield _careful_block(list(cells(lines, layout.delimiter, line)), layout, share)
        else:
            yield _Block(numbers[:, layout.numeric], [], share)
        line += len(lines)


def _plain_numbers(lines: Sequence[str], layout: Layout) -> NDArray[np.float64] | None:
    """All cells of the lines, or None where they are not just numbers."""
    if all(map(str.isspace, lines)):
        return np.empty((0, layout.width))  # loadtxt would warn
    delimiter = None if layout.delimiter == SPACES else layout.delimiter
    try:
        numbers = np.loadtxt(lines, delimiter=delimiter, comments=None, ndmin=2)
    except ValueError:
        return None
    return numbers if numbers.shape[1] == layout.width else None


def _careful_block(batch: Sequence[tuple[int, list[str]]], layout: Layout, share: float) -> _Block:
    for line, row in batch:
        if len(row) != layout.width:
            raise ReadingError("ragged", len(row), line=line, expected=layout.width)
    rows = [row for _, row in batch]
    columns = layout.numeric
    chosen: Iterable[str] = chain.from_iterable([row[at] for at in columns] for row in rows)
    try:
        flat = np.fromiter(map(float, chosen), np.float64, len(rows) * len(columns))
    except ValueError:
        flat = np.array([_cell_number(row[at], line, at, layout) for line, row in batch for at in columns])
    label = layout.roles.label
    words = [] if label is None or layout.label_is_number else [row[label] for row in rows]
    return _Block(flat.reshape(len(rows), len(columns)), words, share)


def _cell_number(cell: str, line: int, column: int, layout: Layout) -> float:
    number = to_number(cell, layout.decimal)
    if number is None:
        raise ReadingError("not_number", cell, line=line, column=column + 1)
    return number
