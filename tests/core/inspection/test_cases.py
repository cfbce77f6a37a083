"""Files as people really have them, each read as it was meant; the right values are worked out from its own columns."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logsumexp

from ce_viz.core.inspection import Inspection, inspect_files
from tests.core.inspection.table_of_cases import groups, table

CASES = Path(__file__).parent / "cases"
FLOWERS, ANIMALS = ("setosa", "versicolor", "virginica"), ("cat", "dog", "owl")
RIGHT = {  # classes, accuracy and loss, worked out by hand
    "T1-case.csv": (3, 1.0, 0.109601),
    "T2-names-are-numbers.csv": (4, 1.0, 0.146135),
    "T3-reversed.csv": (2, 1.0, 0.087218),
    "T4-y_pred-y_proba-y_test.json": (2, 1 / 3, 0.960801),
    "T5-y_pred-column.csv": (2, 2 / 3, 0.545265),
    "T6-class-y.csv": (3, 1.0, 0.331245),
    "T7-class-text.csv": (3, 1.0, 0.365207),
    "T8-logits.csv": (2, 1.0, 0.278599),
    "T9-all-but-class-seen.csv": (3, 1.0, 0.434784),
}


def inspected(name: str, choices: dict[str, str] | None = None) -> Inspection:
    paths = next(paths for paths in groups(CASES) if name in [path.name for path in paths])
    return inspect_files([(path.name, path.read_bytes()) for path in paths], choices)


def is_right(found: Inspection, logits: np.ndarray, labels: np.ndarray) -> None:
    assert (found.error, found.questions) == (None, ())
    assert (found.num_rows, found.num_classes) == logits.shape
    assert found.accuracy == pytest.approx((logits.argmax(axis=1) == labels).mean())
    loss = logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]
    assert found.mean_loss == pytest.approx(loss.mean(), rel=1e-9)


@pytest.mark.parametrize("name", RIGHT)
def test_the_nine_kinds_that_were_read_wrongly_are_read_right(name):
    found = inspected(name)
    classes, accuracy, loss = RIGHT[name]
    assert found.num_classes == classes
    assert found.accuracy == pytest.approx(accuracy)
    assert found.mean_loss == pytest.approx(loss, abs=5e-7)


def cells(name: str) -> list[dict[str, str]]:
    text = (CASES / name).read_text(encoding="utf-8").replace("−", "-")
    if text.startswith("sep="):
        text = text.partition("\n")[2].replace(",", ".")
    if name.startswith("14a"):
        text = f'"row" {text}'
    delimiter = ";" if "sep" in name else " " if name.startswith("14a") else ","
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


TABLES = {
    "09a-tidymodels-collect_predictions.csv": ([f".pred_{name}" for name in FLOWERS], "Species", np.log),
    "09b-tidymodels-class.csv": ([f".pred_{name}" for name in FLOWERS], "class", np.log),
    "09c-mlr3-prediction.csv": ([f"prob.{name}" for name in FLOWERS], "truth", np.log),
    "12a-excel-sep-semicolon.csv": (FLOWERS, "label", None),
    "13b-unicode-minus-dots.csv": (FLOWERS, "label", None),
    "14a-R-write.table.txt": (FLOWERS, "label", None),
    "19a-sigmoid-outputs.csv": (FLOWERS, "label", None),
    "19c-percent-sign.csv": (FLOWERS, "label", np.log),
    "35h-unnamed-index-renamed.csv": (ANIMALS, "label", None),
    "39-case-helpful.csv": ([name.title() for name in ANIMALS], "label", None),
    "40-own-minus.csv": (ANIMALS, "label", None),
    "41a-prob_cat.csv": ([f"prob_{name}" for name in ANIMALS], "label", np.log),
    "41b-logit_cat.csv": ([f"logit_{name}" for name in ANIMALS], "label", None),
    "41c-logit-and-prob.csv": ([f"logit_{name}" for name in ANIMALS], "label", None),
    "41d-true-words-unknown-name.csv": (ANIMALS, "actual", None),
    "41e-actual-numbers.csv": (ANIMALS, "actual", None),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_figures_of_its_own_columns(name):
    columns, truth, turned = TABLES[name]
    rows = cells(name)
    scores = np.array([[float(row[column].rstrip("%")) for column in columns] for row in rows])
    names = FLOWERS if "setosa" in columns[0] else ANIMALS
    labels = [row[truth] for row in rows]
    numbers = np.array([int(word) if word.isdecimal() else names.index(word) for word in labels])
    is_right(inspected(name), scores if turned is None else turned(scores), numbers)


def test_lists_in_cells_are_rows_of_logits():
    rows = cells("15a-list-in-cell.csv")
    logits = np.array([json.loads(row["logits"]) for row in rows])
    is_right(inspected("15a-list-in-cell.csv"), logits, np.array([int(row["label"]) for row in rows]))


@pytest.mark.parametrize("name", [path.name for path in CASES.glob("10*.npz")])
def test_of_several_parts_of_the_data_one_is_chosen(name):
    arrays = np.load(CASES / name)
    (question,) = inspected(name).questions
    assert question.code == "split"
    for option in question.options:
        found = inspected(name, dict(option.choices))
        logits = np.asarray(arrays[f"{option.name}_logits"], float)
        is_right(found, logits, arrays[f"{option.name}_labels"])
        assert (option.rows, option.accuracy) == (found.num_rows, found.accuracy)


def test_bfloat16_is_told_with_its_cure():
    assert inspected("11-bfloat16-V2.npy").error.code == "bfloat16"


def test_probabilities_in_one_column_are_asked_about_and_read_both_ways():
    (question,) = inspected("18-flat-softprob.csv").questions
    flat = np.loadtxt(CASES / "18-flat-softprob.csv")
    labels = np.loadtxt(CASES / "18-labels.csv", dtype=int)
    tables = {"flat_rows": flat.reshape(-1, 3), "flat_classes": flat.reshape(3, -1).T}
    for option in question.options:
        found = inspected("18-flat-softprob.csv", dict(option.choices))
        assert found.accuracy == pytest.approx((tables[option.code].argmax(axis=1) == labels).mean())
        assert option.accuracy == found.accuracy


@pytest.mark.parametrize("name", ["20a-binary-one-logit.csv", "20b-binary-one-column.npz"])
def test_one_logit_a_row_is_asked_about(name):
    (question,) = inspected(name).questions
    assert question.code == "binary"
    if name.endswith("npz"):
        arrays = np.load(CASES / name)
        logit, labels = np.asarray(arrays["logits"], float)[:, 0], arrays["labels"]
    else:
        rows = cells(name)
        logit = np.array([float(row["logit"]) for row in rows])
        labels = np.array([int(row["label"]) for row in rows])
    option = next(one for one in question.options if one.name == "1")
    is_right(inspected(name, dict(option.choices)), np.stack([np.zeros(len(logit)), logit], axis=1), labels)


def test_several_classes_at_once_are_told():
    assert "multi_label" in [finding.code for finding in inspected("23-multilabel-targets.npz").findings]


def test_outputs_of_sigmoids_are_told():
    assert [finding.code for finding in inspected("19a-sigmoid-outputs.csv").findings] == ["sigmoids"]


def test_names_that_look_like_numbers_stay_text():
    found = inspected("82-json-names-digit-strings.json")
    assert found.table.class_names == ("0", "1", "10")
    is_right(found, 3.0 * np.eye(3), np.arange(3))


def test_one_command_prints_a_line_for_each_case():
    lines = table(CASES).splitlines()
    assert len(lines) == 2 + len(list(groups(CASES)))
    for name, (classes, accuracy, loss) in RIGHT.items():
        line = next(line for line in lines if name in line)
        assert f"× {classes}, {100 * accuracy:.1f} %, loss {loss:.6f}" in line
