"""What is worked out after the figures that it needs: here where that is quick, else in a process; no Streamlit."""

from __future__ import annotations

from ce_viz.pages.inspect import worker
from ce_viz.pages.inspect.jobs import POOL, Job, Stopped

QUICK = 20_000
"""Logits that are worked on where they are: that takes less than 100 ms, a process of its own more."""


class Later:
    """One thing that is worked out once. What comes of it is small and not counted among what visits hold."""

    def __init__(self) -> None:
        """Nothing is under way before `begin`."""
        self._job: Job | None = None
        self._outcome: worker.Result | Stopped | None = None
        self._dropped = False

    @property
    def job(self) -> Job | None:
        """What is under way."""
        return None if self._job is None or self._job.done else self._job

    @property
    def outcome(self) -> worker.Result | Stopped | None:
        """What came of it; None where it is under way or never was."""
        if self._outcome is None and self._job is not None and self._job.done:
            self._outcome, self._job = self._job.outcome, None
        return self._outcome

    def begin(self, task: worker.DiagnoseTask | worker.CompareTask, size: int) -> None:
        """Begin, where that was not done before.

        Args:
          task: What is to be done.
          size: Logits that it has.
        """
        if self._dropped or self._job is not None or self._outcome is not None:
            return
        if size <= QUICK:
            self._outcome = worker.done(task)
        else:
            self._job = POOL.submit(task)

    def wait(self, seconds: float) -> bool:
        """Wait for the outcome, so long at most; whether it is there."""
        return self.outcome is not None or (self._job is not None and self._job.wait(seconds))

    def cancel(self) -> None:
        """Stop what is under way; the outcome says so."""
        if self._job is not None:
            self._job.stop()

    def try_again(self) -> None:
        """Let `begin` begin anew."""
        self.cancel()
        self._job = self._outcome = None

    def drop(self) -> None:
        """Stop, and let go of everything for good."""
        self.try_again()
        self._dropped = True
