"""The state of a visit: the settings, and the address bar that mirrors them.

The address is the state: sent to somebody else, or opened again, it restores the page. While a visit lasts, the
settings live in its memory and the address mirrors them: a rerun that was already under way when the
address changed still carries the old one, so the newest settings must not be read back from it.

A widget shows a setting and changes it::

    st.slider(words["…"], 0.05, 20.0, **link.widget("temperature"))

Everything else changes settings through ``put`` in a callback. ``publish`` writes the address once, at the end of
the frame, and records the step for undo.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ce_viz.core.scenario import Scenario, ScenarioError
from ce_viz.pages.frame import memory
from ce_viz.settings.readers import Problem, Refused
from ce_viz.settings.table import PARAMS, UNDOABLE

_ECHOES = 8  # values that a widget has shown, kept to know them when they come back


@dataclass
class _State:
    settings: dict[str, Any] = field(
        default_factory=lambda: {name: param.default for name, param in PARAMS.items()}
    )
    problems: dict[str, Problem] = field(default_factory=dict)
    path: str | None = None
    pages: int = 0  # how often the page was changed
    sent: list[dict[str, str]] = field(
        default_factory=list
    )  # addresses; the browser's runs echo them in this order
    heard: int = 0  # index of the newest address that came back
    drawn: set[str] = field(default_factory=set)  # settings with a widget in this run
    shown: dict[str, Any] = field(default_factory=dict)  # what each of them shows
    told: dict[str, list[Any]] = field(default_factory=dict)  # and showed lately, if charts move it
    drawn_before: set[str] = field(default_factory=set)  # and in the whole run before it
    draft: bool = False  # a drag or a descent is under way
    unpublished: bool = False  # settings or refusals changed since the last publish
    steps: list[dict[str, Any]] = field(default_factory=list)
    step: int = 0


def begin() -> None:
    """Take up the address where the visitor changed it; before anything is drawn."""
    state = _state()
    incoming = {name: text for name, text in st.query_params.to_dict().items() if name in PARAMS}
    path = urlsplit(st.context.url or "").path
    moved = state.path not in (None, path)
    state.path = path
    if moved:
        state.pages += 1
        state.draft = False  # nobody is left to end a drag or a descent under way
    since = state.sent[state.heard :]
    if state.sent and moved and not incoming:
        state.sent.append({})  # on another page the browser drops the address; the settings stay
        state.heard = len(state.sent) - 1
    elif incoming in since and not _went_back():
        state.heard += since.index(incoming)
    else:
        _adopt(incoming)
    state.drawn_before, state.drawn = state.drawn, set()


def get(name: str) -> Any:
    """The value of a setting now."""
    return _state().settings[name]


def all_but(*names: str) -> dict[str, Any]:
    """The settings now, without these."""
    return {name: value for name, value in _state().settings.items() if name not in names}


def page_changes() -> int:
    """How often this visit went from one page to another: what belongs to one stay can be told by it."""
    return int(_state().pages)


def scenario(settings: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario that the settings make; classes count from 1 in settings and from 0 in code."""
    chosen = _state().settings if settings is None else settings
    names = ("logits", "targets", "mode", "label_smoothing", "temperature")
    return Scenario(label=chosen["label"] - 1, **{name: chosen[name] for name in names})


def scenario_settings() -> dict[str, Any]:
    """The settings that make a scenario, as ``put`` takes them."""
    return {name: get(name) for name in UNDOABLE}


def put(*, draft: bool = False, **values: Any) -> None:
    """Change settings, in a callback; values that no link could hold are reported and change nothing.

    A ``draft`` (a drag or a descent under way) reaches the address with the value that ends it.
    """
    state = _state()
    for name, value in values.items():
        try:
            values[name] = PARAMS[name].checked(value)
        except Refused as refused:
            report(refused.problem(name))
            return
    settings = {**state.settings, **values}
    if "origin" not in values and not values.keys().isdisjoint(UNDOABLE):
        settings["origin"] = ""  # logits that a person has changed no longer come from there
    started = (*UNDOABLE, "learning_rate")
    if "race_step" not in values and any(settings[name] != state.settings[name] for name in started):
        settings["race_step"] = 0  # it would be another race
    fitted = _fit_to_classes(settings)
    try:
        scenario(settings)
    except ScenarioError as error:
        report(Refused(error.value, error.rule, **error.limits).problem(error.field))
        return
    state.settings = settings
    state.draft, state.unpublished = draft, not draft
    for name in [*values, *fitted]:
        state.problems.pop(name, None)
    if not draft:
        _record()


def moved(name: str, index: int, values: Sequence[float]) -> tuple[float, ...]:
    """The setting with one value taken over from a chart; the others keep the digits that a drawing rounds away."""
    return tuple(values[k] if k == index else value for k, value in enumerate(get(name)))


def under_way() -> bool:
    """Whether the newest change was a draft, so that more is to come."""
    return bool(_state().draft)


