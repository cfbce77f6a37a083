"""Two works side by side: the comparison that belongs to them, for as long as both are looked at; no Streamlit."""

from __future__ import annotations

from ce_viz.pages.inspect import worker
from ce_viz.pages.inspect.later import Later
from ce_viz.pages.inspect.work import Work


class Pair:
    """The newest two works that were compared."""

    def __init__(self) -> None:
        """Nothing is compared before `of`."""
        self._works: tuple[Work, ...] = ()
        self._made = Later()

    def of(self, first: Work, second: Work) -> Later:
        """Have two works compared that each have a table; another pair before them is let go."""
        if self._works != (first, second):
            self.drop()
            self._works, self._made = (first, second), Later()
        task = worker.CompareTask(first.table, second.table)
        self._made.begin(task, first.table.logits.size + second.table.logits.size)
        return self._made

    def drop(self) -> None:
        """Let go of what is compared."""
        self._made.drop()
        self._works = ()
