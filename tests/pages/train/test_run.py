"""Runs kept for all visitors are the runs that training straight through gives."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from ce_viz.core.studies.training import LOSSES, MAX_STEPS, TrainingSettings, evaluate, start_training, train
from ce_viz.pages.digits import training_data
from ce_viz.pages.train import run
from ce_viz.settings.value import Settings

DATA = training_data()


@pytest.fixture(autouse=True)
def nothing_kept():
    run._run.cache_clear()
    yield
    run._run.cache_clear()


def straight(settings, step):
    return train(DATA, start_training(DATA, settings), step)


def is_same(state, other):
    return (
        (state.settings, state.step, state.history) == (other.settings, other.step, other.history)
        and np.array_equal(state.weights, other.weights)
        and np.array_equal(state.bias, other.bias)
    )


@pytest.mark.parametrize(
    "settings",
    [
        TrainingSettings(),
        TrainingSettings(loss="squared_error", initial_lead=20.0, label_smoothing=0.3, seed=7),
        TrainingSettings(learning_rate=10.0, batch_size=1),
        TrainingSettings(learning_rate=0.001, batch_size=256),
    ],
    ids=str,
)
def test_any_step_in_any_order_is_that_of_training_straight_through(settings):
    for step in (137, 136, 0, 1, 25, 24, 26, 250, 300, 299, 150, 137):
        assert is_same(run.state_at(settings, step), straight(settings, step)), step


def test_the_last_step_is_that_of_training_straight_through():
    assert is_same(run.state_at(TrainingSettings(), MAX_STEPS), straight(TrainingSettings(), MAX_STEPS))


@pytest.fixture
def trained_steps(monkeypatch):
    """How many steps each call of the core trains."""
    counts = []

    def counting(data, state, steps):
        counts.append(steps)
        return train(data, state, steps)

    monkeypatch.setattr(run, "train", counting)
    return counts


def test_threads_that_ask_at_once_train_a_run_once(trained_steps):
    ready = Barrier(8)

    def ask(_):
        ready.wait()
        return run.state_at(TrainingSettings(seed=3), 200)

    with ThreadPoolExecutor(8) as threads:
        states = list(threads.map(ask, range(8)))
    assert sum(trained_steps) == 200
    assert all(state is states[0] for state in states)


def test_a_play_trains_each_step_once_at_every_pace(trained_steps):
    for pace in (1, 5, 25, 50):
        trained_steps.clear()
        run._run.cache_clear()
        for step in range(0, 201, pace):
            run.state_at(TrainingSettings(), step)
        assert sum(trained_steps) == 200


def test_a_second_visitor_elsewhere_in_the_run_waits_for_less_than_one_checkpoint(trained_steps):
    run.state_at(TrainingSettings(), 300)
    trained_steps.clear()
    run.state_at(TrainingSettings(), 149)
    assert sum(trained_steps) < run.CHECKPOINT_EVERY


def test_a_whole_run_keeps_less_than_is_said():
    settings = TrainingSettings()
    run.state_at(settings, MAX_STEPS)
    kept = run._run(settings)._checkpoints.values()
    arrays = sum(state.weights.nbytes + state.bias.nbytes + sys.getsizeof(state.history) for state in kept)
    evaluations = sum(map(sys.getsizeof, run.state_at(settings, MAX_STEPS).history)) * 3  # and their numbers
    assert arrays + evaluations < 300_000


def test_the_runs_that_are_kept_are_bounded():
    for seed in range(run.MOST_RUNS + 5):
        run.state_at(TrainingSettings(seed=seed), 0)
    assert len(run._run._entries) == run.MOST_RUNS


def test_history_ends_at_the_very_step():
    between, recorded = (run.history_until(run.state_at(TrainingSettings(), step)) for step in (13, 20))
    assert [entry.step for entry in between] == [0, 10, 13]
    assert [entry.step for entry in recorded] == [0, 10, 20]
    assert between[-1] == evaluate(DATA, straight(TrainingSettings(), 13))


def test_a_race_differs_in_the_loss_alone_and_one_run_has_no_lead():
    chosen = {"train_rate": 0.3, "batch_size": 8, "train_smoothing": 0.1, "seed": 4, "train_step": 6}
    settings = Settings().changed(lead=7.0, train_loss="squared_error", **chosen)
    core = {"learning_rate": 0.3, "batch_size": 8, "label_smoothing": 0.1, "seed": 4}
    (one,) = run.states(settings)
    race = run.states(settings.changed(train_view="race"))
    assert one.settings == TrainingSettings(loss="squared_error", **core)
    assert [state.settings for state in race] == [
        TrainingSettings(loss=loss, initial_lead=7.0, **core) for loss in LOSSES
    ]
    assert {state.step for state in (one, *race)} == {6}
