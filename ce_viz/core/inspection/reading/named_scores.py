"""Scores that stand by their names in each record, as language-model interfaces and pipelines give them.

``{"cat": -0.1, "dog": -2.3}``; ``[{"token": "A", "logprob": -0.1}, …]``; ``[{"label": "cat", "score": 0.9}, …]``;
``{"content": [{"token": …, "top_logprobs": […]}]}``, of which the first token is taken.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.cells import unwrapped
from ce_viz.core.inspection.reading.errors import MAX_CLASSES, ReadingError, check_size

_NUMBERS = ("logprob", "log_prob", "score", "logit", "prob", "probability", "value")
_NAMES = ("token", "label", "text", "class", "name")
_OUTER = ("top_logprobs", "logprobs", "content", "choices", "message", "body", "response", "output")
_MAX_DEPTH = 8

Pairs = list[tuple[str, float]]


@dataclass(frozen=True, eq=False, slots=True)
class NamedScores:
    """N rows of the scores of K names; what a row does not name has probability 0."""

    names: tuple[str, ...]
    values: NDArray[np.float64]  # (N, K)


def named_scores(rows: list[Any]) -> NamedScores | None:
    """The rows as a table, None where they do not hold scores by name.

    Raises:
      ReadingError: "classes", "values": too many names.
    """
    if not isinstance(rows[0], dict | list) or _pairs(rows[0]) is None:
        return None
    found = [_pairs(row) for row in rows]
    held = [pairs for pairs in found if pairs is not None]
    return table_of(held) if len(held) == len(found) else None


def named_cell(cell: str) -> Pairs | None:
    """What a cell of text says: ``{'cat': 0.9, 'dog': 0.1}``, as Python or JSON writes it; None where it is none."""
    text = cell.strip()
    if text[:1] + text[-1:] not in ("{}", "[]") or ":" not in text:
        return None
    text = unwrapped(text)
    try:
        return _pairs(json.loads(text if '"' in text else text.replace("'", '"'), parse_int=float))
    except (ValueError, RecursionError):
        return None


def table_of(rows: list[Pairs]) -> NamedScores:
    """The rows as a table, with a column for each name.

    Of a token's copies that differ in outer spaces ("A", " A") the probabilities are added.

    Raises:
      ReadingError: "classes", "values": too many names.
    """
    index: dict[str, int] = {}
    for pairs in rows:
        for name, _ in pairs:
            index.setdefault(name.strip(), len(index))
        if len(index) > MAX_CLASSES:
            raise ReadingError("classes", f"{len(index):,}", low=2, high=f"{MAX_CLASSES:,}")
    check_size(len(rows), max(len(index), 2))
    held = [number for pairs in rows for _, number in pairs]
    probs = min(held, default=-1) >= 0 and max(held) <= 1
    nothing = 0.0 if probs else -np.inf
    values = np.full((len(rows), len(index)), nothing)
    for row, pairs in enumerate(rows):
        for name, number in pairs:
            at = index[name.strip()]
            if values[row, at] == nothing:
                values[row, at] = number
            else:
                values[row, at] = values[row, at] + number if probs else np.logaddexp(values[row, at], number)
    return NamedScores(tuple(index), values)


def _pairs(row: Any, depth: int = 0) -> Pairs | None:
    """Names and numbers of one row."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(row, dict):
        return _of_mapping(row, depth)
    if not isinstance(row, list) or not row or not all(isinstance(entry, dict) for entry in row):
        return None
    name = next((key for key in _NAMES if isinstance(row[0].get(key), str)), None)
    number = next((key for key in _NUMBERS if isinstance(row[0].get(key), float)), None)
    deeper = any(isinstance(value, dict | list) and value for value in row[0].values())
    if name and number and (len(row) > 1 or not deeper):
        if not all(
            isinstance(entry.get(name), str) and isinstance(entry.get(number), float) for entry in row
        ):
            return None
        if "top_logprobs" not in row[0]:
            return [(entry[name], entry[number]) for entry in row]
    return _pairs(row[0], depth + 1)  # the first token of an answer


def _of_mapping(row: dict[str, Any], depth: int) -> Pairs | None:
    for key in _OUTER:
        if isinstance(row.get(key), dict | list) and (found := _pairs(row[key], depth + 1)):
            return found
    if len(row) > 1 and all(isinstance(value, float) for value in row.values()):
        return list(row.items())
    return None
