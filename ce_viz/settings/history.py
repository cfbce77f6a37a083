"""Undo: the scenarios that a visit went through, as many as a person goes back."""

from __future__ import annotations

from typing import Any

MOST_STEPS = 100

Step = dict[str, Any]
"""The settings that make a scenario."""


class History:
    """Steps in their order, and the one where the visit is.

    >>> history = History()
    >>> for temperature in (1.0, 2.0, 3.0):
    ...     history.record({"temperature": temperature})
    >>> history.go(-1), history.can_redo
    ({'temperature': 2.0}, True)
    """

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._at = -1

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back."""
        return self._at < len(self._steps) - 1

    def record(self, step: Step) -> None:
        """Remember a step if it is a new one; what was undone before it, and the oldest ones, are forgotten."""
        if self._steps and self._steps[self._at] == step:
            return
        self._steps = [*self._steps[: self._at + 1], step][-MOST_STEPS:]
        self._at = len(self._steps) - 1

    def go(self, by: int) -> Step | None:
        """The step so many later, where the visit is then; None if there is none."""
        if not 0 <= self._at + by < len(self._steps):
            return None
        self._at += by
        return self._steps[self._at]
