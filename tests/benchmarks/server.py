"""The server without a browser: what one rerun costs at the wire, and how many visitors one process holds."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Mapping

from tests.benchmarks import rivals
from tests.benchmarks.tables import milliseconds, show
from tests.deploy.sizing import main as sizing
from tests.serving import ROOT, served
from tests.wire import Seen, Visitor

ROUNDS = 40
CLASSES = (3, 10, 30)
VISITORS = (50, 100, 200)


def main() -> None:
    """Print the tables."""
    with served(ROOT / "app.py") as ours, rivals.running(rivals.TWO_LINES) as others:
        asyncio.run(_reruns({"Explore": ours, **others}))
    print("\n### Visitors at one change a second\n")
    sizing(list(VISITORS))


async def _reruns(addresses: Mapping[str, str]) -> None:
    """One change after the other, in turns."""
    rng = random.Random(0)
    visitors = {name: Visitor(address) for name, address in addresses.items()}
    for visitor in visitors.values():
        await visitor.connect()
        await visitor.run()
    times: dict[str, list[float]] = {}
    sizes: dict[str, list[int]] = {}

    async def timed(name: str, visitor: Visitor, **fields: str) -> None:
        start = time.perf_counter()
        seen: Seen = await visitor.run(**fields)
        times.setdefault(name, []).append(time.perf_counter() - start)
        sizes.setdefault(name, []).append(seen.size)
        await asyncio.sleep(0.05)  # what is left of a run after its last message is no part of the next

    for _ in range(ROUNDS):
        for count in CLASSES:
            logits = ", ".join(f"{rng.uniform(-4, 4):.1f}" for _ in range(count))
            await timed(f"Explore, {count} classes", visitors["Explore"], logits=logits)
        await timed(rivals.TWO_LINES, visitors[rivals.TWO_LINES])
    for visitor in visitors.values():
        await visitor.close()
    base = statistics.median(times[rivals.TWO_LINES])
    rows = [
        [name, milliseconds(middle), f"{middle / base:.2f}", f"{statistics.median(sizes[name]):,.0f}"]
        for name, each in times.items()
        for middle in (statistics.median(each),)
    ]
    show("A rerun at the wire", ("page", "time", f"to {rivals.TWO_LINES}", "bytes"), rows)
