"""One palette, one layout and the few kinds of drawing that all pages share.

Figures are plain dicts in the light theme's colours; ``DARK`` gives each colour's twin for the dark theme, and
whoever draws swaps them. Axes are fixed and change in steps only, so that bars move and axes do not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ce_viz.figures.printed import in_cell, on_bars

Figure = dict[str, Any]

LOGITS, PROBS, TARGETS, LOSS = "#5b6b82", "#2f6fb7", "#d9902f", "#8a6fb0"
POSITIVE, NEGATIVE = "#b5482f", "#1f7a8c"
POSITIVE_TINT, NEGATIVE_TINT = "#dd9482", "#86b8c2"  # as strong as a printed number can stand on
INK, MUTED, GRID, CARD = "#1c2230", "#5d6675", "#e3e4e8", "#f7f7f5"

DARK = {
    LOGITS: "#9aa9bf",
    PROBS: "#6aa7e8",
    TARGETS: "#efb15a",
    LOSS: "#a98fd0",
    POSITIVE: "#e58a6f",
    NEGATIVE: "#5fbccc",
    POSITIVE_TINT: "#8c4b3b",
    NEGATIVE_TINT: "#2a6875",
    INK: "#e9ecf1",
    MUTED: "#a3acba",
    GRID: "#2c3340",
    CARD: "#1a1f29",
}
"""Every light-theme colour that a figure may hold, with its dark-theme twin."""

NUMBERS_UP_TO = 8
"""Classes up to which values are printed on bars and cells; beyond, the text is too small to read."""

_NAMES_LENGTH = 27  # letters of all names below a drawing

_SIGNED_SCALE = [[0, NEGATIVE], [0.5, CARD], [1, POSITIVE]]
PRINTED_SCALE = [[0, NEGATIVE_TINT], [0.5, CARD], [1, POSITIVE_TINT]]
"""Signed colours, pale enough to print numbers on in ``INK``."""

PALE = 2.25
"""How many times its largest value a scale from ``CARD`` to one accent reaches, to be as pale."""

_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
_LONGEST_TICK = 9
_MARGINS = {1e4: 58, 1e3: 46, 0.0: 34}
"""Pixels left of a drawing, where a value axis goes so far: for −0.5×10⁴, for −5000, and for shorter numbers."""
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def escape(text: str) -> str:
    """A class's name as text: Plotly would read tags and entities in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short(text: str, length: int = _LONGEST_TICK) -> str:
    """A class's name where room is scarce, escaped."""
    return escape(text if len(text) <= length else text[: length - 1] + "…")


def indexed(letter: str, count: int) -> list[str]:
    """``o₁ … o_K`` as tick labels; plain numbers where there are too many for more."""
    if count > NUMBERS_UP_TO:
        return [str(k + 1) for k in range(count)]
    return [letter + str(k + 1).translate(_SUBSCRIPTS) for k in range(count)]


def finite(values: Iterable[float]) -> list[float | None]:
    """Values as JSON can hold them: what is not finite is left out of the drawing (its text still says it)."""
    return [float(f"{value:.6g}") if math.isfinite(value) else None for value in values]


def step_above(value: float) -> float:
    """The smallest round step (1, 1.5, 2, 3, 5, 7 times a power of ten) that is not below ``value``.

    >>> step_above(0.62), step_above(3.85), step_above(10)
    (0.7, 5.0, 10.0)
    """
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        (float(f"{step * power:.6g}") for step in _STEPS if step * power >= value * (1 - 1e-9)), 10 * power
    )


def value_range(values: Iterable[float], *, least: float = 1.0, signed: bool = False) -> tuple[float, float]:
    """Bounds of a value axis: from 0, or around it, to a round step, with room for the numbers on the bars.

    What is infinite asks for its side of 0, and for no more.
    """
    values = list(values)
    known = [value for value in values if math.isfinite(value)]
    high = step_above(max([least, *known])) if not signed or any(value > 0 for value in values) else 0.0
    low = (
        -step_above(max([least, *(-value for value in known)])) if any(value < 0 for value in values) else 0.0
    )
    if signed and low == high == 0.0:
        high = least
    room = 0.16 * (high - low)
    return (low - room if low < 0 else 0.0), (high + room if high > 0 else room)


def axis(**settings: Any) -> dict[str, Any]:
    """An axis that is read, not operated."""
    return {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "exponentformat": "power",  # not the letters of units: 500m is no half
        "tickfont": {"color": MUTED},
        **settings,
    }


