"""Widgets that show what is set: what each is told to show, and whether what comes back was put there by a hand.

Whoever sends a message sends what all widgets hold, also those that have not yet taken up what they were told to show.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

_RECENT = 8  # values that a widget has shown, kept to know them when they come back


class Widgets:
    """Those of one visit, by their keys."""

    def __init__(self) -> None:
        self._widgets: dict[str, Widget] = {}
        self._doubtful: dict[str, Callable[[], None]] = {}

    def held(self, key: str) -> Any:
        """What a widget holds; None if it was never drawn."""
        return self._widgets[key].held if key in self._widgets else None

    def tie(self, key: str, shown: Any, run: int, act: Callable[[Any], None]) -> dict[str, Any]:
        """Keyword arguments of a widget that shows a value, and that does ``act`` with what a hand puts there."""
        widget = self._widgets.setdefault(key, Widget(key))
        widget.tell(shown, run)

        def heard(value: Any) -> None:
            widget.entered(value)
            act(value)

        def doubted(value: Any) -> None:
            self._doubtful[key] = partial(heard, value)

        return {"key": key, "on_change": lambda: widget.change(heard, doubted)}

    def settle_doubts(self, *, acted: bool) -> None:
        """Tell echoes from hands: a hand does one thing at a time, so a doubtful value alone was put there by hand."""
        doubtful, self._doubtful = self._doubtful, {}
        if not acted:
            for heard in doubtful.values():
                heard()


class Widget:
    """One widget."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown: Any = None
        self._recent: deque[Any] = deque(maxlen=_RECENT)
        self._drawn_in = -1

    @property
    def held(self) -> Any:
        """What it holds; None if it was never drawn."""
        return st.session_state.get(self._name)

    def tell(self, shown: Any, run: int) -> None:
        """Have it show a value in a run of the script."""
        # The browser is told a value only in the run that sets it, and forgets a widget that is not drawn: one that
        # was missing from the last run, on another page or in another mode, would come back with its own default.
        if self.held != shown or self._drawn_in < run - 1:
            st.session_state[self._name] = shown
        if self._shown is not None and shown != self._shown:
            self._recent.append(self._shown)
        self._shown, self._drawn_in = shown, run

    def change(self, heard: Callable[[Any], None], doubted: Callable[[Any], None]) -> None:
        """Hand on, in its callback, what it holds: as put there by a hand, or as what may be an echo.

        A value that it was given before, while something else was done, is an echo.
        """
        held = entered(self._name)
        if held != self._shown:
            (doubted if held in self._recent else heard)(held)

    def entered(self, value: Any) -> None:
        """A hand has put a value there itself: it is no echo when it comes back."""
        self._shown = value
        self._recent.clear()


def entered(key: str) -> Any:
    """What the widget with this key holds, for its callback; None if it was never drawn."""
    return st.session_state.to_dict().get(key)
