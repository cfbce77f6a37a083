"""What is made lighter around a run changes nothing of what is sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.state import SafeSessionState, SessionState

from ce_viz.pages.frame import runs
from tests.wire import finished

SECTIONS = ("theme", *(f"theme.{category.value}" for category in config.CustomThemeCategories))


@pytest.fixture
def lightened(monkeypatch) -> dict[str, Any]:
    """What ``lighten`` replaces, as it was."""
    before = {
        "theme": app_session._populate_theme_msg,
        "config": app_session._populate_config_msg,
        "event": AppSession._on_scriptrunner_event,
        "state": SafeSessionState.filtered_state,
    }
    monkeypatch.setattr(app_session, "_populate_theme_msg", before["theme"])
    monkeypatch.setattr(app_session, "_populate_config_msg", before["config"])
    monkeypatch.setattr(AppSession, "_on_scriptrunner_event", before["event"])
    monkeypatch.setattr(SafeSessionState, "filtered_state", before["state"])
    runs.lighten()
    return before


@pytest.mark.parametrize("section", SECTIONS)
def test_browsers_are_told_the_same_theme(lightened, section):
    told, again, before = CustomThemeConfig(), CustomThemeConfig(), CustomThemeConfig()
    app_session._populate_theme_msg(told, section)
    app_session._populate_theme_msg(again, section)
    lightened["theme"](before, section)
    assert told == again == before
    assert (len(before.SerializeToString()) > 0) == (section in {"theme", "theme.light", "theme.dark"})


def test_browsers_are_told_the_same_options(lightened):
    told, before = Config(), Config()
    app_session._populate_config_msg(told)
    lightened["config"](before)
    assert told == before
    assert len(before.SerializeToString()) > 0


def test_options_are_read_once(lightened, monkeypatch):
    app_session._populate_theme_msg(CustomThemeConfig(), "theme.light")
    monkeypatch.setattr(
        config, "get_options_for_section", lambda section: pytest.fail(f"read {section} again")
    )
    app_session._populate_theme_msg(CustomThemeConfig(), "theme.light")


class Session:
    """A session whose loop counts how often it is called; ``told`` is what it was told of."""

    def __init__(self) -> None:
        self.told: list[tuple[ScriptRunnerEvent, object]] = []
        self.calls = self.wakes = 0
        self._event_loop = asyncio.get_running_loop()
        self._message_enqueued_callback: Callable[[], None] | None = self._wake
        self.last = asyncio.Event()

    def _wake(self) -> None:
        self.wakes += 1

    def _call_soon_on_event_loop(self, callback) -> None:
        self.calls += 1
        self._event_loop.call_soon_threadsafe(callback)

    def _handle_scriptrunner_event_on_event_loop(self, _, event, message=None) -> None:
        if self._message_enqueued_callback:
            self._message_enqueued_callback()
        self.told.append((event, message))
        if message == "last":
            self.last.set()


def say(session: Session, *events: tuple[ScriptRunnerEvent, object]) -> None:
    """What a run says, in a thread of its own."""

    def run() -> None:
        for event, message in events:
            runs._hand_on(session, None, event, message)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def messages(*texts: object) -> list[tuple[ScriptRunnerEvent, object]]:
    return [(ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, text) for text in texts]


def test_messages_arrive_together_and_in_their_order():
    async def scene() -> None:
        session = Session()
        end = (ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS, "last")
        events = [(ScriptRunnerEvent.SCRIPT_STARTED, None), *messages(*range(60)), end]
        say(session, *events)
        await session.last.wait()
        assert session.told == events
        assert session.calls == 2  # for the first, and for the end
        assert session.wakes == 1

    finished(scene())


def test_a_run_that_goes_on_is_heard_meanwhile():
    async def scene() -> None:
        session = Session()
        for texts in ((1, 2, "last"), (3, "last")):
            session.last.clear()
            say(session, *messages(*texts))
            await session.last.wait()
        assert [text for _, text in session.told] == [1, 2, "last", 3, "last"]

    finished(scene())


def test_a_message_that_cannot_be_handled_keeps_no_other_back():
    async def scene() -> None:
        session = Session()
        handle = session._handle_scriptrunner_event_on_event_loop
        unheard: list[dict[str, Any]] = []
        session._event_loop.set_exception_handler(lambda _, context: unheard.append(context))

        def fail_once(*event: Any) -> None:
            session._handle_scriptrunner_event_on_event_loop = handle
            raise ValueError(event)

        session._handle_scriptrunner_event_on_event_loop = fail_once
        say(session, *messages("bad", "good", "last"))
        await session.last.wait()
        assert [text for _, text in session.told] == ["good", "last"]
        assert len(unheard) == 1

    finished(scene())


def test_what_widgets_hold_is_found_without_ending_a_run(lightened):
    state = SessionState()
    state["a"], state["b"] = 1, None
    safe = SafeSessionState(state, yield_callback=lambda: pytest.fail("ended"))
    held = safe.filtered_state
    assert held["a"] == 1
    assert held.get("missing") is None
    assert "b" in held
    assert "missing" not in held
    assert dict(held) == lightened["state"].fget(safe) == {"a": 1, "b": None}
    assert len(held) == 2


def test_streamlit_wakes_the_loop_for_each_message():
    """Where this fails, Streamlit has mended it, and ``_hand_on`` can go."""
    calls: list[Any] = []
    session = SimpleNamespace(_call_soon_on_event_loop=calls.append)
    for _ in range(3):
        AppSession._on_scriptrunner_event(session, None, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG)
    assert len(calls) == 3
