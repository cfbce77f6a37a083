"""What is set once for the server's process, before its first visitor."""

from __future__ import annotations

import contextlib
import gc
import socket
from collections.abc import AsyncIterator

from streamlit.web.server.starlette import App

_YOUNG = 1_500  # allocations per young collection, so few that the processor's cache still holds them
_MIDDLE = 60  # young collections before one of what they found in use
_OLD = 10  # of those before one of everything; Python waits until a quarter more is there


@contextlib.asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Make the server answer sooner."""
    _send_at_once()  # before the freeze: a frozen object is found no more
    _collect_rarely()
    yield


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
