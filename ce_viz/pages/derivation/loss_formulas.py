"""Steps 7 to 12 of the proof with the current numbers, as LaTeX: the loss and its gradients; classes count from 1.

The results of a step are bold; a test reads them back.
"""

from __future__ import annotations

import math
from typing import SupportsFloat

from ce_viz.core.studies.derivation import Derivation
from ce_viz.pages.derivation.pieces import (
    DIGITS_APART,
    FEW,
    MOST_DIGITS,
    loss_by_logit,
    over_temperature,
    rate,
    result,
    scaled,
)
from ce_viz.pages.derivation.symbols import Letters
from ce_viz.pages.latex_pieces import (
    Printed,
    Values,
    aligned,
    bold,
    computed,
    derivative,
    enough,
    entry,
    error,
    factor,
    gathered,
    given,
    matrix,
    negative,
    plus,
    relation,
    sign,
    vector,
    with_dots,
)
from ce_viz.strings.numbers import parse, shows

_LARGEST_PULL = 1e4  # a greater -y/S is only written where it is the point


def loss(proof: Derivation, _: Letters) -> str:
    """L term by term, and ∂L/∂S."""
    explanation, i = proof.explanation, proof.i
    probs, targets = explanation.probs, explanation.targets
    weighted = [k for k in range(explanation.num_classes) if targets[k] > 0]
    pulls = [_pull(proof, k) for k in range(explanation.num_classes)]
    quotient, equals = "", "="
    if probs[i] > 0:
        line = enough(
            explanation.probs_grad[i],
            lambda y, s: -y / s,
            (given, targets[i]),
            (computed, probs[i]),
            most=DIGITS_APART,
        )
        above, below = line.texts
        quotient, equals = rf"{line.before} -\frac{{{above}}}{{{below}}} ", line.after
        if not targets[i]:
            quotient, equals = rf"= \frac{{0}}{{{below}}} ", "="
    summands = with_dots(_loss_terms(proof, weighted), r"\cdots") or ["0"]
    exact = sign((computed(explanation.loss), explanation.loss)) if not weighted else r"\approx"
    lines = [rf"L &{exact} {negative(summands[0])}" if not weighted else rf"L &\approx -{summands[0]}"]
    lines += [rf"&\quad - {summand}" for summand in summands[1:]]
    lines[-1] += rf" {exact} {result(explanation.loss)}"
    return aligned(
        *lines,
        rf"{derivative('L', f'S_{{{i + 1}}}')} &{quotient}{equals} {bold(pulls[i])}",
        rf"{derivative('L', 'S')} &{sign(*_finite(pulls, explanation.probs_grad.tolist()))} {vector(pulls)}",
    )


def _finite(texts: list[str], values: Values) -> list[tuple[str, SupportsFloat]]:
    """Those of the pairs whose text is a number: beyond float64 it is a power of e."""
    return [(text, value) for text, value in zip(texts, values, strict=True) if "e^" not in text]


def _pull(proof: Derivation, k: int) -> str:
    """∂L/∂S_k = −y_k/S_k; where S_k is too small for float64, as −y_k times the power of e that 1/S_k is."""
    explanation = proof.explanation
    target, log_prob = float(explanation.targets[k]), float(explanation.log_probs[k])
    if math.isinf(explanation.probs_grad[k]) and math.isfinite(log_prob):
        weight = "" if target == 1 else rf"{factor(given(target))} \cdot "
        return rf"-{weight}e^{{{given(-log_prob)}}}"
    return computed(explanation.probs_grad[k])


