"""Small challenges: states to be found by hand, each met where a pure function of the scenario says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ce_viz.core import Explanation, Scenario, cross_entropy, cross_entropy_grad, softmax
from ce_viz.core.arrays import FloatArray
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.settings.value import Settings

START = Scenario().logits
LOW = 0.1
HALF = -0.5

_START_PROBS = softmax(START)

_SAME = 1e-9
_PRINTED = 5e-4  # half of the last decimal that is shown


@dataclass(frozen=True)
class Asked:
    """What a challenge asks of a scenario, worked out where it is asked; an ``Explanation`` knows it already."""

    scenario: Scenario

    @cached_property
    def probs(self) -> FloatArray:
        """S."""
        return softmax(self.scenario.logits, temperature=self.scenario.temperature)

    @cached_property
    def logits_grad(self) -> FloatArray:
        """∂L/∂o."""
        given = self.scenario
        return cross_entropy_grad(given.logits, given.effective_targets, temperature=given.temperature)

    @cached_property
    def loss(self) -> float:
        """L."""
        given = self.scenario
        return float(cross_entropy(given.logits, given.effective_targets, temperature=given.temperature))


Found = Asked | Explanation


def same(given: Scenario, found: Found) -> bool:
    """Other logits with the softmax that the page began with."""
    if len(given.logits) != len(START) or given.logits == START:
        return False
    return bool(abs(found.probs - _START_PROBS).max() < _SAME)


def half(given: Scenario, found: Found) -> bool:
    """The gradient of the label's class is −0.5, as printed."""
    return bool(abs(found.logits_grad[labelled_class(given.effective_targets)] - HALF) < _PRINTED)


def low(given: Scenario, found: Found) -> bool:
    """The loss is below 0.1, with the logit of the label's class where the page began."""
    label = labelled_class(given.effective_targets)
    return len(given.logits) == len(START) and given.logits[label] == START[label] and found.loss < LOW


CHALLENGES: Mapping[str, Callable[[Scenario, Found], bool]] = {"same": same, "half": half, "low": low}
"""By the code that stands in links."""


def met(settings: Settings, found: Explanation | None = None) -> tuple[str, ...]:
    """The challenges that the settings meet, and those that were met before.

    Args:
      settings: What the link holds.
      found: What follows from their scenario, where it is known already.
    """
    given = settings.scenario
    known = found or Asked(given)
    return tuple(name for name, holds in CHALLENGES.items() if name in settings["met"] or holds(given, known))


def with_met(settings: Settings) -> Settings:
    """The settings, and in them what they meet."""
    now = met(settings)
    return settings if now == settings["met"] else settings.changed(met=now)
