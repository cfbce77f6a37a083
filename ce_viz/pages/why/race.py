"""Why cross-entropy, part three: both losses descend from the same logits, frame by frame."""

from __future__ import annotations

import math

from ce_viz.core import Scenario
from ce_viz.core.once import once_per_key
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.core.studies.race import GOAL, Arrival, Race, run_race
from ce_viz.live import Board, Chart, Pieces, View
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import figures
from ce_viz.pages.why.names import axis_words, loss_names
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number, vector

BOARD = "why_board_race"
TICK_MS = 120
CHART = "race_loss"

_FASTER = 15  # the first steps go one by one; later, each frame takes 1/15 of the way so far
_RACERS = range(2)


# At 100 classes a race takes 0.2 s and fills 3 MB, so that all of them together fill 100 at most.
@once_per_key(maxsize=32)
def _race(scenario: Scenario, learning_rate: float) -> Race:
    return run_race(scenario, learning_rate)


def race_of(settings: Settings) -> Race:
    """The race from the current logits."""
    return _race(settings.scenario, settings["learning_rate"])


def step_of(settings: Settings) -> int:
    """Where the race is: a link may hold a step beyond its end."""
    return min(int(settings["race_step"]), race_of(settings).steps)


def advanced(settings: Settings) -> Settings:
    """The settings one frame later; the same at the end."""
    at, steps = step_of(settings), race_of(settings).steps
    if at >= steps:
        return settings
    return settings.changed(race_step=min(steps, at + 1 + at // _FASTER))


def show(visit: Visit) -> View:
    """The losses and the outputs of both up to the step, and how they do; while it plays, the next frame's time."""
    race, step = race_of(visit.settings), step_of(visit.settings)
    board = Board(
        key=BOARD,
        charts=(_losses(visit, race, step), _places(visit, race, step)),
        headline=() if CHART in visit.hidden else _headline(visit, race, step),
        columns=2,
        height=300,
    )
    goes_on = visit.playing and step < race.steps
    return View((board,), TICK_MS if goes_on else None, {"race": race})


def about(arrival: Arrival) -> str:
    """An estimated number of steps, in the two digits that it is good for."""
    power = math.floor(math.log10(arrival.steps)) - 1
    rounded = round(arrival.steps / 10**power) * 10**power
    return f"{rounded:,}" if rounded < 1e5 else number(rounded)


def _losses(visit: Visit, race: Race, step: int) -> Chart:
    words = visit.words
    return Chart(
        name=CHART,
        figure=figures.race_losses(race, step, loss_names(words), axis_words(words, "steps")),
        title=words["why.race.loss"],
        formula="L = −Σ y_k log S_k",
        hint=words.fill("why.race.goal_readout", goal=_goal(race)),
        alt=" ".join(_standing(visit, race, racer, step).replace("*", "") for racer in _RACERS),
        kind="plain",
    )


def _places(visit: Visit, race: Race, step: int) -> Chart:
    """Where softmax goes: on the triangle for three classes, else the true class alone."""
    words, names = visit.words, loss_names(visit.words)
    on_triangle = visit.explanation.num_classes == 3
    kind = "simplex" if on_triangle else "label"
    if on_triangle:
        figure = figures.race_simplex(race, step, visit.names, names)
    else:
        label = labelled_class(visit.scenario.effective_targets)
        figure = figures.race_label(race, step, label, names, axis_words(words, "steps"))
    cross, squared = (vector(tuple(race.probs[racer, step].tolist())) for racer in _RACERS)
    return Chart(
        name=f"race_{kind}",
        figure=figure,
        title=words[f"why.race.{kind}"],
        formula="S",
        hint=words[f"why.race.{kind}_hint"],
        alt=words.fill("why.race.simplex_readout", step=step, cross_entropy=cross, squared_error=squared),
        kind="plain",
    )


def _headline(visit: Visit, race: Race, step: int) -> Pieces:
    """How both racers do; what stands between ``**`` in the catalogue is bold."""
    pieces: list[list[str]] = []
    for racer in _RACERS:
        pieces += [["\u2003 "]] if pieces else []
        texts = _standing(visit, race, racer, step).split("**")
        pieces += [[text, "b"] if k % 2 else [text] for k, text in enumerate(texts) if text]
    return pieces


def _standing(visit: Visit, race: Race, racer: int, step: int) -> str:
    """How a racer does at ``step``; nothing of what comes later, so that a class can still guess."""
    words, arrival = visit.words, race.arrivals[racer]
    name = loss_names(words)[racer]
    now = {"name": name, "step": step, "loss": number(race.losses[racer, step])}
    if arrival.exact and arrival.steps <= step:
        return words.fill("why.race.arrived_readout", name=name, goal=_goal(race), steps=int(arrival.steps))
    if step < race.steps:
        return words.fill("why.race.running_readout", **now)
    if math.isinf(arrival.steps):
        return words.fill("why.race.never_readout", **now)
    return words.fill("why.race.stuck_readout", **now, steps=about(arrival))


def _goal(race: Race) -> str:
    return number(race.goal, 1 if race.goal == GOAL else 3)
