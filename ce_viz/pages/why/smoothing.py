"""Why cross-entropy, part five: a one-hot label is never satisfied, a smoothed one at finite logits."""

from __future__ import annotations

import math

from ce_viz.core.landmarks import settled_logits
from ce_viz.core.once import once_per_key
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.core.studies.optimum import RUN_STEPS, SmoothingCurves, smoothing_curves
from ce_viz.live import Board, Chart, View
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import formulas
from ce_viz.pages.why import label_figures as figures
from ce_viz.pages.why.names import axis_words
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number

BOARD = "why_board_smoothing"


@once_per_key(maxsize=64)
def _smoothing(count: int, amount: float, temperature: float, learning_rate: float) -> SmoothingCurves:
    return smoothing_curves(count, amount, temperature=temperature, learning_rate=learning_rate)


def show(visit: Visit) -> View:
    """A one-hot label drives the logits to infinity, a smoothed one to a finite optimum."""
    curves = _curves(visit.settings)
    words = visit.words
    names = words["why.smoothing.one_hot"], words["why.smoothing.smoothed"]
    kind = "" if math.isfinite(curves.optimal_lead) else "_hard"  # without smoothing there is no optimum
    best, lead = number(curves.optimal_lead), axis_words(words, "lead")
    loss = Chart(
        name="smoothing_loss",
        figure=figures.smoothing_losses(curves, names, lead),
        title=words["why.smoothing.loss"],
        formula="L",
        hint=words[f"why.smoothing.loss{kind}_hint"],
        alt=words.fill(
            f"why.smoothing.loss{kind}_readout",
            smoothing=number(visit.scenario.label_smoothing, 2),
            loss=number(curves.lowest_loss),
            lead=best,
        ),
        kind="plain",
    )
    run = Chart(
        name="smoothing_run",
        figure=figures.smoothing_run(curves, names, lead | axis_words(words, "steps")),
        title=words["why.smoothing.run"],
        formula="o ← o − η ∂L/∂o",
        hint=words["why.smoothing.run_hint"],
        alt=words.fill(
            f"why.smoothing.run{kind}_readout",
            steps=RUN_STEPS,
            one_hot=number(curves.run[0, -1]),
            smoothed=number(curves.run[1, -1]),
            lead=best,
        ),
        kind="plain",
    )
    board = Board(BOARD, (loss, run), columns=2, height=300)
    return View((board,), results={"smoothing_curves": curves})


def formula(visit: Visit) -> str:
    """The lead at which S = y, as LaTeX."""
    return formulas.optimal_lead(_curves(visit.settings), visit.scenario.temperature)


def has_optimum(settings: Settings) -> bool:
    """Whether a smoothed label's optimum lies at finite logits."""
    return math.isfinite(_curves(settings).optimal_lead)


def at_optimum(settings: Settings) -> Settings:
    """The settings with the logits that make S = y for the smoothed label."""
    scenario = settings.scenario
    label = labelled_class(scenario.effective_targets)
    count, amount = len(scenario.logits), scenario.label_smoothing
    off = amount / count
    targets = [1 - amount + off if k == label else off for k in range(count)]
    logits = settled_logits(targets, temperature=scenario.temperature)
    return settings.changed(logits=logits, mode="smoothed", label=label + 1)


def _curves(settings: Settings) -> SmoothingCurves:
    count, amount = len(settings["logits"]), settings["label_smoothing"]
    return _smoothing(count, amount, settings["temperature"], settings["learning_rate"])
