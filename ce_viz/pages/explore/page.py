"""Explore drawn by Streamlit: what it is and where to begin, controls, the charts, the picked cell, all the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from ce_viz.core import Scenario
from ce_viz.core.landmarks import settled_logits, shifted_logits, winning_logits
from ce_viz.figures.style import NUMBERS_UP_TO
from ce_viz.live import View
from ce_viz.live.classes.codes import is_code
from ce_viz.pages import descent, road
from ce_viz.pages.cards import normalised
from ce_viz.pages.explore import challenges, panels, view
from ce_viz.pages.explore.origin import origin_of
from ce_viz.pages.frame import board
from ce_viz.pages.frame.parts import CLASS_PARAMETER, covered, heading, next_page, title
from ce_viz.pages.frame.session import Session
from ce_viz.pages.frame.widgets import entered
from ce_viz.pages.visit import Visit
from ce_viz.settings.shared import STEP_SIZES, UNDOABLE

NAME = "explore"

_LEAD = 20.0
_SHIFT = 5.0
_LANDMARKS: Mapping[str, Callable[[Scenario], tuple[float, ...]]] = {
    "shift": lambda scenario: shifted_logits(scenario.logits, _SHIFT),
    "tie": lambda scenario: (0.0,) * len(scenario.logits),
    "winner": lambda scenario: winning_logits(scenario.logits, _LEAD),
    "settled": lambda scenario: settled_logits(scenario.effective_targets, temperature=scenario.temperature),
}
_SLIDER_WIDTH = 110  # pixels
_CODE_WIDTH = 130
_LONGEST_CODE = 12  # characters, with spaces that a hand puts in


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    shown = road.show(view, visit)
    if visit.settings["show"]:
        _excerpt(visit, session, shown)
        return
    covering = road.is_covering(shown)
    _front_door(visit, session)
    if not covering:
        _origin(visit, session)
        _sum_notice(visit, session)
    with st.container(horizontal=True, gap=6, vertical_alignment="bottom", key="conduct"):
        _landmarks(visit, session)
        _descent(visit, session)
    board.draw(session, visit, view, shown, view.BOARD, name=NAME)
    if covering:
        covered(visit)
        next_page(visit, session, NAME)
        return
    with st.container(key="panels", horizontal=True, gap="medium"):  # st.columns would be three elements
        # By these names they are kept whole on paper.
        cell, ledger = (st.container(border=True, key=f"panel_{name}") for name in ("cell", "ledger"))
    with cell:
        _pickers(visit, session)
        st.markdown(panels.cell(visit))
        _proof(visit, session, "cell", 4 if visit.cell[0] == visit.cell[1] else 5)
    with ledger:
        st.markdown(panels.ledger(visit))
        _proof(visit, session, "ledger", 9)
    _challenges(visit)
    _numbers(visit)
    next_page(visit, session, NAME)


def _excerpt(visit: Visit, session: Session, shown: View) -> None:
    """The charts that the link names, and the way to all of them where no other page stands around them."""
    heading(visit, NAME)
    board.draw(session, visit, view, shown, view.BOARD, name=NAME)
    if not visit.embedded:
        st.button(visit.words["explore.show_all"], key="show_all", on_click=session.put, kwargs={"show": ()})


def _front_door(visit: Visit, session: Session) -> None:
    """What this is, in a sentence, and the way to be led through it."""
    words = visit.words
    if visit.present:
        heading(visit, NAME)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="front_door"):
        title(words["app.title"])
        if not visit.embedded:
            st.button(
                words["explore.door"],
                key="to_lesson",
                icon=":material/school:",
                type="primary",
                on_click=session.go_to,
                args=("lesson",),
            )
            _class_door(visit, session)
    st.markdown(words["explore.what"])


def _class_door(visit: Visit, session: Session) -> None:
    """The way into a class, by the code that the teacher's screen shows."""
    words = visit.words

    def join() -> None:
        code = "".join((entered("class_code") or "").split()).upper()
        if is_code(code):
            st.query_params[CLASS_PARAMETER] = code
        elif code:
            session.note(lambda: session.notes.update({"not_a_code": True}))

    with st.container(key="class_door", horizontal=True, gap=6, width="content"):
        st.text_input(
            words["explore.class_code"],
            placeholder=words["explore.class_code"],
            label_visibility="collapsed",
            max_chars=_LONGEST_CODE,
            width=_CODE_WIDTH,
            key="class_code",
            on_change=join,
        )
        st.button(words["explore.join"], key="join", on_click=join)
    if session.notes.pop("not_a_code", False):
        st.warning(words["explore.not_a_code"])


