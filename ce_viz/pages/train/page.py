"""Train: a linear softmax classifier learns to read real handwriting from S − y."""

from __future__ import annotations

import streamlit as st

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE
from ce_viz.core.studies.classified import ClassifiedImage, classify_image, worst_mistakes
from ce_viz.core.studies.training import (
    BATCH_SIZE_RANGE,
    INITIAL_LEAD_RANGE,
    LEARNING_RATE_RANGE,
    LOSSES,
    MAX_STEPS,
    SEED_RANGE,
    Evaluation,
    TrainingState,
    evaluate,
)
from ce_viz.data import NUM_DIGITS
from ce_viz.live import Event, Pick
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.train import charts as train_charts
from ce_viz.pages.train import numbers as train_numbers
from ce_viz.pages.train import run as training_run
from ce_viz.pages.train.figures import GALLERY_COLUMNS, GALLERY_ROWS
from ce_viz.pages.train.run import training_data
from ce_viz.pages.visit import Visit
from ce_viz.settings import table as params
from ce_viz.strings import Words

_FIELD_WIDTH = 145  # pixels: two abreast on a phone
_EXPLORE_DECIMALS = 4  # of logits that go to Explore: more than its charts print, few enough to read


def page(visit: Visit) -> None:
    """Draw the page."""
    states = training_run.current()
    now = [evaluate(training_data(), state) for state in states]
    _conduct(visit, now)
    _settings(visit.words)
    busy = training_run.playing() or training_run.behind(states)
    tick = training_run.TICK_MS if busy else None
    image = link.get("image") - 1
    if training_run.racing():
        _race(visit, states, now, image, tick)
    else:
        _one(visit, states[0], now[0], image, tick)


def _conduct(visit: Visit, now: list[Evaluation]) -> None:
    """The buttons, how far the run is, and what it has reached."""
    words, moving = visit.words, training_run.playing()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            words["train.view"],
            params.TRAIN_VIEWS,
            format_func=lambda code: words[f"train.view_{code}"],
            required=True,
            label_visibility="collapsed",
            **link.widget("train_view"),
        )
        st.button(
            words["train.pause" if moving else "train.play"],
            icon=":material/pause:" if moving else ":material/play_arrow:",
            key="train_play",
            type="primary",
            on_click=training_run.pause if moving else training_run.play,
            shortcut="P",
        )
        st.button(
            words["train.step"],
            icon=":material/skip_next:",
            key="train_one",
            on_click=training_run.step,
            disabled=moving or now[0].step >= MAX_STEPS,
            shortcut="N",
        )
        st.button(
            words["train.reset"],
            icon=":material/skip_previous:",
            help=words["train.reset_help"],
            key="train_reset",
            on_click=training_run.reset,
            disabled=now[0].step == 0,
        )
        if visit.present:
            st.button(
                words["controls.leave_present"], key="leave", on_click=link.put, kwargs={"present": False}
            )
        st.markdown(_reached(words, now))
    st.progress(now[0].step / MAX_STEPS)


