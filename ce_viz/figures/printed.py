"""Numbers as text where room is scarce: on a bar, in a cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from ce_viz.strings.numbers import number

_PLOT_WIDTH = 177  # pixels between the axes' ends in one of four cards on a laptop 1366 pixels wide
_DIGIT, _DOT, _RAISED = 0.58, 0.28, 0.4  # widths in sizes of the type
_APART = 2  # pixels at least between two numbers


def in_cell(value: float, count: int) -> str:
    """A matrix entry as its cell has room for, in a matrix of ``count`` columns.

    >>> in_cell(-0.0512, 3), in_cell(-0.0512, 8), in_cell(0.001, 8)
    ('−0.051', '−.05', '≈0')
    """
    if count <= 5 or not math.isfinite(value) or value == 0 or abs(value) >= 9.95:
        tiny = 0 < abs(value) < 0.0005  # written with a power of ten, which is longer
        return number(value, (2 if tiny and count > 3 else 3) if count <= 5 else 0)
    if abs(value) < 0.005:
        return "≈0"
    return number(value, 2 if abs(value) < 0.995 else 1).replace("0.", ".", 1 if abs(value) < 0.995 else 0)


def on_bars(values: Sequence[float], texts: Sequence[str] | None, size: int) -> list[str]:
    """What stands on the bars of a card, with as many decimals as do not run into the next bar's; nothing if none."""
    count = len(values)
    room = _PLOT_WIDTH / (count + 0.2) - _APART
    rounded = ([number(value, decimals) for value in values] for decimals in (3, 2, 1))
    tries = [list(texts)] if texts else rounded

    def fits(printed: Sequence[str]) -> bool:
        widths = [size * _width(text) for text in printed]
        neighbours = zip(pairwise(widths), pairwise(values), strict=True)
        return all(sum(pair) / 2 <= room or math.prod(signs) < 0 for pair, signs in neighbours)

    return next((each for each in tries if fits(each)), [])


def _width(text: str) -> float:
    """How wide a number is printed, in sizes of the type."""
    return sum(_DOT if each in ".·" else _RAISED if each in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹" else _DIGIT for each in text)
