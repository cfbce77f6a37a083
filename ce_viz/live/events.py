"""What a person did on the charts, read from a message or a query that anyone could have written.

Only the form is judged here. Whether a bar or a cell exists, and whether a value is allowed, is known where the
event is acted upon.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

MAX_EVENTS = 32
_MAX_ID = 2**53
_MAX_NAME = 64
_MAX_INDEX = 10_000
_MAX_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Edit:
    """A bar was moved, or its value typed.

    Args:
      chart: The chart's name.
      index: The bar, from 0 and below 10,000.
      value: Its new value, finite.
      final: False while the hand is still moving.
    """

    chart: str
    index: int
    value: float
    final: bool = True


@dataclass(frozen=True, slots=True)
class Pick:
    """A cell (i, j) of a matrix, or bar i = j of another chart, was pointed out; from 0 and below 10,000."""

    chart: str
    i: int
    j: int


@dataclass(frozen=True, slots=True)
class Toggle:
    """The button that covers or uncovers a chart was pressed."""

    chart: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The next frame of a play is wanted."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The keys for undo, or redo, were pressed."""

    redo: bool


@dataclass(frozen=True, slots=True)
class Arrive:
    """A play has moved settings past the script.

    Args:
      changed: Text of each moved setting as it stands in a link; None for one that went back to its default.
      ended: Whether the play is over.
    """

    changed: Mapping[str, str | None]
    ended: bool


Event: TypeAlias = Edit | Pick | Toggle | Tick | Undo | Arrive


def read_message(message: object, handled: int) -> tuple[int, list[Event]]:
    """Events of a message, and its id; what makes no sense is left out, what is too much is cut.

    Args:
      message: ``{"id": int, "events": [...]}`` as the browser sent it, or anything else.
      handled: Id of the last message that was acted upon: the same one may arrive twice.
    Returns:
      The id to acknowledge (``handled`` if there is nothing new) and the events in order.
    """
    if not isinstance(message, Mapping):
        return handled, []
    number = message.get("id")
    if (
        type(number) is not int
        or not handled < number < _MAX_ID
        or not isinstance(message.get("events"), list)
    ):
        return handled, []
    return number, read_events(message["events"])


def read_events(items: object) -> list[Event]:
    """The events that ``items``, one JSON object or a list of them, describes."""
    listed = items if isinstance(items, list) else [items]
    events = (_event(item) for item in listed[:MAX_EVENTS] if isinstance(item, Mapping))
    return [event for event in events if event is not None]


def _event(item: Mapping[str, Any]) -> Event | None:
    """One event, or None if it is not one of ours."""
    reader = _READERS.get(str(item.get("kind")))
    return reader(item) if reader else None


def _chart(item: Mapping[str, Any]) -> str | None:
    """The chart that an event names."""
    name = item.get("chart")
    return name if isinstance(name, str) and len(name) <= _MAX_NAME else None


def _toggle(item: Mapping[str, Any]) -> Toggle | None:
    chart = _chart(item)
    return None if chart is None else Toggle(chart)


def _pick(item: Mapping[str, Any]) -> Pick | None:
    chart, i, j = _chart(item), _index(item.get("i")), _index(item.get("j"))
    return None if chart is None or i is None or j is None else Pick(chart, i, j)


def _edit(item: Mapping[str, Any]) -> Edit | None:
    chart, index, value = _chart(item), _index(item.get("index")), _number(item.get("value"))
    if chart is None or index is None or not math.isfinite(value):
        return None
    return Edit(chart, index, value, item.get("final") is True)


def _arrive(item: Mapping[str, Any]) -> Arrive | None:
    changed = item.get("changed")
    if not isinstance(changed, Mapping) or len(changed) > MAX_EVENTS:
        return None
    for name, text in changed.items():
        if not isinstance(name, str) or not (text is None or isinstance(text, str)):
            return None
        if len(name) > _MAX_NAME or len(text or "") > _MAX_TEXT:
            return None
    return Arrive(dict(changed), item.get("ended") is True)


def _index(value: object) -> int | None:
    """``value`` where it may number a thing; True and False do not."""
    return value if type(value) is int and 0 <= value < _MAX_INDEX else None


def _number(value: object) -> float:
    """A number as float; NaN stands for all that is not one."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Event | None]] = {
    "edit": _edit,
    "pick": _pick,
    "toggle": _toggle,
    "tick": lambda _: Tick(),
    "undo": lambda item: Undo(redo=item.get("redo") is True),
    "arrive": _arrive,
}
