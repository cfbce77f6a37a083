"""What can be asked of a class: a covered chart of bars, which each student guesses, or a page's own question."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ce_viz.figures import answers, style
from ce_viz.live import Board, Chart, Editable, View
from ce_viz.live.classes.lecture import Answer
from ce_viz.pages.cards import bars_alternative
from ce_viz.pages.visit import Visit
from ce_viz.settings.table import CHART_NAMES
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

LETTERS = "ABCDEFGH"
"""Of choices."""

_STEPS = 20  # to which a dragged bar snaps, from 0 to the axis's farther end


@dataclass(frozen=True, slots=True)
class Posed:
    """A question in one language.

    Args:
      title: What it is about, such as a chart's title.
      text: The question, as plain text.
      choices: Plain texts, at most eight; none where bars are guessed.
      chart: The covered chart whose bars are guessed.
      names: A name for each bar.
      truth: What the bars are.
      reach: Least and greatest value that a bar can be dragged to.
      colour: Of the bars.
    """

    title: str
    text: str
    choices: tuple[str, ...] = ()
    chart: str = ""
    names: tuple[str, ...] = ()
    truth: tuple[float, ...] = ()
    reach: tuple[float, float] = (0.0, 1.0)
    colour: Callable[[Sequence[float]], str | list[str]] = style.signed_colours


def covered(visit: Visit, view: View, chart: str) -> Posed | None:
    """The question of a covered chart: the one named, else the first that is to be uncovered; None if there is none."""
    hidden = {each.name for board in view.boards for each in board.charts if each.hidden}
    order = [chart] if chart else [*visit.settings.get("reveal", ()), *CHART_NAMES]
    name = next((each for each in order if each in hidden and each in _QUANTITIES), None)
    if name is None:
        return None
    words, truth = visit.words, _QUANTITIES[name](visit)
    return Posed(
        title=words[f"charts.{name}"],
        text=words["classroom.guess_bar" if len(truth) == 1 else "classroom.guess_bars"],
        chart=name,
        names=visit.names if len(truth) > 1 else ("L",),
        truth=truth,
        reach=_reach(visit, name),
        colour=_COLOURS.get(name, style.signed_colours),
    )


def to_guess_on(posed: Posed, words: Words) -> Board:
    """One card with bars that a hand can move, all at 0."""
    nothing = [0.0] * len(posed.names)
    low, high = posed.reach
    limits = style.value_range(posed.reach)
    figure = style.bars(nothing, posed.names, colour=posed.colour(nothing), limits=limits)
    chart = Chart(
        name="guess",
        figure=figure,
        title=posed.title,
        alt=bars_alternative(words, posed.title, posed.names, nothing),
        hint=words["charts.logits_hint"],
        editable=Editable(low, high, step=max(-low, high) / _STEPS),
        labels=tuple(words.fill("classroom.slider_readout", name=name) for name in posed.names),
    )
    return Board("guess", (chart,), columns=1, height=300, coverable=False)


def results(posed: Posed, rounds: Sequence[Sequence[Answer]], words: Words, *, uncovered: bool) -> Board:
    """The answers of one or two rounds; the truth beside guesses if ``uncovered``."""
    if posed.choices:
        letters = LETTERS[: len(posed.choices)]
        counted = [[votes.count(choice) for choice in range(len(letters))] for votes in rounds]
        figure = answers.counts(counted, letters)
        said = [_counts_said(words, letters, votes) for votes in counted]
    else:
        given = [[guess for guess in votes if isinstance(guess, tuple)] for votes in rounds]
        truth = posed.truth if uncovered else ()
        colour = posed.colour(posed.truth) if uncovered else style.INK
        figure = answers.guesses(given, posed.names, reach=posed.reach, truth=truth, colour=colour)
        said = [_guesses_said(words, posed.names, votes) for votes in given]
        if uncovered:
            said.append(bars_alternative(words, posed.title, posed.names, posed.truth))
    twice = len(rounds) == 2
    chart = Chart(
        name="results",
        figure=figure,
        title=posed.title,
        alt=" ".join(said),
        hint=words["classroom.twice_hint"] if twice else "",
        kind="plain",
    )
    return Board("results", (chart,), columns=1, height=260, coverable=False)


def _counts_said(words: Words, letters: str, votes: Sequence[int]) -> str:
    said = ", ".join(f"{letter} {count}" for letter, count in zip(letters, votes, strict=True))
    return words.fill("classroom.votes_readout", answered=sum(votes), counts=said)


def _guesses_said(words: Words, names: Sequence[str], given: Sequence[Sequence[float]]) -> str:
    if not given:
        return words.fill("classroom.votes_readout", answered=0, counts="0")
    middles = [statistics.median(guess[k] for guess in given) for k in range(len(names))]
    said = ", ".join(f"{name} {number(middle)}" for name, middle in zip(names, middles, strict=True))
    return words.fill("classroom.guesses_readout", answered=len(given), middles=said)


def _vector(visit: Visit, quantity: str) -> tuple[float, ...]:
    return tuple(getattr(visit.explanation, quantity).tolist())


_QUANTITIES: dict[str, Callable[[Visit], tuple[float, ...]]] = {
    **{
        name: partial(_vector, quantity=name)
        for name in ("logits", "probs", "targets", "probs_grad", "logits_grad")
    },
    "loss": lambda visit: (visit.explanation.loss,),
}

_COLOURS: dict[str, Callable[[Sequence[float]], str | list[str]]] = {
    "logits": lambda _: style.LOGITS,
    "probs": lambda _: style.PROBS,
    "targets": lambda _: style.TARGETS,
    "loss": lambda _: style.LOSS,
}


def _reach(visit: Visit, chart: str) -> tuple[float, float]:
    """How far a guess can go: known without the answer."""
    match chart:
        case "probs":
            return 0.0, 1.0
        case "targets":
            return 0.0, 2.0 if visit.scenario.mode == "soft" else 1.0
        case "loss":
            return 0.0, 6.0
        case "probs_grad":
            return -10.0, 0.0
        case "logits_grad":
            most = style.step_above(max(1.0, visit.explanation.targets_sum) / visit.explanation.temperature)
            return -most, most
    return -10.0, 10.0
