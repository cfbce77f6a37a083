"""The drawings of Your logits: counts, gradients and calibration stand in them as they were computed."""

import json
import math
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core.inspection.analysis import Analysis, analyse
from ce_viz.core.inspection.diagnosis import Diagnosis, diagnose
from ce_viz.core.inspection.intervals import wilson_interval
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.figures import style
from ce_viz.pages.inspect import figures as inspect
from ce_viz.pages.inspect import trust_figures as trust
from ce_viz.strings.numbers import parse
from tests.figures.colours import colours

RNG = np.random.default_rng(1)


TABLES: dict[int, LogitsTable] = {}  # by the identity of their analysis


def analysed(rows: int, classes: int, *, soft: bool = False, scale: float = 3.0) -> Analysis:
    labels = RNG.integers(0, classes, rows)
    logits = scale * RNG.normal(size=(rows, classes)) + 3 * np.eye(classes)[labels]
    targets = 0.8 * np.eye(classes)[labels] + 0.2 / classes if soft else None
    table = LogitsTable(logits, None if soft else labels, targets, (), ())
    analysis = analyse(table)
    assert analysis is not None
    TABLES[id(analysis)] = table
    return analysis


def diagnosed(analysis: Analysis) -> Diagnosis:
    return diagnose(TABLES[id(analysis)], analysis)


CASES = {
    "two classes": analysed(40, 2),
    "digits": analysed(500, 10),
    "hundreds of classes": analysed(800, 200),
    "soft": analysed(60, 4, soft=True),
    "one row": analysed(1, 3),
    "all right": analysed(30, 3, scale=0.0),
}


def names(analysis: Analysis) -> list[str]:
    return [f"<b>class {k}</b>" for k in range(analysis.num_classes)]


def drawn(analysis: Analysis) -> list[style.Figure]:
    return [
        inspect.losses(analysis),
        *(inspect.grad_norms(analysis, reduction) for reduction in ("mean", "sum")),
        *(inspect.batch_grad(analysis, names(analysis), reduction) for reduction in ("mean", "sum")),
        trust.reliability(analysis.calibration),
        trust.reliability(analysis.scaled_calibration),
        inspect.temperature(analysis),
        inspect.confusion(analysis, names(analysis)),
        *trusted(analysis),
    ]


def trusted(analysis: Analysis) -> list[style.Figure]:
    diagnosis = diagnosed(analysis)
    return [
        trust.equal_mass(diagnosis.equal_mass),
        trust.corp(diagnosis.corp, analysis.calibration),
        trust.classwise(diagnosis.classwise_ece, names(analysis)),
        trust.risk(diagnosis.risk_coverage),
    ]


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def analysis(request) -> Analysis:
    return request.param


def test_plotly_knows_every_part_and_json_holds_it(analysis):
    for figure in drawn(analysis):
        go.Figure(figure)
        json.dumps(figure, allow_nan=False)


def test_every_colour_has_a_twin_for_the_dark_theme(analysis):
    for figure in drawn(analysis):
        assert colours(figure) <= set(style.DARK)


def test_names_are_text_not_markup(analysis):
    assert "<b>" not in json.dumps([figure["layout"] for figure in drawn(analysis)])


def test_histograms_hold_the_counts(analysis):
    assert inspect.losses(analysis)["data"][0]["y"] == analysis.loss_counts.tolist()
    assert inspect.grad_norms(analysis, "sum")["data"][0]["y"] == analysis.grad_norm_counts.tolist()


def test_the_highest_bar_of_a_histogram_reaches_beyond_the_middle_of_its_axis(analysis):
    for figure in (inspect.losses(analysis), inspect.grad_norms(analysis, "sum")):
        low, high = figure["layout"]["yaxis"]["range"]
        assert low == 0
        assert 0.49 * high < max(figure["data"][0]["y"]) < high


def test_a_blind_guess_is_marked_at_its_loss(analysis):
    mark = inspect.losses(analysis)["data"][1]
    assert 10 ** mark["x"][0] == pytest.approx(math.log(analysis.num_classes))


def test_a_mean_divides_the_axis_of_the_rows_gradients_and_leaves_the_bars(analysis):
    mean, total = (inspect.grad_norms(analysis, reduction)["data"][0] for reduction in ("mean", "sum"))
    assert mean["y"] == total["y"]
    np.testing.assert_allclose(np.array(total["x"]) / mean["x"], len(analysis.rows))


def test_ticks_of_the_rows_gradients_say_where_they_stand(analysis):
    for reduction in ("mean", "sum"):
        axis = inspect.grad_norms(analysis, reduction)["layout"]["xaxis"]
        assert [parse(text) for text in axis["ticktext"]] == pytest.approx(axis["tickvals"], rel=0.02)


def test_batch_gradient_is_the_sum_or_the_mean_over_the_rows(analysis):
    mean, total = (
        inspect.batch_grad(analysis, names(analysis), reduction)["data"][0]["y"]
        for reduction in ("mean", "sum")
    )
    np.testing.assert_allclose(mean, analysis.scores.mean_grad, rtol=1e-5, atol=1e-300)
    np.testing.assert_allclose(total, analysis.scores.mean_grad * len(analysis.rows), rtol=1e-5, atol=1e-300)


