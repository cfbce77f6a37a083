"""One number for each row, or one column for all classes of all rows: asked, since each can be meant in two ways."""

from collections.abc import Sequence

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.errors import ReadingError
from ce_viz.core.inspection.reading.evidence import LOGITS, PROBABILITIES, what_rows_are
from ce_viz.core.inspection.reading.fields import Field, Words
from ce_viz.core.inspection.reading.joining import Join, join
from ce_viz.core.inspection.reading.labels import distinct, match
from ce_viz.core.inspection.reading.names import TRUTH, hint
from ce_viz.core.inspection.reading.plan import LIKELY, AskError, Board, Option
from ce_viz.core.inspection.reading.table import Labels, Logits

Single = tuple[Logits, Labels, tuple[str, ...], str]


def single_column(board: Board) -> Single | None:
    """Scores and labels of one column of numbers; None where there is no such column, or nothing to compare it with.

    Raises:
      AskError: "binary", "flat", "label", "join".
      ReadingError: "no_labels", or what is wrong with the labels.
    """
    column = _column(board)
    if column is None:
        return None
    labels = _label(board, column)
    if labels is None:
        return None
    board.put(column, roles.SCORES, "one_column", LIKELY)
    board.put(labels, roles.LABEL, "name" if hint(labels.name).role == TRUTH else "in_range", LIKELY)
    joined = join(board, column, labels)
    if labels.rows == column.rows or joined is not None:
        return _binary(board, column, labels, joined)
    if labels.rows and column.rows % labels.rows == 0:
        return _flat(board, column, labels)
    raise ReadingError("lengths", labels.rows, expected=column.rows)


def _column(board: Board) -> Field | None:
    chosen = [
        one for one in board.fields if board.role(one) == roles.SCORES and one.is_vector and one.is_numbers
    ]
    if chosen:
        return chosen[0]
    open_ = [one for one in board.having("") if one.is_vector and one.is_numbers and not one.facts.whole]
    scores = [one for one in open_ if hint(one.name).role == "scores"]
    return next(iter(scores or open_), None)


def _label(board: Board, column: Field) -> Field | None:
    chosen = board.having(roles.LABEL)
    if chosen:
        return chosen[0]
    open_ = [
        one
        for one in board.having("")
        if one is not column and one.is_vector and (one.is_words or (one.is_numbers and one.facts.whole))
    ]
    named = [one for one in open_ if hint(one.name).role == TRUTH]
    found = named or [one for one in open_ if hint(one.name).role == ""]
    found = [one for one in found if len(distinct(one)) <= 2 or one.rows < column.rows] or found
    if len(found) > 1:
        raise AskError("label", [Option("label", one.shown, {one.key: roles.LABEL}) for one in found])
    return found[0] if found else None


def _binary(board: Board, column: Field, labels: Field, joined: Join | None) -> Single:
    classes = distinct(labels)
    if len(classes) > 2:
        raise ReadingError("one_number", column.shown, names=", ".join(classes))
    numbers = all(name in ("0", "1") for name in classes)
    names = (
        ("0", "1") if numbers else tuple(classes) if len(classes) == 2 else (f"≠ {classes[0]}", classes[0])
    )
    values = np.asarray(column.numbers, np.float64)
    share = column.facts.low >= 0 and column.facts.high <= 100
    kinds = ["probability", "logit"] if column.facts.unit else ["percentage", "logit"] if share else ["logit"]
    answers = {f"{kind} {at}": (kind, at) for kind in kinds for at in (1, 0)}
    answer = board.answers.get("binary")
    if answer not in answers:
        options = [Option(kind, names[at], {"?binary": code}) for code, (kind, at) in answers.items()]
        raise AskError("binary", options, always=True, column=column.shown)
    kind, at = answers[answer]
    values = values / 100 if kind == "percentage" else values
    zeros = np.zeros_like(values) if kind == "logit" else 1 - values
    scores = np.stack([zeros, values] if at else [values, zeros], axis=1)
    found = match(labels.words if labels.is_words else labels.numbers, names)
    given = found.by_value if found.by_value is not None else found.by_position
    assert given is not None
    if joined is not None:
        given = joined.ordered(given)
    return scores, given, () if numbers else names, LOGITS if kind == "logit" else PROBABILITIES


def _flat(board: Board, column: Field, labels: Field) -> Single:
    values = np.asarray(column.numbers, np.float64)
    rows = labels.rows
    num_classes = len(values) // rows
    ways = {"rows": values.reshape(rows, num_classes), "classes": values.reshape(num_classes, rows).T.copy()}
    answer = board.answers.get("flat")
    if answer not in ways:
        likely: Sequence[str] = sorted(ways, key=lambda way: what_rows_are(ways[way]) == LOGITS)
        options = [Option(f"flat_{way}", str(num_classes), {"?flat": way}) for way in likely]
        raise AskError("flat", options, always=True, rows=rows, classes=num_classes)
    found = match(_cells(labels), ())
    assert found.by_position is not None
    return ways[answer], found.by_position, (), what_rows_are(ways[answer])


def _cells(labels: Field) -> "np.ndarray | Words":
    return labels.words if labels.is_words else labels.numbers
