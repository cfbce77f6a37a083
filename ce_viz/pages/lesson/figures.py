"""The drawings that the lesson alone has: a guess, and the terms of the chain rule on their way to the gradient."""

from __future__ import annotations

from collections.abc import Sequence

from ce_viz.core.explanation import Explanation
from ce_viz.figures import style
from ce_viz.figures.quantities import lines, marked
from ce_viz.figures.style import Figure

_LIMITS = (-1.2, 1.2)  # of a gradient at T = 1, where Σy = 1
_SLOTS = 0.78  # of a column's width that its terms take side by side
_OPACITIES = (0.55, 0.8, 1.0)  # of pieces that lie on each other
_HIDDEN = (-1.5, -1.6)  # below the axis
_BESIDE = 0.34


def guess(values: Sequence[float], explanation: Explanation, names: Sequence[str]) -> Figure:
    """A guess at the gradient: bars around 0."""
    figure = style.bars(values, names, colour=style.signed_colours(values), limits=_LIMITS)
    return marked(figure, explanation)


def folded(explanation: Explanation, names: Sequence[str], share: float) -> Figure:
    """The terms y_i S_j − [i = j] y_j of each column j: side by side at 0, at 1 stacked to S_j − y_j.

    Each is a blue piece as long as y_i S_j; the one with i = j begins below 0, at the end of an orange piece, −y_j.

    Args:
      explanation: K classes whose label sums to 1.
      names: K names.
      share: How much of the way is gone, 0 to 1.
    """
    targets, probs = explanation.targets.tolist(), explanation.probs.tolist()
    classes = range(len(names))

    def across(i: int, j: int) -> float:
        return j + (1 - share) * _SLOTS * ((i + 0.5) / len(names) - 0.5)

    figure = style.bars(
        [0.0 for _ in classes], names, colour=style.INK, limits=_LIMITS, texts=[" "] * len(names)
    )
    minus = [(across(j, j), end) for j in classes for end in (0.0, -targets[j])]
    figure["data"].append(lines(minus, style.TARGETS, 22))
    below = [0.0 for _ in classes]  # what is stacked in each column so far
    for i in classes:
        pieces = []
        for j in classes:
            apart, stacked = (-targets[j] if i == j else 0.0), below[j] - targets[j]
            foot = (1 - share) * apart + share * stacked
            length = targets[i] * probs[j]
            pieces += [(across(i, j), foot), (across(i, j), foot + length)]
            below[j] += length
        trace = lines(pieces, style.PROBS, 14)
        figure["data"].append(trace | {"opacity": _OPACITIES[i % len(_OPACITIES)]})
    for up, colour in ((True, style.POSITIVE), (False, style.NEGATIVE)):
        ends = []
        for j, slope in enumerate(explanation.logits_grad.tolist()):
            span = (0.0, slope) if share == 1 and (slope > 0) == up and slope else _HIDDEN
            ends += [(j + _BESIDE, end) for end in span]
        figure["data"].append(lines(ends, colour, 5))
    return marked(figure, explanation)
