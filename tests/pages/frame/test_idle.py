"""Connections that send half a request: closed at the second look, and nobody else is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn

from ce_viz.pages.frame.idle import Idle
from tests.wire import finished

HALF, REST = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"x\r\n\r\n"
WHOLE = HALF + REST


class Line:
    """A connection to uvicorn, as both sides see it, and what looks at it."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def app(self, _scope, _receive, send) -> None:
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def open(self) -> None:
        self.server = uvicorn.Server(
            uvicorn.Config(self.app, port=0, log_level="error", lifespan="off", interface="asgi3")
        )
        self.serving = asyncio.create_task(self.server.serve())
        await until(lambda: self.server.started)
        self.idle = Idle()
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        await until(lambda: bool(self.server.server_state.connections))
        (self.connection,) = self.server.server_state.connections

    async def close(self) -> None:
        self.writer.close()
        self.server.should_exit = True
        await self.serving
        await until(lambda: not self.server.server_state.connections)

    async def begin_another(self) -> None:
        """Send half of a request after one that was answered, and wait until it has come."""
        self.writer.write(HALF)
        await until(lambda: self.connection.timeout_keep_alive_task is None)

    async def answer(self) -> bytes:
        """The next answer, once uvicorn rests again; nothing where the connection is closed."""
        try:
            answer = await self.reader.readuntil(b"ok")
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return b""
        await until(lambda: self.connection.cycle.response_complete)
        return answer


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


def on_a_line(scene: Callable[[Line], Coroutine[Any, Any, None]]) -> None:
    async def play() -> None:
        line = Line()
        await line.open()
        try:
            async with asyncio.timeout(10):
                await scene(line)
        finally:
            await line.close()

    finished(play())


def test_a_connection_that_sends_nothing_or_half_is_closed_at_the_second_look():
    for sent in (b"", HALF):

        async def scene(line: Line, sent: bytes = sent) -> None:
            line.writer.write(sent)
            line.idle.sweep()
            assert not line.connection.transport.is_closing()
            line.idle.sweep()
            assert await line.answer() == b""

        on_a_line(scene)


def test_half_a_second_request_is_closed():
    async def scene(line: Line) -> None:
        line.writer.write(WHOLE)
        assert await line.answer()
        await line.begin_another()
        line.idle.sweep()
        line.idle.sweep()
        assert await line.answer() == b""

    on_a_line(scene)


def test_a_connection_between_two_requests_is_left_to_uvicorn():
    async def scene(line: Line) -> None:
        for _ in range(2):
            line.writer.write(WHOLE)
            assert await line.answer()
            line.idle.sweep()
            line.idle.sweep()

    on_a_line(scene)


def test_a_request_that_is_being_answered_stays():
    async def scene(line: Line) -> None:
        line.may_answer.clear()
        line.writer.write(WHOLE)
        await until(lambda: line.connection.cycle is not None)
        line.idle.sweep()
        line.idle.sweep()
        line.may_answer.set()
        assert await line.answer()

    on_a_line(scene)


def test_one_that_was_answered_between_two_looks_stays():
    async def scene(line: Line) -> None:
        line.writer.write(HALF)
        line.idle.sweep()
        line.writer.write(REST)
        assert await line.answer()
        await line.begin_another()
        line.idle.sweep()
        line.writer.write(REST)
        assert await line.answer()

    on_a_line(scene)


def test_the_servers_of_this_process_are_found():
    server = uvicorn.Server(uvicorn.Config(lambda: None, log_level="error"))
    assert server in Idle()._servers
