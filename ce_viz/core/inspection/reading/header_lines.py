"""Lines above the first row of a table: titles, and names that pandas writes in several lines."""

from collections import Counter
from collections.abc import Sequence

from ce_viz.core.inspection.reading.cells import is_number

Rows = list[tuple[int, list[str]]]  # line, counted from 1, and its cells

_TABLE = 3  # columns of logits and labels at least


def count_titles(rows: Rows) -> int:
    """How many lines stand above the table that hold a single cell, as the title of a sheet."""
    usual = Counter(len(row) for _, row in rows).most_common(1)[0][0]
    found = 0
    while usual >= _TABLE and found < len(rows) - 2 and not any(cell.strip() for cell in rows[found][1][1:]):
        found += 1
    return found


def with_one_header(rows: Rows, decimal: str) -> Rows:
    """The rows with the names in one line, where they stand in two levels, or the index's name in a line of its own."""
    if len(rows) < 3 or not _are_words(rows[0][1], decimal):
        return rows
    (line, upper), *below = rows
    lower = below[0][1]
    names = upper
    # Of the upper level some names stand over several columns.
    if len({*upper}) < len(upper) == len(lower) and _are_words(lower, decimal) and any(lower[1:]):
        under = next((row for _, row in below[1:] if any(row[1:])), [])
        if any(is_number(cell, decimal) for cell in under):
            names = _joined(upper, lower)
            (line, _), *below = below
    first = below[0][1]
    if len(below) > 1 and len(first) == len(names) and first[0].strip() and not any(first[1:]):
        (line, _), *below = below
    return [(line, names), *below]


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of the lower level, with those of the upper one where they are not enough."""
    given = [name for name in lower if name]
    alone = len(set(given)) == len(given)
    pairs = zip(upper, lower, strict=True)
    return [low or up if alone or not (up and low) else f"{up}_{low}" for up, low in pairs]


def _are_words(row: Sequence[str], decimal: str) -> bool:
    return len(row) >= _TABLE and not any(is_number(cell, decimal) for cell in row)
