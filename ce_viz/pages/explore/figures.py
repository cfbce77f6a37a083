"""The drawing that Explore alone has: the loss along a descent."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ce_viz.figures import style
from ce_viz.figures.style import Figure

_STEPS_WITH_MARKS = 30


def loss_curve(losses: Sequence[float]) -> Figure:
    """The loss at each step of a descent, and nothing yet at those to come: a further step only moves the curve."""
    end = style.step_above(max(10, len(losses) - 1))
    figure = style.line(
        [(list(range(int(end) + 1)), [*losses, *[math.nan] * (int(end) + 1 - len(losses))], style.LOSS)],
        x_range=(0.0, end),
        y_range=style.value_range(losses, least=0.1),
    )
    if len(losses) <= _STEPS_WITH_MARKS:
        figure["data"][0] |= {"mode": "lines+markers", "marker": {"size": 6, "color": style.LOSS}}
    return figure
