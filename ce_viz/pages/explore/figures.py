"""The drawing that Explore alone has: the loss along a descent."""

from __future__ import annotations

from collections.abc import Sequence

from ce_viz.figures import style
from ce_viz.figures.style import Figure

_STEPS_WITH_MARKS = 30


def loss_curve(losses: Sequence[float]) -> Figure:
    """The loss at each step of a descent."""
    figure = style.line(
        [(list(range(len(losses))), losses, style.LOSS)],
        x_range=(0.0, style.step_above(max(10, len(losses) - 1))),
        y_range=style.value_range(losses, least=0.1),
    )
    if len(losses) <= _STEPS_WITH_MARKS:
        figure["data"][0] |= {"mode": "lines+markers", "marker": {"size": 6, "color": style.LOSS}}
    return figure
