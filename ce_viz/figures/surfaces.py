"""A loss over two logits, as a map with contour lines and as a surface in space, with the way down it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ce_viz.core.studies.comparison import LossSurfaces
from ce_viz.figures import style
from ce_viz.figures.style import Figure

LOSSES = ("cross_entropy", "squared_error")
COLOURS = (style.LOSS, style.TARGETS)

_LEVELS = 10
_LIFT = 0.02  # of the height, so that the way does not sink into the surface
_DISTANCE, _RAISED = 1.9, 1.03


def contour(surfaces: LossSurfaces, which: int, axes: Sequence[str]) -> Figure:
    """The map of one loss: the darker the higher, contour lines, and the descent with a dot for each step.

    Args:
      surfaces: Both losses.
      which: 0 for cross-entropy, 1 for squared error.
      axes: Names of the logit along x and of the one along y, a visitor's own text.
    """
    ticks, highest, level = _ticks(surfaces), *_heights(surfaces, which)
    lines = {"start": 0.0, "end": highest, "size": level, "coloring": "heatmap", "showlabels": True}
    trace = {
        "type": "contour",
        "x": ticks,
        "y": ticks[::-1],  # row 0 on top, as in every matrix
        "z": _values(surfaces, which)[::-1],
        "zmin": 0.0,
        "zmax": style.PALE * highest,
        "colorscale": _scale(which),
        "showscale": False,
        "contours": lines | {"labelfont": {"size": 11, "color": style.INK}},
        "line": {"color": style.MUTED, "width": 0.7},
        "hoverinfo": "skip",
    }
    x, y = _way(surfaces, which)
    common = {"type": "scatter", "hoverinfo": "skip", "cliponaxis": True}
    small = {"size": 4, "color": style.INK}
    large = {"size": 12, "color": style.CARD, "line": {"width": 2.5, "color": style.INK}}
    bounds = {"range": [ticks[0], ticks[-1]], "nticks": 6}
    return {
        "data": [
            trace,
            {
                **common,
                "mode": "lines+markers",
                "x": x,
                "y": y,
                "line": {"color": style.INK, "width": 1.5},
                "marker": small,
            },
            {**common, "mode": "markers", "x": x[:1], "y": y[:1], "marker": large},
        ],
        "layout": style.layout(
            left=46,
            right=10,
            top=8,
            bottom=40,
            xaxis=style.axis(**bounds, title={"text": style.short(axes[0], 20), "standoff": 4}),
            yaxis=style.axis(**bounds, title={"text": style.short(axes[1], 20), "standoff": 4}),
        ),
    }


def space(surfaces: LossSurfaces, which: int, axes: Sequence[str], *, turn: float) -> Figure:
    """The same loss as a surface, seen from ``turn`` degrees around it; a drag turns it further."""
    ticks, highest, level = _ticks(surfaces), *_heights(surfaces, which)
    trace = {
        "type": "surface",
        "x": ticks,
        "y": ticks,
        "z": _values(surfaces, which),
        "cmin": 0.0,
        "cmax": highest,
        "colorscale": _scale(which),
        "showscale": False,
        # a line at the very top or bottom would scribble over what is flat there
        "contours": {
            "z": {
                "show": True,
                "start": level,
                "end": highest - level / 2,
                "size": level,
                "color": style.MUTED,
            }
        },
        "lighting": {"ambient": 0.85, "diffuse": 0.35, "specular": 0.05},
        "hoverinfo": "skip",
    }
    x, y = _way(surfaces, which)
    z = [float(f"{value + _LIFT * highest:.4g}") for value in surfaces.heights[which].tolist()]
    common = {"type": "scatter3d", "hoverinfo": "skip"}
    angle = math.radians(turn)
    eye = {"x": _DISTANCE * math.cos(angle), "y": _DISTANCE * math.sin(angle), "z": _RAISED}
    return {
        "data": [
            trace,
            {**common, "mode": "lines", "x": x, "y": y, "z": z, "line": {"color": style.INK, "width": 5}},
            {
                **common,
                "mode": "markers",
                "x": x[:1],
                "y": y[:1],
                "z": z[:1],
                "marker": {"size": 6, "color": style.INK},
            },
        ],
        "layout": style.layout(
            left=0,
            right=0,
            top=0,
            bottom=0,
            scene={
                "xaxis": _side(axes[0]),
                "yaxis": _side(axes[1]),
                "zaxis": _side("", range=[0.0, 1.06 * highest]),
                "aspectmode": "manual",
                "aspectratio": {"x": 1, "y": 1, "z": 0.75},
                "camera": {"eye": eye, "center": {"x": 0, "y": 0, "z": -0.16}},
                "uirevision": str(turn),  # a turn by hand stays until another one is asked for
            },
        ),
    }


def _side(title: str, **settings: Any) -> dict[str, Any]:
    return {
        "title": {"text": style.short(title, 20), "font": {"size": 12, "color": style.INK}},
        "tickfont": {"size": 10, "color": style.MUTED},
        "nticks": 5,
        "gridcolor": style.GRID,
        "zerolinecolor": style.GRID,
        "showbackground": False,
        "showspikes": False,
        **settings,
    }


def _ticks(surfaces: LossSurfaces) -> list[float]:
    return [float(value) for value in surfaces.ticks.tolist()]


def _values(surfaces: LossSurfaces, which: int) -> list[list[float]]:
    """Four digits are finer than a screen shows, and half the message."""
    rows = getattr(surfaces, LOSSES[which]).tolist()
    return [[float(f"{value:.4g}") for value in row] for row in rows]


def _heights(surfaces: LossSurfaces, which: int) -> tuple[float, float]:
    """The top of the colour scale, and the distance between contour lines."""
    highest = max(max(row) for row in getattr(surfaces, LOSSES[which]).tolist())
    return highest, style.step_above(highest / _LEVELS)


def _scale(which: int) -> list[list[Any]]:
    return [[0, style.CARD], [1, COLOURS[which]]]


def _way(surfaces: LossSurfaces, which: int) -> tuple[list[float], list[float]]:
    """The descent, across and up."""
    x, y = zip(*surfaces.paths[which].tolist(), strict=True)
    return [float(f"{value:.5g}") for value in x], [float(f"{value:.5g}") for value in y]
