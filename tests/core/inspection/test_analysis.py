import numpy as np
import pytest

from ce_viz.core.inspection.analysis import GRAD_NORM_BINS, LOSS_EDGES, Analysis, analyse
from ce_viz.core.inspection.calibration import TEMPERATURE_BOUNDS, fit_temperature, mean_losses, reliability
from ce_viz.core.inspection.metrics import score_rows
from ce_viz.core.inspection.reading import LogitsTable

RNG = np.random.default_rng(2)
LABELS = RNG.integers(0, 4, 600)
LOGITS = 4 * RNG.normal(size=(600, 4)) + 3 * np.eye(4)[LABELS]


def analysed(logits=LOGITS, labels=LABELS, targets=None, **options) -> Analysis:
    result = analyse(LogitsTable(logits, labels, targets, (), ()), **options)
    assert result is not None
    return result


def test_rows_that_cannot_be_used_are_left_out_everywhere():
    logits, labels = np.array(LOGITS), np.array(LABELS)
    logits[5], labels[17] = np.nan, -100
    left = np.delete(np.arange(600), [5, 17])
    ours, clean = analysed(logits, labels), analysed(LOGITS[left], LABELS[left])
    np.testing.assert_array_equal(ours.rows, left)
    np.testing.assert_array_equal(ours.scores.loss, clean.scores.loss)
    np.testing.assert_array_equal(ours.confusion, clean.confusion)
    assert ours.fitted == clean.fitted
    assert [ours.place_of(row) for row in (4, 5, 6, 17, 599, 600)] == [4, None, 5, None, 597, None]


def test_a_table_without_usable_rows_has_no_analysis():
    assert analyse(LogitsTable(LOGITS, np.full(600, -1), None, (), ())) is None


def test_every_row_is_counted_once_in_each_chart():
    ours = analysed()
    for counts in (ours.loss_counts, ours.grad_norm_counts, ours.confusion, ours.calibration.counts):
        assert counts.sum() == 600
    assert (len(ours.loss_counts), len(ours.grad_norm_counts)) == (len(LOSS_EDGES) - 1, GRAD_NORM_BINS)


def test_a_loss_of_zero_is_counted_among_the_smallest():
    assert analysed(np.array([[1000.0, 0.0]]), np.array([0])).loss_counts.tolist() == [1] + [0] * 31


def test_gradients_of_labels_are_never_longer_than_their_axis():
    ours = analysed(np.array([[1000.0, 0.0], [0.0, 1.0]]), np.array([1, 1]))
    assert ours.scores.grad_norm.max() == pytest.approx(ours.grad_norm_edges[-1])
    assert ours.grad_norm_counts[-1] == 1


def test_calibration_is_given_before_and_after_scaling():
    ours = analysed()
    fitted = fit_temperature(LOGITS, LABELS)
    scaled = score_rows(LOGITS, LABELS, temperature=fitted.temperature)
    assert ours.fitted == fitted
    assert ours.scaled_calibration.ece == reliability(scaled.confidence, scaled.correct).ece
    assert ours.scaled_brier == scaled.brier.mean()


def test_the_curve_has_its_lowest_point_next_to_the_temperature_found():
    ours = analysed()
    lowest = ours.curve_temperatures[ours.curve_losses.argmin()]
    step = ours.curve_temperatures[1] / ours.curve_temperatures[0]
    assert 1 / step < lowest / ours.fitted.temperature < step
    np.testing.assert_allclose(
        ours.curve_losses[:3], mean_losses(LOGITS, LABELS, None, ours.curve_temperatures[:3])
    )


def test_the_curve_stays_within_the_bounds_of_the_search():
    ours = analysed(np.array([[3.0, 1.0], [0.0, 2.0]]), np.array([0, 1]))
    assert ours.curve_temperatures[0] == pytest.approx(TEMPERATURE_BOUNDS[0])


@pytest.mark.parametrize(
    ("gaps", "share"), [([0.0] * 10, 0.5), ([20.0] + [-20.0] * 9, 0.1), ([-2000.0] * 10, 0.0)]
)
def test_half_of_the_loss_comes_from_the_worst_rows(gaps, share):
    logits = np.array([[0.0, gap] for gap in gaps])
    assert analysed(logits, np.zeros(10, int)).half_share == share


def test_target_rows_are_analysed():
    targets = np.full((600, 4), 0.1) + 0.6 * np.eye(4)[LABELS]
    ours = analysed(labels=None, targets=targets)
    assert ours.scores.loss.mean() == score_rows(LOGITS, targets=targets).loss.mean()
    assert ours.grad_norm_counts.sum() == 600


def test_progress_rises_to_one_through_all_steps():
    shares: list[float] = []
    analysed(progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 5
