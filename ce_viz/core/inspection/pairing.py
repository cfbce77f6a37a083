"""Two tables of the same rows and classes brought into one order, or why they are not of the same."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.inspection.reading.table import rows_of
from ce_viz.core.inspection.soundness import crossed, usable_rows


class ComparisonError(ValueError):
    """Two tables that are not of the same rows; pages translate it by ``code``, the message is for programs.

    Attributes:
      code: "rows", "classes", "names", "ids" or "labels": what differs; "usable": no row can be used in both.
      first: What the first table has: a number of rows, classes or usable rows; or how many names, ids or labels
        differ.
      second: What the second table has; 0 for "names", "ids" and "labels".
    """

    def __init__(self, code: str, first: int, second: int = 0) -> None:
        self.code, self.first, self.second = code, first, second
        super().__init__(f"the tables do not have the same {code}: {first}, {second}")


def paired(first: LogitsTable, second: LogitsTable) -> tuple[LogitsTable, NDArray[np.bool_]]:
    """The second table with rows and classes in the order of the first, and which rows both can use, ``(N,)``.

    Rows are brought together by their ids where both tables have the same ids, else as they stand; classes by their
    names where both have names. Labels then say whether it was right.

    Raises:
      ComparisonError: see its codes.
    """
    for code, counts in (
        ("rows", (first.num_rows, second.num_rows)),
        ("classes", (first.num_classes, second.num_classes)),
    ):
        if counts[0] != counts[1]:
            raise ComparisonError(code, *counts)
    if crossed(first) or crossed(second):
        raise ComparisonError("labels", first.num_rows)
    second = _in_order_of_classes(first, _in_order_of_rows(first, second))
    mine, theirs = usable_rows(first), usable_rows(second)
    usable = mine & theirs
    if not usable.any():
        raise ComparisonError("usable", int(mine.sum()), int(theirs.sum()))
    different = int((usable & _truth_differs(first, second)).sum())
    if different:
        raise ComparisonError("labels", different)
    return second, usable


def _in_order_of_rows(first: LogitsTable, second: LogitsTable) -> LogitsTable:
    if first.row_ids is None or second.row_ids is None:
        return second
    mine, theirs = first.row_ids, second.row_ids
    order = np.argsort(theirs.keys, kind="stable")
    places = order[np.minimum(np.searchsorted(theirs.keys, mine.keys, sorter=order), len(order) - 1)]
    missed = int((theirs.keys[places] != mine.keys).sum())
    if not missed:
        return second if (places == np.arange(len(places))).all() else rows_of(second, places)
    if mine.name and mine.name.casefold() == theirs.name.casefold():
        raise ComparisonError("ids", missed)
    return second


def _in_order_of_classes(first: LogitsTable, second: LogitsTable) -> LogitsTable:
    names, others = first.class_names, second.class_names
    if not names or not others or names == others or len(set(names)) < len(names):
        return second
    if set(names) != set(others):
        raise ComparisonError("names", len(set(names) - set(others)))
    places = np.array([others.index(name) for name in names])
    labels = second.labels
    if labels is not None:
        inside = (labels >= 0) & (labels < len(names))
        labels = np.where(inside, np.argsort(places)[np.where(inside, labels, 0)], labels)
    targets = None if second.targets is None else second.targets[:, places]
    return replace(second, logits=second.logits[:, places], labels=labels, targets=targets, class_names=names)


def _truth_differs(first: LogitsTable, second: LogitsTable) -> NDArray[np.bool_]:
    """Which rows have another truth, ``(N,)``; targets may be rounded differently."""
    if first.targets is not None and second.targets is not None:
        with np.errstate(invalid="ignore", over="ignore"):  # rows that are not usable
            return np.asarray((np.abs(first.targets - second.targets) > 1e-6).any(axis=1))
    if first.labels is not None and second.labels is not None:
        return np.asarray(first.labels != second.labels)
    return np.ones(first.num_rows, bool)
