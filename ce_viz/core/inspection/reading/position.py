"""The label of a table without names: by where it stands and how it looks."""

from ce_viz.core.inspection.reading import plan as roles
from ce_viz.core.inspection.reading.columns import columns_of
from ce_viz.core.inspection.reading.fields import Field
from ce_viz.core.inspection.reading.plan import LIKELY, AskError, Board, Option

_SURE_ROWS = 3


def label_by_position(board: Board, file: int) -> None:
    """The last column if it alone looks like a class number, else the first; in a table without names only.

    Raises:
      AskError: "label", where several columns look like labels beside fractions.
    """
    table = columns_of(board, file)
    inside = {one.key for one in table}
    if any(one.name.strip() for one in table) or board.having(roles.LABEL) or board.having(roles.SCORES):
        return
    others = [one for one in board.having("") if one.key not in inside and (one.is_vector or one.is_matrix)]
    if any(one.kind != "other" and not _blank(one) for one in others):
        return
    filled = list(table)
    if len(filled) < 3:
        _beside_one_number(board, filled)
        return
    if filled[0].facts.counts_up and len(filled) > 3:
        board.put(filled[0], roles.ID, "counts_up", LIKELY)
        filled = filled[1:]
    fractions = sum(not one.facts.whole for one in filled)
    alike = [one for one in filled if _looks_like_labels(one, fractions)]
    if fractions >= 2 and len(alike) >= 2 and filled[0].rows >= _SURE_ROWS:
        options = [Option("label", one.shown, {one.key: roles.LABEL}) for one in alike]
        options = [
            Option(
                one.code,
                one.name,
                {**one.choices, **{f.key: roles.OTHER for f in alike if f.key not in one.choices}},
            )
            for one in options
        ]
        raise AskError("label", options)
    if fractions >= 2 and len(alike) == 1:
        board.put(alike[0], roles.LABEL, "position", LIKELY)
        return
    for one in (filled[-1], filled[0]):
        facts = one.facts
        fits = facts.low >= 0 and facts.high <= len(filled) - 1
        clear = any(not other.facts.whole for other in filled if other is not one) and not facts.counts_up
        if facts.whole and (clear or fits):
            board.put(one, roles.LABEL, "position", LIKELY)
            return


def _beside_one_number(board: Board, table: list[Field]) -> None:
    """Of two columns the one of two whole numbers is the label, the fractions beside it are one number a row."""
    whole = [one for one in table if one.facts.whole]
    if len(table) == 2 and len(whole) == 1 and whole[0].rows >= _SURE_ROWS:
        facts = whole[0].facts
        if facts.distinct == 2 and facts.low in (-1, 0) and facts.high == 1:
            board.put(whole[0], roles.LABEL, "position", LIKELY)


def _blank(one: Field) -> bool:
    return one.is_words and not any(one.words.vocabulary)


def _looks_like_labels(one: Field, classes: int) -> bool:
    facts = one.facts
    inside = facts.low >= 0 and facts.high <= classes and facts.distinct > 1
    return facts.whole and inside and not facts.counts_up