def widget(
    name: str, then: Callable[[], None] | None = None, *, shown: Any = None, beside: str = ""
) -> dict[str, Any]:
    """Keyword arguments that tie a widget to a setting, which it shows unless told what.

    ``then`` runs after a change was taken. A refused text stays in its field, so that nobody types it again.
    ``beside`` is the key of live charts that move this setting, if the widget stands in one fragment with them; it
    follows when they come to rest.
    """
    state = _state()

    def changed() -> None:
        values = memory.widgets()
        if _is_echo(name, values.get(name), beside, values.get(beside)):
            return
        try:
            value = PARAMS[name].taken(values.get(name))
        except Refused as refused:
            report(refused.problem(name))
        else:
            put(**{name: value})
            if then is not None:
                then()
        if beside and name in state.problems:
            st.rerun()  # what was refused is said outside of the fragment

    held = st.session_state.get(name)
    if shown is None:
        shown = PARAMS[name].shown(state.settings[name])
    if beside and state.draft and held is not None:
        shown = held
    if PARAMS[name].as_text and name in state.problems and held is not None:
        shown = held
    # The browser is told a value only in the run that sets it, and forgets a widget that is not drawn: one that was
    # missing from the last run, on another page or in another mode, would come back with its own default.
    if held != shown or name not in state.drawn_before | state.drawn:
        st.session_state[name] = shown
    if beside and shown != state.shown.get(name):
        state.told[name] = [*state.told.get(name, [])[-_ECHOES:], shown]
    state.shown[name] = shown
    state.drawn.add(name)
    return {"key": name, "on_change": changed}


def _is_echo(name: str, entered: Any, beside: str, message: Any) -> bool:
    """Whether a widget's new value is one that it was given, and no hand has entered.

    While settings move by themselves, a chart's message may leave the browser before a field there has taken up what
    it was told to show. That old value is a change to Streamlit, and so is the new one in the message after it. No
    hand was at a widget when a fragment runs in which it does not stand; nor where it stands beside the charts, if
    their message came with a value that it has shown.
    """
    state = _state()
    if entered == state.shown.get(name):
        return True
    if beside:
        return bool(message) and entered in state.told.get(name, [])
    run = get_script_run_ctx()
    return run is not None and bool(run.fragment_ids_this_run)


def is_unpublished() -> bool:
    """Whether a change waits to be published: a fragment of a page asks, and publishes or starts a whole run."""
    return bool(_state().unpublished)


def report(problem: Problem) -> None:
    """Remember what was refused, until the setting is changed."""
    state = _state()
    state.problems[problem.name] = problem
    state.unpublished = True


def problems() -> tuple[Problem, ...]:
    """What was refused and still stands in a field or stood in the link."""
    return tuple(_state().problems.values())


def publish() -> None:
    """Write the address, unless a drag is under way."""
    state = _state()
    state.unpublished = False
    if state.draft:
        return
    params = query()
    if state.sent[-1] != params:
        state.sent.append(params)
        st.query_params.from_dict(params)


def query() -> dict[str, str]:
    """The address as it would restore this page: every setting that is not at its default."""
    settings = _state().settings
    return {
        name: param.write(settings[name]) for name, param in PARAMS.items() if settings[name] != param.default
    }


def can_undo() -> bool:
    """Whether there is a step to take back; the newest is recorded only after the sidebar has asked."""
    state = _state()
    return bool(state.step > 0 or state.steps[state.step] != scenario_settings())


def can_redo() -> bool:
    """Whether a step was taken back."""
    state = _state()
    return bool(state.step < len(state.steps) - 1)


def undo(*, redo: bool = False) -> None:
    """One step back, or forward again; in a callback."""
    state = _state()
    if state.draft:
        _record()
    step = state.step + (1 if redo else -1)
    if 0 <= step < len(state.steps):
        state.step = step
        put(**state.steps[step])


def reset() -> None:
    """Every setting of the scenario at its default; in a callback."""
    put(**{name: PARAMS[name].default for name in UNDOABLE}, cell=None)


def _state() -> _State:
    return memory.recall("link", _State)


def _went_back() -> bool:
    """Whether the visitor pressed the browser's Back or Forward: then even an address just left is meant."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _adopt(incoming: Mapping[str, str]) -> None:
    state = _state()
    state.problems.clear()
    for name, param in PARAMS.items():
        value = param.default
        if name in incoming:
            try:
                value = param.read(incoming[name])
            except Refused as refused:
                report(refused.problem(name))
        state.settings[name] = value
    given = dict(state.settings)
    for name, rule in _fit_to_classes(state.settings).items():
        if name in incoming and not (name == "targets" and given["mode"] != "soft"):
            report(Refused(incoming[name], rule, count=len(given["logits"])).problem(name))
    state.draft = False
    state.sent.append(dict(incoming))
    state.heard = len(state.sent) - 1
    _record()


def _fit_to_classes(settings: dict[str, Any]) -> dict[str, str]:
    """Bring what depends on the number of classes in line with the logits; what had to give, and by which rule."""
    count = len(settings["logits"])
    gave: dict[str, str] = {}
    if settings["label"] > count:
        settings["label"], gave["label"] = 1, "label"
    if len(settings["targets"]) != count:
        settings["targets"] = _of_length(settings["targets"], count)
        gave["targets"] = "length"
    if len(settings["names"]) > count:
        settings["names"], gave["names"] = settings["names"][:count], "length"
    for name in ("cell", "pair"):
        if settings[name] is not None and max(settings[name]) > count:
            settings[name], gave[name] = None, "label"
    return gave


def _of_length(targets: tuple[float, ...], count: int) -> tuple[float, ...]:
    """Label weights for so many classes, with the same sum where any weight is left."""
    kept = targets[:count]
    if 0 < math.fsum(kept) < math.fsum(targets):
        scale = math.fsum(targets) / math.fsum(kept)
        kept = tuple(target * scale for target in kept)
    return (*kept, *(0.0,) * (count - len(kept)))


def _record() -> None:
    """Remember the settings as a step that undo can take back; what was undone before is forgotten."""
    state, step = _state(), scenario_settings()
    if not state.steps or state.steps[state.step] != step:
        state.steps[state.step + 1 :] = [step]
        state.step = len(state.steps) - 1
