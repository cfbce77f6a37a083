"""Formulas as LaTeX with the current numbers in them; classes count from 1."""

from __future__ import annotations

from ce_viz.core import Explanation
from ce_viz.strings.numbers import latex


def jacobian_cell(explanation: Explanation, i: int, j: int) -> list[str]:
    """The quotient rule at cell (i, j), from 0: symbols, then the same with numbers."""
    row, column = i + 1, j + 1
    scaled = explanation.temperature != 1
    front = r"\frac{1}{T}\cdot" if scaled else ""
    front_number = rf"\frac{{1}}{{{latex(explanation.temperature, 2)}}}\cdot" if scaled else ""
    o_i, o_j = rf"e^{{o_{{{row}}}}}", rf"e^{{o_{{{column}}}}}"
    if scaled:
        o_i, o_j = rf"e^{{o_{{{row}}}/T}}", rf"e^{{o_{{{column}}}/T}}"
    value = latex(explanation.jacobian[i, j])
    probs_i, probs_j = latex(explanation.probs[i]), latex(explanation.probs[j])
    derivative = rf"\frac{{\partial S_{{{row}}}}}{{\partial o_{{{column}}}}}"
    if i == j:
        return [
            rf"{derivative} = {front}\frac{{{o_i} Z - {o_i} {o_i}}}{{Z^2}} = {front} S_{{{row}}}(1 - S_{{{row}}})",
            rf"= {front_number}{probs_i}\cdot(1 - {probs_i}) = \mathbf{{{value}}}",
        ]
    return [
        rf"{derivative} = {front}\frac{{0\cdot Z - {o_i} {o_j}}}{{Z^2}} = -{front} S_{{{row}}} S_{{{column}}}",
        rf"= -{front_number}{probs_i}\cdot{probs_j} = \mathbf{{{value}}}",
    ]


def column_sum(explanation: Explanation, j: int) -> str:
    """What column j of the terms adds up to, from 0: ∂L/∂o_j = −y_j + S_j Σy, over T."""
    column = j + 1
    targets_sum = explanation.targets_sum
    symbols = rf"-y_{{{column}}} + S_{{{column}}}\textstyle\sum y"
    probs_j, target_j = latex(explanation.probs[j]), latex(explanation.targets[j])
    numbers = rf"-{target_j} + {probs_j}\cdot{latex(targets_sum)}"
    if explanation.temperature != 1:
        symbols = rf"\frac{{1}}{{T}}\left({symbols}\right)"
        numbers = rf"\frac{{1}}{{{latex(explanation.temperature, 2)}}}\left({numbers}\right)"
    return (
        rf"\begin{{aligned}}\frac{{\partial L}}{{\partial o_{{{column}}}}} &= {symbols}\\"
        rf"&= {numbers} = \mathbf{{{latex(explanation.logits_grad[j])}}}\end{{aligned}}"
    )
