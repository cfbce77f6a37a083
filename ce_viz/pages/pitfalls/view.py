"""What Pitfalls shows and what a hand does there: a round's situation and, once it is answered, wrong beside right."""

from __future__ import annotations

from ce_viz.core.studies.pitfalls import TAKES_OWN, Choice, Pitfall
from ce_viz.live import Board, Edit, Event, View
from ce_viz.live.route import Question
from ce_viz.pages.cards import with_logit
from ce_viz.pages.pitfalls import charts, sentences
from ce_viz.pages.pitfalls.rounds import round_of
from ce_viz.pages.pitfalls.settings import CHARTS as CHARTS
from ce_viz.pages.presenting import neighbour
from ce_viz.pages.questions import Posed
from ce_viz.pages.text import plain
from ce_viz.pages.visit import Visit
from ce_viz.settings.value import Settings

SITUATION, COMPARISON = "pitfalls_situation", "pitfalls_comparison"

_NARROW_CLASSES = 5  # more bars need wider cards for the numbers on them
_SLOW = "sign"  # its two descents take some milliseconds


def uses_scenario(settings: Settings) -> bool:
    """Whether the round may be made of the visitor's settings."""
    return settings["round"] in TAKES_OWN


def show(visit: Visit) -> View:
    """The situation alone before the answer: nothing of the comparison leaves the server."""
    current = round_of(visit.settings)
    cards = charts.situation(visit, current.shown, editable=current.follows)
    situation = Board(
        key=SITUATION,
        charts=tuple(cards),
        columns=max(2, len(cards)),
        height=145 if current.answered else 280,
        coverable=False,
    )
    return View((situation, _comparison(visit, current.shown)) if current.answered else (situation,))


def act(settings: Settings, event: Event) -> Settings:
    """After the answer, a round made of the visitor's settings follows the hand."""
    match event:
        case Edit(chart="logits") if event.index < len(settings["logits"]):
            return with_logit(settings, event)
    return settings


def ask(visit: Visit) -> Posed | None:
    """The round as a choice, until it is answered; a number is chosen among those that misconceptions give."""
    current = round_of(visit.settings)
    if current.answered:
        return None
    pitfall = current.asked
    if isinstance(pitfall.answer, Choice):
        choices = [sentences.option(visit, pitfall, code) for code in pitfall.answer.options]
    else:
        values = {pitfall.answer.answer, *pitfall.answer.traps.values()}
        choices = list(dict.fromkeys(map(sentences.result, sorted(values))))
    title = visit.words[f"pitfalls.{pitfall.name}.title"]
    return Posed(title, plain(sentences.say(visit, pitfall, "question")), tuple(map(plain, choices)))


def turn(settings: Settings, by: int) -> Settings:
    """The settings one round on or back."""
    return settings.changed(round=neighbour(settings, "round", by))


def is_slow(question: Question) -> bool:
    """Whether an answer may have to work out two descents."""
    return question.query.get("round") == _SLOW


def _comparison(visit: Visit, pitfall: Pitfall) -> Board:
    cards = charts.comparison(visit, pitfall)
    columns = len(cards) if len(pitfall.scenario.logits) <= _NARROW_CLASSES else 2
    return Board(COMPARISON, tuple(cards), columns=columns, height=170, coverable=False)
