"""What reading and judging the largest files costs: processor time and most memory. Linux only.

Each file is worked on by a fresh process, which says itself how much memory it had at most: what the system says of a
child (``RUSAGE_CHILDREN``, ``ru_maxrss``) is never less than what its parent held when it began.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.diagnosis import diagnose
from tests.benchmarks.tables import show

SHAPES = ((1_000_000, 10), (10_000, 1_000))
TURNS = 1


def main() -> None:
    """Print the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count, classes in SHAPES:
            path = Path(folder, "file.npz")
            _write(path, count, classes)
            turns = [_turn(path) for _ in range(TURNS)]
            for work in turns[0]:
                seconds, peak = (statistics.median(turn[work][at] for turn in turns) for at in (0, 1))
                name = f"{count:,} × {classes:,}, {path.stat().st_size / 1e6:.0f} MB"
                rows.append([name, work, f"{seconds:.2f} s", f"{peak:.0f} MB"])
    show("Your logits, the largest files", ("rows × classes", "work", "processor", "most memory"), rows)


def _write(path: Path, count: int, classes: int) -> None:
    rng = np.random.default_rng(0)
    logits = 2 * rng.standard_normal((count, classes), dtype=np.float32)
    labels = rng.integers(0, classes, count)
    logits[np.arange(count), labels] += 3
    np.savez(path, logits=logits, labels=labels)


def _turn(path: Path) -> dict[str, list[float]]:
    command = [sys.executable, "-m", "tests.benchmarks.inspection", str(path)]
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    told: dict[str, list[float]] = json.loads(subprocess.check_output(command, env=alone))
    return told


def _work(path: Path) -> dict[str, list[float]]:
    """Seconds of processor and megabytes of the whole process for each step."""
    files = ((path.name, path.read_bytes()),)
    start = time.process_time()
    found = inspect_files(files)
    told = {"reading and figures": [time.process_time() - start, _most_memory()]}
    del files
    if found.table is None or found.analysis is None:
        raise ValueError(f"nothing was read: {found.error or found.questions}")
    start = time.process_time()
    diagnose(found.table, found.analysis)
    told["diagnosis, which follows"] = [time.process_time() - start, _most_memory()]
    return told


def _most_memory() -> float:
    """Since the last time it was asked for."""
    most = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    Path("/proc/self/clear_refs").write_text("5")
    return 0.0 if most is None else int(most[1]) / 1e3


if __name__ == "__main__":
    print(json.dumps(_work(Path(sys.argv[1]))))