def _reached(words: Words, now: list[Evaluation]) -> str:
    count = len(training_data().test.labels)
    step = words.fill("train.progress_readout", step=now[0].step, last=MAX_STEPS)
    if len(now) > 1:
        shares = (f"**{_percent(entry.test_accuracy)}**" for entry in now)
        return f"{step} · " + words.fill(
            "train.race_readout", **dict(zip(LOSSES, shares, strict=True)), count=count
        )
    return f"{step} · " + words.fill(
        "train.reached_readout",
        accuracy=f"**{_percent(now[0].test_accuracy)}**",
        count=count,
        wrong=round((1 - now[0].test_accuracy) * count),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _settings(words: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if training_run.racing():
            lead = words["train.lead"], words["train.lead_help"]
            st.slider(lead[0], *INITIAL_LEAD_RANGE, step=0.5, help=lead[1], width=260, **link.widget("lead"))
        else:
            st.segmented_control(
                words["train.loss"],
                LOSSES,
                format_func=lambda code: words[f"train.{code}"],
                required=True,
                **link.widget("train_loss"),
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
                **link.widget(name),
            )
        st.segmented_control(words["train.pace"], params.PACES, required=True, **link.widget("pace"))


def _one(visit: Visit, state: TrainingState, now: Evaluation, image: int, tick: int | None) -> None:
    words, data = visit.words, training_data()
    worst = worst_mistakes(data, state, GALLERY_ROWS * GALLERY_COLUMNS)
    picked = classify_image(data, state, image)
    board(visit, "train_run", train_charts.run(words, data, state, now), columns=14, height=150)
    _pick_image(words, [picked], worst[0].number if worst else None)
    board(visit, "train_image", train_charts.image(words, picked, state.settings.loss), columns=7, height=140)
    # The last grid of a page asks for ticks, so that a tick never overtakes the others.
    gallery, story = st.columns([1.15, 1])
    with gallery:
        memory.remember("train_worst", worst)
        board(
            visit,
            "train_worst_images",
            [train_charts.gallery(words, worst)],
            columns=1,
            height=210,
            tick_ms=tick,
            on_event=_on_event,
        )
    if memory.take("train_open"):
        st.switch_page(st.session_state["pages"]["explore"])
    with story:
        st.markdown(words[f"train.story_{state.settings.loss}"])
        st.caption(words["train.credit"])
        train_numbers.panel(words, [picked], (state,))


def _race(
    visit: Visit, states: tuple[TrainingState, ...], now: list[Evaluation], image: int, tick: int | None
) -> None:
    words, data = visit.words, training_data()
    images = [classify_image(data, state, image) for state in states]
    st.markdown(words["train.race_story"])
    board(visit, "train_race", train_charts.race(words, data, states, now), columns=14, height=170)
    _pick_image(words, images)
    board(
        visit,
        "train_race_image",
        train_charts.race_image(words, images),
        columns=14,
        height=140,
        tick_ms=tick,
        on_event=training_run.on_event,
    )
    train_numbers.panel(words, images, states)


def _on_event(event: Event) -> None:
    """A tick moves the run on; a picked mistake goes to Explore with its logits and its label."""
    worst = memory.recall("train_worst", tuple)
    if not isinstance(event, Pick):
        training_run.on_event(event)
        return
    place = event.i * GALLERY_COLUMNS + event.j
    if place >= len(worst):
        return
    training_run.pause()
    open_in_explore(tuple(worst[place].logits.tolist()), worst[place].label, worst[place].number)
    memory.remember("train_open", True)


def open_in_explore(logits: tuple[float, ...], label: int, image: int) -> None:
    """Make one image's logits, from a classifier of digits, the settings that Explore shows."""
    link.put(
        logits=tuple(round(logit, _EXPLORE_DECIMALS) for logit in logits),
        label=label + 1,
        mode="one-hot",
        temperature=1.0,
        names=tuple(str(k) for k in range(len(logits))),
        cell=None,
        origin=f"digit-{image + 1}",
    )


def _pick_image(words: Words, images: list[ClassifiedImage], worst: int | None = None) -> None:
    """Which image is followed through, and what is made of it."""
    first = images[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            words["train.image"], 1, NUM_DIGITS, step=1, width=_FIELD_WIDTH, **link.widget("image")
        )
        if worst is not None:
            st.button(
                words["train.show_worst"],
                key="train_show_worst",
                on_click=link.put,
                kwargs={"image": worst + 1},
            )
        side = words["train.unseen" if first.held_out else "train.seen"]
        if len(images) > 1:
            read = {loss: image.predicted for loss, image in zip(LOSSES, images, strict=True)}
            st.markdown(words.fill("train.race_image_readout", label=first.label, side=side, **read))
            return
        prob = _percent(first.probs[first.predicted])
        st.markdown(
            words.fill(
                "train.image_readout", label=first.label, predicted=first.predicted, prob=prob, side=side
            )
        )
