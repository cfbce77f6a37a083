"""The minimum of a smooth strictly convex function of many variables."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.errors import Progress

Vector = NDArray[np.float64]

_MEMORY = 20
_MAX_STEPS = 200
_MAX_HALVINGS = 30
_SUFFICIENT = 1e-4  # share of the decrease that the slope promises
_ROUNDING = 1e-14  # of the value: what it may seem to rise by


class Minimum(NamedTuple):
    """Where the search stopped."""

    point: Vector  # (P,)
    value: float
    converged: bool  # whether the decrease that is left is below the tolerance


def minimise(
    objective: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    precondition: Callable[[Vector], Vector],
    *,
    tolerance: float,
    progress: Progress | None = None,
) -> Minimum:
    """Minimise by L-BFGS with backtracking.

    It stops where half the product of the gradient and the quasi-Newton step, the decrease that is left, is
    below ``tolerance``; after 200 steps; or where rounding hides any decrease.

    Args:
      objective: Value and gradient ``(P,)`` at a point ``(P,)``.
      start: First point, ``(P,)``.
      precondition: A vector ``(P,)`` times an estimate of the inverse Hessian, symmetric and positive.
      tolerance: In the unit of the value.
      progress: Called with a share of the work done, out of steps whose number is not known beforehand.

    Source: Nocedal & Wright 2006, Numerical Optimization, algorithms 7.4 and 3.1.
    """
    point = start
    value, gradient = objective(point)
    pairs: deque[tuple[Vector, Vector]] = deque(maxlen=_MEMORY)
    for number in range(_MAX_STEPS):
        direction = -_inverse_hessian_product(gradient, pairs, precondition)
        slope = float(gradient @ direction)
        if -slope / 2 < tolerance:
            return Minimum(point, value, True)
        length = 1.0
        for _ in range(_MAX_HALVINGS):
            candidate = point + length * direction
            new_value, new_gradient = objective(candidate)
            if new_value <= value + _SUFFICIENT * length * slope + _ROUNDING * abs(value):
                break
            length /= 2
        else:
            return Minimum(point, value, False)
        moved, turned = candidate - point, new_gradient - gradient
        if moved @ turned > 0:
            pairs.append((moved, turned))
        point, value, gradient = candidate, new_value, new_gradient
        if progress:
            progress(1 - 0.85 ** (number + 1))
    return Minimum(point, value, False)


def _inverse_hessian_product(
    vector: Vector, pairs: deque[tuple[Vector, Vector]], precondition: Callable[[Vector], Vector]
) -> Vector:
    """The two-loop recursion over pairs of steps and changes of the gradient, the latest last."""
    remaining = vector.copy()
    factors = []
    for moved, turned in reversed(pairs):
        factor = moved @ remaining / (moved @ turned)
        remaining -= factor * turned
        factors.append(factor)
    result = precondition(remaining)
    for (moved, turned), factor in zip(pairs, reversed(factors), strict=True):
        result = result + moved * (factor - turned @ result / (moved @ turned))
    return result
