"""Which rows of two files belong together: by their ids where they have any, else by their order."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.errors import ReadingError
from ce_viz.core.inspection.reading.fields import Field
from ce_viz.core.inspection.reading.names import ID, OTHER, PREDICTION, TRUTH, hint
from ce_viz.core.inspection.reading.plan import AskError, Board, Option
from ce_viz.core.inspection.reading.table import NO_LABEL, Labels, RowIds

_MAX_PAIRS = 16

Pair = tuple[Field, Field]


@dataclass(frozen=True, eq=False, slots=True)
class Join:
    """For each row of the file with the scores the row of the other one, -1 where there is none."""

    rows: NDArray[np.int64]
    unused: int  # ids of the other file that no row asked for

    def ordered(self, labels: Labels) -> Labels:
        """Labels of the other file in the order of the scores."""
        return np.where(self.rows >= 0, labels[self.rows], NO_LABEL)

    def ordered_rows(self, targets: np.ndarray) -> np.ndarray:
        """Target rows of the other file in the order of the scores, NaN where there are none."""
        return np.where(self.rows[:, None] >= 0, targets[self.rows], np.nan)


def join(board: Board, scores: Field, other: Field) -> Join | None:
    """How the rows of another file's field belong to those of the scores; None for the same order.

    Raises:
      AskError: "join", where the ids do not all match.
      ReadingError: "no_match", "same_id".
    """
    if other.file == scores.file:
        return None
    pairs = _pairs(board, scores.file, other.file)
    if not pairs:
        return None
    mine, theirs = pairs[0]
    keys, wanted = _written_alike([one for _, one in pairs], [one for one, _ in pairs])
    if keys == wanted:
        _told(board, pairs)
        return None
    twice = _twice(keys, other)
    index = {key: row for row, key in enumerate(keys)}
    rows = np.array([index.get(key, -1) for key in wanted], np.int64)
    found = int((rows >= 0).sum())
    answer = board.answers.get("join")
    if answer == "position":
        return None
    if twice or (found < len(rows) and answer != "id"):
        options = [Option("by_id", mine.shown, {"?join": "id"})] if found and not twice else []
        if len(keys) == len(wanted):
            options.append(Option("by_position", mine.shown, {"?join": "position"}))
        if not options and twice:
            raise ReadingError("same_id", twice, names=theirs.shown)
        if not options:
            raise ReadingError("no_match", wanted[0], expected=keys[0], names=f"{mine.shown}, {theirs.shown}")
        raise AskError("join", options, always=True, found=found, rows=len(rows), column=mine.shown)
    _told(board, pairs)
    return Join(rows, len(set(keys)) - len(set(keys) & set(wanted)))


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


def _told(board: Board, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        for one in pair:
            board.put(one, roles.ID, "joins")


def _written_alike(theirs: Sequence[Field], mine: Sequence[Field]) -> tuple[list[str], list[str]]:
    """The ids of both files, without what only the way of writing adds, where they match then and not before."""
    keys, wanted = _keys(theirs), _keys(mine)
    if set(wanted) <= set(keys):
        return keys, wanted
    for written in (_folded, _stem):
        found = [written(key) for key in keys], [written(key) for key in wanted]
        sizes = [len(set(both)) for both in (keys, wanted)]
        if set(found[1]) <= set(found[0]) and [len(set(both)) for both in found] == sizes:
            return found
    return keys, wanted


def _folded(key: str) -> str:
    return key.strip(" '\"").casefold()


def _stem(key: str) -> str:
    """The name of a file without its folders and its ending."""
    return PurePath(_folded(key).replace("\\", "/")).stem


def _twice(keys: Sequence[str], labels: Field) -> str:
    """An id that stands in several rows with different labels, "" where there is none."""
    if len(set(keys)) == len(keys):
        return ""
    given = labels.words.codes.tolist() if labels.is_words else labels.numbers.tolist()
    first: dict[str, float] = {}
    return next(
        (key for key, label in zip(keys, given, strict=True) if first.setdefault(key, label) != label), ""
    )


def _pairs(board: Board, mine: int, theirs: int) -> list[Pair]:
    """Columns of each file by which they can be joined: one of each, or several that are unique only together."""
    pair = _pair(board, mine, theirs)
    if pair is not None and len(set(_keys([pair[1]]))) == pair[1].rows:
        return [pair]
    ours, others = (
        {one.name.strip().casefold(): one for one in board.fields if one.file == file and _is_key(board, one)}
        for file in (mine, theirs)
    )
    several = [(ours[name], others[name]) for name in ours if name and name in others]
    if len(several) > 1 and len(set(_keys([one for _, one in several]))) == several[0][1].rows:
        return several
    return [pair] if pair else []


def _is_key(board: Board, one: Field) -> bool:
    """Whether a column may be part of an id."""
    if not one.is_vector or not one.readable or board.role(one) not in ("", roles.ID, roles.OTHER):
        return False
    return hint(one.name).role not in (TRUTH, PREDICTION) and (one.is_words or one.facts.whole)


def _pair(board: Board, mine: int, theirs: int) -> Pair | None:
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
        keys = {one.key: set(_keys([one])) for pair in likely for one in pair}
        return max(likely, key=lambda pair: len(keys[pair[0].key] & keys[pair[1].key]))
    for one, other in pairs[:_MAX_PAIRS]:
        if len(ours) and set(_keys([one])) <= set(_keys([other])) and not _counts(one):
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


def _keys(columns: Sequence[Field]) -> list[str]:
    """The id of each row."""
    if len(columns) > 1:
        return ["\t".join(parts) for parts in zip(*(_keys([one]) for one in columns), strict=True)]
    (one,) = columns
    if one.is_words:
        return one.words.texts()
    values = np.asarray(one.numbers, np.float64)
    return [str(int(value)) if np.isfinite(value) else "" for value in values.tolist()]
