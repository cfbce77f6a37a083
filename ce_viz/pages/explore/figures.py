"""Drawings that Explore alone has: the loss, term by term and along a descent."""

from __future__ import annotations

from collections.abc import Sequence

from ce_viz.core.explanation import Explanation
from ce_viz.figures import style
from ce_viz.figures.style import Figure

_STEPS_WITH_MARKS = 30


def loss(explanation: Explanation, names: Sequence[str]) -> Figure:
    """Each class's −y_k log S_k, and their sum L as the last bar."""
    values = [*explanation.loss_terms.tolist(), explanation.loss]
    colours = [style.LOSS] * len(names) + [style.INK]
    figure = style.bars(values, [*names, "L"], colour=colours, limits=style.value_range(values))
    ticks = style.class_ticks(names, beside=1)
    if len(names) > style.NUMBERS_UP_TO:  # the last class's number would touch the L
        ticks = {key: entries[:-1] for key, entries in ticks.items()}
    figure["layout"]["xaxis"] |= {
        "tickvals": [*ticks["tickvals"], len(names)],
        "ticktext": [*ticks["ticktext"], "L"],
    }
    return figure


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
