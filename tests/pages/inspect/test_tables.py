"""The tables behind the charts: one for each, with the core's own numbers."""

from dataclasses import replace

import numpy as np
import pytest

from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.pages import road
from ce_viz.pages.inspect import tables, view
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings
from ce_viz.strings import words
from tests.pages.inspect.tables import judged

RNG = np.random.default_rng(21)
LABELS = RNG.integers(0, 4, 300)
LOGITS = 2 * RNG.normal(size=(300, 4)) + 2 * np.eye(4)[LABELS]
TEXTS = words("en")
BOARDS = (view.ROWS, view.CALIBRATION, view.GAIN, view.CONFUSION, view.RISK)


@pytest.fixture(scope="module")
def work():
    made = judged(LogitsTable(LOGITS, LABELS, None, ("cat", "dog", "owl", "=1+1"), ()))
    made.diagnose()
    return made


def behind(work, board) -> dict[str, dict[str, list]]:
    return {table.title: table.columns for table in tables.behind(TEXTS, work, board)}


def test_each_chart_has_its_table_with_columns_of_one_length(work):
    shown = road.show(view, replace(visit_of(Settings(), "en"), brought=work))
    for key in BOARDS:
        found = behind(work, key)
        assert {chart.title for chart in shown.board(key).charts} <= found.keys()
        for columns in found.values():
            assert len({len(column) for column in columns.values()}) == 1


def test_bins_stand_there_with_their_intervals(work):
    for board, name, bins in (
        (view.CALIBRATION, "reliability", work.analysis.calibration),
        (view.CALIBRATION, "equal_mass", work.diagnosis.equal_mass),
        (view.GAIN, "scaled", work.analysis.scaled_calibration),
    ):
        columns = behind(work, board)[TEXTS[f"inspect_charts.{name}"]]
        low, high = bins.accuracy_interval()
        for head, values in (
            ("rows", bins.counts),
            ("from", bins.edges[:-1]),
            ("to", bins.edges[1:]),
            ("95% from", low),
            ("95% to", high),
        ):
            np.testing.assert_array_equal(columns[head], values)


def test_losses_gradients_curves_and_thresholds_are_the_cores(work):
    analysis, curve = work.analysis, work.diagnosis.risk_coverage
    assert behind(work, view.ROWS)["Loss of each row"]["rows"] == analysis.loss_counts.tolist()
    gradient = behind(work, view.ROWS)["Gradient of the batch"]
    assert gradient[TEXTS["inspect.tables.gradient"]] == analysis.scores.mean_grad.tolist()
    np.testing.assert_allclose(gradient["Σ (S − y)"], 300 * analysis.scores.mean_grad)
    assert behind(work, view.GAIN)["Temperature"]["mean loss"] == analysis.curve_losses.tolist()
    folds = work.diagnosis.recalibration.temperature.temperatures.tolist()
    assert behind(work, view.GAIN)[TEXTS["inspect.diagnosis.cross_validated"]]["T"] == folds
    assert behind(work, view.RISK)["Risk against coverage"]["risk"] == curve.risk.tolist()
    assert (
        behind(work, view.CALIBRATION)[TEXTS["inspect_charts.classwise"]]["ECE"]
        == work.diagnosis.classwise_ece.tolist()
    )
    parts = behind(work, view.CALIBRATION)["MCB, DSC, UNC"]
    np.testing.assert_allclose(np.subtract(parts["MCB"], parts["DSC"]) + parts["UNC"], parts["S"])


def test_confusions_are_listed_the_most_frequent_first(work):
    pairs = behind(work, view.CONFUSION)["Confusion"]
    assert pairs["rows"] == sorted(pairs["rows"], reverse=True)
    assert sum(pairs["rows"]) == (~work.analysis.scores.correct).sum()
    names = list(work.names)
    for label, predicted, count in zip(*pairs.values(), strict=True):
        assert work.analysis.confusion[names.index(label), names.index(predicted)] == count


def test_where_nothing_is_diagnosed_yet_nothing_of_it_is_listed():
    early = judged(LogitsTable(LOGITS, LABELS, None, (), ()))
    assert behind(early, view.RISK) == {}
    assert list(behind(early, view.CALIBRATION)) == ["Reliability"]
