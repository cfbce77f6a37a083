"""The figures of every row as a file to take away."""

import csv
import io
from collections.abc import Sequence

from ce_viz.core.analysis import Analysis

COLUMNS = ("row", "label", "predicted", "confidence", "label_prob", "loss", "grad_norm", "suspect")


def rows_as_csv(analysis: Analysis, class_names: Sequence[str]) -> str:
    """Every usable row in the order of its file, numbers to the last digit; rows count from 1.

    Names that a spreadsheet would run as a formula get an apostrophe before them.
    """
    names = ["'" + name if name.startswith(("=", "+", "-", "@")) else name for name in class_names]
    scores = analysis.scores
    columns = (
        (analysis.rows + 1).tolist(),
        [names[k] for k in scores.label.tolist()],
        [names[k] for k in scores.predicted.tolist()],
        scores.confidence.tolist(),
        scores.label_prob.tolist(),
        scores.loss.tolist(),
        scores.grad_norm.tolist(),
        analysis.suspects.astype(int).tolist(),
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue()
