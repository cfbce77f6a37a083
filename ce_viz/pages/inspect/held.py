"""What visits hold in this server's memory: counted, bounded, and let go soon after a visitor has left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol
from weakref import WeakKeyDictionary

MOST_BYTES = 800_000_000
"""Of files and of what was worked out of them, of all visitors together: four of the largest files."""

KEPT = 40.0
"""Seconds for which the files of a visitor who is not connected are kept: a network may come back."""

_LOOK = 5.0  # seconds between two looks at who has left


class Owner(Protocol):
    """Somebody who holds files."""

    def here(self) -> bool:
        """Whether its visitor is connected."""
        ...

    def forget(self) -> None:
        """Let the files go."""
        ...


class Held:
    """How much each owner holds; an owner that is gone holds nothing."""

    def __init__(self, most: int = MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        """Let all owners together hold at most that many bytes."""
        self._most, self._clock = most, clock
        self._lock = threading.RLock()  # an owner may vanish while this is held
        self._sizes: WeakKeyDictionary[Owner, int] = WeakKeyDictionary()
        self._away: WeakKeyDictionary[Owner, float] = WeakKeyDictionary()
        self._watched = False

    @property
    def total(self) -> int:
        """Bytes that all hold."""
        with self._lock:
            return sum(self._sizes.values())

    def set(self, owner: Owner, size: int) -> bool:
        """Whether an owner may hold that much from now on; where it may not, it holds what it held."""
        with self._lock:
            grows = size > self._sizes.get(owner, 0)
            if grows and self.total - self._sizes.get(owner, 0) + size > self._most:
                return False
            self._sizes.pop(owner, None)
            if size:
                self._sizes[owner] = size
                self._watch()
        return True

    def look(self) -> None:
        """Let those forget who have been away for too long."""
        now = self._clock()
        with self._lock:
            owners = list(self._sizes)
        for owner in owners:
            if owner.here():
                self._away.pop(owner, None)
            elif now - self._away.setdefault(owner, now) >= KEPT:
                owner.forget()

    def _watch(self) -> None:
        if not self._watched:
            self._watched = True
            threading.Thread(target=self._look_for_ever, daemon=True).start()

    def _look_for_ever(self) -> None:
        """Until nobody holds anything."""
        while True:
            time.sleep(_LOOK)
            self.look()
            with self._lock:
                if not self._sizes:
                    self._watched = False
                    return


HELD = Held()
"""What the visits of this server hold."""
