"""How a delimited text is laid out: its delimiter, its names, and what sort of cells its columns hold."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ce_viz.core.inspection.reading.cells import EMPTY, is_number, to_list, to_number, to_row
from ce_viz.core.inspection.reading.errors import MAX_COLUMNS, ReadingError
from ce_viz.core.inspection.reading.header_lines import Rows, count_titles, with_one_header
from ce_viz.core.inspection.reading.named_scores import named_cell
from ce_viz.core.inspection.reading.names import SCORES, hint, whole_number

SPACES = " "
NONE = ""  # one cell to a line
NUMBERS, WORDS, LISTS, NAMED, BLANK = "numbers", "words", "lists", "named", "blank"

_SAMPLE_BYTES = 1_000_000
_SAMPLE_ROWS = 200
_SURE_CELLS = 15
# In order of preference where two read a sample equally well; the second mark is the decimal sign.
_DIALECTS = (
    (",", "."),
    ("\t", "."),
    (";", "."),
    ("|", "."),
    (SPACES, "."),
    (";", ","),
    ("\t", ","),
    (",", ","),
)
_EXCEL = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)  # what Excel wants above a table
_SPACED = re.compile(r'"((?:[^"]|"")*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sample of the text tells about all of it."""

    delimiter: str
    decimal: str
    skip: int  # lines above the first row
    names: tuple[str, ...]  # of the columns, () where there are none
    kinds: tuple[str, ...]  # of the columns: NUMBERS, WORDS, LISTS, NAMED or BLANK
    sample: tuple[list[str], ...]  # rows from the top
    heading: str = ""  # of a lone column of words: its first cell, perhaps a name

    @property
    def width(self) -> int:
        return len(self.kinds)

    def places(self, kind: str) -> list[int]:
        """Columns of one kind."""
        return [at for at, held in enumerate(self.kinds) if held == kind]

    def column(self, at: int) -> list[str]:
        """The sampled cells of a column."""
        return [row[at] for row in self.sample if at < len(row)]


def find_layout(data: bytes) -> Layout:
    """Read a sample from the top.

    Raises:
      ReadingError: "line_length", "columns", "no_rows".
    """
    lines, above, comment, known = _sample_lines(data)
    delimiter, decimal, rows = _find_dialect(lines, above, known)
    if not rows:
        raise ReadingError("no_rows", comment or (f"sep={known}" if known else "#"))
    titles = count_titles(rows)
    if titles:
        rows, above = rows[titles:], rows[titles][0] - 1
    rows = with_one_header(rows, decimal)
    widest = max(len(row) for _, row in rows)
    if widest > MAX_COLUMNS:
        raise ReadingError("columns", f"{widest:,}", high=f"{MAX_COLUMNS:,}")
    header, below, skip = _split_header(rows, comment, delimiter, decimal, above)
    if not below:
        raise ReadingError("no_rows", _shown(header))
    width = len(header) or Counter(len(row) for _, row in below).most_common(1)[0][0]
    sample = tuple(row for _, row in below)
    kinds = tuple(_kind([row[at] for row in sample if at < len(row)], decimal) for at in range(width))
    heading = sample[0][0].strip() if not header and kinds == (WORDS,) else ""
    return Layout(delimiter, decimal, skip, tuple(header), kinds, sample, heading)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(name or '""' for name in names)


