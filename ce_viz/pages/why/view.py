"""What Why cross-entropy shows and what a hand does there: the part's board, and the logits beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from ce_viz.core.studies.comparison import labelled_class, strongest_rival
from ce_viz.figures import quantities
from ce_viz.live import Board, Chart, Edit, Event, Pick, Tick, View
from ce_viz.live.route import Question
from ce_viz.pages.cards import LOGITS, bars_alternative, with_logit
from ce_viz.pages.presenting import neighbour
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import example, gradient, meaning, race, smoothing, surface, temperature
from ce_viz.pages.why.settings import CHARTS as CHARTS
from ce_viz.settings.value import Settings

BOARD = "why"
GAPS = (2, 5, 10, 20)

_SHOW: Mapping[str, Callable[[Visit], View]] = {
    "gradient": gradient.show,
    "surface": surface.show,
    "race": race.show,
    "meaning": meaning.show,
    "smoothing": smoothing.show,
    "temperature": temperature.show,
}
_COMPARING = ("gradient", "surface", "race")
_QUICK = ("meaning", "smoothing", "temperature")


def show(visit: Visit) -> View:
    """The part's board, if there is anything to be seen, and the logits with their softmax."""
    visit = seen(visit)
    part = visit.settings["part"]
    view = View(()) if obstacle(visit.settings) else _SHOW[part](visit)
    return replace(view, boards=(*view.boards, _logits(visit)))


def seen(visit: Visit) -> Visit:
    """The visit with the part's example in the place of the visitor's numbers, where it is shown."""
    settings = example.on_show(visit.settings)
    return visit if settings is visit.settings else replace(visit, settings=settings)


def act(settings: Settings, event: Event) -> Settings:
    """A moved logit, a start picked on a map, or the race's next frame becomes a setting."""
    shown = example.on_show(settings)
    part = "" if obstacle(shown) else settings["part"]
    match event:
        case Edit(chart="logits"):
            return example.taken_over(settings, lambda before: with_logit(before, event))
        case Pick(chart=chart) if part == "surface" and chart in surface.MAPS:
            return example.taken_over(settings, lambda before: surface.started_at(before, event))
        case Tick() if part == "race":
            return settings.changed(race_step=race.advanced(shown)["race_step"])
    return settings


def turn(settings: Settings, by: int) -> Settings:
    """The settings one part on or back."""
    return settings.changed(part=neighbour(settings, "part", by))


def is_slow(question: Question) -> bool:
    """Whether the part may take more than 5 ms: its gradients are exact, its surfaces large, its race long."""
    return question.query.get("part") not in _QUICK


def obstacle(settings: Settings) -> str:
    """What keeps the part from being drawn: the key of the words for it below ``why``, or nothing."""
    scenario, part = settings.scenario, settings["part"]
    if part in {"smoothing", "temperature"}:
        return ""
    targets, logits = scenario.effective_targets, scenario.logits
    if not any(targets):
        return "weightless"
    if any(logit == -math.inf and target > 0 for logit, target in zip(logits, targets, strict=True)):
        return "infinite"
    label = labelled_class(targets)
    if part in _COMPARING and (strongest_rival(logits, label) is None or logits[label] == -math.inf):
        return "alone"
    return ""


def with_axis_class(settings: Settings, axis: int, chosen: int) -> Settings:
    """The settings with a class, from 1, along an axis of the surface that is shown."""
    shown = surface.with_axis_class(example.on_show(settings), axis, chosen)
    return settings.changed(pair=shown["pair"])


def wrong_by(settings: Settings, gap: int) -> Settings:
    """The settings with one wrong class ahead by ``gap``, all others level with the true one."""
    scenario = settings.scenario
    label, count = labelled_class(scenario.effective_targets), len(scenario.logits)
    rival = strongest_rival(scenario.logits, label)
    ahead = (label + 1) % count if rival is None else rival
    logits = tuple(float(gap) if k == ahead else 0.0 for k in range(count))
    return settings.changed(logits=logits, mode="one-hot", label=label + 1, temperature=1.0)


def _logits(visit: Visit) -> Board:
    """The visitor's logits and their softmax, beside every part."""
    words, explanation, names = visit.words, visit.explanation, visit.names
    label = labelled_class(explanation.targets)
    logits = Chart(
        name="logits",
        figure=quantities.logits(explanation, names),
        title=words["charts.logits"],
        formula="o",
        hint=words["why.logits_hint"],
        alt=bars_alternative(words, words["charts.logits"], names, explanation.logits.tolist()),
        editable=LOGITS,
        labels=visit.slider_labels,
    )
    probs = Chart(
        name="probs",
        figure=quantities.probs(explanation, names),
        title=words["charts.probs"],
        formula="S = softmax(o)" if explanation.temperature == 1 else "S = softmax(o/T)",
        hint=words["why.label_hint"],
        alt=bars_alternative(words, words["charts.probs"], names, explanation.probs.tolist()),
    )
    return Board(BOARD, (logits, probs), columns=1, height=150, picked=(label, label))
