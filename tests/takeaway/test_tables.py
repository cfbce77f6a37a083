"""Data taken away read back to the last bit."""

import csv
import io
import json
import math

import numpy as np
import pytest

from ce_viz.core import Scenario, explain
from ce_viz.core.studies.derivation import derive
from ce_viz.core.studies.race import run_race
from ce_viz.takeaway import tables

NAMES = ("cat", "=1+1", "＝1+1")
SCENARIOS = [Scenario(), Scenario((1.0, -math.inf, 2.0)), Scenario((1000.0, 0.0, -1000.0), temperature=0.3)]
FIELDS = ("logits", "probs", "targets", "loss_terms", "logits_grad", "jacobian", "chain_rule")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("field", FIELDS)
def test_csv_reads_back_exactly(scenario, field):
    explanation = explain(scenario)
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(explanation, NAMES, "x"))))
    values = [float(row["value"]) for row in rows if row["array"] == field]
    assert np.array_equal(values, getattr(explanation, field).ravel())


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("field", FIELDS)
def test_json_reads_back_exactly_with_its_shape(scenario, field):
    explanation = explain(scenario)
    array = json.loads(tables.as_json(explanation, NAMES, "x"))["arrays"][field]
    values = np.array(array["values"], dtype=float)
    assert list(values.shape) == array["shape"]
    assert np.array_equal(values, getattr(explanation, field))


def test_csv_hands_no_formula_to_a_spreadsheet():
    rows = csv.reader(io.StringIO(tables.as_csv(explain(Scenario()), NAMES, "x")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "＝"))]


def test_both_carry_the_link_back():
    explanation = explain(Scenario())
    assert "http://x/?a=1" in tables.as_csv(explanation, NAMES, "http://x/?a=1")
    assert json.loads(tables.as_json(explanation, NAMES, "http://x/?a=1"))["link"] == "http://x/?a=1"


@pytest.mark.parametrize("field", ["logits", "probs", "losses"])  # of three, three and two axes
def test_what_else_a_page_shows_reads_back_exactly(field):
    race = run_race(Scenario(), 0.5)
    kept = json.loads(tables.as_json(explain(Scenario()), NAMES, "x", {"race": race}))["arrays"][
        f"race.{field}"
    ]
    assert kept["shape"] == list(getattr(race, field).shape)
    assert np.array_equal(np.array(kept["values"]), getattr(race, field))
    rows = csv.DictReader(io.StringIO(tables.as_csv(explain(Scenario()), NAMES, "x", {"race": race})))
    values = [float(row["value"]) for row in rows if row["array"].partition("[")[0] == f"race.{field}"]
    assert np.array_equal(values, getattr(race, field).ravel())


def test_an_explanation_within_a_result_is_not_told_twice():
    proof = derive(explain(Scenario()), 0, 1, (1.0, -2.0))
    arrays = json.loads(tables.as_json(explain(Scenario()), NAMES, "x", {"proof": proof}))["arrays"]
    assert arrays["proof.weight_grad"]["shape"] == [3, 2]
    assert not [name for name in arrays if name.startswith("proof.explanation")]
