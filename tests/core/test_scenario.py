import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from ce_viz.core import Scenario, ScenarioError, one_hot, smooth_labels
from ce_viz.core.scenario import (
    LABEL_SMOOTHING_RANGE,
    MAX_ABS_LOGIT,
    MAX_CLASSES,
    MAX_TARGET,
    MIN_CLASSES,
    MODES,
    TEMPERATURE_RANGE,
)
from tests.for_each import for_each

INF = math.inf


def refusal(**settings):
    with pytest.raises(ScenarioError) as caught:
        Scenario(**settings)
    return caught.value


def test_defaults_are_a_scenario():
    assert Scenario().logits == (2.0, 1.0, 0.1)


def test_equal_settings_are_equal_and_hash_alike():
    as_list: Any = [1.0, 2.0]
    assert {Scenario(logits=(1, 2)): "found"}[Scenario(logits=as_list)] == "found"


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Scenario().temperature = 2.0  # type: ignore[misc]


@for_each(
    ("settings", "field", "rule"),
    [
        ({"logits": ()}, "logits", "count"),
        ({"logits": (1.0,) * (MIN_CLASSES - 1)}, "logits", "count"),
        ({"logits": (1.0,) * (MAX_CLASSES + 1)}, "logits", "count"),
        ({"logits": (1.0, math.nan)}, "logits", "finite"),
        ({"logits": (1.0, INF)}, "logits", "finite"),
        ({"logits": (1.0, "x")}, "logits", "finite"),
        ({"logits": 3}, "logits", "finite"),
        ({"logits": (1.0, 10**400)}, "logits", "finite"),
        ({"logits": (1.0, MAX_ABS_LOGIT * 1.001)}, "logits", "range"),
        ({"logits": (1.0, -MAX_ABS_LOGIT * 1.001)}, "logits", "range"),
        ({"logits": (-INF, -INF)}, "logits", "all_masked"),
        ({"mode": "hard"}, "mode", "mode"),
        ({"mode": None}, "mode", "mode"),
        ({"label": 3}, "label", "label"),
        ({"label": -1}, "label", "label"),
        ({"label": 1.0}, "label", "label"),
        ({"label": True}, "label", "label"),
        ({"temperature": 0}, "temperature", "range"),
        ({"temperature": -1}, "temperature", "range"),
        ({"temperature": 20.5}, "temperature", "range"),
        ({"temperature": math.nan}, "temperature", "range"),
        ({"temperature": "warm"}, "temperature", "range"),
        ({"label_smoothing": -0.1}, "label_smoothing", "range"),
        ({"label_smoothing": 1.1}, "label_smoothing", "range"),
        ({"mode": "soft", "targets": (1.0,)}, "targets", "length"),
        ({"mode": "soft", "targets": (1.0, math.nan, 0.0)}, "targets", "finite"),
        ({"mode": "soft", "targets": (1.0, INF, 0.0)}, "targets", "finite"),
        ({"mode": "soft", "targets": (1.0, -0.1, 0.0)}, "targets", "non_negative"),
        ({"mode": "soft", "targets": (1.0, MAX_TARGET * 1.001, 0.0)}, "targets", "range"),
        ({"mode": "soft", "targets": (1.0, 1e308, 0.0)}, "targets", "range"),
    ],
)
def test_setting_that_breaks_a_rule_is_refused_by_field_and_rule(settings, field, rule):
    error = refusal(**settings)
    assert (error.field, error.rule) == (field, rule)


def test_message_names_field_rule_and_value():
    assert str(refusal(temperature=-1)) == "temperature must be in [0.05, 20], got -1"


def test_error_is_a_value_error():
    assert isinstance(refusal(temperature=-1), ValueError)


def test_long_value_is_shortened():
    error = refusal(mode="x" * 5000)
    assert len(error.value) <= 40
    assert len(str(error)) < 200


@pytest.mark.parametrize(
    ("settings", "limits"),
    [
        ({"logits": ()}, {"low": "2", "high": "100"}),
        ({"logits": (1.0, 1e5)}, {"low": "-10000", "high": "10000"}),
        ({"temperature": 0}, {"low": "0.05", "high": "20"}),
        ({"label_smoothing": 2}, {"low": "0", "high": "1"}),
        ({"label": 3}, {"low": "0", "high": "2"}),
        ({"mode": "soft", "targets": (1.0,)}, {"expected": "3"}),
        ({"mode": "soft", "targets": (1.0, 1e6, 0.0)}, {"low": "0", "high": "1000"}),
        ({"mode": "hard"}, {"options": "one-hot, smoothed, soft"}),
    ],
)
def test_limits_are_given_as_text(settings, limits):
    assert refusal(**settings).limits == limits


@pytest.mark.parametrize(
    "settings",
    [
        {"logits": (0.0,) * MIN_CLASSES},
        {"logits": (0.0,) * MAX_CLASSES},
        {"logits": (MAX_ABS_LOGIT, -MAX_ABS_LOGIT)},
        {"logits": (-INF, 0.0)},
        {"temperature": TEMPERATURE_RANGE[0]},
        {"temperature": TEMPERATURE_RANGE[1]},
        {"label_smoothing": LABEL_SMOOTHING_RANGE[0]},
        {"label_smoothing": LABEL_SMOOTHING_RANGE[1]},
        {"mode": "soft", "targets": (0.0, 0.0, 0.0)},
        {"mode": "soft", "targets": (MAX_TARGET, MAX_TARGET, 5e-324)},
        {"targets": (MAX_TARGET,)},  # not in use: as many as there are
    ],
)
def test_limits_themselves_are_allowed(settings):
    settings.setdefault("label", 0)
    assert Scenario(**settings) is not None


@for_each("mode", MODES)
@for_each("weight", [math.nan, INF, -1e-9, MAX_TARGET * 1.001, 1e308, "x"])
def test_no_mode_lets_a_weight_pass_that_soft_labels_refuse(mode, weight):
    assert refusal(mode=mode, targets=(weight, 0.0, 0.0)).field == "targets"


def test_one_hot_targets_are_those_of_one_hot():
    assert Scenario(label=2).effective_targets == tuple(one_hot(2, 3).tolist())


@for_each("label_smoothing", [0.0, 0.1, 0.25, 1 / 3, 1.0])
@for_each("count", [2, 3, 7, 100])
def test_smoothed_targets_are_those_of_smooth_labels(count, label_smoothing):
    scenario = Scenario(logits=(0.0,) * count, label=1, mode="smoothed", label_smoothing=label_smoothing)
    assert scenario.effective_targets == tuple(smooth_labels(one_hot(1, count), label_smoothing).tolist())


def test_soft_targets_are_taken_as_they_are():
    assert Scenario(mode="soft", targets=(3.0, 1.0, 0.5)).effective_targets == (3.0, 1.0, 0.5)


def test_numpy_numbers_are_numbers():
    scenario = Scenario(logits=tuple(np.array([1.0, 2.0])), temperature=float(np.float32(0.5)), label=0)
    assert scenario.logits == (1.0, 2.0)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_one_target_for_each_class(mode):
    assert len(Scenario(mode=mode).effective_targets) == 3
