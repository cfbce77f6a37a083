"""Curves over a common axis, with a legend, rules, and the marks and dots that say where one is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ce_viz.figures import style
from ce_viz.figures.style import Figure

Curve = tuple[Sequence[float], Sequence[float], Mapping[str, Any], str]
"""x, y, Plotly's ``line`` and the name in the legend."""

TOP = 42
"""Pixels above a drawing: the legend, and below it the word at a marked place."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def curves(drawn: Sequence[Curve], *, x_range: Sequence[float], x_title: str, y_title: str = "") -> Figure:
    """Curves with their names above; the value axis is the caller's to set."""
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(x),
            "y": style.finite(y),
            "line": dict(line),
            "name": name,
            "hoverinfo": "skip",
        }
        for x, y, line, name in drawn
    ]
    horizontal = style.axis(
        range=list(x_range),
        title={"text": x_title, "standoff": 6},
        showline=True,
        linecolor=style.MUTED,
        showgrid=True,
        gridcolor=style.GRID,
    )
    vertical = style.axis(title={"text": y_title, "standoff": 6}, showgrid=True, gridcolor=style.GRID)
    return {
        "data": traces,
        "layout": style.layout(
            left=52,
            right=16,
            top=TOP,
            bottom=42,
            xaxis=horizontal,
            yaxis=vertical,
            shapes=[],
            **legend(),
        ),
    }


def legend() -> dict[str, Any]:
    """Names of the curves in a row above the drawing."""
    place = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "top", "yref": "container"}
    look = {"bgcolor": "rgba(0,0,0,0)", "font": {"size": 12, "color": style.INK}, "itemclick": False}
    return {"showlegend": True, "legend": {**place, **look}}


def rule(direction: str, at: float, colour: str = style.MUTED) -> dict[str, Any]:
    """A thin dotted line across the whole drawing; ``direction`` is "h" or "v"."""
    along, across = ("x", "y") if direction == "h" else ("y", "x")
    ends = {f"{along}ref": f"{along} domain", f"{along}0": 0, f"{along}1": 1}
    line = {"color": colour, "width": 1, "dash": "dot"}
    return {"type": "line", **ends, f"{across}0": at, f"{across}1": at, "line": line, "layer": "below"}


def dot(x: float, y: float, line: Mapping[str, Any], *, log: bool = False) -> dict[str, Any]:
    """A dot on a curve; what a log axis cannot show is left out."""
    shown = None if log and not y > 0 else style.finite([y])[0]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [shown],
        "marker": {"size": 11, "color": line["color"], "line": {"width": 1.5, "color": style.CARD}},
        "showlegend": False,
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def mark(figure: Figure, x: float, words: str, colour: str = style.INK) -> None:
    """A line at ``x`` over the whole height, and a word above it; after both axes have their ranges.

    They are traces, not shapes and annotations: what only moves within fixed axes is redrawn far more cheaply.
    """
    layout = figure["layout"]
    low, high = layout["xaxis"]["range"]
    share = ((math.log10(x) if layout["xaxis"].get("type") == "log" else x) - low) / (high - low)
    side = "right" if share < 0.15 else "left" if share > 0.85 else "center"
    ends = layout["yaxis"]["range"]
    if layout["yaxis"].get("type") == "log":
        ends = [10.0**end for end in ends]
    common = {"type": "scatter", "showlegend": False, "hoverinfo": "skip", "cliponaxis": False}
    line = {"color": colour, "width": 1, "dash": "dot"}
    look = {"textposition": f"top {side}", "textfont": {"size": 11, "color": colour}}
    figure["data"] += [
        {**common, "mode": "lines", "x": [x, x], "y": list(ends), "line": line},
        {**common, "mode": "text", "x": [x], "y": [ends[1]], "text": [words], **look},
    ]


def powers(low: float, high: float) -> dict[str, Any]:
    """A log axis from ``low`` to ``high`` with powers of ten on it."""
    bounds = [math.log10(low), math.log10(high)]
    exponents = range(math.ceil(bounds[0]), math.floor(bounds[1]) + 1)
    every = max(1, math.ceil(len(exponents) / 7))
    shown = [exponent for exponent in exponents if exponent % every == 0]
    texts = {0: "1", 1: "10"}
    return {
        "type": "log",
        "range": bounds,
        "tickvals": [10.0**exponent for exponent in shown],
        "ticktext": [texts.get(k, f"10{str(k).translate(_SUPERSCRIPTS)}") for k in shown],
    }
