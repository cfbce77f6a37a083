"""Why cross-entropy, part two: both losses over two logits, and the way down each."""

from __future__ import annotations

import math

import streamlit as st

from ce_viz.core.studies.comparison import LossSurfaces, labelled_class, loss_surfaces, strongest_rival
from ce_viz.figures import surfaces as figures
from ce_viz.live import Chart, Event, Pick
from ce_viz.pages.frame import memory, shown
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.visit import Visit
from ce_viz.pages.why.controls import class_label, loss_names, step_size
from ce_viz.strings.numbers import number

VIEWS = ("contour", "space")


def part(visit: Visit) -> None:
    """Draw the part."""
    words, view = visit.words, link.get("surface")
    st.markdown(words["why.surface.story" if view == "contour" else "why.surface.story_space"])
    pair = _pair(visit)
    _controls(visit, pair, view)
    surfaces = loss_surfaces(visit.scenario, pair, learning_rate=link.get("learning_rate"))
    shown.show(loss_surfaces=surfaces)
    board(
        visit,
        "why_board_surface",
        [_chart(visit, surfaces, which, view) for which in range(2)],
        columns=2,
        height=390,
        on_event=lambda event: _start_at(event, surfaces),
    )


def _pair(visit: Visit) -> tuple[int, int]:
    """The picked pair; else the strongest wrong class across and the label's class upwards."""
    logits, picked = visit.scenario.logits, link.get("pair")
    if picked is not None and all(math.isfinite(logits[k - 1]) for k in picked):
        return picked[0] - 1, picked[1] - 1
    if picked is not None:
        st.info(visit.words["why.surface.masked"])
    label = labelled_class(visit.scenario.effective_targets)
    return strongest_rival(logits, label), label


def _controls(visit: Visit, pair: tuple[int, int], view: str) -> None:
    words = visit.words
    kind, across, up, rate, turn = st.columns([1.3, 1, 1, 1.3, 1.3], vertical_alignment="bottom")
    kind.segmented_control(
        words["why.surface.view"],
        VIEWS,
        format_func=lambda code: words[f"why.surface.{code}"],
        required=True,
        **link.widget("surface"),
    )
    free = [k + 1 for k, logit in enumerate(visit.scenario.logits) if math.isfinite(logit)]
    st.session_state["pair_x"], st.session_state["pair_y"] = pair[0] + 1, pair[1] + 1

    def pick() -> None:
        x, y = memory.entered("pair_x"), memory.entered("pair_y")
        old = pair[0] + 1, pair[1] + 1
        # a class cannot span both axes: the other axis takes over what this one had
        link.put(pair=(x, y) if x != y else (old[1], old[0]))

    for place, key, label in ((across, "pair_x", "along_x"), (up, "pair_y", "along_y")):
        place.selectbox(
            words[f"why.surface.{label}"],
            free,
            format_func=lambda k: class_label(visit, k - 1),
            key=key,
            on_change=pick,
        )
    step_size(rate, visit)
    if view == "space":
        turn.slider(words["why.surface.turn"], -180, 180, step=5, format="%d°", **link.widget("turn"))


def _start_at(event: Event, surfaces: LossSurfaces) -> None:
    """A place on a map becomes the start."""
    if isinstance(event, Pick):
        logits = list(link.get("logits"))
        places = surfaces.ticks.tolist()
        logits[surfaces.pair[0]], logits[surfaces.pair[1]] = places[event.j], places[-1 - event.i]
        link.put(logits=tuple(logits))


def _chart(visit: Visit, surfaces: LossSurfaces, which: int, view: str) -> Chart:
    words, title = visit.words, loss_names(visit, short=True)[which]
    axes = [f"o ({class_label(visit, k)})" for k in surfaces.pair]
    path, heights = surfaces.paths[which].tolist(), surfaces.heights[which].tolist()
    steps = len(path) - 1
    start, end = number(heights[0]), number(heights[-1])
    alt = words.fill(
        "why.surface.alt_readout",
        title=title,
        low=number(surfaces.ticks[0], 0),
        high=number(surfaces.ticks[-1], 0),
        x=number(path[0][0]),
        y=number(path[0][1]),
        start=start,
        steps=steps,
        x_end=number(path[-1][0]),
        y_end=number(path[-1][1]),
        loss=end,
    )
    return Chart(
        # a drawing in space is another card than a map: only it takes hold of the mouse
        name=f"{'surface' if view == 'contour' else 'space'}_{figures.LOSSES[which]}",
        figure=figures.contour(surfaces, which, axes)
        if view == "contour"
        else figures.space(surfaces, which, axes, turn=link.get("turn")),
        title=title[:1].upper() + title[1:],
        formula=("−Σ y log S", "Σ(S − y)²")[which],
        hint=words.fill("why.surface.hint_readout", steps=steps, loss=end, start=start),
        alt=alt,
        kind="matrix" if view == "contour" else "plain",
    )
