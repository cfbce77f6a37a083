"""The race: cross-entropy and squared error descend from the same logits with the same step size.

Squared error is `squared_error`, ``1/2 sum_k (S_k - y_k)^2``. Both racers are judged by one measure: how far the
cross-entropy is above the lowest value that the label allows, which is 0 for a one-hot label.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ce_viz.core.arrays import Array, read_only
from ce_viz.core.entropies import entropy
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.evaluate import evaluate_together
from ce_viz.core.once import once_per_key
from ce_viz.core.scenario import Scenario

GOAL = 0.1
"""Nats above the lowest loss below which a racer has arrived."""

RACE_STEPS = 1000
"""Steps after which a race ends, arrived or not."""

_FEWEST_STEPS = 20  # so that something moves even where both start below the goal
_CHUNK = 100
_BUNDLE_MOVE = 0.05  # how far a logit may move in one bundle of steps
_MOST_BUNDLES = 1000
_MOST_STEPS = 1e15

_Gradient = Callable[[Array], Array]  # (K,) logits -> (K,)


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a racer came within `GOAL` of the lowest loss."""

    steps: float  # inf where it does not, or so late that no estimate holds
    exact: bool  # counted step by step; else estimated, good to about two digits


@dataclass(frozen=True, eq=False, slots=True)
class Race:
    """Both descents step by step; row 0 is cross-entropy, row 1 squared error; read-only, N steps."""

    steps: int  # N: until both have arrived, at most RACE_STEPS
    goal: float  # nats, GOAL above the least cross-entropy that the label allows
    logits: Array  # (2, N + 1, K), the start first
    probs: Array  # (2, N + 1, K), S
    losses: Array  # (2, N + 1), the cross-entropy of either, nats
    arrivals: tuple[Arrival, Arrival]


def lowest_loss(targets: Array) -> float:
    """The least cross-entropy that any logits reach, in nats: H(y) where y sums to 1.

    >>> lowest_loss(np.array([0.0, 1.0])), round(lowest_loss(np.array([0.5, 0.5])), 3)
    (0.0, 0.693)
    """
    total = float(targets.sum())
    return total * float(entropy(targets / total)) + 0.0 if total > 0 else 0.0


def descend_both(
    scenario: Scenario, learning_rate: float, steps: int, *, moving: tuple[int, ...] | None = None
) -> Array:
    """Paths of ``o <- o - learning_rate dL/do`` down cross-entropy and down squared error, ``(2, steps + 1, K)``.

    The scenario's logits come first.

    Args:
      scenario: The start, the label and the temperature.
      learning_rate: eta, the same for both.
      steps: How many steps.
      moving: Classes whose logits move while the others stay; None for all.
    """
    start = np.array(scenario.logits)
    rates = np.full(len(start), learning_rate)
    if moving is not None:
        rates[[k for k in range(len(start)) if k not in moving]] = 0.0
    return np.stack(
        [
            np.concatenate([start[None], _walk(gradient, start, rates, steps)])
            for gradient in _gradients(np.array(scenario.effective_targets), scenario.temperature)
        ]
    )


@once_per_key(maxsize=8)  # 3 MB each with 100 classes
def run_race(scenario: Scenario, learning_rate: float) -> Race:
    """Let both descend until both have arrived, for at most `RACE_STEPS` steps.

    Args:
      scenario: The start; its loss must be finite, so no class with a positive target may be masked.
      learning_rate: eta > 0, the same for both.
    """
    targets, temperature = np.array(scenario.effective_targets), scenario.temperature
    gradients = _gradients(targets, temperature)
    rates = np.full(len(targets), learning_rate)
    goal = lowest_loss(targets) + GOAL
    path = np.array([scenario.logits, scenario.logits])[:, None]  # (2, steps so far + 1, K)
    probs, losses = _probs_and_losses(path, targets, temperature)
    if not np.isfinite(losses).all():
        raise ValueError(f"the loss must be finite at the start, got {losses[0, 0]}")
    while path.shape[1] <= RACE_STEPS:
        further = np.stack([_walk(gradients[racer], path[racer, -1], rates, _CHUNK) for racer in range(2)])
        path = np.concatenate([path, further], axis=1)
        further_probs, further_losses = _probs_and_losses(further, targets, temperature)
        probs = np.concatenate([probs, further_probs], axis=1)
        losses = np.concatenate([losses, further_losses], axis=1)
        if (losses < goal).any(axis=1).all():
            break

    def arrival(racer: int) -> Arrival:
        below = losses[racer] < goal
        if below.any():
            return Arrival(int(below.argmax()), exact=True)
        return _estimated(
            gradients[racer],
            path[racer, -1],
            path.shape[1] - 1,
            learning_rate,
            lambda logits: _loss(logits, targets, temperature) < goal,
        )

    arrivals = arrival(0), arrival(1)
    steps = max(_FEWEST_STEPS, *(int(min(arrival.steps, RACE_STEPS)) for arrival in arrivals))
    logits, probs, losses = (read_only(array[:, : steps + 1].copy()) for array in (path, probs, losses))
    return Race(steps=steps, goal=goal, logits=logits, probs=probs, losses=losses, arrivals=arrivals)


