"""What the parts of Why cross-entropy share: their grid of charts, the names of the losses and of the axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ce_viz.live_charts import Chart, Event, Toggle, live_charts
from ce_viz.pages import link, params
from ce_viz.pages.visit import PALETTE, Visit


def board(
    visit: Visit,
    name: str,
    charts: Sequence[Chart],
    *,
    height: int,
    tick_ms: int | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> None:
    """Two charts side by side; presenter mode can cover each."""

    def handle(event: Event) -> None:
        if isinstance(event, Toggle):
            cover(event)
        elif on_event is not None:
            on_event(event)

    live_charts(
        [replace(chart, hidden=chart.name in visit.hidden) for chart in charts],
        key=f"why_board_{name}",
        words=visit.chart_words,
        palette=PALETTE,
        columns=2,
        tick_ms=tick_ms,
        can_hide=visit.present,
        scale=1.35 if visit.present else 1.0,
        chart_height=height,
        on_event=handle,
    )


def cover(event: Toggle) -> None:
    """Cover a chart, or show it again."""
    hidden = set(link.get("hide")) ^ {event.chart}
    link.put(hide=tuple(name for name in params.CHART_NAMES if name in hidden))


def loss_names(visit: Visit, *, short: bool = False) -> tuple[str, str]:
    """Cross-entropy and squared error, as the curves and tables name them."""
    return visit.words["why.cross_entropy"], visit.words[
        "why.squared_error_short" if short else "why.squared_error"
    ]


def axis_words(visit: Visit, name: str, here: str = "here") -> dict[str, str]:
    """What a drawing writes below its axis, and at the visitor's place on it."""
    axes = visit.words.section("why.axes")
    return {f"{name}_axis": axes[name], "here": axes[here]}


def shared_slider(visit: Visit, name: str, limits: tuple[float, float], *, step: float) -> None:
    """A second slider for a setting of the sidebar, beside the charts that it moves: presenters see no sidebar."""
    key = f"why_{name}"
    st.session_state[key] = link.get(name)
    st.slider(
        visit.words[f"controls.{name}"],
        *limits,
        step=step,
        key=key,
        on_change=lambda: link.put(**{name: st.session_state[key]}),
    )


def step_size(place: DeltaGenerator, visit: Visit) -> None:
    """The step size of both descents."""
    place.slider(
        visit.words["learn.learning_rate"],
        *params.STEP_SIZES,
        step=0.05,
        help=visit.words["learn.help"],
        **link.widget("learning_rate"),
    )


def class_label(visit: Visit, k: int) -> str:
    """Class ``k``, from 0, by number and name."""
    return str(k + 1) if visit.names[k] == str(k + 1) else f"{k + 1} · {visit.names[k]}"
