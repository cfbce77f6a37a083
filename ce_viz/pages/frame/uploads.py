"""Uploaded files on their way to a page: how much of them the process holds, and for how long.

Streamlit keeps a file until the visit ends, whether a page has read it or not. A page drops what it has read; what no
page takes is dropped here.
"""

from __future__ import annotations

import ctypes
import sys
from collections import Counter

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

MOST_BYTES = 400_000_000
"""Of all visitors together, arriving or waiting for their page: eight files of the largest kind."""

KEPT = 40.0
"""Seconds that a file waits for its page after the last one of the same visit has arrived."""

_TRIMMED = 60.0  # seconds after the last file in which freed memory is given back to the system


class Uploads:
    """The files that have arrived or are arriving."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        """Hold at most that many bytes."""
        self._most = most
        self._manager: MemoryUploadedFileManager | None = None
        self._arriving = 0
        self._open: Counter[str] = Counter()  # session -> files on their way
        self._last: dict[str, float] = {}  # session -> when its last file arrived

    def attach(self, manager: MemoryUploadedFileManager) -> None:
        """Look after the files of this manager."""
        self._manager = manager

    @property
    def held(self) -> int:
        """Bytes that are held or arriving."""
        waiting = self._manager.file_storage if self._manager else {}
        files = (file for session in list(waiting.values()) for file in list(session.values()))
        return self._arriving + sum(len(file.data) for file in files)

    def begin(self, session: str, size: int) -> bool:
        """Whether there is room for a file of this size; then it is arriving."""
        if self.held + size > self._most:
            return False
        self._arriving += size
        self._open[session] += 1
        return True

    def end(self, session: str, size: int, now: float) -> None:
        """The file has arrived, or never will."""
        self._arriving -= size
        self._open[session] -= 1
        self._open += Counter()  # without those at 0
        self._last[session] = now

    def sweep(self, now: float) -> bool:
        """Drop what no page has taken; whether files were here lately, so that there may be memory to give back."""
        for session in list(self._manager.file_storage) if self._manager else ():
            if session not in self._open and now - self._last.get(session, 0.0) > KEPT:
                self._manager.remove_session_files(session)  # type: ignore[union-attr]
        self._last = {session: last for session, last in self._last.items() if now - last <= _TRIMMED}
        return bool(self._last or self._open)


def give_back() -> None:
    """Return freed memory to the system: the C library keeps it for later, which for most files never comes."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
        if trim is not None:
            trim(0)
