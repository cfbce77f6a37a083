"""The sidebar: the settings that all pages share."""

from __future__ import annotations

import streamlit as st

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, MAX_CLASSES, MIN_CLASSES, MODES, TEMPERATURE_RANGE
from ce_viz.pages.frame.session import Session
from ce_viz.pages.text import markdown
from ce_viz.pages.visit import Visit
from ce_viz.settings.presets import PRESETS, matching_preset, preset_settings
from ce_viz.strings import LANGUAGES, Words


def sidebar(visit: Visit, session: Session, *, scenario: bool, led: bool = False) -> None:
    """Draw the controls; each shows a setting and changes it.

    Args:
      visit: What is shown.
      session: Whose settings change.
      scenario: Whether the page shows anything of logits, label and temperature.
      led: Whether the page itself says what these are, but for the classes' names and the true one.
    """
    words = visit.words
    with st.sidebar:
        if scenario:
            _classes(visit, session) if led else _scenario(visit, session)
            _steps(words, session)
        st.toggle(words["controls.present"], help=words["controls.present_help"], **session.widget("present"))
        st.segmented_control(
            words["app.language"],
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            **session.widget("lang", shown=words.language),
        )


def _scenario(visit: Visit, session: Session) -> None:
    words = visit.words
    _preset(visit, session)
    st.text_input(words["controls.logits"], help=words["controls.logits_help"], **session.widget("logits"))
    _num_classes(visit, session)
    _names(visit, session)
    _label(visit, session)
    st.slider(words["controls.temperature"], *TEMPERATURE_RANGE, step=0.05, **session.widget("temperature"))


def _classes(visit: Visit, session: Session) -> None:
    _names(visit, session)
    if visit.settings["mode"] != "soft":
        _true_class(visit, session)


def _names(visit: Visit, session: Session) -> None:
    words = visit.words
    st.text_input(
        words["controls.names"],
        help=words["controls.names_help"],
        placeholder=words["controls.names_placeholder"],
        **session.widget("names"),
    )


def _preset(visit: Visit, session: Session) -> None:
    words = visit.words

    def apply(chosen: str | None) -> None:
        if chosen is not None and chosen in PRESETS:
            session.put(**preset_settings(chosen), cell=None)

    st.selectbox(
        words["controls.preset"],
        list(PRESETS),
        index=None,
        format_func=lambda code: words[f"presets.{code}"],
        placeholder=words["controls.preset_none"],
        **session.choice("preset", matching_preset(visit.settings), apply),
    )


def _num_classes(visit: Visit, session: Session) -> None:
    def resize(count: int) -> None:
        logits = session.settings["logits"]
        session.put(logits=(*logits[:count], *(0.0,) * (count - len(logits))))

    st.number_input(
        visit.words["controls.num_classes"],
        MIN_CLASSES,
        MAX_CLASSES,
        step=1,
        **session.field("num_classes", len(visit.settings["logits"]), resize),
    )


def _label(visit: Visit, session: Session) -> None:
    words, mode = visit.words, visit.settings["mode"]
    st.segmented_control(
        words["controls.mode"],
        MODES,
        format_func=lambda code: words[f"modes.{code}"],
        required=True,
        width="stretch",
        wrap=False,
        **session.widget("mode"),
    )
    if mode == "soft":
        st.text_input(
            words["controls.targets"], help=words["controls.targets_help"], **session.widget("targets")
        )
        st.toggle(
            words["controls.free_sum"], help=words["controls.free_sum_help"], **session.widget("free_sum")
        )
        return
    _true_class(visit, session)
    if mode == "smoothed":
        st.slider(
            words["controls.label_smoothing"],
            *LABEL_SMOOTHING_RANGE,
            step=0.01,
            **session.widget("label_smoothing"),
        )


def _true_class(visit: Visit, session: Session) -> None:
    if session.notes.get("label_names") != visit.names:
        st.session_state["label"] = visit.settings["label"]  # or the browser keeps the class's old name
        session.notes["label_names"] = visit.names
    st.selectbox(
        visit.words["controls.label"],
        range(1, len(visit.names) + 1),
        format_func=lambda k: visit.class_labels[k - 1],
        **session.widget("label"),
    )


def _steps(words: Words, session: Session) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            words["controls.undo"],
            icon=":material/undo:",
            help=words["controls.undo"],
            key="undo",
            disabled=not session.can_undo,
            on_click=session.undo,
        )
        st.button(
            words["controls.redo"],
            icon=":material/redo:",
            help=words["controls.redo"],
            key="redo",
            disabled=not session.history.can_redo,
            on_click=session.undo,
            kwargs={"redo": True},
        )
        st.button(
            words["controls.reset"],
            icon=":material/restart_alt:",
            help=words["controls.reset"],
            key="reset",
            on_click=session.reset,
        )


def show_problems(words: Words, session: Session) -> None:
    """Say what was refused and why; the rest of the page stays as it was."""
    for problem in session.problems():
        sentence = words.fill(
            f"errors.{problem.rule}",
            field=words[f"fields.{problem.name}"],
            value=markdown(problem.value),
            **{name: markdown(limit) for name, limit in problem.limits.items()},
        )
        st.warning(f"{sentence} {words['errors.kept']}", icon=":material/error:")
