import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats

from ce_viz.core import cross_entropy, entropy, kl_divergence, softmax, softmax_entropy
from tests.core import oracle
from tests.core.cases import ARITHMETICS, CASES, INF, exact
from tests.core.oracle import ulp_error
from tests.for_each import for_each

POSITIVE = [case for case in CASES if min(case.targets) >= 0]


@for_each("arithmetic", ARITHMETICS)
@for_each("case", POSITIVE)
def test_entropy_is_within_1_ulp(case, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = entropy(case.targets)
    assert ulp_error(got, exact("entropy", case)) <= 1


@for_each("arithmetic", ARITHMETICS)
@for_each("case", CASES)
def test_softmax_entropy_is_within_1_ulp(case, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = softmax_entropy(case.logits, temperature=case.temperature)
    assert ulp_error(got, exact("softmax_entropy", case)) <= 1


@for_each("arithmetic", ARITHMETICS)
@for_each("case", POSITIVE)
def test_kl_divergence_is_within_1_ulp(case, arithmetic):
    with ARITHMETICS[arithmetic]():
        got = kl_divergence(case.targets, case.logits, temperature=case.temperature)
    assert ulp_error(got, exact("kl_divergence", case)) <= 1


@pytest.mark.usefixtures("either_arithmetic")
@pytest.mark.parametrize(
    "probs",
    [
        (1.0,),
        (1 - 2**-53, 2**-53),
        (1.0, 1e-17, 0.0),
        (1 + 2**-52, 1e-300, 5e-324),
        (np.e, 1 / np.e),  # terms of both signs
        (1.5, 0.4179396604198917),  # that all but cancel
        (5e-324, 5e-324),
        (1.0, 5e-324, 3e-319, 1e-322),  # only the faint ones count
        (1e308, 1e-308),
        (0.1,) * 10,
    ],
)
def test_entropy_of_any_numbers_is_within_1_ulp(probs):
    with mpmath.workdps(700):
        want = oracle.entropy(oracle.numbers(probs))
    assert ulp_error(entropy(probs), want) <= 1


def test_entropy_agrees_with_scipy():
    probs = np.random.default_rng(0).dirichlet(np.ones(5), size=(3, 4))
    np.testing.assert_allclose(entropy(probs), scipy.stats.entropy(probs, axis=-1), rtol=1e-14)


def test_kl_divergence_agrees_with_scipy():
    rng = np.random.default_rng(0)
    targets, logits = rng.dirichlet(np.ones(5), size=4), rng.normal(size=(4, 5))
    want = scipy.special.rel_entr(targets, scipy.special.softmax(logits, axis=-1)).sum(axis=-1)
    np.testing.assert_allclose(kl_divergence(targets, logits), want, rtol=1e-12)


def test_cross_entropy_is_entropy_plus_divergence():
    rng = np.random.default_rng(1)
    targets, logits = rng.dirichlet(np.ones(6), size=8), rng.normal(size=(8, 6)) * 3
    total = entropy(targets) + kl_divergence(targets, logits)
    np.testing.assert_allclose(cross_entropy(logits, targets), total, rtol=1e-15)


def test_softmax_entropy_is_the_entropy_of_softmax():
    logits = np.random.default_rng(2).normal(size=(8, 6))
    np.testing.assert_allclose(softmax_entropy(logits), entropy(softmax(logits)), rtol=1e-14)


def test_divergence_from_a_masked_class_with_weight_is_infinite():
    assert kl_divergence([0.5, 0.5], [0.0, -INF]) == INF


def test_divergence_from_a_masked_class_without_weight_is_finite():
    assert kl_divergence([1.0, 0.0], [0.0, -INF]) == 0


def test_entropy_of_a_certain_class_is_0_and_not_negative_0():
    assert not np.signbit(entropy([1.0, 0.0]))


@pytest.mark.parametrize("probs", [[0.5, -0.1], [0.5, INF]])
def test_entropy_refuses_what_has_no_logarithm(probs):
    with pytest.raises(ValueError, match="probs must be"):
        entropy(probs)


@pytest.mark.parametrize("targets", [[0.5, -0.1], [0.5, INF], [0.5, 0.2, 0.3]])
def test_divergence_refuses_targets_that_make_no_sense(targets):
    with pytest.raises(ValueError, match="targets must"):
        kl_divergence(targets, [0.0, 1.0])


def test_nan_stays_visible():
    assert np.isnan(entropy([[np.nan, 0.5], [0.5, 0.5]])).tolist() == [True, False]
