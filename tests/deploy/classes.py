"""A class at the wire, without browsers: hands that move, plays that go on, and visitors who use the page by script."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from tests.wire import Visitor

_TICK = quote(json.dumps({"kind": "tick"}))


class Hand:
    """A connection to the live route that is kept, as a browser's is."""

    def __init__(self, base: str) -> None:
        self._place = urlsplit(base)
        self.times: list[float] = []

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(self._place.hostname, self._place.port)

    async def ask(self, page: str, query: str) -> bytes:
        """One answer's head and body, as they came."""
        start = time.perf_counter()
        request = f"GET /live/{page}?{query} HTTP/1.1\r\nHost: {self._place.netloc}\r\n\r\n"
        self._writer.write(request.encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
        body = await self._reader.readexactly(length)
        self.times.append(time.perf_counter() - start)
        assert b" 200 " in lines[0], (lines[0], query)
        return body

    def close(self) -> None:
        """Leave."""
        self._writer.close()


def p95(times: list[float]) -> float:
    """The time that 95 of a hundred stay below."""
    return statistics.quantiles(times, n=20)[-1]


async def move(base: str, seed: int, seconds: float, think: float) -> list[float]:
    """Ask for another state every ``think`` seconds; how long each answer took."""
    rng, hand = random.Random(seed), Hand(base)
    await hand.open()
    await asyncio.sleep(rng.random() * think)
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        await hand.ask("explore", f"logits={rng.uniform(-5, 5):.2f},1,0.1")
        await asyncio.sleep(max(0.0, think - (time.perf_counter() - start)))
    hand.close()
    return hand.times


async def play(base: str, seed: int, seconds: float, tick: float = 0.12) -> float:
    """Play a descent from logits of one's own by the route; frames a second."""
    rng, hand = random.Random(seed), Hand(base)
    await hand.open()
    link = f"logits={rng.uniform(-5, 5):.2f},1,0.1"
    start, frames = time.perf_counter(), 0
    while (asked := time.perf_counter()) - start < seconds:
        link = json.loads(await hand.ask("explore", f"{link}&event={_TICK}"))["link"]
        frames += 1
        await asyncio.sleep(max(0.0, tick - (time.perf_counter() - asked)))
    hand.close()
    return frames / (time.perf_counter() - start)


async def use(base: str, seed: int, seconds: float) -> list[float]:
    """Open pages and press buttons by script; how long each answer took."""
    rng, times = random.Random(seed), []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        visitor = Visitor(base, page=rng.choice(("", "derivation", "why")))
        acts: list[Callable[[], Awaitable[object]]] = [visitor.connect, visitor.run]
        acts += [lambda v=visitor: v.run(press="reset")] * 3  # type: ignore[misc]
        for act in acts:
            start = time.perf_counter()
            await act()
            times.append(time.perf_counter() - start)
            await asyncio.sleep(rng.uniform(0.2, 0.6))
        await visitor.close()
    return times
