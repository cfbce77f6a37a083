"""What was worked out of logits, taken away, reads back to the last bit."""

import csv
import io
import json

import numpy as np

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.compared import compare
from ce_viz.core.inspection.diagnosis import diagnose
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.takeaway import inspection

RNG = np.random.default_rng(9)
LABELS = RNG.integers(0, 3, 40)  # class 3 never occurs
LOGITS = RNG.normal(size=(40, 4))
LOGITS[7] = np.nan
LINK = "http://x/inspect"
NAMES = ["cat", 'd,"o"g', "owl", "=1+1"]
TABLE = LogitsTable(LOGITS, LABELS, None, (), ())
ANALYSIS = analyse(TABLE)
DIAGNOSIS = diagnose(TABLE, ANALYSIS)


def test_every_usable_row_comes_out_to_the_last_digit(monkeypatch):
    monkeypatch.setattr(inspection, "_BLOCK", 7)
    rows = list(csv.DictReader(io.StringIO(inspection.rows_as_csv(ANALYSIS, NAMES))))
    assert tuple(rows[0]) == inspection.ROW_COLUMNS
    assert [int(row["row"]) for row in rows] == [row for row in range(1, 41) if row != 8]
    for column in ("confidence", "label_prob", "loss", "grad_norm", "brier"):
        np.testing.assert_array_equal([float(row[column]) for row in rows], getattr(ANALYSIS.scores, column))
    assert [row["label"] for row in rows] == [NAMES[k] for k in np.delete(LABELS, 7)]


def test_names_do_not_run_as_formulas_in_a_spreadsheet():
    assert {
        row["predicted"] for row in csv.DictReader(io.StringIO(inspection.rows_as_csv(ANALYSIS, NAMES)))
    } == {
        "cat",
        'd,"o"g',
        "owl",
        "'=1+1",
    }
    assert "class,3,,'=1+1" in inspection.as_csv(ANALYSIS, NAMES, LINK)


def test_full_width_signs_do_not_run_either_and_a_class_without_a_name_stays_without():
    lines = inspection.as_csv(ANALYSIS, ["＝1", "－1", "＠x", ""], LINK).splitlines()
    assert [line for line in lines if line.startswith("class,")] == [
        "class,0,,'＝1",
        "class,1,,'－1",
        "class,2,,'＠x",
        "class,3,,",
    ]


def test_json_reads_back_exactly_with_its_shapes():
    document = json.loads(inspection.as_json(ANALYSIS, NAMES, LINK))
    assert (document["link"], document["classes"], document["rows"]) == (LINK, NAMES, 39)
    assert document["mean_loss"] == ANALYSIS.scores.loss.mean()
    assert document["temperature"] == ANALYSIS.fitted.temperature
    expected = {
        "confusion": ANALYSIS.confusion,
        "recall": ANALYSIS.classes.recall,
        "mean_grad": ANALYSIS.scores.mean_grad,
        "curve_losses": ANALYSIS.curve_losses,
        "scaled_reliability_accuracy": ANALYSIS.scaled_calibration.accuracy,
    }
    for name, array in expected.items():
        given = document["arrays"][name]
        assert given["shape"] == list(array.shape)
        np.testing.assert_array_equal(np.array(given["values"], float), array)


def test_csv_holds_the_same_numbers_as_json():
    document = json.loads(inspection.as_json(ANALYSIS, NAMES, LINK))
    rows = list(csv.DictReader(io.StringIO(inspection.as_csv(ANALYSIS, NAMES, LINK))))
    for name, given in document["arrays"].items():
        values = np.array([float(row["value"]) for row in rows if row["array"] == name])
        np.testing.assert_array_equal(values.reshape(given["shape"]), np.array(given["values"], float))
    told = {row["array"]: row["value"] for row in rows if row["array"] in document}
    assert float(told["scaled_ece"]) == document["scaled_ece"]
    assert told["link"] == LINK


