"""From text to values: what links and text fields hold, read strictly, refused with a reason.

Every reader takes the text and returns the value, or raises ``Refused`` with a rule code of ``[errors]`` in the
catalogues. A ``Problem`` is what the page then shows; it never holds more of the text than fits in a sentence.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
MAX_NAME_LENGTH = 24
MAX_TEXT_LENGTH = 20_000  # a hundred numbers with all their digits take a tenth of it
_EXCERPT_LENGTH = 40
_SEPARATORS = re.compile(r"[\s,;|()\[\]{}]+")
# Each character can be taken in one way only: a long row of digits must not be tried in all its parts.
_NUMBER = re.compile(
    r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|infinity|∞)", re.ASCII | re.IGNORECASE
)
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Problem:
    """One value that was refused: the setting, an excerpt of the value, the rule's code and its numbers."""

    name: str
    value: str
    rule: str
    limits: dict[str, str] = field(default_factory=dict)


class Refused(ValueError):  # noqa: N818  (it is a verdict on an input, not a fault of the program)
    """A text that breaks a rule; ``problem(name)`` says which, for a person."""

    def __init__(self, value: object, rule: str, **limits: object) -> None:
        self.value = excerpt(value)
        self.rule = rule
        self.limits = {key: str(limit) for key, limit in limits.items()}
        super().__init__(f"{rule}: {self.value}")

    def problem(self, name: str) -> Problem:
        """What to tell the visitor about the setting ``name``."""
        return Problem(name, self.value, self.rule, self.limits)


class Invalid(ValueError):  # noqa: N818  (a verdict like ``Refused``, on a setting known by name)
    """A setting that breaks a rule; ``problem`` says which, for a person."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.name}: {problem.rule}: {problem.value}")


def excerpt(value: object) -> str:
    """``value`` as one short printable line."""
    text = "".join(
        character if character.isprintable() else "·" for character in str(value)[: _EXCERPT_LENGTH + 1]
    )
    return text if len(text) <= _EXCERPT_LENGTH else text[: _EXCERPT_LENGTH - 1] + "…"


def _to_float(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise Refused(text, "number")
    value = float(text.replace("∞", "inf"))
    if math.isinf(value) and text.lstrip("+-")[0].isdigit():
        raise Refused(text, "number")  # 1e999 is a typing error, not an infinity
    return value


def _check_length(text: str) -> None:
    """Links are short, but a field takes whatever a program sends."""
    if len(text) > MAX_TEXT_LENGTH:
        raise Refused(f"{len(text):,}", "text_length", high=f"{MAX_TEXT_LENGTH:,}")


def _plain(text: str) -> str:
    """Full-width digits and Chinese commas as their ASCII twins; a printed minus sign as a hyphen."""
    _check_length(text)
    return unicodedata.normalize("NFKC", text).replace("−", "-").replace("、", ",")


def vector(*, most: int, least: int = 2) -> Callable[[str], tuple[float, ...]]:
    """Reader of ``2, 1, 0.1``: separated by commas, spaces, tabs, new lines, with or without brackets."""

    def read(text: str) -> tuple[float, ...]:
        parts = [part for part in _SEPARATORS.split(_plain(text)) if part]
        if not parts:
            raise Refused(text, "empty")
        if len(parts) > most:
            raise Refused(len(parts), "count", low=least, high=most)
        return tuple(_to_float(part) for part in parts)

    return read


@dataclass(frozen=True)
class Reader(Generic[T]):
    """A reader that knows the ends of what it takes.

    Args:
      read: From text to the value; raises ``Refused``.
      edges: Values at its limits, or all of them where there are few.
    """

    read: Callable[[str], T]
    edges: tuple[T, ...]

    def __call__(self, text: str) -> T:
        """The value of ``text``; raises ``Refused``."""
        return self.read(text)


def real(low: float, high: float) -> Reader[float]:
    """Reader of a number in ``[low, high]``."""

    def read(text: str) -> float:
        value = _to_float(_plain(text).strip())
        if not low <= value <= high:
            raise Refused(text, "range", low=f"{low:g}", high=f"{high:g}")
        return value

    return Reader(read, (low, high))


def whole(low: int, high: int) -> Reader[int]:
    """Reader of a whole number in ``low..high``."""

    def read(text: str) -> int:
        plain = _plain(text).strip()
        if not re.fullmatch(r"[+-]?\d{1,9}", plain, re.ASCII):
            raise Refused(text, "whole")
        if not low <= int(plain) <= high:
            raise Refused(text, "range", low=low, high=high)
        return int(plain)

    return Reader(read, (low, high))


def choice(*options: str) -> Reader[str]:
    """Reader of one of ``options``."""

    def read(text: str) -> str:
        if text not in options:
            raise Refused(text, "choice", options=", ".join(option for option in options if option))
        return text

    return Reader(read, options)


def choices(*options: str) -> Callable[[str], tuple[str, ...]]:
    """Reader of a comma-separated selection of ``options``, kept in their order."""

    def read(text: str) -> tuple[str, ...]:
        _check_length(text)
        parts = {part.strip() for part in text.split(",") if part.strip()}
        for part in sorted(parts - set(options)):
            raise Refused(part, "choice", options=", ".join(options))
        return tuple(option for option in options if option in parts)

    return read


def order(*options: str) -> Callable[[str], tuple[str, ...]]:
    """Reader of a comma-separated selection of ``options``, each once, in the order given."""
    select = choices(*options)

    def read(text: str) -> tuple[str, ...]:
        select(text)
        return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))

    return read


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise Refused(text, "choice", options="0, 1")
    return text == "1"


flag = Reader(_flag, (False, True))
"""Reader of ``1`` or ``0``."""


def names(*, most: int) -> Callable[[str], tuple[str, ...]]:
    """Reader of class names separated by commas: short, one line each, no control characters."""

    def read(text: str) -> tuple[str, ...]:
        if len(text) > most * (MAX_NAME_LENGTH + 2):
            raise Refused(text, "name_length", high=MAX_NAME_LENGTH)
        parts = [part.strip() for part in unicodedata.normalize("NFC", text).replace("，", ",").split(",")]
        while parts and not parts[-1]:
            parts.pop()
        if len(parts) > most:
            raise Refused(len(parts), "count", low=2, high=most)
        for part in parts:
            if len(part) > MAX_NAME_LENGTH:
                raise Refused(part, "name_length", high=MAX_NAME_LENGTH)
            if any(unicodedata.category(letter) == "Cc" or letter in _BIDI_CONTROLS for letter in part):
                raise Refused(part, "name_letters")
        return tuple(parts)

    return read


def cell(text: str) -> tuple[int, int] | None:
    """Reader of a picked cell ``i,j``, counted from 1; empty for the cell the page picks itself."""
    if not text.strip():
        return None
    parts = _plain(text).split(",")
    if len(parts) != 2:
        raise Refused(text, "cell")
    read = whole(1, 100)
    return read(parts[0]), read(parts[1])


def origin(text: str) -> str:
    """Reader of where logits come from: ``digit-1612``, ``row-7``, or nothing."""
    if text and not re.fullmatch(r"(digit|row)-[1-9]\d{0,6}", text, re.ASCII):
        raise Refused(text, "choice", options="digit-1, row-1")
    return text
