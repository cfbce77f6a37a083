"""Why cross-entropy, part six: what the temperature does to S and to the gradient."""

from __future__ import annotations

import math

from ce_viz.core import Scenario
from ce_viz.core.once import once_per_key
from ce_viz.core.scenario import TEMPERATURE_RANGE
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.core.studies.optimum import TemperatureSweep, temperature_sweep
from ce_viz.live import Board, Chart, View
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import label_figures as figures
from ce_viz.pages.why.names import axis_words
from ce_viz.strings.numbers import number, parse, shows

BOARD = "why_board_temperature"

_MOST_DECIMALS = 9
_MOST_SPOKEN = 12  # probabilities that the text alternative reads out


@once_per_key(maxsize=64)
def _sweep(scenario: Scenario) -> TemperatureSweep:
    return temperature_sweep(scenario, TEMPERATURE_RANGE)


def show(visit: Visit) -> View:
    """What the temperature does to S and to the gradient."""
    sweep = _sweep(visit.scenario)
    charts = (_temperature_probs(visit, sweep), _temperature_gradient(visit, sweep))
    return View((Board(BOARD, charts, columns=2, height=300),), results={"temperature_sweep": sweep})


def sentence(visit: Visit) -> str:
    """What S − y is at the current temperature, what 1/T is, and the gradient that their product gives."""
    explanation = visit.explanation
    gradient = max(abs(value) for value in explanation.logits_grad.tolist())
    return visit.words.fill(
        "why.temperature.readout",
        inside=_inside(visit),
        temperature=number(explanation.temperature, 2),
        gradient=number(gradient),
        **_factors(gradient, explanation.temperature),
    )


def _factors(gradient: float, temperature: float) -> dict[str, str]:
    """The gradient without its 1/T, and 1/T, with as many digits as give the gradient as it is printed."""
    factors = {"error": gradient * temperature, "inverse": 1 / temperature}
    for decimals in range(3, _MOST_DECIMALS):
        texts = {name: number(value, decimals) for name, value in factors.items()}
        if shows(number(gradient), math.prod(map(parse, texts.values()))):
            break
    return texts


def _inside(visit: Visit) -> str:
    """What the gradient is but for its 1/T."""
    return "S − y" if visit.sums_to_one else "S·Σ y − y"


def _temperature_probs(visit: Visit, sweep: TemperatureSweep) -> Chart:
    """S over T; where presenters have covered S, no number and no dot says what it is now."""
    words, explanation = visit.words, visit.explanation
    covered = "probs" in visit.hidden
    values = [f"{name} {number(prob)}" for name, prob in zip(visit.names, explanation.probs, strict=True)]
    return Chart(
        name="temperature_probs",
        figure=figures.temperature_probs(
            sweep,
            explanation,
            labelled_class(explanation.targets),
            visit.names,
            axis_words(words, "temperature", "temperature_here"),
            with_dots=not covered,
        ),
        title=words["why.temperature.probs"],
        formula="S = softmax(o/T)",
        hint=words["why.temperature.probs_hint"],
        alt=words["why.temperature.probs"]
        if covered
        else words.fill(
            "why.temperature.probs_readout",
            temperature=number(explanation.temperature, 2),
            values=", ".join(values[:_MOST_SPOKEN]),
        ),
        kind="plain",
    )


def _temperature_gradient(visit: Visit, sweep: TemperatureSweep) -> Chart:
    words, inside = visit.words, _inside(visit)
    return Chart(
        name="temperature_gradient",
        figure=figures.temperature_gradient(
            sweep,
            visit.explanation,
            [words["why.temperature.largest"], f"|{inside}|"],
            axis_words(words, "temperature", "temperature_here"),
        ),
        title=words["why.temperature.gradient"],
        formula=f"∂L/∂o = ({inside})/T",
        hint=words["why.temperature.gradient_hint"],
        alt=sentence(visit).replace("*", ""),
        kind="plain",
    )
