"""Which column or array is the truth: never a prediction, an id or a confidence; asked for where several may be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.errors import ReadingError
from ce_viz.core.inspection.reading.evidence import equals_largest, is_confidence
from ce_viz.core.inspection.reading.fields import Field, Numbers
from ce_viz.core.inspection.reading.labels import WordIndex
from ce_viz.core.inspection.reading.names import (
    ID,
    OTHER,
    PREDICTION,
    SPLIT,
    TRUTH,
    WEIGHT,
    YES_NO,
    hint,
    is_split,
    split_of,
    whole_number,
)
from ce_viz.core.inspection.reading.plan import LIKELY, SURE, AskError, Board, Option
from ce_viz.core.inspection.reading.table import NO_LABEL, Labels

_ASIDE = {PREDICTION: roles.PREDICTION, ID: roles.ID, WEIGHT: roles.WEIGHT, SPLIT: roles.SPLIT}

_MANY_ROWS = 8  # in so many, labels of which nothing tells that they are labels are not all the same

Resolve = Callable[[Field], Labels]


@dataclass(frozen=True, slots=True)
class Classes:
    """The class scores, as far as the search for the truth needs them."""

    field: Field  # the matrix, or one of the columns
    scores: Numbers  # (N, K)
    names: tuple[str, ...]


def find_truth(board: Board, classes: Classes, resolve: Resolve) -> Field | None:
    """Give a role to every vector that is left; return the labels, or None.

    Raises:
      AskError: "label".
    """
    chosen = board.having(roles.LABEL)
    if chosen:
        for one in _vectors(board):
            _aside(board, one, classes)
        order = {key: place for place, key in enumerate(board.chosen)}
        return max(chosen, key=lambda one: order.get(one.key, -1))  # the last choice counts
    ranked: dict[int, list[Field]] = {2: [], 1: []}
    for one in _vectors(board):
        rank = _rank(board, one, classes)
        if rank:
            ranked[rank].append(one)
    ranked = {rank: _of_same_part(found, classes.field) for rank, found in ranked.items()}
    found = _best(board, ranked[2], ranked[1], classes, resolve)
    for one in _vectors(board):
        if one is not found:
            _aside(board, one, classes)
    return found


def _vectors(board: Board) -> list[Field]:
    found = [one for one in board.having("") if one.is_vector and one.kind != "other"]
    # What cannot be read is told of where it is wanted, and left alone else.
    return [one for one in found if hint(one.name).role == TRUTH or one.readable]


def _of_same_part(found: list[Field], scores: Field) -> list[Field]:
    """Of labels of several parts of the data, or of several files, those that belong to the scores."""
    part = split_of(scores.name) or split_of(scores.file_name)
    if part:
        found = [
            one for one in found if (split_of(one.name) or split_of(one.file_name)) in ("", part)
        ] or found
    fitting = [one for one in found if one.rows == scores.rows] or found
    return [one for one in fitting if one.file == scores.file] or fitting


def _rank(board: Board, one: Field, classes: Classes) -> int:
    """2: the truth by its name; 1: perhaps, by what stands in it; 0: not the truth."""
    lone = _lone(board, one)
    own = hint(one.called if lone else one.name)
    if lone and own.role in _ASIDE:
        return 0  # "preds.npy"
    if one.is_words:
        filled = any(one.words.vocabulary)
        fits = not classes.names or bool(one.heading) or _words_fit(one, classes.names)
    else:
        filled = one.facts.filled
        fits = _numbers_fit(one, classes, lone)
    if own.role == TRUTH and filled:
        return 2
    if own.role == OTHER and filled and _is_no_measure(one, own.words):
        return int(fits)
    return int(filled and fits and (own.role == "" or lone))


def _is_no_measure(one: Field, words: frozenset[str]) -> bool:
    """Whether a column that is called like a measure of the row holds classes: ``correct`` may be the right one."""
    if one.is_words:
        return len([word for word in one.words.vocabulary if word]) > 1
    return bool(words & YES_NO) and one.facts.high > 1


def _numbers_fit(one: Field, classes: Classes, lone: bool) -> bool:
    """Whether whole numbers may be labels: none that count the rows, and within the classes."""
    facts = one.facts
    counts = (facts.counts_up and facts.rows > 3) or (
        facts.unique and facts.rows > classes.scores.shape[1] + 3
    )
    values = {whole_number(name) for name in classes.names}
    inside = facts.low >= -1 and facts.high <= classes.scores.shape[1]
    named = None not in values and facts.low in values and facts.high in values
    same = facts.constant and facts.rows >= _MANY_ROWS
    return facts.whole and not counts and (inside or named or lone) and (lone or not same)


def _lone(board: Board, one: Field) -> bool:
    """Whether a file holds this alone: then it was brought for the labels, whatever it is called."""
    return not one.name.strip() and sum(other.file == one.file for other in board.fields) == 1


def _words_fit(one: Field, names: Sequence[str]) -> bool:
    index = WordIndex(names)
    if len(one.words.vocabulary) > 3 * len(names) + one.rows // 5:
        return False
    known = np.array([index.find(word) is not None or not word for word in one.words.vocabulary])
    return bool(one.rows and known[one.words.codes].mean() >= 0.9)


def _best(
    board: Board, named: list[Field], others: list[Field], classes: Classes, resolve: Resolve
) -> Field | None:
    group = named or others
    if not group:
        return None
    if len(group) == 1 and not (named and others):
        _take(board, group[0], bool(named), classes)
        return group[0]
    labels, failed = {}, []
    for one in [*named, *others]:
        try:
            labels[one.key] = resolve(one)
        except ReadingError as error:
            failed.append(error)
    fitting = [one for one in group if one.key in labels and _share_inside(labels[one.key], classes) >= 0.5]
    if not fitting:
        _take(board, group[0], bool(named), classes)
        return group[0]
    fitting = _without_echoes(board, fitting, labels)
    if len(fitting) == 1 and named and _is_prediction(labels[fitting[0].key], classes):
        # The labels repeat the scores; something else that does not may be the truth.
        rivals = [one for one in others if one.key in labels and _share_inside(labels[one.key], classes) == 1]
        fitting += [one for one in rivals if not _is_prediction(labels[one.key], classes)]
    elif not named and len(fitting) > 1:
        predicted = [one for one in fitting if _is_prediction(labels[one.key], classes)]
        if len(predicted) < len(fitting):
            for one in predicted:
                board.put(one, roles.PREDICTION, "largest", LIKELY)
            fitting = [one for one in fitting if one not in predicted]
    if len(fitting) > 1:
        alike = len({one.shown for one in fitting}) < len(fitting)
        names = [f"{one.file_name} {one.shown}" if alike else one.shown for one in fitting]
        options = [
            Option("label", name, {one.key: roles.LABEL}) for name, one in zip(names, fitting, strict=True)
        ]
        raise AskError("label", options)
    _take(board, fitting[0], bool(named), classes)
    return fitting[0]


def _take(board: Board, one: Field, named: bool, classes: Classes) -> None:
    if named:
        board.put(one, roles.LABEL, "name", SURE)
    elif one.is_words:
        board.put(one, roles.LABEL, "words", LIKELY)
    else:
        board.put(one, roles.LABEL, "in_range", LIKELY, last=classes.scores.shape[1] - 1)


def _share_inside(labels: Labels, classes: Classes) -> float:
    given = labels != NO_LABEL
    inside = (labels >= 0) & (labels < classes.scores.shape[1])
    return float(inside[given].mean()) if given.any() else 0.0


def _is_prediction(labels: Labels, classes: Classes) -> bool:
    return len(labels) > 2 and equals_largest(labels, classes.scores)


def _without_echoes(board: Board, fitting: list[Field], labels: dict[str, Labels]) -> list[Field]:
    """Of columns that say the same (a class's name and its number) only the first."""
    kept: list[Field] = []
    for one in fitting:
        if any(np.array_equal(labels[one.key], labels[other.key]) for other in kept):
            board.put(one, roles.OTHER, "same_as", SURE, column=kept[0].shown)
        else:
            kept.append(one)
    return kept


def _aside(board: Board, one: Field, classes: Classes) -> None:
    """Say what a vector is that is neither a class nor the truth."""
    own = hint(one.called if _lone(board, one) else one.name)
    if not one.readable:
        board.put(one, roles.OTHER, "type", LIKELY)
    elif one.is_words and not any(one.words.vocabulary):
        board.put(one, roles.OTHER, "empty")
    elif own.role in _ASIDE:
        board.put(one, _ASIDE[own.role], "name")
    elif one.rows != len(classes.scores):
        board.put(one, roles.OTHER, "lengths", LIKELY, rows=one.rows, expected=len(classes.scores))
    elif one.is_words:
        parts = [word for word in one.words.vocabulary if word]
        split = len(parts) >= 2 and all(is_split(word) for word in parts)
        board.put(one, roles.SPLIT if split else roles.OTHER, "parts" if split else "text", LIKELY)
    elif one.facts.whole and equals_largest(one.numbers, classes.scores):
        board.put(one, roles.PREDICTION, "largest")
    elif one.facts.whole and (one.facts.counts_up or one.facts.unique):
        board.put(one, roles.ID, "counts_up" if one.facts.counts_up else "unique", LIKELY)
    elif is_confidence(one.numbers, classes.scores):
        board.put(one, roles.OTHER, "row_measure")
    else:
        board.put(one, roles.OTHER, "name" if own.role else "unused", LIKELY)
