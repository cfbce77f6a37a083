"""Which array, or which file's columns, are the class scores."""

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.columns import columns_of
from ce_viz.core.inspection.reading.errors import MAX_COLUMNS, ReadingError
from ce_viz.core.inspection.reading.evidence import one_hot, same_predictions, what_rows_are, zeros_and_ones
from ce_viz.core.inspection.reading.family import is_hot, label_words, stack
from ce_viz.core.inspection.reading.fields import NUMBER, Field
from ce_viz.core.inspection.reading.labels import WordIndex
from ce_viz.core.inspection.reading.names import ID, PREDICTION, TRUTH, hint, split_of
from ce_viz.core.inspection.reading.names import SCORES as SCORES_HINT
from ce_viz.core.inspection.reading.plan import LIKELY, SURE, AskError, Board, Option
from ce_viz.core.inspection.reading.runs import runs

# Tables of numbers that are what a model was given, or what it made on the way.
_INPUTS = frozenset((
    "feature", "embedding", "hidden", "input", "x", "image", "img", "pixel", "attention", "mask", "token", "weight",
    "state", "data", "coef", "bias", "gradient", "grad", "bbox", "box",
))  # fmt: skip

_SHOWN = 4


def find_matrix(board: Board) -> Field | None:
    """The array of class scores, and beside it the target rows; None where no array has two axes.

    Raises:
      AskError: "split", "scores".
    """
    chosen = [one for one in board.having(roles.SCORES) if one.is_matrix]
    if chosen:
        _targets(board, chosen[0])
        return chosen[0]
    tables = [one for one in board.having("") if one.is_matrix and one.is_numbers and not _is_input(one)]
    tables = [one for one in tables if one.shape[1]]
    # An array that cannot be read is told of only where it is wanted.
    strange = [one for one in board.having("") if one.kind == "other" and "logit" in hint(one.name).words]
    if strange:
        strange[0].load()
    tables = [one for one in tables if hint(one.name).role != TRUTH]
    tables = _of_one_part(board, tables)
    if not tables:
        return None
    tables = _without_lists(board, tables)
    if not tables:
        return None
    best = max(_rank(one) for one in tables)
    rivals = _different([one for one in tables if _rank(one) == best], board)
    if best < 3:
        rivals = _without_targets(board, rivals)
    if len(rivals) > 1:
        _refuse_twice(board, rivals)
        raise AskError("scores", [_option(one, rivals) for one in rivals])
    lower = [one for one in tables if _rank(one) < best and one.shape == rivals[0].shape]
    _other_sets(board, rivals[0], lower)
    board.put(rivals[0], roles.SCORES, "name" if best else "table", SURE)
    _targets(board, rivals[0])
    return rivals[0]


def _without_lists(board: Board, tables: list[Field]) -> list[Field]:
    """The tables but for lists that are not called scores, beside columns that may be them.

    Raises:
      AskError: "scores", where nothing tells whether the list or the columns are meant.
    """
    kept = []
    for one in tables:
        columns = [] if _rank(one) > 1 else _columns_beside(board, one)
        index = WordIndex([column.name for column in columns])
        named = sum(index.find(word) is not None for word in label_words(board))
        if len(columns) < 2:
            kept.append(one)
        elif named >= 2 or runs(columns):
            board.put(one, roles.OTHER, "unused", LIKELY)
        else:
            names = ", ".join(column.shown for column in columns[:_SHOWN])
            inside, outside = {one.key: roles.SCORES}, {one.key: roles.OTHER}
            raise AskError("scores", [Option("array", names, outside), Option("array", one.shown, inside)])
    return kept


def _columns_beside(board: Board, table: Field) -> list[Field]:
    """Columns of fractions of the same file and length whose names do not say that they are something else."""
    if not table.name.strip():
        return []
    return [
        one
        for one in columns_of(board, table.file)
        if not one.facts.whole and one.rows == table.rows and hint(one.name).role in ("", SCORES_HINT)
    ]


def _is_input(one: Field) -> bool:
    held = hint(one.name)
    return bool(held.words & _INPUTS) and held.role not in (SCORES_HINT, TRUTH)


