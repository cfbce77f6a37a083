"""Derivation: the proof that the gradient is S − y, step by step, in letters, in numbers and on small charts."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from ce_viz.core.studies.derivation import Derivation, derive
from ce_viz.live import Edit, Event, Pick, Undo
from ce_viz.pages.derivation import charts as derivation_charts
from ce_viz.pages.derivation.formulas import indices, numbers
from ce_viz.pages.derivation.symbols import NUM_STEPS, Letters, symbols
from ce_viz.pages.frame import memory, shown
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.visit import Visit

_TOLERANCE = 1e-9  # of Σy = 1
_EXTRA = 0.5  # weight given to a second class to leave Σy = 1


def page(visit: Visit) -> None:
    """Draw the page."""
    proof = derive(visit.explanation, *visit.cell, link.get("x"))
    shown.show(derivation=proof)
    step = link.get("step")
    _navigation(visit, step)
    argument, charts = st.columns([1.15, 1], gap="medium")
    with argument:
        _argument(visit, proof, step)
    with charts:
        board(
            visit,
            "derivation",
            derivation_charts.charts(visit, proof, step),
            columns=2,
            height=165,
            presented=220,
            on_event=lambda event: handle(event, visit.cell),
        )


def handle(event: Event, shown: tuple[int, int]) -> None:
    """What a hand did on a chart becomes a setting; ``shown`` is the cell (i, j) that it saw, from 0."""
    match event:
        case Edit(chart="logits"):
            link.put(logits=link.moved("logits", event.index, event.values), draft=not event.final)
        case Edit(chart="inputs"):
            link.put(x=link.moved("x", event.index, event.values), draft=not event.final)
        case Pick(chart=chart):
            i, j = derivation_charts.picked(chart, event.i, event.j, shown)
            if max(i, j) < len(link.get("logits")):
                link.put(cell=(i + 1, j + 1))
        case Undo():
            link.undo(redo=event.redo)


def _navigation(visit: Visit, step: int) -> None:
    words = visit.words
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            words["derivation.back"],
            key="back",
            shortcut="Left",
            disabled=step == 1,
            on_click=link.put,
            kwargs={"step": max(step - 1, 1)},
        )
        st.button(
            words["derivation.next"],
            key="next",
            shortcut="Right",
            disabled=step == NUM_STEPS,
            on_click=link.put,
            kwargs={"step": min(step + 1, NUM_STEPS)},
        )
        with st.container(horizontal=True, gap="xxsmall", width="content"):
            for k in range(1, NUM_STEPS + 1):  # buttons: a radio group would keep the arrow keys to itself
                st.button(
                    str(k),
                    key=f"step_{k}",
                    type="primary" if k == step else "secondary",
                    help=words[f"derivation.step_{k}.title"],
                    on_click=link.put,
                    kwargs={"step": k},
                )
        st.space("stretch")
        _pickers(visit)
        if visit.present:
            st.button(
                words["controls.leave_present"], key="leave", on_click=link.put, kwargs={"present": False}
            )


def _argument(visit: Visit, proof: Derivation, step: int) -> None:
    words, explanation = visit.words, visit.explanation
    letters = Letters(
        scaled=explanation.temperature != 1,
        sums_to_one=abs(explanation.targets_sum - 1) <= _TOLERANCE,
        one_hot=words["modes.one-hot"],
        smoothed=words["modes.smoothed"],
    )
    st.markdown(f"#### {step} · {words[f'derivation.step_{step}.title']}")
    st.markdown(words[f"derivation.step_{step}.idea"])
    st.latex(symbols(step, letters))
    if step == 10:
        _sum_of_targets(visit, proof, letters)
    about = indices(step, proof)
    with st.container(border=True):
        st.caption(
            words.fill("derivation.numbers_readout", indices=about) if about else words["derivation.numbers"]
        )
        if step == 11:
            beside, field = st.columns([3, 1], vertical_alignment="center")
            beside.latex(numbers(step, proof, letters))
            field.text_input(words["fields.x"], help=words["derivation.x_help"], **link.widget("x"))
        else:
            st.latex(numbers(step, proof, letters))
    for note in [f"step_{step}.aside", *_notes(visit, proof, step, letters)]:
        st.caption(words[f"derivation.{note}"])


def _notes(visit: Visit, proof: Derivation, step: int, letters: Letters) -> list[str]:
    """What must be said about the current numbers, by key."""
    explanation = visit.explanation
    unreachable = any(
        prob == 0 < target for prob, target in zip(explanation.probs, explanation.targets, strict=True)
    )
    says = {
        "note_temperature": letters.scaled and step not in (1, 7),
        "note_shifted": proof.shifted and step in (2, 3, 4, 5),
        "note_masked": step == 2 and float("-inf") in visit.scenario.logits,
        "note_underflow": step == 7 and unreachable,
        "note_without_weight": step == 7 and any(explanation.targets[explanation.probs == 0] == 0),
        "note_infinite": step == 12 and math.isinf(explanation.loss),
        "note_one_hot": step == 8 and visit.scenario.mode == "one-hot",
    }
    return [note for note, applies in says.items() if applies]


def _sum_of_targets(visit: Visit, proof: Derivation, letters: Letters) -> None:
    words = visit.words
    targets = visit.scenario.effective_targets

    def leave_one() -> None:
        more = tuple(target + _EXTRA * (k == proof.other) for k, target in enumerate(targets))
        link.put(mode="soft", targets=more)

    def normalise() -> None:
        link.put(targets=tuple(target / visit.explanation.targets_sum for target in targets))

    if letters.sums_to_one:
        st.button(words["derivation.leave_one"], key="leave_one", on_click=leave_one)
        return
    st.info(words["derivation.not_one"])
    if visit.explanation.targets_sum > 0:
        st.button(words["controls.normalise"], key="normalise", on_click=normalise)


def _pickers(visit: Visit) -> None:
    """The output i and the logit j that the numbers are about."""
    st.session_state["proof_i"], st.session_state["proof_j"] = visit.cell[0] + 1, visit.cell[1] + 1

    def pick() -> None:
        link.put(cell=(memory.entered("proof_i"), memory.entered("proof_j")))

    def label(letter: str, k: int) -> str:
        name = visit.names[k - 1]
        return f"{letter} = {k}" if name == str(k) else f"{letter} = {k} · {name}"

    for letter, text in (("i", "row"), ("j", "column")):
        st.selectbox(
            visit.words[f"explore.cell_{text}"],
            range(1, len(visit.names) + 1),
            format_func=partial(label, letter),
            key=f"proof_{letter}",
            label_visibility="collapsed",
            width=150,
            on_change=pick,
        )
