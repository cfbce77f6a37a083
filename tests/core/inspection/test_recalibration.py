import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import ttest_1samp

from ce_viz.core.inspection.calibration import TEMPERATURE_BOUNDS, fit_temperature, reliability
from ce_viz.core.inspection.metrics import score_rows
from ce_viz.core.inspection.recalibration import assign_folds, recalibrate
from ce_viz.core.inspection.vector_scaling import fit_vector_scaling

RNG = np.random.default_rng(91)


def sample(rows: int = 600, classes: int = 4, bias: float = 0.0):
    """Logits three times too large, with labels drawn after a bias of each class."""
    logits = 2 * RNG.normal(size=(rows, classes))
    labels = (logits + bias * np.arange(classes) + RNG.gumbel(size=logits.shape)).argmax(axis=1)
    return 3 * logits, labels


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


def recalibrated(logits, labels=None, targets=None, **options):
    scores = score_rows(logits, labels, targets)
    return recalibrate(logits, labels, targets, scores, fit_temperature(logits, labels, targets), **options)


def scipys_temperature(logits, labels):
    def loss(log_temperature):
        log_probs = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -log_probs[np.arange(len(labels)), labels].mean()

    low, high = np.log(TEMPERATURE_BOUNDS)
    return np.exp(minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-9}).x)


def test_each_temperature_is_scipys_on_the_other_folds():
    logits, labels = sample()
    ours, folds = recalibrated(logits, labels), assign_folds(labels)
    expected = [scipys_temperature(logits[folds != f], labels[folds != f]) for f in range(5)]
    np.testing.assert_allclose(ours.temperature.temperatures, expected, rtol=1e-6)
    assert ours.temperature.spread == (min(ours.temperature.temperatures), max(ours.temperature.temperatures))
    assert ours.temperature.at_bound == ("",) * 5


def test_figures_are_those_of_each_row_at_the_temperature_of_its_fold():
    logits, labels = sample()
    ours, folds = recalibrated(logits, labels), assign_folds(labels)
    scaled = logits / ours.temperature.temperatures[folds][:, None]
    probs, rows = softmax(scaled, axis=1), np.arange(len(labels))
    losses = -log_softmax(scaled, axis=1)[rows, labels]
    before = -log_softmax(logits, axis=1)[rows, labels]
    held_out = ours.temperature.held_out
    assert held_out.loss == pytest.approx(losses.mean(), rel=1e-12)
    assert held_out.brier == pytest.approx(((probs - np.eye(4)[labels]) ** 2).sum(axis=1).mean(), rel=1e-12)
    right = probs.argmax(axis=1) == labels
    assert held_out.ece == pytest.approx(reliability(probs.max(axis=1), right).ece, rel=1e-9)
    assert held_out.accuracy == right.mean()
    expected = ttest_1samp(before - losses, 0).confidence_interval(0.95)
    assert (held_out.gain.low, held_out.gain.high) == pytest.approx((expected.low, expected.high), rel=1e-8)
    assert (ours.parts.loss, ours.parts.refinement) == pytest.approx(
        (before.mean(), losses.mean()), rel=1e-12
    )
    assert ours.parts.loss == pytest.approx(ours.parts.refinement + ours.parts.calibration, rel=1e-12)


def test_vector_scaling_is_fitted_to_the_other_folds_and_judged_on_its_own():
    logits, labels = sample(bias=1.0)
    ours, folds = recalibrated(logits, labels), assign_folds(labels)
    losses = np.empty(600)
    for f in range(5):
        away, own = folds != f, folds == f
        temperature = ours.temperature.temperatures[f]
        alone = fit_vector_scaling(logits[away], labels[away], temperature=temperature)
        np.testing.assert_allclose(ours.vector.weights[f], alone.weights, atol=1e-3)
        scaled = logits[own] * ours.vector.weights[f] + ours.vector.biases[f]
        losses[own] = -log_softmax(scaled, axis=1)[np.arange(own.sum()), labels[own]]
    assert ours.vector.held_out.loss == pytest.approx(losses.mean(), rel=1e-12)
    assert ours.vector.converged
    difference = ours.temperature.held_out.loss - ours.vector.held_out.loss
    assert ours.vector.over_temperature.mean == pytest.approx(difference, rel=1e-9)


