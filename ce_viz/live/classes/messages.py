"""What the two sides may say, read from JSON that anyone could have written.

Only the form is judged here; whether a page exists, or a question is open, is known where the message is acted upon.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from ce_viz.live.classes.lecture import Answer, Slide
from ce_viz.live.events import Event, read_events

_MAX_PAGE, _MAX_LINK, _MAX_FIELDS, _MAX_CHART = 32, 8192, 200, 64
_MAX_BARS = 100
_MAX_NUMBER = 2**53
_MEMBER = re.compile("[0-9a-f]{32}")
_RESERVED = ("event", "have", "lang")  # a class is followed in each member's own language


class MessageError(ValueError):
    """None of our messages."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open the class, or take it up again with what the teacher's tab has kept of it."""

    slide: Slide
    held: object


@dataclass(frozen=True, slots=True)
class Show:
    """The teacher's page shows this now."""

    slide: Slide


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody, or everybody, may look around."""

    on: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask what is shown, about a chart if one is named; or ask the same ``again``."""

    again: bool
    chart: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """Show the answers to everybody."""


@dataclass(frozen=True, slots=True)
class EndQuestion:
    """Take the question away."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the class."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A member's answer in a round of a question, each from 1."""

    member: str
    question: int
    round: int
    answer: Answer


FromTeacher: TypeAlias = Open | Show | Pause | Ask | Reveal | EndQuestion | Close


def read_teacher(body: bytes) -> FromTeacher:
    """A teacher's message; raises ``MessageError``."""
    message = _object(body)
    reader = _TEACHERS.get(_text(message, "kind", 16))
    if reader is None:
        raise MessageError
    return reader(message)


def read_vote(body: bytes) -> Vote:
    """A student's message; raises ``MessageError``."""
    message = _object(body)
    member = _text(message, "member", 32)
    if message.get("kind") != "vote" or not is_member(member):
        raise MessageError
    question, number = _whole(message.get("question"), _MAX_NUMBER), _whole(message.get("round"), 2)
    if ("choice" in message) == ("guess" in message):
        raise MessageError
    given = message["choice"] if "choice" in message else message["guess"]
    return Vote(member, question, number, read_answer(given))


def read_answer(given: object) -> Answer:
    """A choice, or a guess, whatever the question is; raises ``MessageError``."""
    if not isinstance(given, list):
        return _whole(given, _MAX_BARS)
    if not 0 < len(given) <= _MAX_BARS:
        raise MessageError
    return tuple(map(_finite, given))


def slide_of(page: str, link: str, events: Sequence[Event] = ()) -> Slide:
    """The slide of a page's link; raises ``MessageError``."""
    if len(link) > _MAX_LINK:
        raise MessageError
    try:
        pairs = parse_qsl(link, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise MessageError from error
    return Slide(page, {name: value for name, value in pairs if name not in _RESERVED}, events)


def is_member(text: str) -> bool:
    """Whether this is written as a member's own number is."""
    return _MEMBER.fullmatch(text) is not None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageError from error
    if not isinstance(message, dict):
        raise MessageError
    return message


def _text(message: Mapping[str, Any], name: str, most: int) -> str:
    text = message.get(name)
    if not isinstance(text, str) or len(text) > most:
        raise MessageError
    return text


def _flag(message: Mapping[str, Any], name: str) -> bool:
    flag = message.get(name)
    if not isinstance(flag, bool):
        raise MessageError
    return flag


def _whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise MessageError
    return value


def _finite(value: object) -> float:
    if type(value) not in (int, float):
        raise MessageError
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError as error:
        raise MessageError from error
    if not math.isfinite(number):
        raise MessageError
    return number


def _slide(message: Mapping[str, Any]) -> Slide:
    page, link = _text(message, "page", _MAX_PAGE), _text(message, "link", _MAX_LINK)
    return slide_of(page, link, tuple(read_events(message.get("events", []))))


def _ask(message: Mapping[str, Any]) -> Ask:
    again = "again" in message and _flag(message, "again")
    return Ask(again, _text(message, "chart", _MAX_CHART) if "chart" in message else "")


_TEACHERS: Mapping[str, Callable[[Mapping[str, Any]], FromTeacher]] = {
    "open": lambda message: Open(_slide(message), message.get("held")),
    "show": lambda message: Show(_slide(message)),
    "pause": lambda message: Pause(_flag(message, "on")),
    "ask": _ask,
    "reveal": lambda _: Reveal(),
    "end_question": lambda _: EndQuestion(),
    "close": lambda _: Close(),
}
