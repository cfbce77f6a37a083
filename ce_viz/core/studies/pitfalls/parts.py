"""The parts of a round: panels to draw, a question with its computed answer, the wrong result and the right one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core.arrays import Array, FloatArray, read_only
from ce_viz.core.scenario import Scenario
from ce_viz.core.softmax import softmax

APART = 0.03
"""Least distance between the truth and the nearest wrong claim: less could not be seen on a chart."""

_SAME = 1e-4  # central differences, the coarsest of our truths, are this good and better
_TRAP = 0.02  # a guess this near a well-known wrong value, relatively, is taken for it


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """One chart's numbers.

    ``values`` is ``(C,)`` for bars, ``(R, C)`` for a matrix with row 1 on top and, where ``at`` is given, ``(P,)``
    for a curve over it.
    """

    name: str  # unique among the panels of its part of the round
    quantity: str  # "logits", "probs", "targets", "labels" (class numbers), "loss", "signed": its colour
    values: Array
    columns: str = "classes"  # the quantity along x: "classes", "logits" (o_j), "examples", "lead", "steps"
    rows: str = ""  # what a matrix's rows are: "outputs" (S_i) or "examples"
    sums: str = ""  # "rows" or "columns": a matrix's last column or row holds those sums
    at: Array | None = None  # (P,), the x of a curve's values
    level: float | None = None  # a value the curve does not pass


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with one right option; which one was found by comparing each option's claim with the truth."""

    options: tuple[str, ...]  # in display order
    answer: str
    claims: Mapping[str, tuple[float, ...]]  # by option: the vector it claims, where it is displayed as one
    clear: bool  # exactly one claim is the truth and no other is near it

    def judge(self, guess: str) -> bool:
        """Whether the guess is right."""
        return guess == self.answer

    def trap(self, guess: str) -> str:
        """The misconception behind a guess: the option itself."""
        return guess


@dataclass(frozen=True, slots=True)
class Number:
    """A question whose answer is a number; ``traps`` are what misconceptions give instead."""

    answer: float
    tolerance: float  # absolute, or a share of the answer
    traps: Mapping[str, float]
    relative: bool = False  # the tolerance is a share: so that stating it does not reveal the answer

    @property
    def margin(self) -> float:
        """The tolerance as a distance."""
        return self.tolerance * abs(self.answer) if self.relative else self.tolerance

    @property
    def clear(self) -> bool:
        """Whether no trap counts as right."""
        return all(abs(self.answer - trap) > 2 * self.margin for trap in self.traps.values())

    def judge(self, guess: float) -> bool:
        """Whether the guess is within the tolerance."""
        return abs(guess - self.answer) <= self.margin

    def trap(self, guess: float) -> str:
        """The misconception that gives this number, or ""."""
        near = {
            name: abs(guess - value) <= max(_TRAP * abs(value), 1e-3) for name, value in self.traps.items()
        }
        return next((name for name, is_near in near.items() if is_near and not self.judge(guess)), "")


@dataclass(frozen=True, eq=False, slots=True)
class Pitfall:
    """One round: a situation, a question about it, and what is wrong against what is right."""

    name: str
    scenario: Scenario  # what it is about, to be opened in Explore
    situation: tuple[Panel, ...]  # drawn with the question: does not reveal the answer
    answer: Choice | Number
    wrong: tuple[Panel, ...]
    right: tuple[Panel, ...]  # each to be drawn on the axes of the wrong one with the same index
    findings: Mapping[str, float]  # the error in numbers, by the names of the readout
    facts: Mapping[str, float | int]  # numbers that the question names
    classes: Mapping[str, int]  # classes that the texts name, from 0
    clear: bool  # the numbers show the difference
    own: bool = False  # made of the visitor's settings


def choice(claims: Mapping[str, ArrayLike], truth: ArrayLike, *, as_vectors: bool = False) -> Choice:
    """The option whose claim is nearest the truth; NaN is the claim that it fails.

    Args:
      claims: By option, in the order to show; all of the truth's shape.
      truth: The actual result.
      as_vectors: Whether the options are displayed as their vectors.
    """
    distances = sorted((_distance(claim, truth), option) for option, claim in claims.items())
    (nearest, answer), (second, _) = distances[:2]
    vectors = (
        {option: tuple(np.ravel(claim).tolist()) for option, claim in claims.items()} if as_vectors else {}
    )
    return Choice(tuple(claims), answer, vectors, clear=nearest <= _SAME and second >= APART)


def _distance(claim: ArrayLike, truth: ArrayLike) -> float:
    left, right = np.broadcast_arrays(np.asarray(claim, np.float64), np.asarray(truth, np.float64))
    if (np.isnan(left) != np.isnan(right)).any():
        return math.inf
    return float(np.abs(left - right)[~np.isnan(left)].max(initial=0.0))


def bracket(brackets: Mapping[str, tuple[float, float]], truth: float) -> Choice:
    """The option whose open interval holds the truth; the intervals do not overlap."""
    holds = [option for option, (low, high) in brackets.items() if low < truth < high]
    return Choice(tuple(brackets), holds[0] if holds else "", {}, clear=len(holds) == 1)


def panel(
    name: str, quantity: str, values: ArrayLike, *, at: ArrayLike | None = None, **settings: str | float
) -> Panel:
    """A panel that holds read-only float64 copies."""
    x = None if at is None else frozen(at)
    return Panel(name, quantity, frozen(values), at=x, **settings)  # type: ignore[arg-type]


def matrix(name: str, values: FloatArray, *, sums: str = "") -> Panel:
    """A panel with a signed matrix of outputs by logits, with the sums of its "rows" or "columns" if named."""
    shown = with_sums(values, sums) if sums else values
    return panel(name, "signed", shown, rows="outputs", columns="logits", sums=sums)


def state(o: FloatArray, y: FloatArray) -> tuple[Panel, ...]:
    """Logits, what softmax makes of them, and targets."""
    return panel("logits", "logits", o), panel("probs", "probs", softmax(o)), panel("targets", "targets", y)


def frozen(values: ArrayLike) -> Array:
    """A read-only float64 copy."""
    return read_only(np.array(values, dtype=np.float64))


def without_dust(values: ArrayLike) -> Array:
    """Sums that are 0 but for rounding, as 0: ``5.6·10⁻¹⁷`` on a bar reads like a result."""
    array = np.array(values, dtype=np.float64)
    array[np.abs(array) < 1e-12] = 0.0
    return array


def with_sums(matrix: FloatArray, sums: str) -> Array:
    """The matrix with the sums of its rows as last column, or of its columns as last row."""
    axis = 1 if sums == "rows" else 0
    return np.concatenate([matrix, without_dust(matrix.sum(axis=axis, keepdims=True))], axis=axis)


def worst(wrong: ArrayLike, right: ArrayLike) -> float:
    """The largest absolute difference."""
    return float(np.abs(np.asarray(wrong) - np.asarray(right)).max())


def logits_and_targets(scenario: Scenario) -> tuple[Array, Array]:
    """Logits and effective targets, both ``(K,)``."""
    return np.array(scenario.logits), np.array(scenario.effective_targets)
