"""The rows of Your logits, worst first, and the settings with which one of them opens in Explore."""

from __future__ import annotations

import unicodedata
from typing import Any

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.metrics import worst_rows
from ce_viz.core.inspection.opened_row import open_row
from ce_viz.pages.inspect.view import confused
from ce_viz.pages.inspect.work import Work
from ce_viz.settings.readers import MAX_NAME_LENGTH
from ce_viz.settings.value import Settings

LISTED = 200
"""Rows that the table holds at most."""


def chosen(settings: Settings, work: Work, analysis: Analysis) -> Any:
    """Which of the N usable rows are meant, truth values ``(N,)``; None for all."""
    if cell := confused(settings, work):
        return analysis.scores.confused(*cell)
    return analysis.suspects if settings["rows"] == "suspects" else None


def columns(work: Work, analysis: Analysis, among: Any) -> dict[str, list[Any]]:
    """The table of the rows with the highest loss, by column; rows count from 1."""
    scores, places = analysis.scores, worst_rows(analysis.scores, LISTED, among)
    return {
        "row": (analysis.rows[places] + 1).tolist(),
        "label": [work.names[k] for k in scores.label[places].tolist()],
        "predicted": [work.names[k] for k in scores.predicted[places].tolist()],
        "confidence": (100 * scores.confidence[places]).tolist(),
        "loss": scores.loss[places].tolist(),
        "grad_norm": scores.grad_norm[places].tolist(),
        "suspect": analysis.suspects[places].tolist(),
    }


def opened(settings: Settings, work: Work, row: int) -> Settings:
    """The settings in which Explore shows a usable row, from 0; raises ``Invalid``."""
    parts = open_row(work.table, row)
    one_hot = tuple(float(k == parts.label) for k in range(len(parts.logits)))
    return settings.changed(
        logits=parts.logits,
        label=parts.label + 1,
        targets=parts.targets or one_hot,
        mode="soft" if parts.targets else "one-hot",
        temperature=1.0,
        names=tuple(_short_name(work.names[k]) for k in parts.classes),
        cell=None,
        origin=f"row-{row + 1}",
    )


def _short_name(name: str) -> str:
    """A class's name as the link takes it: short, without commas and without marks that turn the text."""
    kept = (" " if mark in ",，" or unicodedata.category(mark) in {"Cc", "Cf"} else mark for mark in name)
    return "".join(kept).strip()[:MAX_NAME_LENGTH]
