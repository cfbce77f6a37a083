"""What was worked out of a model's logits as CSV and JSON, at full precision."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from itertools import product
from typing import Any

from ce_viz.core.inspection.analysis import LOSS_EDGES, Analysis
from ce_viz.core.inspection.calibration import Reliability

ROW_COLUMNS = (
    "row",
    "label",
    "predicted",
    "confidence",
    "label_prob",
    "loss",
    "grad_norm",
    "brier",
    "suspect",
)

_FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "＋",
    "－",
    "＠",
)  # full-width ones are formulas in some spreadsheets
_BLOCK = 20_000  # rows turned into text at a time: a million of them as Python numbers would fill the memory


def rows_as_csv(analysis: Analysis, names: Sequence[str]) -> str:
    """Every usable row in the order of its file; rows count from 1.

    Names that a spreadsheet would take for a formula get an apostrophe in front.
    """
    labels = [_as_text(name) for name in names]
    scores, text = analysis.scores, io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(ROW_COLUMNS)
    for start in range(0, len(analysis.rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        columns = (
            (analysis.rows[block] + 1).tolist(),
            [labels[k] for k in scores.label[block].tolist()],
            [labels[k] for k in scores.predicted[block].tolist()],
            scores.confidence[block].tolist(),
            scores.label_prob[block].tolist(),
            scores.loss[block].tolist(),
            scores.grad_norm[block].tolist(),
            scores.brier[block].tolist(),
            analysis.suspects[block].astype(int).tolist(),
        )
        writer.writerows(zip(*columns, strict=True))
    return text.getvalue()


def as_csv(analysis: Analysis, names: Sequence[str], address: str) -> str:
    """One line per number of the figures and charts: ``array, i, j, value``; i and j count from 0.

    The figures of the rows stand in `rows_as_csv`.
    """
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["array", "i", "j", "value"])
    write(["link", "", "", address])
    for k, name in enumerate(names):
        write(["class", k, "", _as_text(name)])
    for name, value in _scalars(analysis).items():
        write([name, "", "", repr(value)])
    for name, array in _arrays(analysis).items():
        for index in product(*map(range, array.shape)):
            write([name, *index, *[""] * (2 - len(index)), repr(array[index].item())])
    return text.getvalue()


def as_json(analysis: Analysis, names: Sequence[str], address: str) -> str:
    """The same with shapes; what JSON cannot hold stands as ``"NaN"``."""
    arrays = {
        name: {"shape": list(array.shape), "values": _plain(array.tolist())}
        for name, array in _arrays(analysis).items()
    }
    document = {"link": address, "classes": list(names), **_scalars(analysis), "arrays": arrays}
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def _as_text(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA_STARTS) else name


def _scalars(analysis: Analysis) -> dict[str, float]:
    scores, fitted = analysis.scores, analysis.fitted
    return {
        "rows": len(analysis.rows),
        "mean_loss": float(scores.loss.mean()),
        "accuracy": float(scores.correct.mean()),
        "brier": float(scores.brier.mean()),
        "ece": analysis.calibration.ece,
        "mce": analysis.calibration.mce,
        "temperature": fitted.temperature,
        "scaled_mean_loss": fitted.loss,
        "scaled_brier": analysis.scaled_brier,
        "scaled_ece": analysis.scaled_calibration.ece,
        "scaled_mce": analysis.scaled_calibration.mce,
        "half_share": analysis.half_share,
    }


def _arrays(analysis: Analysis) -> dict[str, Any]:
    classes = analysis.classes
    return {
        "support": classes.support,
        "predicted": classes.predicted,
        "precision": classes.precision,
        "recall": classes.recall,
        "class_mean_loss": classes.mean_loss,
        "mean_grad": analysis.scores.mean_grad,
        "confusion": analysis.confusion,
        "log10_loss_edges": LOSS_EDGES,
        "loss_counts": analysis.loss_counts,
        "grad_norm_edges": analysis.grad_norm_edges,
        "grad_norm_counts": analysis.grad_norm_counts,
        "curve_temperatures": analysis.curve_temperatures,
        "curve_losses": analysis.curve_losses,
        **_bins("reliability", analysis.calibration),
        **_bins("scaled_reliability", analysis.scaled_calibration),
    }


def _bins(name: str, calibration: Reliability) -> dict[str, Any]:
    columns = ("edges", "counts", "confidence", "accuracy")
    return {f"{name}_{column}": getattr(calibration, column) for column in columns}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if math.isfinite(value) else "NaN"
