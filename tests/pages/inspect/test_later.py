"""What is worked out after the figures: the same here and in a process, once, and let go with what it is of."""

from __future__ import annotations

import numpy as np

from ce_viz.core.inspection.compared import Comparison, compare
from ce_viz.core.inspection.diagnosis import Diagnosis
from ce_viz.core.inspection.pairing import ComparisonError
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.pages.inspect import worker
from ce_viz.pages.inspect.jobs import Stopped
from ce_viz.pages.inspect.later import QUICK
from ce_viz.pages.inspect.second import Pair
from ce_viz.pages.inspect.work import Work
from tests.pages.inspect.tables import judged

RNG = np.random.default_rng(51)


def made(rows: int, *, labels: np.ndarray | None = None) -> Work:
    labels = RNG.integers(0, 4, rows) if labels is None else labels
    return judged(LogitsTable(RNG.normal(size=(rows, 4)) + 2 * np.eye(4)[labels], labels, None, (), ()))


def test_a_small_table_is_diagnosed_at_once_and_once():
    work = made(QUICK // 4)
    assert work.diagnosis is None
    assert isinstance(work.diagnose().outcome, Diagnosis)
    assert work.diagnose().outcome is work.diagnosis is work.diagnose().outcome


def test_a_large_table_is_diagnosed_in_a_process_with_the_same_figures():
    work = made(QUICK // 4 + 1)
    under_way = work.diagnose()
    assert under_way.job is not None
    assert under_way.wait(60)
    here = worker.diagnosed(worker.DiagnoseTask(work.table, work.analysis))
    there = work.diagnosis
    assert there.smooth_ece == here.smooth_ece
    np.testing.assert_array_equal(there.classwise_ece, here.classwise_ece)
    np.testing.assert_allclose(
        there.recalibration.vector.weights, here.recalibration.vector.weights, rtol=1e-6
    )
    assert there.recalibration.parts.loss == work.analysis.scores.loss.mean()
    assert under_way.job is None


def test_what_is_cancelled_says_so_and_can_be_begun_again():
    work = made(QUICK)
    under_way = work.diagnose()
    under_way.cancel()
    assert under_way.wait(60)
    assert under_way.outcome == Stopped("cancelled")
    assert work.diagnosis is None
    under_way.try_again()
    assert work.diagnose().wait(60)
    assert isinstance(work.diagnosis, Diagnosis)


def test_a_work_that_is_forgotten_has_no_diagnosis_and_gets_none():
    work = made(QUICK)
    job = work.diagnose().job
    work.forget()
    assert job is not None
    assert job.wait(60)
    assert job.outcome == Stopped("cancelled")
    assert work.diagnosis is None
    assert work.diagnose().outcome is None


def test_two_works_are_compared_once_and_another_pair_anew():
    labels = RNG.integers(0, 4, 200)
    first, second, third = (made(200, labels=labels) for _ in range(3))
    pair = Pair()
    one = pair.of(first, second)
    assert isinstance(one.outcome, Comparison)
    assert one.outcome == compare(first.table, second.table)
    assert pair.of(first, second) is one
    other = pair.of(first, third)
    assert other.outcome == compare(first.table, third.table)


def test_large_works_are_compared_in_a_process():
    labels = RNG.integers(0, 4, QUICK)
    first, second = made(QUICK, labels=labels), made(QUICK, labels=labels)
    under_way = Pair().of(first, second)
    assert under_way.job is not None
    assert under_way.wait(60)
    assert under_way.outcome == compare(first.table, second.table)


def test_what_cannot_be_compared_comes_back_as_the_reason_here_and_from_a_process():
    for rows in (100, QUICK):
        under_way = Pair().of(made(rows), made(rows + 1))
        assert under_way.wait(60)
        assert isinstance(under_way.outcome, ComparisonError)
        assert (under_way.outcome.code, under_way.outcome.first, under_way.outcome.second) == (
            "rows",
            rows,
            rows + 1,
        )
