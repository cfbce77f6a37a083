"""A press is heard, however soon another message follows: Streamlit's own runner, with a script of one button."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit import config
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from ce_viz.pages.frame import server
from tests.wire import finished

SCRIPT = """
import streamlit as st
ran, heard = st.session_state["ran"], st.session_state["heard"]
st.button("press", key="press", on_click=heard.append, args=("press",))
ran.release()
"""
PATIENCE = 30


class Cache(ScriptCache):
    """A run asks it for the script once it has begun, and before its callbacks."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], None] | None = None

    def get_bytecode(self, script_path: str) -> Any:
        if self.meanwhile:
            act, self.meanwhile = self.meanwhile, None
            act()
        return super().get_bytecode(script_path)


async def pressed_just_before_another_message(script: Path) -> list[str]:
    """What a visit's script hears."""
    cache, heard, ran = Cache(), list[str](), threading.Semaphore(0)
    manager = WebsocketSessionManager(
        MemorySessionStorage(), MemoryUploadedFileManager(""), cache, lambda: None
    )
    number = manager.connect_session(MagicMock(), ScriptData(str(script), False), {})
    info = manager.get_session_info(number)
    assert info
    session = info.session
    session.session_state["heard"], session.session_state["ran"] = heard, ran

    async def has_run() -> None:
        assert await asyncio.to_thread(ran.acquire, timeout=PATIENCE)

    loop, arrived = asyncio.get_running_loop(), threading.Event()

    def another() -> None:
        session.request_rerun(ClientState())
        arrived.set()

    def meanwhile() -> None:
        loop.call_soon_threadsafe(another)
        assert arrived.wait(PATIENCE)

    session.request_rerun(ClientState())
    await has_run()
    press = ClientState()
    name = session.session_state._key_id_mapper.get_id_from_key("press", None)
    press.widget_states.widgets.add(id=name, trigger_value=True)
    cache.meanwhile = meanwhile
    session.request_rerun(press)
    await has_run()
    while session._scriptrunner:  # until its thread has ended
        await asyncio.sleep(0.01)
    manager.close_session(number)
    return heard


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("streamlit.runtime.get_instance", MagicMock())
    spec = find_spec(SafeSessionState.__module__)
    assert spec
    assert spec.loader
    fresh = module_from_spec(spec)  # as it was before any test of this process
    spec.loader.exec_module(fresh)
    own = fresh.SafeSessionState.on_script_will_rerun
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", own)
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, "utf-8")
    return path


def test_streamlit_forgets_what_was_pressed_just_before_another_message(script: Path) -> None:
    """Where this fails, Streamlit has mended it, and ``_hear_every_press`` can go."""
    assert finished(pressed_just_before_another_message(script)) == []


def test_what_is_pressed_just_before_another_message_is_heard(script: Path) -> None:
    server._hear_every_press()
    assert finished(pressed_just_before_another_message(script)) == ["press"]


def test_a_visitors_messages_wait_for_one_thread() -> None:
    """Else each is a thread of its own, and ends the one before, which may not have begun."""
    assert config.get_option("runner.fastReruns") is False
