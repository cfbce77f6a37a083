"""Work in processes of its own: few at a time, each with a limit of time and of memory; no Streamlit."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from ce_viz.pages.inspect.worker import AnyTask, Failed, Result, receive, send, wrapped

PROCESSES = 2
"""Files that are read at a time; the others wait."""

MOST_WAITING = 40
"""Files that wait at most; each of them is held meanwhile."""

MOST_SECONDS = 60.0
"""That reading and working out one file may take; a full one takes two to four."""

MOST_MEMORY = 1_200_000_000
"""Bytes that one process may take; a full file needs 440 MB, Python and NumPy included."""

# Not ``-m``: the module would be there twice, and its messages belong to the wrong one.
_PROGRAM = "from ce_viz.pages.inspect.worker import main; main()"
_log = logging.getLogger(__name__)
STOPPED = ("cancelled", "time", "memory", "died", "failed", "process", "busy", "room")


@dataclass(frozen=True)
class Stopped:
    """Why there is no result: one of STOPPED."""

    code: str


class Job:
    """One task on its way. ``share`` tells how far it is, ``outcome`` what it came to."""

    def __init__(self, task: AnyTask) -> None:
        self.share = 0.0
        self.outcome: Result | Stopped | None = None
        self._task: AnyTask | None = task
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._why = ""

    @property
    def done(self) -> bool:
        """Whether there is an outcome."""
        return self._ended.is_set()

    @property
    def waits(self) -> bool:
        """Whether its turn has not come yet."""
        return self._process is None and not self.done

    def wait(self, seconds: float) -> bool:
        """Wait for the outcome, so long at most; whether it is there."""
        return self._ended.wait(seconds)

    def stop(self, why: str = "cancelled") -> None:
        """Give the task up."""
        with self._lock:
            self._why = self._why or why
            if self._process is not None:
                self._process.kill()
        if self._process is None:
            self._end(Stopped(self._why))

    def run(self, seconds: float, memory: int) -> None:
        """Do the task in a new process, and wait for it."""
        with self._lock:
            task = self._task
            if self._why or task is None:
                return
            try:
                self._process = process = _started(seconds, memory)
            except OSError:
                self._end(Stopped("process"))
                return
        clock = threading.Timer(seconds, self.stop, ("time",))
        clock.daemon = True
        clock.start()
        try:
            with process:
                self._end(self._talk(process, task))
        except Exception:
            _log.exception("a file's result could not be taken over")
            self._end(Stopped("failed"))
        finally:
            clock.cancel()

    def _talk(self, process: subprocess.Popen[bytes], task: AnyTask) -> Result | Stopped:
        sink, source = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        try:
            send(sink, wrapped(task))
            while isinstance(message := receive(source), float):
                self.share = message
        except (EOFError, OSError, pickle.UnpicklingError):
            message = Failed("died")
        finally:
            process.kill()  # it has nothing more to say
            with contextlib.suppress(OSError):
                sink.close()
        if self._why:
            return Stopped(self._why)
        return Stopped(message.code) if isinstance(message, Failed) else cast(Result, message)

    def _end(self, outcome: Result | Stopped) -> None:
        if not self.done:
            self.outcome, self._task = outcome, None
            self._ended.set()


def _started(seconds: float, memory: int) -> subprocess.Popen[bytes]:
    """A process that waits for its task; one thread of arithmetic, since others use the machine too."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(memory), str(2 * int(seconds) + 1)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


class Pool:
    """Jobs in the order in which they come; a thread waits for each that is under way, and none for nothing."""

    def __init__(
        self,
        processes: int = PROCESSES,
        waiting: int = MOST_WAITING,
        seconds: float = MOST_SECONDS,
        memory: int = MOST_MEMORY,
    ) -> None:
        """Set the limits; seconds and bytes are those of one process."""
        self._processes, self._most_waiting = processes, waiting
        self._seconds, self._memory = seconds, memory
        self._lock = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._threads = 0

    def submit(self, task: AnyTask) -> Job:
        """A job that is under way, waits for its turn, or has ended because too many wait."""
        job = Job(task)
        with self._lock:
            if len(self._unfinished()) >= self._most_waiting:
                job.stop("busy")
                return job
            self._waiting.append(job)
            if self._threads < self._processes:
                self._threads += 1
                threading.Thread(target=self._serve, daemon=True).start()
        return job

    def ahead(self, job: Job) -> int:
        """How many wait before this one."""
        with self._lock:
            waiting = self._unfinished()
        return waiting.index(job) if job in waiting else 0

    def _unfinished(self) -> list[Job]:
        return [job for job in self._waiting if not job.done]

    def _serve(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._threads -= 1
                    return
                job = self._waiting.popleft()
            job.run(self._seconds, self._memory)


POOL = Pool()
"""The processes of this server."""
