"""Pipes on the loopback: a server as it is seen from far away, or below a path of a proxy that strips it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import urlsplit

_Pump = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _close(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        writer.close()
        await writer.wait_closed()


def _delayed(seconds: float) -> _Pump:
    """Bytes as they come, each so much later."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not data:
                    return
                writer.write(data)
                await writer.drain()

        delivery = asyncio.create_task(deliver())
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                queue.put_nowait((loop.time() + seconds, data))
        queue.put_nowait((loop.time() + seconds, b""))
        with contextlib.suppress(ConnectionError):
            await delivery
        await _close(writer)

    return pump


async def _as_it_comes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    await _close(writer)


def _stripping(path: str) -> _Pump:
    """Requests of one connection each, whose address loses the path; websockets go through."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            first = await reader.readuntil(b"\r\n")
            head = await reader.readuntil(b"\r\n\r\n") if first != b"\r\n" else b""
            method, address, version = first.split(b" ", 2)
            prefix = f"/{path}".encode()
            if not (address == prefix or address.startswith((prefix + b"/", prefix + b"?"))):
                await _close(writer)
                return
            stripped = address[len(prefix) :] or b"/"
            kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection: keep")]
            if b"upgrade:" not in head.lower():
                kept.insert(0, b"Connection: close")  # a second request on it would not be stripped
            writer.write(b" ".join((method, stripped, version)) + b"\r\n".join(kept))
            await writer.drain()
            await _as_it_comes(reader, writer)

    return pump


@contextlib.contextmanager
def _piped(target: str, there: _Pump, back: _Pump) -> Iterator[str]:
    """Listen on a port of our own and lead each connection on."""
    place = urlsplit(target)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    tasks: set[asyncio.Task[None]] = set()
    writers: set[asyncio.StreamWriter] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        writers.add(writer)
        try:
            other_reader, other_writer = await asyncio.open_connection(place.hostname, place.port)
            writers.add(other_writer)
            await asyncio.gather(there(reader, other_writer), back(other_reader, writer))
        except OSError:
            await _close(writer)
        finally:
            tasks.discard(task)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        writers.clear()
        await asyncio.sleep(0)  # the loop tells each connection that it is over

    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(visit, "127.0.0.1", 0), loop).result()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        asyncio.run_coroutine_threadsafe(stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def distant(target: str, one_way: float) -> contextlib.AbstractContextManager[str]:
    """The server at ``target`` so many seconds away, each way."""
    return _piped(target, _delayed(one_way), _delayed(one_way))


@contextlib.contextmanager
def below_a_path(target: str, path: str) -> Iterator[str]:
    """The server at ``target`` behind a proxy that serves it below a path and strips it."""
    with _piped(target, _stripping(path), _as_it_comes) as address:
        yield f"{address}{path}/"
