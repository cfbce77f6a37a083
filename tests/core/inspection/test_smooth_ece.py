import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

from ce_viz.core.inspection.smooth_ece import SMALLEST_BANDWIDTH, smooth_ece, smooth_ece_at

RNG = np.random.default_rng(41)


def sample(kind: str):
    if kind == "one row":
        return np.array([0.7]), np.array([False])
    confidence = {
        "random": lambda: RNG.uniform(0.1, 1, 60),
        "ties": lambda: RNG.integers(1, 5, 60) / 4,
        "zero and one": lambda: RNG.choice([0.0, 0.4, 1.0], 60),
    }[kind]()
    return confidence, RNG.uniform(size=60) < confidence**2


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


def by_definition(confidence, correct, bandwidth, points=20_001):
    """The integral over t of the residuals weighted with the reflected kernel, summed row by row."""
    t = np.linspace(0, 1, points)
    reflections = range(-1 - int(5 * bandwidth), 2 + int(5 * bandwidth))
    total = np.zeros(points)
    for value, right in zip(confidence, correct, strict=True):
        kernel = sum(
            norm.pdf(t - value + 2 * j, scale=bandwidth) + norm.pdf(t + value + 2 * j, scale=bandwidth)
            for j in reflections
        )
        total += kernel * (right - value) / len(confidence)
    return np.trapezoid(np.abs(total), t)


@pytest.mark.parametrize("kind", ["random", "ties", "zero and one", "one row"])
@pytest.mark.parametrize("bandwidth", [0.003, 0.05, 0.3, 1.0])
def test_error_at_a_bandwidth_is_the_integral_of_the_definition(kind, bandwidth):
    confidence, correct = sample(kind)
    expected = by_definition(confidence, correct, bandwidth)
    assert smooth_ece_at(confidence, correct, bandwidth) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("kind", ["random", "ties", "zero and one", "one row"])
def test_the_bandwidth_is_where_the_definition_equals_it(kind):
    confidence, correct = sample(kind)
    ours = smooth_ece(confidence, correct)
    expected = brentq(
        lambda bandwidth: by_definition(confidence, correct, bandwidth, 4001) - bandwidth, 0.005, 1, xtol=1e-7
    )
    assert ours.bandwidth == pytest.approx(expected, rel=1e-4)
    assert ours.value == pytest.approx(ours.bandwidth, rel=1e-9)


def test_residuals_of_one_sign_have_their_mean_at_every_bandwidth():
    confidence = np.append(RNG.uniform(size=40), [0.0, 1.0])
    for bandwidth in (SMALLEST_BANDWIDTH, 0.01, 1.0):
        error = smooth_ece_at(confidence, np.ones(42, bool), bandwidth)
        assert error == pytest.approx((1 - confidence).mean(), rel=1e-9)


@pytest.mark.parametrize(("confidence", "value"), [([1.0, 1.0], 0.0), ([1 - 1e-5] * 3, 1e-5)])
def test_an_error_below_the_smallest_bandwidth_is_taken_there(confidence, value):
    ours = smooth_ece(np.array(confidence), np.ones(len(confidence), bool))
    assert ours.bandwidth == SMALLEST_BANDWIDTH
    assert ours.value == pytest.approx(value, rel=1e-9, abs=1e-15)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.floats(0.001, 0.99), st.floats(1.0, 3.0))
def test_a_wider_kernel_never_finds_more(seed, bandwidth, factor):
    random = np.random.default_rng(seed)
    confidence = random.uniform(size=30)
    correct = random.uniform(size=30) < 0.5
    narrow = smooth_ece_at(confidence, correct, bandwidth)
    assert smooth_ece_at(confidence, correct, bandwidth * factor) <= narrow * (1 + 1e-6)


def test_a_calibrated_model_has_a_small_error_and_an_overconfident_one_its_gap():
    confidence = RNG.uniform(0.5, 1, 100_000)
    drawn = RNG.uniform(size=100_000)
    assert smooth_ece(confidence, drawn < confidence).value < 0.01
    assert smooth_ece(confidence, drawn < confidence - 0.2).value == pytest.approx(0.2, abs=0.005)
