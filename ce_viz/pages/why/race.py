"""Why cross-entropy, part three: both losses descend from the same logits; play, pause, rewind."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from ce_viz.core.studies.comparison import labelled_class
from ce_viz.core.studies.race import GOAL, Arrival, Race, run_race
from ce_viz.live import Chart, Event, Tick
from ce_viz.pages.frame import memory, shown
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import figures
from ce_viz.pages.why.controls import axis_words, loss_names, step_size
from ce_viz.strings.numbers import number, vector

TICK_MS = 120
_FASTER = (
    15  # so many times around the first steps go one by one; later, each tick takes 1/15 of the way so far
)


def part(visit: Visit) -> None:
    """Draw the part."""
    race = _race()
    shown.show(race=race)
    step = _step(race)
    if step >= race.steps:
        _state()["playing"] = False
    st.markdown(visit.words["why.race.story"])
    _controls(visit, race, step)
    board(
        visit,
        "why_board_race",
        [_losses(visit, race, step), _places(visit, race, step)],
        columns=2,
        height=300,
        tick_ms=TICK_MS if playing() else None,
        on_event=_tick,
    )
    for column, racer in zip(st.columns(2), range(2), strict=True):
        column.markdown(_standing(visit, race, racer, step))


def playing() -> bool:
    """Whether steps follow each other; not if something else was set meanwhile, which ends what is under way."""
    return bool(_state()["playing"] and link.under_way())


def _state() -> dict[str, Any]:
    return memory.recall("why_race", lambda: {"playing": False, "of": None, "race": None})


def _race() -> Race:
    """The race from the current logits; kept while it is shown, since long ones take 20 ms to run."""
    state, wanted = _state(), (link.scenario(), link.get("learning_rate"))
    if state["of"] != wanted:
        state["of"], state["race"] = wanted, run_race(*wanted)
    race: Race = state["race"]
    return race


def _step(race: Race) -> int:
    return min(int(link.get("race_step")), race.steps)


def _go(step: int, *, draft: bool = False) -> None:
    if not draft:
        _state()["playing"] = False
    link.put(race_step=step, draft=draft)


def _slide() -> None:
    """Go where the slider was moved; an older step that it still shows, while a tick overtakes it, is no move."""
    place, race = int(memory.entered("why_race_at")), _race()
    at = _step(race)
    if not (playing() and at - 1 - at // _FASTER <= place <= at):
        _go(place)


def _play() -> None:
    race = _race()
    at = _step(race)
    _state()["playing"] = True
    _go(0 if at >= race.steps else at + 1, draft=True)


def _tick(event: Event) -> None:
    if isinstance(event, Tick) and playing():
        race = _race()
        at = _step(race)
        after = min(race.steps, at + 1 + at // _FASTER)
        _go(after, draft=after < race.steps)


def _controls(visit: Visit, race: Race, step: int) -> None:
    words, moving = visit.words, playing()
    buttons, rate = st.columns([1.8, 1], vertical_alignment="bottom")
    with buttons.container(horizontal=True, gap="small"):
        for name, icon, shortcut, goal, disabled in (
            ("rewind", "skip_previous", None, 0, step == 0),
            ("play", "pause" if moving else "play_arrow", "P", step, False),
            ("step", "skip_next", "N", step + 1, moving or step >= race.steps),
            ("finish", "last_page", None, race.steps, step >= race.steps),
        ):
            st.button(
                words[f"why.race.{'pause' if name == 'play' and moving else name}"],
                icon=f":material/{icon}:",
                key=f"why_{name}",
                shortcut=shortcut,
                on_click=_play if name == "play" and not moving else _go,
                args=() if name == "play" and not moving else (goal,),
                disabled=disabled,
                type="primary" if name == "play" else "secondary",
            )
    st.session_state["why_race_at"] = step
    st.slider(
        words["why.race.at"],
        0,
        race.steps,
        key="why_race_at",
        on_change=_slide,
    )
    step_size(rate, visit)


def _goal(race: Race) -> str:
    return number(race.goal, 1 if race.goal == GOAL else 3)


def _losses(visit: Visit, race: Race, step: int) -> Chart:
    words = visit.words
    return Chart(
        name="race_loss",
        figure=figures.race_losses(race, step, loss_names(visit, short=True), axis_words(visit, "steps")),
        title=words["why.race.loss"],
        formula="L = −Σ y_k log S_k",
        hint=words.fill("why.race.goal_readout", goal=_goal(race)),
        alt=" ".join(_standing(visit, race, racer, step).replace("*", "") for racer in range(2)),
        kind="plain",
    )


def _places(visit: Visit, race: Race, step: int) -> Chart:
    """Where softmax goes: on the triangle for three classes, else the true class alone."""
    words, label = visit.words, labelled_class(visit.scenario.effective_targets)
    names = loss_names(visit, short=True)
    cross, squared = (vector(tuple(race.probs[racer, step].tolist())) for racer in range(2))
    on_triangle = visit.explanation.num_classes == 3
    return Chart(
        name="race_simplex" if on_triangle else "race_label",
        figure=figures.race_simplex(race, step, visit.names, names)
        if on_triangle
        else figures.race_label(race, step, label, names, axis_words(visit, "steps")),
        title=words["why.race.simplex" if on_triangle else "why.race.label"],
        formula="S",
        hint=words["why.race.simplex_hint" if on_triangle else "why.race.label_hint"],
        alt=words.fill("why.race.simplex_readout", step=step, cross_entropy=cross, squared_error=squared),
        kind="plain",
    )


def _standing(visit: Visit, race: Race, racer: int, step: int) -> str:
    """How a racer does at ``step``; nothing of what comes later, so that a class can still guess."""
    words, arrival = visit.words, race.arrivals[racer]
    name = loss_names(visit, short=True)[racer]
    now = {"name": name, "step": step, "loss": number(race.losses[racer, step])}
    if arrival.exact and arrival.steps <= step:
        return words.fill("why.race.arrived_readout", name=name, goal=_goal(race), steps=int(arrival.steps))
    if step < race.steps:
        return words.fill("why.race.running_readout", **now)
    if math.isinf(arrival.steps):
        return words.fill("why.race.never_readout", **now)
    return words.fill("why.race.stuck_readout", **now, steps=about(arrival))


def about(arrival: Arrival) -> str:
    """An estimated number of steps, in the two digits that it is good for."""
    power = math.floor(math.log10(arrival.steps)) - 1
    rounded = round(arrival.steps / 10**power) * 10**power
    return f"{rounded:,}" if rounded < 1e5 else number(rounded)
