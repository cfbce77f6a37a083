import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest

from ce_viz.core import cross_entropy
from ce_viz.core.inspection.calibration import (
    TEMPERATURE_BOUNDS,
    equal_mass_reliability,
    fit_temperature,
    mean_losses,
    reliability,
)

RNG = np.random.default_rng(5)


def sample(rows: int, classes: int, scale: float):
    """Logits whose best temperature is about ``scale``: labels drawn from softmax(logits / scale)."""
    logits = scale * 2 * RNG.normal(size=(rows, classes))
    probs = softmax(logits / scale, axis=1)
    labels = (probs.cumsum(axis=1) < RNG.uniform(size=(rows, 1))).sum(axis=1)
    return logits, np.minimum(labels, classes - 1)


def scipys(logits, targets):
    def loss(log_temperature: float) -> float:
        log_probs = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-(targets * log_probs).sum(axis=1).mean())

    low, high = np.log(TEMPERATURE_BOUNDS)
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-9})
    return np.exp(found.x), found.fun


@pytest.mark.parametrize("scale", [0.05, 0.5, 1.0, 3.0, 40.0])
@pytest.mark.parametrize(("rows", "classes"), [(2000, 3), (400, 100)])
def test_temperature_is_the_one_scipy_finds(scale, rows, classes):
    logits, labels = sample(rows, classes, scale)
    expected, loss = scipys(logits, np.eye(classes)[labels])
    fitted = fit_temperature(logits, labels)
    assert fitted.at_bound == ""
    # A minimum is known only to the square root of the loss's own precision.
    assert fitted.temperature == pytest.approx(expected, rel=1e-6)
    assert fitted.loss <= loss * (1 + 1e-12)
    assert fitted.loss == pytest.approx(
        cross_entropy(logits, np.eye(classes)[labels], temperature=fitted.temperature, reduction="mean"),
        rel=1e-12,
    )


def test_the_slope_of_the_loss_is_zero_at_the_temperature_found():
    logits, labels = sample(5000, 4, 2.0)
    found = fit_temperature(logits, labels).temperature
    probs = softmax(logits / found, axis=1)
    slope = ((probs * logits).sum(axis=1) - logits[np.arange(5000), labels]).mean()
    assert abs(slope) < 1e-10


def test_target_rows_find_the_temperature_that_made_them():
    logits = 4 * RNG.normal(size=(500, 6))
    fitted = fit_temperature(logits, targets=softmax(logits / 2.5, axis=1))
    assert fitted.temperature == pytest.approx(2.5, rel=1e-9)


def test_targets_that_do_not_sum_to_one_weigh_their_rows():
    logits, labels = sample(300, 4, 2.0)
    targets = np.eye(4)[labels] * RNG.uniform(0.2, 3, (300, 1))
    assert fit_temperature(logits, targets=targets).temperature == pytest.approx(
        scipys(logits, targets)[0], rel=1e-6
    )


def test_where_every_row_is_right_the_loss_falls_to_the_low_bound():
    fitted = fit_temperature(np.array([[3.0, 1.0], [0.0, 2.0]]), np.array([0, 1]))
    assert (fitted.temperature, fitted.at_bound) == (pytest.approx(TEMPERATURE_BOUNDS[0]), "low")


def test_where_the_logits_are_worse_than_nothing_the_loss_falls_to_the_high_bound():
    fitted = fit_temperature(np.array([[3.0, 1.0], [0.0, 2.0]]), np.array([1, 0]))
    assert (fitted.temperature, fitted.at_bound) == (pytest.approx(TEMPERATURE_BOUNDS[1]), "high")


def test_equal_logits_leave_the_temperature_at_one():
    fitted = fit_temperature(np.full((3, 4), 7.0), np.array([0, 1, 2]))
    assert (fitted.temperature, fitted.at_bound) == (1.0, "")
    assert fitted.loss == pytest.approx(np.log(4))


def test_masked_classes_and_huge_logits_do_not_disturb_the_search():
    logits, labels = sample(500, 4, 2.0)
    expected = fit_temperature(logits, labels).temperature
    masked = np.c_[logits, np.full(500, -np.inf)]
    assert fit_temperature(masked, labels).temperature == pytest.approx(expected, rel=1e-12)
    shifted = logits + 1e6 * RNG.integers(-1, 2, (500, 1))
    assert fit_temperature(shifted, labels).temperature == pytest.approx(expected, rel=1e-6)
    assert 0 < fit_temperature(logits * 1e300, labels).temperature <= TEMPERATURE_BOUNDS[1] * (1 + 1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.floats(-1.5, 1.5), st.integers(0, 2**32 - 1))
def test_no_other_temperature_has_a_smaller_loss(log_ratio, seed):
    random = np.random.default_rng(seed)
    logits, labels = random.normal(size=(40, 3)) * random.uniform(0.1, 10), random.integers(0, 3, 40)
    fitted = fit_temperature(logits, labels)
    other = float(np.clip(fitted.temperature * np.exp(log_ratio), *TEMPERATURE_BOUNDS))
    loss = mean_losses(logits, labels, None, [other])[0]
    assert fitted.loss <= loss * (1 + 1e-12)


def test_mean_losses_are_the_cores():
    logits, labels = sample(300, 5, 1.0)
    temperatures = [0.05, 0.7, 1.0, 20.0]
    targets = np.eye(5)[labels]
    expected = [cross_entropy(logits, targets, temperature=t, reduction="mean") for t in temperatures]
    np.testing.assert_allclose(mean_losses(logits, labels, None, temperatures), expected, rtol=1e-12)
    np.testing.assert_allclose(mean_losses(logits, None, targets, temperatures), expected, rtol=1e-12)


