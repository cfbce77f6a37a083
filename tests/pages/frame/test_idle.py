"""Connections that send half a request: closed at the second look, and nobody else is."""

from __future__ import annotations

import asyncio
import contextlib

import uvicorn

from ce_viz.pages.frame.idle import Idle

HALF = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "
WHOLE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def app(scope, receive, send) -> None:
    if scope["path"] == "/slow":
        await asyncio.sleep(0.3)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def looked_at(*sent: bytes, then: bytes = b"") -> bool:
    """Whether a connection that sends this piece by piece is closed by two looks, with something sent in between."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    idle = Idle()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in sent:
            writer.write(piece)
            await asyncio.sleep(0.1)
        idle.sweep()
        writer.write(then)
        await asyncio.sleep(0.1)
        idle.sweep()
        await asyncio.sleep(0.05)
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while await asyncio.wait_for(reader.read(1000), 0.1):
                pass
            return True
        return bool(reader.exception())
    finally:
        writer.close()
        server.should_exit = True
        await serving


def closed(*sent: bytes, **later: bytes) -> bool:
    return asyncio.run(looked_at(*sent, **later))


def test_half_a_request_is_closed():
    assert closed(HALF)


def test_nothing_at_all_is_closed():
    assert closed(b"")


def test_half_a_second_request_is_closed():
    assert closed(WHOLE, HALF)


def test_a_connection_between_two_requests_stays_for_uvicorn_to_close():
    assert not closed(WHOLE)


def test_a_request_that_is_being_answered_stays():
    assert not closed(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")


def test_one_that_was_answered_in_between_stays():
    assert not closed(HALF, then=b"x\r\n\r\n" + HALF)


def test_the_servers_connections_are_found_in_its_process():
    async def find() -> bool:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        return server in Idle()._servers

    assert asyncio.run(find())
