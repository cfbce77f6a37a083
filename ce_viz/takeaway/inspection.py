"""What was worked out of a model's logits as CSV and JSON, at full precision."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import product
from typing import Any

from ce_viz.core.inspection import Inspection
from ce_viz.core.inspection.analysis import LOSS_EDGES, Analysis
from ce_viz.core.inspection.calibration import Reliability
from ce_viz.core.inspection.compared import Comparison
from ce_viz.core.inspection.diagnosis import Diagnosis
from ce_viz.takeaway.tables import as_cell, plain

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

_BLOCK = 20_000  # rows turned into text at a time: a million of them as Python numbers would fill the memory


def rows_as_csv(analysis: Analysis, names: Sequence[str]) -> str:
    """Every usable row in the order of its file; rows count from 1.

    Names that a spreadsheet would take for a formula get an apostrophe in front.
    """
    labels = [as_cell(name) for name in names]
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


def as_csv(
    analysis: Analysis,
    names: Sequence[str],
    address: str,
    *,
    diagnosis: Diagnosis | None = None,
    found: Inspection | None = None,
    comparison: Comparison | None = None,
) -> str:
    """One line per number of the figures and charts: ``array, i, j, value``; i and j count from 0.

    The figures of the rows stand in `rows_as_csv`.

    Args:
      analysis: The figures.
      names: Of the classes.
      address: The link that restores the page.
      diagnosis: What takes longer, where it is there.
      found: How the files were read, and what looks wrong.
      comparison: With a second model on the same rows.
    """
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["array", "i", "j", "value"])
    write(["link", "", "", address])
    for one in _reading(found):
        write(["reading", as_cell(one["file"]), as_cell(one["name"]), f"{one['role']}: {one['reason']}"])
    for one in _findings(found):
        write(["finding", one["severity"], one["count"], one["code"]])
    for k, name in enumerate(names):
        write(["class", k, "", as_cell(name)])
    scalars = {**_scalars(analysis), **_more_scalars(diagnosis), **_compared(comparison)}
    for name, value in scalars.items():
        write([name, "", "", repr(value)])
    for name, array in {**_arrays(analysis), **_more_arrays(diagnosis)}.items():
        for index in product(*map(range, array.shape)):
            write([name, *index, *[""] * (2 - len(index)), repr(array[index].item())])
    return text.getvalue()


def as_json(
    analysis: Analysis,
    names: Sequence[str],
    address: str,
    *,
    diagnosis: Diagnosis | None = None,
    found: Inspection | None = None,
    comparison: Comparison | None = None,
) -> str:
    """The same with shapes; what JSON cannot hold stands as ``"NaN"`` or ``"Infinity"``."""
    arrays = {
        name: {"shape": list(array.shape), "values": plain(array.tolist())}
        for name, array in {**_arrays(analysis), **_more_arrays(diagnosis)}.items()
    }
    made = {**_scalars(analysis), **_more_scalars(diagnosis), **_compared(comparison)}
    scalars = {name: plain(value) for name, value in made.items()}
    document = {
        "link": address,
        "reading": _reading(found),
        "findings": _findings(found),
        "classes": list(names),
        **scalars,
        "arrays": arrays,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def _reading(found: Inspection | None) -> list[dict[str, str]]:
    """What each column and array was taken for, and why, by the codes of `ce_viz.core.inspection`."""
    plan = () if found is None else found.plan
    return [
        {"file": item.file, "name": item.name, "role": item.role, "reason": item.reason, "sure": item.sure}
        for item in plan
    ]


def _findings(found: Inspection | None) -> list[dict[str, Any]]:
    findings = () if found is None else found.findings
    return [{"code": one.code, "severity": one.severity, "count": one.count} for one in findings]


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


def _more_scalars(diagnosis: Diagnosis | None) -> dict[str, float]:
    """The single numbers of a diagnosis; intervals are of 95 %."""
    if diagnosis is None:
        return {}
    curve, parts = (
        diagnosis.risk_coverage,
        {"corp_brier": diagnosis.corp.brier, "corp_log": diagnosis.corp.log},
    )
    scalars = {
        "equal_mass_ece": diagnosis.equal_mass.ece,
        "mean_classwise_ece": diagnosis.mean_classwise_ece,
        "smooth_ece": diagnosis.smooth_ece.value,
        "smooth_ece_bandwidth": diagnosis.smooth_ece.bandwidth,
        "aurc": curve.aurc,
        "max_risk": curve.max_risk,
        "safe_coverage": curve.safe_coverage,
        "safe_risk": curve.safe_risk,
        "safe_threshold": curve.safe_threshold,
        **{f"{name}_{field}": value for name, part in parts.items() for field, value in asdict(part).items()},
    }
    found = diagnosis.recalibration
    if found is None:
        return scalars
    gains = {
        "held_out_temperature": found.temperature.held_out,
        "held_out_vector": found.vector.held_out,
    }
    for name, after in gains.items():
        scalars |= {
            f"{name}_{field}": getattr(after, field) for field in ("loss", "brier", "ece", "accuracy")
        }
        scalars |= {f"{name}_gain_{field}": value for field, value in asdict(after.gain).items()}
    over = asdict(found.vector.over_temperature)
    scalars |= {f"vector_over_temperature_{field}": value for field, value in over.items()}
    return scalars | {
        "refinement": found.parts.refinement,
        "calibration": found.parts.calibration,
    }


def _compared(comparison: Comparison | None) -> dict[str, float]:
    """The figures of two models, ``first_loss`` and so on, and their difference."""
    if comparison is None:
        return {}
    parts = asdict(comparison)
    nested = {name: parts.pop(name) for name in ("first", "second", "loss_difference")}
    flat = {f"{name}_{field}": value for name, part in nested.items() for field, value in part.items()}
    return {f"compared_{name}": value for name, value in {**parts, **flat}.items()}


def _more_arrays(diagnosis: Diagnosis | None) -> dict[str, Any]:
    if diagnosis is None:
        return {}
    curve, found = diagnosis.risk_coverage, diagnosis.recalibration
    arrays = {
        **_bins("equal_mass", diagnosis.equal_mass),
        "classwise_ece": diagnosis.classwise_ece,
        **{f"corp_{name}": getattr(diagnosis.corp, name) for name in ("low", "high", "counts", "accuracy")},
        **{f"risk_coverage_{name}": getattr(curve, name) for name in ("coverage", "risk", "threshold")},
    }
    if found is not None:
        arrays["fold_temperatures"] = found.temperature.temperatures
        arrays["vector_weights"] = found.vector.fitted.weights
        arrays["vector_biases"] = found.vector.fitted.biases
    return arrays


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
    low, high = calibration.accuracy_interval()
    held = {f"{name}_{column}": getattr(calibration, column) for column in columns}
    return {**held, f"{name}_accuracy_low": low, f"{name}_accuracy_high": high}
