"""The derivation drawn by Streamlit: a step's idea and formulas beside its charts."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ce_viz.core.studies.derivation import Derivation
from ce_viz.pages import road
from ce_viz.pages.cards import normalised
from ce_viz.pages.derivation import sentences, view
from ce_viz.pages.derivation.settings import NUM_STEPS
from ce_viz.pages.derivation.steps import Step, letters_of, step_of
from ce_viz.pages.frame import board
from ce_viz.pages.frame.parts import covered, explained, heading, next_page
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit

NAME = "derivation"

_PICKER_WIDTH = 150  # pixels


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    shown = road.show(view, visit)
    session.results = shown.results
    step = step_of(visit)
    heading(visit, NAME)
    _navigation(visit, session)
    argument, charts = st.columns([1.15, 1], gap="medium")
    with argument:
        proof = step.at_case(view.proof_of(visit))
        _argument(visit, session, step, proof, covering=road.is_covering(shown))
    with charts:
        board.draw(session, visit, view, shown, view.BOARD, name=NAME)
    next_page(visit, session, NAME)


def _navigation(visit: Visit, session: Session) -> None:
    words, at = visit.words, visit.settings["step"]

    def button(label: str, key: str, step: int, **looks: str | bool) -> None:
        st.button(label, key=key, on_click=session.put, kwargs={"step": step}, **looks)  # type: ignore[arg-type]

    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="steps"):
        if not visit.present:  # the strip leads on and back
            button(words["derivation.back"], "back", max(at - 1, 1), shortcut="Left", disabled=at == 1)
            button(
                words["derivation.next"],
                "next",
                min(at + 1, NUM_STEPS),
                shortcut="Right",
                disabled=at == NUM_STEPS,
            )
        with st.container(horizontal=True, gap="xxsmall", width="content"):
            for k in range(
                1, NUM_STEPS + 1
            ):  # buttons: a list of choices would keep the arrow keys to itself
                looks = {"type": "primary" if k == at else "secondary"}
                button(str(k), f"step_{k}", k, help=sentences.title(visit, k), **looks)
        st.space("stretch")
        _pickers(visit, session)


def _onwards(visit: Visit, session: Session) -> None:
    """The next step by name; after the last, the page's own way on follows."""
    words, then = visit.words, visit.settings["step"] + 1
    if then > NUM_STEPS:
        return
    title = words[f"derivation.step_{then}.title"]
    st.button(
        words.fill("derivation.next_readout", title=title),
        key="next_step",
        on_click=session.put,
        kwargs={"step": then},
    )


def _argument(visit: Visit, session: Session, step: Step, proof: Derivation, *, covering: bool) -> None:
    st.markdown(f"#### {sentences.title(visit, visit.settings['step'])}")
    with explained(visit, sentences.idea(visit)):
        _formulas(visit, session, step, proof, covering=covering)
    if not visit.present:  # the strip leads on
        _onwards(visit, session)


def _formulas(visit: Visit, session: Session, step: Step, proof: Derivation, *, covering: bool) -> None:
    """The step in symbols and in numbers; of what is covered, no numbers."""
    words, letters = visit.words, letters_of(visit)
    st.latex(step.symbols(letters))
    if covering:
        covered(visit)
        return
    if step.control == "labels":
        _sum_of_targets(visit, session)
    with st.container(border=True):
        st.caption(sentences.about(visit, step, proof))
        if step.control == "inputs":
            formulas, field = st.columns([3, 1], vertical_alignment="center")
            formulas.latex(step.numbers(proof, letters))
            field.text_input(words["fields.x"], help=words["derivation.x_help"], **session.widget("x"))
        else:
            st.latex(step.numbers(proof, letters))
    for note in sentences.notes(visit, step, proof):
        st.caption(note)


def _sum_of_targets(visit: Visit, session: Session) -> None:
    words = visit.words
    if visit.sums_to_one:
        st.button(
            words["derivation.leave_one"],
            key="leave_one",
            on_click=session.press,
            args=(view.leaving_one,),
        )
        return
    st.info(sentences.sum_of_targets(visit))
    if visit.explanation.targets_sum > 0:
        st.button(
            words["controls.normalise"],
            key="normalise",
            on_click=session.press,
            args=(normalised,),
        )


def _pickers(visit: Visit, session: Session) -> None:
    """The output i and the logit j that the numbers are about."""
    i, j = (k + 1 for k in visit.cell)
    acts = {"i": lambda k: session.put(cell=(k, j)), "j": lambda k: session.put(cell=(i, k))}

    def label(letter: str, k: int) -> str:
        return f"{letter} = {visit.class_labels[k - 1]}"

    for letter, text in (("i", "row"), ("j", "column")):
        st.selectbox(
            visit.words[f"explore.cell_{text}"],
            range(1, len(visit.names) + 1),
            format_func=partial(label, letter),
            label_visibility="collapsed",
            width=_PICKER_WIDTH,
            **session.choice(f"proof_{letter}", {"i": i, "j": j}[letter], acts[letter]),
        )
