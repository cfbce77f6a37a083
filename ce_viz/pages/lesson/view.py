"""What the lesson shows and what a hand does there: a few of the live charts at a time, and how far the task is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ce_viz.figures import quantities
from ce_viz.figures.style import NUMBERS_UP_TO
from ce_viz.live import Board, Chart, Edit, Editable, Event, Tick, View
from ce_viz.live.route import Question
from ce_viz.pages import descent
from ce_viz.pages.cards import bars_alternative, with_logit
from ce_viz.pages.lesson import figures, scenes, tasks
from ce_viz.pages.lesson.headline import headline
from ce_viz.pages.lesson.settings import CHARTS as CHARTS
from ce_viz.pages.lesson.settings import MOST_GUESSED, NUM_FOLDS, NUM_TRIES
from ce_viz.pages.lesson.tasks import Look
from ce_viz.pages.pipeline import loss_curve, pipeline
from ce_viz.pages.presenting import neighbour
from ce_viz.pages.visit import Visit
from ce_viz.settings.shared import MAX_STEPS
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number

BOARD = "lesson"

_TICK_MS = 120
_COLUMNS = 4  # at most: fewer where a scene has fewer cards
_HEIGHTS = {1: 270, 2: 270, 3: 230, 4: 165, 5: 230, 6: 260}
_CANCELLING = 8  # frames for the eye to read what cancels, before anything moves


def show(visit: Visit) -> View:
    """The scene's charts, how far its task is, and the next frame's time while something plays."""
    scene, at = visit.settings["scene"], look(visit)
    charts = _CHARTS[scene](visit, at)
    board = Board(
        key=BOARD,
        charts=charts,
        headline=(),
        columns=min(len(charts), _COLUMNS),
        height=_HEIGHTS[scene],
    )
    if not is_covered(visit, board):
        board = replace(board, headline=headline(visit, at))
    return View((board,), _TICK_MS if visit.playing and _goes_on(visit.settings, at) else None)


def act(settings: Settings, event: Event) -> Settings:
    """What a hand did, or the next frame of what plays, becomes a setting; what it has done is recorded."""
    scene, count = settings["scene"], len(settings["logits"])
    match event:
        case Edit(chart="logits") if event.index < count and not scenes.is_matching(settings):
            tries = settings["tries"] + (event.final and scene == 3 and "guess" in settings["done"])
            return scenes.recorded(with_logit(settings, event).changed(tries=min(tries, NUM_TRIES)))
        case Edit(chart="guess") if event.index < count and scenes.is_guessing(settings):
            guessed = scenes.guessed(settings, event.index, event.value)
            return (
                scenes.recorded(guessed) if event.final else guessed
            )  # not while a hand is still passing by
        case Tick() if scene == 4:
            return scenes.folded(settings)
        case Tick() if scene == 5 and _goes_on(settings, tasks.look(settings)):
            return scenes.recorded(descent.advanced(settings))
    return settings


def turn(settings: Settings, by: int) -> Settings:
    """The settings at the start of the next scene, or of the one before."""
    scene = neighbour(settings, "scene", by)
    return settings if scene == settings["scene"] else scenes.begun(settings, scene)


def is_slow(question: Question) -> bool:
    """Whether an answer may have to replay a descent."""
    return question.query.get("descent_step", "0") != "0"


def look(visit: Visit) -> Look:
    """What the tasks are judged by."""
    return tasks.look(visit.settings, visit.explanation)


def is_covered(visit: Visit, board: Board) -> bool:
    """Whether presenters have covered a chart of the scene: then nothing is told of how the task stands."""
    return not {chart.name for chart in board.charts}.isdisjoint(visit.hidden)


def _goes_on(settings: Settings, at: Look) -> bool:
    """Whether another frame would move anything that can be seen."""
    if settings["scene"] == 4:
        return bool(settings["fold"] < NUM_FOLDS)
    if settings["scene"] != 5 or settings["descent_step"] >= MAX_STEPS:
        return False
    gradient = at.explanation.logits_grad
    return bool(gradient.any()) and not (
        at.explanation.scenario.mode == "smoothed" and tasks.is_steady(gradient)
    )


def _cards(visit: Visit, at: Look) -> dict[str, Chart]:
    """The cards of the whole road by name, with the one handle that is meant aglow."""
    cards = {chart.name: chart for chart in pipeline(visit)}
    target = {"sure": at.label, "loss": at.label, "only": at.rival}.get(tasks.current(at))
    if target is not None and not at.moved and scenes.fits(visit.settings):
        cards["logits"] = replace(cards["logits"], glow=target)
    for name, chart in cards.items():
        cards[name] = replace(chart, joiner="→" if name in ("logits", "probs") else chart.joiner)
    return cards


def _with_figure(chart: Chart, figure: Mapping[str, object], **changes: object) -> Chart:
    return replace(chart, figure=dict(figure), **changes)  # type: ignore[arg-type]


def _last(charts: list[Chart]) -> tuple[Chart, ...]:
    """The cards of a row: nothing follows the last."""
    return (*charts[:-1], replace(charts[-1], joiner=""))


def _shares(visit: Visit, _: Look) -> tuple[Chart, ...]:
    """Scene 1: o → S, and no label yet."""
    cards = _cards(visit, _)
    probs = quantities.probs(visit.explanation, visit.names)
    return _last(
        [cards["logits"], _with_figure(cards["probs"], probs, hint=visit.words["charts.probs_hint"])]
    )


def _label(visit: Visit, at: Look) -> tuple[Chart, ...]:
    """Scene 2: o → S beside y → L."""
    cards = _cards(visit, at)
    return _last([cards[name] for name in ("logits", "probs", "loss")])


def _guess(visit: Visit, at: Look) -> tuple[Chart, ...]:
    """Scene 3: the guess; then the gradient beside it, and the arrows; then these alone lead to the gradient."""
    cards, settings = _cards(visit, at), visit.settings
    guess = _guess_card(visit, at)
    if "guess" not in settings["done"]:
        return (cards["logits"], cards["probs"], replace(cards["loss"], joiner=""), guess)
    arrows = replace(_arrows(visit, cards["probs"]), joiner="")
    if scenes.is_matching(settings):
        still = replace(cards["logits"], editable=None, hint=visit.words["lesson.still_hint"])
        return (still, arrows, guess)
    gradient = _gradient(visit, cards["logits_grad"], known="match" in settings["done"])
    return (cards["logits"], arrows, guess, gradient)


def _guess_card(visit: Visit, at: Look) -> Chart:
    words, is_open = visit.words, scenes.is_guessing(visit.settings)
    values = visit.settings["guess"] or (0.0,) * len(visit.names)
    hint = "before" if is_open else "beside" if not visit.settings["tries"] else "earlier"
    return Chart(
        name="guess",
        figure=figures.guess(values, visit.explanation, visit.names),
        title=words["lesson.guess_title"],
        formula="∂L/∂o_j",
        hint=words[f"lesson.guess_{hint}_hint"],
        alt=bars_alternative(words, words["lesson.guess_title"], visit.names, values),
        joiner="" if is_open else words["charts.versus"],
        editable=Editable(-MOST_GUESSED, MOST_GUESSED, step=0.05) if is_open else None,
        labels=tuple(words.fill("lesson.slider_readout", name=name) for name in visit.names),
        glow=at.label if is_open and not any(values) else None,
    )


def _arrows(visit: Visit, probs: Chart) -> Chart:
    figure = quantities.with_arrows(probs.figure, visit.explanation)
    return _with_figure(probs, figure, hint=visit.words["lesson.arrows_hint"])


def _gradient(visit: Visit, chart: Chart, *, known: bool = True) -> Chart:
    """The gradient's card; its formula where it is ``known`` already."""
    figure = quantities.logits_grad(visit.explanation, visit.names, marks=False)
    chart = _with_figure(chart, figure, hint=visit.words["charts.logits_grad_same_hint"])
    return chart if known else replace(chart, formula="∂L/∂o_j")


