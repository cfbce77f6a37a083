"""All arrays of an explanation as CSV and JSON, at full precision."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from ce_viz.core import Explanation

_VECTORS = (
    "logits", "probs", "log_probs", "targets", "loss_terms", "probs_grad", "logits_grad",
    "probs_minus_targets", "finite_difference",
)  # fmt: skip
_MATRICES = ("jacobian", "chain_rule")
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
_SCALARS = ("temperature", "targets_sum", "loss", "entropy_of_targets", "kl")


def as_csv(
    explanation: Explanation, names: Sequence[str], address: str, results: Mapping[str, object] | None = None
) -> str:
    """One row per number: ``array, i, j, class_i, class_j, value``; indices count from 1, scalars have none.

    Names that a spreadsheet would take for a formula get an apostrophe in front. What else a page shows, ``results``
    of the core by name, follows as ``result.field``; of more than two axes the first ones stand there, ``[1]``.
    """
    labels = [as_cell(name) for name in names]
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
    for name, values in _numbers(results or {}).items():
        for field, i, j, value in _rows(name, values):
            write([field, i, j, "", "", repr(value)])
    return text.getvalue()


def as_json(
    explanation: Explanation, names: Sequence[str], address: str, results: Mapping[str, object] | None = None
) -> str:
    """Every array with its shape, and what else the page shows as ``result.field``.

    What JSON cannot hold stands as ``"Infinity"``, ``"-Infinity"``, ``"NaN"``.
    """
    arrays: dict[str, Any] = {
        field: {"shape": list(array.shape), "values": plain(array.tolist())}
        for field in (*_VECTORS, *_MATRICES)
        for array in [getattr(explanation, field)]
    }
    for name, values in _numbers(results or {}).items():
        arrays[name] = {"shape": _shape(values), "values": plain(values)}
    scalars = {field: plain(float(getattr(explanation, field))) for field in _SCALARS}
    document = {"link": address, "classes": list(names), **scalars, "arrays": arrays}
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def _numbers(results: Mapping[str, object]) -> dict[str, Any]:
    """The numbers and arrays in dataclasses, as nested lists by ``result.field``; the explanation stands by itself."""
    found: dict[str, Any] = {}
    for name, result in results.items():
        if isinstance(result, Explanation):
            continue
        if is_dataclass(result):
            parts = {f"{name}.{field.name}": getattr(result, field.name) for field in fields(result)}
            found |= _numbers(parts)
        elif hasattr(result, "tolist"):
            found[name] = result.tolist()
        elif isinstance(result, (int, float)) and not isinstance(result, bool):
            found[name] = float(result)
    return found


def _rows(name: str, values: Any) -> Iterator[tuple[str, Any, Any, float]]:
    """Array, i, j and value of each number; indices count from 1."""
    depth = len(_shape(values))
    if depth > 2:
        for k, part in enumerate(values):
            yield from _rows(f"{name}[{k + 1}]", part)
    elif depth == 2:
        for i, row in enumerate(values):
            yield from ((name, i + 1, j + 1, value) for j, value in enumerate(row))
    elif depth == 1:
        yield from ((name, i + 1, "", value) for i, value in enumerate(values))
    else:
        yield name, "", "", values


def _shape(values: Any) -> list[int]:
    return [len(values), *_shape(values[0] if values else 0.0)] if isinstance(values, list) else []


def as_cell(name: str) -> str:
    """A name as a spreadsheet takes it for text: with an apostrophe in front where it would be a formula."""
    return f"'{name}" if name.startswith(_FORMULA_STARTS) else name


def plain(value: Any) -> Any:
    """Numbers in nested lists as JSON can hold them: what is not finite as text."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
