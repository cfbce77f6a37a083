"""The sidebar: the settings that all pages share."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, MAX_CLASSES, MIN_CLASSES, MODES, TEMPERATURE_RANGE
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.text import markdown
from ce_viz.pages.visit import class_names
from ce_viz.settings import table as params
from ce_viz.settings.presets import PRESETS
from ce_viz.strings import LANGUAGES, Words


def sidebar(words: Words, language: str, *, with_logits: bool) -> None:
    """Draw the controls; each shows a setting and changes it.

    Where the page draws the logits' field itself, in ``logits_place()``, it is left out here.
    """
    with st.sidebar:
        _preset(words)
        memory.remember("logits_place", st.container())
        if with_logits:
            with logits_place():
                logits(words)
        _num_classes(words)
        st.text_input(
            words["controls.names"],
            help=words["controls.names_help"],
            placeholder=words["controls.names_placeholder"],
            **link.widget("names"),
        )
        _label(words)
        st.slider(words["controls.temperature"], *TEMPERATURE_RANGE, step=0.05, **link.widget("temperature"))
        _steps(words)
        st.toggle(words["controls.present"], help=words["controls.present_help"], **link.widget("present"))
        st.segmented_control(
            words["app.language"],
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            **link.widget("lang", shown=language),
        )


def logits_place() -> DeltaGenerator:
    """Where the logits' field stands."""
    place: DeltaGenerator = memory.recall("logits_place", st.container)
    return place


def logits(words: Words, *, beside: str = "") -> None:
    """The logits' field; ``beside`` is the key of the charts that stand in one fragment with it, if any."""
    st.text_input(
        words["controls.logits"], help=words["controls.logits_help"], **link.widget("logits", beside=beside)
    )


def surroundings() -> tuple[object, ...]:
    """All that the sidebar shows besides the logits: only where it has changed must it be drawn again."""
    settings, count = link.all_but("logits", "cell", "hide"), len(link.get("logits"))
    return settings, count, _matching_preset(), link.can_undo(), link.can_redo(), link.problems()


def _preset(words: Words) -> None:
    def apply() -> None:
        chosen = memory.entered("preset")
        if chosen in PRESETS:
            start = {name: params.PARAMS[name].default for name in params.UNDOABLE}
            link.put(**{**start, **PRESETS[chosen]}, cell=None)

    st.session_state["preset"] = _matching_preset()
    st.selectbox(
        words["controls.preset"],
        list(PRESETS),
        index=None,
        format_func=lambda code: words[f"presets.{code}"],
        placeholder=words["controls.preset_none"],
        key="preset",
        on_change=apply,
    )


def _matching_preset() -> str | None:
    now = link.scenario_settings()
    for code, preset in PRESETS.items():
        wanted = {name: params.PARAMS[name].default for name in params.UNDOABLE} | dict(preset)
        if wanted["mode"] != "soft":
            del wanted["targets"]  # unused, and as many as there are classes
        if all(now[name] == value for name, value in wanted.items()):
            return code
    return None


def _num_classes(words: Words) -> None:
    def resize() -> None:
        count, logits = memory.entered("num_classes"), link.get("logits")
        link.put(logits=(*logits[:count], *(0.0,) * (count - len(logits))))

    st.session_state["num_classes"] = len(link.get("logits"))
    st.number_input(
        words["controls.num_classes"], MIN_CLASSES, MAX_CLASSES, step=1, key="num_classes", on_change=resize
    )


def _label(words: Words) -> None:
    mode = link.get("mode")
    st.segmented_control(
        words["controls.mode"],
        MODES,
        format_func=lambda code: words[f"modes.{code}"],
        required=True,
        width="stretch",
        wrap=False,
        **link.widget("mode"),
    )
    if mode == "soft":
        st.text_input(
            words["controls.targets"], help=words["controls.targets_help"], **link.widget("targets")
        )
        st.toggle(words["controls.free_sum"], help=words["controls.free_sum_help"], **link.widget("free_sum"))
        return
    logits = link.get("logits")
    names = class_names(words, link.get("names"), len(logits))
    if memory.recall("label_names", tuple) != names:
        st.session_state["label"] = link.get("label")  # told again, or the browser keeps the class's old name
        memory.remember("label_names", names)
    st.selectbox(
        words["controls.label"],
        range(1, len(logits) + 1),
        format_func=lambda k: names[k - 1] if names[k - 1] == str(k) else f"{k} · {names[k - 1]}",
        **link.widget("label"),
    )
    if mode == "smoothed":
        st.slider(
            words["controls.label_smoothing"],
            *LABEL_SMOOTHING_RANGE,
            step=0.01,
            **link.widget("label_smoothing"),
        )


def _steps(words: Words) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            words["controls.undo"],
            icon=":material/undo:",
            help=words["controls.undo"],
            key="undo",
            disabled=not link.can_undo(),
            on_click=link.undo,
        )
        st.button(
            words["controls.redo"],
            icon=":material/redo:",
            help=words["controls.redo"],
            key="redo",
            disabled=not link.can_redo(),
            on_click=link.undo,
            kwargs={"redo": True},
        )
        st.button(
            words["controls.reset"],
            icon=":material/restart_alt:",
            help=words["controls.reset"],
            key="reset",
            on_click=link.reset,
        )


def address() -> str:
    """The address that restores this page."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(link.query()), ""))


def show_problems(words: Words) -> None:
    """Say what was refused and why; the rest of the page stays as it was."""
    for problem in link.problems():
        sentence = words.fill(
            f"errors.{problem.rule}",
            field=words[f"fields.{problem.name}"],
            value=markdown(problem.value),
            **{name: markdown(limit) for name, limit in problem.limits.items()},
        )
        st.warning(f"{sentence} {words['errors.kept']}", icon=":material/error:")
