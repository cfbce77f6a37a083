import math
from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_rel

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.compared import ComparisonError, compare, mcnemar_p_value
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.inspection.reading.table import RowIds
from ce_viz.core.inspection.smooth_ece import smooth_ece

RNG = np.random.default_rng(101)
LABELS = RNG.integers(0, 4, 500)
FIRST = 2 * RNG.normal(size=(500, 4)) + 2 * np.eye(4)[LABELS]
SECOND = FIRST + RNG.normal(size=(500, 4))
STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


def table(logits, labels=LABELS, targets=None) -> LogitsTable:
    return LogitsTable(logits, labels, targets, (), ())


def test_each_model_has_the_figures_of_its_own_analysis():
    ours = compare(table(FIRST), table(SECOND))
    for figures, logits in ((ours.first, FIRST), (ours.second, SECOND)):
        alone = analyse(table(logits))
        assert figures.loss == alone.scores.loss.mean()
        assert figures.accuracy == alone.scores.correct.mean()
        assert figures.brier == alone.scores.brier.mean()
        assert figures.ece == alone.calibration.ece
        assert figures.overconfidence == pytest.approx(
            (alone.scores.confidence - alone.scores.correct).mean()
        )
        assert figures.smooth_ece == smooth_ece(alone.scores.confidence, alone.scores.correct).value
        assert (figures.temperature, figures.scaled_loss) == (alone.fitted.temperature, alone.fitted.loss)


def test_the_loss_difference_has_scipys_paired_interval():
    losses = [analyse(table(logits)).scores.loss for logits in (FIRST, SECOND)]
    expected = ttest_rel(losses[1], losses[0]).confidence_interval(0.95)
    ours = compare(table(FIRST), table(SECOND)).loss_difference
    assert ours.mean == pytest.approx(losses[1].mean() - losses[0].mean())
    assert (ours.low, ours.high) == pytest.approx((expected.low, expected.high), rel=1e-8)
    assert ours.low > 0  # noise made the second model worse


def test_rows_that_one_model_alone_predicts_right_are_counted():
    ours = compare(table(FIRST), table(SECOND))
    right = [logits.argmax(axis=1) == LABELS for logits in (FIRST, SECOND)]
    assert ours.first_only == (right[0] & ~right[1]).sum() > 0
    assert ours.second_only == (right[1] & ~right[0]).sum() > 0
    expected = binomtest(ours.first_only, ours.first_only + ours.second_only).pvalue
    assert ours.p_value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("first_only", "second_only"),
    [
        (0, 0),
        (1, 0),
        (0, 7),
        (3, 3),
        (5, 6),
        (40, 60),
        (2000, 2100),
        (499_000, 501_000),
        (0, 900),
        (100_000, 9),
    ],
)
def test_mcnemars_p_value_is_the_exact_binomial_tests(first_only, second_only):
    total = first_only + second_only
    expected = binomtest(first_only, total).pvalue if total else 1.0
    assert mcnemar_p_value(first_only, second_only) == pytest.approx(expected, rel=1e-8, abs=1e-300)


def test_swapping_the_tables_turns_the_difference_round():
    there, back = compare(table(FIRST), table(SECOND)), compare(table(SECOND), table(FIRST))
    assert back.loss_difference.mean == -there.loss_difference.mean
    assert (back.first_only, back.second_only) == (there.second_only, there.first_only)
    assert back.p_value == there.p_value
    assert (back.first, back.second) == (there.second, there.first)


def test_equal_models_do_not_differ():
    ours = compare(table(FIRST), table(FIRST.copy()))
    assert (ours.loss_difference.low, ours.loss_difference.high, ours.p_value) == (0, 0, 1)


def test_only_rows_that_both_can_use_are_compared():
    first, second = FIRST.copy(), SECOND.copy()
    first[3], second[8] = np.nan, np.inf
    left = np.delete(np.arange(500), [3, 8])
    ours = compare(table(first), table(second))
    assert ours == compare(table(FIRST[left], LABELS[left]), table(SECOND[left], LABELS[left]))
    assert ours.num_rows == 498
    with pytest.raises(ComparisonError) as refused:
        compare(table(np.full((500, 4), np.nan)), table(SECOND))
    assert (refused.value.code, refused.value.first, refused.value.second) == ("usable", 0, 500)


