import math

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

from ce_viz.core.inspection.corp import corp, pool_adjacent_violators

RNG = np.random.default_rng(31)


def sample(kind: str):
    """Confidences and outcomes ``(N,)``."""
    if kind == "one row":
        return np.array([0.7]), np.array([True])
    confidence = {
        "random": lambda: RNG.uniform(0.1, 1, 3000),
        "ties": lambda: RNG.integers(1, 8, 3000) / 8,
        "zero and one": lambda: RNG.choice([0.0, 0.3, 0.30000001, 1.0], 500),
        "all equal": lambda: np.full(50, 0.5),
        "against the truth": lambda: RNG.uniform(0.01, 0.99, 800),
    }[kind]()
    chance = 1 - confidence if kind == "against the truth" else confidence**2
    return confidence, RNG.uniform(size=len(confidence)) < chance


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


KINDS = ["random", "ties", "zero and one", "all equal", "against the truth", "one row"]


def recalibrated(confidence, correct):
    model = IsotonicRegression(y_min=0, y_max=1).fit(confidence, correct)
    return model.predict(confidence)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_are_scikit_learns_isotonic_regression(kind):
    confidence, correct = sample(kind)
    ours = corp(confidence, correct)
    place = np.searchsorted(ours.high, confidence)
    np.testing.assert_allclose(ours.accuracy[place], recalibrated(confidence, correct), atol=1e-12)
    assert (ours.low[place] <= confidence).all()
    np.testing.assert_array_equal(ours.counts, np.bincount(place))
    assert (np.diff(ours.accuracy) > 0).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("score", ["brier", "log"])
def test_parts_are_the_scores_of_the_recalibrated_and_of_the_overall_accuracy(kind, score):
    confidence, correct = sample(kind)
    if score == "log":
        confidence = np.clip(confidence, 1e-6, 1 - 1e-6)  # scikit-learn's own clipping would differ

    def mean(forecast):
        if score == "brier":
            return brier_score_loss(correct, forecast, labels=[False, True], pos_label=True)
        # The logarithm of a certainty that was right is 0, and isotonic regression has no wrong ones.
        return log_loss(correct, np.clip(forecast, 1e-300, 1), labels=[False, True])

    ours = getattr(corp(confidence, correct), score)
    isotonic = mean(recalibrated(confidence, correct))
    overall = mean(np.full(len(correct), correct.mean()))
    assert ours.score == pytest.approx(mean(confidence), rel=1e-9)
    assert ours.miscalibration == pytest.approx(mean(confidence) - isotonic, abs=1e-9)
    assert ours.discrimination == pytest.approx(overall - isotonic, abs=1e-9)
    assert ours.uncertainty == pytest.approx(overall, abs=1e-9)
    assert ours.score == pytest.approx(
        ours.miscalibration - ours.discrimination + ours.uncertainty, abs=1e-12
    )


def test_a_certainty_that_was_wrong_has_an_infinite_log_score_and_no_infinite_brier_score():
    ours = corp(np.array([1.0, 1.0, 0.5]), np.array([True, False, True]))
    assert ours.log.score == ours.log.miscalibration == math.inf
    assert math.isfinite(ours.log.discrimination)
    assert ours.brier.score == pytest.approx(1.25 / 3)


def test_the_log_score_takes_the_probability_of_an_error_where_it_is_known():
    ours = corp(np.array([1.0, 1.0]), np.array([True, False]), np.array([1e-30, 1e-20]))
    assert ours.log.score == pytest.approx(20 * math.log(10) / 2)


@pytest.mark.parametrize("shares", ["rising then a fall", "falling", "random"])
def test_pooling_agrees_with_scikit_learn_where_violations_come_one_at_a_time(shares):
    counts = RNG.integers(1, 9, 2000)
    hits = {
        "rising then a fall": np.append(np.sort(RNG.integers(1, 5000, 1999)), 0),
        "falling": np.sort(RNG.integers(1, 5000, 2000))[::-1],
        "random": RNG.integers(0, 9, 2000),
    }[shares]
    starts = pool_adjacent_violators(hits, counts)
    means = np.add.reduceat(hits, starts) / np.add.reduceat(counts, starts)
    expected = IsotonicRegression().fit_transform(np.arange(2000), hits / counts, sample_weight=counts)
    np.testing.assert_allclose(np.repeat(means, np.diff(starts, append=2000)), expected, rtol=1e-9)
    assert (np.diff(means) > 0).all()


def test_the_order_of_the_rows_does_not_matter_and_the_arrays_are_read_only():
    confidence, correct = sample("ties")
    order = RNG.permutation(len(correct))
    ours, other = corp(confidence, correct), corp(confidence[order], correct[order])
    np.testing.assert_array_equal(ours.accuracy, other.accuracy)
    assert ours.brier.miscalibration == pytest.approx(other.brier.miscalibration, rel=1e-12)
    with pytest.raises(ValueError, match="read-only"):
        ours.accuracy[0] = 0
