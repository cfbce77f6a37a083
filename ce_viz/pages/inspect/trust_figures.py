"""The charts of how far confidences can be trusted: reliability in three ways, each class, risk against coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ce_viz.core.inspection.calibration import Reliability
from ce_viz.core.inspection.corp import Corp
from ce_viz.core.inspection.metrics import Floats
from ce_viz.core.inspection.risk_coverage import RiskCoverage
from ce_viz.figures import style
from ce_viz.figures.style import Figure

SHOWN_CLASSES = 30
"""Classes whose calibration error is drawn at most."""

_QUARTERS = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": ["0", "25%", "50%", "75%", "100%"]}
_FAINTEST = 0.3
_ABOVE, _BELOW = [0.21, 1.0], [0.0, 0.15]  # of the height: the diagram, and under it how many rows there are
_STEPS = 300  # of a curve that are drawn at most
_NAMED = 10


def reliability(calibration: Reliability) -> Figure:
    """Accuracy per bin of confidence with its interval, the gap to the diagonal, red where the model is too sure."""
    edges, counts = calibration.edges.tolist(), calibration.counts.tolist()
    bins = filled(calibration)
    centres = [(edges[at] + edges[at + 1]) / 2 for at in bins]
    accuracy = [float(calibration.accuracy[at]) for at in bins]
    gaps = [float(calibration.confidence[at]) - share for at, share in zip(bins, accuracy, strict=True)]
    # A bin of few rows says little: it is drawn fainter.
    weights = [_FAINTEST + (1 - _FAINTEST) * math.sqrt(counts[at] / max(counts)) for at in bins]
    width = 0.92 / len(counts)
    common: dict[str, Any] = {"type": "bar", "x": centres, "width": width, "hoverinfo": "skip"}
    return {
        "data": [
            {**common, "y": style.finite(accuracy), "marker": {"color": style.PROBS, "opacity": weights}},
            {
                **common,
                "y": style.finite(gaps),
                "base": style.finite(accuracy),
                # hatched: for some eyes the blues of gap and accuracy are one
                "marker": {
                    "color": style.signed_colours(gaps),
                    "opacity": weights,
                    "pattern": {"shape": "/", "size": 6, "solidity": 0.5, "fillmode": "replace"},
                },
            },
            _diagonal(0.0),
            _intervals(calibration, centres, 1),
            _rows(edges, counts),
        ],
        "layout": _layout(),
    }


def equal_mass(calibration: Reliability) -> Figure:
    """Accuracy over mean confidence of bins with equally many rows, from where the confidences begin."""
    bins = filled(calibration)
    confidence = [float(calibration.confidence[at]) for at in bins]
    low, _ = calibration.accuracy_interval()
    start = math.floor(10 * min([*confidence, *(float(low[at]) for at in bins), 0.9])) / 10
    shares = _from(start)
    return {
        "data": [
            _diagonal(start),
            _intervals(calibration, confidence, 7),
        ],
        "layout": style.layout(
            left=40,
            right=16,
            xaxis=style.axis(**shares),
            yaxis=style.axis(showgrid=True, gridcolor=style.GRID, **shares),
        ),
    }


def corp(steps: Corp, calibration: Reliability) -> Figure:
    """The accuracy that isotonic regression gives each confidence, and how many rows there are."""
    x, y = corp_corners(steps)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": x,
                "y": y,
                "line": {"color": style.PROBS, "width": 2},
                "hoverinfo": "skip",
            },
            _diagonal(0.0),
            _rows(calibration.edges.tolist(), calibration.counts.tolist()),
        ],
        "layout": _layout(),
    }


def corp_corners(steps: Corp) -> tuple[list[float], list[float]]:
    """The ends of each step; of very many steps some."""
    every = math.ceil(len(steps.counts) / _STEPS)
    ends = zip(steps.low[::every].tolist(), steps.high[::every].tolist(), strict=True)
    x = [end for pair in ends for end in pair]
    y = [share for share in steps.accuracy[::every].tolist() for _ in range(2)]
    return x, y


def worst_classes(errors: Floats) -> list[int]:
    """The classes that are drawn, the largest calibration error first."""
    return sorted(range(len(errors)), key=lambda k: -float(errors[k]))[:SHOWN_CLASSES]


def classwise(errors: Floats, names: Sequence[str]) -> Figure:
    """The calibration error of each class, the largest first."""
    order = worst_classes(errors)
    values = [float(errors[k]) for k in order]
    called = [names[k] for k in order]
    limits = style.value_range(values, least=1e-6)
    figure = style.bars(values, called, colour=style.LOSS, limits=limits)
    figure["layout"]["margin"]["l"] = 52
    figure["layout"]["yaxis"]["exponentformat"] = "power"
    every = math.ceil(len(called) / _NAMED)
    figure["layout"]["xaxis"] |= {
        "tickvals": list(range(0, len(called), every)),
        "ticktext": [style.short(name, 6) for name in called[::every]],
    }
    return figure


def risk(curve: RiskCoverage) -> Figure:
    """The share of errors among the surest rows against how many these are; dotted, the risk that is accepted."""
    top = max(style.step_above(float(curve.risk.max())), 2 * curve.max_risk)
    x, y = curve.coverage.tolist(), curve.risk.tolist()
    figure = style.line([(x, y, style.LOSS)], x_range=(0.0, 1.0), y_range=(-0.05 * top, 1.05 * top))
    layout = figure["layout"]
    layout["margin"] |= {"l": 46, "r": 16}
    layout["xaxis"] |= _QUARTERS
    layout["yaxis"] |= {"tickformat": ".0%", "nticks": 6}
    dotted = {"color": style.MUTED, "width": 1, "dash": "dot"}
    limit = [curve.max_risk, curve.max_risk]
    figure["data"] += [
        {"type": "scatter", "mode": "lines", "x": [0, 1], "y": limit, "line": dotted, "hoverinfo": "skip"},
        {
            "type": "scatter",
            "mode": "markers",
            "x": [curve.safe_coverage],
            "y": style.finite([curve.safe_risk]),
            "marker": {"color": [style.LOSS], "size": 9},
            "cliponaxis": False,
            "hoverinfo": "skip",
        },
    ]
    return figure


def filled(calibration: Reliability) -> list[int]:
    """The bins that hold rows."""
    return [at for at, count in enumerate(calibration.counts.tolist()) if count]


def _intervals(calibration: Reliability, x: Sequence[float], size: int) -> dict[str, Any]:
    """A mark at the accuracy of each bin with rows, and its 95 % interval."""
    low, high = (ends[filled(calibration)] for ends in calibration.accuracy_interval())
    accuracy = calibration.accuracy[filled(calibration)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": style.finite(x),
        "y": style.finite(accuracy.tolist()),
        "marker": {"color": [style.INK if size == 1 else style.PROBS] * len(accuracy), "size": size},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": style.finite((high - accuracy).tolist()),
            "arrayminus": style.finite((accuracy - low).tolist()),
            "color": style.INK,
            "thickness": 1,
            "width": 2,
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _rows(edges: Sequence[float], counts: Sequence[int]) -> dict[str, Any]:
    """How many rows there are, under the diagram."""
    return {
        "type": "bar",
        "x": [(edges[at] + edges[at + 1]) / 2 for at in range(len(counts))],
        "y": list(counts),
        "width": 0.92 / len(counts),
        "yaxis": "y2",
        "marker": {"color": style.LOGITS},
        "hoverinfo": "skip",
    }


def _diagonal(start: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [start, 1],
        "y": [start, 1],
        "line": {"color": style.MUTED, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _layout() -> dict[str, Any]:
    return style.layout(
        left=40,
        right=16,
        barmode="overlay",
        bargap=0,
        xaxis=style.axis(range=[0, 1], anchor="y2", **_QUARTERS),
        yaxis=style.axis(range=[0, 1], domain=_ABOVE, showgrid=True, gridcolor=style.GRID, **_QUARTERS),
        yaxis2=style.axis(domain=_BELOW, rangemode="tozero", showticklabels=False),
    )


def _from(start: float) -> dict[str, Any]:
    """An axis of shares from ``start`` to 1."""
    step = 0.25 if start < 0.3 else 0.2 if start < 0.7 else 0.1 if start < 0.85 else 0.05
    ticks = [round(1 - step * at, 2) for at in range(5) if 1 - step * at >= start - 1e-9]
    room = 0.02 * (1 - start)
    return {
        "range": [start - room, 1 + room],
        "tickvals": ticks,
        "ticktext": [f"{100 * tick:.0f}%" for tick in ticks],
    }
