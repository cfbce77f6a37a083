"""What is set once for the server's process, before it draws its first page."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
from functools import cache
from pathlib import Path

_YOUNG = 1_500  # new objects before a look at them, so few that the processor's cache still holds them
_LOOKS = 60  # looks at the young before one at those that a look found in use
_OLD_LOOKS = 10  # and at those before one at everything; Python waits until a quarter more is there

_OPEN_FILES = Path("/dev/fd")

TURN = threading.Lock()
"""Held while a page's quick part is drawn: scripts that run one after the other answer sooner than a crowd of them.

Python runs one thread at a time in any case, and each further one that wants to run keeps the thread waiting that
talks to the browsers. This takes a third off what 200 busy visitors wait (``tests/deploy/sizing.py``).
"""


@cache
def prepare() -> None:
    """Make the server answer sooner; the first page that is opened asks for it."""
    _collect_rarely()
    _send_at_once()


def _collect_rarely() -> None:
    """Spare the garbage collector what was imported, and let it come less often.

    Under load a change then takes 7 % less of the processor than with Python's own numbers
    (``tests/deploy/sizing.py``), and memory stays flat (``tests/deploy/soak.py``). The looks that take long, at all
    that has lived for a while, become rare; those at new objects do not: Streamlit leaves some 250 in circles with
    every change, and 50,000 of them at once stop every visitor's page for up to a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _LOOKS, _OLD_LOOKS)


def _send_at_once() -> None:
    """Let no message of the server wait for the receipt of the one before it.

    Streamlit answers in many small messages, and its sockets hold a small one back until the other side has
    confirmed the last (Nagle's algorithm), which puts that off for 40 ms (delayed acknowledgement): every answer
    under a moving hand came so much later. A connection takes the setting over from the socket that accepts it.
    """
    for file in list(_OPEN_FILES.iterdir()) if _OPEN_FILES.is_dir() else ():
        with contextlib.suppress(OSError):  # most are no sockets
            connection = socket.socket(fileno=int(file.name))
            try:
                if connection.family in {socket.AF_INET, socket.AF_INET6}:
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            finally:
                connection.detach()
