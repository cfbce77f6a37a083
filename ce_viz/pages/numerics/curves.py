"""The curves of Numerics: error against the winner's lead, and what clipping does to loss and gradient."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ce_viz.core.studies.clipping import ClippingCurves
from ce_viz.core.studies.precision import FORMULAS, GAP_RANGE, GapSweep
from ce_viz.figures import style
from ce_viz.figures.curves import TOP, legend
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import number, raised

BROKEN_LEVEL = 1e18
"""Height at which the error of a NaN or a wrong infinity is drawn, above every finite one."""

_LEAST_ERROR = 0.1
# Where curves lie on each other, thin dashes over a wide line still show that all are there.
_LINES = {
    "log_sum_exp": {"color": style.LOSS, "width": 5, "dash": "solid", "simplify": False},
    "shifted": {"color": style.TARGETS, "width": 2.5, "dash": "dash", "simplify": False},
    "naive": {"color": style.POSITIVE, "width": 2, "dash": "dot", "simplify": False},
    "ours": {"color": style.INK, "width": 3, "dash": "solid", "simplify": False},
}


def error_curves(
    sweep: GapSweep,
    quantity: str,
    formulas: Sequence[str],
    *,
    bits: int,
    overflow: float,
    lead: float,
    words: dict[str, str],
) -> Figure:
    """Error against the winner's lead, both axes logarithmic; NaN and infinity on a line of their own on top.

    Args:
      sweep: Errors by formula.
      quantity: ``"log_probs"`` or ``"logits_grad"``.
      formulas: Their names, in the order of ``FORMULAS``.
      bits: Significant bits of the type; an error of ``2^bits`` ULP leaves no digit.
      overflow: The lead beyond which exp overflows.
      lead: The current lead, marked.
      words: ``none_left``, ``broken``, ``overflow``, ``lead_axis``, ``error_axis``, ``here``.
    """
    rows, names = (dict(zip(FORMULAS, x, strict=True)) for x in (getattr(sweep, quantity).tolist(), formulas))
    curves = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": names[formula],
            "legendrank": FORMULAS.index(formula),
            "x": _rounded(sweep.gaps.tolist()),
            "y": _rounded(BROKEN_LEVEL if math.isinf(x) else max(x, _LEAST_ERROR) for x in rows[formula]),
            "line": line,
            "hoverinfo": "skip",
        }
        for formula, line in _LINES.items()
    ]
    powers = (0, 3, 6, 9, 12, 15)
    shapes = [_rule("h", 2.0**bits, style.MUTED), _rule("v", overflow, style.MUTED)]
    notes = [
        _note(words["none_left"], x=0.12, y=math.log10(2.0**bits), xref="x domain", xanchor="left"),
        _note(f"{words['overflow']} ", x=math.log10(overflow), y=0.62, yref="y domain", xanchor="right"),
    ]
    bottom, top = _LEAST_ERROR, BROKEN_LEVEL * 10**0.8
    here = _here(lead, GAP_RANGE, (bottom, top), words["here"])
    return {
        "data": [*curves, here],
        "layout": style.layout(
            left=56,
            right=16,
            bottom=40,
            top=TOP + 12,  # four names in two rows
            **legend(),
            xaxis=style.axis(
                type="log",
                range=[math.log10(bound) for bound in GAP_RANGE],
                tickvals=[1, 3, 10, 30, 100, 300, 1000],
                title={"text": words["lead_axis"], "standoff": 4},
                showline=True,
                linecolor=style.MUTED,
            ),
            yaxis=style.axis(
                type="log",
                range=[math.log10(bottom), math.log10(top)],
                tickvals=[*(10.0**power for power in powers), BROKEN_LEVEL],
                ticktext=[
                    "1",
                    *(f"10{raised(str(power))}" for power in powers[1:]),
                    words["broken"],
                ],
                title={"text": words["error_axis"], "standoff": 4},
                showgrid=True,
                gridcolor=style.GRID,
            ),
            shapes=shapes,
            annotations=notes,
        ),
    }


def clipping_loss(curves: ClippingCurves, *, behind: float, words: dict[str, str]) -> Figure:
    """The loss and the clipped loss against how far the true class is behind; the cap as a thin line."""
    figure = _clipping(
        curves,
        (curves.loss.tolist(), curves.clipped_loss.tolist()),
        colour=style.LOSS,
        y_range=(-3.0, 53.0),
        y_title="L",
        behind=behind,
        words=words,
    )
    figure["layout"] |= {
        "shapes": [_rule("h", curves.largest_loss, style.MUTED)],
        "annotations": [
            _note(
                f"−log c = {number(curves.largest_loss, 2)}",
                x=1,
                y=curves.largest_loss,
                xref="x domain",
                xanchor="right",
            )
        ],
    }
    return figure


def clipping_grad(curves: ClippingCurves, *, behind: float, words: dict[str, str]) -> Figure:
    """Both losses' derivatives by the true class's logit; marked: where clipping halves it."""
    figure = _clipping(
        curves,
        (curves.grad.tolist(), curves.clipped_grad.tolist()),
        colour=style.NEGATIVE,
        y_range=(-1.12, 0.12),
        y_title="∂L/∂oₜ",
        behind=behind,
        words=words,
    )
    figure["layout"] |= {
        "shapes": [_rule("v", curves.half_gap, style.MUTED)],
        "annotations": [
            _note(f" S = c: {number(curves.half_gap, 2)}", x=curves.half_gap, y=-0.8, xanchor="left")
        ],
    }
    return figure


def _clipping(
    curves: ClippingCurves,
    values: tuple[Sequence[float], Sequence[float]],
    *,
    colour: str,
    y_range: tuple[float, float],
    y_title: str,
    behind: float,
    words: dict[str, str],
) -> Figure:
    gaps = curves.gaps.tolist()
    x_range = (gaps[0], gaps[-1])
    figure = style.line(
        [(gaps, _rounded(values[0]), colour), (gaps, _rounded(values[1]), style.POSITIVE)],
        x_range=x_range,
        y_range=y_range,
        x_title=words["behind_axis"],
        y_title=y_title,
    )
    for trace, name, dash in zip(figure["data"], ("−log S", "−log(S + c)"), ("solid", "dash"), strict=True):
        trace |= {"name": name, "line": trace["line"] | {"dash": dash, "width": 2.5, "simplify": False}}
    figure["data"].append(_here(behind, x_range, y_range, words["here"]))
    layout = figure["layout"] | legend()
    layout["margin"] |= {"l": 50, "b": 40, "t": TOP}
    for axis in ("xaxis", "yaxis"):
        layout[axis]["title"]["standoff"] = 4
    layout["xaxis"] |= {"showline": True, "linecolor": style.MUTED}
    layout["yaxis"] |= {"zeroline": True, "zerolinecolor": style.MUTED}
    figure["layout"] = layout
    return figure


def _here(at: float, reach: tuple[float, float], heights: tuple[float, float], label: str) -> dict[str, Any]:
    """The vertical line at the current settings, named above the drawing, where nothing crosses the name.

    Beyond ``reach`` it stands at the edge, with its true place and an arrow to it. It is a trace and not a shape,
    since moving a trace is a fraction of the work of drawing the figure anew.
    """
    low, high = reach
    if at < low:
        name, side = f"← {label} ({_place(at)})", "top right"
    elif at > high:
        name, side = f"{label} ({_place(at)}) →", "top left"
    else:
        name, side = label, "top center"
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": [float(f"{min(max(at, low), high):.6g}")] * 2,
        "y": list(heights),
        "text": ["", name],
        "textposition": side,
        "textfont": {"size": 11, "color": style.MUTED},
        "line": {"color": style.INK, "width": 1, "dash": "dot"},
        "cliponaxis": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _place(at: float) -> str:
    """A place on an axis in as few digits as say it."""
    return number(at, 3 if abs(at) >= 1e5 else 0 if at.is_integer() or abs(at) >= 100 else 1)


def _rounded(values: Iterable[float]) -> list[float]:
    """Three digits are finer than a pixel of these drawings, and the message to the browser stays small."""
    return [float(f"{value:.3g}") for value in values]


def _rule(direction: str, at: float, colour: str) -> dict[str, object]:
    """A thin line across the whole drawing."""
    along, across = ("x", "y") if direction == "h" else ("y", "x")
    return {
        "type": "line",
        f"{along}ref": f"{along} domain",
        f"{along}0": 0,
        f"{along}1": 1,
        f"{across}0": at,
        f"{across}1": at,
        "line": {"color": colour, "width": 1, "dash": "dot"},
    }


def _note(text: str, **place: object) -> dict[str, object]:
    return {
        "text": text,
        "showarrow": False,
        "yanchor": "bottom",
        "font": {"size": 11, "color": style.MUTED},
        **place,
    }
