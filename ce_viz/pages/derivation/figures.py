"""The small charts of the derivation: what a line of the proof speaks of is lit, the rest faded."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from ce_viz.core.explanation import Explanation
from ce_viz.core.studies.derivation import Derivation
from ce_viz.figures import quantities, style
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import number, raised

_FADED_BAR = 0.35
_FADED_CELL = 0.2


def lit_bars(figure: Figure, lit: Collection[int]) -> Figure:
    """The figure with the bars that are not ``lit`` faded."""
    trace = figure["data"][0]
    on = [k in lit for k in range(len(trace["y"]))]
    trace["marker"]["opacity"] = [1.0 if each else _FADED_BAR for each in on]
    if "insidetextanchor" in trace:  # an ∞ in its bar has to be read there, faded or not
        trace["insidetextfont"] = {"color": [style.CARD if each else style.INK for each in on]}
    return figure


def lit_cells(figure: Figure, lit: Callable[[int, int], bool]) -> Figure:
    """The matrix with the cells (i, j) that are not ``lit`` faded: the lit ones are drawn once more, in full."""
    faded = figure["data"][0]
    shown = [[lit(i, j) for j in range(len(row))] for i, row in enumerate(faded["z"])]

    def kept(cells: Sequence[Sequence[object]], otherwise: object) -> list[list[object]]:
        return [
            [cell if on else otherwise for cell, on in zip(row, flags, strict=True)]
            for row, flags in zip(cells, shown, strict=True)
        ]

    bright = {**faded, "z": kept(faded["z"], None)}
    faded["opacity"] = _FADED_CELL
    if "text" in faded:
        bright["text"] = kept(faded["text"], "")
        faded["textfont"] = {**faded["textfont"], "color": style.MUTED}
    figure["data"].append(bright)
    return figure


def framed(figure: Figure, *, row: int | None = None, column: int | None = None) -> Figure:
    """The matrix with a frame around a row, a column, or the cell where both meet."""
    rows, columns = len(figure["data"][0]["z"]), len(figure["data"][0]["z"][0])
    top, bottom = (-0.5, rows - 0.5) if row is None else (row - 0.5, row + 0.5)
    left, right = (-0.5, columns - 0.5) if column is None else (column - 0.5, column + 0.5)
    frame = {"type": "rect", "x0": left, "x1": right, "y0": top, "y1": bottom}
    frame |= {"line": {"color": style.INK, "width": 2}}
    figure["layout"].setdefault("shapes", []).append(frame)
    return figure


def beyond_float64(explanation: Explanation, k: int) -> str:
    """−y_k/S_k as a power of e, where S_k is too small for float64."""
    target, exponent = float(explanation.targets[k]), -float(explanation.log_probs[k])
    weight = "" if target == 1 else f"{number(target, 2)}·"
    return (
        f"−{weight}e^{number(exponent, 0)}" if exponent >= 1e5 else f"−{weight}e{raised(f'{exponent:.0f}')}"
    )


def exponentials(derivation: Derivation, names: Sequence[str]) -> Figure:
    """The terms of Z and, as the last bar, Z: lit are u, the term of o_j, and Z itself."""
    values = derivation.exponentials.tolist()
    colours = [style.PROBS if k == derivation.i else style.LOGITS for k in range(len(values))]
    figure = _with_total(values, derivation.total, names, "Z", colours=colours)
    return lit_bars(figure, {derivation.i, derivation.j, len(values)})


def jacobian_with_sums(derivation: Derivation) -> Figure:
    """The Jacobian with the sum of each row in a last column."""
    explanation = derivation.explanation
    count = explanation.num_classes
    sums = derivation.jacobian_row_sums.tolist()
    return style.matrix(
        [[*row, total] for row, total in zip(explanation.jacobian.tolist(), sums, strict=True)],
        row_names=style.indexed("S", count),
        column_names=[*style.indexed("o", count), "Σ"],
        limit=0.25 / explanation.temperature,
    )


def probs_against_targets(explanation: Explanation, names: Sequence[str]) -> Figure:
    """S as bars and y as a mark on each: the distance is S − y."""
    figure = quantities.probs(explanation, names)
    targets = explanation.targets.tolist()
    if max(targets) > 1:
        figure["layout"]["yaxis"]["range"] = list(style.value_range(targets))
    figure["data"].append(quantities.class_marks(targets, "line-ew-open", style.TARGETS, width=4))
    return figure


def column(derivation: Derivation, names: Sequence[str]) -> Figure:
    """The terms of column j and, as the last bar, their sum."""
    j, explanation = derivation.j, derivation.explanation
    values = explanation.chain_rule[:, j].tolist()
    return _with_total(
        values,
        explanation.chain_rule_sum[j].item(),
        names,
        "Σ",
        colours=style.signed_colours(values),
        signed=True,
    )


def inputs(derivation: Derivation) -> Figure:
    """x: bars around 0."""
    values = derivation.inputs.tolist()
    limits = style.value_range([*values, 2.0, -2.0])
    return style.bars(values, style.indexed("x", len(values)), colour=style.MUTED, limits=limits)


def weight_grad(derivation: Derivation) -> Figure:
    """∂L/∂W: a row for each logit, a column for each input."""
    rows = derivation.weight_grad.tolist()
    return style.matrix(
        rows,
        row_names=style.indexed("o", len(rows)),
        column_names=style.indexed("x", len(rows[0])),
        limit=style.step_above(max(0.1, *(abs(value) for row in rows for value in row))),
    )


def routes(explanation: Explanation, names: Sequence[str]) -> Figure:
    """The gradient three times: bars by the chain rule, a line by log-sum-exp, a point as measured, where it can be."""
    summed = explanation.chain_rule_sum.tolist()
    figure = style.bars(
        summed,
        names,
        colour=style.signed_colours(summed),
        limits=style.value_range([*summed, 1.0, -1.0]),
    )
    figure["data"].append(
        quantities.class_marks(explanation.logits_grad.tolist(), "line-ew-open", style.INK, width=2)
    )
    if math.isfinite(explanation.loss):
        measured = explanation.finite_difference.tolist()
        figure["data"].append(quantities.class_marks(measured, "circle", style.TARGETS, width=0, size=9))
    return figure


def _with_total(
    values: Sequence[float],
    total: float,
    names: Sequence[str],
    label: str,
    *,
    colours: Sequence[str],
    signed: bool = False,
) -> Figure:
    figure = style.bars(
        [*values, total],
        [*names, label],
        colour=[*colours, style.INK],
        limits=style.value_range([*values, total, *((1.0, -1.0) if signed else ())]),
    )
    ticks = style.class_ticks(names)
    figure["layout"]["xaxis"] |= {
        "tickvals": [*ticks["tickvals"], len(names)],
        "ticktext": [*ticks["ticktext"], label],
    }
    return figure
