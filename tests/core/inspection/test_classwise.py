import mpmath
import numpy as np
import pytest
from scipy.special import softmax

from ce_viz.core.inspection.calibration import reliability
from ce_viz.core.inspection.classwise import classwise_ece, error_probs
from ce_viz.core.inspection.rowwise import BLOCK_VALUES

RNG = np.random.default_rng(61)


def by_definition(probs, labels, num_bins):
    """ECE of each class, bin by bin, with bins ((m - 1)/M, m/M]."""
    errors = []
    for k in range(probs.shape[1]):
        total = 0.0
        for number in range(num_bins):
            inside = (probs[:, k] > number / num_bins) & (probs[:, k] <= (number + 1) / num_bins)
            if number == 0:
                inside |= probs[:, k] == 0
            total += abs((probs[inside, k] - (labels[inside] == k)).sum()) / len(labels)
        errors.append(total)
    return errors


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


@pytest.mark.parametrize("num_bins", [1, 15])
@pytest.mark.parametrize(("rows", "classes"), [(400, 2), (400, 7), (BLOCK_VALUES // 50 + 3, 100), (1, 3)])
def test_error_of_each_class_is_the_definition(rows, classes, num_bins):
    logits = 3 * RNG.normal(size=(rows, classes))
    labels = RNG.integers(0, max(classes - 1, 1), rows)  # the last class is never a label
    expected = by_definition(softmax(logits, axis=1), labels, num_bins)
    np.testing.assert_allclose(classwise_ece(logits, labels, num_bins), expected, rtol=1e-9, atol=1e-14)


def test_of_two_classes_each_has_the_error_of_the_other_class():
    logits, labels = RNG.normal(size=(500, 2)), RNG.integers(0, 2, 500)
    first, second = classwise_ece(logits, labels)
    assert first == pytest.approx(second, abs=1e-3)  # apart from probabilities on the edges of bins
    alone = reliability(softmax(logits, axis=1)[:, 0], labels == 0)
    assert first == pytest.approx(alone.ece, rel=1e-12)


def test_probabilities_of_zero_and_one_are_counted():
    logits = np.array([[1000.0, 0.0, -np.inf], [0.0, 1000.0, -np.inf]])
    np.testing.assert_allclose(classwise_ece(logits, np.array([0, 0])), [0.5, 0.5, 0.0])


def test_the_probability_of_an_error_keeps_its_digits_next_to_certainty():
    logits = np.array([[60.0, 0.0, 1.0], [0.5, 0.5, -np.inf], [-800.0, 0.0, -np.inf]])
    with mpmath.workdps(60):
        exact = (mpmath.e + 1) / (mpmath.e + 1 + mpmath.exp(60))
    np.testing.assert_allclose(error_probs(logits), [float(exact), 0.5, 0.0], rtol=1e-14)


def test_progress_rises_to_one():
    shares: list[float] = []
    classwise_ece(
        RNG.normal(size=(BLOCK_VALUES // 50, 100)), np.zeros(BLOCK_VALUES // 50, int), progress=shares.append
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 1
