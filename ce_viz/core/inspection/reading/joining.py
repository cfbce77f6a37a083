"""Which rows of two files belong together: by their ids where they have any, else by their order."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.errors import ReadingError
from ce_viz.core.inspection.reading.fields import Field
from ce_viz.core.inspection.reading.names import ID, OTHER, hint
from ce_viz.core.inspection.reading.plan import AskError, Board, Option
from ce_viz.core.inspection.reading.table import RowIds

_MAX_PAIRS = 16


@dataclass(frozen=True, eq=False, slots=True)
class Join:
    """For each row of the file with the scores the row of the other one, -1 where there is none."""

    rows: NDArray[np.int64]
    unused: int  # rows of the other file that no row asked for


def join(board: Board, scores: Field, other: Field) -> Join | None:
    """How the rows of another file's field belong to those of the scores; None for the same order.

    Raises:
      AskError: "join", where the ids do not all match.
      ReadingError: "no_match".
    """
    if other.file == scores.file:
        return None
    pair = _pair(board, scores.file, other.file)
    if pair is None:
        return None
    mine, theirs = pair
    keys, wanted = _keys(theirs), _keys(mine)
    if keys == wanted:
        _told(board, mine, theirs)
        return None
    usable = len(set(keys)) == len(keys)
    index = {key: row for row, key in enumerate(keys)}
    rows = np.array([index.get(key, -1) for key in wanted], np.int64)
    found = int((rows >= 0).sum())
    answer = board.answers.get("join")
    if answer == "position":
        return None
    if not usable or (found < len(rows) and answer != "id"):
        options = [Option("by_id", mine.shown, {"?join": "id"})] if usable and found else []
        if len(keys) == len(wanted):
            options.append(Option("by_position", mine.shown, {"?join": "position"}))
        if not options:
            raise ReadingError("no_match", wanted[0], expected=keys[0], names=f"{mine.shown}, {theirs.shown}")
        raise AskError("join", options, always=True, found=found, rows=len(rows), column=mine.shown)
    _told(board, mine, theirs)
    return Join(rows, len(keys) - found)


def row_ids(board: Board, file: int) -> RowIds | None:
    """The ids of a file's rows, or what may serve as such: a column without two equal cells that is nothing else."""
    columns = _id_columns(board, file)
    if not columns:
        return None
    called = [one for one in columns if ID in (board.role(one), hint(one.name).role)]
    one = [*called, *(one for one in columns if one.is_words), *columns][0]
    if one.is_words:
        words = one.words
        hashes = [hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words.vocabulary]
        keys = np.frombuffer(b"".join(hashes), np.int64)[words.codes]
    else:
        values = np.asarray(one.numbers, np.float64)
        if not np.isfinite(values).all():
            return None
        keys = values.astype(np.int64)
    unique = len(np.unique(keys)) == len(keys)
    return RowIds(one.name.strip() if called else "", keys) if unique else None


def _told(board: Board, mine: Field, theirs: Field) -> None:
    for one in (mine, theirs):
        board.put(one, roles.ID, "joins")


def _pair(board: Board, mine: int, theirs: int) -> tuple[Field, Field] | None:
    """A column of each file by which they can be joined."""
    ours, others = (_id_columns(board, file) for file in (mine, theirs))
    pairs = [(one, other) for one in ours for other in others]
    named = [
        (one, other)
        for one, other in pairs
        if one.name.strip() and one.name.strip().casefold() == other.name.strip().casefold()
    ]
    both = [pair for pair in pairs if pair not in named and all(_is_id(field) for field in pair)]
    likely = [*named, *both][:_MAX_PAIRS]
    if likely:
        keys = {one.key: set(_keys(one)) for pair in likely for one in pair}
        return max(likely, key=lambda pair: len(keys[pair[0].key] & keys[pair[1].key]))
    for one, other in pairs[:_MAX_PAIRS]:
        if len(ours) and set(_keys(one)) <= set(_keys(other)) and not _counts(one):
            return one, other
    return None


def _counts(one: Field) -> bool:
    return one.is_numbers and one.facts.counts_up


def _is_id(one: Field) -> bool:
    held = hint(one.name)
    return held.role in (ID, OTHER) or not one.name.strip()


def _id_columns(board: Board, file: int) -> list[Field]:
    """Columns without two equal cells, and those that are called an id."""
    found = []
    for one in board.fields:
        chosen = board.items.get(one.key)
        role = board.role(one)
        if (
            one.file != file
            or not one.is_vector
            or not one.readable
            or role not in ("", roles.ID, roles.OTHER)
            or not one.rows
        ):
            continue
        if chosen and chosen.reason == "chosen" and role != roles.ID:
            continue
        if one.is_words:
            unique = len(one.words.vocabulary) == one.rows and "" not in one.words.vocabulary
        elif one.is_numbers:
            unique = one.facts.unique and one.facts.whole
        else:
            continue
        if unique or role == roles.ID or (hint(one.name).role == ID and (one.is_words or one.facts.whole)):
            found.append(one)
    return found


def _keys(one: Field) -> list[str]:
    if one.is_words:
        return one.words.texts()
    values = np.asarray(one.numbers, np.float64)
    return [str(int(value)) if np.isfinite(value) else "" for value in values.tolist()]