def _estimated(
    gradient: _Gradient,
    logits: Array,
    steps: int,
    learning_rate: float,
    arrived: Callable[[Array], bool],
) -> Arrival:
    """The arrival of a racer that is still above the goal after ``steps``.

    Where the gradient is small, many steps go by while it hardly changes: they are taken as one, with the gradient
    at their middle. Against counting, that is off by less than a hundredth.
    """
    total = float(steps)
    for _ in range(_MOST_BUNDLES):
        if arrived(logits):
            return Arrival(total, exact=False)
        slope = gradient(logits)
        move = learning_rate * float(np.abs(slope).max())
        bundle = max(1.0, _BUNDLE_MOVE // move) if move > 0 else math.inf
        total += bundle
        if total > _MOST_STEPS:
            break
        middle = logits - learning_rate * (bundle - 1) / 2 * slope
        logits = logits - learning_rate * bundle * gradient(middle)
    return Arrival(math.inf, exact=False)


def _probs_and_losses(logits: Array, targets: Array, temperature: float) -> tuple[Array, Array]:
    """Of logits ``(2, N, K)``: `softmax`, same shape, and `cross_entropy`, ``(2, N)``."""
    rows = logits.reshape(-1, logits.shape[-1])
    formulas = [_formulas.probs, _formulas.loss]
    probs, losses = evaluate_together(formulas, rows, np.broadcast_to(targets, rows.shape), temperature)
    return probs.reshape(logits.shape), losses.reshape(logits.shape[:-1])


def _loss(logits: Array, targets: Array, temperature: float) -> float:
    """The cross-entropy of one row ``(K,)``, quickly: good to 1e-15 of the largest term."""
    scaled = (logits - logits.max()) / temperature
    labelled = targets > 0
    return float(targets[labelled] @ (math.log(np.exp(scaled).sum()) - scaled[labelled]))


def _walk(gradient: _Gradient, logits: Array, rates: Array, steps: int) -> Array:
    """The logits after each of the next steps, ``(steps, K)``."""
    path = np.empty((steps, len(logits)))
    for step in range(steps):
        logits = path[step] = logits - rates * gradient(logits)
    return path


def _gradients(targets: Array, temperature: float) -> tuple[_Gradient, _Gradient]:
    """dL/do of cross-entropy and of squared error.

    The public functions give the same to the last bits; a race takes thousands of steps one after another, and
    these cost a fifth.
    """
    targets_sum = float(targets.sum())

    def probs(logits: Array) -> Array:
        weights = np.exp((logits - logits.max()) / temperature)
        normalised: Array = weights / weights.sum()
        return normalised

    def cross_entropy_gradient(logits: Array) -> Array:
        return (probs(logits) * targets_sum - targets) / temperature

    def squared_error_gradient(logits: Array) -> Array:
        outputs = probs(logits)
        # Softmax's Jacobian does not see a shift of what it is multiplied with. Counted from the peak's error, the
        # mean is a sum of small terms; else it would cancel where S is nearly one-hot, just where a racer is stuck.
        error = outputs - targets
        error -= error[outputs.argmax()]
        return outputs * (error - outputs @ error) / temperature

    return cross_entropy_gradient, squared_error_gradient
