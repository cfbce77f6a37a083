"""Where a label's loss ends, and what the temperature does."""

import math

import numpy as np
import pytest

from ce_viz.core import Scenario, cross_entropy, entropy, gradient_descent, smooth_labels, softmax
from ce_viz.core.studies.optimum import RUN_STEPS, smoothing_curves, temperature_sweep

CASES = [(2, 0.1, 1.0), (3, 0.1, 1.0), (3, 0.3, 2.5), (100, 0.01, 0.5)]


def lead_row(lead, num_classes):
    return np.array([lead] + [0.0] * (num_classes - 1))


@pytest.mark.parametrize(("num_classes", "label_smoothing", "temperature"), CASES)
def test_at_the_optimal_lead_softmax_is_the_smoothed_label(num_classes, label_smoothing, temperature):
    curves = smoothing_curves(num_classes, label_smoothing, temperature=temperature)
    probs = softmax(lead_row(curves.optimal_lead, num_classes), temperature=temperature)
    expected = smooth_labels(np.eye(num_classes)[0], label_smoothing)
    np.testing.assert_allclose(probs, expected, rtol=1e-12)


@pytest.mark.parametrize(("num_classes", "label_smoothing", "temperature"), CASES)
def test_lowest_smoothed_loss_is_the_labels_entropy(num_classes, label_smoothing, temperature):
    curves = smoothing_curves(num_classes, label_smoothing, temperature=temperature)
    targets = smooth_labels(np.eye(num_classes)[0], label_smoothing)
    assert curves.lowest_loss == pytest.approx(float(entropy(targets)), rel=1e-12)
    assert curves.losses[1].min() >= curves.lowest_loss


@pytest.mark.parametrize(("num_classes", "label_smoothing", "temperature"), CASES)
def test_leads_span_the_optimum(num_classes, label_smoothing, temperature):
    curves = smoothing_curves(num_classes, label_smoothing, temperature=temperature)
    assert curves.leads[0] < 0 < curves.optimal_lead < curves.leads[-1]


def test_one_hot_loss_falls_for_ever():
    assert (np.diff(smoothing_curves(3, 0.1).losses[0]) < 0).all()


def test_smoothed_loss_rises_again_past_its_optimum():
    curves = smoothing_curves(3, 0.1)
    past = curves.leads > curves.optimal_lead
    assert (np.diff(curves.losses[1][past]) > 0).all()


def test_without_smoothing_the_optimum_is_infinite():
    assert smoothing_curves(3, 0.0).optimal_lead == math.inf


def test_full_smoothing_wants_all_classes_level():
    assert smoothing_curves(3, 1.0).optimal_lead == pytest.approx(0.0, abs=1e-12)


def test_losses_are_the_cross_entropy_of_both_labels():
    curves = smoothing_curves(3, 0.1, temperature=2.0)
    for row, targets in enumerate(smooth_labels([1.0, 0.0, 0.0], smoothing) for smoothing in (0.0, 0.1)):
        expected = [cross_entropy(lead_row(lead, 3), targets, temperature=2.0) for lead in curves.leads]
        np.testing.assert_allclose(curves.losses[row], expected, rtol=1e-12)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_run_is_gradient_descent_from_equal_logits(label_smoothing, temperature):
    curves = smoothing_curves(4, label_smoothing, temperature=temperature, learning_rate=0.7)
    targets = smooth_labels([1.0, 0.0, 0.0, 0.0], label_smoothing)
    path = gradient_descent([0.0] * 4, targets, learning_rate=0.7, steps=RUN_STEPS, temperature=temperature)
    leads = (path[:, 0] - path[:, 1])[curves.steps.astype(int)]
    np.testing.assert_allclose(curves.run[1], leads, rtol=1e-9)


def test_one_hot_run_never_stops_and_the_smoothed_one_settles():
    curves = smoothing_curves(3, 0.1)
    assert curves.run[0, -1] - curves.run[0, -10] > 0.3
    assert curves.run[1, -1] == pytest.approx(curves.optimal_lead, abs=1e-6)


def test_sweep_holds_softmax_at_each_temperature():
    scenario = Scenario(logits=(2.0, 1.0, -math.inf), label=1)
    sweep = temperature_sweep(scenario, (0.05, 20.0))
    expected = [softmax(scenario.logits, temperature=temperature) for temperature in sweep.temperatures]
    np.testing.assert_allclose(sweep.probs, expected, rtol=1e-12)


@pytest.mark.parametrize("targets", [(0.2, 0.5, 0.3), (0.7, 0.7, 0.1)])
def test_sweep_gradient_is_the_largest_entry_by_central_differences(targets):
    scenario = Scenario(logits=(2.0, 1.0, 0.1), targets=targets, mode="soft")
    sweep = temperature_sweep(scenario, (0.5, 2.0))
    step = 1e-6
    for temperature, size in zip(sweep.temperatures[::20], sweep.gradient[::20], strict=True):
        moves = step * np.eye(3)
        up = cross_entropy(scenario.logits + moves, np.tile(targets, (3, 1)), temperature=temperature)
        down = cross_entropy(scenario.logits - moves, np.tile(targets, (3, 1)), temperature=temperature)
        assert size == pytest.approx(np.abs(up - down).max() / (2 * step), abs=1e-8)


def test_sweep_runs_from_end_to_end():
    sweep = temperature_sweep(Scenario(), (0.05, 20.0))
    assert (sweep.temperatures[0], sweep.temperatures[-1]) == pytest.approx((0.05, 20.0))
