"""What Streamlit does around each run of the script, made lighter: a quarter of what a run costs is saved.

With 300 visitors whose pages all run at once, that is seconds (``tests/deploy/strength_visits.py``). Streamlit has no
settings for this; its version is fixed to one minor (``requirements.txt``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.state.safe_session_state import SafeSessionState

TOGETHER = 0.01
"""Seconds that the first of a run's messages waits for the others; Streamlit sends no more often than that."""

_MAY_WAIT = (ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG)


def lighten() -> None:
    """Once for a process, when its options are set and before its first visitor."""
    streamlits: Any = app_session
    streamlits._populate_theme_msg = _remembered(streamlits._populate_theme_msg, CustomThemeConfig)
    streamlits._populate_config_msg = _remembered(streamlits._populate_config_msg, Config)
    session: Any = AppSession
    session._on_scriptrunner_event = _hand_on
    state: Any = SafeSessionState
    state.filtered_state = property(_Held)


def _remembered(populate: Callable[..., None], kind: Callable[[], Any]) -> Callable[..., None]:
    """A function that fills a message of protobuf with options by a section's name, and works none out twice.

    Streamlit reads 300 options with each run, an eighth of it. None can change while the server runs: nothing is
    watched.
    """

    @lru_cache
    def filled(*section: str) -> bytes:
        message = kind()
        populate(message, *section)
        return bytes(message.SerializeToString())

    def fill(message: Any, *section: str) -> None:
        if told := filled(*section):
            message.MergeFromString(told)

    return fill


def _hand_on(session: AppSession, sender: Any, event: ScriptRunnerEvent, *more: Any, **told: Any) -> None:
    """Tell the event loop of a run's messages together.

    Streamlit wakes the loop for each of some 60, and as often the two threads take the interpreter from each other.
    What ends a run goes on at once, after all that waits.
    """
    waiting: _Waiting = session.__dict__.setdefault("_waiting", _Waiting())
    waiting.events.append(((sender, event, *more), told))
    if event not in _MAY_WAIT:
        session._call_soon_on_event_loop(lambda: waiting.tell(session))
    elif not waiting.awaited:
        waiting.awaited = True
        session._call_soon_on_event_loop(lambda: waiting.tell_later(session))


class _Waiting:
    """Events of one session that the loop has not been told of, in their order."""

    def __init__(self) -> None:
        self.events: deque[tuple[tuple[Any, ...], dict[str, Any]]] = deque()
        self.awaited = False  # whether the loop will come for them

    def tell_later(self, session: AppSession) -> None:
        """Called in the loop."""
        session._event_loop.call_later(TOGETHER, self.tell, session)

    def tell(self, session: AppSession) -> None:
        """Called in the loop."""
        self.awaited = False  # first: what comes from now on asks for the loop again
        wake, session._message_enqueued_callback = session._message_enqueued_callback, None
        try:
            while self.events:
                event, told = self.events.popleft()
                session._handle_scriptrunner_event_on_event_loop(*event, **told)
        finally:
            session._message_enqueued_callback = wake
            if self.events:  # one could not be handled
                session._event_loop.call_soon(self.tell, session)
        if wake:
            wake()  # once for all of them


class _Held(Mapping[str, Any]):
    """What widgets with a key hold, each looked up where it is asked for; an access ends no run.

    Streamlit's selectboxes, sliders and fields each make a dictionary of all of it, to look for one.
    """

    def __init__(self, state: SafeSessionState) -> None:
        self._state = state

    def __getitem__(self, key: str) -> Any:
        with self._state._lock:
            return self._state._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[str, Any]:
        with self._state._lock:
            return self._state._state.filtered_state
