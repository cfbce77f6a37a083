"""Questions that the columns of a table leave open: which of them are the class scores, and whether one is no class."""

from collections.abc import Sequence

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.alone import FEW_ROWS
from ce_viz.core.inspection.reading.errors import ReadingError
from ce_viz.core.inspection.reading.evidence import LOGITS, is_confidence, is_sigmoid, what_rows_are
from ce_viz.core.inspection.reading.fields import Field
from ce_viz.core.inspection.reading.labels import WordIndex, distinct
from ce_viz.core.inspection.reading.names import SCORES as SCORES_HINT
from ce_viz.core.inspection.reading.names import TRUTH, class_numbers, hint
from ce_viz.core.inspection.reading.plan import AskError, Board, Option
from ce_viz.core.inspection.reading.runs import values
from ce_viz.core.inspection.reading.verdict import Verdicts, aside, classes_among

_MAX_CLASSES_COUNTED = 3_000
ROWS_FOR_EACH = 20
"""For each class, of which one would occur by then."""
_MOST_TO_CHOOSE_FROM = 12  # columns of which one may be no class


def without_rivals(board: Board, members: list[Field], vocabulary: Sequence[str]) -> list[Field]:
    """Of a logit and a probability for each row, which are no two classes, the logit; or it is asked.

    Raises:
      AskError: "scores".
    """
    index = WordIndex(vocabulary)
    named = [one for one in members if hint(one.name).role == SCORES_HINT and index.find(one.name) is None]
    if len(members) != 2 or named != members:
        return members
    first, second = sorted(members, key=lambda one: "logit" not in hint(one.name).words)
    if is_sigmoid(first.numbers, second.numbers):
        board.put(second, roles.OTHER, "same_scores")
        return [first]
    pairs = ((first, second), (second, first))
    raise AskError(
        "scores",
        [Option("array", one.shown, {one.key: roles.SCORES, other.key: roles.OTHER}) for one, other in pairs],
    )


def ask_for_lone(board: Board, table: Sequence[Field], vocabulary: Sequence[str]) -> None:
    """A single score beside other numbers, with labels of two classes: it may be all that the model gives.

    Raises:
      AskError: "scores".
    """
    index = WordIndex(vocabulary)
    lone = [one for one in table if _is_score(one.name) and not one.facts.whole]
    plain = [
        one
        for one in table
        if hint(one.name).role == "" and one not in lone and one.facts.filled and not one.facts.unique
    ]
    decided = any(board.role(one) or index.find(one.name) is not None for one in (*lone, *plain))
    if len(lone) != 1 or not plain or decided or not _are_two(board):
        return
    group = values(plain)
    if len(plain) >= 2 and (what_rows_are(group) != LOGITS or is_confidence(lone[0].numbers, group)):
        return
    apart = [(lone, plain), (plain, lone)]
    if table[0].rows < FEW_ROWS:
        apart.append(([one for one in table if one in lone or one in plain], []))
    options = []
    for inside, outside in apart:
        choices = {one.key: roles.SCORES for one in inside} | {one.key: roles.OTHER for one in outside}
        options.append(Option("array", ", ".join(one.shown for one in inside), choices))
    raise AskError("scores", options)


def _is_score(name: str) -> bool:
    return hint(name).role == SCORES_HINT or name.strip().casefold() in ("p", "z")


def _are_two(board: Board) -> bool:
    """Whether what is called the truth holds two classes."""
    for one in board.fields:
        if (
            one.is_vector
            and one.readable
            and hint(one.name).role == TRUTH
            and board.role(one) in ("", roles.LABEL)
        ):
            return len(distinct(one)) == 2 if one.is_words else one.facts.whole and one.facts.distinct == 2
    return False


def ask_for_extra(board: Board, table: Sequence[Field], verdicts: Verdicts) -> None:
    """One column more than the labels count classes, in so many rows, and nothing that tells it from the others.

    Raises:
      AskError: "extra".
    """
    classes = classes_among(board, table, verdicts)
    alike = all((held := verdicts.get(one.key)) and held.reason == "neighbours" for one in classes)
    named = any(one.name.strip() for one in classes)
    if not (alike and named and 3 <= len(classes) <= _MOST_TO_CHOOSE_FROM):
        return
    counted = classes_counted(board, table, verdicts, class_numbers([one.name for one in classes]))
    if counted != len(classes) - 1 or classes[0].rows < ROWS_FOR_EACH * len(classes):
        return
    all_of_them = Option("classes", classes[-1].shown, {one.key: roles.SCORES for one in classes})
    others = [
        Option("aside", one.shown, {**all_of_them.choices, one.key: aside(one, "name").role})
        for one in classes
    ]
    raise AskError("extra", [all_of_them, *others], columns=len(classes), counted=counted)


def classes_counted(
    board: Board, table: Sequence[Field], verdicts: Verdicts, names: list[int] | None
) -> int | None:
    """How many classes labels that are numbers count at least, None where that cannot be told.

    Args:
      board: All fields.
      table: The columns of numbers.
      verdicts: What they are judged to be.
      names: The numbers by which classes are called, if they are: labels among them count no further.
    """
    inside = {one.key for one in table}
    for one in board.fields:
        mine = board.role(one) == roles.LABEL or (
            one.key in inside and one.key in verdicts and verdicts[one.key] is None
        )
        other = one.key not in inside and hint(one.name).role == TRUTH and board.role(one) == ""
        if not (mine or other) or not one.is_vector:
            continue
        try:
            if one.is_numbers and one.facts.whole and one.facts.high < _MAX_CLASSES_COUNTED:
                return len(names) if names and one.facts.high in names else int(one.facts.high) + 1
        except ReadingError:
            continue
    return None
