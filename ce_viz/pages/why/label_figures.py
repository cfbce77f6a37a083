"""What a label asks for: the loss in its two parts, the smoothed label's optimum, and the temperature."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ce_viz.core.explanation import Explanation
from ce_viz.core.studies.optimum import SmoothingCurves, TemperatureSweep
from ce_viz.figures import style
from ce_viz.figures.curves import curves, dot, legend, mark, powers, rule
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import number

ONE_HOT: Mapping[str, Any] = {"color": style.LOGITS, "width": 2.5, "dash": "dash", "simplify": False}
SMOOTHED: Mapping[str, Any] = {"color": style.LOSS, "width": 3, "dash": "solid", "simplify": False}
LABELS = (ONE_HOT, SMOOTHED)
LINES = 5
"""Classes of which a chart over the temperature draws a line each."""

_HALF_BAR, _LEFT = 0.14, 0.24  # half a bar's width, and how far it makes room for the words on its right
_DASHES = ("dash", "dot", "dashdot", "longdash")
_SMALLEST = 1e-8
_TEMPERATURES = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


def label_and_model(explanation: Explanation, names: Sequence[str], *, with_model: bool = True) -> Figure:
    """Label y beside S for each class: what KL(y‖S) compares; without S if that is not to be told."""
    targets, probs = explanation.targets.tolist(), explanation.probs.tolist()
    limits = (0.0, 1.16 * style.step_above(max(1.0, *targets)))
    figure = style.bars(targets, names, colour=style.TARGETS, limits=limits)
    if with_model:
        figure["data"] += style.bars(probs, names, colour=style.PROBS, limits=limits)["data"]
    for trace, letter in zip(figure["data"], ("y", "S"), strict=False):
        trace["name"] = letter
        if len(names) > 4:  # two bars share a class's room: their numbers would overlap
            for key in ("text", "textposition", "textangle", "textfont"):
                trace.pop(key, None)
    figure["layout"] |= {"barmode": "group", "bargap": 0.25, **legend()}
    figure["layout"]["margin"]["t"] = 30
    return figure


def loss_parts(parts: Sequence[tuple[str, float, float]], names: Sequence[str] = ("H(y)", "KL")) -> Figure:
    """Bars of L made of H(y), below, and KL(y‖S), each ``(name, entropy, kl)``; their numbers beside, L above.

    The bar of H(y) lies on that of L and leaves KL to be seen; where KL is 0 there is no bar behind it. Unlike
    stacked bars, each stands on 0, so that it can be moved without the other.

    Args:
      parts: The bars.
      names: What H(y) and KL are called beside them.
    """
    highest = style.step_above(max(0.1, *(entropy + kl for _, entropy, kl in parts)))
    at = [index - _LEFT for index in range(len(parts))]
    traces = [
        {
            "type": "bar",
            "x": at,
            "y": style.finite(values),
            "width": 2 * _HALF_BAR,
            "marker": {"color": colour},
            "hoverinfo": "skip",
        }
        for colour, values in (
            (style.LOSS, [entropy + kl if kl > 0 else 0.0 for _, entropy, kl in parts]),
            (style.TARGETS, [entropy for _, entropy, _ in parts]),
        )
    ]
    above, beside = [], []
    for x, (_, entropy, kl) in zip(at, parts, strict=True):
        above.append((x, entropy + kl, f"L = {number(entropy + kl)}"))
        right, low = x + _HALF_BAR, entropy / 2
        beside.append((right, low, f" {names[0]} = {number(entropy)}"))
        if kl > 0:  # slivers would have their names in one place
            high = max(entropy + kl / 2, low + 0.08 * highest)
            beside.append((right, high, f" {names[1]} = {number(kl)}"))
    traces += [_texts(above, "top center", weight="bold"), _texts(beside, "middle right")]
    return {
        "data": traces,
        "layout": style.layout(
            barmode="overlay",
            xaxis=style.axis(
                range=[-0.5, len(parts) - 0.36],
                tickvals=at,
                ticktext=[style.escape(name) for name, _, _ in parts],
            ),
            yaxis=style.axis(range=[0.0, 1.16 * highest], showgrid=True, gridcolor=style.GRID, nticks=5),
        ),
    }


def _texts(
    places: Sequence[tuple[float, float, str]], position: str, *, weight: str = "normal"
) -> dict[str, Any]:
    """Words at places ``(x, y, text)`` of a drawing."""
    x, y, text = zip(*places, strict=True)
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(x),
        "y": style.finite(y),
        "text": list(text),
        "textposition": position,
        "textfont": {"size": 12, "color": style.INK, "weight": weight},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def smoothing_losses(smoothing: SmoothingCurves, names: Sequence[str], words: Mapping[str, str]) -> Figure:
    """L against the lead of the label's class: one-hot falls for ever, smoothed has a lowest point.

    Args:
      smoothing: The curves.
      names: Of the one-hot and of the smoothed label.
      words: ``lead_axis``.
    """
    leads, losses = smoothing.leads.tolist(), smoothing.losses.tolist()
    figure = curves(
        [(leads, row, line, name) for row, line, name in zip(losses, LABELS, names, strict=True)],
        x_range=(leads[0], leads[-1]),
        x_title=words["lead_axis"],
    )
    highest = style.step_above(max(row[0] for row in losses))
    figure["layout"]["yaxis"] |= {"range": [0.0, 1.06 * highest], "title": {"text": "L", "standoff": 6}}
    best = smoothing.optimal_lead
    if math.isfinite(best):
        mark(figure, best, f"S = y: {number(best, 2)}", style.MUTED)
        figure["data"].append(dot(best, smoothing.lowest_loss, SMOOTHED))
    return figure


def smoothing_run(smoothing: SmoothingCurves, names: Sequence[str], words: Mapping[str, str]) -> Figure:
    """The lead after so many gradient steps, on a log axis of steps: one-hot goes on, smoothed arrives.

    Args:
      smoothing: The curves.
      names: Of the one-hot and of the smoothed label.
      words: ``lead_axis`` and ``steps_axis``.
    """
    steps, runs = smoothing.steps.tolist(), smoothing.run.tolist()
    figure = curves(
        [(steps, row, line, name) for row, line, name in zip(runs, LABELS, names, strict=True)],
        x_range=(0.0, math.log10(steps[-1])),
        x_title=words["steps_axis"],
        y_title=words["lead_axis"],
    )
    figure["layout"]["xaxis"] |= {"type": "log", "tickvals": [1, 10, 100, 1000]}
    reached = [value for row in runs for value in row]
    best = smoothing.optimal_lead
    if math.isfinite(best):
        reached.append(best)
        figure["layout"]["shapes"].append(rule("h", best))
    figure["layout"]["yaxis"] |= {"range": list(style.value_range(reached)), "nticks": 6}
    return figure


def temperature_probs(
    sweep: TemperatureSweep,
    explanation: Explanation,
    label: int,
    names: Sequence[str],
    words: Mapping[str, str],
    *,
    with_dots: bool = True,
) -> Figure:
    """S at every temperature: the label's class and the strongest others; dots say what they are now.

    ``words`` are ``temperature_axis`` and ``here``.
    """
    probs = explanation.probs.tolist()
    strongest = sorted((k for k in range(len(probs)) if k != label), key=lambda k: -probs[k])[: LINES - 1]
    columns = list(zip(*sweep.probs.tolist(), strict=True))
    lines = [{"color": style.PROBS, "width": 3, "dash": "solid", "simplify": False}] + [
        {"color": style.LOGITS, "width": 2, "dash": dash, "simplify": False}
        for dash in _DASHES[: len(strongest)]
    ]
    drawn = [
        (sweep.temperatures.tolist(), columns[k], line, style.short(names[k]))
        for k, line in zip((label, *strongest), lines, strict=True)
    ]
    figure = _over_temperature(drawn, words)
    figure["layout"]["yaxis"] |= {"range": [-0.03, 1.06], "nticks": 5, "title": {"text": "S", "standoff": 6}}
    mark(figure, explanation.temperature, words["here"])
    if with_dots:
        figure["data"] += [
            dot(explanation.temperature, probs[k], line)
            for k, line in zip((label, *strongest), lines, strict=True)
        ]
    return figure


def temperature_gradient(
    sweep: TemperatureSweep, explanation: Explanation, names: Sequence[str], words: Mapping[str, str]
) -> Figure:
    """The largest gradient at every temperature, and the same without its 1/T; both axes logarithmic.

    Args:
      sweep: Both, over the temperature.
      explanation: Where one is.
      names: Of the gradient, and of S − y.
      words: ``temperature_axis`` and ``here``.
    """
    at = sweep.temperatures.tolist()
    lines = (
        {"color": style.NEGATIVE, "width": 3, "dash": "solid", "simplify": False},
        {"color": style.MUTED, "width": 2, "dash": "dash", "simplify": False},
    )
    rows = (sweep.gradient.tolist(), sweep.error.tolist())
    drawn = [(at, row, line, name) for row, line, name in zip(rows, lines, names, strict=True)]
    figure = _over_temperature(drawn, words)
    known = [value for row in rows for value in row if value > _SMALLEST]
    bounds = min([1e-2, *known]), max([10.0, *known])
    low, high = (
        10.0 ** step(math.log10(bound)) for step, bound in zip((math.floor, math.ceil), bounds, strict=True)
    )
    figure["layout"]["yaxis"] |= powers(low, high)
    mark(figure, explanation.temperature, words["here"])
    here = max(abs(value) for value in explanation.logits_grad.tolist())
    figure["data"] += [
        dot(explanation.temperature, here, lines[0], log=True),
        dot(explanation.temperature, here * explanation.temperature, lines[1], log=True),
    ]
    return figure


def _over_temperature(drawn: Sequence[Any], words: Mapping[str, str]) -> Figure:
    """Curves over a log axis of T."""
    bounds = [math.log10(_TEMPERATURES[0]), math.log10(_TEMPERATURES[-1])]
    figure = curves(drawn, x_range=bounds, x_title=words["temperature_axis"])
    ticks = {"tickvals": list(_TEMPERATURES), "ticktext": [f"{value:g}" for value in _TEMPERATURES]}
    figure["layout"]["xaxis"] |= {"type": "log", "ticklabelstandoff": 4, **ticks}
    return figure
