"""Pieces of LaTeX that formulas with numbers are made of: numbers, sums, vectors, matrices, aligned lines.

What a person set stands as it was given. What was computed has three decimals, and more below 0.1, so that a reader
who multiplies the numbers as they stand gets the result as it stands. Long sums, vectors and matrices lose their
middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import SupportsFloat

from ce_viz.strings.numbers import latex, parse

Values = Sequence[SupportsFloat]

_TERMS = 4  # of a sum or a vector, before the middle is left out
_ROWS = 4  # of a matrix


def aligned(*lines: str) -> str:
    """Lines below each other, aligned at ``&``."""
    return r"\begin{aligned}" + _stacked(lines) + r"\end{aligned}"


def gathered(*blocks: str) -> str:
    """Blocks below each other, each centred."""
    roomy = [blocks[0]]
    for above, block in pairwise(blocks):  # a block of lines reaches below its own depth
        roomy.append(rf"\rule{{0pt}}{{2em}}{block}" if above.endswith(r"\end{aligned}") else block)
    return r"\begin{gathered}" + _stacked(roomy) + r"\end{gathered}"


def _stacked(lines: Sequence[str]) -> str:
    """Lines with air between them: the length after a line is its least depth, so deep lines need more."""
    return "".join(rf"{line} \\[{_depth(line)}em] " for line in lines[:-1]) + lines[-1]


def _depth(line: str) -> float:
    if r"\underbrace" in line:
        return 1.9
    if any(part in line for part in (r" \sum", r"= \sum", r"\end{")):
        return 1.3
    return 0.9 if r"\frac" in line else 0.4


def derivative(above: str, below: str) -> str:
    """A partial derivative."""
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def _decimals(value: float) -> int:
    """Decimals that show three digits, as far down as a number is written out."""
    return 5 if 0.0005 <= abs(value) < 0.01 else 4 if 0.01 <= abs(value) < 0.1 else 3


def given(value: SupportsFloat) -> str:
    """A number that a person set: without the zeros that rounding would add."""
    text = latex(float(value), _decimals(float(value)))
    return text.rstrip("0").rstrip(".") if "." in text and "cdot" not in text else text


def computed(value: SupportsFloat) -> str:
    """A number that was worked out; only what is exactly 0 is written 0."""
    return latex(float(value), _decimals(float(value))) if value else "0"


def entry(value: SupportsFloat) -> str:
    """A number in a vector or a matrix: as in the charts, with three decimals."""
    return latex(float(value)) if value else "0"


def bold(text: str) -> str:
    """What a line arrives at."""
    return rf"\mathbf{{{text}}}"


def relation(*values: SupportsFloat) -> str:
    """The sign before what follows from given numbers: they may have been rounded to be shown."""
    exact = all(parse(given(value)) == float(value) for value in values)
    return "=" if exact else r"\approx"


def factor(text: str) -> str:
    """A number's text as a factor, a power's base or a subtrahend: in parentheses where it needs them."""
    return rf"\left({text}\right)" if text.startswith("-") or "cdot" in text else text


def with_dots(texts: Sequence[str], dots: str, most: int = _TERMS) -> list[str]:
    """At most ``most`` texts; the middle of more is left out."""
    return list(texts) if len(texts) <= most else [*texts[: most - 2], dots, texts[-1]]


def plus(texts: Sequence[str]) -> str:
    """A sum of at most four terms, signs drawn into it; the middle of a longer one is left out."""
    joined = " + ".join(with_dots(texts, r"\cdots"))
    return joined.replace("+ -", "- ") or "0"


def vector(texts: Sequence[str]) -> str:
    """A row of numbers in parentheses."""
    return r"\left(" + r",\ ".join(with_dots(texts, r"\dots", _TERMS + 1)) + r"\right)"


def matrix(rows: Sequence[Sequence[str]], *, diagonal: bool = True) -> str:
    """Rows of numbers in brackets; the middle of many rows or columns is left out."""
    wide = len(rows[0]) > _ROWS
    lines = [with_dots(row, r"\cdots", _ROWS) for row in rows]
    if len(rows) > _ROWS:
        dots = [r"\vdots"] * len(lines[0])
        if wide and diagonal:
            dots[_ROWS - 2] = r"\ddots"
        lines = [*lines[: _ROWS - 2], dots, lines[-1]]
    return r"\begin{bmatrix}" + r" \\ ".join(" & ".join(line) for line in lines) + r"\end{bmatrix}"
