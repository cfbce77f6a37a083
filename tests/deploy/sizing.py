"""How many visitors one process holds: ``python -m tests.deploy.sizing [VISITORS…]`` prints a row for each number.

One replica as the image runs it, without a proxy; each visitor changes the logits once a second on average, as busy a
class as there is. Visitors share the machine with the replica. Linux only.
"""

from __future__ import annotations

import asyncio
import contextlib
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

SECONDS = 8.0
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


async def visit(base: str, seed: int, end: float, first: list[float], later: list[float]) -> None:
    rng = random.Random(seed)
    visitor = Visitor(base)
    start = time.perf_counter()
    await visitor.connect()
    await visitor.run()
    first.append(time.perf_counter() - start)
    await asyncio.sleep(rng.random())
    while time.perf_counter() < end:
        start = time.perf_counter()
        seen = await visitor.run(logits=", ".join(f"{rng.uniform(-4, 4):.2f}" for _ in range(3)))
        later.append(time.perf_counter() - start)
        assert not seen.exceptions
        await asyncio.sleep(rng.uniform(0.5, 1.5))
    await visitor.close()


async def load(replica: Replica, visitors: int) -> str:
    """One row of the table; all visitors arrive at once."""
    first, later, most = [], [], []
    base = f"http://127.0.0.1:{replica.port}"
    await visit(base, -1, 0.0, [], [])  # the first of all waits for imports
    start, before = time.perf_counter(), processor(replica)
    tasks = [visit(base, seed, start + SECONDS, first, later) for seed in range(visitors)]

    async def watch() -> None:
        while True:
            most.append(memory(replica))
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*tasks) if tasks else await asyncio.sleep(1)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    if not later:
        return f"| {visitors} | | | | | {max(most):.0f} MB |"
    used = (processor(replica) - before) / len(first + later)
    times = [f"{1e3 * each:.1f} ms" for each in (max(first), statistics.median(later), p95(later), used)]
    return f"| {visitors} | {' | '.join(times)} | {max(most):.0f} MB |"


def main(numbers: list[int]) -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, {SECONDS:g} s a row")
    print("| visitors | the last sees the page after | a change, p50 | p95 | processor, a change | memory |")
    print("|---|---|---|---|---|---|")
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder, replicas(Path(folder), 1) as (replica,):
            print(asyncio.run(load(replica, number)), flush=True)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or list(DEFAULT))
