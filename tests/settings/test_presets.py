"""Each starting point is what its name says."""

from __future__ import annotations

import math

import pytest

from ce_viz.core import Explanation, explain
from ce_viz.settings.presets import PRESETS, matching_preset, preset_settings
from ce_viz.settings.value import Settings

CLAIMS = {
    "close_call": lambda e: e.probs.argmax() != e.targets.argmax() and e.logits.max() - e.logits[1] <= 1,
    "confident_right": lambda e: e.probs.argmax() == e.targets.argmax() and e.probs.max() > 0.98,
    "confident_wrong": lambda e: e.probs.argmax() != e.targets.argmax() and e.probs.max() > 0.98,
    "uniform": lambda e: e.num_classes > 3 and set(e.probs.tolist()) == {1 / e.num_classes},
    "tie": lambda e: sorted(e.logits)[-1] == sorted(e.logits)[-2] > sorted(e.logits)[-3],
    "huge": lambda e: e.logits.tolist() == [1000, 0, -1000],
    "smoothed": lambda e: e.targets.max() == 1 - 2 * 0.1 / 3,
    "distillation": lambda e: e.temperature == 2 and min(e.targets) > 0 and e.targets_sum == 1,
    "not_one": lambda e: e.targets_sum == 1.5,
    "masked": lambda e: e.logits.tolist().count(-math.inf) == 1,
    "misread": lambda e: (e.targets.argmax(), e.probs.argmax(), e.num_classes) == (4, 9, 10),
    "many": lambda e: e.num_classes == 30 and e.probs.argmax() != e.targets.argmax(),
}


def preset(code: str) -> Explanation:
    return explain(Settings().changed(**preset_settings(code)).scenario)


@pytest.mark.parametrize("code", PRESETS)
def test_preset_is_what_its_name_says(code):
    assert CLAIMS[code](preset(code))


@pytest.mark.parametrize("code", PRESETS)
def test_preset_is_known_again(code):
    assert matching_preset(Settings().changed(**preset_settings(code))) == code
