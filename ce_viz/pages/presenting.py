"""A talk by two keys: what the next press uncovers or leads to, as pure functions of the settings.

``hide`` names what is covered; ``reveal`` names what a clicker uncovers one after the other, and ``uncovered`` what of
it has been. What is covered in sum stands in ``Settings.covered``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, runtime_checkable

from ce_viz.settings.table import CHART_NAMES, TABLE
from ce_viz.settings.value import Settings


@runtime_checkable
class Turning(Protocol):
    """A view.py whose page has parts that follow each other: steps, rounds, scenes."""

    def turn(self, settings: Settings, by: int) -> Settings:
        """The settings one part on (1) or back (-1); the same where there is none."""
        ...


def toggled(settings: Settings, chart: str) -> Settings:
    """The settings with a chart covered that was not, or uncovered."""
    name = "uncovered" if chart in settings["reveal"] else "hide"
    changed = set(settings[name]) ^ {chart}
    return settings.changed(**{name: tuple(each for each in CHART_NAMES if each in changed)})


def turned(page: object, settings: Settings, by: int, shown: Callable[[], Iterable[str]]) -> Settings:
    """The settings after a press on (1) or back (-1); the same where the page has nothing left that way.

    Args:
      page: Its view.py.
      settings: Before the press.
      by: Which way.
      shown: Names of the charts on the screen.
    """
    if settings["reveal"]:
        there = set(shown())
        order = [name for name in settings["reveal"] if name in there]
        covered = [name for name in order if name in settings.covered]
        open_ = [name for name in order if name not in settings.covered]
        if by > 0 and covered:
            return toggled(settings, covered[0])
        if by < 0 and open_:
            return toggled(settings, open_[-1])
    return page.turn(settings, by) if isinstance(page, Turning) else settings


def blackened(settings: Settings, charts: Iterable[str]) -> Settings:
    """The settings with everything covered; with everything uncovered where it was.

    Everything is what ``reveal`` names, or where it names nothing of the page, its ``charts``.
    """
    charts = set(charts)
    ordered = not charts.isdisjoint(settings["reveal"])
    subject = set(settings["reveal"]) if ordered else charts
    show = subject <= set(settings.covered)
    if ordered:
        return settings.changed(uncovered=settings["reveal"] if show else ())
    hidden = set(settings["hide"]) - charts if show else set(settings["hide"]) | charts
    return settings.changed(hide=tuple(name for name in CHART_NAMES if name in hidden))


def neighbour(settings: Settings, name: str, by: int) -> Any:
    """The value beside a setting's own among those that it can have; its own at the end."""
    edges, value = TABLE[name].edges, settings[name]
    if isinstance(value, int):
        return min(max(value + by, edges[0]), edges[-1])
    return edges[min(max(edges.index(value) + by, 0), len(edges) - 1)]
