"""Cross-entropy against squared error: gradients over the gap, and the race.

Cross-entropy is always the solid line, squared error the dashed one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ce_viz.core.studies.comparison import GapCurves
from ce_viz.core.studies.race import Race
from ce_viz.figures import style
from ce_viz.figures.curves import curves, dot, legend, mark, powers, rule
from ce_viz.figures.style import Figure

CROSS_ENTROPY: Mapping[str, Any] = {"color": style.LOSS, "width": 3, "dash": "solid", "simplify": False}
SQUARED_ERROR: Mapping[str, Any] = {"color": style.TARGETS, "width": 2.5, "dash": "dash", "simplify": False}
RACERS = (CROSS_ENTROPY, SQUARED_ERROR)

_SLOPE: Mapping[str, Any] = {"color": style.PROBS, "width": 2, "dash": "dot", "simplify": False}
_SMALLEST, _LARGEST = 1e-10, 1e10
_FIRST_DOT = 0.03  # of the steps' axis before step 0, where dots would lie on the numbers beside it
_TERNARY: Mapping[str, Any] = {"type": "scatterternary", "hoverinfo": "skip", "cliponaxis": False}
_POINTS = 120  # of a descent: more of them are not to be seen; always as many, so that a play only moves them


def gap_gradients(gap: GapCurves, names: Sequence[str], words: Mapping[str, str], *, log: bool) -> Figure:
    """Largest |∂L/∂o| of both losses against the gap, a dot where the current logits are.

    Args:
      gap: The curves.
      names: Of cross-entropy and of squared error.
      words: ``gap_axis`` and ``here``.
      log: Whether the value axis is logarithmic.
    """
    x = gap.gaps.tolist()
    sizes = [gap.cross_entropy.tolist(), gap.squared_error.tolist()]
    figure = curves(
        [(x, y, line, name) for y, line, name in zip(sizes, RACERS, names, strict=True)],
        x_range=(x[0], x[-1]),
        x_title=words["gap_axis"],
    )
    top = style.step_above(max(*sizes[0], *sizes[1], *gap.sizes))
    figure["layout"]["yaxis"] |= (
        powers(_SMALLEST, 10 * top) if log else {"range": [0.0, 1.08 * top], "nticks": 6}
    )
    mark(figure, gap.gap, words["here"])
    figure["data"] += [dot(gap.gap, y, line, log=log) for y, line in zip(gap.sizes, RACERS, strict=True)]
    return figure


def gap_factors(gap: GapCurves, names: Sequence[str], words: Mapping[str, str]) -> Figure:
    """What the gradient by the label's logit is made of, on a log axis.

    Args:
      gap: The curves.
      names: Of |∂L/∂S| by cross-entropy and by squared error, and of ∂S/∂o, which both share.
      words: ``gap_axis`` and ``here``.
    """
    x = gap.gaps.tolist()
    parts = (gap.cross_entropy_pull, gap.squared_error_pull, gap.slope)
    figure = curves(
        [(x, y.tolist(), line, name) for y, line, name in zip(parts, (*RACERS, _SLOPE), names, strict=True)],
        x_range=(x[0], x[-1]),
        x_title=words["gap_axis"],
    )
    figure["layout"]["yaxis"] |= powers(_SMALLEST, _LARGEST)
    mark(figure, gap.gap, words["here"])
    return figure


def race_losses(race: Race, step: int, names: Sequence[str], words: Mapping[str, str]) -> Figure:
    """The cross-entropy of both racers up to ``step``, the goal as a dotted line; ``words``: ``steps_axis``."""
    losses = race.losses.tolist()
    figure = _over_steps(losses, step, names, words)
    highest = style.step_above(max(losses[0][0], 2 * race.goal))
    figure["layout"]["yaxis"] |= {
        "range": [0.0, 1.06 * highest],
        "nticks": 5,
        "title": {"text": "L", "standoff": 6},
    }
    figure["layout"]["shapes"].append(rule("h", race.goal))
    return figure


def race_label(race: Race, step: int, label: int, names: Sequence[str], words: Mapping[str, str]) -> Figure:
    """S of the label's class of both racers, where a triangle cannot hold all classes."""
    rows = [[probs[label] for probs in path] for path in race.probs.tolist()]
    figure = _over_steps(rows, step, names, words)
    figure["layout"]["yaxis"] |= {"range": [-0.03, 1.06], "nticks": 5, "title": {"text": "S", "standoff": 6}}
    return figure


def race_simplex(race: Race, step: int, class_names: Sequence[str], names: Sequence[str]) -> Figure:
    """The way of S of both racers over the triangle of all distributions over three classes."""
    at = _shown(step)
    corners = [style.short(name, 12) for name in class_names]
    font = {"color": style.INK, "size": 13}
    traces: list[dict[str, Any]] = []
    for path, line, name in zip(race.probs.tolist(), RACERS, names, strict=True):
        way = [dict(zip("abc", style.finite(path[k]), strict=True)) for k in at]
        walked = {letter: [place[letter] for place in way] for letter in "abc"}
        here = {letter: values[-1:] for letter, values in walked.items()}
        head = {"size": 11, "color": line["color"], "line": {"width": 1.5, "color": style.CARD}}
        traces += [
            {**_TERNARY, **walked, "mode": "lines", "line": _of_a_triangle(line), "name": name},
            {**_TERNARY, **here, "mode": "markers", "marker": head, "showlegend": False},
        ]
    sides = {
        f"{letter}axis": {
            "title": {"text": f" <br>{corner}" if letter != "a" else "", "font": font},
            "min": 0,
            "tickvals": [0.25, 0.5, 0.75],
            "ticks": "",
            "showticklabels": False,
            "gridcolor": style.GRID,
            "linecolor": style.MUTED,
        }
        for letter, corner in zip("abc", corners, strict=True)
    }
    # A title's first line stays at its place, so above a corner, where a dot may lie, only a text can stand off it.
    top = {"a": [1], "b": [0], "c": [0], "text": corners[:1], "textposition": "top center", "textfont": font}
    space = {"size": 14, "color": "rgba(0,0,0,0)"}
    traces.append({**_TERNARY, **top, "mode": "markers+text", "marker": space, "showlegend": False})
    return {
        "data": traces,
        "layout": style.layout(
            left=24,
            right=24,
            top=64,
            bottom=38,
            ternary={"sum": 1, "bgcolor": "rgba(0,0,0,0)", **sides},
            **legend(),
        ),
    }


def _of_a_triangle(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line's look, without what Plotly knows of plain curves only."""
    return {name: value for name, value in line.items() if name != "simplify"}


def _over_steps(
    rows: Sequence[Sequence[float]], step: int, names: Sequence[str], words: Mapping[str, str]
) -> Figure:
    """One value of both racers up to ``step``, dots at their heads."""
    at, last = _shown(step), style.step_above(max(10, step))
    figure = curves(
        [(at, [row[k] for k in at], line, name) for row, line, name in zip(rows, RACERS, names, strict=True)],
        x_range=(-_FIRST_DOT * last, (1 + _FIRST_DOT) * last),
        x_title=words["steps_axis"],
    )
    figure["data"] += [dot(step, row[step], line) for row, line in zip(rows, RACERS, strict=True)]
    return figure


def _shown(step: int) -> list[int]:
    """The steps from 0 to ``step`` that a drawing shows; the last is repeated for those that are yet to come."""
    every = math.ceil((step + 1) / _POINTS)
    at = list(range(0, step, every))
    return at + [step] * (_POINTS + 1 - len(at))
