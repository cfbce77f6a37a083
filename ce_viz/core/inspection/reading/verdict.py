"""What single columns are judged to be, and what their sums say about them together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.evidence import (
    NOISE,
    PERCENTAGES,
    PROBABILITIES,
    is_confidence,
    sampled,
    sums_without,
    what_rows_are,
)
from ce_viz.core.inspection.reading.fields import Field
from ce_viz.core.inspection.reading.names import ID, PREDICTION, SPLIT, WEIGHT, hint
from ce_viz.core.inspection.reading.plan import SURE, TOSS_UP, AskError, Board, Option
from ce_viz.core.inspection.reading.runs import runs, values

_SURE_ROWS = 3  # of fewer any numbers may sum to 1
_MANY_ROWS = 8  # of fewer any numbers may be such a measure
_SHOWN = 4
_EDGE = 3  # columns at either end of a table among which measures of the row are looked for
_ROLES = {WEIGHT: roles.WEIGHT, ID: roles.ID, PREDICTION: roles.PREDICTION, SPLIT: roles.SPLIT}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a column is: a class where ``role`` is "scores", undecided where ``sure`` is "toss_up"."""

    role: str
    reason: str
    sure: str = SURE


Verdicts = dict[str, Verdict | None]  # by key; None where a column is no class but may be the truth


def aside(one: Field, reason: str) -> Verdict:
    """A column that is no class, but what its name says."""
    return Verdict(_ROLES.get(hint(one.name).role, roles.OTHER), reason)


def classes_among(board: Board, table: Sequence[Field], verdicts: Verdicts) -> list[Field]:
    """Columns that are classes for sure."""
    return [
        one
        for one in table
        if board.role(one) == roles.SCORES
        or ((held := verdicts.get(one.key)) and held.role == roles.SCORES and held.sure != TOSS_UP)
    ]


def tossed_among(table: Sequence[Field], verdicts: Verdicts) -> list[Field]:
    """Columns that may or may not be classes."""
    return [one for one in table if (held := verdicts.get(one.key)) and held.sure == TOSS_UP]


def judge_together(board: Board, table: Sequence[Field], verdicts: Verdicts) -> None:
    """Columns that sum to 1 or 100 in every row belong together; what is left over, or made of the others, does not."""
    tossed, classes = tossed_among(table, verdicts), classes_among(board, table, verdicts)
    lacking = _lacking(classes, [one for one in table if one.key in verdicts and one not in classes])
    if lacking is not None:
        classes = [one for one in table if one in classes or one is lacking]
        tossed = [one for one in tossed if one is not lacking]
    shares = [one for one in table if one in classes or (one.key in verdicts and _are_shares(one))]
    named = [one for one in classes if verdicts.get(one.key) == Verdict(roles.SCORES, "label_word")]
    pools = (classes, [one for one in table if one in classes or one in tossed], shares)
    group = (
        next(filter(_are_probabilities, pools), None)
        or next(filter(None, map(_without_one, pools)), None)
        or (named if _are_probabilities(named) else None)
        or _only_run([one for one in table if one in classes or one.key in verdicts])
    )
    if group is None:
        _measures_aside(tossed, classes, verdicts)
        return
    for one in table:
        if one in group:
            verdicts[one.key] = Verdict(roles.SCORES, "sums")
        elif one in classes or (
            one in tossed and verdicts[one.key] != Verdict(roles.SCORES, "reference", TOSS_UP)
        ):
            verdicts[one.key] = aside(one, "sums_without")


def _are_shares(one: Field) -> bool:
    return one.facts.filled and one.facts.low >= -NOISE and not one.facts.whole


def _only_run(table: Sequence[Field]) -> list[Field] | None:
    """The neighbours that sum to 1 or 100, None where there are none.

    Raises:
      AskError: "scores", where there are several such groups.
    """
    found = runs(table)
    if len(found) < 2:
        return found[0] if found else None
    options = []
    for group in found:
        others = {one.key: roles.OTHER for one in table if one not in group}
        name = ", ".join(one.shown for one in group[:_SHOWN]) + (", …" if len(group) > _SHOWN else "")
        options.append(Option("array", name, {one.key: roles.SCORES for one in group} | others))
    raise AskError("scores", options)


def _without_one(pool: list[Field]) -> list[Field] | None:
    """The columns but for one, where the others then sum to 1 or 100."""
    if len(pool) < 3 or pool[0].rows < _SURE_ROWS or not all(one.facts.filled for one in pool):
        return None
    over = sums_without(values(pool))
    return None if over is None else [one for one in pool if one is not pool[over]]


def _lacking(classes: Sequence[Field], others: Sequence[Field]) -> Field | None:
    """The column that is just what the classes lack of 1, or of 100."""
    if not classes or classes[0].rows < _SURE_ROWS or any(one.facts.low < -NOISE for one in classes):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        total = values(classes).sum(axis=1)
    if not np.isfinite(total).all():
        return None
    for one in others:
        column = sampled(one.rough() if one.rough else one.numbers)
        if one.facts.filled and one.facts.low >= 0 and not one.facts.whole:
            for unit in (1.0, 100.0):
                if np.abs(unit - total - column).max() < 0.05 * column.max() <= 0.05 * unit:
                    return one
    return None


def _are_probabilities(group: Sequence[Field]) -> bool:
    if len(group) < 2 or any(not one.facts.filled or one.facts.low < -NOISE for one in group):
        return False
    return group[0].rows >= _SURE_ROWS and what_rows_are(values(group)) in (PROBABILITIES, PERCENTAGES)


def _measures_aside(tossed: Sequence[Field], classes: Sequence[Field], verdicts: Verdicts) -> None:
    """The largest probability, the entropy and the like are no classes."""
    likely = [one for one in tossed if (held := verdicts[one.key]) and held.role == roles.SCORES]
    edge = [*classes[:_EDGE], *classes[-_EDGE:]] if classes and classes[0].rows >= _MANY_ROWS else []
    edge = [
        one for one in edge if (held := verdicts.get(one.key)) and held.reason in ("neighbours", "fractions")
    ]
    for one in dict.fromkeys((*tossed, *edge)):
        for group in (classes, [*classes, *likely]):
            others = [other for other in group if other is not one]
            if len(others) >= 2 and is_confidence(sampled(one.numbers), values(others)):
                verdicts[one.key] = Verdict(roles.OTHER, "row_measure")
