"""Gradient steps from the current logits: play, pause, step and back to exactly the start."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ce_viz.core import gradient_descent
from ce_viz.figures.quantities import loss_curve
from ce_viz.live import Chart, live_charts
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.visit import PALETTE, Visit, current
from ce_viz.settings import table as params
from ce_viz.strings.numbers import number

TICK_MS = 120
_MOST_STEPS = 2000
_SLIDER_WIDTH = 110  # pixels


def run() -> dict[str, Any]:
    """The descent that led to the current logits; a new one where logits, label or T were set since."""
    descent: dict[str, Any] | None = memory.recall("descent", lambda: None)
    scenario = link.scenario()
    aim = (scenario.effective_targets, scenario.temperature)
    if descent is None or descent["path"][-1] != scenario.logits or descent["aim"] != aim:
        descent = {"path": [scenario.logits], "aim": aim, "losses": [_loss()], "playing": False}
        memory.remember("descent", descent)
    return descent


def playing() -> bool:
    """Whether steps follow each other by themselves."""
    return bool(run()["playing"])


def step(*, draft: bool = False) -> None:
    """One step down the gradient; in a callback."""
    descent = run()
    scenario = link.scenario()
    path = gradient_descent(
        scenario.logits,
        scenario.effective_targets,
        learning_rate=link.get("learning_rate"),
        steps=1,
        temperature=scenario.temperature,
    )
    after = tuple(path[-1].tolist())
    if after == scenario.logits or len(descent["path"]) > _MOST_STEPS:
        pause()
        return
    link.put(logits=after, draft=draft)
    if link.get("logits") == after:
        descent["path"].append(after)
        descent["losses"].append(_loss())
    else:
        pause()


def _loss() -> float:
    return current().explanation.loss


def pause() -> None:
    """Stop where the descent is; the address follows."""
    run()["playing"] = False
    link.put()


def _play() -> None:
    run()["playing"] = True
    step(draft=True)


def _rewind() -> None:
    descent = run()
    link.put(logits=descent["path"][0])
    memory.remember("descent", None)


def controls(visit: Visit) -> None:
    """The buttons, the step size and where the descent is."""
    words, descent = visit.words, run()
    moving = descent["playing"]
    st.button(
        words["learn.rewind"],
        icon=":material/skip_previous:",
        help=words["learn.rewind"],
        key="rewind",
        on_click=_rewind,
        disabled=len(descent["path"]) < 2,
    )
    st.button(
        words["learn.pause"] if moving else words["learn.play"],
        icon=":material/pause:" if moving else ":material/play_arrow:",
        help=words["learn.pause"] if moving else words["learn.play"],
        key="play",
        on_click=pause if moving else _play,
    )
    st.button(
        words["learn.step"],
        icon=":material/skip_next:",
        help=words["learn.step"],
        key="descent_step",
        on_click=step,
        disabled=moving,
    )
    st.slider(
        words["learn.learning_rate"],
        *params.STEP_SIZES,
        step=0.05,
        help=words["learn.help"],
        width=_SLIDER_WIDTH,
        **link.widget("learning_rate"),
    )


def surroundings() -> tuple[object, ...]:
    """All that ``controls`` shows of the descent."""
    descent = run()
    return len(descent["path"]) < 2, descent["playing"]


def curve(visit: Visit) -> None:
    """The loss along the way, once there are steps."""
    words, descent = visit.words, run()
    if len(descent["path"]) < 2:
        return
    reached = words.fill(
        "learn.steps_readout", step=len(descent["path"]) - 1, loss=number(visit.explanation.loss)
    )
    chart = Chart(
        name="loss_curve",
        figure=loss_curve(descent["losses"]),
        title=words["learn.curve"],
        formula="L",
        hint=reached,
        alt=f"{words['learn.curve']}: {reached}",
        kind="plain",
    )
    live_charts([chart], key="learn", columns=1, words=visit.chart_words, palette=PALETTE, chart_height=150)
