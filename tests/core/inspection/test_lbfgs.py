import numpy as np
import pytest
from scipy.optimize import minimize

from ce_viz.core.inspection.lbfgs import minimise

RNG = np.random.default_rng(71)


def quadratic(condition: float):
    rotation = np.linalg.qr(RNG.normal(size=(30, 30)))[0]
    hessian = rotation @ np.diag(np.geomspace(1, condition, 30)) @ rotation.T
    target = RNG.normal(size=30)
    return (lambda x: ((x - target) @ hessian @ (x - target) / 2, hessian @ (x - target))), hessian, target


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


@pytest.mark.parametrize("condition", [1.0, 100.0])
def test_a_quadratic_is_minimised_to_the_tolerance(condition):
    objective, hessian, target = quadratic(condition)
    diagonal = np.diag(hessian)
    found = minimise(objective, np.zeros(30), lambda v: v / diagonal, tolerance=1e-12)
    assert found.converged
    assert found.value < 1e-9
    np.testing.assert_allclose(found.point, target, atol=1e-4)


def test_with_the_inverse_hessian_a_quadratic_takes_one_step():
    objective, hessian, target = quadratic(100.0)
    visited = []

    def watched(point):
        visited.append(point)
        return objective(point)

    found = minimise(watched, np.zeros(30), lambda v: np.linalg.solve(hessian, v), tolerance=1e-12)
    assert len(visited) == 2
    np.testing.assert_allclose(found.point, target, rtol=1e-9)


def test_a_step_that_is_too_long_is_halved_until_the_value_falls():
    def objective(x):  # flat far out: Newton's estimate of the start overshoots
        return float(np.log(np.cosh(x)).sum()), np.tanh(x)

    found = minimise(objective, np.array([3.0, -2.0]), lambda v: 50 * v, tolerance=1e-12)
    assert found.converged
    np.testing.assert_allclose(found.point, 0, atol=1e-5)


def test_the_minimum_is_scipys():
    features, signs = RNG.normal(size=(200, 5)), RNG.choice([-1, 1], 200)

    def objective(x):
        margins = signs * (features @ x)
        slope = -(signs / (1 + np.exp(margins))) @ features
        return float(np.logaddexp(0, -margins).sum() + x @ x / 2), slope + x

    expected = minimize(objective, np.zeros(5), jac=True, method="BFGS", options={"gtol": 1e-9})
    found = minimise(objective, np.zeros(5), lambda v: v / 50, tolerance=1e-14)
    np.testing.assert_allclose(found.point, expected.x, atol=1e-6)
    assert found.value == pytest.approx(expected.fun, rel=1e-12)


def test_a_search_that_does_not_end_says_so():
    objective, *_ = quadratic(100.0)
    assert not minimise(objective, np.zeros(30), lambda v: v / 100, tolerance=-1.0).converged
