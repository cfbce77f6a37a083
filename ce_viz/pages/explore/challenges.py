"""Small challenges: states to be found by hand, each met where a pure function of the scenario says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ce_viz.core import Scenario, cross_entropy, cross_entropy_grad, softmax
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.settings.value import Settings

START = Scenario().logits
LOW = 0.1
HALF = -0.5

_SAME = 1e-9
_PRINTED = 5e-4  # half of the last decimal that is shown


def same(scenario: Scenario) -> bool:
    """Other logits with the softmax that the page began with."""
    if scenario.logits == START or len(scenario.logits) != len(START):
        return False
    probs = softmax(scenario.logits, temperature=scenario.temperature)
    return bool(abs(probs - softmax(START)).max() < _SAME)


def half(scenario: Scenario) -> bool:
    """The gradient of the label's class is −0.5, as printed."""
    targets = scenario.effective_targets
    gradient = cross_entropy_grad(scenario.logits, targets, temperature=scenario.temperature)
    return bool(abs(gradient[labelled_class(targets)] - HALF) < _PRINTED)


def low(scenario: Scenario) -> bool:
    """The loss is below 0.1, with the logit of the label's class where the page began."""
    logits, targets = scenario.logits, scenario.effective_targets
    label = labelled_class(targets)
    if len(logits) != len(START) or logits[label] != START[label]:
        return False
    return bool(cross_entropy(logits, targets, temperature=scenario.temperature) < LOW)


CHALLENGES: Mapping[str, Callable[[Scenario], bool]] = {"same": same, "half": half, "low": low}
"""By the code that stands in links."""


def met(settings: Settings) -> tuple[str, ...]:
    """The challenges that the settings meet, and those that were met before."""
    return tuple(
        name for name, holds in CHALLENGES.items() if name in settings["met"] or holds(settings.scenario)
    )


def with_met(settings: Settings) -> Settings:
    """The settings, and in them what they meet."""
    now = met(settings)
    return settings if now == settings["met"] else settings.changed(met=now)
