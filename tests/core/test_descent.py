from itertools import pairwise

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from ce_viz.core import cross_entropy_grad, gradient_descent, squared_error_grad
from tests.core import oracle
from tests.core.oracle import ulp_error

ROW = (2.0, 1.0, 0.1), (0.0, 1.0, 0.0)
GRADIENTS = {"cross_entropy": oracle.cross_entropy_grad, "squared_error": oracle.squared_error_grad}
WIDE = tuple(np.random.default_rng(0).normal(size=25)), tuple(np.eye(25)[3])


def exact(logits, targets, rate, steps, loss="cross_entropy", temperature=1.0):
    with mpmath.workdps(400):
        path = [oracle.numbers(logits)]
        for _ in range(steps):
            slopes = GRADIENTS[loss](path[-1], oracle.numbers(targets), mpf(temperature))
            path.append([o - mpf(rate) * slope for o, slope in zip(path[-1], slopes, strict=True)])
        return path


@pytest.mark.usefixtures("either_arithmetic")
@pytest.mark.parametrize("loss", GRADIENTS)
@pytest.mark.parametrize(
    ("logits", "targets", "rate", "steps", "temperature"),
    [
        (*ROW, 1.0, 50, 1.0),
        (*ROW, 0.1, 30, 0.3),
        (*ROW, -0.5, 20, 1.0),  # uphill
        (*ROW, 100.0, 12, 1.0),  # overshoots
        (*ROW, 1e6, 5, 1.0),
        (*ROW, 1e-300, 3, 1.0),
        (*ROW, 1.0, 3, 1e-3),
        (*WIDE, 1.0, 20, 1.0),
        ((0.0, 40.0, 1.0), (1.0, 0.0, 0.0), 5.0, 40, 1.0),  # sure and wrong
        ((2.0, 0.0), (0.5, 0.5), 3.0, 40, 1.0),  # to an optimum at 0
        ((0.0, 0.0), (0.5, 0.5), 1.0, 5, 1.0),  # is there already
        ((1.0, 0.0, -1.0), (2.0, 1.0, 0.5), 0.3, 20, 1.0),
        ((1e15, 1e15 - 1, 0.0), (0.0, 1.0, 0.0), 0.7, 10, 1.0),
    ],
)
def test_path_stays_within_1_ulp_of_the_exact_path(logits, targets, rate, steps, temperature, loss):
    got = gradient_descent(
        logits, targets, learning_rate=rate, steps=steps, loss=loss, temperature=temperature
    )
    assert ulp_error(got, exact(logits, targets, rate, steps, loss, temperature)) <= 1


@pytest.mark.parametrize(
    ("loss", "grad"), [("cross_entropy", cross_entropy_grad), ("squared_error", squared_error_grad)]
)
def test_each_step_goes_down_the_gradient(loss, grad):
    path = gradient_descent(*ROW, learning_rate=0.5, steps=8, loss=loss)
    for here, there in pairwise(path):
        np.testing.assert_allclose(there, here - 0.5 * grad(here, ROW[1]), rtol=1e-12)


def test_cross_entropy_goes_down_unless_told_otherwise():
    path = gradient_descent(*ROW, learning_rate=0.5, steps=8)
    np.testing.assert_array_equal(
        path, gradient_descent(*ROW, learning_rate=0.5, steps=8, loss="cross_entropy")
    )


def test_path_begins_with_the_start():
    np.testing.assert_array_equal(gradient_descent(*ROW, learning_rate=0.5, steps=0), [ROW[0]])


@pytest.mark.usefixtures("either_arithmetic")
def test_rows_of_a_batch_descend_one_by_one():
    logits, targets = np.random.default_rng(1).normal(size=(2, 3, 4)), np.full((2, 3, 4), 0.25)
    together = gradient_descent(logits, targets, learning_rate=1.0, steps=6)
    assert together.shape == (7, 2, 3, 4)
    for index in np.ndindex(2, 3):
        alone = gradient_descent(logits[index], targets[index], learning_rate=1.0, steps=6)
        np.testing.assert_array_equal(together[:, *index], alone)


@pytest.mark.usefixtures("either_arithmetic")
def test_masked_class_stays_masked_and_the_others_do_not_notice():
    path = gradient_descent([1.0, -np.inf, 0.0, 2.0], [0.0, 0.0, 1.0, 0.0], learning_rate=2.0, steps=9)
    assert (path[:, 1] == -np.inf).all()
    alone = gradient_descent([1.0, 0.0, 2.0], [0.0, 1.0, 0.0], learning_rate=2.0, steps=9)
    np.testing.assert_array_equal(np.delete(path, 1, axis=1), alone)


def test_undefined_row_is_nan_after_the_start():
    path = gradient_descent([[np.nan, 1.0], [0.0, 1.0]], [[1.0, 0.0]] * 2, learning_rate=1.0, steps=2)
    assert np.isnan(path[1:, 0]).all()
    assert path[0, 0, 1] == 1
    assert np.isfinite(path[:, 1]).all()


def test_path_that_leaves_float64_becomes_infinite():
    path = gradient_descent([0.0, 0.0], [1.0, 0.0], learning_rate=1.7e308, steps=1, temperature=0.01)
    assert path[1].tolist() == [np.inf, -np.inf]


@pytest.mark.parametrize("steps", [-1, 1.5, None])
def test_number_of_steps_must_be_a_whole_number(steps):
    with pytest.raises(ValueError, match="steps must be an integer >= 0"):
        gradient_descent(*ROW, learning_rate=1.0, steps=steps)


@pytest.mark.parametrize("learning_rate", [np.nan, np.inf])
def test_learning_rate_must_be_finite(learning_rate):
    with pytest.raises(ValueError, match="learning_rate must be finite"):
        gradient_descent(*ROW, learning_rate=learning_rate, steps=1)


def test_unknown_loss_is_refused():
    with pytest.raises(ValueError, match=r"loss must be one of .*, got 'hinge'"):
        gradient_descent(*ROW, learning_rate=1.0, steps=1, loss="hinge")
