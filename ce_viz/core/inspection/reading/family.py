"""Columns whose names belong together, as ``logit_cat, logit_dog``: which of them are the class scores."""

from collections.abc import Sequence

import numpy as np

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.evidence import same_predictions, sampled
from ce_viz.core.inspection.reading.fields import Facts, Field
from ce_viz.core.inspection.reading.labels import WordIndex
from ce_viz.core.inspection.reading.names import (
    ID,
    OTHER,
    PREDICTION,
    SPLIT,
    TRUTH,
    WEIGHT,
    YES_NO,
    Family,
    affixed,
    families,
    hint,
    whole_number,
)
from ce_viz.core.inspection.reading.names import SCORES as SCORES_HINT
from ce_viz.core.inspection.reading.plan import SURE, AskError, Board, Option
from ce_viz.core.inspection.reading.table import Logits, as_logits

_COUNTS = frozenset(("epoch", "step", "iteration", "iter", "seed", "rank"))
_CONTENT = frozenset((
    "text", "sentence", "title", "image", "img", "file", "filename", "path", "filepath", "url", "prompt", "question",
    "content", "document", "description", "comment", "token", "config", "文本",
))  # fmt: skip
_CONFIDENCE = frozenset(("confidence", "conf", "certainty"))
_TARGETS = frozenset(
    ("target", "label", "soft", "true", "truth", "y", "gold", "gt", "onehot", "hot", "actual")
)
_MAX_VOCABULARY = 3_000
_MAX_AFFIXED = 400  # columns whose names are searched for labels letter by letter


def without_targets(board: Board, table: list[Field]) -> list[Field]:
    """The columns but for target rows: a family that is called the truth, beside classes of the same names."""
    names = [one.name.strip() for one in table]
    found = families(names, range(len(names)))
    for family in found:
        rests = {rest.casefold() for rest in family.rests}
        others = {name.casefold() for at, name in enumerate(names) if at not in family.members}
        hot = all(is_hot(table[at].facts) for at in family.members)
        twins = [{rest.casefold() for rest in one.rests} for one in found if one.shared != family.shared]
        if (hot or hint(family.shared).words & _TARGETS) and (rests <= others or rests in twins):
            for at in family.members:
                board.put(table[at], roles.TARGETS, "family", SURE, shared=family.shared)
            return [one for at, one in enumerate(table) if at not in family.members]
    return table


def is_hot(facts: Facts) -> bool:
    """Whether a column holds 0 and 1."""
    return facts.whole and facts.low >= 0 and facts.high == 1


def label_words(board: Board) -> list[str]:
    """Words that are labels, as far as that can be told before the classes are known."""
    best: list[str] = []
    rank = -1
    for one in board.fields:
        role, words = board.role(one), hint(one.name).role
        if not one.is_words or not one.is_vector or role not in ("", roles.LABEL) or not one.readable:
            continue
        asides = (PREDICTION, ID, WEIGHT, SPLIT, *(() if hint(one.name).words & YES_NO else (OTHER,)))
        if words in asides and role != roles.LABEL:
            continue
        vocabulary = [word for word in one.words.vocabulary if word]
        if not 0 < len(vocabulary) <= _MAX_VOCABULARY:
            continue
        own = 2 if role == roles.LABEL else 1 if words == TRUTH else 0
        if own > rank:
            best, rank = vocabulary, own
        elif own == rank == 0:
            best = [*best, *vocabulary]
    return best


def _matches(names: Sequence[str], vocabulary: Sequence[str]) -> int:
    """How many of the names are among the words."""
    index = WordIndex(vocabulary)
    return sum(index.find(name) is not None for name in names if name)


def choose_family(
    board: Board, table: Sequence[Field], names: Sequence[str], words: Sequence[str]
) -> Family | None:
    """The columns whose names belong together and are scores, None where the plain names are the classes."""
    found = [_without_strangers(family, table, words) for family in families(names, range(len(table)))]
    found = [family for family in found if len(family.members) >= 2]
    plain = _matches(names, words)
    if words and plain < 2:
        covered = {family: _matches(family.rests, words) for family in found}
        most = max(covered.values(), default=0)
        if most < 2 and len(table) <= _MAX_AFFIXED and (around := affixed(names, words)):
            return _only(board, table, around)
        # One label that occurs is enough where the shared part says that these are scores.
        if most >= 2 or (most == 1 and len(words) == 1):
            return _only(board, table, [family for family in found if covered[family] == most])
    if words and plain:
        return None
    marked = [family for family in found if _is_marked(family, table)]
    largest = [family for family in marked if not any(_inside(family, other) for other in marked)]
    return _only(board, table, largest) if largest else None


