"""Formulas as LaTeX with the current numbers in them; classes count from 1."""

from __future__ import annotations

from ce_viz.core import Explanation
from ce_viz.pages.latex_pieces import aligned, all_but, bold, computed, derivative, enough, error, given


def jacobian_cell(explanation: Explanation, i: int, j: int) -> list[str]:
    """The quotient rule at cell (i, j), from 0: symbols, then the same with numbers."""
    row, column, temperature = i + 1, j + 1, explanation.temperature
    scaled = temperature != 1
    front = r"\frac{1}{T}\cdot" if scaled else ""
    over = rf"\frac{{1}}{{{given(temperature)}}}\cdot" if scaled else ""
    o_i, o_j = (rf"e^{{o_{{{k}}}/T}}" if scaled else rf"e^{{o_{{{k}}}}}" for k in (row, column))
    value, slope = explanation.jacobian[i, j], derivative(f"S_{{{row}}}", f"o_{{{column}}}")
    side = 1 if i == j else -1
    line = enough(
        value,
        lambda prob, other: side * prob * other / temperature,
        (computed, explanation.probs[i]),
        (computed, all_but(explanation.probs.tolist(), i) if i == j else explanation.probs[j]),
    )
    prob, other = line.factors
    minus = "-" if i != j and value else ""
    numbers = rf"{line.before} {minus}{over}{prob}\cdot{other} {line.after} {bold(computed(value))}"
    quotient = (
        rf"\frac{{{o_i} Z - {o_i} {o_i}}}{{Z^2}}" if i == j else rf"\frac{{0\cdot Z - {o_i} {o_j}}}{{Z^2}}"
    )
    product = rf"{front} S_{{{row}}}(1 - S_{{{row}}})" if i == j else rf"-{front} S_{{{row}}} S_{{{column}}}"
    return [rf"{slope} = {front}{quotient} = {product}", numbers]


def column_sum(explanation: Explanation, j: int) -> str:
    """What column j of the terms adds up to, from 0: ∂L/∂o_j = −y_j + S_j Σy, over T."""
    column, value = j + 1, explanation.logits_grad[j]
    line = error(
        value,
        explanation.probs.tolist(),
        explanation.targets.tolist(),
        j,
        temperature=explanation.temperature,
    )
    symbols, numbers = rf"S_{{{column}}}\textstyle\sum y - y_{{{column}}}", line.texts[0]
    if explanation.temperature != 1:
        symbols = rf"\frac{{1}}{{T}}\left({symbols}\right)"
        numbers = rf"\frac{{1}}{{{given(explanation.temperature)}}}\cdot\left({numbers}\right)"
    return aligned(
        rf"{derivative('L', f'o_{{{column}}}')} &= {symbols}",
        rf"&{line.before} {numbers} {line.after} {bold(computed(value))}",
    )
