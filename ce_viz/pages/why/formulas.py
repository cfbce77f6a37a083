"""Formulas of Why cross-entropy with the current numbers in them; classes count from 1."""

from __future__ import annotations

import math

from ce_viz.core import Explanation
from ce_viz.core.studies.comparison import both_gradients
from ce_viz.core.studies.optimum import SmoothingCurves
from ce_viz.pages.latex_pieces import aligned, bold, computed, derivative, enough, error, given, sign

_SQUARED = r"\tfrac{1}{2}{\textstyle\sum} e^2"
_MOST_DIGITS = 14


def gradients(explanation: Explanation, label: int) -> tuple[str, str]:
    """Both gradients by the label's logit, with e = S − y: in one S cancels, in the other it stays in front."""
    cross, squared = both_gradients(
        explanation.logits, explanation.targets, temperature=explanation.temperature
    )
    return (
        _cross_entropy(explanation, label, float(cross[label])),
        _squared_error(explanation, label, float(squared[label])),
    )


def _cross_entropy(explanation: Explanation, label: int, value: float) -> str:
    t, (front, over) = label + 1, _rate(explanation.temperature)
    line = error(
        value,
        explanation.probs.tolist(),
        explanation.targets.tolist(),
        label,
        temperature=explanation.temperature,
    )
    total = "" if abs(explanation.targets_sum - 1) < 1e-9 else r"{\textstyle\sum} y"
    cancelled = rf"\frac{{-y_i}}{{\cancel{{S_i}}}}\,\cancel{{S_i}}\,{_slope(t)}"
    return aligned(
        rf"{derivative('L', f'o_{{{t}}}')} &= {front}\sum_i {cancelled}",
        rf"&= {_after(front, f'S_{{{t}}}{total} - y_{{{t}}}')}",
        rf"&{line.before} {_after(over, line.texts[0])}",
        rf"&{line.after} {bold(computed(value))}",
    )


def _squared_error(explanation: Explanation, label: int, value: float) -> str:
    t, (front, over) = label + 1, _rate(explanation.temperature)
    temperature, errors = explanation.temperature, explanation.probs_minus_targets
    line = enough(
        value,
        lambda prob, own, mean: prob * (own - mean) / temperature,
        (computed, explanation.probs[label]),
        (computed, errors[label]),
        (computed, explanation.probs @ errors),
        most=_MOST_DIGITS,
    )
    prob, _, mean = line.factors
    bracket = rf"e_{{{t}}} - {{\textstyle\sum_k}} S_k e_k"
    return aligned(
        rf"{derivative(_SQUARED, f'o_{{{t}}}')} &= {front}\sum_i e_i\,S_i\,{_slope(t)}",
        rf"&= {front}\boldsymbol{{S_{{{t}}}}}\left({bracket}\right)",
        rf"&{line.before} {over}{prob}\cdot\left({line.texts[1]} - {mean}\right)",
        rf"&{line.after} {bold(computed(value))}",
    )


def _rate(temperature: float) -> tuple[str, str]:
    """The factor 1/T in letters and in numbers; nothing where T is 1."""
    if temperature == 1:
        return "", ""
    return r"\tfrac{1}{T}", rf"\tfrac{{1}}{{{given(temperature)}}}\cdot"


def _slope(t: int) -> str:
    """What S_i times is ∂S_i/∂o_t."""
    return rf"\left(\delta_{{i{t}}} - S_{{{t}}}\right)"


def _after(front: str, inside: str) -> str:
    return rf"{front}\left({inside}\right)" if front else inside


def loss_parts(explanation: Explanation, entropy: float, kl: float) -> str:
    """L = H(y) + KL(y‖S), symbols and numbers; with the normalised label where y does not sum to 1."""
    symbols = r"L &= H(y) + \mathrm{KL}(y\,\|\,S)"
    if abs(explanation.targets_sum - 1) > 1e-9:
        total = r"{\textstyle\sum} y"
        symbols = (
            rf"L &= {total}\,\left(H(\hat y) + \mathrm{{KL}}(\hat y\,\|\,S)\right),\quad \hat y = y / {total}"
        )
    line = enough(explanation.loss, lambda least, rest: least + rest, (computed, entropy), (computed, kl))
    least, rest = line.texts
    return aligned(
        symbols, rf"&{line.before} {least} + {rest} {line.after} {bold(computed(explanation.loss))}"
    )


def optimal_lead(smoothing: SmoothingCurves, temperature: float) -> str:
    """The lead at which S = y, symbols and numbers."""
    on, off = smoothing.targets
    front, over = ("", "") if temperature == 1 else (r"T\,", rf"{given(temperature)}\cdot")
    ratio = r"\frac{1-\varepsilon+\varepsilon/K}{\varepsilon/K}"
    symbols = rf"o_t - o_k &= {front}\log\frac{{y_t}}{{y_k}} = {front}\log{ratio}"
    best = computed(smoothing.optimal_lead)
    if off == 0:
        return aligned(symbols, rf"&\to {bold(best)}")
    line = enough(
        smoothing.optimal_lead, lambda y, other: temperature * math.log(y / other), (given, on), (given, off)
    )
    above, below = line.texts
    equals = line.before if on == off else r"\approx"
    return aligned(
        symbols,
        rf"&{sign((above, on), (below, off))} {over}\log\frac{{{above}}}{{{below}}} {equals} {bold(best)}",
    )
