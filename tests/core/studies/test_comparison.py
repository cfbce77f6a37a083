"""Cross-entropy against squared error, on the same logits."""

import math

import mpmath
import numpy as np
import pytest

from ce_viz.core import Scenario, cross_entropy, cross_entropy_grad, squared_error
from ce_viz.core.studies.comparison import (
    GAP_LIMITS,
    SURFACE_POINTS,
    both_gradients,
    gap_curves,
    gradient_sizes,
    labelled_class,
    loss_surfaces,
    strongest_rival,
)

MIXED = Scenario(logits=(2.0, 1.0, 0.1, -3.0), label=1, mode="smoothed", label_smoothing=0.2, temperature=1.7)


def wrong_by(gap, num_classes=3):
    """One wrong class ahead by ``gap``, the true class and the others level."""
    return [gap] + [0.0] * (num_classes - 1), [0.0, 1.0] + [0.0] * (num_classes - 2)


def exact_sizes(gap):
    """Largest |dL/do| for K = 3 with 50 digits: from S and the two formulas, written out."""
    with mpmath.workdps(50):
        weights = [mpmath.exp(gap), mpmath.mpf(1), mpmath.mpf(1)]
        probs = [weight / sum(weights) for weight in weights]
        errors = [prob - target for prob, target in zip(probs, (0, 1, 0), strict=True)]
        mean = sum(prob * error for prob, error in zip(probs, errors, strict=True))
        squared = [prob * (error - mean) for prob, error in zip(probs, errors, strict=True)]
        return float(max(map(abs, errors))), float(max(map(abs, squared)))


# The figures that the page is about


def test_wrong_by_10_cross_entropy_pulls_with_0_99995_and_squared_error_with_1_4e_4():
    cross, squared = gradient_sizes(*wrong_by(10.0))
    assert (f"{cross:.5f}", f"{squared:.1e}") == ("0.99995", "1.4e-04")


def test_wrong_by_20_cross_entropy_pulls_with_1_and_squared_error_with_6_2e_9():
    cross, squared = gradient_sizes(*wrong_by(20.0))
    assert (f"{cross:.1f}", f"{squared:.1e}") == ("1.0", "6.2e-09")


@pytest.mark.parametrize("gap", [-5, 0, 1, 5, 10, 20, 30])
def test_sizes_agree_with_50_digits(gap):
    assert gradient_sizes(*wrong_by(float(gap))) == pytest.approx(exact_sizes(gap), rel=1e-9)


# Gradients


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_both_gradients_match_central_differences(temperature):
    logits, targets, step = np.array([2.0, 1.0, 0.1]), np.array([0.1, 0.7, 0.2]), 1e-6
    losses = (
        lambda o: cross_entropy(o, targets, temperature=temperature),
        lambda o: squared_error(o, targets, temperature=temperature),
    )
    for loss, grad in zip(losses, both_gradients(logits, targets, temperature=temperature), strict=True):
        moves = step * np.eye(3)
        numeric = [(loss(logits + move) - loss(logits - move)) / (2 * step) for move in moves]
        np.testing.assert_allclose(grad, numeric, atol=1e-8)


# The gap


def test_labelled_class_is_the_largest_target():
    assert labelled_class([0.1, 0.5, 0.4]) == 1


def test_strongest_rival_is_the_largest_other_logit():
    assert strongest_rival([9.0, 1.0, 3.0], 0) == 2


def test_without_another_unmasked_class_there_is_no_rival():
    assert strongest_rival([9.0, -math.inf], 0) is None


@pytest.mark.parametrize("logits", [(-math.inf, 0.0, 1.0), (0.0, -math.inf, -math.inf)])
def test_without_a_gap_there_are_no_curves(logits):
    with pytest.raises(ValueError, match="unmasked"):
        gap_curves(Scenario(logits=logits, label=0))


@pytest.mark.parametrize("name", ["cross_entropy", "squared_error"])
def test_curves_go_through_the_current_logits(name):
    curves = gap_curves(MIXED)
    here = curves.sizes[("cross_entropy", "squared_error").index(name)]
    assert np.interp(curves.gap, curves.gaps, getattr(curves, name)) == pytest.approx(here, rel=0.02)


def test_gap_is_the_rivals_lead():
    curves = gap_curves(MIXED)
    assert (curves.label, curves.rival, curves.gap) == (1, 0, 1.0)


def test_curves_reach_as_far_in_units_of_a_high_temperature():
    cool, warm = (gap_curves(Scenario((0.0, 0.0), label=1, temperature=t)) for t in (1.0, 16.0))
    np.testing.assert_allclose(warm.gaps, 16 * cool.gaps)
    np.testing.assert_allclose(16 * warm.squared_error, cool.squared_error, rtol=1e-12)


