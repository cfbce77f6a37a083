"""The one road that a page's picture takes, whoever asks for it: settings, events, a view.

Streamlit's script and the live route both go through here, so that both show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from ce_viz.figures.quantities import unmarked
from ce_viz.live import Arrive, Board, Chart, Event, Tick, Toggle, Undo, View
from ce_viz.live.route import Question
from ce_viz.pages import presenting
from ce_viz.pages.visit import Visit, visit_of
from ce_viz.settings.readers import Invalid
from ce_viz.settings.value import Settings

_LABEL = "targets"  # the chart that shows which class is true


class Page(Protocol):
    """A page's view.py."""

    @property
    def CHARTS(self) -> tuple[str, ...]:  # noqa: N802  (a module's constant)
        """Names of its charts that presenters can cover."""
        ...

    def show(self, visit: Visit) -> View:
        """What the page shows of live charts."""
        ...

    def act(self, settings: Settings, event: Event) -> Settings:
        """What an edit, a pick or a tick makes of the settings; others change nothing. Raises ``Invalid``."""
        ...

    def is_slow(self, question: Question) -> bool:
        """Whether an answer may take more than a few milliseconds, with few classes too; before the link is read."""
        ...


def uses_scenario(page: object, settings: Settings) -> bool:
    """Whether a page shows anything of logits, label and temperature: all do whose view.py does not say otherwise."""
    says: Callable[[Settings], bool] | None = getattr(page, "uses_scenario", None)
    return says is None or says(settings)


def act(page: Page, settings: Settings, event: Event) -> Settings:
    """What an event makes of the settings, on any page; raises ``Invalid``.

    Undo changes nothing here: steps are the visit's, which no link holds.
    """
    match event:
        case Toggle():
            return presenting.toggled(settings, event.chart)
        case Arrive():
            return settings.following(event.changed)
        case Undo():
            return settings
    chart = getattr(event, "chart", None)
    if chart in settings.covered and chart in page.CHARTS:
        return settings  # what is covered can be neither moved nor pointed out
    return page.act(settings, event)


def goes_on(page: Page, settings: Settings) -> bool:
    """Whether another frame of a play would move anything."""
    try:
        return act(page, settings, Tick()) != settings
    except Invalid:
        return False


def show(page: Page, visit: Visit) -> View:
    """What the page shows, with what presenters have covered without its content.

    Where the label is covered, no other chart's axis says which class is the true one.
    """
    view = page.show(visit)
    if not visit.hidden:
        return view
    covered = set(visit.hidden)
    tells = _LABEL in covered and _LABEL in page.CHARTS

    def seen(board: Board, chart: Chart) -> Chart:
        if board.coverable and chart.name in covered:
            return replace(chart, hidden=True)
        return replace(chart, figure=unmarked(chart.figure), glow=None) if tells else chart

    boards = (
        replace(board, charts=tuple(seen(board, chart) for chart in board.charts)) for board in view.boards
    )
    return replace(view, boards=tuple(boards))


def is_covering(view: View) -> bool:
    """Whether presenters have covered a chart of the view: then no words beside it may tell its numbers."""
    return any(chart.hidden for board in view.boards for chart in board.charts)


def answer(page: Page, settings: Settings, events: Iterable[Event], preferred: str) -> tuple[Settings, View]:
    """The settings after the events and the view of them, for a visitor of whom nothing else is known."""
    playing = False
    for event in events:
        after = act(page, settings, event)
        playing = isinstance(event, Tick) and after != settings  # a frame that moves nothing is the last
        settings = after
    return settings, show(page, visit_of(settings, preferred, playing=playing))
