import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ce_viz.core import softmax
from ce_viz.core.inspection.findings import Finding, find
from ce_viz.core.inspection.metrics import score_rows
from ce_viz.core.inspection.reading import NO_LABEL, LogitsTable
from ce_viz.core.inspection.remedies import REMEDIES, remedied
from ce_viz.core.inspection.soundness import usable_rows

RNG = np.random.default_rng(3)
K, N = 4, 200
LABELS = RNG.integers(0, K, N)
LOGITS = RNG.normal(size=(N, K)) + 3 * np.eye(K)[LABELS]


def table(logits=LOGITS, labels=LABELS, targets=None) -> LogitsTable:
    labels = None if targets is not None else np.array(labels)
    return LogitsTable(np.array(logits), labels, targets, (), ())


def changed(rows, value, array=LOGITS):
    array = np.array(array)
    array[rows] = value
    return array


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [one.code for one in findings]


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, codes(findings)
    return findings[0]


def test_sound_logits_give_no_finding():
    assert find(table()) == ()
    assert usable_rows(table()).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, [-np.inf] * K])
def test_rows_that_are_not_finite_are_found_and_left_out(value):
    broken = table(changed([5, 9], value))
    one = only(find(broken))
    assert (one.code, one.severity, one.count, one.rows) == ("not_finite", "serious", 2, (5, 9))
    assert np.flatnonzero(~usable_rows(broken)).tolist() == [5, 9]


def test_a_masked_class_is_no_fault_unless_it_is_the_label():
    logits = np.array(LOGITS)
    logits[3, (LABELS[3] + 1) % K] = -np.inf
    assert find(table(logits)) == ()
    for mask in (-np.inf, -1e9, np.finfo(np.float64).min):
        logits[7, LABELS[7]] = mask
        one = only(find(table(logits)))
        assert (one.code, one.rows) == ("label_masked", (7,))
        assert not usable_rows(table(logits))[7]


def test_probabilities_are_found_with_the_floor_of_their_loss():
    one = only(find(table(softmax(LOGITS))))
    assert (one.code, one.count, one.remedy) == ("probabilities", N, "take_logarithm")
    certain = np.eye(K)
    assert one.numbers["floor"] == pytest.approx(score_rows(certain, np.arange(K)).loss.min(), rel=1e-15)


def test_the_remedy_for_probabilities_gives_the_logits_back_up_to_a_shift():
    mended = remedied(table(softmax(LOGITS)), ["take_logarithm"])
    np.testing.assert_allclose(softmax(mended.logits), softmax(LOGITS), rtol=1e-14)
    assert codes(find(mended)) == ["log_probabilities"]


def test_rounded_probabilities_are_found():
    assert codes(find(table(softmax(LOGITS).round(3)))) == ["probabilities"]


def test_single_rows_of_probabilities_among_logits_are_found():
    one = only(find(table(changed([4, 40], softmax(LOGITS)[[4, 40]]))))
    assert (one.code, one.rows) == ("probabilities", (4, 40))


def test_logits_between_zero_and_one_are_not_taken_for_probabilities():
    logits = RNG.uniform(0, 1, (N, K))
    logits[np.arange(N), LABELS] = 1
    assert find(table(logits)) == ()


def test_a_softmax_over_the_batch_is_found():
    assert codes(find(table(softmax(LOGITS.T).T))) == ["softmax_axis"]


def test_log_probabilities_are_a_note():
    logs = np.log(softmax(LOGITS))
    one = only(find(table(logs)))
    assert (one.code, one.severity, one.count) == ("log_probabilities", "note", N)


def test_classes_on_the_first_axis_block_until_transposed():
    crossed = table(LOGITS.T)
    one = only(find(crossed))
    assert (one.code, one.severity, one.remedy) == ("axis", "blocking", "transpose")
    assert one.numbers == {"rows": K, "classes": N}
    mended = remedied(crossed, [one.remedy])
    np.testing.assert_array_equal(mended.logits, LOGITS)
    assert find(mended) == ()


def test_labels_from_one_are_found_and_mended():
    shifted = table(labels=LABELS + 1)
    one = only(find(shifted))
    assert (one.code, one.remedy, one.numbers["classes"]) == ("one_based", "labels_minus_one", K)
    assert one.numbers["shifted"] > 0.9
    assert one.numbers["agreement"] < 0.3
    mended = remedied(shifted, [one.remedy])
    np.testing.assert_array_equal(mended.labels, LABELS)
    assert find(mended) == ()


def test_labels_from_one_are_found_though_the_last_class_does_not_occur():
    few = LABELS < K - 1
    one = only(find(table(LOGITS[few], LABELS[few] + 1)))
    assert one.code == "one_based"


def test_labels_without_class_zero_are_not_taken_for_labels_from_one():
    few = LABELS > 0
    assert find(table(LOGITS[few], LABELS[few])) == ()


def test_ignored_and_missing_labels_stay_so_when_one_is_subtracted():
    labels = changed([0, 1], [-100, NO_LABEL], LABELS + 1)
    mended = remedied(table(labels=labels), ["labels_minus_one"])
    assert np.flatnonzero(~usable_rows(mended)).tolist() == [0, 1]
    assert codes(find(mended)) == ["label_missing", "label_range"]


def test_labels_out_of_range_are_found_with_their_range():
    one = only(find(table(labels=changed([2, 11, 12], [-100, K, K + 5], LABELS))))
    assert (one.code, one.rows) == ("label_range", (2, 11, 12))
    assert one.numbers == {"low": -100, "high": K + 5, "last": K - 1}


