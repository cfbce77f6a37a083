"""The classifier of Train: its gradient, its slices, what it reaches."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from ce_viz.core import (
    ScenarioError,
    cross_entropy,
    cross_entropy_grad,
    linear_grad,
    one_hot,
    smooth_labels,
    squared_error,
    squared_error_grad,
)
from ce_viz.core.studies.training import (
    EVALUATE_EVERY,
    LOSSES,
    MAX_STEPS,
    TrainingSettings,
    batch_indices,
    classify,
    loss_and_logits_grad,
    next_weights_grad,
    soft_targets,
    split_images,
    start_training,
    train,
)
from ce_viz.data import load_digits


@pytest.fixture(scope="module")
def data():
    digits = load_digits()
    return split_images(digits.images, digits.labels)


def _run(data, steps, **settings):
    return train(data, start_training(data, TrainingSettings(**settings)), steps)


def _assert_same_run(one, other):
    np.testing.assert_array_equal(one.weights, other.weights)
    np.testing.assert_array_equal(one.bias, other.bias)
    assert (one.step, one.history) == (other.step, other.history)


# The split


def test_every_image_is_on_exactly_one_side(data):
    numbers = np.concatenate([data.train.numbers, data.test.numbers])
    np.testing.assert_array_equal(np.sort(numbers), np.arange(1797))


def test_every_fourth_image_is_for_testing(data):
    np.testing.assert_array_equal(data.test.numbers, np.arange(3, 1797, 4))


def test_every_class_is_in_the_test_part_about_as_often(data):
    counts = np.bincount(data.test.labels)
    assert counts.min() >= 40
    assert counts.max() <= 50


def test_inputs_are_the_images_scaled_to_one(data):
    np.testing.assert_array_equal(data.test.inputs[0] * 16, load_digits().images[3].ravel())


def test_inputs_cannot_be_written_to(data):
    with pytest.raises(ValueError, match="read-only"):
        data.train.inputs[0, 0] = 1


def test_labels_below_zero_are_refused():
    with pytest.raises(ValueError, match="labels must be in"):
        split_images(np.zeros((2, 8, 8)), [-1, 3])


# The gradient


def _objective(data, settings, step, weights, bias):
    """The mean loss of a batch, written down anew from the public losses."""
    chosen = batch_indices(len(data.train.labels), settings, step)
    targets = smooth_labels(one_hot(data.train.labels[chosen], 10), settings.label_smoothing)
    value = cross_entropy if settings.loss == "cross_entropy" else squared_error
    return value(data.train.inputs[chosen] @ weights.T + bias, targets).mean()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
def test_step_goes_against_the_numerical_gradient_of_the_batch_loss(data, loss, label_smoothing):
    before = _run(data, 5, loss=loss, label_smoothing=label_smoothing, batch_size=8)
    after = train(data, before, 1)
    moved = (before.weights - after.weights) / before.settings.learning_rate
    for row, column in [(0, 20), (3, 28), (9, 44)]:
        shift = np.zeros_like(before.weights)
        shift[row, column] = 1e-5
        up, down = (
            _objective(data, before.settings, 5, before.weights + sign * shift, before.bias)
            for sign in (1, -1)
        )
        assert moved[row, column] == pytest.approx((up - down) / 2e-5, abs=1e-9)


def test_bias_goes_against_the_numerical_gradient_of_the_batch_loss(data):
    before = _run(data, 5)
    after = train(data, before, 1)
    shift = np.eye(10)[7] * 1e-5
    up, down = (
        _objective(data, before.settings, 5, before.weights, before.bias + sign * shift) for sign in (1, -1)
    )
    moved = (before.bias - after.bias)[7] / before.settings.learning_rate
    assert moved == pytest.approx((up - down) / 2e-5, abs=1e-9)


def test_cross_entropy_steps_are_those_of_linear_grad(data):
    state = _run(data, 30)
    chosen = batch_indices(len(data.train.labels), state.settings, 30)
    inputs, targets = data.train.inputs[chosen], one_hot(data.train.labels[chosen], 10)
    expected, _ = linear_grad(inputs @ state.weights.T + state.bias, targets, inputs)
    np.testing.assert_allclose(next_weights_grad(data, state).reshape(10, 64), expected, atol=1e-15)


@pytest.mark.parametrize("loss", LOSSES)
def test_next_gradient_is_what_the_next_step_does(data, loss):
    before = _run(data, 7, loss=loss, learning_rate=0.25)
    after = train(data, before, 1)
    promised = before.weights - 0.25 * next_weights_grad(data, before).reshape(10, 64)
    np.testing.assert_allclose(after.weights, promised, atol=1e-15)


# Slices


@pytest.mark.parametrize("slices", [[1] * 60, [7, 13, 40], [59, 1], [0, 60]])
def test_slices_make_the_same_run_to_the_last_bit(data, slices):
    state = start_training(data, TrainingSettings())
    for steps in slices:
        state = train(data, state, steps)
    _assert_same_run(state, _run(data, 60))


def test_reset_replays_exactly(data):
    _assert_same_run(_run(data, 200, seed=5), _run(data, 200, seed=5))


def test_seed_changes_the_run(data):
    assert not np.array_equal(_run(data, 20, seed=0).weights, _run(data, 20, seed=1).weights)


def test_training_leaves_the_given_state_as_it_was(data):
    state = _run(data, 10)
    weights = state.weights.copy()
    train(data, state, 10)
    np.testing.assert_array_equal(state.weights, weights)


def test_state_cannot_be_written_to(data):
    with pytest.raises(ValueError, match="read-only"):
        _run(data, 1).weights[0, 0] = 1.0


def test_state_cannot_be_replaced_in_part(data):
    with pytest.raises(FrozenInstanceError):
        _run(data, 1).step = 0


def test_run_ends_at_its_last_step(data):
    state = train(data, replace(start_training(data, TrainingSettings()), step=MAX_STEPS - 3), 10)
    assert (state.step, state.finished) == (MAX_STEPS, True)


def test_history_holds_the_start_and_every_tenth_step(data):
    assert [entry.step for entry in _run(data, 35).history] == [0, 10, 20, 30]


@pytest.mark.parametrize("count", [1348, 100])
def test_an_epoch_meets_each_image_at_most_once_and_misses_less_than_a_batch(count):
    settings = TrainingSettings(batch_size=32)
    epoch = np.concatenate([batch_indices(count, settings, step) for step in range(count // 32)])
    assert len(np.unique(epoch)) == len(epoch) > count - 32


def test_epochs_have_different_orders():
    settings = TrainingSettings(batch_size=32)
    assert not np.array_equal(batch_indices(64, settings, 0), batch_indices(64, settings, 2))


def test_kept_order_is_the_one_drawn_from_seed_and_epoch():
    settings = TrainingSettings(batch_size=32, seed=7)
    for step in (0, 1, 2, 3, 0):  # two batches an epoch, and back to the first
        drawn = np.random.default_rng([7, step // 2]).permutation(70)
        start = 32 * (step % 2)
        np.testing.assert_array_equal(batch_indices(70, settings, step), drawn[start : start + 32])


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 1.0])
def test_targets_from_the_table_are_the_smoothed_labels_to_the_last_bit(label_smoothing):
    labels = np.array([3, 0, 9, 3])
    targets = soft_targets(labels, 10, TrainingSettings(label_smoothing=label_smoothing))
    np.testing.assert_array_equal(targets, smooth_labels(one_hot(labels, 10), label_smoothing))
    np.testing.assert_array_equal(
        soft_targets(3, 10, TrainingSettings(label_smoothing=label_smoothing)), targets[0]
    )


def test_batch_larger_than_the_data_takes_all_of_it():
    assert len(batch_indices(20, TrainingSettings(batch_size=32), 3)) == 20


# What it reaches


def test_default_settings_reach_94_percent_on_the_test_images(data):
    assert _run(data, MAX_STEPS).history[-1].test_accuracy >= 0.94


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_seeds_reach_94_percent_too(data, seed):
    assert _run(data, MAX_STEPS, seed=seed).history[-1].test_accuracy >= 0.94


def test_start_knows_nothing(data):
    start = start_training(data, TrainingSettings()).history[0]
    assert start.test_loss == pytest.approx(np.log(10))
    assert start.gradient_norm == pytest.approx(np.sqrt(0.9))


def test_reported_accuracy_is_the_share_of_right_answers(data):
    state = _run(data, 50)
    answers = classify(state, data.test).argmax(axis=1)
    assert state.history[-1].test_accuracy == np.mean(answers == data.test.labels)


def test_reported_loss_is_the_mean_over_the_training_images(data):
    state = _run(data, 50, label_smoothing=0.1)
    targets = smooth_labels(one_hot(data.train.labels, 10), 0.1)
    expected = cross_entropy(classify(state, data.train), targets, reduction="mean")
    assert state.history[-1].train_loss == pytest.approx(float(expected), rel=1e-12)


# Cross-entropy against squared error from the same bad start


def test_bad_start_gives_every_image_to_class_0_with_the_stated_lead(data):
    logits = classify(start_training(data, TrainingSettings(initial_lead=10.0)), data.test)
    np.testing.assert_array_equal(logits, np.tile(10.0 * np.eye(10)[0], (len(logits), 1)))


def test_from_a_bad_start_squared_error_has_next_to_no_gradient(data):
    norms = {loss: _run(data, 0, loss=loss, initial_lead=10.0).history[0].gradient_norm for loss in LOSSES}
    assert norms["cross_entropy"] > 1.2
    assert norms["squared_error"] < 1e-3


def test_from_a_bad_start_squared_error_stands_still_while_cross_entropy_learns(data):
    reached = {
        loss: _run(data, 300, loss=loss, initial_lead=10.0).history[-1].test_accuracy for loss in LOSSES
    }
    assert reached["cross_entropy"] > 0.9
    assert reached["squared_error"] < 0.12


def test_with_a_lead_of_10_squared_error_gets_away_in_the_end(data):
    assert _run(data, MAX_STEPS, loss="squared_error", initial_lead=10.0).history[-1].test_accuracy > 0.9


def test_with_a_lead_of_15_squared_error_never_gets_away(data):
    run = _run(data, MAX_STEPS, loss="squared_error", initial_lead=15.0)
    assert run.history[-1].test_accuracy < 0.12


@pytest.mark.parametrize("lead", [0.0, 5.0, 20.0])
def test_squared_error_and_its_gradient_are_those_of_the_exact_core(lead):
    random = np.random.default_rng(1)
    logits = random.normal(size=(50, 10)) + lead * np.eye(10)[0]
    targets = np.array(smooth_labels(one_hot(random.integers(0, 10, 50), 10), 0.1), dtype=np.float64)
    losses, grad = loss_and_logits_grad("squared_error", logits, targets)
    np.testing.assert_allclose(losses, squared_error(logits, targets), rtol=1e-13)
    np.testing.assert_allclose(grad, squared_error_grad(logits, targets), atol=1e-15)


@pytest.mark.parametrize("lead", [0.0, 5.0, 20.0])
def test_cross_entropy_and_its_gradient_are_those_of_the_exact_core(lead):
    random = np.random.default_rng(2)
    logits = random.normal(size=(50, 10)) + lead * np.eye(10)[0]
    targets = np.array(smooth_labels(one_hot(random.integers(0, 10, 50), 10), 0.1), dtype=np.float64)
    losses, grad = loss_and_logits_grad("cross_entropy", logits, targets)
    np.testing.assert_allclose(losses, cross_entropy(logits, targets), rtol=1e-13)
    np.testing.assert_allclose(grad, cross_entropy_grad(logits, targets), atol=1e-15)


# Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loss", "hinge"),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("batch_size", 0),
        ("batch_size", 2.5),
        ("label_smoothing", -0.1),
        ("seed", -1),
        ("seed", True),
        ("initial_lead", 21.0),
    ],
)
def test_settings_name_the_field_that_breaks_a_rule(name, value):
    with pytest.raises(ScenarioError) as caught:
        TrainingSettings(**{name: value})
    assert caught.value.field == name


@pytest.mark.parametrize("learning_rate", [0.001, 10.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_extreme_learning_rates_leave_every_number_finite(data, loss, learning_rate):
    state = _run(data, MAX_STEPS, loss=loss, learning_rate=learning_rate, batch_size=1, initial_lead=20.0)
    assert np.isfinite(state.weights).all()
    assert all(np.isfinite([entry.train_loss, entry.test_loss]).all() for entry in state.history)


def test_last_step_of_a_run_is_evaluated():
    assert MAX_STEPS % EVALUATE_EVERY == 0
