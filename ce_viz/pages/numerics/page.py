"""Numerics drawn by Streamlit: the same formula written four ways, in three number types, until it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from ce_viz.core.studies.clipping import CLIPS, clipping_curves
from ce_viz.core.studies.precision import DTYPES, FORMULAS, Comparison
from ce_viz.pages import road
from ce_viz.pages.frame import board
from ce_viz.pages.frame.parts import heading, illustrated, navigation, next_page
from ce_viz.pages.frame.session import Session
from ce_viz.pages.numerics import sentences, view
from ce_viz.pages.numerics.landmarks import LEADS, landmarks, nearest_lead, with_lead
from ce_viz.pages.numerics.settings import TOPICS
from ce_viz.pages.visit import Visit

NAME = "numerics"

Draw = Callable[[], None]


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    shown = road.show(view, visit)
    session.results = shown.results
    topic, compared = visit.settings["topic"], view.comparison(visit.scenario)

    def charts() -> None:
        board.draw(session, visit, view, shown, view.board_key(topic), name=NAME)

    heading(visit, NAME)
    navigation(visit, session, NAME, TOPICS, "topic")
    if topic != "breaks":  # its charts depend on no logits
        _logits(visit, session, compared)
    said = f"#### {visit.words[f'numerics.{topic}']}"
    if visit.present and topic in _CHOICES:
        title, choice = st.columns([3, 2], vertical_alignment="center")
        title.markdown(said)
        with choice:
            _CHOICES[topic](visit, session)
    else:
        st.markdown(said)
        if topic in _CHOICES:
            _CHOICES[topic](visit, session)
    _TOPICS[topic](visit, session, charts)
    if not road.is_covering(shown):
        _numbers(visit, compared)
    next_page(visit, session, NAME)


def _logits(visit: Visit, session: Session, compared: Comparison) -> None:
    """Where the logits are set from here: landmarks, and how far the winner is ahead."""
    words = visit.words

    def lead(wanted: float) -> None:
        session.press(lambda settings: with_lead(settings, wanted))

    if visit.present:
        buttons = st.container()
        said, slider = st.columns([5, 1], vertical_alignment="center")
    else:
        buttons, slider = st.columns([3, 2], vertical_alignment="bottom")
        said = st.container()
    with (
        buttons,
        st.container(horizontal=True, gap="small", vertical_alignment="center", key="numerics_landmarks"),
    ):
        for name, settings in landmarks(visit.settings).items():
            st.button(
                words[f"numerics.{name}"],
                help=words[f"numerics.{name}_help"],
                key=f"numerics_{name}",
                on_click=session.put,
                kwargs=dict(settings),
            )
    slider.select_slider(
        words["numerics.lead"],
        LEADS,
        help=words["numerics.lead_help"],
        label_visibility="collapsed" if visit.present else "visible",  # the sentence beside says it
        **session.field("numerics_lead", nearest_lead(compared.lead), lead),
    )
    said.markdown(sentences.logits(visit, compared))


def _compare(visit: Visit, _: Session, charts: Draw) -> None:
    """The formulas themselves, and what each makes of these logits in each type; a hall sees that first."""
    if visit.present:
        charts()
        _formulas(visit)
    else:
        with st.container(key="illustrated"):
            with st.container():
                _formulas(visit)
            charts()
    st.caption(visit.words["numerics.compare_note"])


def _formulas(visit: Visit) -> None:
    st.markdown(visit.words["numerics.compare_text"])
    places = [*st.columns(2), *st.columns(2)] if visit.present else st.columns([1, 1, 1, 1.15])
    for column, name in zip(places, FORMULAS, strict=True):
        column.markdown(sentences.formula(visit, name))
    if note := sentences.temperature(visit):
        st.caption(note)


def _breaks(visit: Visit, _: Session, charts: Draw) -> None:
    with illustrated(visit, sentences.breaks(visit)):
        charts()


def _errors(visit: Visit, _: Session, charts: Draw) -> None:
    charts()
    st.caption(visit.words["numerics.errors_note"])


def _dtype(visit: Visit, session: Session) -> None:
    _choice(visit, visit.words["numerics.dtype"], DTYPES, session.widget("dtype"))


def _clip(visit: Visit, session: Session) -> None:
    _choice(visit, visit.words["numerics.clip"], CLIPS, session.widget("clip"))


def _choice(visit: Visit, label: str, options: Sequence[str], widget: Mapping[str, Any]) -> None:
    """What the topic's charts are drawn for; in a hall beside its title, which says what is chosen."""
    visibility: Literal["collapsed", "visible"] = "collapsed" if visit.present else "visible"
    st.segmented_control(label, options, required=True, label_visibility=visibility, **widget)


def _chain(visit: Visit, _: Session, charts: Draw) -> None:
    with illustrated(visit, visit.words["numerics.chain_text"]):
        charts()
    if sentence := sentences.chain(visit, view.chain(visit)):
        st.markdown(sentence)


def _clipping(visit: Visit, _: Session, charts: Draw) -> None:
    clipped = clipping_curves(float(visit.settings["clip"]))
    with illustrated(visit, sentences.clipping(visit, clipped)):
        charts()


def _numbers(visit: Visit, compared: Comparison) -> None:
    """Every number on the page, to read and to copy; closed, the panel holds none."""
    words = visit.words
    panel = st.expander(words["explore.numbers"], key="numerics_numbers", on_change="rerun")
    if panel.open:
        with panel:
            st.caption(words["explore.numbers_help"])
            st.code(sentences.table(visit, compared), language=None, wrap_lines=False)


_CHOICES: Mapping[str, Callable[[Visit, Session], None]] = {
    "errors": _dtype,
    "chain": _dtype,
    "clipping": _clip,
}
_TOPICS: Mapping[str, Callable[[Visit, Session, Draw], None]] = {
    "compare": _compare,
    "breaks": _breaks,
    "errors": _errors,
    "chain": _chain,
    "clipping": _clipping,
}
