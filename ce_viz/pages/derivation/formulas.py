"""Steps 1 to 6 of the proof with the current numbers, as LaTeX: softmax and its Jacobian; classes count from 1.

The results of a step are bold; a test reads them back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import SupportsFloat

from ce_viz.core.studies.derivation import Derivation
from ce_viz.pages.derivation.pieces import (
    DIGITS_APART,
    FEW,
    MOST_DIGITS,
    output_by_logit,
    over_temperature,
    power,
    rate,
    result,
)
from ce_viz.pages.derivation.symbols import Letters
from ce_viz.pages.latex_pieces import (
    Values,
    aligned,
    bold,
    computed,
    enough,
    entry,
    factor,
    gathered,
    given,
    matrix,
    plus,
    relation,
    shown,
    sign,
    vector,
    with_dots,
)
from ce_viz.strings.numbers import parse, shows

_VISIBLE = 5e-4  # what three decimals can show


def logits(proof: Derivation, _: Letters) -> str:
    """o and its sum."""
    values = [given(logit) for logit in proof.explanation.logits]
    equals = relation(*proof.explanation.logits, proof.logits_sum)
    return aligned(
        f"o &{relation(*proof.explanation.logits)} {vector(values)}",
        rf"\textstyle\sum_k o_k &{equals} {bold(given(proof.logits_sum))}",
    )


def softmax(proof: Derivation, _: Letters) -> str:
    """S_i from the exponentials, with and without the shift."""
    i, prob = proof.i, proof.explanation.probs[proof.i]

    def lines(front: str, exponents: Values, powers: Values, total: float) -> list[str]:
        more = _digits_of_exponents(exponents, i, prob)
        terms = plus([power(exponent, more) for exponent in exponents])
        line = enough(prob, lambda u, v: u / v, (computed, powers[i]), (computed, total))
        above, below = line.texts
        equals = sign(*((given(exponent, more), exponent) for exponent in exponents))
        return [
            rf"{front} S_{{{i + 1}}} &{equals} \frac{{{power(exponents[i], more)}}}{{{terms}}}",
            rf"&{line.before} \frac{{{above}}}{{{below}}} {line.after} {result(prob)}",
        ]

    plain, moved = [], rf"c = {given(proof.shift)}:\quad"
    if not proof.shifted:
        plain = lines("", proof.exponents.tolist(), proof.exponentials.tolist(), proof.total)
    exponents, powers = proof.shifted_exponents.tolist(), proof.shifted_exponentials.tolist()
    return aligned(*plain, *lines(moved, exponents, powers, proof.shifted_total))


def _digits_of_exponents(exponents: Values, i: int, prob: SupportsFloat) -> int:
    """How many more digits the exponents need to give S_i; none where not all of them are printed."""
    if len(exponents) > FEW:
        return 0

    def formula(*shown: float) -> float:
        return math.exp(shown[i]) / math.fsum(map(math.exp, shown))

    for more in range(MOST_DIGITS + 1):
        if shows(computed(prob), formula(*(parse(given(exponent, more)) for exponent in exponents))):
            return more
    return 0


def quotient_rule(proof: Derivation, _: Letters) -> str:
    """u, v, their derivatives and the quotient."""
    i, j = proof.i, proof.j
    value, slope = proof.explanation.jacobian[i, j], proof.numerator_slope if i == j else 0.0
    line = enough(
        value,
        lambda u, v, du, dv: (du * v - u * dv) / v**2,
        (computed, proof.exponentials[i]),
        (computed, proof.total),
        (computed, slope),
        (computed, proof.denominator_slope),
        most=DIGITS_APART,
    )
    if not line.fits and i == j:
        return _quotient_rule_apart(proof)
    u, v, du, dv = line.texts
    parts = _quotients_parts(proof, line.texts)
    below = rf"{{{factor(v)}^2}}"
    quotient = rf"\frac{{{factor(du)} \cdot {factor(v)} - {factor(u)} \cdot {factor(dv)}}}{below}"
    answer = aligned(
        rf"{output_by_logit(i, j)} &{line.before} {quotient}",
        rf"&{line.after} {result(value)}",
    )
    return gathered(aligned(*parts), answer)


def _quotient_rule_apart(proof: Derivation) -> str:
    """Where u and v are so near each other that their digits would not tell: ``u' = v'``, and v − u has its own."""
    j = proof.j
    value, others = proof.explanation.jacobian[j, j], proof.complements[j] * proof.total
    line = enough(
        value,
        lambda du, rest, v: du * rest / v**2,
        (computed, proof.numerator_slope),
        (computed, others),
        (computed, proof.total),
        most=DIGITS_APART,
    )
    (du, rest, v), (_, factor_of_rest, factor_of_v) = line.texts, line.factors
    parts = _quotients_parts(proof, (computed(proof.exponentials[j]), v, du, du))
    answer = aligned(
        rf"{output_by_logit(j, j)} &= \frac{{u' \cdot (v - u)}}{{v^2}}",
        rf"&\approx \frac{{{factor(du)} \cdot {factor_of_rest}}}{{{factor_of_v}^2}}",
        rf"&\approx {result(value)}",
    )
    return gathered(aligned(*parts, rf"& & v - u &\approx {rest}"), answer)


def _quotients_parts(proof: Derivation, texts: Sequence[str]) -> tuple[str, str]:
    """u, v, u' and v' with their values."""
    u, v, du, dv = texts
    i, largest = proof.i, int(proof.exponentials.argmax())
    # A small summand may be lost in the sum of float64, which then looks exact.
    is_whole = proof.total - proof.exponentials[largest] == proof.complements[largest] * proof.total
    total_is = sign((v, proof.total)) if is_whole else r"\approx"
    slope = proof.numerator_slope if i == proof.j else 0.0
    exponent = enough(
        proof.exponentials[i], math.exp, (given, proof.exponents[i]), most=DIGITS_APART, printed=u
    )
    return (
        rf"u &{exponent.before} e^{{{exponent.texts[0]}}} {exponent.after} {u}, & v &{total_is} {v}",
        rf"u' &{sign((du, slope))} {du}, & v' &{sign((dv, proof.denominator_slope))} {dv}",
    )


def same_index(proof: Derivation, _: Letters) -> str:
    """∂S_j/∂o_j."""
    j, value = proof.j, proof.explanation.jacobian[proof.j, proof.j]
    prob, complement = proof.explanation.probs[j], proof.complements[j]
    lines = []
    if min(prob, complement) > _VISIBLE:
        line = enough(
            value,
            over_temperature(proof, lambda u, v: (u * v - u * u) / v**2),
            (computed, proof.exponentials[j]),
            (computed, proof.total),
        )
        u, v = line.factors
        lines.append(rf"{line.before} {rate(proof)}\frac{{{u} \cdot {v} - {u} \cdot {u}}}{{{v}^2}}")
    line = enough(
        value, over_temperature(proof, lambda s, rest: s * rest), (computed, prob), (computed, complement)
    )
    own, rest = line.factors
    lines.append(rf"{line.before} {rate(proof)}{own} \cdot {rest} {line.after} {result(value)}")
    return aligned(f"{output_by_logit(j, j)} &{lines[0]}", *(f"&{line}" for line in lines[1:]))


def other_index(proof: Derivation, _: Letters) -> str:
    """∂S_i/∂o_j."""
    i, j = proof.i, proof.j
    value, probs = proof.explanation.jacobian[i, j], proof.explanation.probs
    quotient = enough(
        value,
        over_temperature(proof, lambda u, other, v: -u * other / v**2),
        (computed, proof.exponentials[i]),
        (computed, proof.exponentials[j]),
        (computed, proof.total),
    )
    own, other, total = quotient.factors
    line = enough(
        value,
        over_temperature(proof, lambda s, other: -s * other),
        (computed, probs[i]),
        (computed, probs[j]),
    )
    first, second = line.factors
    product = rf"-{rate(proof)}{first} \cdot {second}" if value else rf"{rate(proof)}{first} \cdot {second}"
    return aligned(
        rf"{output_by_logit(i, j)} &{quotient.before} {rate(proof)}\frac{{0 - {own} \cdot {other}}}{{{total}^2}}",
        rf"&{line.before} {product} {line.after} {result(value)}",
    )


def jacobian(proof: Derivation, _: Letters) -> str:
    """diag(S) − S Sᵀ, and the sum of row i."""
    explanation, i = proof.explanation, proof.i
    seen, more = shown(explanation.num_classes), _digits_of_jacobian(proof)
    diagonal = [
        [entry(explanation.probs[row], more) if row == column else "0" for column in seen] for row in seen
    ]
    outer = [[entry(proof.probs_outer[row, column], more) for column in seen] for row in seen]
    entries = [[entry(explanation.jacobian[row, column]) for column in seen] for row in seen]
    own = [entry(value) for value in explanation.jacobian[i]]
    difference = rf"{matrix(diagonal)} \\ &\quad - {matrix(outer)}"
    if rate(proof):
        difference = rf"{rate(proof)}\Biggl( {matrix(diagonal)} \\ &\quad - {matrix(outer)} \Biggr)"
    row = sign(*zip(own, explanation.jacobian[i], strict=True))
    return aligned(
        rf"J &\approx {difference}",
        rf"&\approx {matrix(entries)}",
        rf"\textstyle\sum_j J_{{{i + 1}j}} &{row} {plus(own)} {row} {bold(given(proof.jacobian_row_sums[i]))}",
    )


def _digits_of_jacobian(proof: Derivation) -> int:
    """How many more digits S and S Sᵀ need for their difference to be the Jacobian as it is printed."""
    explanation = proof.explanation
    seen = [int(k) for k in with_dots([str(k) for k in range(explanation.num_classes)], "0", FEW)]
    scaled = over_temperature(proof, lambda prob, product: prob - product)

    def fits(row: int, column: int, more: int) -> bool:
        prob = entry(explanation.probs[row], more) if row == column else "0"
        value = scaled(parse(prob), parse(entry(proof.probs_outer[row, column], more)))
        return shows(entry(explanation.jacobian[row, column]), value)

    for more in range(MOST_DIGITS + 1):
        if all(fits(row, column, more) for row in seen for column in seen):
            return more
    return 0
