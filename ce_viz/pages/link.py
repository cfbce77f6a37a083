"""The state of a visit: the settings, and the address bar that mirrors them.

The address is the state: sent to somebody else, or opened again, it restores the page. While a visit lasts, the
settings live in ``st.session_state`` and the address mirrors them: a rerun that was already under way when the
address changed still carries the old one, so the newest settings must not be read back from it.

A widget shows a setting and changes it::

    st.slider(words["…"], 0.05, 20.0, **link.widget("temperature"))

Everything else changes settings through ``put`` in a callback. ``publish`` writes the address once, at the end of
the frame, and records the step for undo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ce_viz.core.scenario import Scenario, ScenarioError
from ce_viz.pages.inputs import Problem, Refused
from ce_viz.pages.params import PARAMS, UNDOABLE


def begin() -> None:
    """Take up the address where the visitor changed it, and show every setting in its widget."""
    memory = _memory()
    incoming = {name: text for name, text in st.query_params.to_dict().items() if name in PARAMS}
    path = urlsplit(st.context.url or "").path
    moved = memory["path"] not in (None, path)
    memory["path"] = path
    if moved:
        memory["pages"] += 1
        memory["draft"] = False  # nobody is left to end a drag or a descent under way
    since = memory["sent"][memory["heard"] :]
    if memory["sent"] and moved and not incoming:
        memory["sent"].append({})  # on another page the browser drops the address; the settings stay
        memory["heard"] = len(memory["sent"]) - 1
    elif incoming in since and not _went_back():
        memory["heard"] += since.index(incoming)
    else:
        _adopt(incoming)
    _show_in_widgets()


def get(name: str) -> Any:
    """The value of a setting now."""
    return _memory()["settings"][name]


def page_changes() -> int:
    """How often this visit went from one page to another: what belongs to one stay can be told by it."""
    return int(_memory()["pages"])


def scenario(settings: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario that the settings make; classes count from 1 in settings and from 0 in code."""
    chosen = _memory()["settings"] if settings is None else settings
    names = ("logits", "targets", "mode", "label_smoothing", "temperature")
    return Scenario(label=chosen["label"] - 1, **{name: chosen[name] for name in names})


def scenario_settings() -> dict[str, Any]:
    """The settings that make a scenario, as ``put`` takes them."""
    return {name: get(name) for name in UNDOABLE}


def put(*, draft: bool = False, **values: Any) -> None:
    """Change settings, in a callback; values that make no scenario are reported and change nothing.

    A ``draft`` (a drag or a descent under way) reaches the address with the value that ends it.
    """
    memory = _memory()
    settings = {**memory["settings"], **values}
    if "origin" not in values and not values.keys().isdisjoint(UNDOABLE):
        settings["origin"] = ""  # logits that a person has changed no longer come from there
    started = (*UNDOABLE, "learning_rate")
    if "race_step" not in values and any(settings[name] != memory["settings"][name] for name in started):
        settings["race_step"] = 0  # it would be another race
    fitted = _fit_to_classes(settings)
    try:
        scenario(settings)
    except ScenarioError as error:
        report(Refused(error.value, error.rule, **error.limits).problem(error.field))
        return
    memory["settings"] = settings
    memory["draft"], memory["unpublished"] = draft, not draft
    for name in [*values, *fitted]:
        memory["problems"].pop(name, None)
    if not draft:
        _record()


def under_way() -> bool:
    """Whether the newest change was a draft, so that more is to come."""
    return bool(_memory()["draft"])


def widget(name: str, then: Callable[[], None] | None = None) -> dict[str, Any]:
    """Keyword arguments that tie a widget to a setting; ``then`` runs after a change was taken."""

    def changed() -> None:
        try:
            value = PARAMS[name].taken(st.session_state[name])
        except Refused as refused:
            report(refused.problem(name))
            return
        put(**{name: value})
        if then is not None:
            then()

    _memory()["drawn"].add(name)
    return {"key": name, "on_change": changed}


def is_unpublished() -> bool:
    """Whether a change waits for the next whole run: a fragment of a page asks, and starts that run."""
    return bool(_memory()["unpublished"])


def report(problem: Problem) -> None:
    """Remember what was refused, until the setting is changed."""
    memory = _memory()
    memory["problems"][problem.name] = problem
    memory["unpublished"] = True


def problems() -> tuple[Problem, ...]:
    """What was refused and still stands in a field or stood in the link."""
    return tuple(_memory()["problems"].values())


