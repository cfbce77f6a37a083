"""An attempt on one process of the app, and the table of what attempts came to."""

from __future__ import annotations

import asyncio
import inspect
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.proxy import Replica, replicas

PATIENCE = 300.0  # seconds for one attempt
_BEFORE = "Before: "


@dataclass(frozen=True)
class Found:
    """What an attempt came to."""

    figure: str
    held: bool


Attempt = Callable[[Replica], Awaitable[Found]]
"""Its docstring says what is tried, and, after "Before: ", what that came to on 2026-11-26, when there was no cure."""


def table(attempts: Iterable[Attempt]) -> int:
    """Try one after the other, print a table of them; gives how many did not hold."""
    print("| attempt | before | figure | held |\n|---|---|---|---|")
    failed = 0
    with tempfile.TemporaryDirectory() as folder, replicas(Path(folder), 1) as (replica,):
        for attempt in attempts:
            found = asyncio.run(tried(attempt, replica))
            failed += not found.held
            told, *others = (inspect.getdoc(attempt) or "").split("\n\n")
            before = next((text[len(_BEFORE) :] for text in others if text.startswith(_BEFORE)), "").rstrip(
                "."
            )
            print(f"| {told} | {before} | {found.figure} | {'yes' if found.held else '**no**'} |", flush=True)
    return failed


async def tried(attempt: Attempt, replica: Replica) -> Found:
    """What it came to; what goes wrong with the attempt itself counts as not held."""
    try:
        return await asyncio.wait_for(attempt(replica), PATIENCE)
    except Exception as error:
        return Found(f"{type(error).__name__} {error}", held=False)
