"""What one visitor may ask of the process: work is paid for in time, and who is in debt waits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

_ACCOUNTS = 4096  # kept; the one used longest ago goes first


class Account:
    """What one visitor has asked for lately, in seconds of its own time; it is paid off as time goes by.

    >>> account = Account(free=1.0)
    >>> account.wait(1.5, now=0.0)  # nothing is owed yet
    0.0
    >>> account.wait(0.0, now=0.0)  # half a second more than is free
    0.5
    >>> account.wait(0.0, now=2.0)
    0.0
    """

    __slots__ = ("_debt", "_free", "_paid", "listening", "running")

    def __init__(self, free: float) -> None:
        """Open an account.

        Args:
          free: Seconds that may be owed before work has to wait.
        """
        self._free, self._debt, self._paid = free, 0.0, 0.0
        self.running = 0  # requests under way
        self.listening = 0  # streams

    def wait(self, cost: float, now: float) -> float:
        """Charge work.

        Args:
          cost: Seconds that are charged.
          now: The time, in seconds of any steady clock.

        Returns:
          Seconds until the work may begin.
        """
        self._debt = max(0.0, self._debt - (now - self._paid))
        self._paid = now
        before = max(0.0, self._debt - self._free)
        self._debt += cost
        return before


class Accounts:
    """One account for each visitor, as many as fit."""

    def __init__(self, free: float, most: int = _ACCOUNTS) -> None:
        self._free, self._most = free, most
        self._of: OrderedDict[Hashable, Account] = OrderedDict()

    def of(self, visitor: Hashable) -> Account:
        """The account of this visitor, a new one for who was not here lately."""
        account = self._of.get(visitor)
        if account is None:
            account = self._of[visitor] = Account(self._free)
            if len(self._of) > self._most:
                self._of.popitem(last=False)
        else:
            self._of.move_to_end(visitor)
        return account