def cells(lines: Iterable[str], delimiter: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of the lines, without blank ones; ``line`` lines stand above them.

    Raises:
      ReadingError: "line_length" where a quoted cell does not end.
    """
    if delimiter in (SPACES, NONE):
        for number, text in enumerate(lines, line + 1):
            if row := _spaced(text) if delimiter else _lone(text):
                yield number, row
        return
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                yield line + reader.line_num, row
    except csv.Error:
        raise ReadingError("line_length", line=line + reader.line_num) from None


def _spaced(text: str) -> list[str]:
    if '"' not in text:
        return text.split()
    return [quoted or plain for quoted, plain in _SPACED.findall(text)]  # as R writes it


def _lone(text: str) -> list[str]:
    cell = text.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"')
    return [cell] if cell else []


def _sample_lines(data: bytes) -> tuple[list[str], int, str, str]:
    """Some lines, how many stand above them, the last comment of those, and the delimiter that one of them names."""
    sample = data[:_SAMPLE_BYTES]
    if len(data) > len(sample):
        sample = sample[: sample.rfind(b"\n") + 1]
        if not sample:
            raise ReadingError("line_length", line=1)
    lines = sample.decode().split("\n")
    above, comment, known = 0, "", ""
    while above < len(lines):
        excel = _EXCEL.fullmatch(lines[above]) if not known else None
        if excel:
            known = excel[1]
        elif lines[above].strip() and not lines[above].startswith("#"):
            break
        else:
            # np.savetxt writes its header as a comment.
            comment = lines[above].removeprefix("#").strip() or comment
        above += 1
    return lines[above : above + _SAMPLE_ROWS], above, comment, known


def _find_dialect(lines: Sequence[str], above: int, known: str) -> tuple[str, str, Rows]:
    """The delimiter and decimal sign that make most of the sample numbers; else the one that cuts all lines alike."""
    dialects = [one for one in _DIALECTS if one[0] == known] or list(_DIALECTS)
    tabs = {line.count("\t") for line in lines if line.strip()}
    if len(tabs) == 1 and tabs != {0}:
        dialects = [one for one in dialects if one[0] != SPACES]
    read = []
    for delimiter, decimal in dialects:
        try:
            rows = list(cells(lines, delimiter, above))
        except ReadingError:
            continue
        if rows and Counter(len(row) for _, row in rows).most_common(1)[0][0] >= 2:
            read.append((_numbers_share(rows, decimal), delimiter, decimal, rows))
    best = max(read, key=lambda one: one[0], default=None)
    if best and best[0]:
        return best[1:]
    alike = [one for one in read if one[1] != SPACES and len({len(row) for _, row in one[3]}) == 1]
    if alike:
        return alike[0][1:]
    return NONE, ".", list(cells(lines, NONE, above))


def _numbers_share(rows: Rows, decimal: str) -> float:
    """Share of numbers, and lists of them, below the first row."""
    below = [cell for _, row in (rows[1:] or rows) for cell in row]
    return sum(to_number(cell, decimal) is not None or to_list(cell) is not None for cell in below) / len(
        below
    )


def _split_header(
    rows: Rows, comment: str, delimiter: str, decimal: str, above: int
) -> tuple[list[str], Rows, int]:
    """Names of the columns, if there are any, the rows below them, and how many lines stand above."""
    first, below = [cell.strip() for cell in rows[0][1]], [row for _, row in rows[1:]]
    width = len(first)
    if comment:
        names = next((row for _, row in cells([comment], delimiter, 0)), [])
        if len(names) == width and any(to_number(name, decimal) is None for name in names):
            return [name.strip() for name in names], rows, above
    if (completed := _completed(first, below)) is not None:
        return completed, rows[1:], rows[0][0]
    if _is_header(first, below, decimal):
        return first, rows[1:], rows[0][0]
    counted = [[str(start + at) for at in range(width)] for start in (0, 1)]
    if below and first in counted and width > 2:
        # Names that only count say nothing about what the columns are.
        return [], rows[1:], rows[0][0]
    if not below and all(to_number(name, decimal) is None for name in first) and width > 1:
        return first, [], rows[0][0]
    return [], rows, above


def _completed(first: list[str], below: Sequence[Sequence[str]]) -> list[str] | None:
    """The names where there are fewer than columns, as Weka and R write them; else None."""
    blank = next((at for at, name in enumerate(reversed(first)) if name), 0)
    wider = {len(row) - len(first) for row in below}
    more = blank or (wider.pop() if len(wider) == 1 else 0)
    if more < 1:
        return None
    name = first[len(first) - blank - 1]
    if hint(name).role == SCORES and (more > 1 or "distribution" in hint(name).words):
        # Weka's last name stands over all the columns that follow.
        return [*first[: len(first) - blank - 1], *(f"{name}_{at}" for at in range(more + 1))]
    unique = len({row[0] for row in below}) == len(below)
    if not blank and more == 1 and unique and not all(map(_number, first)):
        # R's write.table gives the names of the rows none of their own.
        return ["", *first]
    return None


def _number(cell: str) -> bool:
    return is_number(cell, ".") or is_number(cell, ",")


def _is_header(first: Sequence[str], below: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether the first row names the columns: words over numbers, or words of which one says what it is for."""
    columns = [[row[at] for row in below if at < len(row)] for at in range(len(first))]
    for name, column in zip(first, columns, strict=True):
        if column and not is_number(name, decimal) and _kind(column, decimal) in (NUMBERS, LISTS, NAMED):
            return to_list(name) is None and named_cell(name) is None
    if len(first) < 2 or not below:
        return False
    if any(is_number(name, decimal) for name in first):
        return _numbers_as_names(first, columns, decimal)
    return any(hint(name).role and name not in column for name, column in zip(first, columns, strict=True))


def _numbers_as_names(first: Sequence[str], columns: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether whole numbers, all different, stand over columns of fractions: classes that are called by numbers."""
    over = [(name, column) for name, column in zip(first, columns, strict=True) if is_number(name, decimal)]
    names = [name for name, _ in over]
    if len(names) < 2 or len(set(names)) < len(names) or any(whole_number(name) is None for name in names):
        return False
    cells = [cell for _, column in over for cell in column]
    marked = sum(decimal in cell or "e" in cell.casefold() for cell in cells)
    named = any(hint(name).role and name not in column for name, column in zip(first, columns, strict=True))
    return marked == len(cells) >= _SURE_CELLS or (named and 2 * marked >= len(cells))


def _kind(column: Sequence[str], decimal: str) -> str:
    filled = [cell for cell in column if cell.strip().casefold() not in EMPTY]
    if not filled:
        return BLANK
    numbers = sum(to_number(cell, decimal) is not None for cell in filled)
    if 2 * numbers >= len(filled):
        return NUMBERS
    if 2 * sum(to_list(cell) is not None for cell in filled) >= len(filled):
        return LISTS
    if 2 * sum(named_cell(cell) is not None for cell in filled) >= len(filled):
        return NAMED
    # Dates and telephone numbers are whole numbers with marks between them.
    rows = sum(to_row(cell) is not None for cell in filled)
    return LISTS if 2 * rows >= len(filled) and all("." in cell for cell in filled[:_SURE_CELLS]) else WORDS
