"""Why cross-entropy, part four: the loss is what the label leaves open, plus the model's distance from it."""

from __future__ import annotations

import math

from ce_viz.core.studies.race import lowest_loss
from ce_viz.live import Board, Chart, View
from ce_viz.pages.cards import bars_alternative
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import formulas
from ce_viz.pages.why import label_figures as figures
from ce_viz.strings.numbers import number, raised

BOARD = "why_board_meaning"

_LARGEST_POWER = 700.0  # of e, that a float holds, with its reciprocal


def show(visit: Visit) -> View:
    """L = H(y) + KL(y‖S): label beside model, and the loss as two stacked bars."""
    return View((Board(BOARD, (_compared(visit), _taken_apart(visit)), columns=2, height=300),))


def formula(visit: Visit) -> str:
    """The loss as the sum of its parts, as LaTeX."""
    return formulas.loss_parts(visit.explanation, *_parts(visit))


def story(visit: Visit) -> str:
    """What the two parts are; of the normalised label where y does not sum to 1."""
    return visit.words["why.meaning.story" if visit.sums_to_one else "why.meaning.story_normalised"]


def sentence(visit: Visit) -> str:
    """What the loss of a label that sums to 1 says in other units."""
    explanation = visit.explanation
    one_hot = max(explanation.targets.tolist()) == 1
    return visit.words.fill(
        "why.meaning.readout" if one_hot else "why.meaning.soft_readout",
        loss=number(explanation.loss),
        bits=number(explanation.loss / math.log(2)),
        prob=power_of_e(-explanation.loss, 3),
        perplexity=power_of_e(explanation.loss, 1),
    )


def power_of_e(exponent: float, decimals: int) -> str:
    """e to an exponent, also where that is beyond float64.

    >>> power_of_e(0.0, 3), power_of_e(-1000.0, 3)
    ('1.000', '5.1·10⁻⁴³⁵')
    """
    if abs(exponent) <= _LARGEST_POWER:
        return number(math.exp(exponent), decimals)
    power = exponent / math.log(10)
    return f"{10 ** (power - math.floor(power)):.1f}·10{raised(str(math.floor(power)))}"


def _parts(visit: Visit) -> tuple[float, float]:
    """H(y) and KL(y‖S); where y does not sum to 1, both scaled with it.

    Then they still add up to L, and none is negative.
    """
    least = lowest_loss(visit.explanation.targets)
    return least, max(visit.explanation.loss - least, 0.0)


def _label_name(visit: Visit) -> str:
    return "y" if visit.sums_to_one else "ŷ"


def _compared(visit: Visit) -> Chart:
    """Label beside model; the label alone where presenters have covered S."""
    words, explanation = visit.words, visit.explanation
    title, covered = words["why.meaning.compare"], "probs" in visit.hidden
    targets = explanation.targets.tolist()
    if covered:
        names, values = [f"{name} y" for name in visit.names], targets
    else:
        names = [f"{name} y {number(y)} S" for name, y in zip(visit.names, targets, strict=True)]
        values = explanation.probs.tolist()
    return Chart(
        name="label_and_model",
        figure=figures.label_and_model(explanation, visit.names, with_model=not covered),
        title=title,
        formula="y, S",
        hint=words.fill("why.meaning.compare_hint_readout", label=_label_name(visit)),
        alt=bars_alternative(words, title, names, values),
        kind="plain",
    )


def _taken_apart(visit: Visit) -> Chart:
    words, (least, rest) = visit.words, _parts(visit)
    label, factor = _label_name(visit), "" if visit.sums_to_one else "Σ y·"
    entropy, divergence = f"{factor}H({label})", f"{factor}KL({label}‖S)"
    bars = [
        (words["why.meaning.now"], least, rest),
        (words.fill("why.meaning.best_readout", label=label), least, 0.0),
    ]
    return Chart(
        name="loss_parts",
        figure=figures.loss_parts(bars, ("H(y)", "KL") if visit.sums_to_one else ("Σy·H", "Σy·KL")),
        title=words["why.meaning.parts"],
        formula=f"L = {entropy} + {divergence}",
        hint=words["why.meaning.parts_hint"],
        alt=f"L {number(visit.explanation.loss)} = {entropy} {number(least)} + {divergence} {number(rest)}",
        kind="plain",
    )