def _loss_terms(proof: Derivation, weighted: list[int]) -> list[str]:
    """y_k log S_k for the classes with weight; the logarithm as a number where S_k has too few digits for it."""
    explanation = proof.explanation
    probs, targets = explanation.probs[weighted], explanation.targets[weighted]
    numbers = [(given, target) for target in targets] + [(computed, prob) for prob in probs]

    def formula(*shown: float) -> float:
        pairs = zip(shown[: len(probs)], shown[len(probs) :], strict=True)
        return -math.fsum(target * math.log(prob) for target, prob in pairs)

    if len(weighted) and probs.min() > 0:
        line = enough(explanation.loss, formula, *numbers)
        if line.fits or len(weighted) > FEW:
            pairs = zip(line.factors[: len(probs)], line.factors[len(probs) :], strict=True)
            return [rf"{target} \cdot \log {prob}" for target, prob in pairs]
    numbers[len(probs) :] = [(computed, log_prob) for log_prob in explanation.log_probs[weighted]]
    line = enough(explanation.loss, _dot, *numbers)
    return [
        rf"{target} \cdot {log_prob}"
        for target, log_prob in zip(line.factors[: len(probs)], line.factors[len(probs) :], strict=True)
    ]


def _dot(*shown: float) -> float:
    """−Σ y log S of numbers, all y first."""
    half = len(shown) // 2
    return -math.fsum(target * log_prob for target, log_prob in zip(shown[:half], shown[half:], strict=True))


def chain_rule(proof: Derivation, _: Letters) -> str:
    """The terms of ∂L/∂o_j; of many, the two cases and two more."""
    explanation, j = proof.explanation, proof.j
    shown = [*range(explanation.num_classes)]
    if len(shown) > FEW:  # the two cases, then the neighbours that give the sum away as a sum
        shown = sorted({j, proof.other, *[k for k in shown if k not in (j, proof.other)][:2]})
    lines = []
    for i in shown:
        rest = proof.complements[j] if i == j else explanation.probs[j]
        term, pull = explanation.chain_rule[i, j], explanation.probs_grad[i]
        side = -1 if i == j else 1
        line = enough(
            term,
            over_temperature(proof, lambda y, other, side=side: side * y * other),
            (given, explanation.targets[i]),
            (computed, rest),
        )
        target, other = line.factors
        minus = "-" if i == j and term else ""
        cancelled = rf"{minus}{rate(proof)}{target} \cdot {other} {line.after} {result(term)}"
        front = rf"i = {i + 1}:\quad &"
        if 0 < abs(pull) <= _LARGEST_PULL:
            product = enough(
                term,
                lambda first, second: first * second,
                (computed, pull),
                (computed, explanation.jacobian[i, j]),
            )
            first, second = product.factors
            lines.append(rf"{front} {first} \cdot {second}")
            front = rf"& {product.before}"
        lines.append(f"{front} {cancelled}")
    if len(shown) < explanation.num_classes:
        lines.append(r"&\;\;\vdots")
    return aligned(*lines)


def _collected(proof: Derivation) -> Printed:
    """S_j Σy − y_j in numbers."""
    explanation, j = proof.explanation, proof.j
    return error(
        explanation.logits_grad[j],
        explanation.probs.tolist(),
        explanation.targets.tolist(),
        j,
        temperature=explanation.temperature,
    )


def collected(proof: Derivation, _: Letters) -> str:
    """The bracket and the sum over the other classes; then the two collected."""
    explanation, j = proof.explanation, proof.j
    value = explanation.logits_grad[j]
    line = enough(
        value,
        over_temperature(proof, lambda y, rest, others, s: -y * rest + others * s),
        (given, explanation.targets[j]),
        (computed, proof.complements[j]),
        (given, proof.other_targets),
        (computed, explanation.probs[j]),
        most=DIGITS_APART,
    )
    target, rest, others, prob = line.factors
    bracket = rf"{negative(target)} \cdot {rest} + {others} \cdot {prob}"
    joined = _collected(proof)
    last = [rf"&{joined.before} {scaled(proof, joined.texts[0])} {joined.after} {result(value)}"]
    if joined.texts[0] == bracket:  # collected, its digits would not tell
        last = [rf"&{joined.after} {result(value)}"]
    return aligned(rf"{loss_by_logit(j)} &{line.before} {scaled(proof, bracket)}", *last)


