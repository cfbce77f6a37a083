import math

import numpy as np
import pytest
from scipy import stats

from ce_viz.core.inspection.intervals import mean_interval, student_quantile, wilson_interval
from tests.for_each import for_each

RNG = np.random.default_rng(21)


@for_each("level", [0.8, 0.95, 0.999])
@for_each(("hits", "count"), [(0, 1), (1, 1), (0, 40), (40, 40), (3, 7), (812_345, 1_000_000)])
def test_wilsons_interval_is_scipys(hits, count, level):
    low, high = wilson_interval(hits, count, level)
    expected = stats.binomtest(hits, count).proportion_ci(level, method="wilson")
    assert float(low) == pytest.approx(expected.low, rel=1e-12, abs=1e-15)
    assert float(high) == pytest.approx(expected.high, rel=1e-12)


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


def test_wilsons_interval_ends_exactly_at_zero_and_one():
    low, high = wilson_interval([0, 5], [5, 5])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert high[0] == pytest.approx(1 - low[1], rel=1e-12)
    assert 0.4 < high[0] < 0.5


def test_of_no_rows_there_is_no_interval():
    assert np.isnan(wilson_interval([0], [0])).all()


@for_each("level", [0.5, 0.95, 0.999])
@for_each("degrees", [1, 2, 3, 8, 29, 100, 999, 1000, 1001, 5000, 999_999])
def test_students_quantile_is_scipys(degrees, level):
    assert student_quantile(level, degrees) == pytest.approx(stats.t.ppf((1 + level) / 2, degrees), rel=1e-8)


@pytest.mark.parametrize("count", [2, 3, 50, 3000])
def test_interval_of_paired_differences_is_scipys(count):
    before, after = RNG.exponential(size=count), RNG.exponential(size=count)
    expected = stats.ttest_rel(before, after).confidence_interval(0.95)
    ours = mean_interval(before - after)
    assert ours.mean == pytest.approx((before - after).mean())
    assert (ours.low, ours.high) == pytest.approx((expected.low, expected.high), rel=1e-8, abs=1e-12)


def test_one_value_says_nothing_about_the_mean():
    ours = mean_interval(np.array([0.3]))
    assert (ours.mean, ours.low, ours.high) == (0.3, -math.inf, math.inf)