def test_vector_scaling_is_worth_it_where_classes_are_biased_and_not_elsewhere():
    assert recalibrated(*sample(3000, bias=0.7)).vector.over_temperature.low > 0
    assert recalibrated(*sample(3000)).vector.over_temperature.low < 0


def test_no_row_has_a_say_in_its_own_fold():
    logits, labels = sample()
    folds, changed = assign_folds(labels), logits.copy()
    changed[folds == 2] *= -5
    before, after = recalibrated(logits, labels), recalibrated(changed, labels)
    assert after.temperature.temperatures[2] == pytest.approx(before.temperature.temperatures[2], rel=1e-8)
    np.testing.assert_allclose(after.vector.weights[2], before.vector.weights[2], atol=1e-3)
    others = np.arange(5) != 2
    assert (after.temperature.temperatures[others] > 1.2 * before.temperature.temperatures[others]).all()


def test_recalibration_that_does_not_help_has_no_gain():
    logits = 2 * RNG.normal(size=(20_000, 3))
    labels = (logits + RNG.gumbel(size=logits.shape)).argmax(axis=1)
    gain = recalibrated(logits, labels).temperature.held_out.gain
    assert gain.low < 0 < gain.high or abs(gain.mean) < 1e-3


def test_a_temperature_at_the_bound_is_flagged_in_its_fold():
    logits = np.array([[3.0, 0.0], [0.0, 3.0]] * 10)
    labels = np.array([0, 1] * 10)
    assert recalibrated(logits, labels).temperature.at_bound == ("low",) * 5
    assert recalibrated(logits, 1 - labels).temperature.at_bound == ("high",) * 5
    labels[0] = 1  # the fold that holds out the one wrong row sees none
    flags = recalibrated(logits, labels).temperature.at_bound
    assert sorted(flags) == ["", "", "", "", "low"]
    assert flags[assign_folds(labels)[0]] == "low"


@pytest.mark.parametrize("rows", [2, 3, 5, 7, 1001])
def test_folds_are_equal_in_size_and_in_every_class_but_for_a_row(rows):
    labels = RNG.integers(0, 3, rows)
    folds = assign_folds(labels, min(5, rows))
    assert set(folds) == set(range(min(5, rows)))
    assert np.ptp(np.bincount(folds)) <= 1
    for label in set(labels):
        assert np.ptp(np.bincount(folds[labels == label], minlength=min(5, rows))) <= 1
    np.testing.assert_array_equal(folds, assign_folds(labels, min(5, rows)))


def test_sorted_rows_and_rows_with_a_rhythm_are_spread_over_the_folds():
    folds = assign_folds(np.zeros(10_000, int))
    for period in (5, 10, 2000):
        shares = np.bincount(folds[np.arange(10_000) % period == 0], minlength=5)
        assert shares.max() < shares.sum()
    assert np.ptp(np.bincount(folds[:1000], minlength=5)) < 120


def test_a_single_row_cannot_be_held_out_and_two_can():
    assert recalibrated(np.array([[1.0, 0.0]]), np.array([0])) is None
    two = recalibrated(np.array([[1.0, 0.0], [0.5, 0.0]]), np.array([0, 1]))
    assert two.num_folds == 2
    assert np.isfinite([two.temperature.held_out.loss, two.vector.held_out.loss]).all()


def test_target_rows_are_recalibrated():
    logits, _ = sample()
    targets = softmax(logits / 2.5, axis=1)
    ours = recalibrated(logits, targets=targets)
    np.testing.assert_allclose(ours.temperature.temperatures, 2.5, rtol=1e-8)
    entropy = -(targets * np.log(targets)).sum(axis=1).mean()
    assert ours.parts.refinement == pytest.approx(entropy, rel=1e-9)
    np.testing.assert_allclose(ours.vector.weights, 0.4, rtol=1e-2)


def test_progress_rises_to_one():
    shares: list[float] = []
    recalibrated(*sample(), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 20
