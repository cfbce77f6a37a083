"""How many visitors one process holds: ``python -m tests.deploy.sizing [VISITORS…]`` prints a row for each number.

One replica as the image runs it, without a proxy. All visitors arrive at once; when the last has its page and each has
made a first change, which runs the whole page, each changes the logits once a second on average, as busy a class as
there is. Visitors share the machine with the replica. Linux only.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.deploy.proxy import Replica, replicas
from tests.wire import Visitor

SECONDS = 10.0
DEFAULT = (0, 50, 100, 200, 300)


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def memory(replica: Replica) -> float:
    """Megabytes that the process holds."""
    command = ["ps", "-o", "rss=", "-p", str(replica.process.pid)]
    return int(subprocess.check_output(command)) / 1024


def processor(replica: Replica) -> float:
    """Seconds of processor time that the process has taken; unlike a delay, no neighbour on the machine adds to it."""
    used = Path(f"/proc/{replica.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


async def arrive(base: str) -> tuple[Visitor, float]:
    """Open the page; seconds until it stands."""
    visitor = Visitor(base)
    start = time.perf_counter()
    await visitor.connect()
    await visitor.run()
    return visitor, time.perf_counter() - start


async def change(visitor: Visitor, rng: random.Random) -> float:
    """Type other logits; seconds until the change stands."""
    start = time.perf_counter()
    seen = await visitor.run(logits=", ".join(f"{rng.uniform(-4, 4):.2f}" for _ in range(3)))
    assert not seen.exceptions
    return time.perf_counter() - start


async def use(visitor: Visitor, rng: random.Random, end: float) -> list[float]:
    """Change the logits once a second until then; how long each change took."""
    times = []
    await asyncio.sleep(rng.random())
    while time.perf_counter() < end:
        times.append(await change(visitor, rng))
        await asyncio.sleep(rng.uniform(0.5, 1.5))
    return times


async def load(replica: Replica, visitors: int) -> str:
    """One row of the table: all visitors arrive at once, and then use the page."""
    base = f"http://127.0.0.1:{replica.port}"
    one, _ = await arrive(base)  # the first of all waits for imports
    await one.close()
    if not visitors:
        return f"| 0 | | | | | {memory(replica):.0f} MB |"
    there = await asyncio.gather(*(arrive(base) for _ in range(visitors)))
    users = [(visitor, random.Random(seed)) for seed, (visitor, _) in enumerate(there)]
    await asyncio.gather(*(change(*user) for user in users))
    start, before = time.perf_counter(), processor(replica)
    uses = (use(*user, start + SECONDS) for user in users)
    changes = [each for times in await asyncio.gather(*uses) for each in times]
    used, most = (processor(replica) - before) / len(changes), memory(replica)
    for visitor, _ in there:
        await visitor.close()
    last = max(arrival for _, arrival in there)
    times = [f"{1e3 * each:.1f} ms" for each in (last, statistics.median(changes), p95(changes), used)]
    return f"| {visitors} | {' | '.join(times)} | {most:.0f} MB |"


def main(numbers: list[int]) -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, {SECONDS:g} s a row")
    print("| visitors | the last sees the page after | a change, p50 | p95 | processor, a change | memory |")
    print("|---|---|---|---|---|---|")
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder, replicas(Path(folder), 1) as (replica,):
            print(asyncio.run(load(replica, number)), flush=True)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or list(DEFAULT))
