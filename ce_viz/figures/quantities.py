"""The quantities that several pages draw alike: o, S, y, L, ∂L/∂S, ∂S/∂o, the terms of the chain rule, ∂L/∂o.

The true class's name is set in bold below every one of them; shading is left for what a hand has picked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from ce_viz.core.explanation import Explanation
from ce_viz.figures import style
from ce_viz.figures.style import Figure

_LEAST_LOGITS = 5.0  # a hand that pulls a bar up has somewhere to go
_STEPS_WITH_MARKS = 30
_NUMBER = 0.14  # of the axis: the room beyond a bar's end that its number takes
_OUT_OF_SIGHT = (-0.6, -0.7)  # below the axis: a line or a head that is there, and not seen


def logits(explanation: Explanation, names: Sequence[str]) -> Figure:
    """o: bars around 0, as they are; the axis spans both signs, since a logit may have either."""
    values = explanation.logits.tolist()
    limits = style.value_range([*values, _LEAST_LOGITS, -_LEAST_LOGITS])
    return marked(style.bars(values, names, colour=style.LOGITS, limits=limits), explanation)


def probs(explanation: Explanation, names: Sequence[str]) -> Figure:
    """S: bars between 0 and 1."""
    values = explanation.probs.tolist()
    return marked(style.bars(values, names, colour=style.PROBS, limits=(0.0, 1.16)), explanation)


def probs_beside_targets(explanation: Explanation, names: Sequence[str]) -> Figure:
    """S as bars, and y as a line across each."""
    figure, targets = probs(explanation, names), explanation.targets.tolist()
    if max(targets) > 1:
        figure["layout"]["yaxis"]["range"] = list(style.value_range(targets))
    figure["data"].append(_across(figure, explanation.probs.tolist(), targets, style.TARGETS, width=4))
    return figure


def with_arrows(figure: Figure, explanation: Explanation) -> Figure:
    """``probs_beside_targets`` with an arrow from each line to the height of its bar: it goes up by S − y."""
    pairs = list(zip(explanation.targets.tolist(), explanation.probs.tolist(), strict=True))
    for up, colour in ((True, style.POSITIVE), (False, style.NEGATIVE)):
        spans = [(y, s) if (s > y) == up and s != y else _OUT_OF_SIGHT for y, s in pairs]
        at = [k + 0.45 for k in range(len(pairs))]
        runs = [(x, end) for x, span in zip(at, spans, strict=True) for end in span]
        head = {"symbol": "triangle-up" if up else "triangle-down", "size": 9, "color": colour}
        figure["data"] += [
            lines(runs, colour, 2.5),
            {
                "type": "scatter",
                "mode": "markers",
                "x": at,
                "y": style.finite(end for _, end in spans),
                "marker": head,
                "hoverinfo": "skip",
            },
        ]
    return figure


def targets(explanation: Explanation, names: Sequence[str]) -> Figure:
    """y: bars from 0; beyond 1 where labels do not sum to 1."""
    values = explanation.targets.tolist()
    figure = style.bars(values, names, colour=style.TARGETS, limits=style.value_range(values))
    return marked(figure, explanation)


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
    return marked(figure, explanation)


def probs_grad(explanation: Explanation, names: Sequence[str]) -> Figure:
    """∂L/∂S_i = −y_i/S_i."""
    values = explanation.probs_grad.tolist()
    limits = style.value_range(values, least=2.0, signed=True)
    return marked(style.bars(values, names, colour=style.NEGATIVE, limits=limits), explanation)


def jacobian(explanation: Explanation) -> Figure:
    """∂S_i/∂o_j: rows are outputs, columns are logits; no entry passes 1/(4T), with many classes none comes near."""
    count = explanation.num_classes
    limit = 0.25 / explanation.temperature
    if count > style.NUMBERS_UP_TO:
        limit = min(limit, style.step_above(float(explanation.jacobian.max())))
    figure = style.matrix(
        explanation.jacobian.tolist(),
        row_names=style.indexed("S", count),
        column_names=style.indexed("o", count),
        limit=limit,
    )
    return marked(figure, explanation, "xaxis", "yaxis")


def chain_rule(explanation: Explanation) -> Figure:
    """Terms (∂L/∂S_i)(∂S_i/∂o_j) and, below a rule, the sum of each column."""
    count = explanation.num_classes
    rows = [*explanation.chain_rule.tolist(), explanation.chain_rule_sum.tolist()]
    figure = style.matrix(
        rows,
        row_names=[*style.indexed("S", count), "Σ"],
        column_names=style.indexed("o", count),
        limit=style.step_above(max(1.0, explanation.targets_sum) / explanation.temperature),
    )
    if count > style.NUMBERS_UP_TO:
        ticks = figure["layout"]["yaxis"]
        ticks |= {"tickvals": [*ticks["tickvals"][:-1], count], "ticktext": [*ticks["ticktext"][:-1], "Σ"]}
    figure["layout"]["shapes"] = [
        {
            "type": "line",
            "x0": -0.5,
            "x1": count - 0.5,
            "y0": count - 0.5,
            "y1": count - 0.5,
            "line": {"color": style.INK, "width": 1.5},
        }
    ]
    return marked(figure, explanation, "xaxis", "yaxis")


def logits_grad(explanation: Explanation, names: Sequence[str], *, marks: bool = True) -> Figure:
    """∂L/∂o as bars; ``marks`` at S − y beside them show whether the short formula holds."""
    values = explanation.logits_grad.tolist()
    short_formula = explanation.probs_minus_targets.tolist()
    limits = style.value_range([*values, *short_formula, 1.0, -1.0])
    figure = style.bars(values, names, colour=style.signed_colours(values), limits=limits)
    figure = marked(figure, explanation)
    if not marks:
        return figure
    figure["data"].append(_across(figure, values, short_formula, style.INK, width=2, reach=0.3))
    return figure


def loss_curve(losses: Sequence[float]) -> Figure:
    """The loss at each step of a descent, and nothing yet at those to come: a further step only moves the curve."""
    end = style.step_above(max(10, len(losses) - 1))
    figure = style.line(
        [(list(range(int(end) + 1)), [*losses, *[math.nan] * (int(end) + 1 - len(losses))], style.LOSS)],
        x_range=(0.0, end),
        y_range=style.value_range(losses, least=0.1),
    )
    if len(losses) <= _STEPS_WITH_MARKS:
        marker = {"size": 6, "color": style.LOSS}
        figure["data"][0] |= {"mode": "lines+markers", "marker": marker, "cliponaxis": False}
    return figure


def true_class(explanation: Explanation) -> int | None:
    """The class that the label names; None where its weights are a person's own."""
    scenario = explanation.scenario
    return None if scenario.mode == "soft" else scenario.label


