"""What one column of numbers is, by its name, its values and what stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.family import expected
from ce_viz.core.inspection.reading.fields import Facts, Field
from ce_viz.core.inspection.reading.names import ID, TRUTH, YES_NO, Family, families, hint
from ce_viz.core.inspection.reading.names import SCORES as SCORES_HINT
from ce_viz.core.inspection.reading.plan import LIKELY, SURE, TOSS_UP
from ce_viz.core.inspection.reading.verdict import Verdict, aside

_FAR = 1e4  # how many times larger a column must be than its neighbours to be something else
FEW_ROWS = 8
"""Up to so many rows fractions may be whole by chance."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a column."""

    fractions: int  # columns that are not whole
    typical: float  # their usual size
    families: frozenset[str]  # keys of fractions whose names begin or end like others
    others_match: bool  # whether other columns are called by labels
    plain: int  # fractions whose names say nothing
    signed: bool  # whether all of those but one are negative somewhere
    varied: int  # fractions that are not always the same


def beside_of(table: Sequence[Field], names: Sequence[str], others_match: bool) -> Beside:
    """What stands beside the columns of a table; whether others are called by labels is known before."""
    fractions = [one for one in table if not one.facts.whole and one.facts.filled]
    held = {at for family in families(names, range(len(table))) for at in _several(family, table)}
    typical = float(np.median([one.facts.size for one in fractions or table])) if table else 0.0
    plain = [one for one in fractions if not hint(one.name).role]
    negative = sum(one.facts.low < 0 for one in fractions)
    signed = negative >= max(2, 0.6 * (len(fractions) - 1))
    return Beside(
        len(fractions),
        typical,
        frozenset(table[at].key for at in held),
        others_match,
        len(plain),
        signed,
        sum(not one.facts.constant for one in fractions),
    )


def _several(family: Family, table: Sequence[Field]) -> list[int]:
    """The fractions of a family, where it has at least two."""
    found = [at for at in family.members if not table[at].facts.whole]
    return found if len(found) >= 2 else []


def judge_alone(one: Field, beside: Beside, truths: set[str], perhaps: set[str]) -> Verdict | None:
    """What a column of numbers is; None where it is no class but may be the truth."""
    facts, own = one.facts, hint(one.name)
    if not facts.filled:
        return Verdict(roles.OTHER, "empty") if own.role else Verdict(roles.SCORES, "neighbours", LIKELY)
    if own.words & YES_NO and facts.whole and facts.high > 1 and beside.fractions >= 2:
        return None  # "correct": not whether it is right, but what is right
    if own.role == TRUTH and one.key not in beside.families:
        # Fractions are no labels, unless there is nothing else: then they are refused by their place.
        if facts.whole or not perhaps:
            return None
        measure = len(own.words) > 1 and bool(truths)  # "p_true"
        return Verdict(roles.OTHER, "name", TOSS_UP) if measure else Verdict(roles.SCORES, "fractions")
    lone = own.role == SCORES_HINT and beside.plain >= 2
    if (own.role not in ("", SCORES_HINT) or lone) and one.key not in beside.families:
        return _judge_hinted(one, beside)
    return _judge_values(facts, beside, truths)


def _judge_values(facts: Facts, beside: Beside, truths: set[str]) -> Verdict | None:
    """A column whose name says nothing, or that it is a class."""
    if facts.size > _FAR * max(beside.typical, 1.0) and beside.fractions >= 2:
        return Verdict(roles.OTHER, "scale", LIKELY)
    if facts.whole and beside.fractions >= 2:
        return _judge_whole(facts, truths, beside)
    if facts.constant and facts.low != 0 and beside.varied >= 2 and facts.rows >= FEW_ROWS:
        return Verdict(roles.OTHER, "constant", LIKELY)
    if facts.counts_up and facts.rows >= FEW_ROWS:
        return Verdict(roles.ID, "counts_up", LIKELY)
    if beside.signed and facts.low >= 0 and facts.rows >= FEW_ROWS and not facts.whole:
        return Verdict(roles.SCORES, "unlike", TOSS_UP)
    return Verdict(roles.SCORES, "neighbours", LIKELY if beside.others_match else SURE)


def _judge_hinted(one: Field, beside: Beside) -> Verdict:
    """A column that is called something else than a class: so it is, where its values are what such a one holds."""
    facts, own = one.facts, hint(one.name)
    fits, one_word = expected(own.role, own.words, facts), len(own.words) == 1
    if not fits and own.role == ID and one_word:
        return Verdict(roles.SCORES, "fractions")
    if beside.others_match and (own.clear or not one_word or (fits and facts.rows >= FEW_ROWS)):
        return aside(one, "not_a_label")
    if fits:
        return replace(aside(one, "name"), sure=SURE if own.clear or facts.whole else TOSS_UP)
    return Verdict(roles.SCORES, "fractions", TOSS_UP if own.clear else SURE)


def _judge_whole(facts: Facts, truths: set[str], beside: Beside) -> Verdict | None:
    """Whole numbers beside fractions, of which the name says nothing."""
    if (facts.counts_up and facts.rows > 2) or (facts.unique and facts.rows >= FEW_ROWS):
        return Verdict(roles.ID, "counts_up" if facts.counts_up else "unique")
    if facts.constant and facts.low == 0:
        if beside.others_match and facts.rows >= FEW_ROWS:
            return Verdict(roles.OTHER, "not_a_label", LIKELY)
        return Verdict(roles.SCORES, "reference", LIKELY if facts.rows < FEW_ROWS else TOSS_UP)
    if facts.constant and facts.rows > 2:
        return Verdict(roles.OTHER, "whole", LIKELY)
    if facts.rows < FEW_ROWS and truths:
        return Verdict(roles.SCORES, "neighbours", LIKELY)
    return None if facts.low >= -1 else Verdict(roles.OTHER, "whole", LIKELY)
