"""A teacher and students at the wire, without browsers: streams that are read, messages that are sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

Heard = Callable[[str, bytes], None]
"""Called with a message's kind and its JSON."""


_LAST_CHUNK = b"0\r\n"


class Line:
    """A connection that is kept, as a browser's is."""

    def __init__(self, base: str) -> None:
        self._place = urlsplit(base)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def say(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """One request and its answer, status and body; once more where a kept connection was closed meanwhile."""
        kept = self._writer is not None
        try:
            return await self._say(method, path, body, headers)
        except (OSError, EOFError):
            await self.close()
            if not kept:
                raise
        return await self._say(method, path, body, headers)

    async def _say(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                self._place.hostname, self._place.port, limit=2**20
            )
        assert self._reader
        fields = {"Host": self._place.netloc, "Content-Length": str(len(body))} | dict(headers)
        head = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in fields.items())
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        status, told = await read_head(self._reader)
        return status, await self._reader.readexactly(int(told.get("content-length", "0")))

    async def close(self) -> None:
        """Leave."""
        if self._writer:
            await _shut(self._writer)
            self._writer = None


async def _shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return int(first.split()[1]), {name.lower(): text for name, text in pairs}


def _chunks(data: bytes) -> tuple[bytes, bytes]:
    """The content of all whole chunks of a body, and what is left."""
    found = []
    while not data.startswith(_LAST_CHUNK) and (end := data.find(b"\r\n")) > 0:
        size = int(data[:end], 16)
        if len(data) < end + size + 4:
            break
        found.append(data[end + 2 : end + 2 + size])
        data = data[end + size + 4 :]
    return b"".join(found), data


class Party:
    """One who listens to a class and speaks to it."""

    def __init__(self, base: str, code: str) -> None:
        self.base, self.code = base, code
        self.heard: dict[str, dict[str, Any]] = {}  # the newest message of each kind
        self.status = 0
        self._visit = secrets.token_hex(16)  # the cookie of a browser that has opened the page
        self._line = Line(base)
        self._listening: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    @property
    def path(self) -> str:
        """Where this party listens."""
        raise NotImplementedError

    def headers(self) -> dict[str, str]:
        """What goes with each request."""
        return {"Origin": self.base, "Cookie": f"visit={self._visit}"}

    async def say(self, **message: Any) -> tuple[int, dict[str, Any]]:
        """Speak; status and answer."""
        body = json.dumps(message).encode()
        status, answer = await self._line.say("POST", f"/live/class/{self.code}", body, **self.headers())
        return status, json.loads(answer or b"{}")

    async def listen(self, heard: Heard = lambda *_: None) -> None:
        """Open the stream, and call ``heard`` with each message from now on."""
        place = urlsplit(self.base)
        reader, self._stream = await asyncio.open_connection(place.hostname, place.port, limit=2**20)
        fields = {"Host": place.netloc, "Accept-Encoding": "gzip"} | self.headers()
        head = "".join(f"{name}: {text}\r\n" for name, text in fields.items())
        self._stream.write(f"GET {self.path} HTTP/1.1\r\n{head}\r\n".encode())
        try:
            self.status, told = await read_head(reader)
        except (OSError, EOFError):
            await _shut(self._stream)
            raise
        if self.status == 200:
            assert told["content-encoding"] == "gzip"
            assert told["content-type"].startswith("text/event-stream")
            self._listening = asyncio.create_task(self._read(reader, heard))
        else:
            await _shut(self._stream)

    async def _read(self, reader: asyncio.StreamReader, heard: Heard) -> None:
        unpacker, chunked, text = zlib.decompressobj(wbits=31), b"", b""
        with contextlib.suppress(OSError):
            while not chunked.startswith(_LAST_CHUNK) and (part := await reader.read(2**16)):
                chunks, chunked = _chunks(chunked + part)
                *events, text = (text + unpacker.decompress(chunks)).split(b"\n\n")
                for event in events:
                    if event.startswith(b"data: "):
                        self._note(event[6:], heard)
        await _shut(self._stream)
        self._note(b'{"kind":"over"}', heard)

    def _note(self, event: bytes, heard: Heard) -> None:
        kind = event[len(b'{"kind":"') : event.index(b'"', len(b'{"kind":"'))].decode()
        if (
            kind != "move"
        ):  # so many come, to so many, that to read them all would take longer than to send them
            self.heard[kind] = json.loads(event)
        heard(kind, event)
        self._news.set()

    async def until(self, true: Callable[[dict[str, Any]], object], patience: float = 20.0) -> None:
        """Wait for what was heard to be so: the newest message of each kind but ``move``."""
        try:
            async with asyncio.timeout(patience):
                while not true(self.heard):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError as error:
            told = {kind: str(message)[:200] for kind, message in self.heard.items()}
            raise AssertionError(f"after {patience:g} s: {told}") from error

    async def close(self) -> None:
        """Leave."""
        await self._line.close()
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            await _shut(self._stream)


class Student(Party):
    """A student's browser."""

    def __init__(self, base: str, code: str, language: str = "en") -> None:
        super().__init__(base, code)
        self.member, self._language = secrets.token_hex(16), language

    @property
    def path(self) -> str:
        """Where a student listens."""
        return f"/live/class/{self.code}?member={self.member}&lang={self._language}"

    async def vote(self, number: int = 1, round: int = 1, **answer: Any) -> tuple[int, dict[str, Any]]:  # noqa: A002
        """Answer a question."""
        return await self.say(kind="vote", member=self.member, question=number, round=round, **answer)


class Teacher(Party):
    """A teacher's tab, with the key and what it has kept of the class."""

    def __init__(self, base: str) -> None:
        super().__init__(base, "")
        self.key, self.held = "", None

    @property
    def path(self) -> str:
        """Where a teacher listens."""
        return f"/live/class/{self.code}?lang=en"

    def headers(self) -> dict[str, str]:
        """What goes with each request: the key, too."""
        return super().headers() | {"Authorization": f"Bearer {self.key}"}

    async def begin(self, page: str = "explore", link: str = "") -> None:
        """Get a code, open the class and listen."""
        status, answer = await self._line.say("POST", "/live/class", **super().headers())
        assert status == 201, (status, answer)
        told = json.loads(answer)
        self.code, self.key = told["code"], told["key"]
        assert await self.open(page, link) == 200
        await self.listen()

    async def open(self, page: str = "explore", link: str = "") -> int:
        """Open the class, or take it up again with what was kept; the status."""
        kept = self.heard.get("held", {}).get("held", self.held)
        status, answer = await self.say(kind="open", page=page, link=link, events=[], held=kept)
        if status == 200:
            self.held = answer["held"]
        return status

    async def show(self, link: str, page: str = "explore", events: object = ()) -> int:
        """Show something; the status."""
        return (await self.say(kind="show", page=page, link=link, events=list(events)))[0]
