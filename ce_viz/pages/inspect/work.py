"""What a visitor brought to Your logits and what was worked out of it, kept for this visit and no longer.

Files live in this session's state and nowhere else: no cache that others share is keyed by them. The samples
are everybody's, so they are worked out once for all.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis, analyse
from ce_viz.core.inspection.findings import Finding, find
from ce_viz.core.inspection.reading import LogitsTable, Progress, ReadingError, read_logits
from ce_viz.core.inspection.remedies import REMEDIES, remedied
from ce_viz.core.inspection.samples import sample_table
from ce_viz.core.studies.training import MAX_STEPS, TrainingSettings, start_training, train
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.train.run import training_data
from ce_viz.strings import Words

_PATIENCE = 0.4
"""Seconds of work after which a progress bar appears; most files are done before."""

Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, eq=False)
class Work:
    """A table with its remedies applied, what looks wrong with it, and its figures."""

    table: LogitsTable
    findings: tuple[Finding, ...]
    analysis: Analysis | None  # None where no row can be used

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes, a visitor's own text; their numbers from 0, as in the file, where they have none."""
        return self.table.class_names or tuple(str(k) for k in range(self.table.num_classes))


def current(words: Words) -> Work | ReadingError:
    """What there is to show: the sample, or what the visitor brought."""
    kept = _kept()
    if kept["files"] is None:
        if kept["sample"] != link.get("sample"):
            kept.update(sample=link.get("sample"), remedies=frozenset(), cell=None)
        return _sample(link.get("sample"), kept["remedies"])
    if kept["work"] is None:
        kept["work"] = _work_out(words, kept["files"], kept["label_column"], kept["remedies"])
    work: Work | ReadingError = kept["work"]
    return work


def files() -> Files | None:
    """Name and content of what the visitor brought; None while the sample is shown."""
    brought: Files | None = _kept()["files"]
    return brought


def take(brought: Files | None) -> None:
    """Look at these files from now on, or at the sample again; in a callback."""
    _kept().update(files=brought, label_column=None, remedies=frozenset(), work=None, cell=None)


def take_label_column(column: int | None) -> None:
    """Read the labels from this column, from 0, or find them; in a callback."""
    _kept().update(label_column=column, remedies=frozenset(), work=None, cell=None)


def label_column() -> int | None:
    """The column that the visitor chose."""
    column: int | None = _kept()["label_column"]
    return column


def toggle_remedy(code: str) -> None:
    """Apply a remedy, or take it back; in a callback."""
    _kept().update(remedies=_kept()["remedies"] ^ {code}, work=None, cell=None)


def remedies() -> tuple[str, ...]:
    """The remedies that are applied, in the order in which they are."""
    return tuple(code for code in REMEDIES if code in _kept()["remedies"])


def pick_cell(cell: tuple[int, int] | None) -> None:
    """Look at the rows with this label and this prediction, from 0, or at all again; in a callback."""
    _kept()["cell"] = cell


def cell() -> tuple[int, int] | None:
    """The picked label and prediction."""
    picked: tuple[int, int] | None = _kept()["cell"]
    return picked


def _kept() -> dict[str, Any]:
    return memory.recall(
        "inspect",
        lambda: {
            "files": None,
            "sample": None,
            "label_column": None,
            "remedies": frozenset(),
            "cell": None,
            "work": None,
        },
    )


@lru_cache(maxsize=32)
def _sample(kind: str, applied: frozenset[str]) -> Work:
    data = training_data()
    trained = train(data, start_training(data, TrainingSettings()), MAX_STEPS)
    return _judged(remedied(sample_table(data, trained, kind), applied), None)


def _work_out(
    words: Words, brought: Files, column: int | None, applied: frozenset[str]
) -> Work | ReadingError:
    bar = _LateBar(words["inspect.working"])
    try:
        table = read_logits(brought, label_column=column, progress=bar.part(0.0, 0.4))
        return _judged(remedied(table, applied), bar.part(0.4, 1.0))
    except ReadingError as error:
        return error
    finally:
        bar.remove()


class _LateBar:
    """A progress bar that appears only where it is needed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = time.monotonic()
        self._bar: Any = None

    def part(self, start: float, end: float) -> Progress:
        """What a step tells its share to, which goes from ``start`` to ``end`` of the whole."""

        def show(share: float) -> None:
            if self._bar is None and time.monotonic() - self._start > _PATIENCE:
                self._bar = st.progress(0.0)
            if self._bar is not None:
                self._bar.progress(min(start + (end - start) * share, 1.0), self._text)

        return show

    def remove(self) -> None:
        """Done."""
        if self._bar is not None:
            self._bar.empty()


def _judged(table: LogitsTable, progress: Progress | None) -> Work:
    findings = find(table)
    blocked = any(finding.severity == "blocking" for finding in findings)
    return Work(table, findings, None if blocked else analyse(table, progress))
