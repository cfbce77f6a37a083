"""The plan of a reading: what each column and array is for and why, and what only a person can decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ce_viz.core.inspection.reading.errors import ReadingError, shortened
from ce_viz.core.inspection.reading.fields import Field

SCORES, LABEL, TARGETS, PREDICTION, ID, WEIGHT, SPLIT, NAMES, OTHER = ROLES = (
    "scores", "label", "targets", "prediction", "id", "weight", "split", "names", "other",
)  # fmt: skip
_SHOWN_ROWS, _SHOWN_COLUMNS = 5, 8

SURE, LIKELY, TOSS_UP = "sure", "likely", "toss_up"

_ALIASES = {
    "class scores": SCORES, "score": SCORES, "logits": SCORES, "logit": SCORES, "class": SCORES, "classes": SCORES,
    "labels": LABEL, "truth": LABEL, "target": LABEL, "target rows": TARGETS, "target_rows": TARGETS,
    "predictions": PREDICTION, "ids": ID, "weights": WEIGHT, "splits": SPLIT, "class names": NAMES,
    "ignore": OTHER, "ignored": OTHER, "unused": OTHER, "none": OTHER,
}  # fmt: skip

REASONS = {
    "chosen": "a person chose it",
    "only_fits": "no other reading fits",
    "name": "its name says so",
    "label_word": "its name is one of the labels",
    "family": "its name begins or ends like those of the others",
    "unlike": "never negative, other than its neighbours",
    "sums": "with the others it sums to 1, or to 100, in every row",
    "sums_without": "the others sum to 1, or to 100, without it",
    "table": "a table of numbers, one row for each row",
    "neighbours": "numbers like those of its neighbours",
    "fractions": "fractions like those of its neighbours, which its name does not lead one to expect",
    "reference": "always 0, as of a class that the others are measured against",
    "needed": "the labels count so many classes",
    "not_needed": "the labels count no class for it",
    "not_a_label": "never a label, other than its neighbours",
    "numbered": "its neighbours are named by numbers, it is not",
    "words": "its words are the classes",
    "in_range": "whole numbers in the range of the classes",
    "position": "whole numbers at the edge of the table",
    "same_as": "says the same as the labels",
    "largest": "it is the largest score's class in every row",
    "row_measure": "it is the largest probability of each row, or made of it",
    "counts_up": "it counts the rows",
    "unique": "no value occurs twice",
    "whole": "whole numbers, other than its neighbours",
    "constant": "always the same number",
    "scale": "of quite another size than its neighbours",
    "joins": "it tells which rows of the files belong together",
    "same_scores": "it says the same as the class scores",
    "other_scores": "another table or set of class scores",
    "one_hot": "every row is 0 and a single 1",
    "multi_hot": "every row is 0 and 1",
    "other_split": "of another part of the data",
    "parts": "it says which part of the data a row belongs to",
    "text": "words that are no class",
    "empty": "nothing stands in it",
    "lengths": "it has another number of rows",
    "type": "neither numbers nor words",
    "class_names": "as many words as there are classes",
    "one_column": "one number for each row",
    "unused": "nothing says what it is for",
}


@dataclass(frozen=True, slots=True)
class Item:
    """What one column or array is for.

    Attributes:
      key: What names it in choices.
      file: The file's name.
      name: Its own name, "" where it has none.
      place: Position in its file, from 0; of a matrix's columns, among those.
      role: One of ROLES.
      reason: One of REASONS.
      sure: "sure", "likely" or "toss_up".
      numbers: What the words of the reason need.
      first: Its first values as text, for showing.
      classes: How many classes it holds: more than 1 for a matrix of class scores.
    """

    key: str
    file: str
    name: str
    place: int
    role: str
    reason: str
    sure: str = SURE
    numbers: Mapping[str, float | str] = field(default_factory=dict)
    classes: int = 0
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question, and what would follow from it.

    Attributes:
      code: What it means, for words.
      name: What the words need of the file: a column, a part of the data, a class; or "".
      choices: What to add to the choices to give this answer.
      rows: Rows that could be used, None where another question follows.
      accuracy: Share of these rows whose largest score is the label's, or None.
      classes: Number of classes, or None.
    """

    code: str
    name: str
    choices: Mapping[str, str]
    rows: int | None = None
    accuracy: float | None = None
    classes: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can decide; ``numbers`` are for its words.

    Codes:
      label: which of these is the truth?
      match: labels fit by the value of the classes' names, and by position.
      positive: labels are 0 and 1, and the two classes are called by words: which of them is 1?
      join: the ids of two files do not all match: by id, or row by row?
      split: which part of the data, each with its own arrays?
      rows: which rows, of a table that says to which part each belongs?
      scores: which of these are the class scores?
      file: two files are complete; which one?
      column: is this column a class?
      extra: is one of these columns no class? The labels count one less.
      binary: one number a row: a logit or a probability, and of which class?
      encoding: a text is not UTF-8; in which encoding do its words make sense?
      flat: N times K numbers in one column: row by row, or class by class?
    """

    code: str
    options: tuple[Option, ...]
    numbers: Mapping[str, float | str] = field(default_factory=dict)


class AskError(Exception):
    """Raised where two readings fit; caught by `interpret`, which works out what follows from each."""

    def __init__(
        self, code: str, options: list[Option], *, always: bool = False, **numbers: float | str
    ) -> None:
        super().__init__(code)
        self.code = code
        self.options = options
        self.always = always  # also where all but one of the options turn out to be impossible
        self.numbers = numbers


class Board:
    """The fields of all files, and what has been decided about them so far."""

    def __init__(self, fields: list[Field], choices: Mapping[str, str], settled: frozenset[str]) -> None:
        self.fields = fields
        self.items: dict[str, Item] = {}
        self.answers = {key[1:]: answer for key, answer in choices.items() if key.startswith("?")}
        self.chosen = self._chosen(choices)
        for one in fields:
            if one.key in self.chosen:
                reason = "only_fits" if one.key in settled else "chosen"
                self.put(one, self.chosen[one.key], reason)

    def _chosen(self, choices: Mapping[str, str]) -> dict[str, str]:
        chosen = {}
        for key, role in choices.items():
            if key.startswith("?"):
                continue
            wanted = role.strip().casefold()
            wanted = _ALIASES.get(wanted, wanted)
            meant = [one for one in self.fields if key in (one.key, one.name, f"{one.file_name}/{one.name}")]
            if not meant or wanted not in ROLES:
                raise ReadingError("choice", f"{key}: {role}", roles=", ".join(ROLES))
            for one in [one for one in meant if one.key == key] or meant:
                chosen[one.key] = TARGETS if wanted == LABEL and one.is_matrix else wanted
        return chosen

    def put(self, one: Field, role: str, reason: str, sure: str = SURE, **numbers: float | str) -> None:
        """Decide what a field is for, unless a person did."""
        if one.key in self.items and self.items[one.key].reason in ("chosen", "only_fits"):
            return
        place = one.base[1] if one.base else one.position
        classes = one.shape[1] if role in (SCORES, TARGETS) and one.is_matrix else 0
        self.items[one.key] = Item(
            one.key, one.file_name, one.name, place, role, reason, sure, numbers, classes
        )

    def role(self, one: Field) -> str:
        """What a field is for, "" where that is open."""
        item = self.items.get(one.key)
        return item.role if item else ""

    def having(self, role: str) -> list[Field]:
        """The fields of a role, "" for those that are open."""
        return [one for one in self.fields if self.role(one) == role]

    def plan(self) -> tuple[Item, ...]:
        """Every field, in the order of the files."""
        for one in self.having(""):
            self.put(one, OTHER, "type" if one.kind == "other" else "unused", LIKELY)
        return tuple(replace(self.items[one.key], first=first_values(one)) for one in self.fields)


def first_values(one: Field) -> tuple[str, ...]:
    """The first values of a field as text; of a matrix its first rows, shortened."""
    if not one.readable:
        return ()
    if one.is_words:
        words = one.words
        return tuple(shortened(words.vocabulary[code]) for code in words.codes[:_SHOWN_ROWS])
    rows = one.numbers[:_SHOWN_ROWS].tolist()
    if one.is_vector:
        return tuple(_number(value) for value in rows)
    end = ", …" if one.shape[1] > _SHOWN_COLUMNS else ""
    return tuple(", ".join(map(_number, row[:_SHOWN_COLUMNS])) + end for row in rows)


def _number(value: float) -> str:
    return f"{value:.6g}"
