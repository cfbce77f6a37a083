"""The charts of Your logits: distributions over rows, temperature, confusion."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.figures import style
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import number

SHOWN_CLASSES = 30
"""Classes that the confusion heat map shows at most."""

PRINTED_CLASSES = 12
"""Of more classes, no counts are printed in its cells."""

_LOSS_TICKS = {"tickvals": [-6, -4, -2, 0, 2], "ticktext": ["≤10⁻⁶", "10⁻⁴", "0.01", "1", "100"]}
_BEFORE = 0.09  # of that axis before its first tick, whose name would touch the other axis's 0
_BARELY = 1e-12
_NAMED = 10  # classes named below their bars
_SHOWN_NAME = 8  # characters of a class's name beside the heat map
_NEAR = 0.17  # of a chart's width or height: there half a name would lie over its edge
_CLOSE = 0.18  # of log10 T: there two names would lie on each other


def losses(analysis: Analysis) -> Figure:
    """Rows by their loss, log axis, with the loss of a blind guess marked."""
    counts = analysis.loss_counts.tolist()
    low, high = -6.0, 2.0  # of log10, as in LOSS_EDGES
    width = (high - low) / len(counts)
    figure = _histogram(counts, low, width, style.LOSS)
    figure["layout"]["xaxis"] |= _LOSS_TICKS | {"range": [low - _BEFORE * (high - low), high]}
    _mark(figure, math.log10(math.log(analysis.num_classes)), "ln K")
    return figure


def grad_norms(analysis: Analysis, reduction: str) -> Figure:
    """Rows by the length of their gradient; as a mean, each row's gradient is divided by N."""
    counts = analysis.grad_norm_counts.tolist()
    last = float(analysis.grad_norm_edges[-1]) * _scale(analysis, reduction)
    figure = _histogram(counts, 0.0, last / len(counts), style.POSITIVE)
    step = style.step_above(last / 3.5)
    ticks = [step * at for at in range(4) if step * at <= last]
    figure["layout"]["xaxis"] |= {"tickvals": ticks, "ticktext": [_tick(tick) for tick in ticks]}
    return figure


def batch_grad(analysis: Analysis, names: Sequence[str], reduction: str) -> Figure:
    """The gradient of the whole batch by the bias of each class: sum or mean of S − y over the rows."""
    # A mean of gradients is a sum of gradients that were divided by N.
    scale = len(analysis.rows) * _scale(analysis, reduction)
    values = [value * scale for value in analysis.scores.mean_grad.tolist()]
    limits = style.value_range(values, least=_BARELY, signed=True)
    figure = style.bars(values, names, colour=style.signed_colours(values), limits=limits)
    # Here classes go by the names that the file gives them, however many there are.
    figure["layout"]["margin"]["l"] = 52
    figure["layout"]["yaxis"]["exponentformat"] = "power"
    every = math.ceil(len(names) / _NAMED)
    figure["layout"]["xaxis"] |= {
        "tickvals": list(range(0, len(names), every)),
        "ticktext": [style.short(name, 6) for name in names[::every]],
    }
    return figure


def temperature(analysis: Analysis) -> Figure:
    """Mean loss against temperature, log axis, with T = 1 and the best T marked."""
    x = [math.log10(value) for value in analysis.curve_temperatures.tolist()]
    y = analysis.curve_losses.tolist()
    now = float(analysis.scores.loss.mean())
    # The loss of small temperatures may be huge: the bowl is what matters.
    top = style.step_above(min(max(y), 2.5 * max(now, analysis.fitted.loss)) or 1.0)
    figure = style.line([(x, y, style.LOSS)], x_range=(x[0], x[-1]), y_range=(0.0, top))
    ticks = [tick for tick in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100) if x[0] <= math.log10(tick) <= x[-1]]
    figure["layout"]["xaxis"] |= {
        "tickvals": [math.log10(tick) for tick in ticks],
        "ticktext": [f"{tick:g}" for tick in ticks],
    }
    figure["layout"]["margin"]["r"] = 14  # half of a tick at the very end
    found = math.log10(analysis.fitted.temperature)
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [0.0, found],
            "y": style.finite([min(now, top), analysis.fitted.loss]),
            "text": ["" if abs(found) < _CLOSE else "T = 1", f"T = {number(analysis.fitted.temperature, 2)}"],
            # T = 1 outside the bowl, the best T inside: there the curve does not run.
            "textposition": [
                "bottom right" if found < 0 else "bottom left",
                _inwards((found - x[0]) / (x[-1] - x[0]), analysis.fitted.loss / top),
            ],
            "marker": {"color": [style.MUTED, style.LOSS], "size": 9},
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
    )
    return figure


