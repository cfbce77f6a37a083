"""Every diagnostic against an implementation that is not ours, on tables of every sort."""

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss

from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.diagnosis import diagnose
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.inspection.recalibration import assign_folds
from ce_viz.core.inspection.samples import sample_table
from ce_viz.core.inspection.smooth_ece import SMALLEST_BANDWIDTH, smooth_ece_at
from ce_viz.core.studies.training import TrainingSettings, split_images, start_training, train
from ce_viz.data import load_digits
from tests.core.inspection.test_classwise import by_definition as classwise_by_definition
from tests.core.inspection.test_smooth_ece import by_definition as smooth_by_definition
from tests.core.inspection.test_vector_scaling import penalised, scipys

RNG = np.random.default_rng(81)


def digits() -> tuple[np.ndarray, np.ndarray]:
    data = load_digits()
    images = split_images(data.images, data.labels)
    table = sample_table(images, train(images, start_training(images, TrainingSettings()), 1000), "digits")
    assert table.labels is not None
    return table.logits.astype(np.float64), table.labels


def tables() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Logits and labels."""
    labels = RNG.integers(0, 4, 300)
    random = 2 * RNG.normal(size=(300, 4)) + 2 * np.eye(4)[labels]
    ties = RNG.integers(-1, 2, (300, 4)).astype(float)
    certain = np.where(np.eye(4)[(labels + (RNG.uniform(size=300) < 0.1)) % 4] > 0, 800.0, 0.0)
    return {
        "sample": digits(),
        "random": (random, labels),
        "ties": (ties, labels),
        "probabilities of exactly 0 and 1": (certain, labels),
        "some certain": (np.where(np.arange(300)[:, None] % 3 == 0, certain, random), labels),
        "empty classes": (np.c_[random, RNG.normal(size=(300, 3))], labels),
        "two classes": (random[:, :2], labels % 2),
        "all equal": (np.zeros((300, 3)), labels % 3),
    }


TABLES = tables()


@pytest.fixture(params=list(TABLES))
def name(request) -> str:
    return str(request.param)


MADE = {}


@pytest.fixture
def case(name):
    """Logits, labels, analysis and diagnosis of one table, worked out once."""
    if name not in MADE:
        logits, labels = TABLES[name]
        table = LogitsTable(logits, labels, None, (), ())
        analysis = analyse(table)
        assert analysis is not None
        MADE[name] = logits, labels, analysis, diagnose(table, analysis)
    return MADE[name]


def test_loss_accuracy_and_brier_score_are_scikit_learns(case):
    logits, labels, analysis, _ = case
    probs, classes = softmax(logits, axis=1), range(logits.shape[1])
    assert analysis.scores.correct.mean() == accuracy_score(labels, logits.argmax(axis=1))
    given = np.bincount(labels, minlength=logits.shape[1]) > 0
    if probs.min() > 1e-15 and given.all():  # scikit-learn cuts probabilities off there
        assert analysis.scores.loss.mean() == pytest.approx(log_loss(labels, probs, labels=classes))
    if given.all():
        expected = brier_score_loss(labels, probs, labels=classes, scale_by_half=False)
        assert analysis.scores.brier.mean() == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_the_blocks_without_bins_are_scikit_learns_isotonic_regression(case):
    _, _, analysis, diagnosis = case
    confidence, correct = analysis.scores.confidence, analysis.scores.correct
    expected = IsotonicRegression(y_min=0, y_max=1).fit_transform(confidence, correct.astype(float))
    at = np.searchsorted(diagnosis.corp.high, confidence)
    np.testing.assert_allclose(diagnosis.corp.accuracy[at], expected, atol=1e-9)
    overall = correct.mean()
    parts = diagnosis.corp.brier
    assert parts.score == pytest.approx(((confidence - correct) ** 2).mean(), abs=1e-15)
    assert parts.miscalibration == pytest.approx(parts.score - ((expected - correct) ** 2).mean(), abs=1e-12)
    assert parts.uncertainty == pytest.approx(overall * (1 - overall))
    recalibrated = ((expected - correct) ** 2).mean()
    assert parts.discrimination == pytest.approx(parts.uncertainty - recalibrated, abs=1e-12)


def test_the_smooth_calibration_error_is_the_integral_at_its_own_bandwidth(case):
    _, _, analysis, diagnosis = case
    confidence, correct = analysis.scores.confidence, analysis.scores.correct
    smooth = diagnosis.smooth_ece
    bandwidth = smooth.bandwidth
    if bandwidth > 0.004:  # of a narrower kernel the sum of the definition has too few points
        expected = smooth_by_definition(confidence, correct, bandwidth, 8001)
        assert smooth.value == pytest.approx(expected, rel=1e-4, abs=1e-9)
    assert smooth.value == pytest.approx(bandwidth, rel=1e-9) or bandwidth == SMALLEST_BANDWIDTH
    assert smooth.value == smooth_ece_at(confidence, correct, bandwidth)


def test_classwise_errors_are_the_definition(case):
    logits, labels, _, diagnosis = case
    expected = classwise_by_definition(softmax(logits, axis=1), labels, 15)
    # A probability on the edge of a bin falls to either side with its last bit.
    np.testing.assert_allclose(diagnosis.classwise_ece, expected, rtol=1e-9, atol=1e-13)


def test_calibration_errors_are_the_definition_in_exact_arithmetic(case):
    """ECE of bins of equal width and of equal mass: sums of confidence less hits, with 50 digits."""
    _, _, analysis, diagnosis = case
    confidence, correct = analysis.scores.confidence, analysis.scores.correct
    for bins in (analysis.calibration, diagnosis.equal_mass):
        total, counted = mpmath.mpf(0), 0
        with mpmath.workdps(50):
            for low, high in zip(bins.edges[:-1], bins.edges[1:], strict=True):
                inside = (confidence > low) & (confidence <= high)
                if low == 0:
                    inside |= confidence == 0
                counted += int(inside.sum())
                gap = mpmath.fsum(map(float, confidence[inside])) - int(correct[inside].sum())
                total += abs(gap) / len(confidence)
        assert counted == len(confidence)
        assert bins.ece == pytest.approx(float(total), abs=1e-13)


def test_intervals_of_bins_are_scipys(case):
    _, _, analysis, diagnosis = case
    for bins in (analysis.calibration, diagnosis.equal_mass):
        low, high = bins.accuracy_interval()
        for at in np.flatnonzero(bins.counts):
            hits = round(float(bins.accuracy[at] * bins.counts[at]))
            expected = binomtest(hits, int(bins.counts[at])).proportion_ci(method="wilson")
            assert (low[at], high[at]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_risk_is_the_share_of_errors_of_all_rows_that_reach_a_threshold(case):
    _, _, analysis, diagnosis = case
    confidence, correct = analysis.scores.confidence, analysis.scores.correct
    curve = diagnosis.risk_coverage
    own = [(~correct[confidence >= threshold]).mean() for threshold in confidence]
    assert curve.aurc == pytest.approx(np.mean(own), abs=1e-13)
    for coverage, risk, threshold in zip(curve.coverage, curve.risk, curve.threshold, strict=True):
        kept = confidence >= threshold
        assert (coverage, risk) == pytest.approx((kept.mean(), (~correct[kept]).mean()), abs=1e-13)
    safe = [c for c in set(confidence.tolist()) if (~correct[confidence >= c]).mean() <= 0.05]
    expected = (confidence >= min(safe)).mean() if safe else 0.0
    assert curve.safe_coverage == pytest.approx(expected)


def test_temperatures_of_the_folds_are_scipys(case):
    logits, labels, _, diagnosis = case
    found = diagnosis.recalibration.temperature
    folds = assign_folds(labels)
    for fold, (temperature, bound) in enumerate(zip(found.temperatures, found.at_bound, strict=True)):
        kept = folds != fold

        def loss(log_t, kept=kept):
            return -log_softmax(logits[kept] / np.exp(log_t), axis=1)[
                np.arange(kept.sum()), labels[kept]
            ].mean()

        best = minimize_scalar(loss, bounds=np.log([0.01, 100]), method="bounded", options={"xatol": 1e-9})
        assert loss(np.log(temperature)) <= best.fun + 1e-9
        if bound:
            assert temperature == pytest.approx(0.01 if bound == "low" else 100.0)


def test_loss_is_refinement_and_calibration_of_rows_that_were_held_out(case):
    logits, labels, analysis, diagnosis = case
    parts, folds = diagnosis.recalibration.parts, assign_folds(labels)
    temperatures = diagnosis.recalibration.temperature.temperatures[folds]
    held_out = -log_softmax(logits / temperatures[:, None], axis=1)[np.arange(len(labels)), labels].mean()
    assert parts.refinement == pytest.approx(held_out, rel=1e-9, abs=1e-12)
    assert parts.loss == pytest.approx(analysis.scores.loss.mean())
    assert parts.calibration == pytest.approx(parts.loss - held_out, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", [name for name in TABLES if np.ptp(TABLES[name][0]) < 100])
def test_vector_scaling_has_the_least_penalised_loss_that_scipy_finds(case):
    logits, labels, analysis, diagnosis = case
    targets, temperature = np.eye(logits.shape[1])[labels], analysis.fitted.temperature
    ours = diagnosis.recalibration.vector.fitted
    value = penalised(logits, targets, temperature, ours.weights, ours.biases)
    assert value < scipys(logits, targets, temperature).fun + 1e-4
