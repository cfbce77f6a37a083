"""Vector scaling: a weight and a bias for the logit of each class.

Source: Guo, Pleiss, Sun & Weinberger 2017, arXiv:1706.04599, section 4.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.lbfgs import minimise
from ce_viz.core.inspection.metrics import Floats, Integers
from ce_viz.core.inspection.reading.errors import Progress
from ce_viz.core.inspection.records import FrozenArrays
from ce_viz.core.inspection.rowwise import row_blocks

PENALTY = 1.0

_TOLERANCE = 1e-8  # nats over all rows together; the estimate can be short of what is left
_MASKED_GAP = 1e6  # a logit that far below the row's largest has no probability at any temperature


@dataclass(frozen=True, eq=False, slots=True)
class VectorScaling(FrozenArrays):
    """Scaled logits ``w o + b``, class by class."""

    weights: Floats  # (K,) w; all equal to 1/T in temperature scaling
    biases: Floats  # (K,) b, nats; all 0 in temperature scaling
    converged: (
        bool  # whether the search ended next to the smallest penalised loss, to about 1e-6 nats in total
    )

    def scaled(self, logits: NDArray[np.floating]) -> Floats:
        """The logits ``(N, K)`` after scaling, float64; masked ones become ``-inf``."""
        wide = logits.astype(np.float64)
        masked = _masked(wide, axis=1)
        wide[masked] = 0
        wide *= self.weights
        wide += self.biases
        wide[masked] = -np.inf
        return wide


class _Problem(NamedTuple):
    """A sample, and what of it every step needs."""

    logits: NDArray[np.floating]  # (N, K)
    labels: Integers | None  # (N,)
    targets: Floats | None  # (N, K)
    chosen: Integers  # (M,) rows that count
    location: Floats  # (K,) mean of each class's logits, masked ones left out
    spread: Floats  # (K,) mean absolute deviation from it, 1 where that is 0
    weight_sums: Floats  # (K,) sum of y
    logit_sums: Floats  # (K,) sum of y (o - location)


def fit_vector_scaling(
    logits: NDArray[np.floating],
    labels: Integers | None = None,
    targets: Floats | None = None,
    *,
    temperature: float,
    chosen: Integers | None = None,
    start: VectorScaling | None = None,
    progress: Progress | None = None,
) -> VectorScaling:
    """The weights and biases with the smallest penalised loss.

    Minimised is the total loss plus ``PENALTY/2 sum_k (Δspread_k² + Δlocation_k²)``: by how many nats the
    spread and the mean of the logits of class k depart from those at ``temperature``. The penalty weighs as
    much as one row or so. With it the minimum is finite where labels are separable or a class has no rows,
    there is but one, and where the rows have nothing to say it is temperature scaling.

    Args:
      logits: Shape ``(N, K)``, rows with a finite loss; ``-inf`` masks a class, and so does a logit 10⁶
        below the row's largest.
      labels: Shape ``(N,)``, from 0; or None where there are targets.
      targets: Shape ``(N, K)``, >= 0; or None where there are labels.
      temperature: T > 0 of the temperature scaling to stay near, as fitted to the same rows.
      chosen: Indices of the rows to fit to, at least one; all rows if None.
      start: Where the search starts; it does not change what is found.
      progress: Called with a share of the work done, out of steps whose number is not known beforehand.

    Raises:
      ValueError: Neither labels nor targets.
    """
    problem = _problem(logits, labels, targets, np.arange(len(logits)) if chosen is None else chosen)
    num_classes = logits.shape[1]
    first = np.zeros(2 * num_classes)
    if start is not None:
        first = np.concatenate(_departures(problem, temperature, start.weights, start.biases))
    curvature = _curvature(problem, temperature, first)
    found = minimise(
        lambda point: _loss_and_gradient(problem, temperature, point),
        first,
        lambda vector: _solved(curvature, vector),
        tolerance=_TOLERANCE,
        progress=progress,
    )
    weights, _ = _parameters(problem, temperature, found.point)
    biases = found.point[num_classes:] - (weights - 1 / temperature) * problem.location
    return VectorScaling(weights, biases, found.converged)


def _problem(
    logits: NDArray[np.floating], labels: Integers | None, targets: Floats | None, chosen: Integers
) -> _Problem:
    num_classes = logits.shape[1]
    zeros = np.zeros(num_classes)
    problem = _Problem(logits, labels, targets, chosen, zeros, zeros, zeros, zeros)
    total, weight_sums, count, deviation, logit_sums = (np.zeros(num_classes) for _ in range(5))
    for block in _blocks(problem):
        total += block.logits.sum(axis=1)
        count += block.num_rows - (0 if block.masked is None else block.masked.sum(axis=1))
    problem = problem._replace(location=total / np.maximum(count, 1))
    for block in _blocks(problem):
        deviation += np.abs(block.logits).sum(axis=1)
        if block.targets is not None:
            weight_sums += block.targets.sum(axis=1)
            logit_sums += np.einsum("kb,kb->k", block.targets, block.logits)
        else:
            own = block.logits[block.labels, np.arange(block.num_rows)]
            weight_sums += np.bincount(block.labels, minlength=num_classes)
            logit_sums += np.bincount(block.labels, weights=own, minlength=num_classes)
    spread = np.where(deviation > 0, deviation / np.maximum(count, 1), 1.0)
    return problem._replace(spread=spread, weight_sums=weight_sums, logit_sums=logit_sums)


def _parameters(problem: _Problem, temperature: float, point: Floats) -> tuple[Floats, Floats]:
    """Weights, and biases of centred logits, at departures ``(2K,)`` from temperature scaling.

    Of the biases the part is left out that all classes share: it does not change a softmax, and may be large.
    """
    spread, location = np.split(point, 2)
    centre = problem.location - problem.location.mean()
    return 1 / temperature + spread / problem.spread, centre / temperature + location


def _departures(
    problem: _Problem, temperature: float, weights: Floats, biases: Floats
) -> tuple[Floats, Floats]:
    """By how much spread and mean of the scaled logits depart from temperature scaling, each ``(K,)``."""
    change = weights - 1 / temperature
    return change * problem.spread, biases + change * problem.location


def _loss_and_gradient(problem: _Problem, temperature: float, point: Floats) -> tuple[float, Floats]:
    """Penalised total loss in nats, and its gradient ``(2K,)``."""
    weights, offsets = _parameters(problem, temperature, point)
    loss = -float(weights @ problem.logit_sums + offsets @ problem.weight_sums)
    by_weight, by_offset = -problem.logit_sums, -problem.weight_sums
    for block in _blocks(problem):
        probs, log_total = _softmax(block, weights, offsets)
        loss += float((log_total if block.weight is None else block.weight * log_total).sum())
        if block.weight is not None:
            probs *= block.weight
        by_offset += probs.sum(axis=1)
        by_weight += np.einsum("kb,kb->k", probs, block.logits)
    gradient = np.concatenate([by_weight / problem.spread, by_offset]) + PENALTY * point
    return loss + PENALTY / 2 * float(point @ point), gradient


def _curvature(problem: _Problem, temperature: float, point: Floats) -> tuple[Floats, Floats, Floats]:
    """The Hessian within each class: entries spread², spread times mean, mean², each ``(K,)``."""
    weights, offsets = _parameters(problem, temperature, point)
    squares, products, plain = (np.zeros(len(weights)) for _ in range(3))
    for block in _blocks(problem):
        probs, _ = _softmax(block, weights, offsets)
        probs *= (1 - probs) if block.weight is None else (1 - probs) * block.weight
        plain += probs.sum(axis=1)
        products += np.einsum("kb,kb->k", probs, block.logits) / problem.spread
        scaled = block.logits / problem.spread[:, None]
        squares += np.einsum("kb,kb,kb->k", probs, scaled, scaled)
    return squares + PENALTY, products, plain + PENALTY


def _solved(curvature: tuple[Floats, Floats, Floats], vector: Floats) -> Floats:
    """The vector ``(2K,)`` divided by the Hessian within each class."""
    squares, products, plain = curvature
    spread, location = np.split(vector, 2)
    determinant = squares * plain - products**2
    return np.concatenate(
        [
            (plain * spread - products * location) / determinant,
            (squares * location - products * spread) / determinant,
        ]
    )


class _Block(NamedTuple):
    logits: Floats  # (K, B) o - location, 0 where masked; classes first, as sums along the long axis are fast
    masked: NDArray[np.bool_] | None  # (K, B), None where nothing is
    labels: Integers  # (B,)
    targets: Floats | None  # (K, B)
    weight: Floats | None  # (B,) sum_k y_k, None where it is 1

    @property
    def num_rows(self) -> int:
        return int(self.logits.shape[1])


def _blocks(problem: _Problem) -> Iterator[_Block]:
    for part in row_blocks((len(problem.chosen), problem.logits.shape[1])):
        rows = problem.chosen[part]
        logits = np.ascontiguousarray(problem.logits[rows].T.astype(np.float64, order="C"))
        masked = None
        if logits.min() < logits.max() - _MASKED_GAP:
            masked = _masked(logits, axis=0)
            logits[masked] = 0
        logits -= problem.location[:, None]
        if masked is not None:
            logits[masked] = 0
        if problem.targets is not None:
            targets = problem.targets[rows].T
            yield _Block(logits, masked, np.empty(0, np.int64), targets, targets.sum(axis=0))
        elif problem.labels is not None:
            yield _Block(logits, masked, problem.labels[rows], None, None)
        else:
            raise ValueError("labels or targets must be given")


def _masked(logits: Floats, axis: int) -> NDArray[np.bool_]:
    masked: NDArray[np.bool_] = logits < logits.max(axis=axis, keepdims=True) - _MASKED_GAP
    return masked


def _softmax(block: _Block, weights: Floats, offsets: Floats) -> tuple[Floats, Floats]:
    """Probabilities ``(K, B)`` and the logarithm of the sum of exponentials ``(B,)``."""
    probs = block.logits * weights[:, None]
    probs += offsets[:, None]
    if block.masked is not None:
        probs[block.masked] = -np.inf
    highest = probs.max(axis=0)
    probs -= highest
    np.exp(probs, out=probs)
    total = probs.sum(axis=0)
    probs /= total
    return probs, np.log(total) + highest
