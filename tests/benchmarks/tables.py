"""Measuring side by side, and printing what came of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence


def interleaved(
    contenders: Mapping[str, Callable[[], object]], *, seconds: float, rounds: int = 3
) -> dict[str, float]:
    """Median seconds of each; all take turns, so that a busy machine is busy for all of them.

    Args:
      contenders: What to time, by name; each is called once before it counts.
      seconds: How long to go on, after at least ``rounds`` turns.
      rounds: Turns that each gets at least.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for call in contenders.values():
        call()
    end = time.perf_counter() + seconds
    while min(map(len, times.values())) < rounds or time.perf_counter() < end:
        for name, call in contenders.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in times.items()}


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table in Markdown, ready for the README."""
    print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def milliseconds(seconds: float) -> str:
    """``12.3 ms``, in three digits."""
    return f"{1e3 * seconds:.3g} ms"