def test_what_takes_longer_reads_back_exactly_from_both():
    document = json.loads(inspection.as_json(ANALYSIS, NAMES, LINK, diagnosis=DIAGNOSIS))
    rows = list(csv.DictReader(io.StringIO(inspection.as_csv(ANALYSIS, NAMES, LINK, diagnosis=DIAGNOSIS))))
    told = {row["array"]: row["value"] for row in rows if not row["i"]}
    found = DIAGNOSIS.recalibration
    expected = {
        "smooth_ece": DIAGNOSIS.smooth_ece.value,
        "aurc": DIAGNOSIS.risk_coverage.aurc,
        "safe_coverage": DIAGNOSIS.risk_coverage.safe_coverage,
        "corp_brier_miscalibration": DIAGNOSIS.corp.brier.miscalibration,
        "corp_log_uncertainty": DIAGNOSIS.corp.log.uncertainty,
        "refinement": found.parts.refinement,
        "calibration": found.parts.calibration,
        "held_out_temperature_gain_low": found.temperature.held_out.gain.low,
        "held_out_vector_accuracy": found.vector.held_out.accuracy,
        "vector_over_temperature_high": found.vector.over_temperature.high,
        "mean_classwise_ece": DIAGNOSIS.mean_classwise_ece,
    }
    for name, value in expected.items():
        assert document[name] == float(told[name]) == value
    arrays = {
        "fold_temperatures": found.temperature.temperatures,
        "vector_weights": found.vector.fitted.weights,
        "classwise_ece": DIAGNOSIS.classwise_ece,
        "corp_accuracy": DIAGNOSIS.corp.accuracy,
        "risk_coverage_risk": DIAGNOSIS.risk_coverage.risk,
        "equal_mass_accuracy_low": DIAGNOSIS.equal_mass.accuracy_interval()[0],
        "reliability_accuracy_high": ANALYSIS.calibration.accuracy_interval()[1],
    }
    for name, array in arrays.items():
        np.testing.assert_array_equal(np.array(document["arrays"][name]["values"], float), array)
        values = [float(row["value"]) for row in rows if row["array"] == name]
        np.testing.assert_array_equal(values, array)


def test_what_json_cannot_hold_stands_as_text():
    one = LogitsTable(np.array([[0.0, 1.0]]), np.array([0]), None, (), ())
    two = LogitsTable(np.array([[0.0, 1.0], [900.0, 0.0]]), np.array([0, 1]), None, (), ())
    for table in (one, two):
        analysis = analyse(table)
        document = json.loads(
            inspection.as_json(analysis, ("a", "b"), LINK, diagnosis=diagnose(table, analysis))
        )
        assert document["safe_threshold"] == "NaN"


def test_how_the_file_was_read_and_what_was_found_stands_in_both():
    found = inspect_files([("=a.csv", b"x,y,=c,label\n1,2.5,0.5,0\nnan,1,0.5,1\n3.5,1,1.5,0\n")])
    document = json.loads(inspection.as_json(found.analysis, ("x", "y", "z"), LINK, found=found))
    assert [(one["name"], one["role"]) for one in document["reading"]] == [
        (item.name, item.role) for item in found.plan
    ]
    assert [(one["code"], one["count"]) for one in document["findings"]] == [("not_finite", 1)]
    text = inspection.as_csv(found.analysis, ("x", "y", "z"), LINK, found=found)
    rows = [row for row in csv.reader(io.StringIO(text)) if row[0] in ("reading", "finding")]
    assert ["reading", "'=a.csv", "'=c", "scores: neighbours"] in rows
    assert rows[-1][0] == "finding"
    assert rows[-1][2:] == ["1", "not_finite"]


def test_a_comparison_stands_in_both():
    other = LogitsTable(LOGITS + RNG.normal(size=LOGITS.shape), LABELS, None, (), ())
    comparison = compare(TABLE, other)
    document = json.loads(inspection.as_json(ANALYSIS, NAMES, LINK, comparison=comparison))
    rows = list(csv.DictReader(io.StringIO(inspection.as_csv(ANALYSIS, NAMES, LINK, comparison=comparison))))
    told = {row["array"]: row["value"] for row in rows if not row["i"]}
    expected = {
        "compared_second_loss": comparison.second.loss,
        "compared_loss_difference_low": comparison.loss_difference.low,
        "compared_p_value": comparison.p_value,
        "compared_first_only": comparison.first_only,
    }
    for name, value in expected.items():
        assert document[name] == float(told[name]) == value