def shown_classes(analysis: Analysis) -> list[int]:
    """Classes of the confusion heat map: all, or the most confused ones in their order."""
    count = analysis.num_classes
    if count <= SHOWN_CLASSES:
        return list(range(count))
    hits = analysis.confusion.diagonal()
    errors = (analysis.confusion.sum(axis=0) + analysis.confusion.sum(axis=1) - 2 * hits).tolist()
    return sorted(sorted(range(count), key=lambda k: -errors[k])[:SHOWN_CLASSES])


def confusion(analysis: Analysis, names: Sequence[str]) -> Figure:
    """Share of each label's rows by prediction: blue on the diagonal (right), red beside it (confused)."""
    classes = shown_classes(analysis)
    counts = [[int(analysis.confusion[i, j]) for j in classes] for i in classes]
    supports = [max(int(analysis.classes.support[i]), 1) for i in classes]
    shares = [
        [(-1 if i == j else 1) * count / support for j, count in enumerate(row)]
        for i, (row, support) in enumerate(zip(counts, supports, strict=True))
    ]
    shown = [style.short(names[k], _SHOWN_NAME) for k in classes]
    figure = style.matrix(shares, row_names=shown, column_names=shown, limit=1.0)
    trace, layout = figure["data"][0], figure["layout"]
    # Errors are rare where a model is good: the root of the share keeps them visible.
    trace["z"] = [[math.copysign(math.sqrt(abs(share)), share) for share in row] for row in shares]
    if len(classes) <= PRINTED_CLASSES:
        trace |= {
            "text": [[str(count) if count else "" for count in row] for row in counts],
            "texttemplate": "%{text}",
            "textfont": {"size": 11, "color": style.INK},
            "colorscale": style.PRINTED_SCALE,
            "xgap": 1,
            "ygap": 1,
        }
    if len(classes) <= 16:
        for side in ("xaxis", "yaxis"):
            layout[side] |= {"tickvals": list(range(len(classes))), "ticktext": shown}
    layout["margin"]["l"] = 14 + max(_width(names[k][:_SHOWN_NAME]) for k in classes)
    return figure


def _scale(analysis: Analysis, reduction: str) -> float:
    return 1 / len(analysis.rows) if reduction == "mean" else 1.0


def _histogram(counts: Sequence[int], low: float, width: float, colour: str) -> Figure:
    top, span = style.step_above(max([1, *counts])), len(counts) * width
    return {
        "data": [
            {
                "type": "bar",
                "x": [low + (at + 0.5) * width for at in range(len(counts))],
                "y": list(counts),
                "marker": {"color": colour},
                "hoverinfo": "skip",
            }
        ],
        "layout": style.layout(
            left=44,
            right=18,
            bargap=0.06,
            xaxis=style.axis(range=[low - 0.03 * span, low + span]),
            yaxis=style.axis(
                range=[0, 1.2 * top], showgrid=True, gridcolor=style.GRID, nticks=4, tickformat="~s"
            ),
        ),
    }


def _inwards(across: float, up: float) -> str:
    """Where the name of a point goes, given its place from 0 to 1 both ways: never over an edge."""
    if _NEAR < across < 1 - _NEAR:
        return "top center"
    # At the upper bound the curve comes down from the left: below it is free, if there is room.
    side = "right" if across <= _NEAR else "left"
    return f"bottom {side}" if side == "left" and up > _NEAR else f"top {side}"


def _tick(value: float) -> str:
    return f"{value:g}" if value == 0 or value >= 1e-4 else number(value)


def _width(text: str) -> int:
    """About how many pixels a tick label takes; Chinese characters take two."""
    return sum(12 if ord(mark) > 0x2E80 else 6 for mark in text)


def _mark(figure: Figure, x: float, text: str) -> None:
    """A dotted line across the drawing, with its name on top."""
    top = figure["layout"]["yaxis"]["range"][1]
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "lines+text",
            "x": [x, x],
            "y": [0, 0.88 * top],
            "text": ["", f"\u2002{text}"],
            "textposition": "middle right",
            "line": {"color": style.MUTED, "width": 1, "dash": "dot"},
            "hoverinfo": "skip",
        }
    )
