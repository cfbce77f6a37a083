"""A page's grid of live charts, which presenter mode can cover one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ce_viz.live import Chart, Event, Pieces, Toggle, live_charts
from ce_viz.pages.frame import state as link
from ce_viz.pages.visit import PALETTE, Visit
from ce_viz.settings import table as params

_PROJECTED = 1.35  # magnification in presenter mode


def board(
    visit: Visit,
    key: str,
    charts: Sequence[Chart],
    *,
    headline: Pieces = (),
    columns: int,
    height: int,
    presented: int | None = None,
    coverable: bool = True,
    picked: tuple[int, int] | None = None,
    tick_ms: int | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> None:
    """Draw the charts.

    Args:
      visit: Whose page it is.
      key: Identity of the grid.
      charts: The cards.
      headline: A line above them.
      columns: Of the grid on a wide screen.
      height: Of each drawing, in CSS pixels.
      presented: The same in presenter mode, before it is magnified, if it differs.
      coverable: Whether presenters may cover the charts, whose names are then in ``params.CHART_NAMES``.
      picked: Row and column to mark, from 0.
      tick_ms: Ask for a ``Tick`` this long after each drawing.
      on_event: Called with each event but the covering of a chart.
    """

    def handle(event: Event) -> None:
        if isinstance(event, Toggle):
            _cover(event)
        elif on_event is not None:
            on_event(event)

    live_charts(
        [replace(chart, hidden=True) if chart.name in visit.hidden else chart for chart in charts],
        key=key,
        words=visit.chart_words,
        palette=PALETTE,
        headline=headline,
        columns=columns,
        picked=picked,
        tick_ms=tick_ms,
        can_hide=visit.present and coverable,
        scale=_PROJECTED if visit.present else 1.0,
        chart_height=presented if visit.present and presented else height,
        on_event=handle,
    )


def _cover(event: Toggle) -> None:
    hidden = set(link.get("hide")) ^ {event.chart}
    link.put(hide=tuple(name for name in params.CHART_NAMES if name in hidden))
