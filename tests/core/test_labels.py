from fractions import Fraction

import numpy as np
import pytest

from ce_viz.core import one_hot, rescale_others, smooth_labels
from tests.core.oracle import ulp_error


def smoothed(targets, label_smoothing):
    eps = Fraction(label_smoothing)
    return [(1 - eps) * Fraction(float(y)) + eps / len(targets) for y in targets]


def error(got, exact):
    """In ULP, for results that are Fractions."""
    place = [Fraction(float(np.spacing(abs(x)))) for x in np.asarray(got).tolist()]
    return max(
        abs(Fraction(x) - e) / p for x, e, p in zip(np.asarray(got).tolist(), exact, place, strict=True)
    )


def test_one_hot_is_1_at_the_label_and_0_elsewhere():
    np.testing.assert_array_equal(one_hot([2, 0], 3), [[0, 0, 1], [1, 0, 0]])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_labels_of_any_integer_type_count(dtype):
    np.testing.assert_array_equal(one_hot(np.array([[1], [0]], dtype=dtype), 2), [[[0, 1]], [[1, 0]]])


def test_one_hot_of_one_label_is_one_row():
    np.testing.assert_array_equal(one_hot(1, 3), [0, 1, 0])


def test_no_labels_make_no_rows():
    assert one_hot([], 3).shape == (0, 3)


def test_labels_counted_from_1_are_refused_with_a_hint():
    with pytest.raises(ValueError, match=r"labels must be in \[0, 2\], got 3 .*counted from 1\?"):
        one_hot([1, 2, 3], 3)


@pytest.mark.parametrize(("labels", "named"), [([0, -1], "-1"), ([0, 7], "7")])
def test_label_out_of_range_is_named_without_a_guess(labels, named):
    with pytest.raises(ValueError, match=rf"labels must be in \[0, 2\], got {named}$"):
        one_hot(labels, 3)


@pytest.mark.parametrize("labels", [[0.0, 1.0], [True, False], ["a"], [None]])
def test_labels_that_are_not_integers_are_refused(labels):
    with pytest.raises(ValueError, match="labels must be integers, got dtype"):
        one_hot(labels, 3)


@pytest.mark.parametrize("num_classes", [0, -1, 2.5, None])
def test_number_of_classes_must_be_a_positive_integer(num_classes):
    with pytest.raises(ValueError, match="num_classes must be an integer >= 1"):
        one_hot([0], num_classes)


@pytest.mark.parametrize("label_smoothing", [0.0, 5e-324, 1e-17, 0.1, 1 / 3, 0.5, 1 - 2**-53, 1.0])
@pytest.mark.parametrize(
    "targets",
    [
        (1.0, 0.0, 0.0),
        (0.7, 0.2, 0.1),
        (5e-324, 1e-310, 0.3, 3.0),
        (1e308, 1e-308, 1.7e308),
        (1.0,),
        (-0.05, 0.05 + 2**-57, 0.0),
        tuple(np.random.default_rng(0).dirichlet(np.ones(50)).tolist()),
    ],
)
def test_smoothed_labels_are_within_1_ulp(targets, label_smoothing):
    assert error(smooth_labels(targets, label_smoothing), smoothed(targets, label_smoothing)) <= 1


def test_smoothing_keeps_the_true_class_at_1_minus_eps_plus_its_share():
    np.testing.assert_array_equal(smooth_labels([1.0, 0.0, 0.0, 0.0], 0.5), [0.625, 0.125, 0.125, 0.125])


def test_no_smoothing_changes_nothing():
    targets = np.random.default_rng(1).normal(size=(4, 3))
    np.testing.assert_array_equal(smooth_labels(targets, 0.0), targets)


def test_nan_stays_where_it_is():
    assert np.isnan(smooth_labels([np.nan, 1.0], 0.1)).tolist() == [True, False]


@pytest.mark.parametrize("label_smoothing", [-0.1, 1.1, np.nan])
def test_smoothing_out_of_range_is_refused(label_smoothing):
    with pytest.raises(ValueError, match=rf"label_smoothing must be in \[0, 1\], got {label_smoothing}"):
        smooth_labels([1.0, 0.0], label_smoothing)


@pytest.mark.parametrize(
    "targets", [(0.5, 0.5, 0.0, 0.5), (0.1, 1e-300, 2e-300, 5e-324), (1 / 3, 7.0, 1e300, 0.1)]
)
@pytest.mark.parametrize("index", [0, 3])
def test_rescaled_others_are_within_1_ulp(targets, index):
    kept = Fraction(targets[index])
    others = sum(Fraction(y) for k, y in enumerate(targets) if k != index)
    exact = [kept if k == index else Fraction(y) * (1 - kept) / others for k, y in enumerate(targets)]
    assert error(rescale_others(targets, index), exact) <= 1


def test_others_that_are_all_0_share_equally():
    np.testing.assert_array_equal(rescale_others([0.5, 0.0, 0.0], 0), [0.5, 0.25, 0.25])


@pytest.mark.parametrize(("set_to", "kept"), [(1.5, 1.0), (-0.5, 0.0), (np.inf, 1.0), (-np.inf, 0.0)])
def test_kept_entry_is_clipped(set_to, kept):
    rescaled = rescale_others([0.5, set_to, 0.5], 1)
    np.testing.assert_array_equal(rescaled, [(1 - kept) / 2, kept, (1 - kept) / 2])


def test_rescaling_leaves_its_input_alone():
    targets = np.array([0.5, 0.5, 0.5])
    rescale_others(targets, 0)
    np.testing.assert_array_equal(targets, [0.5, 0.5, 0.5])


@pytest.mark.parametrize(
    ("targets", "index"),
    [
        ([1.0], 0),
        ([[0.5, 0.5]], 0),
        ([0.5, -0.1], 0),
        ([0.5, np.inf], 0),
        ([np.nan, 0.5], 0),
        ([0.5, np.nan], 0),
    ],
)
def test_targets_that_cannot_be_rescaled_are_refused(targets, index):
    with pytest.raises(ValueError, match="targets must be"):
        rescale_others(targets, index)


@pytest.mark.parametrize("index", [-1, 2, 0.0])
def test_index_of_no_class_is_refused(index):
    with pytest.raises(ValueError, match="index must be"):
        rescale_others([0.5, 0.5], index)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_small_types_come_back_rounded_once(dtype):
    targets = np.array([0.7, 0.2, 0.1], dtype=dtype)
    got = smooth_labels(targets, 0.1)
    assert got.dtype == dtype
    assert ulp_error(got, [y.numerator / y.denominator for y in smoothed(targets, 0.1)]) <= 0.51
