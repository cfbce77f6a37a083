"""The charts of Pitfalls: a round's situation, and wrong beside right on the same axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from ce_viz.core.studies.pitfalls import Panel
from ce_viz.figures import style
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import field, number

_COLOURS = {
    "logits": style.LOGITS,
    "probs": style.PROBS,
    "targets": style.TARGETS,
    "labels": style.TARGETS,
    "loss": style.LOSS,
    "signed": style.INK,
}
_BELOW = 0.05  # of a curve's highest value below 0: else the zeros of both axes lie on each other
_LETTERS = {"logits": "o", "outputs": "S", "examples": "x"}


def draw(panel: Panel, names: Sequence[str], axes: Mapping[str, str]) -> Figure:
    """One panel by itself; ``names`` are the classes', ``axes`` the titles below curves."""
    return _drawn(panel, [panel], names, axes)


def pair(wrong: Panel, right: Panel, names: Sequence[str], axes: Mapping[str, str]) -> tuple[Figure, Figure]:
    """Two panels on the same axes, so that the eye compares like with like."""
    both = [wrong, right]
    return _drawn(wrong, both, names, axes), _drawn(right, both, names, axes)


def _drawn(panel: Panel, shared: list[Panel], names: Sequence[str], axes: Mapping[str, str]) -> Figure:
    if panel.at is not None:
        return _curve(panel, shared, axes[panel.columns])
    if panel.values.ndim == 2:
        return _matrix(panel, shared, names)
    return _bars(panel, shared, names)


def _bars(panel: Panel, shared: list[Panel], names: Sequence[str]) -> Figure:
    values = panel.values.tolist()
    colour = style.signed_colours(values) if panel.quantity == "signed" else _COLOURS[panel.quantity]
    labels = ticks(panel.columns, len(values), names)
    texts = [field(value) for value in values] if panel.quantity == "labels" else None
    limits = _limits(panel.quantity, _values(shared))
    figure = style.bars(values, labels, colour=colour, limits=limits, texts=texts)
    figure["layout"]["annotations"] = [
        {"x": k, "y": 0, "text": number(value), "yshift": 10, "showarrow": False, "font": {"size": 13}}
        for k, value in enumerate(values)
        if math.isnan(value)  # a bar that cannot be drawn is said, not left out
    ]
    return figure


def _matrix(panel: Panel, shared: list[Panel], names: Sequence[str]) -> Figure:
    rows, columns = panel.values.shape
    row_names = ticks(panel.rows, rows - (panel.sums == "columns"), names)
    column_names = ticks(panel.columns, columns - (panel.sums == "rows"), names)
    if panel.sums:
        (row_names if panel.sums == "columns" else column_names).append("Σ")
    largest = max((abs(value) for value in _values(shared)), default=1.0)
    figure = style.matrix(
        panel.values.tolist(),
        row_names=[style.short(name) for name in row_names],
        column_names=[style.short(name) for name in column_names],
        limit=style.step_above(largest),
    )
    if panel.quantity in {"probs", "targets"}:  # never negative: from nothing to the quantity's own colour
        figure["data"][0] |= {
            "zmin": 0.0,
            "zmax": style.PALE,
            "colorscale": [[0, style.CARD], [1, _COLOURS[panel.quantity]]],
        }
    if panel.sums:
        figure["layout"]["shapes"] = [_rule(panel.sums, rows, columns)]
    return figure


def _rule(sums: str, rows: int, columns: int) -> dict[str, object]:
    """The line before the sums."""
    ends = {"x0": -0.5, "x1": columns - 0.5, "y0": rows - 1.5, "y1": rows - 1.5}
    if sums == "rows":
        ends = {"x0": columns - 1.5, "x1": columns - 1.5, "y0": -0.5, "y1": rows - 0.5}
    return {"type": "line", "line": {"color": style.INK, "width": 1.5}, **ends}


def _curve(panel: Panel, shared: list[Panel], title: str) -> Figure:
    at = [] if panel.at is None else panel.at.tolist()
    colour = _COLOURS[panel.quantity]
    low, high = style.value_range(_values(shared), least=0.1)
    low = min(low, -_BELOW * high)
    values = panel.values.tolist()
    figure = style.line([(at, values, colour)], x_range=(at[0], at[-1]), y_range=(low, high), x_title=title)
    figure["data"][0]["line"]["simplify"] = False
    last = values[-1] if panel.level is None else panel.level
    figure["data"].append(_end(at[-1], last))
    if panel.level is not None:
        figure["layout"]["shapes"] = [_level(panel.level, at)]
    return figure


def _end(at: float, value: float) -> dict[str, object]:
    """The number at a curve's end: a trace and no annotation, so that it moves and the layout stays as it is."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "marker": {"size": 3, "opacity": 0},  # not seen: it keeps the number off the curve
        "x": [at],
        "y": style.finite([value]),
        "text": [number(value)],
        "textposition": "top left",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _level(level: float, at: Sequence[float]) -> dict[str, object]:
    """A dashed line at the value that the curve does not pass."""
    line = {"color": style.MUTED, "width": 1, "dash": "dash"}
    return {"type": "line", "line": line, "x0": at[0], "x1": at[-1], "y0": level, "y1": level}


def ticks(kind: str, count: int, names: Sequence[str]) -> list[str]:
    """Labels of bars, rows or columns: classes by name, all else by letter and number."""
    if kind == "classes":
        return list(names[:count])
    return style.indexed(_LETTERS[kind], count)


def _values(panels: Iterable[Panel]) -> list[float]:
    """All that is to be drawn on one pair of axes."""
    values = chain.from_iterable(panel.values.ravel().tolist() for panel in panels)
    return [value for value in values if math.isfinite(value)]


def _limits(quantity: str, values: Sequence[float]) -> tuple[float, float]:
    """Value axis of bars: whole for probabilities, both signs for what may have either."""
    largest = style.step_above(max((abs(value) for value in values), default=1.0))
    if quantity == "signed":
        return style.value_range([largest, -largest], least=largest)
    if quantity == "logits":
        return style.value_range([*values, 2.0, -2.0])
    return style.value_range(values)