def _rank(one: Field) -> int:
    held = hint(one.name)
    if "logit" in held.words:
        return 3
    if held.role in (SCORES_HINT, PREDICTION):
        return 2
    return 0 if held.role not in ("", ID) else 1


def _option(one: Field, rivals: Sequence[Field]) -> Option:
    others = {other.key: roles.OTHER for other in rivals if other is not one}
    name = one.name.strip() or one.file_name or one.shown
    if len({other.name for other in rivals}) < len(rivals):
        name = f"{one.file_name} {one.name}".strip()
    return Option("array", name, {one.key: roles.SCORES, **others})


def _refuse_twice(board: Board, rivals: Sequence[Field]) -> None:
    """Logits in two files, labels in none: the second file was brought for the labels."""
    vectors = any(one.is_vector and one.kind != "other" for one in board.fields)
    if not vectors and len({one.file for one in rivals}) > 1:
        raise ReadingError("twice", "logits")


def part_of(one: Field) -> str:
    """Which part of the data a field belongs to, by its name or its file's."""
    return split_of(one.name) or split_of(one.file_name)


def _of_one_part(board: Board, tables: list[Field]) -> list[Field]:
    """Tables of one part of the data, chosen by a person where there are several."""
    top = max(map(_rank, tables), default=0)
    parts = {part_of(one) for one in tables if _rank(one) == top} - {""}
    if len(parts) < 2:
        return tables
    part = board.answers.get("split")
    if part not in parts:
        raise AskError(
            "split", [Option("part", name, {"?split": name}) for name in sorted(parts, reverse=True)]
        )
    for one in board.having(""):
        if part_of(one) not in ("", part):
            board.put(one, roles.OTHER, "other_split", SURE, part=part_of(one))
    return [one for one in tables if part_of(one) in ("", part)]


def _different(rivals: list[Field], board: Board) -> list[Field]:
    """The tables without those that say the same as an earlier one."""
    kept: list[Field] = []
    for one in sorted(rivals, key=lambda field: what_rows_are(field.numbers) != "logits"):
        if any(same_predictions(other.numbers, one.numbers) for other in kept):
            board.put(one, roles.OTHER, "same_scores", SURE)
        else:
            kept.append(one)
    return [one for one in rivals if one in kept]


def _without_targets(board: Board, rivals: list[Field]) -> list[Field]:
    """Of tables whose names say nothing, one that is all 0 and 1 is the truth."""
    hot = [one for one in rivals if one_hot(one.numbers) or zeros_and_ones(one.numbers)]
    if len(hot) == 1 and len(rivals) == 2 and rivals[0].shape == rivals[1].shape:
        board.put(hot[0], roles.TARGETS, "one_hot" if one_hot(hot[0].numbers) else "multi_hot", LIKELY)
    elif len(rivals) == 2 and rivals[0].shape == rivals[1].shape:
        kinds = [what_rows_are(one.numbers) for one in rivals]
        vectors = [one for one in board.having("") if one.is_vector and one.rows == rivals[0].rows]
        if not vectors and kinds == ["logits", "probabilities"]:
            board.put(rivals[1], roles.TARGETS, "sums", LIKELY)
    return [one for one in rivals if board.role(one) == ""]


def _other_sets(board: Board, chosen: Field, lower: Sequence[Field]) -> None:
    """Tables of the same shape with weaker names: the same scores again, or another reading that is asked for."""
    for one in lower:
        if same_predictions(chosen.numbers, one.numbers):
            board.put(one, roles.OTHER, "same_scores")
        elif _rank(one) == 2 and not zeros_and_ones(one.numbers):
            raise AskError("scores", [_option(chosen, [chosen, one]), _option(one, [chosen, one])])


