"""The drawings that the lesson alone has: a guess, and the terms of the chain rule on their way to the gradient."""

from __future__ import annotations

from collections.abc import Sequence

from ce_viz.core.explanation import Explanation
from ce_viz.figures import style
from ce_viz.figures.quantities import lines, marked
from ce_viz.figures.style import Figure

_LIMITS = (-1.2, 1.2)  # of a gradient at T = 1, where Σy = 1
_SLOTS = 0.9  # of a column's width that its terms take side by side
_OPACITIES = (0.6, 1.0, 0.75)  # of pieces that lie on each other
_APART = 0.05  # of an orange piece and a blue one from the middle of their slot
_BESIDE = 0.2  # what is left, from the middle of a column
_WIDTH = 20.0  # pixels


def guess(values: Sequence[float], explanation: Explanation, names: Sequence[str]) -> Figure:
    """A guess at the gradient: bars around 0."""
    figure = style.bars(values, names, colour=style.signed_colours(values), limits=_LIMITS)
    return marked(figure, explanation)


def folded(explanation: Explanation, names: Sequence[str], share: float) -> Figure:
    """The terms y_i S_j − [i = j] y_j of each column j: side by side at 0, stacked at 1, and what is left of them.

    Each is a blue piece as long as y_i S_j; the one with i = j begins where an orange piece ends, at −y_j.

    Args:
      explanation: K classes whose label sums to 1.
      names: K names.
      share: How much of the way is gone, 0 to 1.
    """
    targets, probs = explanation.targets.tolist(), explanation.probs.tolist()
    count, classes = len(names), range(len(names))

    def across(i: int, j: int) -> float:
        return j + (1 - share) * _SLOTS * ((i + 0.5) / count - 0.5)

    reached = [
        *(y * s for y in targets for s in probs),
        *(s - y for s, y in zip(probs, targets, strict=True)),
    ]
    limits = style.value_range([*reached, *(-y for y in targets)], least=0.5)
    figure = style.bars([0.0] * count, names, colour=style.INK, limits=limits, texts=[" "] * count)
    minus = [(across(j, j) - _APART, end) for j in classes for end in (0.0, -targets[j])]
    figure["data"].append(lines(minus, style.TARGETS, _WIDTH))
    below = [-targets[j] for j in classes]  # where the next piece of each column is stacked
    for i in classes:
        pieces = []
        for j in classes:
            alone, length = (-targets[j] if i == j else 0.0), targets[i] * probs[j]
            foot = (1 - share) * alone + share * below[j]
            pieces += [(across(i, j) + _APART, end) for end in (foot, foot + length)]
            below[j] += length
        trace = lines(pieces, style.PROBS, _WIDTH)
        figure["data"].append(trace | {"opacity": _OPACITIES[i % len(_OPACITIES)]})
    hidden = (2.0 * limits[0] - 1.0, 2.0 * limits[0] - 2.0)  # below the axis
    for up, colour in ((True, style.POSITIVE), (False, style.NEGATIVE)):
        ends = []
        for j, slope in enumerate(explanation.logits_grad.tolist()):
            span = (0.0, slope) if share == 1 and (slope > 0) == up and slope else hidden
            ends += [(j + _BESIDE, end) for end in span]
        figure["data"].append(lines(ends, colour, _WIDTH))
    return marked(figure, explanation)
