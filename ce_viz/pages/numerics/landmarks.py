"""Where the logits are set from Numerics: places at which a formula breaks, and how far the winner leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ce_viz.core.landmarks import shifted_logits, winning_logits
from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.settings.value import Settings

_TO_100 = (0, 1, 2, 5, 8, 10, 12, 15, 18, 20, 25, 30, 35, 37, 40, 50, 70, 90, 100)
LEADS = (*_TO_100, 110, 200, 400, 700, 710, 750, 1000, 2000, 5000)
"""Leads to choose from, close together where something breaks."""

_SHIFT = 1000.0
_START: Mapping[str, Any] = {"mode": "one-hot", "temperature": 1.0}
_LANDMARKS: Mapping[str, Mapping[str, Any]] = {
    "calm": {**_START, "logits": (2.0, 1.0, 0.1), "label": 1},
    "ahead": {**_START, "logits": (40.0, 0.0, 0.0), "label": 1},
    "wrong": {**_START, "logits": (1000.0, 0.0, 0.0), "label": 2},
}


def landmarks(settings: Settings) -> Mapping[str, Mapping[str, Any]]:
    """What each landmark sets, by the name of its button."""
    return {**_LANDMARKS, "shift": {"logits": shifted_logits(settings["logits"], _SHIFT)}}


def nearest_lead(lead: float) -> int:
    """The one of ``LEADS`` that is nearest to the winner's lead."""
    return min(LEADS, key=lambda option: abs(option - min(lead, LEADS[-1])))


def with_lead(settings: Settings, lead: float) -> Settings:
    """The settings with the winner so far ahead, in units of the temperature; raises ``Invalid``."""
    logits = winning_logits(settings["logits"], lead * settings["temperature"])
    # Softmax does not see a common shift, so the winner may stay within the largest logit allowed.
    return settings.changed(logits=shifted_logits(logits, min(0.0, MAX_ABS_LOGIT - max(logits))))
