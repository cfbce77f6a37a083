"""Which charts stand beside each step of the derivation, and what of them is lit."""

from __future__ import annotations

from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.core.studies.derivation import Derivation
from ce_viz.figures import quantities as explore
from ce_viz.figures.style import Figure, bar_values
from ce_viz.live import Chart, Editable
from ce_viz.pages.derivation import figures
from ce_viz.pages.derivation.formulas import cell
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import number

_LOGITS = Editable(-10.0, 10.0, typed_low=-MAX_ABS_LOGIT, typed_high=MAX_ABS_LOGIT)
_INPUTS = Editable(-5.0, 5.0, typed_low=-100.0, typed_high=100.0)
BESIDE = {
    1: (),
    2: ("probs",),
    3: ("probs", "exponentials"),
    4: ("probs", "jacobian"),
    5: ("probs", "jacobian"),
    6: ("probs", "jacobian"),
    7: ("against", "probs_grad"),
    8: ("against", "chain_rule"),
    9: ("against", "column"),
    10: ("against", "logits_grad"),
    11: ("inputs", "weight_grad"),
    12: ("against", "routes"),
}
"""The charts after the logits at each step, the one that its line speaks of last."""

_FORMULAS = {
    "logits": "o",
    "probs": "S = softmax(o)",
    "exponentials": "e^{o_k}",
    "jacobian": "∂S_i/∂o_j",
    "against": "S, y",
    "probs_grad": "∂L/∂S_i = −y_i/S_i",
    "chain_rule": "∂L/∂S_i · ∂S_i/∂o_j",
    "column": "∂L/∂S_i · ∂S_i/∂o_j",
    "logits_grad": "∂L/∂o_j",
    "inputs": "x",
    "weight_grad": "∂L/∂W",
    "routes": "∂L/∂o_j",
}
_WITH_TEMPERATURE = {"probs": "S = softmax(o/T)", "exponentials": "e^{o_k/T}"}
_SHIFTED = {"exponentials": "e^{o_k + c}"}
_SHIFTED_WITH_TEMPERATURE = {"exponentials": "e^{(o_k + c)/T}"}
_MATRICES = {"jacobian", "chain_rule", "weight_grad"}
_OF_OUTPUTS = {"probs", "against", "exponentials", "probs_grad", "column"}  # a bar there is an output i


def charts(visit: Visit, proof: Derivation, step: int) -> list[Chart]:
    """The cards of a step: the logits to take hold of, and what follows from them."""
    beside = BESIDE[step]
    drawn = _figures(visit, proof, step)
    cards = []
    for position, name in enumerate(("logits", *beside)):
        figure = drawn[name]
        title = _title(visit, name)
        cards.append(
            Chart(
                name=name,
                figure=figure,
                title=title,
                formula=_formula(proof, name),
                hint=visit.words[_hint(name, step)],
                alt=_alternative(visit, title, figure),
                span=1 if len(beside) == 2 and position < 2 else 2,
                kind="matrix" if name in _MATRICES else "bars",
                editable={"logits": _LOGITS, "inputs": _INPUTS}.get(name),
                labels=_slider_labels(visit, proof, name),
            )
        )
    return cards


def picked(chart: str, i: int, j: int, shown: tuple[int, int]) -> tuple[int, int]:
    """The cell (i, j) after bar i = j or cell (i, j) of a chart was pointed out, ``shown`` before."""
    if chart == "weight_grad":
        return shown[0], i
    if chart in {"jacobian", "chain_rule"}:
        return i, j
    if chart == "inputs":
        return shown
    return (i, shown[1]) if chart in _OF_OUTPUTS else (shown[0], j)


def _figures(visit: Visit, proof: Derivation, step: int) -> dict[str, Figure]:
    """The figures of a step by name, lit."""
    explanation, names = visit.explanation, visit.names
    everything = range(explanation.num_classes)
    i, j = cell(step, proof)
    wanted = [k for k in everything if explanation.targets[k] > 0]
    drawn = {
        "logits": lambda: figures.lit_bars(
            explore.logits(explanation, names), everything if step in (1, 2, 12) else {j}
        ),
        "probs": lambda: figures.lit_bars(explore.probs(explanation, names), {i}),
        "exponentials": lambda: figures.exponentials(proof, names),
        "jacobian": lambda: _jacobian(proof, step),
        "against": lambda: figures.lit_bars(
            figures.probs_against_targets(explanation, names), {j} if step in (8, 9, 10) else everything
        ),
        "probs_grad": lambda: figures.lit_bars(explore.probs_grad(explanation, names), wanted),
        "chain_rule": lambda: figures.framed(
            figures.lit_cells(explore.chain_rule(explanation), lambda _, column: column == j), column=j
        ),
        "column": lambda: figures.column(proof, names),
        "logits_grad": lambda: figures.lit_bars(explore.logits_grad(explanation, names), {j}),
        "inputs": lambda: figures.inputs(proof),
        "weight_grad": lambda: figures.framed(
            figures.lit_cells(figures.weight_grad(proof), lambda row, _: row == j), row=j
        ),
        "routes": lambda: figures.routes(explanation, names),
    }
    return {name: drawn[name]() for name in ("logits", *BESIDE[step])}


def _jacobian(proof: Derivation, step: int) -> Figure:
    i, j = cell(step, proof)
    if step == 6:
        figure = figures.lit_cells(figures.jacobian_with_sums(proof), lambda row, _: row == i)
        return figures.framed(figure, row=i)
    diagonal = step == 4
    figure = figures.lit_cells(
        explore.jacobian(proof.explanation), lambda row, column: (row == column) == diagonal
    )
    return figures.framed(figure, row=i, column=j)


def _title(visit: Visit, name: str) -> str:
    key = f"derivation.chart.{name}"
    return visit.words[key] if key in visit.words else visit.words[f"charts.{name}"]


def _hint(name: str, step: int) -> str:
    if name == "jacobian":
        return f"derivation.chart.jacobian_{step}_hint"
    if name in {"logits", "probs", "logits_grad"}:
        return f"charts.{name}_hint"
    return f"derivation.chart.{name}_hint"


def _formula(proof: Derivation, name: str) -> str:
    scaled = proof.explanation.temperature != 1
    special = _WITH_TEMPERATURE if scaled else {}
    if proof.shifted:
        special = special | (_SHIFTED_WITH_TEMPERATURE if scaled else _SHIFTED)
    return special.get(name, _FORMULAS[name])


def _alternative(visit: Visit, title: str, figure: Figure) -> str:
    trace = figure["data"][0]
    if trace["type"] == "heatmap":
        values = [value for row in trace["z"] for value in row if value is not None]
        return visit.words.fill(
            "charts.matrix_readout",
            title=title,
            rows=len(trace["z"]),
            columns=len(trace["z"][0]),
            largest=number(max(values)),
            smallest=number(min(values)),
        )
    labels, values = figure["layout"]["xaxis"]["ticktext"], bar_values(figure)
    named = zip(labels if len(labels) == len(values) else range(1, 13), values, strict=False)
    shown = [f"{label} {number(value)}" for label, value in list(named)[:12]]
    return visit.words.fill("charts.bars_readout", title=title, values=", ".join(shown))


def _slider_labels(visit: Visit, proof: Derivation, name: str) -> tuple[str, ...]:
    if name == "inputs":
        return tuple(f"x {d + 1}" for d in range(len(proof.inputs)))
    if name != "logits":
        return ()
    return tuple(
        visit.words.fill("charts.slider_logits_readout", k=k + 1, name=label)
        for k, label in enumerate(visit.names)
    )
