"""Formulas of Why cross-entropy with the current numbers in them; classes count from 1."""

from __future__ import annotations

from ce_viz.core import Explanation
from ce_viz.core.studies.comparison import both_gradients
from ce_viz.core.studies.optimum import SmoothingCurves
from ce_viz.pages.latex_pieces import aligned, bold, computed, derivative, factor, given

_SQUARED = r"\tfrac{1}{2}{\textstyle\sum} e^2"


def gradients(explanation: Explanation, label: int) -> tuple[str, str]:
    """Both gradients by the label's logit, with e = S − y: in one S cancels, in the other it stays in front."""
    t, temperature = label + 1, explanation.temperature
    front, over = (
        ("", "") if temperature == 1 else (r"\tfrac{1}{T}", rf"\tfrac{{1}}{{{given(temperature)}}}\cdot")
    )
    target, prob = explanation.targets[label], explanation.probs[label]
    errors = explanation.probs_minus_targets
    error, mean = errors[label], float(explanation.probs @ errors)
    cross, squared = both_gradients(explanation.logits, explanation.targets, temperature=temperature)
    sums_to_one = abs(explanation.targets_sum - 1) < 1e-9
    total = "" if sums_to_one else r"{\textstyle\sum} y"
    total_number = "" if sums_to_one else rf"\cdot {computed(explanation.targets_sum)}"
    logit, output = f"o_{{{t}}}", f"S_{{{t}}}"
    slope = rf"\left(\delta_{{i{t}}} - {output}\right)"
    cancelled = rf"\frac{{-y_i}}{{\cancel{{S_i}}}}\,\cancel{{S_i}}\,{slope}"
    closed = _after(front, f"{output}{total} - y_{{{t}}}")
    closed_number = _after(over, f"{computed(prob)}{total_number} - {computed(target)}")
    bracket = rf"e_{{{t}}} - {{\textstyle\sum_k}} S_k e_k"
    bracket_number = f"{computed(error)} - {factor(computed(mean))}"
    entropy = aligned(
        rf"{derivative('L', logit)} &= {front}\sum_i {cancelled}",
        rf"&= {closed}",
        rf"&\approx {closed_number}",
        rf"&\approx {bold(computed(cross[label]))}",
    )
    distance = aligned(
        rf"{derivative(_SQUARED, logit)} &= {front}\sum_i e_i\,S_i\,{slope}",
        rf"&= {front}\boldsymbol{{{output}}}\left({bracket}\right)",
        rf"&\approx {over}{factor(computed(prob))}\cdot\left({bracket_number}\right)",
        rf"&\approx {bold(computed(squared[label]))}",
    )
    return entropy, distance


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
    return aligned(
        symbols,
        rf"&= {computed(entropy)} + {computed(kl)} = {bold(computed(explanation.loss))}",
    )


def optimal_lead(smoothing: SmoothingCurves, temperature: float) -> str:
    """The lead at which S = y, symbols and numbers."""
    on, off = smoothing.targets
    front, over = ("", "") if temperature == 1 else (r"T\,", rf"{given(temperature)}\cdot")
    ratio = r"\frac{1-\varepsilon+\varepsilon/K}{\varepsilon/K}"
    symbols = rf"o_t - o_k &= {front}\log\frac{{y_t}}{{y_k}} = {front}\log{ratio}"
    best = bold(computed(smoothing.optimal_lead))
    numbers = best if off == 0 else rf"{over}\log\frac{{{computed(on)}}}{{{computed(off)}}} = {best}"
    return aligned(symbols, f"&= {numbers}")