def test_missing_labels_are_found():
    one = only(find(table(labels=changed([1], NO_LABEL, LABELS))))
    assert (one.code, one.rows) == ("label_missing", (1,))


def test_a_table_without_any_valid_label_is_told_and_leaves_no_row():
    findings = find(table(labels=np.full(N, -1)))
    assert codes(findings) == ["label_range"]
    assert not usable_rows(table(labels=np.full(N, -1))).any()


def test_labels_that_are_all_the_same_are_a_note():
    one = only(find(table(labels=np.full(N, 2))))
    assert (one.code, one.severity, one.numbers) == ("one_label", "note", {"label": 2})


def test_labels_in_another_order_than_the_logits_are_no_better_than_chance():
    one = only(find(table(labels=RNG.permutation(LABELS))))
    assert one.code == "chance"
    assert one.numbers["guess"] == 1 / K


@pytest.mark.parametrize(
    ("value", "code", "usable"),
    [
        ([0.5, 0.5, 0.5, 0.5], "target_sum", True),
        ([0, 0, 0, 0], "target_sum", True),
        ([-0.5, 0.5, 0.5, 0.5], "target_negative", False),
        ([np.nan, 0, 0, 1], "target_not_finite", False),
        ([np.inf, 0, 0, 0], "target_not_finite", False),
    ],
)
def test_target_rows_that_are_no_distributions_are_found(value, code, usable):
    targets = changed([8], value, np.eye(K)[LABELS])
    broken = table(targets=targets)
    one = only(find(broken))
    assert (one.code, one.severity, one.rows) == (code, "serious", (8,))
    assert usable_rows(broken)[8] == usable


def test_targets_that_sum_to_one_up_to_rounding_pass():
    assert find(table(targets=np.full((N, K), 0.25) + 1e-4)) == ()


def test_target_rows_are_mended_by_their_sum():
    targets = changed([8, 9], [[2, 1, 1, 0], [0, 0, 0, 0]], np.eye(K)[LABELS])
    one = only(find(table(targets=targets)))
    assert (one.numbers, one.remedy) == ({"low": 0, "high": 4}, "normalise_targets")
    mended = remedied(table(targets=targets), [one.remedy])
    np.testing.assert_array_equal(mended.targets[8], [0.5, 0.25, 0.25, 0])
    assert only(find(mended)).rows == (9,)


def test_a_target_on_a_masked_class_is_left_out():
    logits, targets = np.array(LOGITS), np.full((N, K), 0.25)
    logits[6, 0] = -np.inf
    assert only(find(table(logits, targets=targets))).rows == (6,)
    targets[6] = [0, 0.5, 0.5, 0]
    assert find(table(logits, targets=targets)) == ()


def test_constant_rows_are_found():
    one = only(find(table(changed([0, 1], [[0.0] * K, [2.5] * K]))))
    assert (one.code, one.rows, one.numbers) == ("constant", (0, 1), {"loss": math.log(K)})


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_repeated_rows_are_found_and_can_be_dropped(kind):
    logits, labels = LOGITS.astype(kind), np.array(LABELS)
    logits[50], logits[60], logits[70] = logits[10], logits[10], logits[20]
    logits[10, 0] = 0.0
    logits[50, 0] = -0.0
    logits[60, 0] = 0.0
    labels[[50, 60, 70]] = labels[[10, 10, 20]]
    labels[60] = (labels[10] + 1) % K
    repeated = table(logits, labels)
    one = next(found for found in find(repeated) if found.code == "duplicates")
    assert one.rows == (50, 60, 70)
    assert one.numbers == {"conflicts": 1}
    mended = remedied(repeated, [one.remedy])
    np.testing.assert_array_equal(mended.logits, np.delete(logits, [50, 60, 70], axis=0))
    assert mended.num_rows == len(mended.labels)


def test_the_worst_findings_come_first():
    logits = changed([1, 2], [[0.0] * K, [np.nan] * K])
    assert codes(find(table(logits))) == ["not_finite", "constant"]


def test_remedies_leave_the_given_table_alone():
    logits, labels = np.array(LOGITS), LABELS + 1
    logits.flags.writeable = labels.flags.writeable = False
    remedied(LogitsTable(logits, labels, None, (), ()), REMEDIES[1:])


ODD = st.sampled_from([0.0, 1.0, -1.0, 0.5, np.nan, np.inf, -np.inf, 1e308, -1e308])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data(), st.integers(1, 6), st.integers(2, 4), st.booleans())
def test_any_table_is_judged_and_its_usable_rows_have_a_finite_loss(data, rows, classes, soft):
    logits = data.draw(arrays(np.float64, (rows, classes), elements=ODD))
    labels = data.draw(arrays(np.int64, rows, elements=st.sampled_from([NO_LABEL, -1, 0, 1, 2, 4])))
    targets = data.draw(arrays(np.float64, (rows, classes), elements=ODD)) if soft else None
    odd = remedied(table(logits, labels, targets), data.draw(st.sets(st.sampled_from(REMEDIES[1:]))))
    find(odd)
    usable = usable_rows(odd)
    if usable.any():
        scores = score_rows(
            odd.logits[usable],
            None if odd.labels is None else odd.labels[usable],
            None if odd.targets is None else odd.targets[usable],
        )
        assert np.isfinite(scores.loss).all()
