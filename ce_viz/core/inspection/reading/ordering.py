"""The labels in the order of the scores: read by value or by position, joined by ids or as they stand."""

import numpy as np

from ce_viz.core.inspection.reading.evidence import largest
from ce_viz.core.inspection.reading.fields import Field, Numbers, Words, words_of
from ce_viz.core.inspection.reading.joining import Join, join
from ce_viz.core.inspection.reading.labels import Matched, match
from ce_viz.core.inspection.reading.names import class_numbers
from ce_viz.core.inspection.reading.plan import AskError, Board, Option
from ce_viz.core.inspection.reading.table import NO_LABEL, Labels
from ce_viz.core.inspection.reading.truth import Classes

_SURELY = 3.0  # times the deviation of the difference between right and wrong under guessing


def ordered_labels(board: Board, one: Field, classes: Classes, *, ask: bool) -> Labels:
    """The labels in the order of the scores.

    Raises:
      AskError: "match", "join".
      ReadingError: about the labels.
    """
    joined = join(board, classes.field, one) if ask or one.file != classes.field.file else None
    values = _without_heading(one, classes, joined is not None)
    matched = match(values, classes.names)
    two = _two_classes(board, matched, joined, classes, ask=ask)
    if two is not None:
        return two
    ways = {"value": matched.by_value, "position": matched.by_position}
    held = {way: _ordered(labels, joined) for way, labels in ways.items() if labels is not None}
    if len(held) == 1:
        return next(iter(held.values()))
    answer = board.answers.get("match")
    if answer in held:
        return held[answer]
    inside = {way: _inside(labels, classes) for way, labels in held.items()}
    right = {way: _right(labels, classes) for way, labels in held.items()}
    better = "value" if inside["value"] >= inside["position"] else "position"
    other = "position" if better == "value" else "value"
    if ask and right[other] > right[better] and inside[other] > 0:
        raise AskError("match", [Option(f"by_{way}", one.shown, {"?match": way}) for way in (better, other)])
    return held[better]


def _two_classes(
    board: Board, matched: Matched, joined: Join | None, classes: Classes, *, ask: bool
) -> Labels | None:
    """Labels of two classes that are -1 and 1, or 0 and 1 in an order that the names do not tell; else None.

    Raises:
      AskError: "positive", where the labels are wrong far more often than right, as they stand.
    """
    given = matched.by_position
    if given is None or classes.scores.shape[1] != 2 or not len(given):
        return None
    labels = _ordered(given, joined)
    held = set(np.unique(given[given != NO_LABEL])[:3].tolist())
    if matched.by_value is None and held == {-1, 1}:
        return np.where(labels == -1, 0, labels)
    if (
        matched.by_value is not None
        or held != {0, 1}
        or not all(_is_word(name) for name in classes.names or ("",))
    ):
        return None
    answer = board.answers.get("positive")
    turned = np.where(labels >= 0, 1 - labels, labels)
    if answer in ("0", "1"):
        return labels if answer == "1" else turned
    rows = int((labels >= 0).sum())
    if ask and _right(turned, classes) - _right(labels, classes) > _SURELY / np.sqrt(max(rows, 1)):
        raise AskError(
            "positive", [Option("one_is", classes.names[at], {"?positive": str(at)}) for at in (0, 1)]
        )
    return None


def _is_word(name: str) -> bool:
    return any(mark.isalpha() for mark in name) and class_numbers([name]) is None


def unmatched_rows(board: Board, one: Field, classes: Classes) -> int:
    """How many rows of the scores have no label in the other file."""
    joined = join(board, classes.field, one)
    return 0 if joined is None else int((joined.rows < 0).sum())


def _ordered(labels: Labels, joined: Join | None) -> Labels:
    return labels if joined is None else joined.ordered(labels)


def _without_heading(one: Field, classes: Classes, joined: bool) -> Numbers | Words:
    """The cells of a lone column without its first line, where that is one too many and so a name."""
    if not one.is_words:
        return one.numbers
    words = one.words
    if one.heading and not joined and len(words) == len(classes.scores) + 1:
        return words_of(words.texts()[1:])
    return words


def _inside(labels: Labels, classes: Classes) -> float:
    given = labels != NO_LABEL
    return float(((labels >= 0) & (labels < classes.scores.shape[1]))[given].mean()) if given.any() else 0.0


def _right(labels: Labels, classes: Classes) -> float:
    if len(labels) != len(classes.scores):
        return 0.0
    return float((labels == largest(classes.scores)).mean())