def marked(figure: Figure, explanation: Explanation, *axes: str) -> Figure:
    """The figure with the true class in bold on its axes; where ticks are thinned out, in place of the nearest."""
    true = true_class(explanation)
    if true is None:
        return figure
    for name in axes or ("xaxis",):
        ticks = figure["layout"][name]
        at, texts = list(ticks["tickvals"]), list(ticks["ticktext"])
        classes = [place for place, value in enumerate(at) if value < explanation.num_classes]
        nearest = min(classes, key=lambda place: abs(at[place] - true))
        text = texts[nearest] if at[nearest] == true else str(true + 1)
        at[nearest], texts[nearest] = true, f'<b style="color:{style.INK}">{text}</b>'
        ticks |= {"tickvals": at, "ticktext": texts}
    return figure


def unmarked(figure: Figure) -> Figure:
    """The figure without a sign of the true class on its axes: as ``marked`` took it."""
    layout = dict(figure["layout"])
    for name in ("xaxis", "yaxis"):
        ticks = layout.get(name) or {}
        texts = list(ticks.get("ticktext") or ())
        at = list(ticks.get("tickvals") or ())
        for place, text in enumerate(texts):
            if not text.startswith("<b "):
                continue
            plain = {k: value for k, value in enumerate(at) if k != place}
            every = min((plain[k + 1] - plain[k] for k in plain if k + 1 in plain), default=1)
            texts[place] = (
                re.sub("<[^>]*>", "", text) if at[place] == place * every else str(place * every + 1)
            )
            at[place] = place * every
            layout[name] = {**ticks, "tickvals": at, "ticktext": texts}
    return {**figure, "layout": layout}


def _across(
    figure: Figure,
    values: Sequence[float],
    marks: Sequence[float],
    colour: str,
    *,
    width: float,
    reach: float = 0.48,
) -> dict[str, Any]:
    """A line across each bar at its mark, open in the middle where it would strike the bar's number through.

    Args:
      figure: The bars.
      values: What they stand for.
      marks: Where the lines lie.
      colour: Of the lines.
      width: How thick they are, in pixels.
      reach: How far a closed one goes to both sides; of two bars' distance.
    """
    low, high = figure["layout"]["yaxis"]["range"]
    count = len(values)
    wide = min(0.4, 0.11 * count) if count <= style.NUMBERS_UP_TO else 0.0
    ends = []
    for k, (value, mark) in enumerate(zip(values, marks, strict=True)):
        above = math.copysign(1.0, value) * (mark - value)
        span = (wide, 0.48) if 0 < above < _NUMBER * (high - low) else (0.0, reach)
        ends += [(k + side * end, mark) for side in (-1, 1) for end in span]
    return lines(ends, colour, width)


def lines(ends: Sequence[tuple[float, float]], colour: str, width: float) -> dict[str, Any]:
    """Straight lines, each between two points that follow each other."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, (across, up) in enumerate(ends):
        gap = [None] if place and place % 2 == 0 else []
        x += [*gap, across]
        y += [*gap, *style.finite([up])]
    line = {"color": colour, "width": width, "simplify": False}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def class_marks(
    values: Sequence[float], symbol: str, colour: str, *, width: int, size: int | None = None
) -> dict[str, Any]:
    """A trace with one mark per class, over the bars of another quantity."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(range(len(values))),
        "y": style.finite(values),
        "marker": {
            "symbol": symbol,
            "size": size or max(6, 90 // len(values)),
            "color": colour,
            "line": {"width": width, "color": colour},
        },
        "hoverinfo": "skip",
    }
