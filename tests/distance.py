"""Pipes on the loopback: a server seen from far away, below a path that a proxy strips, or as one that goes away."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

_T = TypeVar("_T")
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


class Pipe:
    """A port of our own, each connection of which is led on to a server; which one that is may change."""

    def __init__(self, target: str | None, there: _Pump, back: _Pump) -> None:
        self._target, self._there, self._back = target, there, back
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._visit, "127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    def lead(self, target: str | None) -> None:
        """Break all connections, and lead new ones to ``target``; to nobody, if that is None."""

        async def turn() -> None:
            self._target = target
            await self._cut()

        self._run(turn())

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            await self._cut()

        self._run(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _cut(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        await asyncio.sleep(0)  # the loop tells each connection that it is over

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            if self._target is None:
                await _close(writer)
                return
            place = urlsplit(self._target)
            other_reader, other_writer = await asyncio.open_connection(place.hostname, place.port)
            self._writers.add(other_writer)
            await asyncio.gather(self._there(reader, other_writer), self._back(other_reader, writer))
        except OSError:
            await _close(writer)
        finally:
            self._tasks.discard(task)


@contextlib.contextmanager
def _piped(target: str, there: _Pump, back: _Pump) -> Iterator[str]:
    with contextlib.closing(Pipe(target, there, back)) as pipe:
        yield pipe.address


def led(target: str) -> contextlib.closing[Pipe]:
    """The server at ``target``, which may go away, and another be there in its place: ``led(first).lead(other)``."""
    return contextlib.closing(Pipe(target, _as_it_comes, _as_it_comes))


def distant(target: str, one_way: float) -> contextlib.AbstractContextManager[str]:
    """The server at ``target`` so many seconds away, each way."""
    return _piped(target, _delayed(one_way), _delayed(one_way))


@contextlib.contextmanager
def below_a_path(target: str, path: str) -> Iterator[str]:
    """The server at ``target`` behind a proxy that serves it below a path and strips it."""
    with _piped(target, _stripping(path), _as_it_comes) as address:
        yield f"{address}{path}/"
