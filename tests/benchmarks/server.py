"""The server without a browser: what one rerun costs at the wire, and how many visitors one process holds."""

from __future__ import annotations

import asyncio
import random
import statistics
import time

from tests.benchmarks import rivals
from tests.benchmarks.tables import milliseconds, show
from tests.deploy.sizing import main as sizing
from tests.serving import ROOT, served
from tests.wire import Seen, Visitor

ROUNDS = 20
CLASSES = (3, 10, 30)
VISITORS = (100,)


def main() -> None:
    """Print the tables."""
    with served(ROOT / "app.py") as ours, rivals.running(rivals.TWO_LINES) as others:
        asyncio.run(_reruns(ours, others[rivals.TWO_LINES]))
    print("\n### Visitors at one change a second\n")
    sizing(list(VISITORS))


async def _reruns(ours: str, rival: str) -> None:
    """One run after the other, in turns: of all that moves with the logits, and of the whole page."""
    rng = random.Random(0)
    visitors = {count: Visitor(ours) for count in CLASSES}
    other = Visitor(rival)
    for visitor in (*visitors.values(), other):
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

    def logits(count: int) -> str:
        return ", ".join(f"{rng.uniform(-4, 4):.1f}" for _ in range(count))

    for count, visitor in visitors.items():
        await visitor.run(logits=logits(count))
    for _ in range(ROUNDS):
        for count, visitor in visitors.items():
            await timed(f"Explore, {count} classes: a change of the logits", visitor, logits=logits(count))
        for count, visitor in visitors.items():
            await timed(f"Explore, {count} classes: all of it", visitor)
        await timed(rivals.TWO_LINES, other)
    for visitor in (*visitors.values(), other):
        await visitor.close()
    base = statistics.median(times[rivals.TWO_LINES])
    rows = [
        [name, milliseconds(middle), f"{middle / base:.2f}", f"{statistics.median(sizes[name]):,.0f}"]
        for name, each in times.items()
        for middle in (statistics.median(each),)
    ]
    show("A rerun at the wire", ("what runs", "time", f"to {rivals.TWO_LINES}", "bytes"), rows)
