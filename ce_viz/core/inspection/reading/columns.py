"""Which columns of a table are the class scores: by names that belong together, by the labels' words, by values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.alone import FEW_ROWS, Beside, beside_of, judge_alone
from ce_viz.core.inspection.reading.family import choose_family, label_words, without_targets
from ce_viz.core.inspection.reading.fields import Field
from ce_viz.core.inspection.reading.labels import WordIndex
from ce_viz.core.inspection.reading.names import (
    TRUTH,
    class_numbers,
    families,
    hint,
    whole_number,
)
from ce_viz.core.inspection.reading.open_columns import (
    ROWS_FOR_EACH,
    ask_for_extra,
    ask_for_lone,
    classes_counted,
    without_rivals,
)
from ce_viz.core.inspection.reading.plan import LIKELY, SURE, TOSS_UP, AskError, Board, Option
from ce_viz.core.inspection.reading.verdict import (
    Verdict,
    Verdicts,
    aside,
    classes_among,
    judge_together,
    tossed_among,
)


@dataclass(frozen=True, eq=False, slots=True)
class Chosen:
    """Class scores: columns of one file with the names of their classes."""

    members: tuple[Field, ...]
    names: tuple[str, ...]  # () where the columns have none


def columns_of(board: Board, file: int) -> list[Field]:
    """Columns of numbers of one file that may be class scores."""
    found = [
        one
        for one in board.fields
        if one.file == file and one.is_vector and one.is_numbers and board.role(one) in ("", roles.SCORES)
    ]
    # Arrays may have several lengths; most of them, or the longest, are columns of one table.
    lengths = Counter(one.rows for one in found)
    rows = max(lengths, key=lambda length: (lengths[length], length), default=0)
    return [one for one in found if one.rows == rows]


def choose_columns(board: Board, file: int) -> Chosen:
    """Decide for each column of numbers whether it is a class; what is none and no label either is named.

    Raises:
      AskError: "scores", "column", "extra".
      ReadingError: what is wrong with a column.
    """
    table = without_targets(board, columns_of(board, file))
    names = [one.name.strip() for one in table]
    vocabulary = label_words(board)
    forced = [one for one in table if board.role(one) == roles.SCORES]
    family = choose_family(board, table, names, vocabulary)
    if family is not None and len(family.members) >= 2:
        members = [table[at] for at in family.members]
        for one in members:
            board.put(one, roles.SCORES, "family", SURE, shared=family.shared)
        extra = [one for one in forced if one not in members]
        return Chosen((*members, *extra), (*family.rests, *(one.name for one in extra)))
    ask_for_lone(board, table, vocabulary)
    members = _judge_all(board, table, vocabulary)
    members = without_rivals(board, members, vocabulary)
    return Chosen(tuple(members), _class_names(members, vocabulary))


def _class_names(members: Sequence[Field], vocabulary: Sequence[str]) -> tuple[str, ...]:
    names, index = [one.name.strip() for one in members], WordIndex(vocabulary)
    if not any(names):
        return ()
    if any(index.find(name) is not None for name in names if name):
        return tuple(names)
    shared = [one for one in families(names, range(len(names))) if len(one.members) == len(names)]
    # "class_0", "class_1", …: what they share is no part of the names, if what is left are numbers.
    for family in shared:
        if all(whole_number(rest) is not None for rest in family.rests):
            return family.rests
    return tuple(names)


def _judge_all(board: Board, table: list[Field], vocabulary: Sequence[str]) -> list[Field]:
    """The columns that are classes, judged one by one, and then together."""
    open_ = [one for one in table if board.role(one) == ""]
    names = [one.name.strip() for one in table]
    index = WordIndex(vocabulary)
    known = {one.key for one, name in zip(table, names, strict=True) if name and index.find(name) is not None}
    beside = beside_of(table, names, len(known) >= 2)
    truths = _named_truths(board, table)
    perhaps = truths | _other_truths(board, table, beside, index)
    verdicts: Verdicts = {}
    for one in open_:
        if one.key in known:
            verdicts[one.key] = Verdict(roles.SCORES, "label_word")
        elif any(names) and not one.name.strip() and one.facts.whole:
            verdicts[one.key] = Verdict(roles.ID, "counts_up" if one.facts.counts_up else "unique", LIKELY)
        else:
            verdicts[one.key] = judge_alone(one, beside, truths - {one.key}, perhaps - {one.key})
    _never_labels(open_, verdicts, len(known))
    _numbered(open_, verdicts)
    judge_together(board, table, verdicts)
    ask_for_extra(board, table, verdicts)
    return _decided(board, table, verdicts)


def _never_labels(table: Sequence[Field], verdicts: Verdicts, known: int) -> None:
    """A single column that is called by no label, where so many rows would hardly leave a class out: it is open."""
    likely = Verdict(roles.SCORES, "neighbours", LIKELY)
    others = [one for one in table if verdicts[one.key] == likely]
    if len(others) == 1 and known >= 2 and others[0].rows >= ROWS_FOR_EACH * known:
        verdicts[others[0].key] = Verdict(roles.SCORES, "not_a_label", TOSS_UP)


def _named_truths(board: Board, table: Sequence[Field]) -> set[str]:
    """Keys of what is the truth by its name and its values."""
    inside = {one.key for one in table}
    found = set()
    for one in board.fields:
        if one.is_vector and board.role(one) in ("", roles.LABEL) and hint(one.name).role == TRUTH:
            if one.is_words or (one.is_numbers and (one.key not in inside or one.facts.whole)):
                found.add(one.key)
        elif board.role(one) in (roles.LABEL, roles.TARGETS):
            found.add(one.key)
    return found


def _other_truths(board: Board, table: Sequence[Field], beside: Beside, index: WordIndex) -> set[str]:
    """Keys of what may be the truth by its values alone: words that are names of columns, or small whole numbers."""
    names = WordIndex([one.name for one in table])
    found = set()
    for one in board.having(""):
        if not one.is_vector or hint(one.name).role or not one.readable:
            continue
        if one.is_words:
            known = sum(names.find(word) is not None for word in one.words.vocabulary)
            fits = 2 * known > len(one.words.vocabulary)
        else:
            facts = one.facts
            fits = facts.whole and facts.low >= 0 and facts.high <= beside.fractions and not facts.counts_up
            fits = fits and facts.distinct > 1 and not (facts.unique and facts.rows >= FEW_ROWS)
        if fits and index.find(one.name) is None:
            found.add(one.key)
    return found


def _numbered(table: Sequence[Field], verdicts: Verdicts) -> None:
    """Among classes that are named by numbers a word is no class."""
    classes = [one for one in table if (held := verdicts[one.key]) and held.role == roles.SCORES]
    numbers = [one for one in classes if whole_number(one.name) is not None]
    if len(numbers) >= 2 and len(numbers) >= len(classes) - 2:
        for one in classes:
            if one not in numbers and verdicts[one.key] != Verdict(roles.SCORES, "label_word"):
                verdicts[one.key] = Verdict(roles.OTHER, "numbered", LIKELY)


def _decided(board: Board, table: list[Field], verdicts: Verdicts) -> list[Field]:
    """The classes; a column that may or may not be one is settled by how far the labels count, or asked for."""
    sure, tossed = classes_among(board, table, verdicts), tossed_among(table, verdicts)
    classes = set(sure)
    counted = classes_counted(board, table, verdicts, class_numbers([one.name for one in sure]))
    likely = [one for one in tossed if (held := verdicts[one.key]) and held.role == roles.SCORES]
    for one in tossed:
        verdict = verdicts[one.key]
        assert verdict is not None
        needed = counted is not None and (
            counted == len(sure) + len(tossed) or (counted == len(sure) + len(likely) and one in likely)
        )
        if counted is not None and needed:
            classes.add(one)
            board.put(one, roles.SCORES, "needed", LIKELY, classes=counted)
        elif counted in (len(sure), len(sure) + len(likely)) and one not in likely and one.rows >= FEW_ROWS:
            board.put(one, verdict.role, "not_needed", LIKELY, classes=counted)
        else:
            inside = Option("class", one.shown, {one.key: roles.SCORES})
            outside = Option("aside", one.shown, {one.key: aside(one, "name").role})
            raise AskError("column", [inside, outside], column=one.shown)
    for one in table:
        verdict = verdicts.get(one.key)
        if verdict and verdict.sure != TOSS_UP:
            board.put(one, verdict.role, verdict.reason, verdict.sure)
    return [one for one in table if one in classes]
