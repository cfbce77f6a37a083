import csv
import io

import numpy as np

from ce_viz.core.analysis import analyse
from ce_viz.core.reading import LogitsTable
from ce_viz.core.row_export import COLUMNS, rows_as_csv

RNG = np.random.default_rng(9)
LABELS = RNG.integers(0, 3, 40)
LOGITS = RNG.normal(size=(40, 3))
LOGITS[7] = np.nan


def exported(names):
    analysis = analyse(LogitsTable(LOGITS, LABELS, None, (), ()))
    return analysis, list(csv.DictReader(io.StringIO(rows_as_csv(analysis, names))))


def test_every_usable_row_comes_out_to_the_last_digit():
    analysis, rows = exported(["cat", 'd,"o"g', "owl"])
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["row"]) for row in rows] == [row for row in range(1, 41) if row != 8]
    for column in ("confidence", "label_prob", "loss", "grad_norm"):
        np.testing.assert_array_equal([float(row[column]) for row in rows], getattr(analysis.scores, column))
    assert {row["label"] for row in rows} == {"cat", 'd,"o"g', "owl"}


def test_names_do_not_run_as_formulas_in_a_spreadsheet():
    _, rows = exported(["=1+1", "@sum", "-x"])
    assert {row["label"] for row in rows} == {"'=1+1", "'@sum", "'-x"}
