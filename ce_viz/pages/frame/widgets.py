"""A setting's widget: what it is told to show, and whether what comes back was put there by a hand.

Whoever sends a message sends what all widgets hold, also those that have not yet taken up what they were told to show.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import streamlit as st

_RECENT = 8  # values that a widget has shown, kept to know them when they come back


class Widget:
    """The widget of one setting."""

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
