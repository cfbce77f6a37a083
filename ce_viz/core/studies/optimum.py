"""What a label asks for: where its loss ends, what a smoothed label changes, and what the temperature does."""

import math
from dataclasses import dataclass

import numpy as np

from ce_viz.core.arrays import FloatArray, all_read_only
from ce_viz.core.losses import cross_entropy, cross_entropy_grad
from ce_viz.core.scenario import Scenario
from ce_viz.core.softmax import softmax

RUN_STEPS = 1000
"""Steps of the descents that `smoothing_curves` follows."""

_LEAD_POINTS = 121
_TEMPERATURE_POINTS = 81


@dataclass(frozen=True, eq=False, slots=True)
class SmoothingCurves:
    """The label's class leads all others, which are level: one-hot and smoothed label side by side; read-only.

    The lead is the logit of the label's class minus any other's. Row 0 is one-hot, row 1 smoothed.
    """

    targets: tuple[float, float]  # smoothed target of the label's class, and of each other class
    optimal_lead: float  # T log(ratio of the two): where S = y; inf without smoothing
    lowest_loss: float  # nats, the smoothed loss there: H(y)
    leads: FloatArray  # (M,), rising
    losses: FloatArray  # (2, M), nats
    steps: FloatArray  # (P,), whole numbers, rising from 1
    run: FloatArray  # (2, P), the lead after so many gradient steps from 0


def smoothing_curves(
    num_classes: int, label_smoothing: float, *, temperature: float = 1.0, learning_rate: float = 0.5
) -> SmoothingCurves:
    """How the loss of a one-hot label falls for ever, and that of a smoothed one ends at a finite lead.

    Args:
      num_classes: K >= 2.
      label_smoothing: eps in [0, 1]; the label's class has ``1 - eps + eps/K``, each other ``eps/K``.
      temperature: T > 0.
      learning_rate: eta of the descent ``o <- o - eta dL/do``.

    >>> round(smoothing_curves(3, 0.1).optimal_lead, 3)
    3.332
    """
    off = label_smoothing / num_classes
    on = 1 - label_smoothing + off
    optimum = temperature * (math.log(on) - math.log(off)) if off > 0 else math.inf
    low, high = _lead_limits(optimum, temperature)
    leads = np.linspace(low, high, _LEAD_POINTS)
    rows = np.zeros((_LEAD_POINTS, num_classes))
    rows[:, 0] = leads
    targets = np.full((2, num_classes), [[0.0], [off]])
    targets[:, 0] = 1.0, on
    losses = cross_entropy(rows, targets[:, None], temperature=temperature)
    steps = np.unique(np.geomspace(1, RUN_STEPS, 61).round())
    run = np.stack(
        [_run(target, num_classes, temperature, learning_rate)[steps.astype(int)] for target in (1.0, on)]
    )
    at_best = [optimum if math.isfinite(optimum) else 0.0, *[0.0] * (num_classes - 1)]
    lowest = float(cross_entropy(at_best, targets[1], temperature=temperature)) if off > 0 else 0.0
    arrays = all_read_only(leads=leads, losses=losses, steps=steps, run=run)
    return SmoothingCurves(targets=(on, off), optimal_lead=optimum, lowest_loss=lowest, **arrays)


def _lead_limits(optimum: float, temperature: float) -> tuple[float, float]:
    """Bounds that hold the optimum, in units that double with T: an axis changes in steps only."""
    unit = 2.0 ** math.ceil(math.log2(temperature))
    far = optimum / unit if math.isfinite(optimum) else 0.0
    return -4 * unit, unit * max(12, 8 * math.ceil((far + 2) / 8))


def _run(target: float, num_classes: int, temperature: float, learning_rate: float) -> FloatArray:
    """The lead after 0 … RUN_STEPS gradient steps from 0; the label's class has ``target``, the others the rest.

    The others stay level, so the lead alone says where the descent is: it grows by ``eta/T ((y - S) K/(K-1))``,
    the gradients of the label's class and of one other, which has the (K-1)th part with the other sign.
    """
    leads = np.zeros(RUN_STEPS + 1)
    lead, others = 0.0, num_classes - 1
    for step in range(1, RUN_STEPS + 1):
        weight = math.exp(-abs(lead) / temperature)  # of the classes behind: it vanishes, but never overflows
        prob = 1 / (1 + others * weight) if lead >= 0 else weight / (weight + others)
        lead += learning_rate / temperature * (target - prob) * num_classes / others
        leads[step] = lead
    return leads


@dataclass(frozen=True, eq=False, slots=True)
class TemperatureSweep:
    """The scenario's logits at every temperature; read-only, N temperatures."""

    temperatures: FloatArray  # (N,), rising, evenly spaced on a log axis
    probs: FloatArray  # (N, K), softmax(o/T)
    error: FloatArray  # (N,), largest |S sum(y) - y|: the gradient without its 1/T
    gradient: FloatArray  # (N,), largest |dL/do|


def temperature_sweep(scenario: Scenario, limits: tuple[float, float]) -> TemperatureSweep:
    """What the temperature does to the probabilities and to the gradient, from ``limits[0]`` to ``limits[1]``."""
    temperatures = np.geomspace(*limits, _TEMPERATURE_POINTS)
    # Scaling the logits and dividing the gradient is what T does; it lets one call do all temperatures.
    rows = np.array(scenario.logits) / temperatures[:, None]
    error = np.abs(cross_entropy_grad(rows, scenario.effective_targets)).max(axis=1)
    arrays = all_read_only(
        temperatures=temperatures,
        probs=softmax(rows),
        error=error,
        gradient=error / temperatures,
    )
    return TemperatureSweep(**arrays)
