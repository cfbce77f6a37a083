"""A cache for functions that cost much: while one thread works a result out, the others wait for it.

`functools.lru_cache` lets every thread that finds nothing work the same result out at once.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def once_per_key(maxsize: int) -> "Callable[[Callable[_P, _R]], OncePerKey[_P, _R]]":
    """Decorator: keep the results of the ``maxsize`` arguments used last, each worked out by one thread only.

    Arguments must be hashable; calls with equal arguments, passed alike, share a result. What raises is not
    kept: the next thread that waits tries again.

    Args:
      maxsize: Most results kept, >= 1.

    Example:
      >>> @once_per_key(maxsize=8)
      ... def square(number):
      ...     print("working")
      ...     return number * number
      >>> square(3)
      working
      9
      >>> square(3)
      9
    """
    if maxsize < 1:
        raise ValueError(f"maxsize must be >= 1, got {maxsize}")
    return lambda function: OncePerKey(function, maxsize)


class _Entry:
    """One key's result, or the lock under which it is worked out."""

    __slots__ = ("callers", "done", "lock", "value")

    def __init__(self) -> None:
        self.lock = threading.RLock()  # reentrant: a function that asks for itself fails instead of hanging
        self.callers = 0
        self.done = False
        self.value: Any = None


class OncePerKey(Generic[_P, _R]):
    """The decorated function."""

    __name__: str

    def __init__(self, function: Callable[_P, _R], maxsize: int) -> None:
        self._function = function
        self._maxsize = maxsize
        self._guard = threading.Lock()  # of what follows; never held while the function runs
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()  # least recently used first
        functools.update_wrapper(self, function)

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        key = (args, frozenset(kwargs.items()))
        with self._guard:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            entry.callers += 1
        try:
            with entry.lock:
                if not entry.done:
                    entry.value = self._function(*args, **kwargs)
                    entry.done = True
            result: _R = entry.value
            return result
        finally:
            with self._guard:
                entry.callers -= 1
                self._evict(key, entry)

    def cache_clear(self) -> None:
        """Forget all results; those who wait for one that is being worked out still get it."""
        with self._guard:
            self._entries.clear()

    def _evict(self, key: Hashable, entry: _Entry) -> None:
        """Drop a failed entry, and the least recently used results beyond the limit that nobody waits for."""
        if not entry.done and not entry.callers and self._entries.get(key) is entry:
            del self._entries[key]
        surplus = len(self._entries) - self._maxsize
        if surplus > 0:
            idle = [key for key, entry in self._entries.items() if not entry.callers]
            for old in idle[:surplus]:
                del self._entries[old]
