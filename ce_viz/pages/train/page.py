"""Train drawn by Streamlit: the buttons and settings of the run, its charts, the picked image, the worst mistakes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE
from ce_viz.core.studies.training import (
    BATCH_SIZE_RANGE,
    INITIAL_LEAD_RANGE,
    LEARNING_RATE_RANGE,
    LOSSES,
    MAX_STEPS,
    SEED_RANGE,
)
from ce_viz.data import NUM_DIGITS
from ce_viz.live import Event, View
from ce_viz.pages import road
from ce_viz.pages.digits import training_data
from ce_viz.pages.frame import board, files
from ce_viz.pages.frame.addresses import address
from ce_viz.pages.frame.parts import heading, next_page
from ce_viz.pages.frame.session import Session
from ce_viz.pages.train import run, sentences, tables, view
from ce_viz.pages.train.settings import PACES, VIEWS
from ce_viz.pages.visit import Visit
from ce_viz.takeaway import training as takeaway

NAME = "train"

_FIELD_WIDTH = 145  # pixels: two abreast on a phone


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    shown = road.show(view, visit)
    session.results = shown.results
    heading(visit, NAME)
    is_race = run.is_race(visit.settings)
    first, second = (view.RACE, view.RACE_IMAGE) if is_race else (view.RUN, view.IMAGE)
    _conduct(visit, session)
    if not visit.present:  # a hall sees the charts first
        _settings(visit, session)
        _story(visit)
    _draw(visit, session, shown, first)
    if not visit.present:
        _image(visit, session)
    _draw(visit, session, shown, second)
    if visit.present:
        _image(visit, session)
        _settings(visit, session)
        _story(visit)
    if is_race:
        _numbers(visit, session, shown)
        next_page(visit, session, NAME)
        return
    gallery, story = st.columns([1.15, 1])
    with gallery:
        _draw(visit, session, shown, view.GALLERY)
    with story:
        st.markdown(visit.words[f"train.story_{visit.settings['train_loss']}"])
        st.caption(visit.words["train.credit"])
        _numbers(visit, session, shown)
    next_page(visit, session, NAME)


def _story(visit: Visit) -> None:
    """What is trained here, and where two runs start."""
    st.caption(visit.words["train.intro"])
    if run.is_race(visit.settings):
        st.markdown(sentences.race_story(visit))


def _draw(visit: Visit, session: Session, shown: View, key: str) -> None:
    def leads_to(event: Event) -> str | None:
        return view.leads_to(session.settings, event)

    board.draw(session, visit, view, shown, key, name=NAME, leads_to=leads_to)


def _conduct(visit: Visit, session: Session) -> None:
    """The choice of one run or two, and the buttons that move them."""
    words, step = visit.words, visit.settings["train_step"]
    moving = visit.playing and step < MAX_STEPS

    def play() -> None:
        if session.settings["train_step"] >= MAX_STEPS:
            session.put(train_step=0)
        session.play(NAME)

    def reset() -> None:
        session.stop(discard=True)
        session.put(train_step=0)

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            words["train.view"],
            VIEWS,
            format_func=lambda code: words[f"train.view_{code}"],
            required=True,
            label_visibility="collapsed",
            **session.widget("train_view"),
        )
        st.button(
            words["train.pause" if moving else "train.play"],
            icon=":material/pause:" if moving else ":material/play_arrow:",
            key="train_play",
            type="primary",
            on_click=session.stop if moving else play,
            shortcut="P",
        )
        st.button(
            words["train.step"],
            icon=":material/skip_next:",
            key="train_one",
            on_click=session.press,
            args=(view.stepped,),
            disabled=moving or step >= MAX_STEPS,
            shortcut="N",
        )
        st.button(
            words["train.reset"],
            icon=":material/skip_previous:",
            help=words["train.reset_help"],
            key="train_reset",
            on_click=reset,
            disabled=not moving and step == 0,
        )


def _settings(visit: Visit, session: Session) -> None:
    words = visit.words
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if run.is_race(visit.settings):
            st.slider(
                words["train.lead"],
                *INITIAL_LEAD_RANGE,
                step=0.5,
                help=words["train.lead_help"],
                width=260,
                **session.widget("lead"),
            )
        else:
            st.segmented_control(
                words["train.loss"],
                LOSSES,
                format_func=lambda code: words[f"train.{code}"],
                required=True,
                **session.widget("train_loss"),
            )
        numbers = {
            "train_rate": ("rate", LEARNING_RATE_RANGE, 0.05),
            "batch_size": ("batch", BATCH_SIZE_RANGE, 1),
            "train_smoothing": ("smoothing", LABEL_SMOOTHING_RANGE, 0.05),
            "seed": ("seed", SEED_RANGE, 1),
        }
        for name, (label, limits, step) in numbers.items():
            st.number_input(
                words[f"train.{label}"],
                *limits,
                step=step,
                format="%d" if step == 1 else "%g",
                help=words["train.seed_help"] if name == "seed" else None,
                width=_FIELD_WIDTH,
                **session.widget(name),
            )
        st.segmented_control(words["train.pace"], PACES, required=True, **session.widget("pace"))


def _image(visit: Visit, session: Session) -> None:
    """Which image is followed through."""
    words = visit.words
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            words["train.image"], 1, NUM_DIGITS, step=1, width=_FIELD_WIDTH, **session.widget("image")
        )
        if not run.is_race(visit.settings):
            st.button(
                words["train.show_worst"],
                key="train_show_worst",
                on_click=session.press,
                args=(view.with_worst_image,),
            )


def _numbers(visit: Visit, session: Session, shown: View) -> None:
    """Every number of the image and the history; none while a chart is covered, and closed until it is asked for."""
    if road.is_covering(shown):
        return
    words = visit.words
    panel = st.expander(words["explore.numbers"], key="train_numbers", on_change="rerun")
    if not panel.open:
        return
    data, states, link = training_data(), run.states(visit.settings), address(session.settings)
    number = visit.settings["image"] - 1
    with panel:
        with st.container(horizontal=True):
            for name, write in (("CSV", takeaway.as_csv), ("JSON", takeaway.as_json)):
                files.offer(
                    name,
                    partial(write, data, states, number, link),
                    f"digits-step-{states[0].step}.{name.lower()}",
                    key=f"train_{name}",
                )
        st.caption(words["explore.numbers_help"])
        for picked, state in zip(run.images(visit.settings), states, strict=True):
            if len(states) > 1:
                st.markdown(words[f"train.{state.settings.loss}"])
            st.code(tables.table(words, picked, state), language=None, wrap_lines=False)
