"""The rounds of Pitfalls: what they ask, what they take for true, and the figures people get wrong."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_viz.core import (
    Scenario,
    cross_entropy,
    finite_difference_grad,
    smooth_labels,
    softmax,
)
from ce_viz.core.studies.pitfalls import MOST_CLASSES, NAMES, Choice, Number, follow, pose
from ce_viz.core.studies.pitfalls.parts import APART

DEFAULT = Scenario()
SOFT_NOT_ONE = Scenario((2.0, 1.0, 0.1), (0.7, 0.7, 0.1), mode="soft")
AWKWARD = Scenario((-math.inf, 1.0, 0.1), label=1)  # a masked class: rounds bring their own numbers
ROUND_OWN = [name for name in NAMES if pose(name, DEFAULT).own]


@pytest.fixture(params=NAMES)
def canonical(request):
    """Each round on its own numbers."""
    return pose(request.param, AWKWARD)


def test_all_the_misconceptions_have_a_round():
    assert set(NAMES) >= {
        "double_softmax",
        "softmax_derivative",
        "missing_derivative",
        "sum_index",
        "squared_error",
        "log_zero",
        "sum_of_targets",
        "batch_reduction",
        "label_smoothing",
        "softmax_axis",
        "sign",
        "logits_as_probs",
        "labels_from_one",
    }


def test_own_numbers_show_the_difference(canonical):
    assert canonical.clear
    assert not canonical.own


def test_right_answer_is_judged_right(canonical):
    assert canonical.answer.judge(canonical.answer.answer)


def test_every_distractor_is_judged_wrong(canonical):
    answer = canonical.answer
    guesses = set(answer.options) - {answer.answer} if isinstance(answer, Choice) else answer.traps.values()
    assert guesses
    assert not any(answer.judge(guess) for guess in guesses)


def test_every_distractor_is_recognised(canonical):
    answer = canonical.answer
    if isinstance(answer, Choice):
        assert all(answer.trap(option) == option for option in answer.options)
    else:
        assert {answer.trap(value) for value in answer.traps.values()} == set(answer.traps)


def test_the_right_option_does_not_always_stand_at_the_same_place():
    places = [pose(name, AWKWARD).answer for name in NAMES]
    assert len({answer.options.index(answer.answer) for answer in places if isinstance(answer, Choice)}) == 4


def test_wrong_and_right_come_in_pairs_of_equal_kind(canonical):
    assert len(canonical.wrong) == len(canonical.right) >= 1
    for wrong, right in zip(canonical.wrong, canonical.right, strict=True):
        assert wrong.values.ndim == right.values.ndim
        assert (wrong.at is None) == (right.at is None)


def test_wrong_and_right_differ_visibly(canonical):
    wrong, right = canonical.wrong[0].values, canonical.right[0].values
    if canonical.name == "batch_reduction":  # steps of a small learning rate: a factor, not a distance
        assert np.abs(right).max() > 5 * np.abs(wrong).max()
    else:
        assert wrong.shape != right.shape or not np.allclose(wrong, right, atol=APART, equal_nan=False)


def test_panels_are_read_only(canonical):
    for panel in (*canonical.situation, *canonical.wrong, *canonical.right):
        assert not panel.values.flags.writeable


def test_situation_draws_neither_wrong_nor_right(canonical):
    drawn = [panel.values for panel in canonical.situation]
    outcomes = {
        "softmax_derivative": "grad",
        "sum_index": "grad",
        "missing_derivative": "grad",
        "sign": "losses",
        "sum_of_targets": "grad",
        "batch_reduction": "step",
        "log_zero": "loss_terms",
        "squared_error": "by_logits",
        "labels_from_one": "targets",
        "label_smoothing": "targets",
        "double_softmax": "loss",
        "softmax_axis": "alone",
        "logits_as_probs": "probs",
    }
    for panel in (*canonical.wrong, *canonical.right):
        if panel.name == outcomes[canonical.name]:
            assert not any(
                values.shape == panel.values.shape and np.allclose(values, panel.values) for values in drawn
            )


def test_no_number_of_the_situation_passes_for_the_answer(canonical):
    if isinstance(canonical.answer, Number):
        for panel in canonical.situation:
            assert not any(canonical.answer.judge(value) for value in panel.values.ravel())


@pytest.mark.parametrize("name", ROUND_OWN)
def test_visitors_logits_are_used_where_they_show_the_difference(name):
    mine = Scenario((0.5, 2.0, -1.0, 0.3), label=2)
    assert pose(name, mine).own
    assert pose(name, mine).scenario.logits == mine.logits


def test_rounds_on_visitors_logits_are_these():
    assert set(ROUND_OWN) == {
        "logits_as_probs",
        "double_softmax",
        "softmax_derivative",
        "missing_derivative",
        "sign",
    }


def test_own_soft_label_is_used_where_the_sum_is_asked_about():
    soft = Scenario((2.0, 1.0, 0.1), (0.5, 0.3, 0.2), mode="soft")
    assert pose("sum_index", soft).own
    assert pose("sum_index", soft).scenario.targets == soft.targets


def test_settings_that_hide_the_difference_are_not_asked_about():
    settled = Scenario((30.0, 0.0, 0.0), label=0)  # S = y: every gradient is 0, right or wrong
    for name in ("softmax_derivative", "sum_index", "missing_derivative", "sign"):
        assert not pose(name, settled).own


def test_more_classes_than_bars_hold_numbers_are_not_asked_about():
    many = Scenario(tuple(float(k % 5) for k in range(MOST_CLASSES + 1)), label=1)
    assert not any(pose(name, many).own for name in NAMES)


def test_own_label_weights_are_used_where_they_do_not_sum_to_one():
    assert pose("sum_of_targets", SOFT_NOT_ONE).own
    assert not pose("sum_of_targets", Scenario((2.0, 1.0, 0.1), (0.7, 0.2, 0.1), mode="soft")).own


def test_own_smoothing_is_used():
    posed = pose("label_smoothing", Scenario(mode="smoothed", label_smoothing=0.3))
    assert posed.own
    assert posed.facts["epsilon"] == 0.3


def test_temperature_plays_no_part():
    assert pose("sign", Scenario(temperature=5.0)).scenario.temperature == 1.0


def test_answered_round_follows_settings_that_moved():
    posed = pose("sign", DEFAULT)
    moved = Scenario((0.0, 0.0, 0.0))
    assert follow(posed, moved).scenario.logits == moved.logits


def test_answered_round_with_own_numbers_stays():
    posed = pose("log_zero", DEFAULT)
    assert follow(posed, Scenario((1.0, 0.0))) is posed


def test_answered_round_stays_where_settings_cannot_be_drawn():
    posed = pose("sign", DEFAULT)
    assert follow(posed, AWKWARD) is posed


def test_unknown_round_is_refused():
    with pytest.raises(KeyError):
        pose("none_such", DEFAULT)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    logits=st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=MOST_CLASSES),
    name=st.sampled_from(NAMES),
    mode=st.sampled_from(["one-hot", "smoothed", "soft"]),
    data=st.data(),
)
def test_any_settings_make_a_round_without_a_warning(logits, name, mode, data):
    targets = data.draw(st.lists(st.floats(0, 1e3), min_size=len(logits), max_size=len(logits)))
    epsilon = data.draw(st.floats(0, 1))
    scenario = Scenario(tuple(logits), tuple(targets), len(logits) - 1, mode, epsilon)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        posed = pose(name, scenario)
        assert posed.clear
        for start in (DEFAULT, SOFT_NOT_ONE, Scenario(mode="smoothed")):
            follow(pose(name, start), scenario)


# The figures that people get wrong, each from an issue tracker or a question site.


def test_softmax_twice_flattens():
    posed = pose("double_softmax", AWKWARD)
    assert posed.scenario.logits == (3.5, 6.0, 4.0)
    np.testing.assert_allclose(posed.right[0].values, [0.07, 0.82, 0.11], atol=0.005)
    np.testing.assert_allclose(posed.wrong[0].values, [0.24, 0.51, 0.25], atol=0.005)


@pytest.mark.parametrize("count", range(2, MOST_CLASSES + 1))
def test_softmax_twice_keeps_the_loss_above_its_floor(count):
    posed = pose("double_softmax", Scenario((2.0, *(0.5,) * (count - 1)), label=1))
    assert posed.own
    assert posed.answer.answer == pytest.approx(math.log(1 + (count - 1) / math.e), rel=1e-14)


def test_floor_for_three_classes():
    assert pose("double_softmax", DEFAULT).answer.answer == pytest.approx(0.551, abs=5e-4)


def test_floor_is_reached_by_the_curve_and_not_passed():
    curve = pose("double_softmax", DEFAULT).wrong[1]
    assert curve.values.min() == pytest.approx(curve.level, abs=1e-3)
    assert curve.values.min() >= curve.level


def test_diagonal_alone_moves_the_true_class_only():
    posed = pose("softmax_derivative", DEFAULT)
    assert posed.answer.answer == "true_only"
    assert np.count_nonzero(posed.wrong[1].values) == 1
    assert posed.findings["right_sum"] == 0


def test_diagonal_alone_is_the_code_as_written():
    posed = pose("softmax_derivative", DEFAULT)
    probs, targets = softmax(DEFAULT.logits), np.array(DEFAULT.effective_targets)
    np.testing.assert_allclose(posed.wrong[1].values, (-targets / probs) * (probs * (1 - probs)), atol=1e-15)


def test_row_sums_of_the_terms_are_zero():
    assert pose("sum_index", DEFAULT).answer.answer == "zeros"


def test_measurements_support_the_fused_form():
    posed = pose("missing_derivative", DEFAULT)
    measured = finite_difference_grad(DEFAULT.logits, DEFAULT.effective_targets, step=1e-5)
    assert posed.answer.answer == "fused"
    np.testing.assert_allclose(posed.right[1].values, measured, atol=1e-9)


def test_squared_error_learns_next_to_nothing_from_a_confident_mistake():
    posed = pose("squared_error", DEFAULT)
    assert posed.answer.answer == "thousandth"
    assert posed.findings["other_strength"] == pytest.approx(0.99995, abs=5e-6)
    assert posed.findings["strength"] == pytest.approx(1.36e-4, abs=5e-7)
    assert posed.findings["far_other"] == pytest.approx(1.0, abs=1e-8)
    assert posed.findings["far"] == pytest.approx(6.2e-9, abs=5e-11)


def test_squared_error_gradient_is_that_of_half_the_sum_of_squares():
    posed = pose("squared_error", DEFAULT)
    o, y = np.array(posed.scenario.logits), np.array(posed.scenario.effective_targets)
    steps = 1e-3 * np.eye(len(o))
    differences = [
        (((softmax(o + h) - y) ** 2).sum() - ((softmax(o - h) - y) ** 2).sum()) / 4e-3 for h in steps
    ]
    np.testing.assert_allclose(posed.right[0].values, differences, rtol=1e-5)


def test_loss_is_finite_where_its_probability_rounds_to_zero():
    posed = pose("log_zero", DEFAULT)
    assert posed.situation[1].values[posed.scenario.label] == 0
    assert (
        posed.answer.answer == cross_entropy(posed.scenario.logits, posed.scenario.effective_targets) == 750
    )
    assert np.isinf(posed.wrong[0].values).any()
    assert np.isnan(posed.wrong[1].values).all()
    np.testing.assert_array_equal(posed.right[1].values, [1, -1, 0])


def test_gradient_with_labels_that_sum_to_one_and_a_half():
    posed = pose("sum_of_targets", DEFAULT)
    np.testing.assert_allclose(posed.right[0].values, [0.2885, -0.3364, 0.0478], atol=5e-5)
    np.testing.assert_allclose(posed.wrong[0].values, [-0.041, -0.4576, -0.0014], atol=5e-5)
    assert posed.findings["wrong_sum"] == pytest.approx(1 - 1.5)
    assert posed.findings["right_sum"] == 0


def test_mean_needs_the_learning_rate_times_the_batch_size():
    posed = pose("batch_reduction", DEFAULT)
    assert posed.answer.answer == pytest.approx(0.05 * 8)
    assert posed.findings["kept"] < 1e-15


def test_both_smoothing_conventions_for_two_classes():
    posed = pose("label_smoothing", DEFAULT)
    np.testing.assert_allclose(posed.right[0].values, [0.95, 0.05])
    np.testing.assert_allclose(posed.wrong[0].values, [0.9, 0.1])


def test_one_smoothing_convention_converts_into_the_other():
    posed = pose("label_smoothing", DEFAULT)
    targets = smooth_labels([1.0, 0.0], posed.findings["converted"])
    np.testing.assert_allclose(targets, posed.wrong[0].values)


def test_wrong_axis_gives_a_lone_example_all_ones():
    posed = pose("softmax_axis", DEFAULT)
    assert posed.answer.answer == "ones"
    np.testing.assert_allclose(posed.wrong[0].values.sum(axis=0), 1)
    np.testing.assert_allclose(posed.right[0].values.sum(axis=1), 1)


def test_sign_turned_climbs_at_every_step():
    posed = pose("sign", DEFAULT)
    assert posed.answer.answer == "rises"
    assert (np.diff(posed.wrong[1].values) > 0).all()
    assert (np.diff(posed.right[1].values) < 0).all()


def test_factor_between_classes_is_the_exponential_of_the_difference():
    answer = pose("logits_as_probs", Scenario((2.0, 1.0, 0.1))).answer
    assert isinstance(answer, Number)
    assert answer.answer == pytest.approx(math.e)
    assert answer.traps["ratio"] == 2


def test_labels_from_one_shift_and_lose_the_last_class():
    posed = pose("labels_from_one", DEFAULT)
    assert posed.answer.answer == "next"
    np.testing.assert_array_equal(posed.wrong[0].values, [[0, 1, 0], [0, 0, 1], [0, 0, 0]])
    assert posed.wrong[1].values[-1] == 0