def _inside(family: Family, other: Family) -> bool:
    return set(family.members) < set(other.members)


def _is_marked(family: Family, table: Sequence[Field]) -> bool:
    """Whether what the names share says that these are scores; predictions are, where they are fractions."""
    role = family.role
    letters = family.shared.strip(" _.:-[(=/|").casefold()
    if role == SCORES_HINT or letters in ("o", "z", "p"):
        return True
    fractions = sum(not table[at].facts.whole for at in family.members)
    surely = role == OTHER and bool(hint(family.shared).words & _CONFIDENCE)
    return (role == PREDICTION or surely) and fractions >= 2


def _without_strangers(family: Family, table: Sequence[Field], words: Sequence[str]) -> Family:
    """The family without members that only look like one: predictions, ids, measures of the row."""
    index = WordIndex(words)
    numbered = sum(whole_number(rest) is not None for rest in family.rests)
    fractions = sum(not table[at].facts.whole for at in family.members)
    kept = []
    for at, rest in zip(family.members, family.rests, strict=True):
        facts, own = table[at].facts, hint(rest)
        known = bool(words) and index.find(rest) is not None
        stranger = numbered >= 2 and whole_number(rest) is None
        stranger |= facts.whole and fractions >= 2 and len(rest) > 0 and own.role in (TRUTH, PREDICTION, ID)
        stranger |= own.role == OTHER and expected(own.role, own.words, facts)
        if known or not stranger:
            kept.append((at, rest))
    return Family(family.shared, tuple(at for at, _ in kept), tuple(rest for _, rest in kept))


def _only(board: Board, table: Sequence[Field], rivals: Sequence[Family]) -> Family | None:
    """One of several families of scores: logits before probabilities that say the same; else it is asked."""
    forced = [one for one in rivals if all(board.role(table[at]) == roles.SCORES for at in one.members)]
    rivals = sorted(forced or rivals, key=_family_rank)
    truths = [one for one in rivals if one.role == TRUTH]
    rivals = [one for one in rivals if one not in truths] or rivals
    kept: list[Family] = []
    for family in rivals:
        values = _stacked(table, family)
        if any(same_predictions(_stacked(table, other), values) for other in kept):
            for at in family.members:
                board.put(table[at], roles.OTHER, "same_scores", shared=family.shared)
        elif not any(set(family.members) & set(other.members) for other in kept):
            kept.append(family)
    if len(kept) < 2:
        return kept[0] if kept else None
    options = []
    for family in kept:
        inside = {table[at].key: roles.SCORES for at in family.members}
        outside = {
            table[at].key: roles.OTHER for other in kept if other is not family for at in other.members
        }
        options.append(Option("family", family.shared, inside | outside))
    raise AskError("scores", options)


def _family_rank(family: Family) -> int:
    words = hint(family.shared).words
    return 0 if "logit" in words else 1 if words & {"score", "output", "formula"} else 2


def _stacked(table: Sequence[Field], family: Family) -> np.ndarray:
    return np.stack([sampled(table[at].numbers) for at in family.members], axis=1)


def expected(role: str, words: frozenset[str], facts: Facts) -> bool:
    """Whether the values are what a column of such a name would hold, beside class scores."""
    if role == WEIGHT:
        return facts.low >= 0
    if role == SCORES_HINT:
        return True
    if role != OTHER:
        return facts.whole and not (role == ID and facts.constant and facts.rows > 2)
    if words & YES_NO:
        return facts.whole and facts.low >= 0 and facts.high <= 1
    if words & _COUNTS or words & _CONTENT:
        return facts.whole
    return facts.low >= 0


def stack(members: Sequence[Field]) -> Logits:
    """The columns as one array ``(N, K)``, without a copy where they are one already."""
    columns = [one.numbers for one in members]
    base = columns[0].base
    if (
        isinstance(base, np.ndarray)
        and base.ndim == 2
        and base.shape[1] == len(members)
        and base.flags.c_contiguous
    ):
        starts = [column.__array_interface__["data"][0] for column in columns]
        if starts == [starts[0] + at * base.strides[1] for at in range(len(members))]:
            return as_logits(base[: len(columns[0])])
    if all(column.dtype in (np.float16, np.float32) for column in columns):
        return np.stack(columns, axis=1, dtype=np.float32)
    return np.stack(columns, axis=1, dtype=np.float64, casting="unsafe")