def _targets(board: Board, scores: Field) -> None:
    """Target rows: an array of the scores' shape that is called the truth."""
    for one in board.having(""):
        if one.is_matrix and one.is_numbers and hint(one.name).role == TRUTH:
            if board.having(roles.TARGETS) or board.having(roles.LABEL):
                board.put(one, roles.OTHER, "unused", LIKELY)
            elif not any(
                other.is_vector and hint(other.name).role == TRUTH and other.rows == scores.rows
                for other in board.having("")
            ):
                board.put(one, roles.TARGETS, "name")
    if not board.having(roles.TARGETS):
        for one in board.having(""):
            alike = one.is_matrix and one.is_numbers and one.shape == scores.shape
            if alike and not hint(one.name).role and one_hot(one.numbers):
                board.put(one, roles.TARGETS, "one_hot", LIKELY)
                return


def scores_file(board: Board) -> int | None:
    """The file whose columns are the class scores, None where no file has any.

    Raises:
      AskError: "file".
      ReadingError: "twice".
    """
    chosen = {one.file for one in board.having(roles.SCORES)}
    if chosen:
        return min(chosen)
    answer = board.answers.get("file")
    counts = {file: _open_columns(board, file) for file in sorted({one.file for one in board.fields})}
    if answer is not None and answer.isdecimal() and int(answer) in counts:
        for one in board.having(""):
            if one.file != int(answer):
                board.put(one, roles.OTHER, "other_scores")
        return int(answer)
    full = [file for file, columns in counts.items() if len(columns) >= 2]
    full = _without_target_files(board, full, counts)
    if not full:
        best = max(counts, key=lambda file: sum(not one.facts.whole for one in counts[file]), default=None)
        if best is None or not counts[best]:
            best = next((file for file, columns in counts.items() if columns), None)
        return best
    marked = [
        file for file in full if any(hint(one.name).role == SCORES_HINT for one in counts[file])
    ] or full
    if len(marked) == 1:
        return marked[0]
    labelled = [one for one in board.having("") if hint(one.name).role == TRUTH or _may_be_labels(one)]
    if not labelled:
        raise ReadingError("twice", "logits")
    without = [file for file in marked if not any(one.file == file for one in labelled)]
    if len(without) == 1:
        return without[0]
    names = {one.file: one.file_name for one in board.fields}
    raise AskError(
        "file", [Option("file", names[file] or str(file + 1), {"?file": str(file)}) for file in marked]
    )


def _without_target_files(board: Board, full: list[int], counts: Mapping[int, list[Field]]) -> list[int]:
    """Of two files with the same classes the one of other numbers than 0 and 1: the other one is the truth."""
    for scores, other in permutations(full, 2):
        hot = {one.name.strip().casefold(): one for one in columns_of(board, other) if is_hot(one.facts)}
        names = [one.name.strip().casefold() for one in counts[scores]]
        if all(name in hot for name in names) and not all(is_hot(one.facts) for one in counts[scores]):
            targets = [hot[name] for name in names]
            for one in targets:
                board.put(one, roles.TARGETS, "one_hot" if one_hot(stack(targets)) else "multi_hot")
            return [file for file in full if file != other]
    return full


def _may_be_labels(one: Field) -> bool:
    """Whether words may be labels: not each of them another."""
    return (
        one.is_words and hint(one.name).role == "" and one.readable and len(one.words.vocabulary) < one.rows
    )


def _open_columns(board: Board, file: int) -> list[Field]:
    """Columns that may well be class scores: fractions, and whole numbers whose names do not say otherwise."""
    return [
        one
        for one in columns_of(board, file)
        if not one.facts.whole or hint(one.name).role in ("", SCORES_HINT)
    ]


def exploded(one: Field) -> list[Field]:
    """The columns of an array that holds more than the class scores.

    Raises:
      ReadingError: "columns".
    """
    if one.shape[1] > MAX_COLUMNS:
        raise ReadingError("columns", f"{one.shape[1]:,}", high=f"{MAX_COLUMNS:,}")

    def column(at: int) -> Field:
        name = one.names[at] if len(one.names) == one.shape[1] else ""
        values = one.numbers
        return Field(
            name,
            (one.shape[0],),
            NUMBER,
            lambda: np.asarray(values)[:, at],
            file=one.file,
            position=one.position,
            file_name=one.file_name,
            base=(one, at),
        )

    return [column(at) for at in range(one.shape[1])]