def _proof(visit: Visit, session: Session, panel: str, step: int) -> None:
    """The way from what a panel shows to its step of the derivation."""

    def go() -> None:
        session.put(step=step)
        session.go_to("derivation")

    text = visit.words.fill("explore.to_proof_readout", step=step)
    st.button(text, key=f"proof_of_{panel}", type="tertiary", icon=":material/arrow_forward:", on_click=go)


def _challenges(visit: Visit) -> None:
    """States to be found by hand, ticked where they were found."""
    words, met = visit.words, challenges.met(visit.settings, visit.explanation)
    with st.expander(words.fill("explore.challenges_readout", met=len(met), all=len(challenges.CHALLENGES))):
        signs = (":material/radio_button_unchecked:", ":green[:material/check_circle:]")
        lines = (f"{signs[name in met]} {panels.challenge(visit, name)}" for name in challenges.CHALLENGES)
        st.markdown("\n\n".join(lines))


def _origin(visit: Visit, session: Session) -> None:
    """Say which image or row these logits belong to, and offer the way back."""
    told = origin_of(visit)
    if told is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/draw: {told.sentence}", width="content")
        st.button(
            told.back,
            key="back_to_origin",
            type="tertiary",
            icon=":material/arrow_back:",
            on_click=session.go_to,
            args=(told.page,),
        )


def _sum_notice(visit: Visit, session: Session) -> None:
    if visit.sums_to_one:
        return

    def normalise() -> None:
        session.press(normalised)

    sentence, button = st.columns([6, 1], vertical_alignment="center")
    sentence.info(panels.sum_notice(visit))
    if visit.explanation.targets_sum > 0:
        button.button(visit.words["controls.normalise"], key="normalise", on_click=normalise)


def _landmarks(visit: Visit, session: Session) -> None:
    words = visit.words
    places = list(_LANDMARKS)
    if max(visit.scenario.effective_targets) == 0:
        places.remove("settled")  # no weight at all pulls nowhere: the gradient is zero everywhere

    def visit_place(chosen: str | None) -> None:
        if chosen:
            session.put(logits=_LANDMARKS[chosen](session.settings.scenario))

    st.pills(
        words["landmarks.title"],
        places,
        format_func=lambda name: words[f"landmarks.{name}"],
        label_visibility="collapsed",
        **session.choice("landmark", None, visit_place),  # a place to go to, not a mode to be in
    )


def _descent(visit: Visit, session: Session) -> None:
    """The buttons of the descent and its step size."""
    words, moving = visit.words, visit.playing
    name, symbol = ("pause", "pause") if moving else ("play", "play_arrow")

    def rewind() -> None:
        session.stop(discard=True)
        session.press(descent.rewound)

    def play() -> None:
        session.play(NAME, ends_with=(*UNDOABLE, "learning_rate"), first=descent.advanced)

    for key, text, icon, act, disabled in (
        (
            "rewind",
            "rewind",
            "skip_previous",
            rewind,
            not moving and not visit.settings["descent_step"],
        ),
        ("play", name, symbol, session.stop if moving else play, False),
        ("descent_step", "step", "skip_next", lambda: session.press(descent.advanced), moving),
    ):
        st.button(
            words[f"learn.{text}"],
            icon=f":material/{icon}:",
            help=words[f"learn.{text}"],
            key=key,
            on_click=act,
            disabled=disabled,
        )
    st.slider(
        words["learn.learning_rate"],
        *STEP_SIZES,
        step=0.05,
        help=words["learn.help"],
        width=_SLIDER_WIDTH,
        label_visibility="collapsed" if visit.present else "visible",
        format="η = %g" if visit.present else None,
        **session.widget("learning_rate"),
    )


def _pickers(visit: Visit, session: Session) -> None:
    """The output i and the logit j that the derivation is about, where cells are too small to be clicked."""
    words = visit.words
    if len(visit.names) <= NUMBERS_UP_TO:
        return
    i, j = (k + 1 for k in visit.cell)
    pickers = (
        ("cell_i", "explore.cell_row", i, lambda k: session.put(cell=(k, j))),
        ("cell_j", "explore.cell_column", j, lambda k: session.put(cell=(i, k))),
    )
    for place, (key, label, now, act) in zip(st.columns(2), pickers, strict=True):
        place.selectbox(
            words[label],
            range(1, len(visit.names) + 1),
            format_func=lambda k: visit.class_labels[k - 1],
            **session.choice(key, now, act),
        )


def _numbers(visit: Visit) -> None:
    """Every number on the page, to read and to copy; closed, the panel holds none."""
    words = visit.words
    panel = st.expander(words["explore.numbers"], key="numbers", on_change="rerun")
    if panel.open:
        with panel:
            st.caption(words["explore.numbers_help"])
            st.code(panels.table(visit), language=None, wrap_lines=False)