@pytest.mark.parametrize("gap", [-137.0, 0.0, 19.9, 1000.0])
def test_curves_span_the_current_gap(gap):
    curves = gap_curves(Scenario(logits=(gap, 0.0), label=1))
    assert curves.gaps[0] <= min(gap, GAP_LIMITS[0])
    assert curves.gaps[-1] >= max(gap, GAP_LIMITS[1])


def test_cross_entropys_pull_times_the_slope_is_its_gradient():
    curves = gap_curves(Scenario(logits=(2.0, 1.0, 0.1), label=1))
    np.testing.assert_allclose(curves.cross_entropy_pull * curves.slope, curves.cross_entropy, rtol=1e-10)


def test_squared_errors_pull_never_passes_1_where_labels_sum_to_1():
    assert gap_curves(Scenario(label=1)).squared_error_pull.max() <= 1


def test_cross_entropys_gradient_grows_with_the_gap_and_stays():
    curves = gap_curves(Scenario(logits=(0.0, 0.0, 0.0), label=1))
    assert (np.diff(curves.cross_entropy) > 0).all()
    assert curves.cross_entropy[-1] == pytest.approx(1.0)


def test_squared_errors_gradient_has_its_peak_near_a_tie():
    curves = gap_curves(Scenario(logits=(0.0, 0.0, 0.0), label=1))
    assert abs(curves.gaps[curves.squared_error.argmax()]) < 2


def test_both_gradients_fade_where_the_model_is_right():
    curves = gap_curves(Scenario(logits=(0.0, 0.0, 0.0), label=1))
    assert curves.cross_entropy[0] < 1e-4
    assert curves.squared_error[0] < 1e-4


def test_the_moving_rival_stays_the_strongest_wrong_class():
    curves = gap_curves(Scenario(logits=(3.0, 0.0, 2.0), label=1))
    far_behind = gradient_sizes([-10.0, 0.0, -10.0], [0.0, 1.0, 0.0])
    assert (curves.cross_entropy[0], curves.squared_error[0]) == pytest.approx(far_behind, rel=1e-9)


# Surfaces


@pytest.fixture(scope="module")
def surfaces():
    return loss_surfaces(MIXED, (0, 1), learning_rate=0.5)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (5, 30), (32, 32)])
def test_surfaces_hold_both_losses_at_their_logits(surfaces, row, column):
    x, y = surfaces.ticks[column], surfaces.ticks[row]
    logits, targets = (x, y, *MIXED.logits[2:]), MIXED.effective_targets
    assert surfaces.cross_entropy[row, column] == pytest.approx(
        float(cross_entropy(logits, targets, temperature=MIXED.temperature)), rel=1e-13
    )
    assert surfaces.squared_error[row, column] == pytest.approx(
        float(squared_error(logits, targets, temperature=MIXED.temperature)), rel=1e-13
    )


def test_both_descents_start_at_the_current_logits(surfaces):
    np.testing.assert_array_equal(surfaces.paths[:, 0], [MIXED.logits[:2]] * 2)


def test_heights_are_the_losses_on_the_surfaces(surfaces):
    rows = [(*place, *MIXED.logits[2:]) for place in surfaces.paths[0]]
    expected = cross_entropy(rows, [MIXED.effective_targets] * len(rows), temperature=MIXED.temperature)
    np.testing.assert_allclose(surfaces.heights[0], expected, rtol=1e-13)


def test_each_descent_goes_down_its_own_surface(surfaces):
    assert (np.diff(surfaces.heights) <= 1e-15).all()


def test_first_step_is_the_gradients_step(surfaces):
    grad = cross_entropy_grad(MIXED.logits, MIXED.effective_targets, temperature=MIXED.temperature)
    np.testing.assert_allclose(surfaces.paths[0, 1], MIXED.logits[:2] - 0.5 * grad[:2], rtol=1e-13)


def test_squared_error_is_flat_where_it_saturates_and_cross_entropy_is_not():
    here = loss_surfaces(Scenario(logits=(8.0, -8.0), label=1), (0, 1), learning_rate=0.5)
    at_start = [
        surface[:3, -3:] for surface in (here.cross_entropy, here.squared_error)
    ]  # x near 8, y near -8
    assert np.ptp(at_start[0]) > 1.9
    assert np.ptp(at_start[1]) < 1e-5


@pytest.mark.parametrize("logits", [(0.0, 0.0), (7.5, -7.5), (1000.0, -3.0), (-19.0, 30.0)])
def test_grid_holds_both_paths(logits):
    here = loss_surfaces(Scenario(logits=logits, label=1), (0, 1), learning_rate=2.0)
    assert len(here.ticks) == SURFACE_POINTS
    assert here.ticks[0] <= here.paths.min()
    assert here.ticks[-1] >= here.paths.max()


@pytest.mark.parametrize("pair", [(1, 1), (0, 2)])
def test_a_pair_needs_two_different_unmasked_classes(pair):
    with pytest.raises(ValueError, match="pair"):
        loss_surfaces(Scenario(logits=(0.0, 1.0, -math.inf)), pair, learning_rate=0.5)
