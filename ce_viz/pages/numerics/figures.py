"""The tables of Numerics: what four formulas give, where they break, and the chain rule multiplied out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ce_viz.core.studies.explicit_chain import ExplicitChain
from ce_viz.core.studies.precision import DTYPES, Comparison
from ce_viz.figures import style
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import number

_MOST = 1e300  # end of a colour scale: the difference of both ends must be a number too
_SMALL = '<span style="font-size:0.85em">'


def comparison(compared: Comparison, quantity: int, formulas: Sequence[str]) -> Figure:
    """Results and errors of one quantity, formulas by types: redder is fewer right digits, ink is broken."""
    values = compared.values[quantity].tolist()
    errors = compared.ulp_errors[quantity].tolist()
    texts = [
        [result_text(value, error) for value, error in zip(*row, strict=True)]
        for row in zip(values, errors, strict=True)
    ]
    broken = [[math.isinf(error) for error in row] for row in errors]
    figure = _table(compared.lost[quantity].tolist(), texts, broken, formulas, DTYPES)
    # Two lines to a cell, most of them on no colour: without rules no one sees which error is whose.
    figure["layout"]["shapes"] = [_under_row(row) for row in range(len(formulas) - 1)]
    return figure


def _under_row(row: int) -> dict[str, object]:
    """A thin line across the whole table, row names included."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": -0.2,
        "x1": 1,
        "y0": row + 0.5,
        "y1": row + 0.5,
        "line": {"color": style.MUTED, "width": 0.5},
    }


def result_text(value: float, error: float) -> str:
    """A result and, smaller below it, its error in ULP; a broken one stands alone."""
    shown = number(value, 4)
    return shown if math.isinf(error) else f"{shown}<br>{_SMALL}{error_text(error)} ULP</span>"


def error_text(error: float) -> str:
    """An error in ULP, to a tenth; a large one in as few digits as say its size."""
    if error < 0.05:
        return "0.0"
    return number(error, 1 if error < 1e4 else 0 if error < 1e5 else 3)


def break_text(logit: float, never: str) -> str:
    """The first breaking logit as its cell prints it; ``never`` where there is none."""
    return never if math.isinf(logit) else number(logit, 2)


def breaks(
    first: Sequence[Sequence[float]], texts: Sequence[Sequence[str]], formulas: Sequence[str]
) -> Figure:
    """First breaking logits of one quantity, formulas by types, as ``texts`` print them; shaded where there is one."""
    shade = [[0.0 if math.isinf(logit) else 0.55 for logit in row] for row in first]
    return _table(shade, texts, [[False] * len(DTYPES) for _ in first], formulas, DTYPES)


def _table(
    shade: Sequence[Sequence[float]],
    texts: Sequence[Sequence[str]],
    broken: Sequence[Sequence[bool]],
    row_names: Sequence[str],
    column_names: Sequence[str],
) -> Figure:
    figure = style.matrix(shade, row_names=row_names, column_names=column_names, limit=1.0)
    figure["data"][0] |= {"text": [list(row) for row in texts], "textfont": {"size": 12, "color": style.INK}}
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
    if "text" in first:
        second["textfont"] = {**first["textfont"], "color": style.CARD}
        # Plotly writes a cell's text even where it has no value.
        first["text"] = _where(broken, "", first["text"])
        second["text"] = _where(broken, texts, "")
    figure["data"].append(second)


def _where(mask: Sequence[Sequence[bool]], yes: Any, no: Any) -> list[list[Any]]:
    """Cell by cell from ``yes`` or ``no``, each a table or one value for all cells."""

    def pick(source: Any, i: int, j: int) -> Any:
        return source[i][j] if isinstance(source, Sequence) and not isinstance(source, str) else source

    return [[pick(yes if bad else no, i, j) for j, bad in enumerate(row)] for i, row in enumerate(mask)]


def chain_pull(chain: ExplicitChain) -> Figure:
    """−y_i/S_i as a column whose rows are those of the Jacobian beside it."""
    values = [[value] for value in chain.probs_grad.tolist()]
    figure = _signed(values, style.indexed("S", len(values)), [""], limit=_step(values, least=2.0))
    figure["layout"]["xaxis"] |= {"tickvals": [], "ticktext": []}  # the column has no name
    return figure


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
    largest = max([least, *(abs(value) for row in rows for value in row if math.isfinite(value))])
    return min(style.step_above(largest), _MOST)


def _signed(
    rows: Sequence[Sequence[float]], row_names: Sequence[str], column_names: Sequence[str], *, limit: float
) -> Figure:
    figure = style.matrix(rows, row_names=row_names, column_names=column_names, limit=limit)
    broken = [[not math.isfinite(value) for value in row] for row in rows]
    _mark_broken(figure, broken, [[number(value) for value in row] for row in rows])
    return figure
