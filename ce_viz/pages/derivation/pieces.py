"""What the formulas with numbers of several steps have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import SupportsFloat

from ce_viz.core.studies.derivation import Derivation
from ce_viz.pages.latex_pieces import bold, computed, derivative, given
from ce_viz.strings.numbers import parse

FEW = 4
"""Classes whose terms are all written out."""

DIGITS_APART = 14
"""Digits that a difference of nearly equal numbers may take on."""

MOST_DIGITS = 3
"""Digits that exponents and matrices may take on to give the result as it is printed."""


def result(value: SupportsFloat) -> str:
    """What a line arrives at, as it was computed."""
    return bold(computed(value))


def rate(proof: Derivation) -> str:
    """The factor 1/T as a number, where T is not 1."""
    temperature = proof.explanation.temperature
    return "" if temperature == 1 else rf"\tfrac{{1}}{{{given(temperature)}}} \cdot "


def scaled(proof: Derivation, inside: str) -> str:
    """``inside`` times 1/T."""
    front = rate(proof)
    return rf"{front}\left({inside}\right)" if front else inside


def output_by_logit(i: int, j: int) -> str:
    """∂S_i/∂o_j, both from 0."""
    return derivative(f"S_{{{i + 1}}}", f"o_{{{j + 1}}}")


def loss_by_logit(j: int) -> str:
    """∂L/∂o_j, from 0."""
    return derivative("L", f"o_{{{j + 1}}}")


def power(exponent: SupportsFloat, more: int = 0) -> str:
    """e to an exponent."""
    return f"e^{{{given(exponent, more)}}}"


def over_temperature(proof: Derivation, formula: Callable[..., float]) -> Callable[..., float]:
    """``formula`` divided by T as it is printed."""
    temperature = parse(given(proof.explanation.temperature))
    return lambda *numbers: formula(*numbers) / temperature
