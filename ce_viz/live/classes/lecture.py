"""What the pages give to a class: what is shown, what can be asked of it, and how the answers look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ce_viz.live.charts import View
from ce_viz.live.events import Event

Answer = int | tuple[float, ...]
"""A vote for a choice, from 0, or a guess of so many numbers."""


@dataclass(frozen=True, slots=True)
class Slide:
    """What the teacher's page shows: the page's name, its link's parameters, and what a hand has done since."""

    page: str
    query: Mapping[str, str]
    events: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A slide in one language.

    Args:
      page: The page's name.
      link: Query string of the settings after the events; empty where it would give away what is covered.
      title: The page's heading.
      view: The charts, those that are covered without their content.
      told: What the browser is told of each board besides, in their order.
    """

    page: str
    link: str
    title: str
    view: View
    told: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, in any language: of which slide it is, and which answers there are.

    Args:
      page: The page that it was asked on.
      link: Query string of its settings.
      chart: The covered chart that is guessed; empty for a choice.
      kind: Whether students choose or drag.
      size: How many choices, or bars.
      low: Least value of a bar.
      high: Greatest value of a bar.
    """

    page: str
    link: str
    chart: str
    kind: Literal["choice", "guess"]
    size: int
    low: float = 0.0
    high: float = 0.0


class NothingToAskError(LookupError):
    """There is no question in what is shown."""


class Lecture(Protocol):
    """The pages, for a class. ``show`` and ``ask`` raise ``RefusedLinkError`` or ``UnknownPageError``."""

    @property
    def languages(self) -> tuple[str, ...]:
        """In which a class can be followed, the one for all others first."""
        ...

    def show(self, slide: Slide, language: str) -> Scene:
        """What the slide looks like."""
        ...

    def is_slow(self, slide: Slide) -> bool:
        """Whether to show it may take more than some milliseconds."""
        ...

    def ask(self, slide: Slide, chart: str) -> Asked:
        """The question that a slide poses, about a chart if one is named; raises ``NothingToAskError``."""
        ...

    def word(self, asked: Asked, language: str) -> Mapping[str, Any]:
        """Its ``title``, ``text``, ``choices`` or None, and the ``board`` to guess on or None, as payloads."""
        ...

    def results(
        self, asked: Asked, rounds: Sequence[Sequence[Answer]], language: str, *, uncovered: bool
    ) -> Mapping[str, Any]:
        """The payload of a board with the answers of each round; the truth beside guesses if ``uncovered``."""
        ...
