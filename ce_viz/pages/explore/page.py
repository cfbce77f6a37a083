"""Explore: set logits and labels by hand, and see the whole pipeline move."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ce_viz.core import Scenario, rescale_others
from ce_viz.core.landmarks import settled_logits, shifted_logits, winning_logits
from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.figures import quantities as figures
from ce_viz.figures.style import Figure, bar_values
from ce_viz.live import Chart, Edit, Editable, Event, Pick, Pieces, Tick, Undo
from ce_viz.pages.explore import descent, origin
from ce_viz.pages.explore import panels as explore_panels
from ce_viz.pages.frame import memory, server
from ce_viz.pages.frame import sidebar as controls
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.visit import Visit, current
from ce_viz.strings.numbers import number, vector

_EXACT = 1e-11  # sums of up to 100 rounded numbers
_DIFFERENCES = 1e-5  # what central differences can reach
_FORMULAS = {
    "logits": "o",
    "probs": "S = softmax(o)",
    "targets": "y",
    "loss": "−y_k log S_k",
    "probs_grad": "∂L/∂S_i = −y_i/S_i",
    "jacobian": "∂S_i/∂o_j",
    "chain_rule": "∂L/∂S_i · ∂S_i/∂o_j",
    "logits_grad": "∂L/∂o_j",
}
_JOINERS = {"logits": "→", "targets": "→", "probs_grad": "×", "jacobian": "=", "chain_rule": "Σ↓"}
_ROW_CHARTS = {"probs", "loss", "probs_grad"}  # a bar there is an output i; elsewhere it is a logit j
_LEAD = 20.0
_SHIFT = 5.0
_LANDMARKS: Mapping[str, Callable[[Scenario], tuple[float, ...]]] = {
    "shift": lambda scenario: shifted_logits(scenario.logits, _SHIFT),
    "tie": lambda scenario: (0.0,) * len(scenario.logits),
    "winner": lambda scenario: winning_logits(scenario.logits, _LEAD),
    "settled": lambda scenario: settled_logits(scenario.effective_targets, temperature=scenario.temperature),
}
_KEY = "explore"


def page(visit: Visit) -> None:
    """Draw the page."""
    origin.note(visit)
    _sum_notice(visit)
    with st.container(horizontal=True, gap=6, vertical_alignment="bottom"):
        _landmarks(visit)
        descent.controls(visit)
        explore_panels.pickers(visit)
        if visit.present:
            st.button(
                visit.words["controls.leave_present"],
                key="leave",
                on_click=link.put,
                kwargs={"present": False},
            )
    _moving_part(controls.logits_place())
    explore_panels.numbers(visit)
    memory.remember("surroundings", _surroundings(visit))


@st.fragment
def _moving_part(field: DeltaGenerator) -> None:
    """All that moves with the logits, their field in the sidebar too: a change of them runs this much.

    Where more is to change, the whole page runs.
    """
    with server.TURN:
        _draw_moving_part(field)


def _draw_moving_part(field: DeltaGenerator) -> None:
    visit = current()
    if link.is_unpublished():
        if memory.recall("surroundings", tuple) != _surroundings(visit):
            st.rerun()
        link.publish()
    with field:
        controls.logits(visit.words, beside=_KEY)
    board(
        visit,
        _KEY,
        charts(visit),
        headline=_headline(visit),
        columns=4,
        height=185,
        presented=258,
        picked=visit.cell,
        tick_ms=descent.TICK_MS if descent.playing() else None,
        on_event=handle,
    )
    descent.curve(visit)
    explore_panels.panels(visit)


def _surroundings(visit: Visit) -> tuple[object, ...]:
    """All that the page shows outside of its moving part: what is drawn there looks at nothing else."""
    explanation = visit.explanation
    return (
        controls.surroundings(),
        descent.surroundings(),
        None if visit.sums_to_one else explanation.probs_minus_targets.tolist(),
        explore_panels.surroundings(visit),
    )


def handle(event: Event) -> None:
    """What a hand did on a chart becomes a setting."""
    match event:
        case Edit(chart="logits"):
            link.put(logits=link.moved("logits", event.index, event.values), draft=not event.final)
        case Edit(chart="targets") if link.get("mode") == "soft":
            targets = link.moved("targets", event.index, event.values)
            if _keeps_sum() and event.index < len(targets):
                targets = tuple(rescale_others(targets, event.index).tolist())
            link.put(targets=targets, draft=not event.final)
        case Pick():
            _pick(event)
        case Tick() if descent.playing():
            descent.step(draft=True)
        case Undo():
            link.undo(redo=event.redo)


def _keeps_sum() -> bool:
    """Whether the other label weights make room for one that is moved: they have a sum of 1 to keep."""
    return not link.get("free_sum") and math.isclose(math.fsum(link.get("targets")), 1.0, abs_tol=1e-9)


def _pick(event: Pick) -> None:
    count = len(link.get("logits"))
    i, j = memory.recall("shown_cell", lambda: (0, 0))
    if event.chart in _ROW_CHARTS:
        i = event.i
    elif event.chart in {"jacobian", "chain_rule"}:
        i, j = (event.i if event.i < count else i), event.j
    else:
        j = event.j
    if i < count and j < count:
        link.put(cell=(i + 1, j + 1))


def charts(visit: Visit) -> list[Chart]:
    """The eight charts in page order."""
    explanation, names, words = visit.explanation, visit.names, visit.words
    drawn: dict[str, Figure] = {
        "logits": figures.logits(explanation, names),
        "probs": figures.probs(explanation, names),
        "targets": figures.targets(explanation, names),
        "loss": figures.loss(explanation, names),
        "probs_grad": figures.probs_grad(explanation, names),
        "jacobian": figures.jacobian(explanation),
        "chain_rule": figures.chain_rule(explanation),
        "logits_grad": figures.logits_grad(explanation, names),
    }
    editable = {"logits": Editable(-10.0, 10.0, typed_low=-MAX_ABS_LOGIT, typed_high=MAX_ABS_LOGIT)}
    if visit.scenario.mode == "soft":
        editable["targets"] = Editable(0.0, 1.0 if _keeps_sum() else 2.0, step=0.1, typed_high=1e6)
    joiners = _JOINERS | {"probs": words["charts.versus"]}
    special = {"targets": "targets_drag"} if "targets" in editable else {}
    if explanation.temperature != 1:
        special["jacobian"] = "jacobian_scaled"
    return [
        Chart(
            name=name,
            figure=figure,
            title=words[f"charts.{name}"],
            formula=_formula(visit, name),
            hint=words[f"charts.{special.get(name, name)}_hint"],
            alt=_alternative(visit, name, figure),
            joiner=joiners.get(name, ""),
            kind="matrix" if name in {"jacobian", "chain_rule"} else "bars",
            editable=editable.get(name),
            labels=_slider_labels(visit, name) if name in editable else (),
        )
        for name, figure in drawn.items()
    ]


def _formula(visit: Visit, name: str) -> str:
    if name == "probs" and visit.explanation.temperature != 1:
        return "S = softmax(o/T)"
    if name != "logits_grad":
        return _FORMULAS[name]
    inside = "S_j − y_j" if visit.sums_to_one else "S_j Σ y − y_j"
    return f"∂L/∂o_j = {inside}" if visit.explanation.temperature == 1 else f"∂L/∂o_j = ({inside})/T"


def _alternative(visit: Visit, name: str, figure: Figure) -> str:
    title, trace = visit.words[f"charts.{name}"], figure["data"][0]
    if trace["type"] == "heatmap":
        values = [value for row in trace["z"] for value in row if value is not None]
        return visit.words.fill(
            "charts.matrix_readout",
            title=title,
            rows=len(trace["z"]),
            columns=len(trace["z"][0]),
            largest=number(max(values)),
            smallest=number(min(values)),
        )
    named = zip([*visit.names, "L"], bar_values(figure), strict=False)
    shown = [f"{label} {number(value)}" for label, value in list(named)[:12]]
    return visit.words.fill("charts.bars_readout", title=title, values=", ".join(shown))


def _slider_labels(visit: Visit, name: str) -> tuple[str, ...]:
    key = f"charts.slider_{name}_readout"
    return tuple(visit.words.fill(key, k=k + 1, name=label) for k, label in enumerate(visit.names))


def _headline(visit: Visit) -> Pieces:
    """The gradient, the loss, and what must hold of them."""
    explanation, words = visit.explanation, visit.words
    inside = "S − y" if visit.sums_to_one else "S·Σy − y"
    formula = inside if explanation.temperature == 1 else f"({inside})/T"
    worst = max(explanation.chain_rule_error, explanation.finite_difference_error)
    scale = max(1.0, explanation.targets_sum, explanation.targets_sum / explanation.temperature)
    checks = [
        (words["explore.checks_probs"], explanation.probs_sum_error <= _EXACT),
        (
            words["explore.checks_jacobian"],
            max(explanation.jacobian_row_error, explanation.jacobian_column_error) <= _EXACT * scale,
        ),
        (words["explore.checks_grad"], explanation.grad_sum_error <= _EXACT * scale),
        (words.fill("explore.checks_chain_readout", worst=number(worst)), worst <= _DIFFERENCES * scale),
    ]
    pieces = [
        [f"∂L/∂o = {formula} = "],
        [vector(tuple(explanation.logits_grad.tolist())), "b"],
        ["\u2003 L\u00a0=\u00a0"],
        [words.fill("explore.loss_readout", loss=number(explanation.loss)), "b"],
    ]
    for text, holds in checks:
        pieces += [["\u2003 "], ["✓", "lc-holds", "small"] if holds else ["✗", "lc-fails", "small"]]
        pieces.append([f"\u00a0{text}", "small"])
    return pieces


def _sum_notice(visit: Visit) -> None:
    if visit.sums_to_one:
        return
    explanation, words = visit.explanation, visit.words
    wrong = explanation.probs_minus_targets.tolist()
    text = words.fill(
        "explore.not_one_readout",
        sum=number(explanation.targets_sum),
        wrong=vector(tuple(wrong)).replace("[", r"\[").replace("]", r"\]"),
        wrong_sum=number(sum(wrong)),
    )

    def normalise() -> None:
        total = sum(link.get("targets"))
        link.put(targets=tuple(target / total for target in link.get("targets")))

    sentence, button = st.columns([6, 1], vertical_alignment="center")
    sentence.info(text)
    if explanation.targets_sum > 0:
        button.button(words["controls.normalise"], key="normalise", on_click=normalise)


def _landmarks(visit: Visit) -> None:
    words = visit.words
    places = list(_LANDMARKS)
    if max(visit.scenario.effective_targets) == 0:
        places.remove("settled")  # no weight at all pulls nowhere: the gradient is zero everywhere

    def visit_place() -> None:
        if chosen := memory.entered("landmark"):
            link.put(logits=_LANDMARKS[chosen](link.scenario()))

    st.session_state["landmark"] = None  # a place to go to, not a mode to be in
    st.pills(
        words["landmarks.title"],
        places,
        format_func=lambda name: words[f"landmarks.{name}"],
        label_visibility="collapsed",
        key="landmark",
        on_change=visit_place,
    )
