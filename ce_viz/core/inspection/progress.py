"""Progress of a step as progress of the whole computation."""

from collections.abc import Callable

from ce_viz.core.inspection.reading.errors import Progress


def sub_progress(progress: Progress | None, start: float, end: float) -> Callable[[float], None] | None:
    """A callback for one step of a computation, whose share 0 to 1 is ``start`` to ``end`` of the whole."""
    return None if progress is None else lambda share: progress(start + (end - start) * share)
