"""Pieces of LaTeX that formulas with numbers are made of: numbers, sums, vectors, matrices, aligned lines.

What a person set stands as it was given; what was computed has three decimals, more below 0.1, fewer from 100 on.
``enough`` adds digits until a reader who works a line out from its numbers gets the result as it is printed, and says
which of its signs are ``=``. Long sums, vectors and matrices lose their middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import SupportsFloat

from ce_viz.strings.numbers import latex, parse, shows

Values = Sequence[SupportsFloat]
Print = Callable[[SupportsFloat, int], str]
"""How a number is printed: from the number, and how many digits more than usual."""

_TERMS = 4  # of a sum or a vector, before the middle is left out
_ROWS = 4  # of a matrix
_POWERS_FROM = 1e5  # numbers are written with a power of ten
_WRITTEN_OUT_FROM = 0.0005  # and below this one too
_MORE_DIGITS = 4  # that a line may take on before another form of it is tried
_MOST_DIGITS = 14


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
    return 5 if _WRITTEN_OUT_FROM <= abs(value) < 0.01 else 4 if 0.01 <= abs(value) < 0.1 else 3


def given(value: SupportsFloat, more: int = 0) -> str:
    """A number that a person set: without the zeros that rounding would add."""
    text = latex(float(value), _decimals(float(value)) + more)
    return text.rstrip("0").rstrip(".") if "." in text and "cdot" not in text else text


def computed(value: SupportsFloat, more: int = 0) -> str:
    r"""A number that was worked out; only what is exactly 0 is written 0.

    >>> computed(0.00011123), computed(0.00011123, 2)
    ('1.1\\cdot10^{-4}', '1.112\\cdot10^{-4}')
    """
    size = abs(float(value))
    if 0 < size < _WRITTEN_OUT_FROM:  # more digits stay behind a power of ten: zeros would take their place
        mantissa, _, power = f"{float(value):.{1 + more}e}".partition("e")
        return rf"{mantissa}\cdot10^{{{int(power)}}}"
    decimals = 1 if 100 <= size < 1000 else 0 if 1000 <= size < _POWERS_FROM else _decimals(size)
    return latex(float(value), decimals + more) if value else "0"


def entry(value: SupportsFloat, more: int = 0) -> str:
    """A number in a vector or a matrix: as in the charts, with three decimals."""
    return latex(float(value), 3 + more) if value else "0"


def bold(text: str) -> str:
    """What a line arrives at."""
    return rf"\mathbf{{{text}}}"


@dataclass(frozen=True)
class Printed:
    """A line's numbers as they are printed.

    Args:
      texts: One for each number.
      before: The sign before the line: ``=`` where no number was rounded.
      after: The sign before its result: ``=`` where that was not rounded either.
      fits: Whether the printed numbers give the printed result.
    """

    texts: tuple[str, ...]
    before: str
    after: str
    fits: bool

    @property
    def factors(self) -> tuple[str, ...]:
        """The texts in parentheses where they need them."""
        return tuple(map(factor, self.texts))


def enough(
    result: SupportsFloat,
    formula: Callable[..., float],
    *numbers: tuple[Print, SupportsFloat],
    most: int = _MORE_DIGITS,
    printed: str = "",
) -> Printed:
    """The numbers with as many digits as it takes for ``formula`` of them to come to ``result`` as it is printed.

    ``printed`` says how that is, where it is not as usual.

    >>> enough(0.1595, lambda a, b: a * b, (computed, 0.6590), (computed, 0.2424)).texts
    ('0.6590', '0.2424')
    """
    target = printed or computed(result)
    for more in range(most + 1):
        texts = [show(value, more) for show, value in numbers]
        fits = shows(target, formula(*map(parse, texts)))
        if fits:
            break
    else:
        texts = [show(value, 0) for show, value in numbers]
    before = sign(*zip(texts, (value for _, value in numbers), strict=True))
    nothing = not result and not formula(*map(parse, texts))  # 0 times what was rounded is 0
    after = "=" if nothing else sign((target, result)) if before == "=" else before
    return Printed(tuple(texts), before, after, fits)


def sign(*printed: tuple[str, SupportsFloat]) -> str:
    """The sign before what follows from numbers ``(text, value)``: they may have been rounded to be printed."""
    return "=" if all(parse(text) == float(value) for text, value in printed) else r"\approx"


def relation(*values: SupportsFloat) -> str:
    """The sign before what follows from given numbers."""
    return sign(*((given(value), value) for value in values))


def error(
    result: SupportsFloat, probs: Values, targets: Values, k: int, *, temperature: float = 1.0
) -> Printed:
    """``S_k Σy − y_k`` in numbers, and T: what ``result`` is, once divided by T.

    Where S_k and y_k are so near each other that their digits would not tell, it is ``−y_k (1 − S_k)`` and S_k times
    the other weights, in which 1 − S_k has digits of its own.
    """
    prob, target = float(probs[k]), float(targets[k])
    total, others = math.fsum(map(float, targets)), all_but(targets, k)
    plain = [(computed, prob), (given, total), (given, target), (given, temperature)]
    apart = [
        (given, target),
        (computed, all_but(probs, k)),
        (given, others),
        (computed, prob),
        (given, temperature),
    ]

    def direct(s: float, sum_y: float, y: float, t: float) -> float:
        return (s * sum_y - y) / t

    def split(y: float, rest: float, other: float, s: float, t: float) -> float:
        return (-y * rest + other * s) / t

    for most in (_MORE_DIGITS, _MOST_DIGITS):
        line = enough(result, direct, *plain, most=most)
        if line.fits:
            s, sum_y, y, t = line.factors
            product = s if math.isclose(total, 1.0, abs_tol=1e-9) else rf"{s} \cdot {sum_y}"
            return Printed((f"{product} - {y}", t), line.before, line.after, True)
        line = enough(result, split, *apart, most=most)
        if line.fits:
            break
    y, rest, other, s, t = line.factors
    inside = rf"{negative(y)} \cdot {rest} + {other} \cdot {s}"
    return Printed((inside, t), line.before, line.after, line.fits)


def all_but(values: Values, k: int) -> float:
    """The sum of the others: 1 − S_k without cancellation, where the values are S."""
    return math.fsum(float(value) for i, value in enumerate(values) if i != k)


def factor(text: str) -> str:
    """A number's text as a factor, a power's base or a subtrahend: in parentheses where it needs them."""
    return rf"\left({text}\right)" if text.startswith("-") or "cdot" in text else text


def negative(text: str) -> str:
    """A number's text with a minus before it; 0 has none."""
    return text if text == "0" else f"-{factor(text)}"


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


def shown(count: int) -> list[int]:
    """Enough of so many rows or columns for what `matrix` shows: printing 10,000 numbers takes long."""
    return [*range(min(_ROWS, count)), *range(_ROWS, count)[-1:]]


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