def _terms(visit: Visit, at: Look) -> tuple[Chart, ...]:
    """Scene 4: the chain rule multiplied out, and its terms folded together."""
    cards, words = _cards(visit, at), visit.words
    road = [cards[name] for name in ("logits", "probs_grad", "jacobian", "chain_rule")]
    road[0], road[-1] = replace(road[0], joiner=""), replace(road[-1], joiner="")
    gradient = _gradient(visit, cards["logits_grad"])
    if len(visit.names) > NUMBERS_UP_TO:
        return (*road, gradient)
    title, terms = words["lesson.folded_title"], visit.explanation.chain_rule.T.tolist()
    spoken = ", ".join(
        f"{name} {' + '.join(map(number, column))}" for name, column in zip(visit.names, terms, strict=True)
    )
    card = Chart(
        name="folded",
        figure=figures.folded(visit.explanation, visit.names, share_of(visit.settings["fold"])),
        title=title,
        formula="y_i S_j − y_j δ_{ij}",
        hint=words["lesson.folded_hint"],
        alt=words.fill("charts.bars_readout", title=title, values=spoken),
        joiner="=",
        span=3,
        kind="plain",
    )
    return (*road, card, gradient)


def share_of(fold: int) -> float:
    """How much of their way the terms have gone after so many frames: slowly at both ends."""
    along = max(0.0, (fold - _CANCELLING) / (NUM_FOLDS - _CANCELLING))
    return along * along * (3 - 2 * along)


def _descent(visit: Visit, at: Look) -> tuple[Chart, ...]:
    """Scene 5: S walks to y, the arrows shrink, the loss falls."""
    cards, loss = _cards(visit, at), visit.explanation.loss
    along = descent.losses(visit.settings, loss) or [loss]
    shares = replace(_arrows(visit, cards["probs"]), joiner="")
    return (cards["logits"], shares, _gradient(visit, cards["logits_grad"]), loss_curve(visit, along, span=1))


def _breaks(visit: Visit, at: Look) -> tuple[Chart, ...]:
    """Scene 6: o → S beside y; the gradient once it was predicted."""
    cards, name = _cards(visit, at), scenes.question(visit.settings)
    row = [cards["logits"], cards["probs"]]
    if name and visit.settings[f"bet_{name}"]:
        row.append(cards["logits_grad"])
    return _last(row)


_CHARTS = {1: _shares, 2: _label, 3: _guess, 4: _terms, 5: _descent, 6: _breaks}
