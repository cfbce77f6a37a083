"""Whether memory stays flat: ``python -m tests.deploy.soak [CHANGES]`` prints it as the changes go by.

Visitors on one server move through all pages, change logits by both doors, come and go. A row tells how many changes
there have been and what the process then holds; the last line tells what its second half added. Linux only.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.deploy.proxy import Replica, replicas
from tests.deploy.sizing import memory
from tests.wire import Visitor

CHANGES = 20_000
VISITORS = 10
STAY = 100  # changes before a visitor leaves and another comes
ROWS = 20
LIVE = 0.7  # of the changes go by the live route: a hand that moves
# Most are on Explore; what Train holds is its own training, not the visits.
PAGES = ("", "", "", "derivation", "why", "numerics", "pitfalls", "inspect")


async def visit(base: str, rng: random.Random, done: list[int], changes: int) -> None:
    """One place in the class: its visitors follow each other."""
    while len(done) < changes:
        visitor = Visitor(base, page=rng.choice(PAGES))
        await visitor.connect()
        await visitor.run()
        for _ in range(STAY):
            logits = ",".join(f"{rng.uniform(-4, 4):.2f}" for _ in range(rng.choice((3, 5, 8))))
            if rng.random() < LIVE:
                await visitor.live(visitor.page or "explore", f"logits={logits}")
            else:
                fields = (
                    {"logits": logits} if "logits" in visitor.ids else {}
                )  # Your logits has no such field
                seen = await visitor.run(**fields)
                assert not seen.exceptions
            done.append(1)
        await visitor.close()


async def soak(replica: Replica, changes: int) -> None:
    """Print the table."""
    done: list[int] = []
    base = f"http://127.0.0.1:{replica.port}"
    rng = random.Random(0)
    tasks = [asyncio.create_task(visit(base, rng, done, changes)) for _ in range(VISITORS)]
    held: list[float] = []
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.05)
        if len(done) >= (len(held) + 1) * changes / ROWS:
            held.append(memory(replica))
            print(f"| {len(done):,} | {held[-1]:.0f} MB |", flush=True)
    await asyncio.gather(*tasks)
    middle = held[len(held) // 2 - 1]
    print(f"\nFrom the middle to the end: {held[-1] - middle:+.0f} MB")


def main(changes: int) -> None:
    print("| changes | memory |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder, replicas(Path(folder), 1) as (replica,):
        asyncio.run(soak(replica, changes))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES)
