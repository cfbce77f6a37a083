"""From decided and undecided fields to a table of class scores and labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.columns import choose_columns
from ce_viz.core.inspection.reading.errors import ReadingError, check_size, shortened
from ce_viz.core.inspection.reading.evidence import what_rows_are
from ce_viz.core.inspection.reading.family import stack
from ce_viz.core.inspection.reading.fields import Field, Loaded
from ce_viz.core.inspection.reading.joining import join, row_ids
from ce_viz.core.inspection.reading.names import TRUTH, hint, is_split, names_classes, splits_rows
from ce_viz.core.inspection.reading.ordering import ordered_labels, unmatched_rows
from ce_viz.core.inspection.reading.plan import SURE, AskError, Board, Option
from ce_viz.core.inspection.reading.position import label_by_position
from ce_viz.core.inspection.reading.scores import find_matrix, scores_file
from ce_viz.core.inspection.reading.single import single_column
from ce_viz.core.inspection.reading.table import (
    Labels,
    Logits,
    LogitsTable,
    RowIds,
    Source,
    as_logits,
    rows_of,
)
from ce_viz.core.inspection.reading.truth import Classes, find_truth

_SHOWN = 8
_MOST_PARTS = 4  # folds of a cross-validation are no parts to be chosen from


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """A table and what its scores are.

    Attributes:
      table: The scores as they stand in the file.
      kind: What the rows of scores look like, see `evidence`.
      called_logits: Whether the file says that they are logits.
      unmatched: Rows of the scores for which the file with the labels has none.
    """

    table: LogitsTable
    kind: str
    called_logits: bool
    unmatched: int = 0


def build(board: Board, files: Sequence[Loaded]) -> Built:
    """Decide what is left to decide, and put the table together.

    Raises:
      AskError: see `Question`.
      ReadingError: see its codes.
    """
    classes = _classes(board)
    if classes is None:
        return _single(board, files)
    _refuse_unreadable(board)
    classes = replace(classes, names=_named_by_array(board, classes) or classes.names)
    scores = classes.scores
    if not len(scores):
        raise ReadingError("no_rows", _held(board))
    truth = find_truth(board, classes, lambda one: ordered_labels(board, one, classes, ask=False))
    targets = next(iter(board.having(roles.TARGETS)), None)
    goals = _target_rows(board, classes)
    unmatched = 0
    labels: Labels | None = None
    if truth is not None and (targets is None or board.items[truth.key].reason == "chosen"):
        goals = None
        labels = ordered_labels(board, truth, classes, ask=True)
        unmatched = unmatched_rows(board, truth, classes)
    if labels is None and goals is None:
        _refuse_without_labels(board)
    table = _table(board, files, scores, labels, goals, classes.names)
    table = _rows_of_part(board, classes, replace(table, row_ids=_row_ids(board, classes, table)))
    return Built(table, what_rows_are(table.logits), _called_logits(classes), unmatched)


def _single(board: Board, files: Sequence[Loaded]) -> Built:
    """A table of one column of numbers, where there are no more."""
    built = single_column(board)
    if built is None:
        _refuse_shapes(board)
        if _lone(board, files):
            raise ReadingError("one_column", _first_cell(board.fields[0]))
        raise ReadingError("no_logits", _held(board))
    scores, labels, names, kind = built
    return Built(_table(board, files, scores, labels, None, names), kind, called_logits=False)


def _first_cell(one: Field) -> str:
    if not one.is_words and not one.is_numbers:
        return one.shown
    if one.is_words:
        return one.heading or next(filter(None, one.words.vocabulary), '""')
    return f"{np.asarray(one.numbers, np.float64)[0]:g}"


def _classes(board: Board) -> Classes | None:
    for one in board.having(roles.SCORES):
        if not one.is_numbers:
            one.load()
            raise ReadingError("not_number", _first_cell(one), line=1, column=one.position + 1)
    matrix = find_matrix(board)
    if matrix is not None:
        if matrix.shape[1] < 2:
            check_size(matrix.rows, matrix.shape[1])
        scores = as_logits(matrix.numbers)
        names = matrix.names if len(matrix.names) == scores.shape[1] else ()
        return Classes(matrix, scores, names)
    file = scores_file(board)
    if file is None:
        return None
    label_by_position(board, file)
    chosen = choose_columns(board, file)
    if len(chosen.members) < 2:
        return None
    rows = chosen.members[0].rows
    if rows:
        check_size(*_upright(rows, len(chosen.members), board))
    return Classes(chosen.members[0], stack(chosen.members), chosen.names)


def _upright(rows: int, classes: int, board: Board) -> tuple[int, int]:
    """Rows and classes; turned where there are as many labels as columns."""
    lengths = {one.rows for one in board.fields if one.is_vector and one.file != board.fields[0].file}
    return (classes, rows) if classes in lengths and rows not in lengths else (rows, classes)


def _refuse_unreadable(board: Board) -> None:
    """Say what is wrong with an array that is called labels or names and holds neither numbers nor words."""
    for one in board.having(""):
        if (
            one.kind == "other"
            and one.is_vector
            and (hint(one.name).role == TRUTH or names_classes(one.name))
        ):
            one.load()


def _refuse_shapes(board: Board) -> None:
    """Say what is wrong with arrays of which none can be the class scores."""
    for one in board.having(""):
        if one.kind == "other" or len(one.shape) not in (1, 2):
            one.load()


def _called_logits(classes: Classes) -> bool:
    named = classes.names and not classes.field.is_matrix and "logit" in hint(classes.names[0]).words
    return "logit" in hint(classes.field.name).words and not named  # a class may be called so


def _named_by_array(board: Board, classes: Classes) -> tuple[str, ...]:
    """Names of the classes that stand in an array, or a file, of their own."""
    size, rows = classes.scores.shape[1], len(classes.scores)
    chosen = board.having(roles.NAMES)
    for one in [*chosen, *board.having("")]:
        if not (one.is_vector and one.kind != "other" and one.readable):
            continue
        if one not in chosen and hint(one.name).role not in ("", TRUTH):
            continue
        crossed = one.rows == rows and names_classes(one.name)
        fits = one.rows == size and (size != rows or names_classes(one.name)) and one.is_words
        fits |= one.rows == size != rows and names_classes(one.name) and hint(one.name).role == ""
        if one in chosen or fits or (crossed and one.is_words and len(one.words.vocabulary) == rows != size):
            board.put(one, roles.NAMES, "class_names", SURE)
            if one.is_words:
                return tuple(one.words.texts())
            return tuple(f"{value:g}" for value in np.asarray(one.numbers, np.float64).tolist())
    return ()


def _target_rows(board: Board, classes: Classes) -> np.ndarray | None:
    fields = board.having(roles.TARGETS)
    if not fields:
        return None
    if fields[0].is_matrix:
        return np.asarray(fields[0].numbers, np.float64)
    rests = {
        one.key: one.name.replace(str(board.items[one.key].numbers.get("shared", "")), "") for one in fields
    }
    if set(rests.values()) == set(classes.names):
        fields = sorted(fields, key=lambda one: classes.names.index(rests[one.key]))
    joined = join(board, classes.field, fields[0])
    return stack(fields) if joined is None else joined.ordered_rows(stack(fields))


def _refuse_without_labels(board: Board) -> None:
    others = [
        item.name or item.file
        for item in board.items.values()
        if item.role in (roles.PREDICTION, roles.ID) and (item.name or item.file)
    ]
    if others:
        raise ReadingError("only_predictions", ", ".join(others[:_SHOWN]))
    raise ReadingError("no_labels", _held(board))


def _held(board: Board) -> str:
    """What stands in the files, for a refusal."""
    fields = list(dict.fromkeys(one.base[0] if one.base else one for one in board.fields))
    names = [one.name.strip() or one.heading for one in fields]
    shapes = [" × ".join(map(str, one.shape)) for one in fields]
    shown = [f"{name} ({shape})" if name else shape for name, shape in zip(names, shapes, strict=True)]
    return ", ".join(shown[:_SHOWN]) or "0"


def _lone(board: Board, files: Sequence[Loaded]) -> bool:
    """Whether all that was brought is text in one column."""
    return all(file.format == "text" for file in files) and all(
        sum(other.file == one.file for other in board.fields) == 1 and one.is_vector for one in board.fields
    )


def _table(
    board: Board,
    files: Sequence[Loaded],
    scores: Logits,
    labels: Labels | None,
    targets: np.ndarray | None,
    names: tuple[str, ...],
) -> LogitsTable:
    """The table, where its parts fit each other.

    Raises:
      ReadingError: "no_rows", "rows", "classes", "values", "lengths", "target_shape".
    """
    rows, num_classes = scores.shape
    crossed = targets is None and labels is not None and len(labels) == num_classes != rows
    check_size(*(scores.shape[::-1] if crossed else scores.shape))
    if not rows:
        raise ReadingError("no_rows", _held(board))
    if targets is not None:
        labels = None
        if targets.shape != scores.shape:
            shapes = (" × ".join(map(str, array.shape)) for array in (targets, scores))
            raise ReadingError("target_shape", next(shapes), expected=next(shapes))
    if labels is not None and len(labels) != rows and not crossed:
        raise ReadingError("lengths", len(labels), expected=rows)
    # Names for another number of classes belong to something else.
    names = names if len(names) == (rows if crossed else num_classes) else ()
    sources = tuple(_source(board, number, file) for number, file in enumerate(files))
    return LogitsTable(scores, labels, targets, tuple(map(shortened, names)), sources)


def _source(board: Board, number: int, file: Loaded) -> Source:
    fields = [one for one in board.fields if one.file == number]
    named = any(one.name for one in fields)
    columns = tuple(one.name if named else str(at + 1) for at, one in enumerate(fields))
    label = [at for at, one in enumerate(fields) if board.role(one) == roles.LABEL]
    used = (roles.SCORES, roles.LABEL, roles.TARGETS, roles.NAMES)
    ignored = tuple(name for name, one in zip(columns, fields, strict=True) if board.role(one) not in used)
    return Source(file.format, file.delimiter, columns, label[0] if label else None, ignored)


def _row_ids(board: Board, classes: Classes, table: LogitsTable) -> RowIds | None:
    found = row_ids(board, classes.field.file)
    return found if found is not None and len(found.keys) == table.num_rows else None


def _rows_of_part(board: Board, classes: Classes, table: LogitsTable) -> LogitsTable:
    """The rows of one part of the data, where a column says that there are several.

    Raises:
      AskError: "rows".
    """
    for one in board.fields:
        if board.role(one) != roles.SPLIT or one.file != classes.field.file or one.rows != table.num_rows:
            continue
        parts, codes = _parts(one)
        if len(parts) < 2:
            continue
        answer = board.answers.get("rows")
        if answer == "*":
            return table
        if answer not in parts:
            names = [part if is_split(part) else f"{one.shown}: {part}" for part in parts]
            options = [Option("part", name, {"?rows": part}) for name, part in zip(names, parts, strict=True)]
            raise AskError(
                "rows", [*options, Option("all_parts", one.shown, {"?rows": "*"})], column=one.shown
            )
        return rows_of(table, codes == parts.index(answer))
    return table


def _parts(one: Field) -> tuple[list[str], np.ndarray]:
    """The parts of the data that a column tells apart, and that of each row; none where it tells something else."""
    if one.is_words:
        parts, codes = list(one.words.vocabulary), one.words.codes
    else:
        values, codes = np.unique(one.numbers, return_inverse=True)
        parts = [f"{value:g}" for value in values[: _MOST_PARTS + 1]]
    named = splits_rows(one.name) and len(parts) <= _MOST_PARTS
    told = one.is_words and all(is_split(part) for part in parts if part)
    return (parts, codes) if named or told else ([], codes)