def layout(
    *, left: int = 34, right: int = 6, top: int = 6, bottom: int = 22, **settings: Any
) -> dict[str, Any]:
    """The layout under every figure: our ink, no chart junk."""
    return {
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "font": {"size": 11, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        **settings,
    }


def class_ticks(names: Sequence[str], *, beside: int = 0) -> dict[str, Any]:
    """Ticks that name the classes, ``beside`` so many other bars; with many classes only some of their numbers."""
    count = len(names)
    if count <= NUMBERS_UP_TO:
        return {
            "tickvals": list(range(count)),
            "ticktext": [short(name, max(3, _NAMES_LENGTH // (count + beside))) for name in names],
        }
    every = math.ceil(count / 8)
    at = list(range(0, count, every))
    return {"tickvals": at, "ticktext": [str(k + 1) for k in at]}


def bars(
    values: Sequence[float],
    names: Sequence[str],
    *,
    colour: str | list[str],
    limits: tuple[float, float],
    texts: Sequence[str] | None = None,
) -> Figure:
    """One bar per class, its value (or text) printed on it up to ``NUMBERS_UP_TO`` classes, if there is room.

    An infinite value fills its bar to the end of the axis, where no finite one comes, and stands inside.
    """
    count = len(values)
    size = 12 if count <= 4 else 11 if count <= 6 else 9
    low, high = limits
    endless = [math.isinf(value) for value in values]
    printed = on_bars(values, texts, size) if 0 < count <= NUMBERS_UP_TO + 1 else []
    trace: dict[str, Any] = {
        "type": "bar",
        "x": list(range(count)),
        "y": [
            (high if value > 0 else low) if math.isinf(value) else drawn
            for value, drawn in zip(values, finite(values), strict=True)
        ],
        "marker": {"color": colour},
        "hoverinfo": "skip",
    }
    if printed:
        trace |= {
            "text": printed,
            "textposition": "outside",
            "textangle": 0,
            "constraintext": "none",
            "textfont": {"size": size},
            "cliponaxis": False,
        }
    if printed and any(endless):
        trace |= {
            "textposition": ["inside" if each else "outside" for each in endless],
            "insidetextanchor": "end",
            "insidetextfont": {"color": CARD},
        }
    return {
        "data": [trace],
        "layout": layout(
            left=next(margin for least, margin in _MARGINS.items() if max(map(abs, limits)) >= least),
            bargap=0.35 if count <= NUMBERS_UP_TO else 0.15,
            xaxis=axis(range=[-0.6, count - 0.4], **class_ticks(names)),
            yaxis=axis(
                range=[low, high], showgrid=True, gridcolor=GRID, zeroline=True, zerolinecolor=MUTED, nticks=5
            ),
        ),
    }


def signed_colours(values: Iterable[float]) -> list[str]:
    """Red for what is above 0, blue for what is not."""
    return [POSITIVE if value > 0 else NEGATIVE for value in values]


def matrix(
    rows: Sequence[Sequence[float]],
    *,
    row_names: Sequence[str],
    column_names: Sequence[str],
    limit: float,
) -> Figure:
    """A heat map of signed values, row 1 on top, colours centred at 0 and saturated at ``±limit``."""
    count = len(rows)
    trace: dict[str, Any] = {
        "type": "heatmap",
        "z": [finite(row) for row in rows],
        "zmin": -limit,
        "zmax": limit,
        "colorscale": _SIGNED_SCALE,
        "showscale": False,
        "hoverinfo": "skip",
    }
    if len(column_names) <= NUMBERS_UP_TO and count <= NUMBERS_UP_TO + 1:
        trace |= {
            "text": [[in_cell(value, len(column_names)) for value in row] for row in rows],
            "texttemplate": "%{text}",
            "textfont": {"size": 13 if count <= 4 else 11 if count <= 6 else 9, "color": INK},
            "colorscale": PRINTED_SCALE,
            "xgap": 2,
            "ygap": 2,
        }
    every = math.ceil(len(column_names) / 8)
    every_row = max(1, math.ceil((count - 1) / 8))  # a last row of sums does not thin the labels out
    return {
        "data": [trace],
        "layout": layout(
            left=30,
            top=22,
            bottom=4,
            xaxis=axis(
                side="top",
                tickvals=list(range(len(column_names)))[::every],
                ticktext=list(column_names)[::every],
            ),
            yaxis=axis(
                range=[count - 0.5, -0.5],
                tickvals=list(range(count))[::every_row],
                ticktext=list(row_names)[::every_row],
            ),
        ),
    }


def line(
    series: Sequence[tuple[Sequence[float], Sequence[float], str]],
    *,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    x_title: str = "",
    y_title: str = "",
) -> Figure:
    """Curves over a common axis: each ``(x, y, colour)``."""
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(x),
                "y": finite(y),
                "line": {"color": colour, "width": 2},
                "hoverinfo": "skip",
            }
            for x, y, colour in series
        ],
        "layout": layout(
            left=44 if y_title else 34,
            bottom=36 if x_title else 22,
            xaxis=axis(title={"text": x_title}, **({"range": list(x_range)} if x_range else {})),
            yaxis=axis(
                title={"text": y_title},
                showgrid=True,
                gridcolor=GRID,
                **({"range": list(y_range)} if y_range else {}),
            ),
        ),
    }
