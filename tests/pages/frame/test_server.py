"""What is set once for the server's process."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from streamlit import config
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette import starlette_server

from ce_viz.pages.frame import server
from ce_viz.pages.frame.uploads import Uploads
from tests.wire import finished


def waits(connection: socket.socket) -> bool:
    """Whether small messages are held back until the last one has been received."""
    return not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_message_waits_for_the_receipt_of_the_one_before_it():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        early = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
        assert waits(accepted)
        server._send_at_once()
        late = socket.create_connection(listening.getsockname())
        accepted_later, _ = listening.accept()
        assert not waits(accepted)
        assert not waits(accepted_later)
        for connection in (early, accepted, late, accepted_later):
            connection.close()


def test_the_collector_comes_rarely():
    kept = gc.get_threshold()
    try:
        server._collect_rarely()
        young, looks, old_looks = gc.get_threshold()
        assert young < 5_000  # or a look takes so long that it is felt
        assert young * looks * old_looks > 500_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*kept)


def test_streamlits_own_socket_does_not_say_that_it_is_tcp():
    """Where this fails, asyncio sets TCP_NODELAY by itself, and ``_send_at_once`` can go."""
    listening = starlette_server._bind_socket("127.0.0.1", 0, 1)
    with listening:
        assert listening.proto != socket.IPPROTO_TCP


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_whoever_tells_the_process_to_end_is_heard_by_us_and_by_the_server(monkeypatch, name):
    number, heard, handlers = getattr(signal, name), [], {}
    monkeypatch.setattr(
        server.signal, "getsignal", lambda number: lambda *told: heard.append(("server", *told))
    )
    monkeypatch.setattr(server.signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(server, "at_end", [lambda: heard.append("ours")])

    async def scene() -> None:
        server._hear_of_the_end()
        handlers[number](number, None)
        await asyncio.sleep(0)

    finished(scene())
    assert heard == [("server", number, None), "ours"]


def test_where_signals_are_not_heard_the_server_starts_all_the_same():
    async def scene() -> None:
        server._hear_of_the_end()  # in a thread, as this is

    before = signal.getsignal(signal.SIGTERM)
    finished(scene())
    assert signal.getsignal(signal.SIGTERM) is before


async def returns() -> None:
    """A session's connection breaks and comes back."""
    manager = WebsocketSessionManager(
        MemorySessionStorage(), MemoryUploadedFileManager(""), ScriptCache(), lambda: None
    )
    session = manager.connect_session(MagicMock(), ScriptData("app.py", False), {})
    manager.disconnect_session(session)
    assert manager.connect_session(MagicMock(), ScriptData("app.py", False), {}, session) == session
    manager.close_session(session)


@pytest.fixture
def watched(monkeypatch) -> list[str]:
    """Registrations of file watchers, where nothing is to be watched."""
    registered: list[str] = []
    monkeypatch.setattr(AppSession, "register_file_watchers", lambda session: registered.append(session.id))
    given = config.get_option
    options = {"server.fileWatcherType": "none"}
    monkeypatch.setattr(config, "get_option", lambda name: options.get(name, given(name)))
    return registered


def test_streamlit_registers_watchers_when_a_session_comes_back_although_there_are_none(watched):
    """Where this fails, Streamlit has mended it, and ``_watch_nothing`` can go."""
    finished(returns())
    assert len(watched) == 1


def test_nothing_is_watched_when_a_session_comes_back(watched):
    server._watch_nothing()
    finished(returns())
    assert not watched


def test_watchers_stay_where_a_developer_wants_them(watched, monkeypatch):
    monkeypatch.setattr(config, "get_option", lambda name: "auto")
    server._watch_nothing()
    AppSession.register_file_watchers(SimpleNamespace(id="a"))
    assert watched == ["a"]


def test_as_many_files_may_be_open_as_the_system_lets_us(monkeypatch, caplog):
    limits = [(256, 20_000)]
    fake = SimpleNamespace(
        RLIMIT_NOFILE=7,
        RLIM_INFINITY=-1,
        getrlimit=lambda _: limits[-1],
        setrlimit=lambda _, limit: limits.append(limit),
    )
    monkeypatch.setattr(server, "resource", fake)
    with caplog.at_level("INFO", logger=server.__name__):
        server._open_many_files()
    assert limits[-1] == (20_000, 20_000)
    assert "20000, enough for 4984 visitors" in caplog.text


def test_a_limit_that_the_system_refuses_to_raise_stays(monkeypatch, caplog):
    def refuse(_, limit: tuple[int, int]) -> None:
        raise ValueError(limit)

    fake = SimpleNamespace(RLIMIT_NOFILE=7, RLIM_INFINITY=-1, getrlimit=lambda _: (256, -1), setrlimit=refuse)
    monkeypatch.setattr(server, "resource", fake)
    with caplog.at_level("INFO", logger=server.__name__):
        server._open_many_files()
    assert "256, enough for 48 visitors" in caplog.text


@pytest.fixture
def app(monkeypatch) -> SimpleNamespace:
    """What Streamlit's app holds for its visitors."""
    manager = MemoryUploadedFileManager("")
    storage = MemorySessionStorage(ttl_seconds=60)
    sessions = WebsocketSessionManager(storage, manager, ScriptCache(), lambda: None)
    monkeypatch.setattr(server, "uploads", Uploads())
    app = SimpleNamespace(_runtime=SimpleNamespace(uploaded_file_mgr=manager, _session_mgr=sessions))
    server._look_after(app)
    return app


def test_one_message_gets_places_for_few_files(app):
    urls = app._runtime.uploaded_file_mgr.get_upload_urls("session", ["a"] * 1_000_000)
    assert len(urls) == server.MOST_NAMES


def test_a_whole_class_may_lose_its_network_and_find_its_sessions_again(app):
    storage = app._runtime._session_mgr._session_storage
    for number in range(300):
        storage.save(SimpleNamespace(session=SimpleNamespace(id=number)))
    assert len(storage.list()) == 300
