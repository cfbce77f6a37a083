"""The drawings of Numerics: what four formulas give, where they break, and what clipping does."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ce_viz.core.clipping import ClippingCurves
from ce_viz.core.explicit_chain import ExplicitChain
from ce_viz.core.precision import DTYPES, FORMULAS, GAP_RANGE, Comparison, GapSweep
from ce_viz.figures import style
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import number

BROKEN_LEVEL = 1e18
"""Height at which the error of a NaN or a wrong infinity is drawn, above every finite one."""

_LEAST_ERROR = 0.1
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Where curves lie on each other, thin dashes over a wide line still show that all are there.
_LINES = {
    "log_sum_exp": {"color": style.LOSS, "width": 5, "dash": "solid"},
    "shifted": {"color": style.TARGETS, "width": 2.5, "dash": "dash"},
    "naive": {"color": style.POSITIVE, "width": 2, "dash": "dot"},
    "ours": {"color": style.PROBS, "width": 3, "dash": "solid"},
}


def comparison(compared: Comparison, quantity: int, formulas: Sequence[str]) -> Figure:
    """Results and errors of one quantity, formulas by types: redder is fewer right digits, ink is broken."""
    values = compared.values[quantity].tolist()
    errors = compared.ulp_errors[quantity].tolist()
    texts = [
        [result_text(value, error) for value, error in zip(*row, strict=True)]
        for row in zip(values, errors, strict=True)
    ]
    broken = [[math.isinf(error) for error in row] for row in errors]
    return _table(compared.lost[quantity].tolist(), texts, broken, formulas, DTYPES)


def result_text(value: float, error: float) -> str:
    """A result and, below it, its error in ULP; a broken one stands alone."""
    shown = number(value, 4)
    return shown if math.isinf(error) else f"{shown}<br>{error_text(error)} ULP"


def error_text(error: float) -> str:
    """An error in ULP, to a tenth; a large one in as few digits as say its size."""
    if error < 0.05:
        return "0.0"
    return number(error, 1 if error < 1e4 else 0 if error < 1e5 else 3)


def breaks(first: Sequence[Sequence[float]], formulas: Sequence[str], never: str) -> Figure:
    """First breaking logit of one quantity: ``first[type][formula]``; the sooner, the darker."""
    rows = [[first[d][f] for d in range(len(DTYPES))] for f in range(len(formulas))]
    texts = [[never if math.isinf(x) else number(x, 2) for x in row] for row in rows]
    shade = [[0.0 if math.isinf(x) else 0.55 for x in row] for row in rows]
    return _table(shade, texts, [[False] * len(DTYPES) for _ in rows], formulas, DTYPES)


def _table(
    shade: Sequence[Sequence[float]],
    texts: Sequence[Sequence[str]],
    broken: Sequence[Sequence[bool]],
    row_names: Sequence[str],
    column_names: Sequence[str],
) -> Figure:
    figure = style.matrix(shade, row_names=row_names, column_names=column_names, limit=1.0)
    figure["data"][0] |= {"text": [list(row) for row in texts], "textfont": {"size": 12}}
    figure["layout"]["margin"] |= {"l": 82, "r": 4, "t": 24}
    _mark_broken(figure, broken, texts)
    return figure


def _mark_broken(figure: Figure, broken: Sequence[Sequence[bool]], texts: Sequence[Sequence[str]]) -> None:
    """Cells without a number have no place on the scale: they are ink, with what they hold written in."""
    if not any(any(row) for row in broken):
        return
    first = figure["data"][0]
    second = {**first, "zmin": 0.0, "zmax": 1.0, "colorscale": [[0, style.INK], [1, style.INK]]}
    first["z"] = _where(broken, None, first["z"])
    second["z"] = _where(broken, 1.0, None)
    if "text" in first:  # Plotly writes a cell's text even where it has no value
        first["text"] = _where(broken, "", first["text"])
        second["text"] = _where(broken, texts, "")
    figure["data"].append(second)


def _where(mask: Sequence[Sequence[bool]], yes: Any, no: Any) -> list[list[Any]]:
    """Cell by cell from ``yes`` or ``no``, each a table or one value for all cells."""

    def pick(source: Any, i: int, j: int) -> Any:
        return source[i][j] if isinstance(source, Sequence) and not isinstance(source, str) else source

    return [[pick(yes if bad else no, i, j) for j, bad in enumerate(row)] for i, row in enumerate(mask)]


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
        _note(words["none_left"], x=0.01, y=math.log10(2.0**bits), xref="x domain", xanchor="left"),
        _note(f"{words['overflow']} ", x=math.log10(overflow), y=0.62, yref="y domain", xanchor="right"),
    ]
    if GAP_RANGE[0] <= lead <= GAP_RANGE[1]:
        shapes.append(_rule("v", lead, style.INK))
        side = "left" if lead < 100 else "right"
        notes.append(_note(f" {words['here']} ", x=math.log10(lead), y=0.5, yref="y domain", xanchor=side))
    return {
        "data": curves,
        "layout": style.layout(
            left=56,
            right=16,
            bottom=40,
            top=4,
            **_legend(),
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
                range=[math.log10(_LEAST_ERROR), math.log10(BROKEN_LEVEL) + 0.8],
                tickvals=[*(10.0**power for power in powers), BROKEN_LEVEL],
                ticktext=[
                    "1",
                    *(f"10{str(power).translate(_SUPERSCRIPTS)}" for power in powers[1:]),
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


def _rounded(values: Iterable[float]) -> list[float]:
    """Three digits are finer than a pixel of these drawings, and the message to the browser stays small."""
    return [float(f"{value:.3g}") for value in values]


def _legend() -> dict[str, object]:
    return {
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.0,
            "yanchor": "bottom",
            "font": {"size": 11, "color": style.INK},
        },
    }


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


def chain_pull(chain: ExplicitChain) -> Figure:
    """−y_i/S_i as a column whose rows are those of the Jacobian beside it."""
    values = [[value] for value in chain.probs_grad.tolist()]
    return _signed(values, style.indexed("S", len(values)), [""], limit=_step(values, least=2.0))


def chain_jacobian(chain: ExplicitChain, temperature: float) -> Figure:
    """∂S_i/∂o_j as the type holds it."""
    rows = chain.jacobian.tolist()
    return _signed(
        rows, style.indexed("S", len(rows)), style.indexed("o", len(rows)), limit=0.25 / temperature
    )


def chain_product(chain: ExplicitChain, row_names: Sequence[str]) -> Figure:
    """The product multiplied out above the fused gradient."""
    rows = [chain.explicit.tolist(), chain.fused.tolist()]
    figure = _signed(rows, row_names, style.indexed("o", len(rows[0])), limit=_step(rows, least=1.0))
    figure["layout"]["margin"]["l"] = 82
    return figure


def _step(rows: Sequence[Sequence[float]], *, least: float) -> float:
    return style.step_above(
        max([least, *(abs(value) for row in rows for value in row if math.isfinite(value))])
    )


def _signed(
    rows: Sequence[Sequence[float]], row_names: Sequence[str], column_names: Sequence[str], *, limit: float
) -> Figure:
    figure = style.matrix(rows, row_names=row_names, column_names=column_names, limit=limit)
    count = max(len(rows), len(column_names))
    if (
        count > style.NUMBERS_UP_TO
    ):  # `matrix` looks at the columns alone, and here a single one has many rows
        for key in ("text", "texttemplate", "textfont", "xgap", "ygap"):
            figure["data"][0].pop(key, None)
        every = math.ceil(len(rows) / style.NUMBERS_UP_TO)
        at = list(range(0, len(rows), every))
        figure["layout"]["yaxis"] |= {"tickvals": at, "ticktext": [row_names[k] for k in at]}
    broken = [[not math.isfinite(value) for value in row] for row in rows]
    _mark_broken(figure, broken, [[number(value) for value in row] for row in rows])
    return figure


def clipping_loss(curves: ClippingCurves, *, behind: float, words: dict[str, str]) -> Figure:
    """The loss and the clipped loss against how far the true class is behind; the cap as a thin line."""
    figure = _clipping(
        curves, (curves.loss.tolist(), curves.clipped_loss.tolist()), style.LOSS, behind, words
    )
    figure["layout"]["yaxis"] |= {"range": [-3.0, 53.0], "title": {"text": "L", "standoff": 4}}
    figure["layout"]["shapes"].append(_rule("h", curves.largest_loss, style.MUTED))
    figure["layout"]["annotations"].append(
        _note(
            f"−log c = {number(curves.largest_loss, 2)}",
            x=1,
            y=curves.largest_loss,
            xref="x domain",
            xanchor="right",
        )
    )
    return figure


def clipping_grad(curves: ClippingCurves, *, behind: float, words: dict[str, str]) -> Figure:
    """Both losses' derivatives by the true class's logit; marked: where clipping halves it."""
    figure = _clipping(
        curves, (curves.grad.tolist(), curves.clipped_grad.tolist()), style.NEGATIVE, behind, words
    )
    figure["layout"]["yaxis"] |= {"range": [-1.12, 0.12], "title": {"text": "∂L/∂oₜ", "standoff": 4}}
    figure["layout"]["shapes"].append(_rule("v", curves.half_gap, style.MUTED))
    figure["layout"]["annotations"].append(
        _note(f" S = c: {number(curves.half_gap, 2)}", x=curves.half_gap, y=-0.5, xanchor="left")
    )
    return figure


def _clipping(
    curves: ClippingCurves,
    values: tuple[Sequence[float], Sequence[float]],
    colour: str,
    behind: float,
    words: dict[str, str],
) -> Figure:
    gaps = curves.gaps.tolist()
    low, high = gaps[0], gaps[-1]
    figure = style.line(
        [(gaps, _rounded(values[0]), colour), (gaps, _rounded(values[1]), style.POSITIVE)],
        x_range=(low, high),
        x_title=words["behind_axis"],
        y_title=" ",
    )
    for trace, name, dash in zip(figure["data"], ("−log S", "−log(S + c)"), ("solid", "dash"), strict=True):
        trace |= {"name": name, "line": trace["line"] | {"dash": dash, "width": 2.5}}
    layout = figure["layout"]
    layout |= _legend() | {"shapes": [], "annotations": []}
    layout["margin"] |= {"l": 50, "b": 40}
    layout["xaxis"]["title"]["standoff"] = 4
    layout["xaxis"] |= {"showline": True, "linecolor": style.MUTED}
    layout["yaxis"] |= {"zeroline": True, "zerolinecolor": style.MUTED}
    if low <= behind <= high:
        layout["shapes"].append(_rule("v", behind, style.INK))
        layout["annotations"].append(
            _note(f" {words['here']} ", x=behind, y=0.8, yref="y domain", xanchor="left")
        )
    return figure
