"""A file's fields and a person's choices, put together as a table; where two readings fit, a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.assemble import Built, build
from ce_viz.core.inspection.reading.errors import ReadingError
from ce_viz.core.inspection.reading.evidence import largest
from ce_viz.core.inspection.reading.fields import NUMBER, Field, Loaded
from ce_viz.core.inspection.reading.names import families
from ce_viz.core.inspection.reading.plan import AskError, Board, Item, Option, Question
from ce_viz.core.inspection.reading.scores import exploded
from ce_viz.core.inspection.rowwise import row_max

_MAX_QUESTIONS = 8  # settled one after the other by trying every answer


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """What a reading comes to: a table, or questions that must be answered first."""

    plan: tuple[Item, ...]
    built: Built | None
    questions: tuple[Question, ...] = ()


def interpret(files: Sequence[Loaded], choices: Mapping[str, str]) -> Reading:
    """Read the files as their evidence and the choices tell.

    Raises:
      ReadingError: see its codes; one about a file carries on no plan.
    """
    # What is looked at may be infinite, or so large that sums of it are.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _interpret(files, choices)


def _interpret(files: Sequence[Loaded], choices: Mapping[str, str]) -> Reading:
    fields = _fields(files)
    chosen, settled = dict(choices), frozenset[str]()
    for _ in range(_MAX_QUESTIONS):
        try:
            board, built = _attempt(fields, files, chosen, settled)
            return Reading(board.plan(), built)
        except _AskedError as asked:
            question, options, errors = _consequences(asked, fields, files, chosen, settled)
            if not options and errors:
                raise errors[0] from None
            if len(options) > 1 or asked.ask.always or not options:
                return Reading(asked.board.plan(), None, (question,))
            chosen |= options[0].choices
            settled |= set(options[0].choices)
    raise ReadingError("question", ", ".join(chosen))


class _AskedError(Exception):
    """A question with the board as it stood."""

    def __init__(self, ask: AskError, board: Board) -> None:
        super().__init__(ask.code)
        self.ask = ask
        self.board = board


def _fields(files: Sequence[Loaded]) -> list[Field]:
    fields = []
    for number, file in enumerate(files):
        for position, one in enumerate(_with_numbers(file.fields)):
            one.file, one.position, one.file_name = number, position, file.name
            fields.append(one)
    return fields


def _with_numbers(fields: Sequence[Field]) -> list[Field]:
    """The columns of a file; of those with names alike that are true and false throughout, 1 and 0."""
    words = [at for at, one in enumerate(fields) if one.is_words and one.is_vector and one.readable]
    truths = [
        at for at in words if {word.casefold() for word in fields[at].words.vocabulary} <= {"true", "false"}
    ]
    held = list(fields)
    for family in families([one.name.strip() for one in fields], truths):
        for at in family.members:
            held[at] = _as_number(fields[at])
    return held


def _as_number(one: Field) -> Field:
    words = one.words
    values = np.array([word.casefold() == "true" for word in words.vocabulary], np.float64)[words.codes]
    return Field(one.name, one.shape, NUMBER, lambda: values)


def _attempt(
    fields: list[Field], files: Sequence[Loaded], choices: Mapping[str, str], settled: frozenset[str]
) -> tuple[Board, Built]:
    board = Board(_opened(fields, choices), choices, settled)
    try:
        try:
            return board, build(board, files)
        except ReadingError as error:
            matrix = _lone_matrix(board)
            if matrix is None or error.code != "no_labels":
                raise
            opened = [part for one in fields for part in (exploded(one) if one is matrix else [one])]
            board = Board(opened, choices, settled)
            return board, build(board, files)
    except AskError as ask:
        raise _AskedError(ask, board) from None


def _opened(fields: list[Field], choices: Mapping[str, str]) -> list[Field]:
    """The fields, with an array taken apart where the choices speak of its columns."""
    parts = {
        key.partition(".")[0]
        for key in choices
        if "." in key and key.partition(".")[0].replace(":", "").isdecimal()
    }
    held: list[Field] = []
    for one in fields:
        held += exploded(one) if one.is_matrix and one.is_numbers and one.key in parts else [one]
    return held


def _lone_matrix(board: Board) -> Field | None:
    """An array that may hold labels beside the scores, where nothing else may be the labels."""
    vectors = [one for one in board.fields if one.is_vector and board.role(one) != roles.NAMES]
    if vectors:
        return None
    tables = [one for one in board.fields if one.is_matrix and board.role(one) == roles.SCORES]
    return tables[0] if len(tables) == 1 and tables[0].shape[1] > 2 and tables[0].rows else None


def _consequences(
    asked: _AskedError,
    fields: list[Field],
    files: Sequence[Loaded],
    choices: Mapping[str, str],
    settled: frozenset[str],
) -> tuple[Question, list[Option], list[ReadingError]]:
    """The options that can be read, with what would follow from each, and what is wrong with the others."""
    options, errors = [], []
    for option in asked.ask.options:
        try:
            _, built = _attempt(fields, files, {**choices, **option.choices}, settled)
            rows, accuracy = outcome(built)
            options.append(replace(option, rows=rows, accuracy=accuracy, classes=built.table.num_classes))
        except _AskedError:
            options.append(option)
        except ReadingError as error:
            errors.append(error)
    return Question(asked.ask.code, tuple(options), asked.ask.numbers), options, errors


def outcome(built: Built) -> tuple[int, float | None]:
    """Rows that can be used, and the share of them whose largest score is the label's."""
    table = built.table
    labels = table.labels
    if table.targets is not None:
        labels = np.asarray(table.targets.argmax(axis=1))
    if labels is None or len(labels) != table.num_rows:
        return 0, None
    with np.errstate(invalid="ignore"):
        usable = (labels >= 0) & (labels < table.num_classes) & np.isfinite(row_max(table.logits))
    rows = int(usable.sum())
    return rows, float((largest(table.logits)[usable] == labels[usable]).mean()) if rows else None
