"""The twelve steps of the proof with the current numbers, as LaTeX; classes count from 1.

The results of a step are bold; a test reads them back.
"""

from __future__ import annotations

import math
from typing import SupportsFloat

from ce_viz.core.studies.derivation import Derivation
from ce_viz.pages.derivation.symbols import Letters
from ce_viz.pages.latex_pieces import (
    Values,
    aligned,
    bold,
    computed,
    derivative,
    entry,
    factor,
    gathered,
    given,
    matrix,
    plus,
    relation,
    vector,
    with_dots,
)

_FEW = 4  # classes whose terms are all written out
_LARGEST_PULL = 1e4  # a greater -y/S is only written where it is the point
_VISIBLE = 5e-4  # what three decimals can show


def _result(value: SupportsFloat) -> str:
    return bold(computed(value))


def _equals(value: SupportsFloat) -> str:
    """The sign before a result that was worked out with rounded numbers: 0 only comes from a factor 0."""
    return r"\approx" if float(value) else "="


def _rate(proof: Derivation) -> str:
    """The factor 1/T as a number, where T is not 1."""
    temperature = proof.explanation.temperature
    return "" if temperature == 1 else rf"\tfrac{{1}}{{{given(temperature)}}} \cdot "


def _scaled(proof: Derivation, inside: str) -> str:
    rate = _rate(proof)
    return rf"{rate}\left({inside}\right)" if rate else inside


def _answer(i: int, j: int) -> str:
    return derivative(f"S_{{{i + 1}}}", f"o_{{{j + 1}}}")


def _gradient(j: int) -> str:
    return derivative("L", f"o_{{{j + 1}}}")


def _power(exponent: SupportsFloat) -> str:
    return f"e^{{{given(exponent)}}}"


def logits(proof: Derivation, _: Letters) -> str:
    """o and its sum."""
    values = [given(logit) for logit in proof.explanation.logits]
    return aligned(f"o &= {vector(values)}", rf"\textstyle\sum_k o_k &= {bold(given(proof.logits_sum))}")


def softmax(proof: Derivation, _: Letters) -> str:
    """S_i from the exponentials, with and without the shift."""
    i, value = proof.i, _result(proof.explanation.probs[proof.i])

    def lines(front: str, exponents: Values, powers: Values, total: float) -> list[str]:
        terms = plus([_power(exponent) for exponent in exponents])
        return [
            rf"{front} S_{{{i + 1}}} &= \frac{{{_power(exponents[i])}}}{{{terms}}}",
            rf"&\approx \frac{{{computed(powers[i])}}}{{{computed(total)}}} \approx {value}",
        ]

    plain, moved = [], rf"c = {given(proof.shift)}:\quad"
    if not proof.shifted:
        plain = lines("", proof.exponents.tolist(), proof.exponentials.tolist(), proof.total)
    exponents, powers = proof.shifted_exponents.tolist(), proof.shifted_exponentials.tolist()
    return aligned(*plain, *lines(moved, exponents, powers, proof.shifted_total))


def quotient_rule(proof: Derivation, _: Letters) -> str:
    """u, v, their derivatives and the quotient."""
    i, j = proof.i, proof.j
    u, v = computed(proof.exponentials[i]), computed(proof.total)
    du = computed(proof.numerator_slope) if i == j else "0"
    dv = computed(proof.denominator_slope)
    quotient = rf"\frac{{{factor(du)} \cdot {factor(v)} - {factor(u)} \cdot {factor(dv)}}}{{{factor(v)}^2}}"
    parts = aligned(
        rf"u &= {_power(proof.exponents[i])} \approx {u}, & v &\approx {v}",
        rf"u' &{relation(proof.numerator_slope)} {du}, & v' &\approx {dv}",
    )
    answer = aligned(
        rf"{_answer(i, j)} &\approx {quotient}",
        rf"&\approx {_result(proof.explanation.jacobian[i, j])}",
    )
    return gathered(parts, answer)


def same_index(proof: Derivation, _: Letters) -> str:
    """∂S_j/∂o_j."""
    j = proof.j
    prob, complement = proof.explanation.probs[j], proof.complements[j]
    lines = []
    if min(prob, complement) > _VISIBLE:
        u, v = factor(computed(proof.exponentials[j])), factor(computed(proof.total))
        lines.append(rf"\approx {_rate(proof)}\frac{{{u} \cdot {v} - {u} \cdot {u}}}{{{v}^2}}")
    product = rf"{factor(computed(prob))} \cdot {factor(computed(complement))}"
    lines.append(rf"\approx {_rate(proof)}{product} \approx {_result(proof.explanation.jacobian[j, j])}")
    return aligned(f"{_answer(j, j)} &{lines[0]}", *(f"&{line}" for line in lines[1:]))


