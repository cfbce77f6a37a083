"""The charts of the derivation as cards: what stands beside a step's formulas, and what of it the step lights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ce_viz.core.studies.derivation import MAX_ABS_INPUT, Derivation
from ce_viz.figures import quantities
from ce_viz.figures.style import Figure, indexed
from ce_viz.live import Chart, Editable
from ce_viz.pages.cards import LOGITS, bars_alternative, matrix_alternative
from ce_viz.pages.derivation import figures
from ce_viz.pages.visit import Visit

INDEXED_BY_OUTPUT = ("probs", "against", "exponentials", "probs_grad", "column")
"""Charts whose bars are outputs i."""

INDEXED_BY_LOGIT = ("logits", "logits_grad", "routes")
"""Charts whose bars are logits j."""

_INPUTS = Editable(-5.0, 5.0, typed_low=-MAX_ABS_INPUT, typed_high=MAX_ABS_INPUT)
_GRADIENT = "∂L/∂o_j"
_TERMS = "∂L/∂S_i · ∂S_i/∂o_j"


def logits(visit: Visit, proof: Derivation) -> Chart:
    """o, to take hold of."""
    return _logits(visit, proof, range(proof.explanation.num_classes))


def logit_j(visit: Visit, proof: Derivation) -> Chart:
    """o with o_j lit."""
    return _logits(visit, proof, {proof.j})


def _logits(visit: Visit, proof: Derivation, lit: Iterable[int]) -> Chart:
    explanation = proof.explanation
    figure = figures.lit_bars(quantities.logits(explanation, visit.names), set(lit))
    return Chart(
        name="logits",
        figure=figure,
        title=_text(visit, "logits"),
        formula="o",
        hint=_text(visit, "logits_hint"),
        alt=bars_alternative(visit.words, _text(visit, "logits"), visit.names, explanation.logits.tolist()),
        editable=LOGITS,
        labels=visit.slider_labels,
    )


def probs(visit: Visit, proof: Derivation) -> Chart:
    """S with S_i lit."""
    figure = figures.lit_bars(quantities.probs(proof.explanation, visit.names), {proof.i})
    formula = "S = softmax(o)" if proof.explanation.temperature == 1 else "S = softmax(o/T)"
    return _bars(visit, "probs", figure, formula, visit.names, proof.explanation.probs.tolist())


def exponentials(visit: Visit, proof: Derivation) -> Chart:
    """The terms of Z, and Z."""
    exponent = "o_k + c" if proof.shifted else "o_k"
    if proof.explanation.temperature != 1:
        exponent = f"({exponent})/T" if proof.shifted else f"{exponent}/T"
    values = [*proof.exponentials.tolist(), proof.total]
    figure = figures.exponentials(proof, visit.names)
    return _bars(visit, "exponentials", figure, f"e^{{{exponent}}}", [*visit.names, "Z"], values)


def jacobian_diagonal(visit: Visit, proof: Derivation) -> Chart:
    """The Jacobian with the cells of the case i = j lit."""
    return _jacobian(visit, proof, diagonal=True)


def jacobian_rest(visit: Visit, proof: Derivation) -> Chart:
    """The Jacobian with the cells of the case i ≠ j lit."""
    return _jacobian(visit, proof, diagonal=False)


def _jacobian(visit: Visit, proof: Derivation, *, diagonal: bool) -> Chart:
    figure = figures.lit_cells(
        quantities.jacobian(proof.explanation), lambda row, column: (row == column) == diagonal
    )
    figure = figures.framed(figure, row=proof.i, column=proof.j)
    hint = "jacobian_4_hint" if diagonal else "jacobian_5_hint"
    return _matrix(visit, "jacobian", figure, "∂S_i/∂o_j", proof.explanation.jacobian.tolist(), hint)


def jacobian_with_sums(visit: Visit, proof: Derivation) -> Chart:
    """The Jacobian and the sums of its rows, row i lit."""
    figure = figures.lit_cells(figures.jacobian_with_sums(proof), lambda row, _: row == proof.i)
    figure = figures.framed(figure, row=proof.i)
    entries, sums = proof.explanation.jacobian.tolist(), proof.jacobian_row_sums.tolist()
    rows = [[*row, total] for row, total in zip(entries, sums, strict=True)]
    return _matrix(visit, "jacobian", figure, "∂S_i/∂o_j", rows, "jacobian_6_hint")


def against(visit: Visit, proof: Derivation) -> Chart:
    """S and y of all classes."""
    return _against(visit, proof, range(proof.explanation.num_classes))


def against_j(visit: Visit, proof: Derivation) -> Chart:
    """S and y with class j lit."""
    return _against(visit, proof, {proof.j})


def _against(visit: Visit, proof: Derivation, lit: Iterable[int]) -> Chart:
    figure = figures.lit_bars(figures.probs_against_targets(proof.explanation, visit.names), set(lit))
    return _bars(visit, "against", figure, "S, y", visit.names, proof.explanation.probs.tolist())


def probs_grad(visit: Visit, proof: Derivation) -> Chart:
    """∂L/∂S with the classes lit that the label gives weight to."""
    explanation = proof.explanation
    weighted = set((explanation.targets > 0).nonzero()[0].tolist())
    figure = figures.lit_bars(quantities.probs_grad(explanation, visit.names), weighted)
    values = explanation.probs_grad.tolist()
    beyond = {
        k: figures.beyond_float64(explanation, k)
        for k, value in enumerate(values)
        if math.isinf(value) and math.isfinite(explanation.log_probs[k])
    }
    printed = figure["data"][0].get("text", [])
    figure["data"][0] |= {"text": [beyond.get(k, text) for k, text in enumerate(printed)]} if printed else {}
    chart = _bars(visit, "probs_grad", figure, "∂L/∂S_i = −y_i/S_i", visit.names, values)
    alt = chart.alt
    for text in beyond.values():
        alt = alt.replace("−∞", text, 1)
    return replace(chart, alt=alt)


def chain_rule(visit: Visit, proof: Derivation) -> Chart:
    """All terms and the sums of their columns, column j lit."""
    explanation, j = proof.explanation, proof.j
    figure = figures.lit_cells(quantities.chain_rule(explanation), lambda _, column: column == j)
    rows = [*explanation.chain_rule.tolist(), explanation.chain_rule_sum.tolist()]
    return _matrix(visit, "chain_rule", figures.framed(figure, column=j), _TERMS, rows)


def column(visit: Visit, proof: Derivation) -> Chart:
    """The terms of column j, and their sum."""
    explanation, j = proof.explanation, proof.j
    values = [*explanation.chain_rule[:, j].tolist(), explanation.chain_rule_sum[j].item()]
    return _bars(visit, "column", figures.column(proof, visit.names), _TERMS, [*visit.names, "Σ"], values)


def logits_grad(visit: Visit, proof: Derivation) -> Chart:
    """∂L/∂o with that of o_j lit."""
    figure = figures.lit_bars(quantities.logits_grad(proof.explanation, visit.names), {proof.j})
    values = proof.explanation.logits_grad.tolist()
    return _bars(visit, "logits_grad", figure, _GRADIENT, visit.names, values)


def inputs(visit: Visit, proof: Derivation) -> Chart:
    """x, to take hold of."""
    names = tuple(indexed("x", len(proof.inputs)))
    title, values = _text(visit, "inputs"), proof.inputs.tolist()
    return Chart(
        name="inputs",
        figure=figures.inputs(proof),
        title=title,
        formula="x",
        hint=_text(visit, "inputs_hint"),
        alt=bars_alternative(visit.words, title, names, values),
        editable=_INPUTS,
        labels=tuple(f"x {d + 1}" for d in range(len(values))),
    )


def weight_grad(visit: Visit, proof: Derivation) -> Chart:
    """∂L/∂W with row j lit."""
    figure = figures.lit_cells(figures.weight_grad(proof), lambda row, _: row == proof.j)
    rows = proof.weight_grad.tolist()
    return _matrix(visit, "weight_grad", figures.framed(figure, row=proof.j), "∂L/∂W", rows)


def routes(visit: Visit, proof: Derivation) -> Chart:
    """The gradient by the chain rule, by log-sum-exp and, where the loss is finite, as measured."""
    figure = figures.routes(proof.explanation, visit.names)
    values = proof.explanation.chain_rule_sum.tolist()
    chart = _bars(visit, "routes", figure, _GRADIENT, visit.names, values)
    if math.isfinite(proof.explanation.loss):
        return chart
    return replace(chart, hint=_text(visit, "routes_infinite_hint"))


def _bars(
    visit: Visit, name: str, figure: Figure, formula: str, names: Iterable[str], values: Sequence[float]
) -> Chart:
    title = _text(visit, name)
    alt = bars_alternative(visit.words, title, names, values)
    return Chart(name, figure, title, alt, formula, _text(visit, f"{name}_hint"))


def _matrix(
    visit: Visit, name: str, figure: Figure, formula: str, rows: Sequence[Sequence[float]], hint: str = ""
) -> Chart:
    title = _text(visit, name)
    alt = matrix_alternative(visit.words, title, rows)
    return Chart(name, figure, title, alt, formula, _text(visit, hint or f"{name}_hint"), kind="matrix")


def _text(visit: Visit, name: str) -> str:
    """What the page itself calls a chart, else what all pages do."""
    own = f"derivation.chart.{name}"
    return visit.words[own if own in visit.words else f"charts.{name}"]
