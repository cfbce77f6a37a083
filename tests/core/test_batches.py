import tracemalloc

import mpmath
import numpy as np
import pytest
import scipy.special
from mpmath import mpf

from ce_viz.core import cross_entropy, cross_entropy_grad, cross_entropy_value_and_grad, one_hot
from ce_viz.core.batches import _BLOCK_BYTES
from tests.core import oracle

TYPES = [np.float64, np.float32]
INF = np.inf


def drawn(shape, spread=3.0, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    logits = (rng.normal(size=shape) * spread).astype(dtype)
    targets = rng.dirichlet(np.full(shape[1], 0.3), size=shape[0]).astype(dtype)
    return logits, rng.integers(0, shape[1], size=shape[0]), targets


def eps(dtype):
    """Spacing at 1 of the type computed in."""
    return float(np.finfo(np.result_type(dtype, np.float32)).eps)


SHAPES = [(1, 1), (5, 2), (40, 10), (300, 31), (300, 32), (7, 1000), (3, 50257)]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("spread", [0.1, 3.0, 20.0, 1000.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_with_labels_every_number_keeps_its_own_digits(shape, spread, dtype):
    logits, labels, _ = drawn(shape, spread, dtype)
    loss, grad = cross_entropy_value_and_grad(logits, labels, reduction="none")
    exact = logits.astype(np.float64), one_hot(labels, shape[1])
    want_loss, want_grad = cross_entropy(*exact), cross_entropy_grad(*exact)
    shifts = np.abs(logits).max() > (600 if dtype == np.float64 else 70)
    bound, smallest = (800 if shifts else 32) * eps(dtype), np.finfo(dtype).tiny
    assert (np.abs(loss - want_loss) <= bound * np.abs(want_loss) + smallest).all()
    assert (np.abs(grad - want_grad) <= bound * np.abs(want_grad) + smallest).all()


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("spread", [0.1, 3.0, 20.0, 300.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_with_targets_the_error_stays_below_the_stated_bound(shape, spread, dtype):
    logits, _, targets = drawn(shape, spread, dtype)
    targets *= 3  # the sum need not be 1
    loss, grad = cross_entropy_value_and_grad(logits, targets, reduction="none")
    exact = logits.astype(np.float64), targets.astype(np.float64)
    weight = exact[1].sum(axis=1)
    bound = 32 * eps(dtype) * weight
    largest = np.abs(exact[0]).max(axis=1)
    assert (np.abs(loss - cross_entropy(*exact)) <= bound * (1 + largest)).all()
    assert (np.abs(grad - cross_entropy_grad(*exact)) <= bound[:, None]).all()


@pytest.mark.parametrize("gap", [20.0, 40.0, 300.0, 600.0, 690.0, 720.0, 740.0, 1000.0])
@pytest.mark.parametrize("label", [0, 1])
def test_sure_rows_keep_their_digits(gap, label):
    loss, grad = cross_entropy_value_and_grad([[gap, 0.0]], [label])
    with mpmath.workdps(500):
        logits, targets = oracle.numbers((gap, 0.0)), oracle.numbers(np.eye(2)[label])
        want_loss = float(oracle.cross_entropy(logits, targets, mpf(1)))
        want_grad = [float(g) for g in oracle.cross_entropy_grad(logits, targets, mpf(1))]
    assert loss == pytest.approx(want_loss, rel=800 * 2**-52, abs=2.3e-308)
    np.testing.assert_allclose(grad[0], want_grad, rtol=800 * 2**-52, atol=2.3e-308)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("kind", ["labels", "targets"])
def test_reduction_is_that_of_the_exact_functions(reduction, kind):
    logits, labels, targets = drawn((200, 7))
    given = labels if kind == "labels" else targets
    truth = one_hot(labels, 7) if kind == "labels" else targets
    loss, grad = cross_entropy_value_and_grad(logits, given, reduction=reduction)
    assert loss == pytest.approx(cross_entropy(logits, truth, reduction=reduction), rel=1e-13)
    np.testing.assert_allclose(
        grad, cross_entropy_grad(logits, truth, reduction=reduction), rtol=1e-9, atol=1e-15
    )


def test_mean_is_the_default():
    logits, labels, _ = drawn((9, 4))
    loss, grad = cross_entropy_value_and_grad(logits, labels)
    want_loss, want_grad = cross_entropy_value_and_grad(logits, labels, reduction="mean")
    assert loss == want_loss
    np.testing.assert_array_equal(grad, want_grad)


def test_loss_agrees_with_scipy():
    logits, labels, _ = drawn((50, 300))
    loss, _ = cross_entropy_value_and_grad(logits, labels)
    want = -scipy.special.log_softmax(logits, axis=1)[np.arange(50), labels].mean()
    assert loss == pytest.approx(want, rel=1e-13)


def test_blocks_leave_no_seam():
    rows = 3 * _BLOCK_BYTES // (8 * 10) + 1  # the last block has one row
    logits, labels, _ = drawn((rows, 10))
    loss, grad = cross_entropy_value_and_grad(logits, labels, reduction="none")
    np.testing.assert_allclose(loss, cross_entropy(logits, one_hot(labels, 10)), rtol=1e-13)
    assert np.abs(grad.sum(axis=1)).max() < 1e-14


@pytest.mark.parametrize("kind", ["labels", "targets"])
@pytest.mark.parametrize("dtype", [*TYPES, np.float16])
def test_gradient_may_take_the_place_of_the_logits(dtype, kind):
    logits, labels, targets = drawn((60, 40), dtype=dtype)
    given = labels if kind == "labels" else targets
    want_loss, want_grad = cross_entropy_value_and_grad(logits, given)
    loss, grad = cross_entropy_value_and_grad(logits, given, out=logits)
    assert grad is logits
    assert loss == want_loss
    np.testing.assert_array_equal(grad, want_grad)


def test_gradient_may_take_the_place_of_the_targets():
    logits, _, targets = drawn((600, 100))
    _, want = cross_entropy_value_and_grad(logits, targets)
    _, grad = cross_entropy_value_and_grad(logits, targets, out=targets)
    np.testing.assert_array_equal(grad, want)


def test_gradient_may_overlap_the_logits_out_of_step():
    store, labels, _ = drawn((601, 100))
    logits, out = store[:-1], store[1:]
    labels = labels[:-1]
    _, want = cross_entropy_value_and_grad(logits.copy(), labels)
    _, grad = cross_entropy_value_and_grad(logits, labels, out=out)
    np.testing.assert_array_equal(grad, want)


def test_inputs_are_left_alone():
    logits, labels, targets = drawn((50, 30))
    for array in (logits, labels, targets):
        array.setflags(write=False)
    before = logits.copy()
    cross_entropy_value_and_grad(logits, labels)
    cross_entropy_value_and_grad(logits, targets)
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize("order", ["C", "F"])
def test_strided_logits_and_out_will_do(order):
    logits, labels, _ = drawn((50, 30))
    strided = np.zeros((100, 60), order=order)[::2, ::-2]
    strided[...] = logits
    _, want = cross_entropy_value_and_grad(logits, labels)
    _, grad = cross_entropy_value_and_grad(strided, labels, out=strided)
    np.testing.assert_allclose(grad, want, rtol=1e-14, atol=1e-17)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_small_types_come_back_in_their_own(dtype):
    logits, labels, _ = drawn((5, 4), dtype=dtype)
    loss, grad = cross_entropy_value_and_grad(logits, labels)
    assert (np.asarray(loss).dtype, grad.dtype) == (dtype, dtype)


def test_float16_is_right_to_its_last_place():
    logits, labels, _ = drawn((300, 12), dtype=np.float16)
    loss, grad = cross_entropy_value_and_grad(logits, labels, reduction="none")
    exact = logits.astype(np.float64), one_hot(labels, 12)
    np.testing.assert_allclose(loss, cross_entropy(*exact), rtol=2**-10)
    np.testing.assert_allclose(grad, cross_entropy_grad(*exact), rtol=2**-10, atol=2**-24)


def test_whole_numbers_are_computed_in_float64():
    loss, grad = cross_entropy_value_and_grad([[1, 0], [0, 2]], [[1, 0], [0, 1]])
    assert grad.dtype == np.float64
    assert loss == pytest.approx(
        cross_entropy([[1.0, 0.0], [0.0, 2.0]], np.eye(2), reduction="mean"), rel=1e-15
    )


@pytest.mark.parametrize("kind", ["labels", "targets"])
def test_masked_class_without_weight_adds_nothing(kind):
    logits = np.array([[1.0, -INF, 2.0], [0.5, 0.25, -INF]])
    labels = np.array([2, 0])
    loss, grad = cross_entropy_value_and_grad(
        logits, labels if kind == "labels" else np.eye(3)[labels], reduction="none"
    )
    np.testing.assert_allclose(loss, cross_entropy(logits, np.eye(3)[labels]), rtol=1e-15)
    assert not grad[[0, 1], [1, 2]].any()


@pytest.mark.parametrize("given", [[1], [[0.5, 0.5, 0.0]]])
def test_masked_class_with_weight_has_an_infinite_loss(given):
    loss, grad = cross_entropy_value_and_grad([[1.0, -INF, 2.0]], np.array(given))
    assert loss == INF
    np.testing.assert_allclose(
        grad, cross_entropy_grad([[1.0, -INF, 2.0]], [[0.0, 1.0, 0.0]] if given == [1] else given)
    )


@pytest.mark.parametrize("row", [(np.nan, 0.0, 1.0), (-INF, -INF, -INF), (INF, 0.0, 1.0)])
@pytest.mark.parametrize("kind", ["labels", "targets"])
def test_undefined_row_is_nan_and_leaves_the_others_alone(row, kind):
    labels = np.array([0, 1])
    given = labels if kind == "labels" else np.eye(3)[labels]
    loss, grad = cross_entropy_value_and_grad([row, (0.0, -INF, 2.0)], given, reduction="none")
    assert np.isnan(loss[0])
    assert np.isnan(grad[0]).any()
    assert loss[1] == INF
    assert np.isfinite(grad[1]).all()


@pytest.mark.parametrize("largest", [1e308, -1e308, 709.0, 5e-324])
def test_extreme_logits_raise_no_warning(largest):
    loss, grad = cross_entropy_value_and_grad([[largest, 0.0, -largest]] * 2, [0, 0])
    assert not np.isnan(loss)
    assert not np.isnan(grad).any()


@pytest.mark.parametrize(("reduction", "want"), [("mean", np.nan), ("sum", 0.0)])
def test_no_rows(reduction, want):
    loss, grad = cross_entropy_value_and_grad(np.zeros((0, 3)), np.zeros(0, dtype=int), reduction=reduction)
    np.testing.assert_equal(float(loss), want)
    assert grad.shape == (0, 3)


@pytest.mark.parametrize(
    "logits", [[1.0, 2.0], np.zeros((2, 2, 2)), np.zeros((2, 0)), [["a", "b"]], [[1j, 0]]]
)
def test_logits_that_are_no_matrix_are_refused(logits):
    with pytest.raises(ValueError, match="logits must be"):
        cross_entropy_value_and_grad(logits, [0, 0])


@pytest.mark.parametrize(
    "labels", [[0], [0, 3], [0, -1], [0.0, 1.0], 0, np.zeros((2, 2)), np.full((2, 3), np.inf)]
)
def test_labels_that_do_not_fit_are_refused(labels):
    with pytest.raises(ValueError, match=r"(labels|targets) must"):
        cross_entropy_value_and_grad(np.zeros((2, 3)), labels)


@pytest.mark.parametrize("out", [np.zeros((2, 2)), np.zeros((2, 3), dtype=np.float32), [[0.0] * 3] * 2])
def test_out_that_does_not_fit_is_refused(out):
    with pytest.raises(ValueError, match="out must be an array of float64"):
        cross_entropy_value_and_grad(np.zeros((2, 3)), [0, 1], out=out)


def test_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match="reduction must be one of"):
        cross_entropy_value_and_grad(np.zeros((2, 3)), [0, 1], reduction="average")


def peak_memory(function):
    tracemalloc.start()
    function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("kind", ["labels", "targets"])
def test_in_place_little_more_memory_is_needed(dtype, kind):
    logits, labels, targets = drawn((2000, 1000), dtype=dtype)
    given = labels if kind == "labels" else targets
    extra = peak_memory(lambda: cross_entropy_value_and_grad(logits, given, out=logits))
    assert extra <= 0.15 * logits.nbytes


def test_without_out_the_gradient_is_nearly_all_the_memory_needed():
    logits, labels, _ = drawn((2000, 1000))
    assert peak_memory(lambda: cross_entropy_value_and_grad(logits, labels)) <= 1.1 * logits.nbytes
