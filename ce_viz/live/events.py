"""What a person did on the charts, read from a message that anyone could have written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ce_viz.live.charts import Chart

MAX_EVENTS = 32
_MAX_SEQUENCE = 2**53


@dataclass(frozen=True, slots=True)
class Edit:
    """A bar was moved, or its value typed.

    Args:
      chart: The chart's name.
      index: The bar that was moved, from 0.
      values: All bars as they stand on the screen; ``values[index]`` is exact, the others are as the figure drew
        them, and one that was not drawn (a masked class) is −inf.
      final: False while the hand is still moving.
    """

    chart: str
    index: int
    values: tuple[float, ...]
    final: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """A cell (i, j) of a matrix, or bar i = j of another chart, was pointed out; from 0."""

    chart: str
    i: int
    j: int


@dataclass(frozen=True, slots=True)
class Toggle:
    """The button that covers or uncovers a chart was pressed."""

    chart: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The charts are drawn and ``tick_ms`` has passed: the next step of an animation is wanted."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The keys for undo, or redo, were pressed."""

    redo: bool


Event: TypeAlias = Edit | Pick | Toggle | Tick | Undo


@dataclass(frozen=True, slots=True)
class Target:
    """What a message may say about one chart of the page: kept between runs instead of the chart itself."""

    shape: tuple[int, int]
    reach: tuple[float, float] | None

    @classmethod
    def of(cls, chart: Chart) -> Target:
        """The limits that ``chart`` sets."""
        reach = chart.editable.reach if chart.editable and not chart.hidden else None
        return cls(chart.shape, reach)


def read(message: object, targets: Mapping[str, Target], handled: int) -> tuple[int, list[Event]]:
    """Events of a message, and its sequence number; what makes no sense is left out, what is too big is clipped.

    Args:
      message: ``{"seq": int, "events": [...]}`` as the client sent it, or anything else.
      targets: The page's charts by name.
      handled: Number of the last message that was acted upon: the same one may arrive twice.
    Returns:
      The number to acknowledge (``handled`` if there is nothing new) and the events in order.
    """
    if not isinstance(message, Mapping):
        return handled, []
    sequence, events = message.get("seq"), message.get("events")
    if type(sequence) is not int or not handled < sequence < _MAX_SEQUENCE or not isinstance(events, list):
        return handled, []
    known = (_event(item, targets) for item in events[:MAX_EVENTS] if isinstance(item, Mapping))
    return sequence, [event for event in known if event is not None]


def _event(item: Mapping[str, Any], targets: Mapping[str, Target]) -> Event | None:
    """One event, or None if it is not one of ours."""
    kind, name = item.get("kind"), item.get("chart")
    if kind == "tick":
        return Tick()
    if kind == "undo":
        return Undo(redo=item.get("redo") is True)
    if not isinstance(name, str) or name not in targets:
        return None
    event: Event | None = None
    match kind:
        case "toggle":
            event = Toggle(name)
        case "pick":
            event = _pick(name, item, targets[name])
        case "edit":
            event = _edit(name, item, targets[name])
    return event


def _index(value: object, size: int) -> bool:
    """Whether ``value`` numbers one of ``size`` things; True and False do not."""
    return type(value) is int and 0 <= value < size


def _pick(name: str, item: Mapping[str, Any], target: Target) -> Pick | None:
    i, j = item.get("i"), item.get("j")
    rows, columns = target.shape
    return Pick(name, i, j) if _index(i, rows) and _index(j, columns) else None


def _edit(name: str, item: Mapping[str, Any], target: Target) -> Edit | None:
    index, values = item.get("index"), item.get("values")
    size = target.shape[0]
    if target.reach is None or not _index(index, size) or not isinstance(values, list) or len(values) != size:
        return None
    low, high = target.reach
    numbers = tuple(-math.inf if value is None else _number(value) for value in values)
    if any(math.isnan(value) for value in numbers) or not math.isfinite(numbers[index]):
        return None
    moved = float(min(max(numbers[index], low), high))
    return Edit(name, index, (*numbers[:index], moved, *numbers[index + 1 :]), item.get("final") is True)


def _number(value: object) -> float:
    """A finite number as float; NaN stands for all that is not one."""
    if type(value) not in (int, float):
        return math.nan
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        return math.nan
    return number if math.isfinite(number) else math.nan
