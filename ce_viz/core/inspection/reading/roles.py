"""Which columns of a table are the logits, which the label, which the target rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ce_viz.core.inspection.reading.errors import ReadingError

NO_COLUMN = -1  # the labels are in another file

# fmt: off
LOGITS_KEYS = ("logits", "logit", "scores", "outputs", "output")
# In order of preference where several are there.
LABELS_KEYS = (
    "label", "labels", "y_true", "target", "targets", "true_label", "ground_truth", "gt", "y", "gold",
    "truth", "class", "label_id", "class_id", "标签", "类别", "真实标签",
)
TARGETS_KEYS = ("targets", "target", "soft_labels", "soft_targets", "y", "y_true", "labels", "label")
NAMES_KEYS = ("names", "class_names", "classes", "label_names", "categories", "columns")

# What programs commonly write beside the logits; never taken for a class.
_BESIDE = frozenset((
    "index", "idx", "id", "row", "unnamed: 0", "sample", "sample_id", "image", "image_id", "file", "filename",
    "path", "text", "pred", "prediction", "predicted", "pred_label", "predicted_label", "loss", "split",
    "fold", "confidence", "correct", "epoch", "序号",
))
# fmt: on
# "logit_cat", "logits[3]", "score 3"; a single letter only before a number: "owl" is a class. "++" gives nothing back,
# so that a name of many marks is not tried at each of them.
_TAIL = r"(?:[\s_.:\-\[(]++(.+?)|(\d+))[\])]?"
_LOGIT_NAME = re.compile(rf"(?:logits?|scores?|outputs?){_TAIL}|[oz][_\[]?(\d+)\]?", re.I)
_TARGET_NAME = re.compile(rf"(?:targets?|soft|labels?){_TAIL}|y[_\[]?(\d+)\]?", re.I)


@dataclass(frozen=True, slots=True)
class Column:
    """What a sample of a column's cells looks like."""

    kind: str  # "whole" numbers, other "number"s, "text" or "empty"
    low: float = 0.0
    high: float = 0.0
    counts_up: bool = False  # each cell is the one before plus 1, as in an index


@dataclass(frozen=True, slots=True)
class Roles:
    """What each column is for, by position from 0."""

    logits: tuple[int, ...]
    label: int | None
    targets: tuple[int, ...]
    ignored: tuple[int, ...]
    class_names: tuple[str, ...]  # () where the columns have no names


def numeric_column(values: np.ndarray) -> Column:
    """How a column of numbers looks."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Column("number")
    whole = bool((finite == np.floor(finite)).all())
    counts_up = whole and finite.size > 2 and bool((np.diff(finite) == 1).all())
    return Column("whole" if whole else "number", float(finite.min()), float(finite.max()), counts_up)


def find_roles(columns: Sequence[Column], names: Sequence[str], label_column: int | None) -> Roles:
    """Tell logits, label and targets apart, by name where there are names, else by position.

    Args:
      columns: How each column looks.
      names: Their names, or empty.
      label_column: Position from 0 where it is known, NO_COLUMN where there is none, None to find it.
    """
    if label_column is not None and not NO_COLUMN <= label_column < len(columns):
        raise ReadingError("label_column", label_column + 1, high=len(columns))
    roles = _by_name(columns, names, label_column) if names else _by_position(columns, label_column)
    return replace(roles, label=None) if roles.label == NO_COLUMN else roles


def _by_name(columns: Sequence[Column], names: Sequence[str], label_column: int | None) -> Roles:
    usable = [at for at, column in enumerate(columns) if column.kind in ("whole", "number")]
    plain = [name.strip().casefold() for name in names]
    label = label_column
    if label is None:
        filled = [name if column.kind != "empty" else "" for name, column in zip(plain, columns, strict=True)]
        label = next((filled.index(key) for key in LABELS_KEYS if key in filled), None)
    rest = [at for at in usable if at != label]
    marked = {at: match for at in rest if (match := _LOGIT_NAME.fullmatch(names[at].strip()))}
    goals = [at for at in rest if at not in marked and _TARGET_NAME.fullmatch(names[at].strip())]
    if len(marked) >= 2:
        logits = list(marked)
        class_names = [next(filter(None, match.groups())) for match in marked.values()]
    else:
        beside = _BESIDE.union(LABELS_KEYS, [""])
        logits = [at for at in rest if at not in goals and plain[at] not in beside]
        class_names = [names[at].strip() for at in logits]
    if len(goals) != len(logits) or label_column is not None:
        # One or two columns like "target_id" beside the classes are not target rows.
        goals = []
    if goals:
        label = None
    used = {*logits, *goals, label}
    return Roles(
        tuple(logits),
        label,
        tuple(goals),
        tuple(at for at in range(len(columns)) if at not in used),
        tuple(class_names),
    )


def _by_position(columns: Sequence[Column], label_column: int | None) -> Roles:
    usable = [at for at, column in enumerate(columns) if column.kind in ("whole", "number")]
    label = label_column if label_column is not None else _label_by_position(columns)
    rest = [at for at in usable if at != label]
    if label_column is None and label is not None and len(rest) > 2 and columns[rest[0]].counts_up:
        rest = rest[1:]
    ignored = tuple(at for at in range(len(columns)) if at not in (*rest, label))
    return Roles(tuple(rest), label, (), ignored, ())


def _label_by_position(columns: Sequence[Column]) -> int | None:
    """The last column if it alone looks like a class number, else the first, else none."""
    filled = [at for at, column in enumerate(columns) if column.kind != "empty"]
    words = [at for at in filled if columns[at].kind == "text"]
    if words:
        return words[-1] if words[-1] in (filled[0], filled[-1]) else None
    for at in (filled[-1], filled[0]) if len(filled) > 2 else ():
        column = columns[at]
        others = [columns[other] for other in filled if other != at]
        fits = column.low >= 0 and column.high <= len(others)
        clear = any(other.kind == "number" for other in others) and not column.counts_up
        if column.kind == "whole" and (clear or fits):
            return at
    return None
