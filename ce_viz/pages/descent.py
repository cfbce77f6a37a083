"""Gradient steps from the logits: one at a time, back to exactly the start, and the loss along the way.

The settings hold where the descent began and how many steps led from there to the logits. The losses in between
follow from them, so whoever has the link has the descent.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from ce_viz.core import Scenario, cross_entropy, gradient_descent
from ce_viz.settings.shared import MAX_STEPS
from ce_viz.settings.value import Settings

_MOST_KEPT = 256  # descents, of all visitors: each at most 2,000 numbers
_Key = tuple[tuple[float, ...], tuple[float, ...], float, float]


@dataclass
class _Run:
    """A descent as far as anybody has gone."""

    logits: tuple[float, ...]  # after the last step
    losses: list[float]
    lock: Lock = field(default_factory=Lock)

    def append(self, logits: tuple[float, ...], scenario: Scenario) -> None:
        """Go one step further; under the lock."""
        self.logits = logits
        self.losses.append(_loss(logits, scenario))


_runs: OrderedDict[_Key, _Run] = OrderedDict()
_runs_lock = Lock()


def advanced(settings: Settings) -> Settings:
    """The settings one step further down; the same where no step leads further."""
    count, logits = settings["descent_step"], settings["logits"]
    if count >= MAX_STEPS:
        return settings
    start = settings["descent_start"] if count else logits
    run = _run(settings, start)
    with run.lock:
        known = run.logits == logits and len(run.losses) == count + 1
        after = _step(logits, settings.scenario, settings["learning_rate"])
        if after == logits:
            return settings
        if known:  # or the next picture would take this step once more
            run.append(after, settings.scenario)
    return settings.changed(logits=after, descent_start=start, descent_step=count + 1)


def rewound(settings: Settings) -> Settings:
    """The settings at the start of the descent."""
    if not settings["descent_step"]:
        return settings
    return settings.changed(logits=settings["descent_start"])


def losses(settings: Settings, loss: float) -> list[float]:
    """The loss before the first step and after each; empty where no descent leads to the logits, whose ``loss`` is."""
    count, scenario = settings["descent_step"], settings.scenario
    if not count or not settings["descent_start"]:
        return []
    run = _run(settings, settings["descent_start"])
    with run.lock:
        while len(run.losses) <= count:
            run.append(_step(run.logits, scenario, settings["learning_rate"]), scenario)
        along = run.losses[: count + 1]
    return along if along[-1] == loss else []


def _run(settings: Settings, start: tuple[float, ...]) -> _Run:
    scenario = settings.scenario
    key = (start, scenario.effective_targets, scenario.temperature, settings["learning_rate"])
    with _runs_lock:
        if key not in _runs:
            _runs[key] = _Run(start, [_loss(start, scenario)])
        _runs.move_to_end(key)
        if len(_runs) > _MOST_KEPT:
            _runs.popitem(last=False)
        return _runs[key]


def _step(logits: tuple[float, ...], scenario: Scenario, learning_rate: float) -> tuple[float, ...]:
    path = gradient_descent(
        logits,
        scenario.effective_targets,
        learning_rate=learning_rate,
        steps=1,
        temperature=scenario.temperature,
    )
    return tuple(path[-1].tolist())


def _loss(logits: tuple[float, ...], scenario: Scenario) -> float:
    return float(cross_entropy(logits, scenario.effective_targets, temperature=scenario.temperature))
