"""Cross-entropy against squared error: their gradients and their surfaces, on the same logits.

Squared error is `squared_error`, ``1/2 sum_k (S_k - y_k)^2``, of the same ``S = softmax(o/T)``.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core.arrays import FloatArray, all_read_only
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.evaluate import evaluate_together
from ce_viz.core.losses import cross_entropy, cross_entropy_grad, squared_error, squared_error_grad
from ce_viz.core.once import once_per_key
from ce_viz.core.scenario import Scenario
from ce_viz.core.studies.race import descend_both

GAP_LIMITS = (-10.0, 20.0)
"""Gaps that the curves span at least, where T is at most 1; the bounds double with T."""

SURFACE_POINTS = 33
"""Grid points of a surface along each axis."""

PATH_STEPS = 100
"""Steps of the descents drawn on the surfaces."""

_GAP_POINTS = 151
_SURFACE_REACH, _SURFACE_STEP = 8.0, 4.0


def labelled_class(targets: ArrayLike) -> int:
    """The class of the largest target, the first of a tie."""
    return int(np.argmax(targets))


def strongest_rival(logits: ArrayLike, label: int) -> int | None:
    """The class of the largest logit but the label's; None where every other class is masked."""
    others = np.array(logits, dtype=np.float64)
    others[label] = -math.inf
    rival = int(others.argmax())
    return rival if others[rival] > -math.inf else None


def gradient_sizes(logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0) -> tuple[float, float]:
    """Largest entry of |dL/do|: of cross-entropy, and of squared error.

    >>> wrong_by_10 = gradient_sizes([10.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    >>> round(wrong_by_10[0], 5), round(wrong_by_10[1], 6)
    (0.99995, 0.000136)
    """
    cross, squared = both_gradients(logits, targets, temperature=temperature)
    return float(np.abs(cross).max()), float(np.abs(squared).max())


