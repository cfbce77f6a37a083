import mpmath
import numpy as np
import pytest
from mpmath import mpf

from ce_viz.core import cross_entropy, linear_grad
from tests.core import oracle
from tests.core.oracle import ulp_error


def exact(logits, targets, inputs, temperature=1.0):
    """Means over the rows of dL/do_k x_d and of dL/do_k."""
    with mpmath.workdps(350):
        rows = [
            oracle.cross_entropy_grad(oracle.numbers(o), oracle.numbers(y), mpf(temperature))
            for o, y in zip(np.atleast_2d(logits), np.atleast_2d(targets), strict=True)
        ]
        features = [[*oracle.numbers(x), mpf(1)] for x in np.atleast_2d(inputs)]
        columns = range(len(features[0]))
        means = [
            [
                mpmath.fsum(g[k] * x[d] for g, x in zip(rows, features, strict=True)) / len(rows)
                for d in columns
            ]
            for k in range(len(rows[0]))
        ]
    return [row[:-1] for row in means], [row[-1] for row in means]


def drawn(count, classes, width, seed=0):
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(count, classes)) * 5,
        rng.dirichlet(np.ones(classes), count),
        rng.normal(size=(count, width)),
    )


SURE = np.array([[50.0, 0.0, 1.0]] * 4), np.eye(3)[[0, 0, 0, 0]], np.array([[1.0, -1.0]] * 4)
LOGITS, TARGETS, INPUTS = drawn(4, 3, 2)
BATCHES = {
    "one row": ([2.0, 1.0, 0.1], [0.0, 1.0, 0.0], [0.3, -2.0]),
    "drawn": drawn(60, 9, 5),
    "one wide row": drawn(1, 40, 3),
    "sure rows": SURE,
    "rows that cancel": (
        np.repeat(LOGITS, 2, axis=0),
        np.repeat(TARGETS, 2, axis=0),
        np.kron(INPUTS, [[1.0], [-1.0]]),
    ),
    "rows that nearly cancel": (
        np.concatenate((LOGITS, LOGITS)),
        np.concatenate((TARGETS, TARGETS)),
        np.concatenate((INPUTS, -INPUTS * (1 + 2**-40))),
    ),
    "inputs of all sizes": (
        LOGITS,
        TARGETS,
        np.array([[1e300, 1e-300], [1e-300, 5e-324], [1.0, -1e308], [-1e-17, 0.0]]),
    ),
    "targets of all sizes": (LOGITS, TARGETS * np.array([[1e300], [1e-300], [1.0], [0.0]]), INPUTS),
    "masked": (
        np.array([[1.0, -np.inf, 2.0], [0.0, 1.0, -np.inf]]),
        np.array([[1.0, 0, 0], [0, 1.0, 0]]),
        INPUTS[:2],
    ),
}


@pytest.mark.usefixtures("either_arithmetic")
@pytest.mark.parametrize("name", BATCHES)
def test_gradients_are_within_1_ulp(name):
    got, want = linear_grad(*BATCHES[name]), exact(*BATCHES[name])
    assert max(map(ulp_error, got, want)) <= 1


def test_temperature_divides_the_gradients():
    logits, targets, inputs = drawn(7, 4, 3)
    got, want = linear_grad(logits, targets, inputs, temperature=0.3), exact(logits, targets, inputs, 0.3)
    assert max(map(ulp_error, got, want)) <= 1


def test_weight_grad_is_the_slope_of_the_mean_loss():
    rng = np.random.default_rng(3)
    weights, bias, inputs = rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(size=(5, 2))
    targets, step = np.eye(3)[[0, 1, 2, 1, 0]], 1e-6

    def loss(change):
        return cross_entropy(inputs @ (weights + change).T + bias, targets, reduction="mean")

    grad, _ = linear_grad(inputs @ weights.T + bias, targets, inputs)
    for k, d in np.ndindex(3, 2):
        change = np.zeros((3, 2))
        change[k, d] = step
        assert grad[k, d] == pytest.approx((loss(change) - loss(-change)) / (2 * step), rel=1e-6, abs=1e-9)


def test_batch_axes_are_averaged_all_at_once():
    logits, targets, inputs = drawn(6, 3, 2)
    folded = linear_grad(logits.reshape(2, 3, 3), targets.reshape(2, 3, 3), inputs.reshape(2, 3, 2))
    for got, want in zip(folded, linear_grad(logits, targets, inputs), strict=True):
        np.testing.assert_array_equal(got, want)


def test_no_rows_have_no_mean():
    weight_grad, bias_grad = linear_grad(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 2)))
    assert np.isnan(weight_grad).all()
    assert weight_grad.shape == (3, 2)
    assert np.isnan(bias_grad).all()
    assert bias_grad.shape == (3,)


def test_nan_reaches_only_what_it_enters():
    weight_grad, bias_grad = linear_grad(LOGITS, TARGETS, np.array([[1.0, np.nan]] * 4))
    assert np.isnan(weight_grad).tolist() == [[False, True]] * 3
    assert np.isfinite(bias_grad).all()


@pytest.mark.parametrize("inputs", [1.0, np.zeros((3, 2)), np.zeros(4), np.full((4, 2), np.inf), [["a"]] * 4])
def test_inputs_that_do_not_fit_are_refused(inputs):
    with pytest.raises(ValueError, match="inputs must"):
        linear_grad(LOGITS, TARGETS, inputs)