def other_index(proof: Derivation, _: Letters) -> str:
    """∂S_i/∂o_j."""
    i, j = proof.i, proof.j
    probs = proof.explanation.probs
    own, other, total = (
        factor(computed(value)) for value in (proof.exponentials[i], proof.exponentials[j], proof.total)
    )
    return aligned(
        rf"{_answer(i, j)} &\approx {_rate(proof)}\frac{{0 - {own} \cdot {other}}}{{{total}^2}}",
        rf"&\approx -{_rate(proof)}{factor(computed(probs[i]))} \cdot {factor(computed(probs[j]))} "
        rf"\approx {_result(proof.explanation.jacobian[i, j])}",
    )


def jacobian(proof: Derivation, _: Letters) -> str:
    """diag(S) − S Sᵀ, and the sum of row i."""
    explanation, i = proof.explanation, proof.i
    count = explanation.num_classes
    diagonal = [
        [entry(explanation.probs[row]) if row == column else "0" for column in range(count)]
        for row in range(count)
    ]
    outer = [[entry(value) for value in row] for row in proof.probs_outer]
    entries = [[entry(value) for value in row] for row in explanation.jacobian]
    difference = rf"{matrix(diagonal)} \\ &\quad - {matrix(outer)}"
    if _rate(proof):
        difference = rf"{_rate(proof)}\Biggl( {matrix(diagonal)} \\ &\quad - {matrix(outer)} \Biggr)"
    return aligned(
        rf"J &\approx {difference}",
        rf"&\approx {matrix(entries)}",
        rf"\textstyle\sum_j J_{{{i + 1}j}} &\approx {plus(entries[i])} "
        rf"\approx {bold(given(proof.jacobian_row_sums[i]))}",
    )


def loss(proof: Derivation, _: Letters) -> str:
    """L term by term, and ∂L/∂S."""
    explanation, i = proof.explanation, proof.i
    probs, targets = explanation.probs, explanation.targets
    terms = [
        rf"{factor(given(target))} \cdot "
        + (rf"\log {factor(computed(prob))}" if prob > 0 else factor(computed(log_prob)))
        for target, prob, log_prob in zip(targets, probs, explanation.log_probs, strict=True)
        if target > 0
    ]
    pulls = [entry(pull) for pull in explanation.probs_grad]
    quotient = (
        rf"-\frac{{{given(targets[i])}}}{{{computed(probs[i])}}} {_equals(targets[i])} "
        if probs[i] > 0
        else ""
    )
    summands = with_dots(terms, r"\cdots") or ["0"]
    lines = [rf"L &\approx -{summands[0]}", *(rf"&\quad - {summand}" for summand in summands[1:])]
    lines[-1] += rf" \approx {_result(explanation.loss)}"
    return aligned(
        *lines,
        rf"{derivative('L', f'S_{{{i + 1}}}')} &= {quotient}{_result(explanation.probs_grad[i])}",
        rf"{derivative('L', 'S')} &\approx {vector(pulls)}",
    )


def chain_rule(proof: Derivation, _: Letters) -> str:
    """The terms of ∂L/∂o_j; of many, the two cases and two more."""
    explanation, j = proof.explanation, proof.j
    shown = [*range(explanation.num_classes)]
    if len(shown) > _FEW:  # the two cases, then the neighbours that give the sum away as a sum
        shown = sorted({j, proof.other, *[k for k in shown if k not in (j, proof.other)][:2]})
    lines = []
    for i in shown:
        rest = proof.complements[j] if i == j else explanation.probs[j]
        sign = "-" if i == j else ""
        term, pull = explanation.chain_rule[i, j], explanation.probs_grad[i]
        target = factor(given(explanation.targets[i]))
        cancelled = (
            rf"{sign}{_rate(proof)}{target} \cdot {factor(computed(rest))} {_equals(term)} {_result(term)}"
        )
        front = rf"i = {i + 1}:\quad &"
        if 0 < abs(pull) <= _LARGEST_PULL:
            answer = factor(computed(explanation.jacobian[i, j]))
            lines.append(rf"{front} {factor(computed(pull))} \cdot {answer}")
            front = r"& \approx"
        lines.append(f"{front} {cancelled}")
    if len(shown) < explanation.num_classes:
        lines.append(r"&\;\;\vdots")
    return aligned(*lines)


