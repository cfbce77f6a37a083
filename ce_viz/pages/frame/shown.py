"""What a page shows besides the explanation that all share: results of the core, kept for Take away."""

from __future__ import annotations

from collections.abc import Mapping

from ce_viz.pages.frame import memory


def begin() -> None:
    """Forget what the last run showed; before a page is drawn."""
    memory.remember("shown", {})


def show(**results: object) -> None:
    """Say that these results are on the page, each by its name in the data that is taken away."""
    memory.recall("shown", dict).update(results)


def results() -> Mapping[str, object]:
    """What the page shows, by name."""
    return dict(memory.recall("shown", dict))
