"""The quantities that several pages draw alike: o, S, y, L, ∂L/∂S, ∂S/∂o, the terms of the chain rule, ∂L/∂o."""

from __future__ import annotations

from collections.abc import Sequence

from ce_viz.core.explanation import Explanation
from ce_viz.figures import style
from ce_viz.figures.style import Figure


def logits(explanation: Explanation, names: Sequence[str]) -> Figure:
    """o: bars around 0, as they are; the axis spans both signs, since a logit may have either."""
    low, high = style.value_range([*explanation.logits.tolist(), 2.0, -2.0])
    return style.bars(explanation.logits.tolist(), names, colour=style.LOGITS, limits=(low, high))


def probs(explanation: Explanation, names: Sequence[str]) -> Figure:
    """S: bars between 0 and 1."""
    return style.bars(explanation.probs.tolist(), names, colour=style.PROBS, limits=(0.0, 1.16))


def targets(explanation: Explanation, names: Sequence[str]) -> Figure:
    """y: bars from 0; beyond 1 where labels do not sum to 1."""
    values = explanation.targets.tolist()
    return style.bars(values, names, colour=style.TARGETS, limits=style.value_range(values))


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
    return figure


def probs_grad(explanation: Explanation, names: Sequence[str]) -> Figure:
    """∂L/∂S_i = −y_i/S_i."""
    values = explanation.probs_grad.tolist()
    return style.bars(
        values, names, colour=style.NEGATIVE, limits=style.value_range(values, least=2.0, signed=True)
    )


def jacobian(explanation: Explanation) -> Figure:
    """∂S_i/∂o_j: rows are outputs, columns are logits; no entry passes 1/(4T), with many classes none comes near."""
    count = explanation.num_classes
    limit = 0.25 / explanation.temperature
    if count > style.NUMBERS_UP_TO:
        limit = min(limit, style.step_above(float(explanation.jacobian.max())))
    return style.matrix(
        explanation.jacobian.tolist(),
        row_names=style.indexed("S", count),
        column_names=style.indexed("o", count),
        limit=limit,
    )


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
    return figure


def logits_grad(explanation: Explanation, names: Sequence[str]) -> Figure:
    """∂L/∂o as bars; a mark at S − y beside it shows whether the short formula holds."""
    values = explanation.logits_grad.tolist()
    short_formula = explanation.probs_minus_targets.tolist()
    figure = style.bars(
        values,
        names,
        colour=style.signed_colours(values),
        limits=style.value_range([*values, *short_formula, 1.0, -1.0]),
    )
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": list(range(len(names))),
            "y": style.finite(short_formula),
            "marker": {
                "symbol": "line-ew-open",
                "size": max(5, 64 // len(names)),
                "line": {"width": 2, "color": style.INK},
                "color": style.INK,
            },
            "hoverinfo": "skip",
        }
    )
    return figure
