"""Many small pictures as one heat map: drawing one is cheap, drawing ten is not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ce_viz.figures import style
from ce_viz.figures.style import Figure

Picture = Sequence[Sequence[float]]

_GAP = 1  # pixels between two pictures side by side
_CAPTION = 4  # rows of pixels above each picture, for its caption
_SIDE = 8  # pixels of a picture's side where there is none to measure


def figure(
    pictures: Sequence[Picture],
    captions: Sequence[str],
    *,
    columns: int,
    colours: list[list[Any]],
    limits: tuple[float, float],
    rows: int | None = None,
    pickable: bool = False,
) -> Figure:
    """Pictures of equal size in reading order, row 0 of each on top, its caption above it.

    Args:
      pictures: Values by row and column.
      captions: One plain text per picture, empty for none.
      columns: Pictures side by side.
      colours: Plotly colour scale.
      limits: Values at its two ends.
      rows: Rows of pictures; as many as needed if not given.
      pickable: Trace 0 gets one unseen cell per picture, so that a whole picture is picked.
    """
    height, width = (len(pictures[0]), len(pictures[0][0])) if pictures else (_SIDE, _SIDE)
    across, down = width + _GAP, height + _CAPTION
    rows = rows or -(-len(pictures) // columns)
    captioned = any(captions)
    top = -_CAPTION if captioned else 0
    low, high = limits
    # A hundredth of the scale is as fine as colours can be told apart, and short to send at every step.
    decimals = max(0, 2 - math.floor(math.log10(high)))
    heat = {"type": "heatmap", "showscale": False, "hoverinfo": "skip", "colorscale": colours}
    traces: list[dict[str, Any]] = [
        heat | {"z": _joined(pictures, columns, rows, (across, down), decimals), "zmin": low, "zmax": high}
    ]
    if pickable:
        traces.insert(0, heat | _cells(captions, columns, rows, (across, down), (height, width)))
    corners = [(k % columns * across, k // columns * down) for k in range(len(pictures))]
    if captioned:
        traces.append(_captions(corners, captions, width))
    return {
        "data": traces,
        "layout": style.layout(
            left=2,
            right=2,
            top=2,
            bottom=2,
            xaxis=style.axis(range=[-0.6, columns * across - _GAP - 0.4], visible=False, constrain="domain"),
            yaxis=style.axis(
                range=[rows * down - _CAPTION - 0.4, top - 0.6],
                visible=False,
                constrain="domain",
                scaleanchor="x",
            ),
            shapes=[_outlines(corners, width, height)] if pictures else [],
        ),
    }


def _joined(
    pictures: Sequence[Picture], columns: int, rows: int, pitch: tuple[int, int], decimals: int
) -> list[list[float | None]]:
    """One grid of pixels, empty between the pictures."""
    across, down = pitch
    grid: list[list[float | None]] = [
        [None] * (columns * across - _GAP) for _ in range(rows * down - _CAPTION)
    ]
    for k, picture in enumerate(pictures):
        left, above = k % columns * across, k // columns * down
        for y, line in enumerate(picture):
            grid[above + y][left : left + len(line)] = [round(value, decimals) for value in line]
    return grid


def _cells(
    captions: Sequence[str], columns: int, rows: int, pitch: tuple[int, int], size: tuple[int, int]
) -> dict[str, Any]:
    """One cell per picture, its caption included; its text is what a screen reader says."""
    texts = [*captions, *[""] * (rows * columns - len(captions))]
    (across, down), (height, width) = pitch, size
    return {
        "z": [[0.0] * columns for _ in range(rows)],
        "x": [column * across + (width - 1) / 2 for column in range(columns)],
        "y": [row * down + (height - 1 - _CAPTION) / 2 for row in range(rows)],
        "text": [texts[row * columns : (row + 1) * columns] for row in range(rows)],
        "opacity": 0,
        "zmin": 0.0,
        "zmax": 1.0,
    }


def _outlines(corners: Sequence[tuple[int, int]], width: int, height: int) -> dict[str, Any]:
    """A frame around each picture, so that one of zeros is seen to be there; a single path, drawn at once."""
    frames = (f"M{x - 0.5},{y - 0.5}H{x + width - 0.5}V{y + height - 0.5}H{x - 0.5}Z" for x, y in corners)
    return {"type": "path", "path": "".join(frames), "line": {"color": style.GRID, "width": 1}}


def _captions(corners: Sequence[tuple[int, int]], captions: Sequence[str], width: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x + (width - 1) / 2 for x, _ in corners],
        "y": [y - 0.4 for _, y in corners],
        "text": list(captions),
        "textposition": "top center",
        "textfont": {"size": 11, "color": style.MUTED},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
