"""Why cross-entropy: six parts with one message each, all about the visitor's own logits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.core.studies.comparison import labelled_class, strongest_rival
from ce_viz.figures import quantities as figures
from ce_viz.live import Chart, Edit, Editable, Event, Undo
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.frame.parts import navigation
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import gradient as why_gradient
from ce_viz.pages.why import label as why_label
from ce_viz.pages.why import race as why_race
from ce_viz.pages.why import surface as why_surface
from ce_viz.strings.numbers import number

GAPS = (2, 5, 10, 20)

_PARTS: Mapping[str, Callable[[Visit], None]] = {
    "gradient": why_gradient.part,
    "surface": why_surface.part,
    "race": why_race.part,
    "meaning": why_label.meaning,
    "smoothing": why_label.smoothing,
    "temperature": why_label.temperature,
}
_COMPARING = ("gradient", "surface", "race")


def page(visit: Visit) -> None:
    """Draw the page."""
    part = link.get("part")
    navigation(visit, "why", list(_PARTS), "part")
    st.markdown(f"#### {visit.words[f'why.{part}.claim']}")
    main, side = st.columns([3.2, 1], gap="medium")
    with main:
        obstacle = _obstacle(visit, part)
        if obstacle:
            st.info(visit.words[f"why.{obstacle}"])
        else:
            _PARTS[part](visit)
    with side:
        _logits(visit)


def _obstacle(visit: Visit, part: str) -> str:
    """What keeps a part from being drawn: the key of the words for it, or nothing."""
    scenario = visit.scenario
    if part in {"smoothing", "temperature"}:
        return ""
    if not math.isfinite(visit.explanation.loss):
        return "infinite"
    label = labelled_class(scenario.effective_targets)
    if part in _COMPARING and (
        strongest_rival(scenario.logits, label) is None or scenario.logits[label] == -math.inf
    ):
        return "alone"
    return ""


def _logits(visit: Visit) -> None:
    """The visitor's logits and their softmax, beside every part; and starts that are wrong by a round number."""
    words, explanation = visit.words, visit.explanation
    label = labelled_class(visit.scenario.effective_targets)
    charts = [
        Chart(
            name="logits",
            figure=figures.logits(explanation, visit.names),
            title=words["charts.logits"],
            formula="o",
            hint=words["why.logits_hint"],
            alt=_values(visit, "logits", explanation.logits.tolist()),
            editable=Editable(-10.0, 10.0, typed_low=-MAX_ABS_LOGIT, typed_high=MAX_ABS_LOGIT),
            labels=tuple(
                words.fill("charts.slider_logits_readout", k=k + 1, name=name)
                for k, name in enumerate(visit.names)
            ),
        ),
        Chart(
            name="probs",
            figure=figures.probs(explanation, visit.names),
            title=words["charts.probs"],
            formula="S = softmax(o)" if explanation.temperature == 1 else "S = softmax(o/T)",
            hint=words["why.label_hint"],
            alt=_values(visit, "probs", explanation.probs.tolist()),
        ),
    ]
    board(visit, "why", charts, columns=1, height=150, picked=(label, label), on_event=handle)
    st.caption(words["why.wrong_by"], help=words["why.wrong_by_help"])
    with st.container(horizontal=True, gap="small"):
        for gap in GAPS:
            st.button(str(gap), key=f"why_gap_{gap}", on_click=_start_wrong, args=(visit, gap))


def _values(visit: Visit, name: str, values: Sequence[float]) -> str:
    shown = [f"{label} {number(value)}" for label, value in list(zip(visit.names, values, strict=True))[:12]]
    return visit.words.fill(
        "charts.bars_readout", title=visit.words[f"charts.{name}"], values=", ".join(shown)
    )


def _start_wrong(visit: Visit, gap: int) -> None:
    """One wrong class ahead by ``gap``, all others level with the true one."""
    scenario = visit.scenario
    label = labelled_class(scenario.effective_targets)
    rival = strongest_rival(scenario.logits, label)
    ahead = (label + 1) % len(scenario.logits) if rival is None else rival
    logits = tuple(float(gap) if k == ahead else 0.0 for k in range(len(scenario.logits)))
    link.put(logits=logits, mode="one-hot", label=label + 1, temperature=1.0)


def handle(event: Event) -> None:
    """What a hand did on the logits becomes a setting."""
    match event:
        case Edit(chart="logits", values=values) if len(values) == len(link.get("logits")):
            link.put(logits=values, draft=not event.final)
        case Undo():
            link.undo(redo=event.redo)