def both_gradients(
    logits: ArrayLike, targets: ArrayLike, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """dL/do of cross-entropy, and of squared error: two arrays of the logits' shape ``(..., K)``."""
    return (
        cross_entropy_grad(logits, targets, temperature=temperature),
        squared_error_grad(logits, targets, temperature=temperature),
    )


@dataclass(frozen=True, eq=False, slots=True)
class GapCurves:
    """Both gradients while the strongest wrong logit moves; read-only, G gaps."""

    label: int  # the class that the targets favour
    rival: int  # the wrong class that moves
    gap: float  # rival's logit minus the label's, as the scenario has it
    sizes: tuple[float, float]  # largest |dL/do| at that gap: cross-entropy, squared error
    gaps: FloatArray  # (G,), rising
    cross_entropy: FloatArray  # (G,), largest |dL/do|
    squared_error: FloatArray  # (G,), largest |dL/do|
    slope: FloatArray  # (G,), dS/do of the label's class: S (1 - S) / T
    cross_entropy_pull: FloatArray  # (G,), |dL/dS| of the label's class: y / S
    squared_error_pull: FloatArray  # (G,), |dL/dS| of the label's class: |S - y|


def gap_curves(scenario: Scenario) -> GapCurves:
    """How hard both losses pull at the logits, by how far the strongest wrong class is ahead.

    The curves go through the scenario's own logits. The moving rival takes down with it those that it would
    otherwise fall behind: the gap is always that of the strongest wrong class.

    Raises:
      ValueError: The label's class is masked, or every other class is: there is no gap then.
    """
    targets = np.array(scenario.effective_targets)
    logits, temperature = np.array(scenario.logits), scenario.temperature
    label = labelled_class(targets)
    rival = strongest_rival(logits, label)
    if rival is None or logits[label] == -math.inf:
        raise ValueError(f"the label's class and a rival must be unmasked, got logits {scenario.logits}")
    gap = float(logits[rival] - logits[label])
    gaps = np.linspace(*_gap_limits(gap, _unit(temperature)), _GAP_POINTS)
    rows = np.minimum(logits, (logits[label] + gaps)[:, None])  # (G, K)
    rows[:, rival] = logits[label] + gaps
    rows[:, label] = logits[label]
    cross, squared, probs = evaluate_together(  # (G, K)
        [_formulas.logits_grad, _formulas.squared_error_grad, _formulas.probs],
        rows,
        np.broadcast_to(targets, rows.shape),
        temperature,
    )
    true, others = probs[:, label], np.delete(probs, label, axis=1).sum(axis=1)
    with np.errstate(divide="ignore", over="ignore"):
        pull = targets[label] / true if targets[label] > 0 else np.zeros_like(true)
    curves = all_read_only(
        gaps=gaps,
        cross_entropy=np.abs(cross).max(axis=1),
        squared_error=np.abs(squared).max(axis=1),
        slope=true * others / temperature,
        cross_entropy_pull=pull,
        squared_error_pull=np.abs(true - targets[label]),
    )
    sizes = gradient_sizes(logits, targets, temperature=temperature)
    return GapCurves(label=label, rival=rival, gap=gap, sizes=sizes, **curves)


def _unit(temperature: float) -> float:
    """What a logit's difference has to be counted in to look the same at any T above 1; it doubles with T."""
    return max(1.0, 2.0 ** math.ceil(math.log2(temperature)))


def _gap_limits(gap: float, unit: float) -> tuple[float, float]:
    """Bounds that hold the gap and change in steps of 10 and 20 units only."""
    low, high = (unit * limit for limit in GAP_LIMITS)
    return min(low, -low * math.floor(gap / -low)), max(high, high * math.ceil(gap / high))


@dataclass(frozen=True, eq=False, slots=True)
class LossSurfaces:
    """Both losses over two logits, the others held, and the descent of each; read-only, N grid points a side."""

    pair: tuple[int, int]  # the classes along x and y
    ticks: FloatArray  # (N,), values of either logit
    cross_entropy: FloatArray  # (N, N), nats; row = y, column = x
    squared_error: FloatArray  # (N, N)
    paths: FloatArray  # (2, P, 2), steps down cross-entropy, down squared error: (x, y), the start first
    heights: FloatArray  # (2, P), the loss that is descended, along its path


@once_per_key(maxsize=32)
def loss_surfaces(scenario: Scenario, pair: tuple[int, int], *, learning_rate: float) -> LossSurfaces:
    """Both losses where the two logits of ``pair`` vary and the others stay as they are.

    The descents move these two logits only, so that they lie on the surfaces.

    Args:
      scenario: Its logits are the start; those of the pair must be finite.
      pair: Two different classes, from 0.
      learning_rate: eta in ``o <- o - eta dL/do``, for both.
    """
    targets, columns = np.array(scenario.effective_targets), list(pair)
    logits = np.array(scenario.logits)
    if pair[0] == pair[1] or not np.isfinite(logits[columns]).all():
        raise ValueError(f"pair must be two different unmasked classes, got {pair} of {scenario.logits}")
    walks = descend_both(scenario, learning_rate, PATH_STEPS, moving=pair)  # (2, P, K)
    paths = walks[:, :, columns]
    ticks = _surface_ticks(paths, _unit(scenario.temperature))
    grid = np.broadcast_to(logits, (len(ticks), len(ticks), len(logits))).copy()
    grid[:, :, pair[0]], grid[:, :, pair[1]] = np.meshgrid(ticks, ticks)
    rows = grid.reshape(-1, len(logits))
    entropies, distances = evaluate_together(
        [_formulas.loss, _formulas.squared_error],
        rows,
        np.broadcast_to(targets, rows.shape),
        scenario.temperature,
    )
    heights = (
        cross_entropy(walks[0], targets, temperature=scenario.temperature),
        squared_error(walks[1], targets, temperature=scenario.temperature),
    )
    arrays = all_read_only(
        ticks=ticks,
        cross_entropy=entropies.reshape(grid.shape[:2]),
        squared_error=distances.reshape(grid.shape[:2]),
        paths=paths,
        heights=np.stack(heights),
    )
    return LossSurfaces(pair=pair, **arrays)


def _surface_ticks(paths: FloatArray, unit: float) -> FloatArray:
    """Grid values, the same for both axes, around 0 and all ``paths``; the bounds change in steps only."""
    reach, step = unit * _SURFACE_REACH, unit * _SURFACE_STEP
    low = min(-reach, step * math.floor((paths.min() - unit) / step))
    high = max(reach, step * math.ceil((paths.max() + unit) / step))
    return np.linspace(low, high, SURFACE_POINTS)
