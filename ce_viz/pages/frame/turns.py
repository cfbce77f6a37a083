"""How the scripts of many visitors share one process: one after another, and with few calls across threads.

Streamlit runs each visitor's script in a thread. Of many at once Python runs one at a time all the same, and going from
thread to thread costs: 300 pages that are run together take a quarter less of the processor this way
(``python -m tests.deploy.strength restart``), and most are there sooner.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import Context, copy_context
from functools import partial

LONGEST = 0.05
"""Seconds after which a script that still runs holds the next one back no longer."""


class Turns:
    """One after another, in the order in which they came; but nobody waits longer than a turn for each ahead.

    >>> turns = Turns(longest=0.05)
    >>> with turns.turn(), turns.turn():  # the second begins when the first has had its time
    ...     pass
    """

    def __init__(self, longest: float) -> None:
        """Nobody is here yet.

        Args:
          longest: Seconds that a turn lasts at most for those who wait.
        """
        self._longest = longest
        self._lock = threading.Lock()
        self._now: threading.Event | None = None  # whose turn it is
        self._waiting: deque[threading.Event] = deque()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and have it until the block ends."""
        me = self._enter()
        try:
            yield
        finally:
            self._leave(me)

    def _enter(self) -> threading.Event:
        me = threading.Event()
        with self._lock:
            if self._now is None:
                self._now = me
                return me
            self._waiting.append(me)
            ahead = len(self._waiting)
        if not me.wait(ahead * self._longest):
            with self._lock:
                if me in self._waiting:  # else called at this very moment
                    self._waiting.remove(me)
                    self._now = me
        return me

    def _leave(self, me: threading.Event) -> None:
        with self._lock:
            if self._now is me:  # else somebody waited long enough and began meanwhile
                self._now = self._waiting.popleft() if self._waiting else None
                if self._now is not None:
                    self._now.set()


scripts = Turns(LONGEST)


def wake_once(loop: asyncio.AbstractEventLoop) -> None:
    """Let calls that threads hand to a loop share a way to wake it, until it has.

    Each message of a script is such a call, some fifty a page. asyncio writes a byte to a socket for each, and the
    thread that does loses its turn to another one meanwhile.
    """
    wake = loop.call_soon_threadsafe
    calls: deque[tuple[asyncio.Handle, Callable[[], object], Context]] = deque()
    woken = False

    def begin() -> None:
        nonlocal woken
        woken = False  # before the calls are taken: one that comes meanwhile wakes the loop again
        while calls:
            handle, call, context = calls.popleft()
            loop.call_soon(_unless_cancelled, handle, call, context=context)

    def call_soon_threadsafe(
        callback: Callable[..., object], *given: object, context: Context | None = None
    ) -> asyncio.Handle:
        nonlocal woken
        context = context or copy_context()
        handle = asyncio.Handle(callback, given, loop, context)
        calls.append((handle, partial(callback, *given), context))
        if not woken:
            woken = True
            try:
                wake(begin)
            except RuntimeError:  # the loop is closed, which is said to each who calls
                woken = False
                raise
        return handle

    with contextlib.suppress(AttributeError):  # a loop of another library, which wakes in its own way
        loop.call_soon_threadsafe = call_soon_threadsafe  # type: ignore[method-assign]


def _unless_cancelled(handle: asyncio.Handle, call: Callable[[], object]) -> None:
    if not handle.cancelled():
        call()
