"""Labels as the file gives them, words or numbers, as numbers of classes."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.cells import EMPTY, to_number
from ce_viz.core.inspection.reading.errors import ReadingError
from ce_viz.core.inspection.reading.fields import Field, Numbers, Words
from ce_viz.core.inspection.reading.names import class_numbers
from ce_viz.core.inspection.reading.table import NO_LABEL, Labels, whole_labels

_SHOWN_NAMES = 8
_MARKS = re.compile(r"[\s_.\-]+")
_MARKED = re.compile(r".*[\s_.:/\-]")  # up to the last mark between two parts of a name
_UNKNOWN = NO_LABEL + 1  # a word that is no class
_COUNTED = re.compile(r"(\d{1,6}):(.+)")  # as Weka writes labels: "2:dog", counted from 1


@dataclass(frozen=True, eq=False, slots=True)
class Matched:
    """Labels as numbers of classes, by the ways in which they may be meant; what is no class is out of range."""

    by_value: Labels | None  # where the names of the classes are what labels may be
    by_position: Labels | None  # where labels are whole numbers: as they stand


class WordIndex:
    """Where each name stands: as it is written; without capitals or with other marks for spaces where still unique."""

    def __init__(self, names: Sequence[str]) -> None:
        plain = [name.strip() for name in names]
        self._exact = {name: at for at, name in reversed(list(enumerate(plain)))}
        self._alike = [(written, self._unique(written)) for written in (_folded, _spaced)]

    def _unique(self, written: Callable[[str], str]) -> dict[str, int]:
        ways = {name: written(name) for name in self._exact}
        alike = Counter(ways.values())
        return {way: self._exact[name] for name, way in ways.items() if alike[way] == 1}

    def find(self, word: str) -> int | None:
        """The place of a word, None where it is not there or could be two."""
        text = word.strip()
        found = self._exact.get(text)
        for written, index in self._alike:
            if found is None:
                found = index.get(written(text))
        return found


def _folded(name: str) -> str:
    return normalize("NFC", name.casefold())


def _spaced(name: str) -> str:
    """``polar bear``, as R and databases write it: ``polar.bear``, ``polar_bear``."""
    return _MARKS.sub(" ", _folded(name)).strip() or name


def match(values: Numbers | Words, names: Sequence[str]) -> Matched:
    """The ways to read labels.

    Raises:
      ReadingError: "label_words", "label_unknown", "label_fraction".
    """
    if isinstance(values, Words):
        return _match_words(values, names)
    labels = whole_labels(values)
    return Matched(_by_value(labels, names), labels)


def _by_value(labels: Labels, names: Sequence[str]) -> Labels | None:
    """Labels looked up among names that are or hold whole numbers; None where the names are something else."""
    numbers = class_numbers(names)
    if not numbers or numbers == list(range(len(numbers))):
        return None  # or value and position are the same
    known = np.array(numbers, np.int64)
    order = np.argsort(known)
    found = order[np.minimum(np.searchsorted(known, labels, sorter=order), len(known) - 1)]
    unknown = np.where(labels < 0, labels, np.maximum(labels, 0) + len(names))
    return np.where(known[found] == labels, found, unknown)


def _match_words(words: Words, names: Sequence[str]) -> Matched:
    names = names if any(name.strip() for name in names) else ()
    codes = _codes(words.vocabulary, names)
    if names and (codes == _UNKNOWN).any():
        plain = _codes(_without_prefix(words.vocabulary), names)
        codes = codes if (plain == _UNKNOWN).any() else plain
    if (codes != _UNKNOWN).all() and names:
        return Matched(codes[words.codes], None)
    numbers = _numbers(words.vocabulary)
    if numbers is None:
        numbers = _counted(words.vocabulary)
    if numbers is not None:
        labels = whole_labels(numbers)[words.codes]
        return Matched(_by_value(labels, names), labels)
    if not names:
        word = next((word for word in words.vocabulary if word.casefold() not in EMPTY), "")
        raise ReadingError("label_words", word)
    row = int(np.argmax(codes[words.codes] == _UNKNOWN))
    shown = ", ".join(names[:_SHOWN_NAMES]) + (", …" if len(names) > _SHOWN_NAMES else "")
    raise ReadingError("label_unknown", words.vocabulary[words.codes[row]] or '""', line=row + 1, names=shown)


def _codes(vocabulary: Sequence[str], names: Sequence[str]) -> NDArray[np.int64]:
    index = WordIndex(names)
    codes = np.empty(len(vocabulary), np.int64)
    for at, word in enumerate(vocabulary):
        found = index.find(word) if names else None
        codes[at] = (NO_LABEL if word.casefold() in EMPTY else _UNKNOWN) if found is None else found
    return codes


def _without_prefix(vocabulary: Sequence[str]) -> list[str]:
    """``class_cat``, ``class_dog``; ``__label__cat``: the words without what stands before all of them."""
    given = [word for word in vocabulary if word.casefold() not in EMPTY] or [""]
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(given), max(given), strict=False))
    marked = _MARKED.match("".join(letter for letter, _ in alike))
    return [word.removeprefix(marked[0]) for word in vocabulary] if marked else list(vocabulary)


def _numbers(vocabulary: Sequence[str]) -> NDArray[np.float64] | None:
    """The words as numbers, where they all are; true and false as 1 and 0."""
    truths = {"true": 1.0, "false": 0.0}
    found = [truths.get(word.casefold(), to_number(word)) for word in vocabulary]
    filled = [number for number in found if number is not None]
    return np.array(filled) if len(filled) == len(found) else None


def _counted(vocabulary: Sequence[str]) -> NDArray[np.float64] | None:
    """Words that begin with the place of their class, where they all do and each has its own."""
    found = [_COUNTED.fullmatch(word) for word in vocabulary]
    held = [match for match in found if match and match[2] not in EMPTY]
    if not held or None in found or len({match[1] for match in held}) < len({match[2] for match in held}):
        return None
    return np.array([int(match[1]) - 1.0 if match in held else np.nan for match in found if match])


def distinct(field: Field) -> list[str]:
    """The different labels, at most three of them, in order: numbers by size, words as they come."""
    if field.is_words:
        words = [word for word in field.words.vocabulary if word.casefold() not in EMPTY]
        numbers = _numbers(words)
        if numbers is None:
            return sorted(words)[:3]
        return [words[at] for at in np.argsort(numbers)][:3]
    values = field.numbers
    some = np.unique(values[np.isfinite(np.asarray(values, np.float64))])[:3]
    return [f"{value:g}" for value in some]