def collected(proof: Derivation, _: Letters) -> str:
    """The bracket and the sum over the other classes."""
    explanation, j = proof.explanation, proof.j
    target, prob = given(explanation.targets[j]), factor(computed(explanation.probs[j]))
    bracket = rf"-{factor(target)} \cdot {factor(computed(proof.complements[j]))}"
    others = rf"{factor(given(proof.other_targets))} \cdot {prob}"
    collected = rf"{prob} \cdot {factor(given(explanation.targets_sum))} - {factor(target)}"
    return aligned(
        rf"{_gradient(j)} &\approx {_scaled(proof, f'{bracket} + {others}')}",
        rf"&\approx {_scaled(proof, collected)} \approx {_result(explanation.logits_grad[j])}",
    )


def sum_to_one(proof: Derivation, letters: Letters) -> str:
    """Σy and the gradient; the wrong short form beside it where Σy ≠ 1."""
    explanation, j = proof.explanation, proof.j
    target, prob = factor(given(explanation.targets[j])), computed(explanation.probs[j])
    equals = relation(*explanation.targets, explanation.targets_sum)
    summands = plus([given(value) for value in explanation.targets])
    total = given(explanation.targets_sum)
    gradient = vector([entry(value) for value in explanation.logits_grad])
    if letters.sums_to_one:
        return aligned(
            rf"{summands} &{equals} {total}",
            rf"{_gradient(j)} &\approx {_scaled(proof, f'{prob} - {target}')} "
            rf"\approx {_result(explanation.logits_grad[j])}",
            rf"{derivative('L', 'o')} &\approx {gradient}",
        )
    wrong = vector([entry(value) for value in explanation.probs_minus_targets])
    inside = rf"{factor(prob)} \cdot {factor(total)} - {target}"
    return gathered(
        rf"{summands} {equals} {total} \ne 1",
        rf"{_gradient(j)} \approx {_scaled(proof, inside)} \approx {_result(explanation.logits_grad[j])}",
        rf"{derivative('L', 'o')} \approx {gradient}",
        rf"\textstyle\sum_j {derivative('L', 'o_j')} \approx {given(proof.logits_grad_sum)}",
        rf"S - y \approx {wrong}",
        rf"\textstyle\sum_j (S_j - y_j) \approx {given(proof.wrong_sum)}",
    )


def upstream(proof: Derivation, _: Letters) -> str:
    """∂L/∂W as a column times a row."""
    explanation = proof.explanation
    count, size = proof.weight_grad.shape
    column = [[entry(value)] for value in explanation.logits_grad]
    row = [[given(value) for value in proof.inputs]]
    entries = [[entry(value) for value in line] for line in proof.weight_grad]
    return aligned(
        rf"\underset{{{count} \times {size}}}{{{derivative('L', 'W')}}} &\approx "
        rf"\underset{{{count} \times 1}}{{{matrix(column)}}}\;\underset{{1 \times {size}}}{{{matrix(row)}}}",
        rf"&\approx \underset{{{count} \times {size}}}{{{matrix(entries)}}}",
    )


def second_route(proof: Derivation, _: Letters) -> str:
    """log Z, L, the gradient, and the gradient as measured."""
    explanation, j = proof.explanation, proof.j
    total = factor(given(explanation.targets_sum))
    log_total, product = factor(computed(proof.log_total)), factor(computed(proof.targets_dot_logits))
    inside = (
        rf"{factor(computed(explanation.probs[j]))} \cdot {total} - {factor(given(explanation.targets[j]))}"
    )
    lines = [rf"\log Z &\approx {computed(proof.log_total)}"]
    if math.isfinite(explanation.loss):
        lines.append(rf"L &\approx {total} \cdot {log_total} - {product} \approx {_result(explanation.loss)}")
    lines.append(
        rf"{_gradient(j)} &\approx {_scaled(proof, inside)} \approx {_result(explanation.logits_grad[j])}"
    )
    if not math.isfinite(explanation.loss):
        return aligned(*lines)
    measured = (
        rf"\frac{{L(o_{{{j + 1}}} + h) - L(o_{{{j + 1}}} - h)}}{{2h}} \approx "
        rf"{_result(explanation.finite_difference[j])}"
    )
    return gathered(aligned(*lines), measured)
