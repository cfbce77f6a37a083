"""All arrays of an explanation as CSV and JSON, at full precision."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any

from ce_viz.core import Explanation

_VECTORS = (
    "logits", "probs", "log_probs", "targets", "loss_terms", "probs_grad", "logits_grad",
    "probs_minus_targets", "finite_difference",
)  # fmt: skip
_MATRICES = ("jacobian", "chain_rule")
_SCALARS = ("temperature", "targets_sum", "loss", "entropy_of_targets", "kl")


def as_csv(explanation: Explanation, names: Sequence[str], address: str) -> str:
    """One row per number: ``array, i, j, class_i, class_j, value``; indices count from 1, scalars have none.

    Names that a spreadsheet would take for a formula get an apostrophe in front.
    """
    labels = [f"'{name}" if name[:1] in "=+-@" else name for name in names]
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["array", "i", "j", "class_i", "class_j", "value"])
    write(["link", "", "", "", "", address])
    for field in _SCALARS:
        write([field, "", "", "", "", repr(float(getattr(explanation, field)))])
    for field in _VECTORS:
        for i, value in enumerate(getattr(explanation, field).tolist()):
            write([field, i + 1, "", labels[i], "", repr(value)])
    for field in _MATRICES:
        for i, row in enumerate(getattr(explanation, field).tolist()):
            for j, value in enumerate(row):
                write([field, i + 1, j + 1, labels[i], labels[j], repr(value)])
    return text.getvalue()


def as_json(explanation: Explanation, names: Sequence[str], address: str) -> str:
    """Every array with its shape; what JSON cannot hold stands as ``"Infinity"``, ``"-Infinity"``, ``"NaN"``."""
    arrays: dict[str, Any] = {
        field: {"shape": list(array.shape), "values": _plain(array.tolist())}
        for field in (*_VECTORS, *_MATRICES)
        for array in [getattr(explanation, field)]
    }
    scalars = {field: _plain(float(getattr(explanation, field))) for field in _SCALARS}
    document = {"link": address, "classes": list(names), **scalars, "arrays": arrays}
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
