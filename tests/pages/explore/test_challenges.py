"""The challenges as pure functions, over grids of states."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import pytest

from ce_viz.core import Explanation, Scenario, explain
from ce_viz.live import Edit, Tick
from ce_viz.pages.explore import challenges, view
from ce_viz.settings.value import Settings
from tests.for_each import for_each

GRID = list(itertools.product((-6.0, -1.0, 0.1, 1.0, 2.0, 5.0), repeat=3))
BEGUN = explain(Scenario()).probs


@lru_cache(1)
def explained(scenario: Scenario) -> Explanation:
    return explain(scenario)


def holds(name: str, scenario: Scenario) -> bool:
    """Whether a challenge is met, by the scenario alone and by what is known of it."""
    challenge = challenges.CHALLENGES[name]
    found = challenge(scenario, challenges.Asked(scenario))
    assert challenge(scenario, explained(scenario)) == found
    return found


@pytest.mark.parametrize("by", [-3.0, 0.5, 7.0, 9000.0])
def test_other_logits_with_the_same_softmax_are_shifted_or_scaled_with_the_temperature(by):
    assert holds("same", Scenario(tuple(o + by for o in challenges.START)))
    assert holds("same", Scenario(tuple(3 * o for o in challenges.START), temperature=3.0))


def test_the_logits_of_the_beginning_are_no_other_ones():
    assert not holds("same", Scenario())
    assert not holds("same", Scenario((2.0, 1.0)))


@for_each("logits", GRID)
def test_a_challenge_is_met_exactly_where_the_numbers_say_so(logits):
    for label in range(3):
        scenario = Scenario(logits, label=label)
        explanation = explained(scenario)
        assert holds("same", scenario) == (
            logits != challenges.START and np.allclose(explanation.probs, BEGUN)
        )
        assert holds("half", scenario) == (abs(explanation.logits_grad[label] + 0.5) < 5e-4)
        untouched = logits[label] == challenges.START[label]
        assert holds("low", scenario) == (explanation.loss < 0.1 and untouched)


@pytest.mark.parametrize(
    ("name", "logits"), [("same", (3.0, 2.0, 1.1)), ("half", (1.0, 1.0, -10.0)), ("low", (-5.0, 1.0, -5.0))]
)
def test_each_can_be_met_by_hand_and_is_remembered_in_the_link(name, logits):
    before = Settings().changed(logits=(9.0, *logits[1:]))
    after = view.act(before, Edit("logits", 0, logits[0]))
    assert after["met"] == (name,)
    assert view.act(after, Edit("logits", 0, 0.3))["met"] == (name,)


def test_a_descent_meets_none():
    settings = Settings().changed(learning_rate=5.0)
    for _ in range(50):
        settings = view.act(settings, Tick())
    assert settings["met"] == ()


@pytest.mark.parametrize("count", [2, 8, 100])
@pytest.mark.parametrize("mode", ["one-hot", "smoothed", "soft"])
def test_any_number_of_classes_and_any_label_are_judged(count, mode):
    settings = Settings().changed(logits=tuple(float(k % 5) for k in range(count)), mode=mode)
    assert set(challenges.met(settings)) <= {"half"}
