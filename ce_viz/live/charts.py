"""What a page hands to the live charts: a ``Board`` of one ``Chart`` per card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_FORMULA = re.compile(r"([_^])(?:\{([^}]*)\}|(.))|([^\W\d_]+)|((?:[^\w^]|\d)+|[_^])")
_VARIABLE = re.compile("[a-zA-Zα-ω]|ij")

Pieces = Sequence[Sequence[str]]
"""Text in pieces, each with the HTML elements around it, innermost first: ``[["S ="], ["0.6", "b"]]``."""

WORDS = ("hide", "show", "type_value", "cannot_load", "flat", "png", "svg", "download", "cell", "lang")
"""Keys of the texts that the browser shows.

``hide``, ``show``: the button that covers or uncovers a card. ``type_value``: names the field for an exact value.
``cannot_load``: said where plotly.js does not arrive, above the numbers. ``flat``: said where a map stands for a
drawing in space, which the browser cannot draw. ``png``, ``svg``: the two download buttons; ``download``: what they
do. ``cell``: names a cell of a matrix, with ``{i}``, ``{j}`` (from 1) and ``{value}``. ``lang``: the language of the
page's words, for those who have it read to them, as BCP 47 writes it.
"""


@dataclass(frozen=True, slots=True)
class Editable:
    """Bars that a hand may move, and how far.

    Args:
      low: Least value a drag or a key reaches.
      high: Greatest value a drag or a key reaches.
      step: Values snap to its multiples; with Shift to a tenth of it.
      typed_low: Least value that may be typed, ``low`` if not given.
      typed_high: Greatest value that may be typed, ``high`` if not given.
    """

    low: float
    high: float
    step: float = 0.1
    typed_low: float | None = None
    typed_high: float | None = None

    @property
    def reach(self) -> tuple[float, float]:
        """The widest bounds an edit may have, dragged or typed."""
        low = self.low if self.typed_low is None else self.typed_low
        high = self.high if self.typed_high is None else self.typed_high
        return min(low, self.low), max(high, self.high)


@dataclass(frozen=True, slots=True)
class Chart:
    """One card: a figure with its words, and what a hand may do to it.

    Args:
      name: Identity between reruns; the card carries it as ``data-chart``.
      figure: ``{"data": [...], "layout": {...}}`` of plain dicts, lists, numbers and strings, in the light theme's
        colours. Its size and typeface are the card's. A drawing in space (``layout.scene``) can be turned by the
        mouse. Not changed.
      title: Heading of the card.
      alt: Text alternative: what the chart shows now.
      formula: Small print beside the title: ``_x`` or ``_{xy}`` lowers, ``^`` raises; letters that stand alone are
        italic, so ``W x`` is a product and ``log`` a word.
      hint: How to read it, below the chart.
      joiner: The operation that leads to the next card, such as ``→``.
      span: Columns of the grid that it takes.
      kind: ``"bars"`` (trace 0 has a bar per class), ``"matrix"`` (trace 0 is a heat map or a contour map with
        rows i and columns j) or ``"plain"`` (nothing to point at).
      editable: Given if the bars may be moved.
      labels: Name of each bar for those who do not see it, such as ``"logit of class 2, dog"``; of each row and column
        of a matrix that says ``cells``.
      cells: What a cell of a matrix says to the mouse, a finger or keys, with ``{row}``, ``{column}`` and ``{value}``,
        which is the figure's ``customdata`` of trace 0; nothing is said where it is empty.
      hidden: Covers the card; neither its figure nor its formula nor its numbers leave the server.
      height: Height of its drawing in CSS pixels, the board's if not given.
      glow: The bar whose handle asks to be taken hold of, until a hand has moved a bar.
      points: Points whose numbers can be read, by mouse, finger or key, each with x and y as on the axes and what it
        says, in lines; for charts in which nothing is picked or moved.
    """

    name: str
    figure: dict[str, Any]
    title: str
    alt: str
    formula: str = ""
    hint: str = ""
    joiner: str = ""
    span: int = 1
    kind: str = "bars"
    editable: Editable | None = None
    labels: tuple[str, ...] = ()
    cells: str = ""
    hidden: bool = False
    height: int | None = None
    glow: int | None = None
    points: tuple[tuple[float, float, str], ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Bars of trace 0 as (K, K), cells of a matrix as (rows, columns); (0, 0) where nothing can be picked."""
        trace = self.figure["data"][0] if self.figure.get("data") else {}
        if self.hidden or self.kind == "plain":
            return 0, 0
        if self.kind == "matrix":
            rows = trace.get("z") or [[]]
            return len(rows), len(rows[0])
        count = len(trace.get("y") or ())
        return count, count


def formula_parts(markup: str) -> list[list[str]]:
    """A formula as ``Pieces``.

    >>> formula_parts("S_i = e^{o_i}")
    [['S', 'i'], ['i', 'i', 'sub'], [' = '], ['e', 'i'], ['o', 'i', 'sup'], ['i', 'i', 'sub', 'sup']]
    """
    parts: list[list[str]] = []
    for mark, braced, single, letters, other in _FORMULA.findall(markup):
        if mark:
            tag = "sub" if mark == "_" else "sup"
            parts += [[*part, tag] for part in formula_parts(braced or single)]
        else:
            parts.append([letters, "i"] if _VARIABLE.fullmatch(letters) else [letters or other])
    return parts


@dataclass(frozen=True, slots=True)
class Board:
    """A grid of cards that a page draws in one place.

    Args:
      key: Identity of the grid on its page.
      charts: The cards in reading order; their names differ on the whole page.
      headline: A line above the cards.
      columns: Columns of the grid on a wide screen.
      height: Height of each drawing, in CSS pixels at scale 1.
      presented: The same for a projector, whose window is 440 of these pixels high; by default a bit more than half.
      coverable: Whether presenters may cover the charts.
      picked: Row i and column j to mark in all charts, from 0.
    """

    key: str
    charts: tuple[Chart, ...]
    headline: Pieces = ()
    columns: int = 4
    height: int = 200
    presented: int | None = None
    coverable: bool = True
    picked: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows of live charts.

    Args:
      boards: Its grids, in reading order.
      tick_ms: While a play is on, the milliseconds from one frame to the next; None where there is no next one.
      results: What the core worked out for the charts, by name, to be taken away.
    """

    boards: tuple[Board, ...]
    tick_ms: int | None = None
    results: Mapping[str, object] = field(default_factory=dict)

    def board(self, key: str) -> Board:
        """The grid with this key."""
        return next(board for board in self.boards if board.key == key)
