"""The process that works for one visitor while the server answers the others.

It takes one task from its input, tells its progress, hands back what came of it, and ends: nothing of one visitor is
there when the next one's file comes. It knows no Streamlit, so that it starts in a few tenths of a second.
"""

from __future__ import annotations

import contextlib
import copyreg
import os
import pickle
import struct
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ce_viz.core.inspection import Inspection, inspect_files
from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.compared import Comparison, ComparisonError, compare
from ce_viz.core.inspection.diagnosis import Diagnosis, diagnose
from ce_viz.core.inspection.reading import LogitsTable, Progress, ReadingError

try:
    import resource
except ImportError:  # Windows, which has no such limits
    resource = None  # type: ignore[assignment]

_TOLD_EVERY = 0.1  # seconds between two messages about progress
_NICER = 10  # the server's own work goes first
_COUNT, _SIZE = struct.Struct("<I"), struct.Struct("<Q")


class Task(NamedTuple):
    """What is to be read: names and contents of the files, and what a person chose."""

    names: tuple[str, ...]
    contents: tuple[bytes, ...]
    choices: Mapping[str, str]
    remedies: tuple[str, ...]


class DiagnoseTask(NamedTuple):
    """A table whose calibration, recalibration and risk are to be worked out."""

    table: LogitsTable
    analysis: Analysis


class CompareTask(NamedTuple):
    """Two tables of the same rows."""

    first: LogitsTable
    second: LogitsTable


AnyTask = Task | DiagnoseTask | CompareTask
Result = Inspection | Diagnosis | Comparison | ComparisonError


class Failed(NamedTuple):
    """That there is no result: "memory" or "failed"."""

    code: str


def _taken_apart(error: ReadingError) -> tuple[Callable[..., ReadingError], tuple[object, ...]]:
    """What `pickle` needs of a refusal: its own way keeps an exception's message and loses what it is about."""
    return _put_together, (error.code, error.value, error.line, error.column, error.limits)


def _put_together(
    code: str, value: str, line: int | None, column: int | None, limits: Mapping[str, str]
) -> ReadingError:
    return ReadingError(code, value, line=line, column=column, **limits)


copyreg.pickle(ReadingError, _taken_apart)
copyreg.pickle(ComparisonError, lambda error: (ComparisonError, (error.code, error.first, error.second)))


def work(task: Task, progress: Progress | None = None) -> Inspection:
    """What `inspect_files` finds."""
    files = tuple(zip(task.names, task.contents, strict=True))
    return inspect_files(files, task.choices, remedies=task.remedies, progress=progress)


def diagnosed(task: DiagnoseTask, progress: Progress | None = None) -> Diagnosis:
    """What takes longer than the figures that `inspect_files` gives."""
    return diagnose(task.table, task.analysis, progress)


def compared(task: CompareTask, progress: Progress | None = None) -> Comparison | ComparisonError:
    """Two tables side by side, or why they cannot be compared."""
    try:
        return compare(task.first, task.second, progress)
    except ComparisonError as error:
        return error


def done(task: AnyTask, progress: Progress | None = None) -> Result:
    """What a task comes to."""
    if isinstance(task, DiagnoseTask):
        return diagnosed(task, progress)
    if isinstance(task, CompareTask):
        return compared(task, progress)
    return _contiguous(work(task, progress))


def send(stream: BinaryIO, message: object) -> None:
    """Write a message; arrays and files go beside its pickle, so that neither side copies them under Python's lock."""
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    parts = [memoryview(body), *(buffer.raw() for buffer in buffers)]
    stream.write(_COUNT.pack(len(parts)) + b"".join(_SIZE.pack(part.nbytes) for part in parts))
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read a message; its arrays cannot be written to.

    Raises:
      EOFError: The other side is gone.
    """
    (count,) = _COUNT.unpack(_exactly(stream, _COUNT.size))
    sizes = [_SIZE.unpack(_exactly(stream, _SIZE.size))[0] for _ in range(count)]
    body, *buffers = (_exactly(stream, size) for size in sizes)
    return pickle.loads(body, buffers=buffers)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def wrapped(task: AnyTask) -> AnyTask:
    """The task with contents that travel beside the pickle, as arrays do of themselves."""
    if not isinstance(task, Task):
        return task
    return task._replace(contents=tuple(map(pickle.PickleBuffer, task.contents)))  # type: ignore[arg-type]


def limit(memory: int, seconds: int) -> None:
    """Let this process have no more than that, and be the first to go where the machine runs out of memory."""
    if resource is not None:
        for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
            with contextlib.suppress(OSError, ValueError):  # macOS knows the first and refuses it
                resource.setrlimit(kind, (most, most))
    if hasattr(os, "nice"):
        os.nice(_NICER)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> None:
    """One task, from input to output; arguments are the bytes and the seconds that it may take."""
    limit(int(sys.argv[1]), int(sys.argv[2]))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but messages goes there
    told = time.monotonic()

    def progress(share: float) -> None:
        nonlocal told
        if time.monotonic() - told > _TOLD_EVERY:
            told = time.monotonic()
            send(sink, share)

    try:
        send(sink, done(receive(source), progress))
    except MemoryError:
        send(sink, Failed("memory"))
    except Exception:
        traceback.print_exc()  # first: who hears of the end ends the process
        send(sink, Failed("failed"))


def _contiguous(found: Inspection) -> Inspection:
    """The result with a table that lies in one piece: a view into a wider array could not travel without a copy."""
    if found.table is None:
        return found
    logits = found.table.logits
    if logits.flags.c_contiguous:
        return found
    return replace(found, table=replace(found.table, logits=logits.copy()))