def publish() -> None:
    """Write the address, unless a drag is under way."""
    memory = _memory()
    memory["unpublished"] = False
    if memory["draft"]:
        return
    params = query()
    if memory["sent"][-1] != params:
        memory["sent"].append(params)
        st.query_params.from_dict(params)


def query() -> dict[str, str]:
    """The address as it would restore this page: every setting that is not at its default."""
    settings = _memory()["settings"]
    return {
        name: param.write(settings[name]) for name, param in PARAMS.items() if settings[name] != param.default
    }


def can_undo() -> bool:
    """Whether there is a step to take back; the newest is recorded only after the sidebar has asked."""
    memory = _memory()
    return bool(memory["step"] > 0 or memory["steps"][memory["step"]] != scenario_settings())


def can_redo() -> bool:
    """Whether a step was taken back."""
    memory = _memory()
    return bool(memory["step"] < len(memory["steps"]) - 1)


def undo(*, redo: bool = False) -> None:
    """One step back, or forward again; in a callback."""
    memory = _memory()
    if memory["draft"]:
        _record()
    step = memory["step"] + (1 if redo else -1)
    if 0 <= step < len(memory["steps"]):
        memory["step"] = step
        put(**memory["steps"][step])


def reset() -> None:
    """Every setting of the scenario at its default; in a callback."""
    put(**{name: PARAMS[name].default for name in UNDOABLE}, cell=None)


def _memory() -> dict[str, Any]:
    if "visit" not in st.session_state:
        st.session_state["visit"] = {
            "settings": {name: param.default for name, param in PARAMS.items()},
            "problems": {},
            "path": None,
            "pages": 0,  # how often the page was changed
            "sent": [],  # the addresses written so far; the browser's runs echo them in this order
            "heard": 0,  # index of the newest address that came back
            "drawn": set(),  # settings with a widget in the newest run
            "draft": False,  # a drag or a descent is under way
            "unpublished": False,  # settings or refusals changed since the last publish
            "steps": [],
            "step": 0,
        }
    return st.session_state["visit"]  # type: ignore[no-any-return]


def _went_back() -> bool:
    """Whether the visitor pressed the browser's Back or Forward: then even an address just left is meant."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _adopt(incoming: Mapping[str, str]) -> None:
    memory = _memory()
    memory["problems"].clear()
    for name, param in PARAMS.items():
        value = param.default
        if name in incoming:
            try:
                value = param.read(incoming[name])
            except Refused as refused:
                report(refused.problem(name))
        memory["settings"][name] = value
    given = dict(memory["settings"])
    for name, rule in _fit_to_classes(memory["settings"]).items():
        if name in incoming and not (name == "targets" and given["mode"] != "soft"):
            report(Refused(incoming[name], rule, count=len(given["logits"])).problem(name))
    memory["draft"] = False
    memory["sent"].append(dict(incoming))
    memory["heard"] = len(memory["sent"]) - 1
    _record()


def _fit_to_classes(settings: dict[str, Any]) -> dict[str, str]:
    """Bring what depends on the number of classes in line with the logits; what had to give, and by which rule."""
    count = len(settings["logits"])
    gave: dict[str, str] = {}
    if settings["label"] > count:
        settings["label"], gave["label"] = 1, "label"
    if len(settings["targets"]) != count:
        settings["targets"] = (*settings["targets"][:count], *(0.0,) * (count - len(settings["targets"])))
        gave["targets"] = "length"
    if len(settings["names"]) > count:
        settings["names"], gave["names"] = settings["names"][:count], "length"
    for name in ("cell", "pair"):
        if settings[name] is not None and max(settings[name]) > count:
            settings[name], gave[name] = None, "label"
    return gave


def _record() -> None:
    """Remember the settings as a step that undo can take back; what was undone before is forgotten."""
    memory, step = _memory(), scenario_settings()
    if not memory["steps"] or memory["steps"][memory["step"]] != step:
        memory["steps"][memory["step"] + 1 :] = [step]
        memory["step"] = len(memory["steps"]) - 1


def _show_in_widgets() -> None:
    """Put each setting into its widget; a refused text stays in its field, so that nobody types it again.

    The browser is told a value only in the run that sets it, and forgets a widget that is not drawn: one that was
    missing from the last run, on another page or in another mode, would come back with its own default.
    """
    memory = _memory()
    drawn, memory["drawn"] = memory["drawn"], set()
    for name, param in PARAMS.items():
        refused = name in memory["problems"] and name in st.session_state
        shown = st.session_state[name] if refused else param.shown(memory["settings"][name])
        if name not in drawn or st.session_state.get(name) != shown:
            st.session_state[name] = shown
