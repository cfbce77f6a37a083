"""What travels to the browser: boards as JSON, each card split into what stays still and what moves.

A still part is named by a hash. A reader who says that it holds it is sent what moves, and no more: a third of the
bytes, and nothing to compare in the browser.
"""

from __future__ import annotations

import html
import json
import marshal
import math
import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ce_viz.live.charts import Board, Chart, View, formula_parts

_MOVING = ("x", "y", "z", "text")
_MOST_SHADES = 600  # cells; beyond, the browser draws a picture of them all instead of moving each
_LEVEL = (
    1  # of compression: a third of the time of zlib's own choice, for half as many bytes more at 100 classes
)

_formula = lru_cache(maxsize=512)(formula_parts)
# A board holds no circles: to look for them takes a fifth of the time.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


def told(board: Board, tick_ms: int | None, **more: Any) -> dict[str, Any]:
    """All that the browser draws a board from.

    Args:
      board: The grid.
      tick_ms: The play's pace, if one is on.
      more: What else the browser is told of this grid, such as its words.
    """
    return {
        "key": board.key,
        "headline": board.headline,
        "columns": board.columns,
        "picked": board.picked,
        "tick": tick_ms,
        **more,
        "charts": [card(chart) for chart in board.charts],
    }


def payload(board: Board, tick_ms: int | None, **more: Any) -> bytes:
    """What ``told`` gives, as compressed UTF-8 JSON."""
    return zlib.compress(encoded(told(board, tick_ms, **more)), level=_LEVEL)


def answer(view: View, have: Collection[str] = ()) -> dict[str, Any]:
    """What of a view moves under a hand; the cards whose still part is in ``have`` without it."""
    return {
        "tick": view.tick_ms,
        "grids": {board.key: {"headline": board.headline, "picked": board.picked} for board in view.boards},
        "charts": [card(chart, have) for board in view.boards for chart in board.charts],
    }


def encoded(message: Any) -> bytes:
    """``message`` as UTF-8 JSON; numbers that JSON cannot hold become null: Plotly leaves a gap there."""
    try:
        text = _json.encode(message)
    except ValueError:
        text = _json.encode(_finite(message))
    return text.encode("utf-8", "replace")


def card(chart: Chart, have: Collection[str] = ()) -> dict[str, Any]:
    """A chart without what the browser can do without; a hidden one without anything that gives it away."""
    still: dict[str, Any] = {"name": chart.name, "title": chart.title, "kind": chart.kind, "span": chart.span}
    if chart.joiner:
        still["joiner"] = chart.joiner
    if chart.hidden:
        return still | {"hidden": True}
    if chart.formula:
        still["formula"] = _formula(chart.formula)
    if chart.height is not None:
        still["height"] = chart.height
    if chart.kind == "bars":
        still["labels"] = _labels(chart)
    elif chart.cells:
        still |= {"labels": chart.labels, "cells": chart.cells}
    if chart.points:
        still["points"] = [list(point) for point in chart.points]
    if chart.editable:
        edit = chart.editable
        still["editable"] = {"low": edit.low, "high": edit.high, "step": edit.step, "reach": edit.reach}
    moving = [_moving(trace) for trace in chart.figure["data"]]
    name = _name([still, chart.figure["layout"], _still(chart.figure["data"])])
    moved: dict[str, Any] = {"alt": chart.alt, "hint": chart.hint, "still": name}
    if chart.glow is not None:
        moved["glow"] = chart.glow
    if shades := _shades(chart.figure["data"]):
        moved["shades"] = shades
    if name in have:
        return {"name": chart.name, **moved, "move": moving}
    return {**still, **moved, "figure": chart.figure}


def _name(still: list[Any]) -> str:
    """The hash of a still part; any process gives it the same one."""
    # Of marshal's forms, 2 writes what is equal alike, and takes half of JSON's time.
    return f"{zlib.crc32(marshal.dumps(still, 2)):08x}"


def _moving(trace: Mapping[str, Any]) -> dict[str, Any]:
    moving = {key: trace[key] for key in _MOVING if key in trace}
    if "color" in (marker := trace.get("marker") or {}):
        moving["marker"] = {"color": marker["color"]}
    return moving


def _still(traces: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The traces without what moves; how many bars, cells or points they have is part of it."""
    still = []
    for trace in traces:
        kept = {key: value for key, value in trace.items() if key not in _MOVING and key != "marker"}
        kept["sizes"] = [len(trace[key]) for key in _MOVING if key in trace]
        if marker := trace.get("marker"):
            kept["marker"] = {key: value for key, value in marker.items() if key != "color"}
        still.append(kept)
    return still


def _shades(traces: Sequence[Mapping[str, Any]]) -> list[float | None] | None:
    """How far each cell is from the middle of a lone heat map's three colours, -1 to 1, row by row."""
    maps = [trace for trace in traces if trace["type"] == "heatmap"]
    if len(maps) != 1 or len(maps[0]["colorscale"]) != 3:
        return None
    if len(maps[0]["z"]) * len(maps[0]["z"][0]) > _MOST_SHADES:
        return None
    low, high = maps[0]["zmin"], maps[0]["zmax"]
    middle, half = (low + high) / 2, (high - low) / 2
    return [
        None if value is None else round(min(1.0, max(-1.0, (value - middle) / half)), 3)
        for row in maps[0]["z"]
        for value in row
    ]


def _labels(chart: Chart) -> Sequence[str]:
    """A name for each bar: the chart's own, else what the axis calls it without Plotly's markup, else its number."""
    count = chart.shape[0]
    ticks = chart.figure.get("layout", {}).get("xaxis", {}).get("ticktext") or ()
    if len(chart.labels) == count:
        return chart.labels
    if len(ticks) == count:
        return [html.unescape(re.sub(r"<[^>]*>", "", str(tick))) for tick in ticks]
    return [str(k + 1) for k in range(count)]


def _finite(value: Any) -> Any:
    """The same structure with null for each number that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
