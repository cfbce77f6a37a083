"""What is set once for the server's process, before its first visitor, and looked after while it runs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from types import FrameType
from typing import Any

from streamlit import config
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.uploaded_file_manager import UploadFileUrlInfo
from streamlit.web.server.starlette import App

from ce_viz.pages.frame import faults, turns
from ce_viz.pages.frame.idle import Idle
from ce_viz.pages.frame.uploads import Uploads, give_back

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]

_YOUNG = 1_500  # allocations per young collection, so few that the processor's cache still holds them
_MIDDLE = 60  # young collections before one of what they found in use
_OLD = 10  # of those before one of everything; Python waits until a quarter more is there

FILES_A_VISITOR = 4
"""Open files: a connection, and three of the loop that Streamlit gives each session; these stay for two minutes."""

_FILES_OF_OUR_OWN = 64
_ENOUGH_FILES = 65_536  # where the system names no limit
KEPT_SESSIONS = 512
"""Of visitors whose network dropped; Streamlit keeps 128, and the 129th would lose files and undo."""

MOST_NAMES = 100
"""Of files that are asked for a place in one message; each takes 2 µs, in which nobody else is answered."""

SWEEP = 10.0
"""Seconds between two looks at what visitors have left behind."""

_log = logging.getLogger(__name__)
uploads = Uploads()
at_end: list[Callable[[], None]] = []
"""What is to be done as soon as the process is told to end: its server waits until all answers are complete."""


@contextlib.asynccontextmanager
async def lifespan(app: App) -> AsyncIterator[None]:
    """Make the server answer sooner, and hold no more than it must."""
    faults.set_up_log()
    _open_many_files()
    _watch_nothing()
    _hear_every_press()
    _look_after(app)
    _send_at_once()  # before the freeze: a frozen object is found no more
    _hear_of_the_end()
    turns.wake_once(asyncio.get_running_loop())
    sweeping = asyncio.create_task(_sweep(app, Idle()))
    _collect_rarely()
    try:
        yield
    finally:
        sweeping.cancel()


def _hear_of_the_end() -> None:
    """Do what is ``at_end`` when the process is told to end, beside what the server does then."""
    loop = asyncio.get_running_loop()

    def listen(number: int) -> None:
        before = signal.getsignal(number)

        def heard(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(_end)
            if callable(before):
                before(number, frame)

        signal.signal(number, heard)

    for each in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError):  # the server runs in a thread, where nobody hears
            listen(each)


def _end() -> None:
    for act in at_end:
        act()


def _open_many_files() -> None:
    """Raise the soft limit of open files to the hard one: of the usual 1,024, 253 visitors use up all."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH_FILES if hard == resource.RLIM_INFINITY else hard
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        wanted = soft
    with contextlib.suppress(OSError, ValueError):  # macOS has a limit of its own below "infinity"
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if files == resource.RLIM_INFINITY:
        _log.info("open files: no limit")
    else:
        visitors = max(0, files - _FILES_OF_OUR_OWN) // FILES_A_VISITOR
        _log.info("open files: %d, enough for %d visitors at a time", files, visitors)


def _watch_nothing() -> None:
    """Let no session register watchers of files where nothing is watched.

    Streamlit looks at ``server.fileWatcherType`` when a session begins, but not when one comes back
    (``WebsocketSessionManager._resume_stored_session``): 132 ms each on the loop that answers everybody, 40 s where 300
    visitors lost their network together.
    """
    if config.get_option("server.fileWatcherType") == "none":
        AppSession.register_file_watchers = _nothing  # type: ignore[method-assign, assignment]


def _nothing(_: AppSession) -> None:
    pass


def _hear_every_press() -> None:
    """Let each run hear what was pressed before it gives way to its successor.

    Streamlit keeps the buttons and messages of a run that still waits for its turn, but lets one that has begun end
    for a successor before its callbacks are called, and then they never are.
    """

    def hear(state: SafeSessionState, *args: Any, **kwargs: Any) -> None:
        with state._lock:
            state._state.on_script_will_rerun(*args, **kwargs)

    SafeSessionState.on_script_will_rerun = hear  # type: ignore[method-assign, assignment]


def _look_after(app: App) -> None:
    """Bound what Streamlit holds for visitors: their files, the places for files, the sessions of those who left."""
    runtime: Any = app._runtime  # st.App takes no managers of one's own
    manager = runtime.uploaded_file_mgr
    uploads.attach(manager)
    manager.get_upload_urls = _few(manager.get_upload_urls)
    _kept_sessions(app)._maxsize = KEPT_SESSIONS


def _few(
    urls: Callable[[str, Sequence[str]], list[UploadFileUrlInfo]],
) -> Callable[[str, Sequence[str]], list[UploadFileUrlInfo]]:
    return lambda session, names: urls(session, names[:MOST_NAMES])


def _kept_sessions(app: App) -> Any:
    """The cache in which Streamlit keeps sessions that may come back."""
    runtime: Any = app._runtime
    return runtime._session_mgr._session_storage._cache


async def _sweep(app: App, idle: Idle) -> None:
    """From time to time, let go of what visitors have left behind."""
    while True:
        await asyncio.sleep(SWEEP)
        idle.sweep()
        gone = _kept_sessions(app).expire()  # Streamlit does this only when the next one leaves
        if uploads.sweep(time.monotonic()) or gone:
            del gone
            gc.collect(1)
            await asyncio.to_thread(give_back)


def _collect_rarely() -> None:
    """Spare the garbage collector what was imported, and let it come less often.

    Under load a change then takes 7 % less of the processor than with Python's own numbers
    (``tests/deploy/sizing.py``), and memory stays flat (``tests/deploy/soak.py``). Collections that take long, of all
    that has lived for a while, become rare; young collections do not: Streamlit leaves some 250 objects in circles
    with every change, and 50,000 of them at once stop every visitor's page for up to a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


def _send_at_once() -> None:
    """Let no message of the server wait for the receipt of the one before it.

    Streamlit answers in many small messages, and its sockets hold a small one back until the other side has confirmed
    the last (Nagle's algorithm), which puts that off for 40 ms (delayed acknowledgement). asyncio switches this off
    where a socket says that it is TCP, and Streamlit makes its own with protocol 0. A connection takes the setting
    over from the socket that accepts it.
    """
    for found in gc.get_objects():
        if isinstance(found, socket.socket) and found.family in {socket.AF_INET, socket.AF_INET6}:
            with contextlib.suppress(OSError):  # closed, or not TCP
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
