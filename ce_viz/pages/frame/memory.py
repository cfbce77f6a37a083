"""What the server remembers of one visit between reruns; gone with the browser's tab.

It is kept in ``st.session_state`` and reached past it. Each access to the latter may end a script run whose successor
waits already, and Streamlit gives up a callback that is ended half-way: a step of descent would have moved the logits
and not the path that leads there. What a callback reads and writes here is done as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

T = TypeVar("T")

# By the one object of a session that each of its runs shows to the script, and that ends with it.
_VISITS: WeakKeyDictionary[PagesManager, dict[str, Any]] = WeakKeyDictionary()


def recall(name: str, start: Callable[[], T]) -> T:
    """What is remembered under ``name``, or what ``start()`` gives the first time."""
    notes = _notes()
    if name not in notes:
        notes[name] = start()
    kept: T = notes[name]
    return kept


def remember(name: str, value: Any) -> None:
    """Keep ``value`` under ``name``."""
    _notes()[name] = value


def take(name: str) -> Any:
    """What is remembered under ``name``, once; None if nothing is."""
    return _notes().pop(name, None)


def entered(key: str) -> Any:
    """What the widget with this key holds, for its callback; None if it was never drawn."""
    return widgets().get(key)


def widgets() -> dict[str, Any]:
    """What all widgets hold, by their keys. Streamlit works it out anew each time: ask once."""
    return st.session_state.to_dict()


def _notes() -> dict[str, Any]:
    run = get_script_run_ctx()
    notes = None if run is None else _VISITS.get(run.pages_manager)
    if notes is None:
        notes = st.session_state.setdefault("visit", {})
        if run is not None:
            _VISITS[run.pages_manager] = notes
    return notes
