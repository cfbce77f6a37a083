"""A page's boards drawn by Streamlit, each where the page wants it."""

from __future__ import annotations

from collections.abc import Callable

from ce_viz.figures.style import DARK
from ce_viz.live import Event, View
from ce_viz.live.component import live_charts
from ce_viz.pages.frame.session import Session
from ce_viz.pages.road import Page
from ce_viz.pages.visit import Visit

_PROJECTED = 0.65  # of a board's height on a laptop: a projector's window counts as 440 pixels high


def draw(
    session: Session,
    visit: Visit,
    page: Page,
    view: View,
    key: str,
    *,
    name: str,
    live: bool = True,
    leads_to: Callable[[Event], str | None] | None = None,
) -> None:
    """Draw one board of a view, and let the page act upon what a hand does there.

    Args:
      session: Whose settings change.
      visit: What the view shows.
      page: The page's view.py.
      view: What it shows now.
      key: Which of its boards.
      name: The page's name at the live route.
      live: Whether the route can answer for this page as it is; not where a visitor's own file is shown.
      leads_to: The page that shows what an event has just done, if that is another one.
    """
    board = view.board(key)
    live_charts(
        board,
        words=visit.chart_words,
        palette=DARK,
        page=name if live else None,
        link=visit.settings.link,
        tick_ms=view.tick_ms,
        asks_end=session.awaits_end,
        can_hide=visit.present and board.coverable,
        presented=(board.presented or round(_PROJECTED * board.height)) if visit.present else None,
        session=session.name,
        is_meant=lambda name: name in (None, session.name),
        handled=session.handled(key),
        on_message=lambda number, events: session.receive(key, number, events, page, leads_to=leads_to),
    )
