"""What was worked out of logits, taken away, reads back to the last bit."""

import csv
import io
import json

import numpy as np

from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.takeaway import inspection

RNG = np.random.default_rng(9)
LABELS = RNG.integers(0, 3, 40)  # class 3 never occurs
LOGITS = RNG.normal(size=(40, 4))
LOGITS[7] = np.nan
LINK = "http://x/inspect"
NAMES = ["cat", 'd,"o"g', "owl", "=1+1"]
ANALYSIS = analyse(LogitsTable(LOGITS, LABELS, None, (), ()))


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