def test_one_row_has_no_interval():
    ours = compare(table(FIRST[:1], LABELS[:1]), table(SECOND[:1], LABELS[:1]))
    assert (ours.loss_difference.low, ours.loss_difference.high) == (-math.inf, math.inf)


def test_target_rows_are_compared():
    targets = RNG.dirichlet(np.ones(4), 500)
    ours = compare(table(FIRST, None, targets), table(SECOND, None, targets + 1e-9))
    assert ours.first.loss == analyse(table(FIRST, None, targets)).scores.loss.mean()


@pytest.mark.parametrize(
    ("other", "code", "counts"),
    [
        (table(SECOND[:-1], LABELS[:-1]), "rows", (500, 499)),
        (table(SECOND[:, :3], np.minimum(LABELS, 2)), "classes", (4, 3)),
        (table(SECOND, np.r_[(LABELS[:2] + 1) % 4, LABELS[2:]]), "labels", (2, 0)),
        (table(SECOND, None, np.eye(4)[LABELS]), "labels", (500, 0)),
        (table(SECOND, LABELS[:4]), "labels", (500, 0)),
    ],
)
def test_tables_of_other_rows_are_refused(other, code, counts):
    with pytest.raises(ComparisonError) as refused:
        compare(table(FIRST), other)
    assert (refused.value.code, refused.value.first, refused.value.second) == (code, *counts)


def named(logits, names, labels=LABELS, ids=None) -> LogitsTable:
    return LogitsTable(logits, labels, None, names, (), None if ids is None else RowIds("id", ids))


def same(ours, expected):
    """Equal but for the order in which sums were made."""
    for name in ("first", "second", "loss_difference"):
        np.testing.assert_allclose(astuple(getattr(ours, name)), astuple(getattr(expected, name)), rtol=1e-9)
    assert (ours.first_only, ours.second_only) == (expected.first_only, expected.second_only)


def test_classes_in_another_order_are_brought_together_by_their_names():
    names, order = ("a", "b", "c", "d"), np.array([2, 0, 3, 1])
    labels = np.where(np.arange(500) == 7, -100, np.argsort(order)[LABELS])
    other = named(SECOND[:, order], tuple(names[k] for k in order), labels)
    left = np.arange(500) != 7
    expected = compare(table(FIRST[left], LABELS[left]), table(SECOND[left], LABELS[left]))
    same(compare(named(FIRST, names), other), expected)


def test_rows_in_another_order_are_brought_together_by_their_ids():
    ids, order = RNG.permutation(10_000)[:500], RNG.permutation(500)
    other = named(SECOND[order], (), LABELS[order], ids[order])
    same(compare(named(FIRST, (), ids=ids), other), compare(table(FIRST), table(SECOND)))


@pytest.mark.parametrize("column", ["id", "file", "ImageId", "x"])
@pytest.mark.parametrize("word", ["{}", "img_{}.png"])
def test_files_with_the_same_ids_in_another_order_are_brought_together(column, word):
    shuffled = RNG.permutation(500).tolist()
    tables = []
    for logits, order in ((FIRST, range(500)), (SECOND, shuffled)):
        lines = [
            f"{word.format(row)},{','.join(map(repr, logits[row].tolist()))},{LABELS[row]}" for row in order
        ]
        tables.append(
            inspect_files([("a.csv", "\n".join([f"{column},0,1,2,3,label", *lines]).encode())]).table
        )
    same(compare(*tables), compare(table(FIRST), table(SECOND)))


def test_other_ids_and_other_names_are_refused():
    ids = np.arange(500)
    with pytest.raises(ComparisonError) as refused:
        compare(named(FIRST, (), ids=ids), named(SECOND, (), ids=ids + 3))
    assert (refused.value.code, refused.value.first) == ("ids", 3)
    with pytest.raises(ComparisonError) as refused:
        compare(named(FIRST, ("a", "b", "c", "d")), named(SECOND, ("a", "b", "c", "e")))
    assert (refused.value.code, refused.value.first) == ("names", 1)


def test_progress_rises_to_one():
    shares: list[float] = []
    compare(table(FIRST), table(SECOND), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