def test_reliability_stacks_the_gap_on_the_accuracy_up_to_the_confidence(analysis):
    calibration = analysis.calibration
    filled = calibration.counts > 0
    accuracy, gap, diagonal, interval, rows = trust.reliability(calibration)["data"]
    np.testing.assert_allclose(accuracy["y"], calibration.accuracy[filled], rtol=1e-5)
    np.testing.assert_allclose(np.add(gap["base"], gap["y"]), calibration.confidence[filled], rtol=1e-4)
    too_sure = calibration.confidence[filled] > calibration.accuracy[filled]
    assert [colour == style.POSITIVE for colour in gap["marker"]["color"]] == too_sure.tolist()
    assert diagonal["x"] == diagonal["y"] == [0, 1]
    low, high = wilson_interval(calibration.accuracy * calibration.counts, calibration.counts)
    ends = interval["error_y"]
    np.testing.assert_allclose(np.add(interval["y"], ends["array"]), high[filled], rtol=1e-4)
    np.testing.assert_allclose(
        np.subtract(interval["y"], ends["arrayminus"]), low[filled], rtol=1e-4, atol=1e-9
    )
    assert (rows["y"], rows["yaxis"]) == (calibration.counts.tolist(), "y2")


def test_bins_of_many_rows_are_drawn_stronger():
    accuracy = trust.reliability(CASES["digits"].calibration)["data"][0]
    counts = CASES["digits"].calibration.counts
    order = np.argsort(counts[counts > 0])
    assert (np.diff(np.array(accuracy["marker"]["opacity"])[order]) >= 0).all()
    assert max(accuracy["marker"]["opacity"]) == 1


def test_the_curve_is_marked_at_the_temperature_found(analysis):
    curve, marks = inspect.temperature(analysis)["data"]
    assert marks["x"] == [0.0, pytest.approx(math.log10(analysis.fitted.temperature))]
    assert marks["y"][1] == pytest.approx(analysis.fitted.loss, rel=1e-5, abs=1e-12)
    assert min(curve["y"]) >= marks["y"][1] * (1 - 1e-5) - 1e-12


@pytest.mark.parametrize(("order", "side"), [(1, "right"), (-1, "left")])
def test_a_temperature_at_its_bound_is_named_within_the_chart(order, side):
    logits = order * RNG.normal(size=(40, 3))
    analysis = analyse(LogitsTable(logits, (order * logits).argmax(axis=1), None, (), ()))
    assert analysis is not None
    assert analysis.fitted.at_bound
    assert inspect.temperature(analysis)["data"][1]["textposition"][1].endswith(side)


def test_a_temperature_within_the_bounds_is_named_above_it():
    assert inspect.temperature(CASES["digits"])["data"][1]["textposition"][1] == "top center"


def test_confusion_shows_shares_of_each_label_right_ones_negative():
    analysis = CASES["digits"]
    trace = inspect.confusion(analysis, names(analysis))["data"][0]
    shares = np.square(trace["z"])
    expected = analysis.confusion / analysis.classes.support[:, None]
    np.testing.assert_allclose(shares, expected, rtol=1e-4)
    assert (np.diag(trace["z"]) < 0).all()
    assert (np.array(trace["z"])[~np.eye(10, dtype=bool)] >= 0).all()
    assert [[int(text or 0) for text in row] for row in trace["text"]] == analysis.confusion.tolist()


def test_of_many_classes_the_most_confused_are_shown():
    analysis = CASES["hundreds of classes"]
    shown = inspect.shown_classes(analysis)
    errors = analysis.confusion.sum(axis=0) + analysis.confusion.sum(axis=1) - 2 * np.diag(analysis.confusion)
    assert len(shown) == inspect.SHOWN_CLASSES
    assert shown == sorted(shown)
    assert errors[shown].min() >= np.delete(errors, shown).max()
    assert np.shape(inspect.confusion(analysis, names(analysis))["data"][0]["z"]) == (30, 30)


def test_equal_mass_bins_stand_at_their_mean_confidence_within_the_axes(analysis):
    bins = diagnosed(analysis).equal_mass
    figure = trust.equal_mass(bins)
    points = figure["data"][1]
    np.testing.assert_allclose(points["x"], bins.confidence, rtol=1e-5)
    np.testing.assert_allclose(points["y"], bins.accuracy, rtol=1e-5, atol=1e-9)
    low, _ = figure["layout"]["xaxis"]["range"]
    assert low <= min([*bins.confidence, *bins.accuracy_interval()[0]])
    assert 2 <= len(figure["layout"]["xaxis"]["tickvals"]) <= 5


def test_the_steps_of_corp_are_drawn_from_end_to_end(analysis):
    steps = diagnosed(analysis).corp
    line = trust.corp(steps, analysis.calibration)["data"][0]
    np.testing.assert_array_equal(line["x"][::2], steps.low)
    np.testing.assert_array_equal(line["x"][1::2], steps.high)
    np.testing.assert_array_equal(line["y"][::2], steps.accuracy)


def test_of_very_many_steps_some_are_drawn():
    share = np.arange(1000) / 1000
    steps = replace(
        diagnosed(CASES["digits"]).corp, low=share, high=share, accuracy=share, counts=np.ones(1000, int)
    )
    assert len(trust.corp_corners(steps)[0]) <= 600


def test_the_classes_with_the_largest_error_come_first(analysis):
    errors = diagnosed(analysis).classwise_ece
    shown = trust.classwise(errors, names(analysis))["data"][0]["y"]
    np.testing.assert_allclose(shown, np.sort(errors)[::-1][: trust.SHOWN_CLASSES], rtol=1e-5)


def test_the_accepted_risk_is_marked_on_the_curve(analysis):
    curve = diagnosed(analysis).risk_coverage
    line, limit, mark = trust.risk(curve)["data"]
    np.testing.assert_allclose(line["y"], curve.risk, rtol=1e-5, atol=1e-9)
    assert (limit["x"], limit["y"]) == ([0, 1], [curve.max_risk] * 2)
    if curve.safe_coverage:
        assert mark["x"] == [curve.safe_coverage]
        assert mark["y"][0] <= curve.max_risk + 1e-9
    else:
        assert mark["y"] == [None]
