"""What a class has answered: bars for choices, dots over the bars for guesses; the first vote beside the second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ce_viz.figures import style
from ce_viz.figures.style import Figure
from ce_viz.strings.numbers import number

_GOLDEN = 0.6180339887498949  # its multiples, modulo 1, lie apart however many there are
_FIRST, _LAST = style.LOGITS, style.PROBS
_HALF = 0.2  # of the way from one bar to the next: where the two votes stand beside each other


def counts(rounds: Sequence[Sequence[int]], names: Sequence[str]) -> Figure:
    """How many have chosen what: a bar for each choice, two where there were two votes."""
    most = max((count for votes in rounds for count in votes), default=0)
    limits = (0.0, 1.16 * style.step_above(max(5, most)))
    figure = style.bars(rounds[-1], names, colour=_LAST, limits=limits, texts=list(map(str, rounds[-1])))
    if len(rounds) == 2:
        first = figure["data"][0] | {"y": list(rounds[0]), "text": list(map(str, rounds[0]))}
        figure["data"] = [first | {"marker": {"color": _FIRST}}, figure["data"][0]]
        figure["layout"] |= {"barmode": "group", "bargap": 0.25}
    figure["layout"]["yaxis"]["tickformat"] = "d"
    return figure


def guesses(
    rounds: Sequence[Sequence[Sequence[float]]],
    names: Sequence[str],
    *,
    reach: tuple[float, float],
    truth: Sequence[float] = (),
    colour: str | list[str] = style.PROBS,
) -> Figure:
    """Where each has guessed that the bars end: a dot for each guess and bar; the bars themselves where ``truth`` is.

    Args:
      rounds: One or two votes, each with guesses of K numbers.
      names: K names.
      reach: Least and greatest value that could be guessed.
      truth: K numbers, or none.
      colour: Of the bars.
    """
    limits = style.value_range([*reach, *truth])
    bars, blank = list(truth) or [0.0] * len(names), [" "] * len(names)
    figure = style.bars(bars, names, colour=colour, limits=limits, texts=blank)
    figure["data"][0]["opacity"] = 0.55
    if len(rounds) == 2:
        figure["data"].append(_dots(rounds[0], len(names), -_HALF, 0.26, _FIRST))
        figure["data"].append(_dots(rounds[1], len(names), _HALF, 0.26, style.INK))
    else:
        figure["data"].append(_dots(rounds[0], len(names), 0.0, 0.5, style.INK))
    if truth:
        figure["data"].append(_numbers(truth, limits[1]))
    return figure


def _numbers(truth: Sequence[float], high: float) -> dict[str, Any]:
    """What the bars are, above all dots."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(range(len(truth))),
        "y": [high] * len(truth),
        "text": [number(value) for value in truth],
        "textposition": "bottom center",
        "textfont": {"size": 13},
        "hoverinfo": "skip",
    }


def _dots(
    given: Sequence[Sequence[float]], count: int, beside: float, width: float, colour: str
) -> dict[str, Any]:
    """All guesses of a vote, spread over a strip ``beside`` the middle of each bar."""
    pairs = [
        (k + beside + width * ((at * _GOLDEN) % 1.0 - 0.5), guess[k])
        for at, guess in enumerate(given)
        for k in range(count)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(x, 3) for x, _ in pairs],
        "y": style.finite(y for _, y in pairs),
        "marker": {"color": colour, "size": 6, "opacity": 0.6},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
