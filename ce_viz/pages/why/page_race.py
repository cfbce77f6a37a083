"""What plays the race of two descents, drawn by Streamlit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from ce_viz.live import Tick
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import race, view
from ce_viz.settings.shared import UNDOABLE


def buttons(visit: Visit, session: Session, name: str) -> None:
    """Back to the start, play, a step, and to the end; ``name`` is the page's."""
    words = visit.words
    step, steps = race.step_of(visit.settings), race.race_of(visit.settings).steps
    moving = visit.playing and step < steps

    def play() -> None:
        if step >= steps:
            session.put(race_step=0)
        session.play(
            name,
            ends_with=(*UNDOABLE, "learning_rate", "race_step", "part"),
            first=lambda settings: view.act(settings, Tick()),
        )

    def go(to: int) -> Callable[[], None]:
        return partial(session.put, race_step=to)

    middle = ("pause", "pause", session.stop) if moving else ("play", "play_arrow", play)
    for key, (text, icon, act), shortcut, disabled in (
        ("rewind", ("rewind", "skip_previous", go(0)), None, step == 0),
        ("play", middle, "P", False),
        ("step", ("step", "skip_next", go(step + 1)), "N", moving or step >= steps),
        ("finish", ("finish", "last_page", go(steps)), None, step >= steps),
    ):
        st.button(
            words[f"why.race.{text}"],
            icon=f":material/{icon}:",
            key=f"why_{key}",
            shortcut=shortcut,
            on_click=act,
            disabled=disabled,
            type="primary" if key == "play" else "secondary",
        )


def slider(visit: Visit, session: Session) -> None:
    """The step that the race is at."""
    step, steps = race.step_of(visit.settings), race.race_of(visit.settings).steps
    widget = session.widget("race_step", shown=step)
    if session.notes.get("race_steps") != steps:
        # To Streamlit a slider with another end is another widget, which would show its own default.
        session.notes["race_steps"] = steps
        st.session_state["race_step"] = step
    st.slider(visit.words["why.race.at"], 0, steps, **widget)
