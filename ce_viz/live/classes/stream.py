"""One listener: what waits to be sent, never more than the newest, and the event stream that it goes out by.

A message is encoded and compressed once for all who are sent it. Each compressed one is a block of its own that needs
none before it, so that the same bytes fit into every listener's gzip stream.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from ce_viz.live.classes.limits import STALLED
from ce_viz.live.message import encoded

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
_GZIP_LAST = b"\x03\x00"  # an empty last block
_LEVEL = 1  # of compression, as for the live route
_SCENE = "scene"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"vary", b"Accept-Encoding"),
]


class Message:
    """What is sent to many.

    Attributes:
      plain: One event of the stream.
      whole: Whether it brings a figure that later messages take for granted.
    """

    __slots__ = ("_packed", "plain", "whole")

    def __init__(self, plain: bytes, *, whole: bool = False) -> None:
        self.plain, self.whole = plain, whole
        self._packed = b""

    @classmethod
    def of(cls, content: Any, *, whole: bool = False) -> Message:
        """The event that holds ``content`` as JSON."""
        return cls(b"data: " + encoded(content) + b"\n\n", whole=whole)

    @property
    def packed(self) -> bytes:
        """The same as a block of a deflate stream."""
        if not self._packed:
            packer = zlib.compressobj(_LEVEL, wbits=-15)
            self._packed = packer.compress(self.plain) + packer.flush(zlib.Z_SYNC_FLUSH)
        return self._packed


HEARTBEAT = Message(b":\n\n")


class Stream:
    """An ASGI answer that lasts."""

    def __init__(
        self,
        language: str,
        *,
        packed: bool,
        state: Callable[[], Message] = lambda: HEARTBEAT,
        left: Callable[[Stream], None] = lambda _: None,
    ) -> None:
        """Prepare to listen.

        Args:
          language: In which the listener reads.
          packed: Whether the listener takes gzip.
          state: What brings a listener up to date who has missed something.
          left: Called when the listener is gone.
        """
        self.language = language
        self._packed, self._state, self._left = packed, state, left
        self._pending: dict[str, Message | None] = {}  # by kind; None is the whole state, as it will be then
        self._news = asyncio.Event()
        self._over = self._gone = False
        self._crc = self._length = 0

    def show(self, move: Message) -> None:
        """Send how the charts have moved; who has not taken the last such message gets what makes up for it."""
        before = self._pending.get(_SCENE, move)
        self._pending[_SCENE] = None if before is None or (before is not move and before.whole) else move
        self._news.set()

    def refresh(self) -> None:
        """Send the whole state."""
        self._pending[_SCENE] = None
        self._news.set()

    def tell(self, kind: str, message: Message) -> None:
        """Send a message in place of one of its kind that still waits."""
        self._pending[kind] = message
        self._news.set()

    def end(self, last: Message | None = None) -> None:
        """Send a last message, if there is one, and nothing after it."""
        self._pending = {} if last is None else {"last": last}
        self._over = True
        self._news.set()

    def waiting(self) -> int:
        """How many messages wait to be sent."""
        return len(self._pending)

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Speak until either side ends it."""
        coding = [(b"content-encoding", b"gzip")] if self._packed else []
        watching = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, *coding]})
            await self._write(send)
        except TimeoutError:
            pass  # it takes nothing: nobody listens there
        finally:
            watching.cancel()
            self._left(self)

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._news.set()

    async def _write(self, send: Send) -> None:
        head = _GZIP_HEAD if self._packed else b""
        while True:
            await self._news.wait()
            self._news.clear()
            if self._gone:
                return
            over, body = self._over, head + self._taken()
            head = b""
            if over and self._packed:
                body += _GZIP_LAST + struct.pack("<II", self._crc, self._length & 0xFFFFFFFF)
            async with asyncio.timeout(STALLED):
                await send({"type": "http.response.body", "body": body, "more_body": not over})
            if over:
                return

    def _taken(self) -> bytes:
        """All that waits, which then waits no more."""
        pending, self._pending = self._pending, {}
        messages = [self._state() if each is None else each for each in pending.values()]
        if not self._packed:
            return b"".join(message.plain for message in messages)
        for message in messages:
            self._crc = zlib.crc32(message.plain, self._crc)
            self._length += len(message.plain)
        return b"".join(message.packed for message in messages)
