"""Why cross-entropy drawn by Streamlit: one of six parts, the visitor's logits beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, TEMPERATURE_RANGE
from ce_viz.pages import road
from ce_viz.pages.frame import board
from ce_viz.pages.frame.parts import covered, explained, heading, illustrated, navigation, next_page
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import (
    example,
    gradient,
    meaning,
    page_race,
    race,
    sentences,
    smoothing,
    surface,
    temperature,
    view,
)
from ce_viz.pages.why.settings import CASES, PARTS
from ce_viz.settings.shared import STEP_SIZES

NAME = "why"

_Draw = Callable[[str], None]
"""Draws the board with this key where one stands."""


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    part = visit.settings["part"]
    shown = road.show(view, visit)
    session.results = shown.results

    def draw(key: str) -> None:
        board.draw(session, visit, view, shown, key, name=NAME)

    heading(visit, NAME)
    navigation(visit, session, NAME, PARTS, "part")
    st.markdown(f"#### {sentences.claim(visit)}")
    with st.container(key="beside"):  # on a phone, the bars in hand stay in sight
        main, side = st.columns([3.2, 1], gap="medium")
    seen = view.seen(visit)
    with main:
        if obstacle := sentences.obstacle(seen):
            st.info(obstacle)
        else:
            _PARTS[part](seen, session, draw, road.is_covering(shown))
    with side:
        if visit.present:
            draw(view.BOARD)
        if example.has_example(visit.settings):
            _case(visit, session)
        if not visit.present:
            draw(view.BOARD)
        _wrong_starts(visit, session)
    next_page(visit, session, NAME)


def _case(visit: Visit, session: Session) -> None:
    """The part's example, or the visitor's own numbers."""
    words = visit.words
    now = "example" if example.is_example(visit.settings) else "own"
    st.segmented_control(
        words["why.case"],
        CASES,
        format_func=lambda case: words["why.example" if case == "example" else "why.yours"],
        required=True,
        width="stretch",
        **session.choice("why_case", now, lambda case: session.put(case=case)),
    )
    if sentence := sentences.case(visit):
        st.caption(sentence)


def _wrong_starts(visit: Visit, session: Session) -> None:
    """Starts that are wrong by a round number."""
    with st.container(key="wrong_starts"):  # not on paper
        st.caption(visit.words["why.wrong_by"], help=visit.words["why.wrong_by_help"])
        with st.container(horizontal=True, gap="small"):
            for gap in view.GAPS:
                st.button(
                    str(gap),
                    key=f"why_gap_{gap}",
                    on_click=session.press,
                    args=(partial(view.wrong_by, gap=gap),),
                )


def _shared_slider(
    visit: Visit, session: Session, name: str, limits: tuple[float, float], *, step: float
) -> None:
    """A second slider for a setting of the sidebar, beside the charts that it moves: presenters see no sidebar."""
    st.slider(
        visit.words[f"controls.{name}"],
        *limits,
        step=step,
        **session.field(f"why_{name}", visit.settings[name], lambda value: session.put(**{name: value})),
    )


def _step_size(visit: Visit, session: Session) -> None:
    """The step size of both descents."""
    st.slider(
        visit.words["learn.learning_rate"],
        *STEP_SIZES,
        step=0.05,
        help=visit.words["learn.help"],
        **session.widget("learning_rate"),
    )


def _gradient(visit: Visit, session: Session, draw: _Draw, covering: bool) -> None:
    words = visit.words
    story, axis = st.columns([2 if visit.present else 4, 1], vertical_alignment="bottom")
    text, why = sentences.story(visit)
    if not visit.present:
        story.markdown(text)
    axis.segmented_control(
        words["why.gradient.axis"],
        ["linear", "log"],
        format_func=lambda code: words[f"why.gradient.{code}"],
        required=True,
        label_visibility="collapsed" if visit.present else "visible",
        width="stretch",
        **session.widget("axis"),
    )
    draw(gradient.BOARD)
    if visit.present:
        st.markdown(text)
    if covering:
        covered(visit)
        return
    table, reason = st.columns([1, 1], gap="medium")
    with table:
        st.markdown(gradient.table(visit))
        st.caption(words.fill("why.gradient.example_readout", count=visit.explanation.num_classes))
    reason.markdown(why)
    for column, formula in zip(st.columns(2, gap="medium"), gradient.both_formulas(visit), strict=True):
        column.latex(formula)


def _surface(visit: Visit, session: Session, draw: _Draw, _: bool) -> None:
    words, kind = visit.words, visit.settings["surface"]
    with illustrated(visit, sentences.story(visit)[0]):
        if surface.is_masked(visit.settings):
            st.info(words["why.surface.masked"])
        widths = [1.6, 1, 1, 1.3] if visit.present else [1.3, 1, 1, 1.3]
        with st.container(key="pairs"):  # on a phone
            shape, across, up, rate, *turn = st.columns(
                widths + [1.3] * (kind == "space" or not visit.present), vertical_alignment="bottom"
            )
        shape.segmented_control(
            words["why.surface.view"],
            surface.VIEWS,
            format_func=lambda code: words[f"why.surface.{code}"],
            required=True,
            **session.widget("surface"),
        )
        with across:
            _axis_class(visit, session, 0)
        with up:
            _axis_class(visit, session, 1)
        with rate:
            _step_size(visit, session)
        if kind == "space":
            turn[0].slider(
                words["why.surface.turn"], -180, 180, step=5, format="%d°", **session.widget("turn")
            )
        draw(surface.BOARD)


def _axis_class(visit: Visit, session: Session, axis: int) -> None:
    """The class whose logit spans an axis: 0 across, 1 upwards."""
    key, name = (("pair_x", "along_x"), ("pair_y", "along_y"))[axis]
    now = surface.pair_of(visit.settings)[axis] + 1
    st.selectbox(
        visit.words[f"why.surface.{name}"],
        surface.unmasked(visit.settings),
        format_func=lambda k: visit.class_labels[k - 1],
        **session.choice(
            key, now, lambda k: session.press(partial(view.with_axis_class, axis=axis, chosen=k))
        ),
    )


def _race(visit: Visit, session: Session, draw: _Draw, _: bool) -> None:
    with explained(visit, sentences.story(visit)[0]):
        widths = [1.8, 1, 1] if visit.present else [1.8, 1]
        buttons, rate, *more = st.columns(widths, vertical_alignment="bottom")
        with buttons.container(horizontal=True, gap="small"):
            page_race.buttons(visit, session, NAME)
        with more[0] if more else st.container():
            page_race.slider(visit, session)
        with rate:
            _step_size(visit, session)
        draw(race.BOARD)


def _meaning(visit: Visit, _: Session, draw: _Draw, covering: bool) -> None:
    story, numbers = sentences.story(visit)
    with illustrated(visit, story):
        draw(meaning.BOARD)
    if covering:
        covered(visit)
        return
    st.latex(meaning.formula(visit))
    if visit.sums_to_one:
        st.markdown(numbers)
    else:
        st.info(numbers)


def _smoothing(visit: Visit, session: Session, draw: _Draw, covering: bool) -> None:
    words = visit.words
    with illustrated(visit, sentences.story(visit)[0]):
        with st.container(key="pairs"):  # on a phone
            epsilon, rate, go = st.columns([1.5, 1.5, 1], vertical_alignment="bottom")
        with epsilon:
            _shared_slider(visit, session, "label_smoothing", LABEL_SMOOTHING_RANGE, step=0.01)
        with rate:
            _step_size(visit, session)
        go.button(
            words["why.smoothing.set"],
            help=words["why.smoothing.set_help"],
            key="why_optimum",
            on_click=session.press,
            args=(smoothing.at_optimum,),
            disabled=not smoothing.has_optimum(visit.settings),
            width="stretch",
        )
        draw(smoothing.BOARD)
    if covering:
        covered(visit)
    else:
        st.latex(smoothing.formula(visit))


def _temperature(visit: Visit, session: Session, draw: _Draw, covering: bool) -> None:
    story, numbers = sentences.story(visit)
    with illustrated(visit, story):
        _shared_slider(visit, session, "temperature", TEMPERATURE_RANGE, step=0.05)
        draw(temperature.BOARD)
    if covering:
        covered(visit)
    else:
        st.markdown(numbers)


_PARTS: Mapping[str, Callable[[Visit, Session, _Draw, bool], None]] = {
    "gradient": _gradient,
    "surface": _surface,
    "race": _race,
    "meaning": _meaning,
    "smoothing": _smoothing,
    "temperature": _temperature,
}
