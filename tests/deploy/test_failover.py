"""One of two replicas is killed under load: its visitors come back on the other, where their link restores them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from websockets.exceptions import ConnectionClosed

from tests.deploy.proxy import Replica, proxied
from tests.wire import Runner, Seen, Visitor

VISITORS = 24
PAUSE = 0.2  # seconds between two changes of a visitor


@dataclass
class Told:
    """What the visitors met."""

    changes: Counter[int] = field(default_factory=Counter)  # by visitor
    lost: int = 0  # connections that broke
    restored: int = 0  # visitors who found their state again
    errors: list[str] = field(default_factory=list)


def note(told: Told, visitor: Visitor, seen: Seen) -> None:
    """Whatever a run shows must be what the visitor's own address says."""
    link = parse_qs(visitor.address)["logits"][0].replace(",", ", ")
    if seen.exceptions or seen.fields.get("logits", link) != link:
        told.errors.append(f"{visitor.address} shows {seen}")


async def visit(base: str, seed: int, told: Told, ready: asyncio.Barrier, over: asyncio.Event) -> None:
    """Change logits over and over; when the connection breaks, do once what the page in a browser does."""
    rng = random.Random(seed)
    visitor = Visitor(base, f"logits={seed},0,1&temperature=2")
    await visitor.fetch()
    await visitor.connect()
    note(told, visitor, await visitor.run())
    await ready.wait()
    while not over.is_set():
        try:
            note(told, visitor, await visitor.run(logits=f"{seed}, {rng.uniform(-4, 4):.2f}, 1"))
            told.changes[seed] += 1
        except ConnectionClosed:
            told.lost += 1
            note(told, visitor, await restored(visitor))
            told.restored += 1
        await asyncio.sleep(PAUSE * rng.uniform(0.5, 1.5))
    await visitor.close()


async def restored(visitor: Visitor) -> Seen:
    """What the same address shows over a new connection, at the first attempt."""
    before = visitor.address
    await visitor.connect()
    seen = await visitor.run()
    assert "logits" in seen.fields, "a new session tells the field its text"
    assert visitor.address == before
    return seen


async def scene(base: str, victim: Replica, told: Told) -> None:
    ready, over = asyncio.Barrier(VISITORS + 1), asyncio.Event()
    async with asyncio.TaskGroup() as visitors:
        for seed in range(VISITORS):
            visitors.create_task(visit(base, seed, told, ready, over))
        await ready.wait()
        await until(lambda: min(told.changes[seed] for seed in range(VISITORS)) >= 2)
        victim.process.kill()
        before = Counter(told.changes)
        await until(lambda: all(told.changes[seed] > before[seed] + 1 for seed in range(VISITORS)))
        over.set()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(PAUSE / 10)


def test_visitors_of_a_killed_replica_find_their_state_on_the_other(tmp_path, pair):
    told = Told()
    for replica in pair:
        replica.alive()
    with proxied(tmp_path, [each.port for each in pair]) as base, Runner() as runner:
        runner.run(scene(base, pair[0], told))
    assert 0 < told.lost < VISITORS  # both had visitors; those of the other noticed nothing
    assert told.restored == told.lost
    assert not told.errors