def test_progress_is_told_while_searching():
    shares: list[float] = []
    fit_temperature(*sample(200, 3, 2.0), progress=shares.append)
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1


@pytest.mark.parametrize("scale", [0.05, 1.0, 40.0])
def test_the_search_needs_few_passes(scale):
    shares: list[float] = []
    fit_temperature(*sample(400, 10, scale), progress=shares.append)
    assert len(shares) <= 14


def by_definition(confidence, correct, num_bins):
    """ECE and MCE row by row, as Guo et al. write them: bins ((m - 1)/M, m/M]."""
    gaps, ece = [], 0.0
    for number in range(1, num_bins + 1):
        inside = [row for row, c in enumerate(confidence) if (number - 1) / num_bins < c <= number / num_bins]
        if inside:
            gap = abs(
                np.mean([correct[row] for row in inside]) - np.mean([confidence[row] for row in inside])
            )
            ece += len(inside) / len(confidence) * gap
            gaps.append(gap)
    return ece, max(gaps)


@pytest.mark.parametrize("num_bins", [1, 10, 15, 20])
def test_calibration_error_is_the_definition(num_bins):
    confidence = np.r_[RNG.uniform(0.01, 1, 997), 1.0, 0.2, 0.6]
    correct = RNG.uniform(size=1000) < confidence**2
    ours = reliability(confidence, correct, num_bins)
    ece, mce = by_definition(confidence, correct, num_bins)
    assert ours.ece == pytest.approx(ece, rel=1e-12)
    assert ours.mce == pytest.approx(mce, rel=1e-12)
    assert ours.counts.sum() == 1000


def test_a_confidence_on_an_edge_belongs_to_the_bin_below():
    ours = reliability(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]), np.ones(10, bool), 10)
    assert ours.counts.tolist() == [1] * 10


def test_empty_bins_have_no_accuracy():
    ours = reliability(np.array([0.95, 0.9]), np.array([True, False]), 2)
    assert np.isnan(ours.accuracy[0])
    assert ours.accuracy[1] == 0.5


def test_scaling_lowers_the_calibration_error_of_an_overconfident_model():
    logits, labels = sample(5000, 5, 3.0)
    fitted = fit_temperature(logits, labels)
    errors = []
    for temperature in (1.0, fitted.temperature):
        probs = softmax(logits / temperature, axis=1)
        errors.append(reliability(probs.max(axis=1), probs.argmax(axis=1) == labels).ece)
    assert errors[1] < 0.2 * errors[0]


def test_bins_of_equal_mass_are_the_sorted_rows_split_into_equal_parts():
    confidence = RNG.uniform(0.01, 1, 1000)
    correct = RNG.uniform(size=1000) < confidence**2
    order = np.argsort(confidence)
    ours = equal_mass_reliability(confidence, correct, 10)
    parts = np.array_split(order, 10)
    assert ours.counts.tolist() == [100] * 10
    np.testing.assert_allclose(ours.confidence, [confidence[part].mean() for part in parts], rtol=1e-12)
    np.testing.assert_allclose(ours.accuracy, [correct[part].mean() for part in parts], rtol=1e-12)
    gaps = [abs(confidence[part].mean() - correct[part].mean()) for part in parts]
    assert ours.ece == pytest.approx(np.mean(gaps), rel=1e-12)


@pytest.mark.parametrize("rows", [1, 2, 14, 16, 997])
def test_bins_of_equal_mass_differ_by_one_row(rows):
    ours = equal_mass_reliability(RNG.uniform(size=rows), np.ones(rows, bool))
    assert ours.counts.sum() == rows
    assert np.ptp(ours.counts) <= 1
    assert len(ours.counts) == min(rows, 15)
    assert (ours.edges[0], ours.edges[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("values", [[1.0], [0.0], [0.0, 1.0], [0.5, 1.0], [0.0, 0.2, 0.9, 1.0]])
def test_equal_confidences_stay_in_one_bin_of_equal_mass(values):
    confidence = RNG.choice(values, 400)
    correct = RNG.uniform(size=400) < confidence
    ours = equal_mass_reliability(confidence, correct)
    assert (ours.counts > 0).all()
    assert (np.diff(ours.edges) > 0).all()
    places = [{np.searchsorted(ours.edges, c) for c in confidence[confidence == value]} for value in values]
    assert all(len(place) <= 1 for place in places)
    assert ours.counts.sum() == 400


def test_overconfidence_is_signed_in_every_bin_and_in_total():
    confidence = np.r_[np.full(10, 0.9), np.full(10, 0.5)]
    correct = np.r_[np.arange(10) < 6, np.arange(10) < 7]
    ours = reliability(confidence, correct, 2)
    np.testing.assert_allclose(ours.overconfidence, [-0.2, 0.3], rtol=1e-12)
    assert ours.mean_overconfidence == pytest.approx(confidence.mean() - correct.mean(), rel=1e-12)
    assert np.isnan(reliability(confidence, correct, 10).overconfidence[0])


def test_accuracy_in_each_bin_has_wilsons_interval():
    confidence = RNG.uniform(0.3, 1, 500)
    correct = RNG.uniform(size=500) < confidence
    ours = reliability(confidence, correct)
    low, high = ours.accuracy_interval()
    for number, count in enumerate(ours.counts.tolist()):
        if count:
            hits = round(float(ours.accuracy[number]) * count)
            expected = binomtest(hits, count).proportion_ci(0.95, method="wilson")
            assert (low[number], high[number]) == pytest.approx((expected.low, expected.high), abs=1e-12)
        else:
            assert np.isnan([low[number], high[number]]).all()