def sum_to_one(proof: Derivation, letters: Letters) -> str:
    """Σy and the gradient; the wrong short form beside it where Σy ≠ 1."""
    explanation, j = proof.explanation, proof.j
    value, line = explanation.logits_grad[j], _collected(proof)
    equals = relation(*explanation.targets, explanation.targets_sum)
    summands = plus([given(value) for value in explanation.targets])
    total = given(explanation.targets_sum)
    entries = [entry(value) for value in explanation.logits_grad]
    gradient = rf"{sign(*zip(entries, explanation.logits_grad, strict=True))} {vector(entries)}"
    inside = rf"{scaled(proof, line.texts[0])} {line.after} {result(value)}"
    if letters.sums_to_one:
        return aligned(
            rf"{summands} &{equals} {total}",
            rf"{loss_by_logit(j)} &{line.before} {inside}",
            rf"{derivative('L', 'o')} &{gradient}",
        )
    wrong = [entry(value) for value in explanation.probs_minus_targets]
    zero = relation(proof.logits_grad_sum) if not any(explanation.logits_grad) else r"\approx"
    return gathered(
        rf"{summands} {equals} {total} \ne 1",
        rf"{loss_by_logit(j)} {line.before} {inside}",
        rf"{derivative('L', 'o')} {gradient}",
        rf"\textstyle\sum_j {derivative('L', 'o_j')} {zero} {given(proof.logits_grad_sum)}",
        rf"S - y {sign(*zip(wrong, explanation.probs_minus_targets, strict=True))} {vector(wrong)}",
        rf"\textstyle\sum_j (S_j - y_j) \approx {given(proof.wrong_sum)}",
    )


def upstream(proof: Derivation, _: Letters) -> str:
    """∂L/∂W as a column times a row."""
    explanation = proof.explanation
    rows, size = proof.weight_grad.shape
    more = _digits_of_column(proof)
    column = [[entry(value, more)] for value in explanation.logits_grad]
    row = [[given(value) for value in proof.inputs]]
    entries = [[entry(value) for value in line] for line in proof.weight_grad]
    return aligned(
        rf"\underset{{{rows} \times {size}}}{{{derivative('L', 'W')}}} &\approx "
        rf"\underset{{{rows} \times 1}}{{{matrix(column)}}}\;\underset{{1 \times {size}}}{{{matrix(row)}}}",
        rf"&\approx \underset{{{rows} \times {size}}}{{{matrix(entries)}}}",
    )


def _digits_of_column(proof: Derivation) -> int:
    """How many more digits the gradient needs for its products with x to be as they are printed."""
    row = [parse(given(value)) for value in proof.inputs]
    for more in range(MOST_DIGITS + 1):
        column = [parse(entry(value, more)) for value in proof.explanation.logits_grad]
        fits = (
            shows(entry(value), gradient * x)
            for gradient, line in zip(column, proof.weight_grad, strict=True)
            for x, value in zip(row, line, strict=True)
        )
        if all(fits):
            return more
    return 0


def second_route(proof: Derivation, _: Letters) -> str:
    """log Z, L, the gradient, and the gradient as measured."""
    explanation, j = proof.explanation, proof.j
    line = enough(
        explanation.loss,
        lambda total, log_total, product: total * log_total - product,
        (given, explanation.targets_sum),
        (computed, proof.log_total),
        (computed, proof.targets_dot_logits),
    )
    total, log_total, product = line.factors
    lines = [rf"\log Z &{sign((line.texts[1], proof.log_total))} {line.texts[1]}"]
    if math.isfinite(explanation.loss):
        worked = (
            rf"{line.before} {total} \cdot {log_total} - {product} {line.after}" if line.fits else r"\approx"
        )
        lines.append(rf"L &{worked} {result(explanation.loss)}")
    joined = _collected(proof)
    lines.append(
        rf"{loss_by_logit(j)} &{joined.before} {scaled(proof, joined.texts[0])} "
        rf"{joined.after} {result(explanation.logits_grad[j])}"
    )
    if not math.isfinite(explanation.loss):
        return aligned(*lines)
    measured = (
        rf"\frac{{L(o_{{{j + 1}}} + h) - L(o_{{{j + 1}}} - h)}}{{2h}} \approx "
        rf"{result(explanation.finite_difference[j])}"
    )
    return gathered(aligned(*lines), measured)
