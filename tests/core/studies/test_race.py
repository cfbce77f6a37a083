"""Both losses descend from the same logits."""

import math

import numpy as np
import pytest

from ce_viz.core import Scenario, cross_entropy, entropy, gradient_descent, softmax, squared_error_grad
from ce_viz.core.studies.race import GOAL, RACE_STEPS, descend_both, lowest_loss, run_race

WRONG = Scenario(logits=(3.0, 0.0, 0.5), label=1)


def counted(scenario, learning_rate, racer, most):
    """Steps to the goal by the public gradients, one after another."""
    targets = np.array(scenario.effective_targets)
    logits = np.array(scenario.logits)
    for step in range(most):
        if cross_entropy(logits, targets) < GOAL:
            return step
        grad = softmax(logits) - targets if racer == 0 else squared_error_grad(logits, targets)
        logits = logits - learning_rate * grad
    return None


@pytest.mark.parametrize("racer", [0, 1])
def test_arrival_is_the_first_step_below_the_goal(racer):
    arrival = run_race(WRONG, 0.5).arrivals[racer]
    assert arrival.exact
    assert arrival.steps == counted(WRONG, 0.5, racer, 200)


def test_cross_entropy_arrives_first_where_the_model_is_wrong():
    first, second = run_race(Scenario(logits=(8.0, 0.0, 0.0), label=1), 0.5).arrivals
    assert first.steps < 20
    assert second.steps > 600


def test_race_ends_with_the_later_arrival():
    race = run_race(WRONG, 0.5)
    assert race.steps == race.losses.shape[1] - 1 == max(arrival.steps for arrival in race.arrivals)


def test_race_ends_after_its_most_steps_where_squared_error_is_stuck():
    race = run_race(Scenario(logits=(20.0, 0.0, 0.0), label=1), 0.5)
    assert race.steps == RACE_STEPS
    assert race.losses[1, -1] > 19.9


def test_something_moves_even_where_both_start_below_the_goal():
    race = run_race(Scenario(logits=(9.0, 0.0), label=0), 0.5)
    assert [arrival.steps for arrival in race.arrivals] == [0, 0]
    assert race.steps >= 20


def test_estimate_agrees_with_counting():
    scenario = Scenario(logits=(10.0, 0.0, 0.0), label=1)
    arrival = run_race(scenario, 0.5).arrivals[1]
    assert not arrival.exact
    assert arrival.steps == pytest.approx(counted(scenario, 0.5, 1, 12000), rel=0.01)


def test_wrong_by_20_squared_error_needs_about_two_hundred_million_steps():
    arrival = run_race(Scenario(logits=(20.0, 0.0, 0.0), label=1), 0.5).arrivals[1]
    assert f"{arrival.steps:.1e}" == "2.0e+08"


def test_where_no_gradient_is_left_squared_error_never_arrives():
    race = run_race(Scenario(logits=(1000.0, 0.0), label=1), 0.5)
    assert race.arrivals[1].steps == math.inf
    np.testing.assert_array_equal(race.logits[1, -1], race.logits[1, 0])


def test_cross_entropy_path_is_gradient_descent():
    expected = gradient_descent(WRONG.logits, WRONG.effective_targets, learning_rate=0.3, steps=30)
    np.testing.assert_allclose(descend_both(WRONG, 0.3, 30)[0], expected, atol=1e-12)


def test_squared_error_path_is_gradient_descent():
    expected = gradient_descent(
        WRONG.logits, WRONG.effective_targets, learning_rate=0.3, steps=30, loss="squared_error"
    )
    np.testing.assert_allclose(descend_both(WRONG, 0.3, 30)[1], expected, atol=1e-12)


def test_temperature_enters_both_descents():
    scenario = Scenario(logits=(3.0, 0.0, 0.5), label=1, temperature=2.0)
    halved = Scenario(logits=(1.5, 0.0, 0.25), label=1)
    expected = 2 * descend_both(halved, 0.5 / 4, 10)  # o/T moves with eta/T^2
    np.testing.assert_allclose(descend_both(scenario, 0.5, 10), expected, atol=1e-12)


def test_stuck_gradient_keeps_its_digits_where_softmax_is_nearly_one_hot():
    logits = np.array([30.0, 0.0])
    after = descend_both(Scenario(logits=tuple(logits), label=1), 1e12, 1)[1, 1]
    exact = 2 * math.exp(-30) / (1 + math.exp(-30)) ** 3  # S1 S2 ((S1 - 0) - (S2 - 1)) = 2 S1^2 S2
    assert after[1] == pytest.approx(1e12 * exact, rel=1e-9)


def test_only_the_moving_classes_move():
    paths = descend_both(WRONG, 0.5, 5, moving=(0, 1))
    assert (paths[:, :, 2] == 0.5).all()
    assert (paths[:, 1, :2] != paths[:, 0, :2]).all()


def test_both_start_at_the_current_logits():
    np.testing.assert_array_equal(run_race(WRONG, 0.5).logits[:, 0], [WRONG.logits] * 2)


def test_losses_are_the_cross_entropy_of_both():
    race = run_race(WRONG, 0.5)
    for racer in range(2):
        expected = cross_entropy(race.logits[racer], [WRONG.effective_targets] * (race.steps + 1))
        np.testing.assert_allclose(race.losses[racer], expected, rtol=1e-13)


def test_goal_of_a_smoothed_label_lies_above_its_entropy():
    scenario = Scenario(label=1, mode="smoothed", label_smoothing=0.1)
    assert run_race(scenario, 0.5).goal == pytest.approx(GOAL + float(entropy(scenario.effective_targets)))


def test_lowest_loss_is_reached_where_softmax_is_the_normalised_label():
    targets = np.array([0.7, 0.7, 0.1])
    assert lowest_loss(targets) == pytest.approx(float(cross_entropy(np.log(targets / 1.5), targets)))


def test_a_label_without_weight_has_nothing_to_lose():
    scenario = Scenario(logits=(1.0, 0.0), targets=(0.0, 0.0), mode="soft")
    assert [arrival.steps for arrival in run_race(scenario, 0.5).arrivals] == [0, 0]


def test_a_masked_class_stays_masked():
    race = run_race(Scenario(logits=(1.0, 0.0, -math.inf), label=1), 0.5)
    assert (race.probs[:, :, 2] == 0).all()


def test_an_infinite_loss_cannot_race():
    with pytest.raises(ValueError, match="finite"):
        run_race(Scenario(logits=(1.0, -math.inf), label=1), 0.5)


def test_race_arrays_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        run_race(WRONG, 0.5).losses[0, 0] = 0.0
