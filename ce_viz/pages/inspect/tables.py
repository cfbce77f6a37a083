"""The numbers behind the charts of Your logits, a table for each chart, at full precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ce_viz.core.inspection.analysis import LOSS_EDGES, Analysis
from ce_viz.core.inspection.calibration import Reliability
from ce_viz.core.inspection.corp import ScoreParts
from ce_viz.core.inspection.diagnosis import Diagnosis
from ce_viz.core.inspection.metrics import confused_pairs
from ce_viz.pages.inspect import view
from ce_viz.pages.inspect.work import Work
from ce_viz.strings import Words

MOST_PAIRS = 500
"""Pairs of label and prediction that are listed."""


@dataclass(frozen=True)
class Table:
    """Columns of equal length under their headings; class names are a visitor's own text."""

    title: str
    columns: dict[str, list[Any]]


def behind(words: Words, work: Work, board: str) -> list[Table]:
    """The tables behind a board, one for each of its charts."""
    analysis, diagnosis = work.analysis, work.diagnosis
    if analysis is None:
        return []
    if board == view.ROWS:
        return _rows(words, work, analysis)
    if board == view.CONFUSION:
        return _confusion(words, work, analysis)
    if board == view.RISK:
        return [] if diagnosis is None else _risk(words, diagnosis)
    made = _calibration(words, analysis) if board == view.CALIBRATION else _gain(words, analysis)
    if diagnosis is not None:
        made += _trust(words, work, diagnosis) if board == view.CALIBRATION else _folds(words, diagnosis)
    return made


def classes(words: Words, work: Work, analysis: Analysis) -> Table:
    """The figures of each class."""
    table = analysis.classes
    return Table(
        words["inspect.class_column"],
        {
            words["inspect.class_column"]: list(work.names),
            words["inspect.support"]: table.support.tolist(),
            words["inspect.predicted_count"]: table.predicted.tolist(),
            words["inspect.precision"]: table.precision.tolist(),
            words["inspect.recall"]: table.recall.tolist(),
            words["inspect.mean_loss"]: table.mean_loss.tolist(),
        },
    )


def _rows(words: Words, work: Work, analysis: Analysis) -> list[Table]:
    gradient = analysis.scores.mean_grad
    return [
        Table(words["inspect_charts.losses"], _histogram(words, 10**LOSS_EDGES, analysis.loss_counts)),
        Table(
            words["inspect_charts.grad_norms"],
            _histogram(words, analysis.grad_norm_edges, analysis.grad_norm_counts),
        ),
        Table(
            words["inspect_charts.batch_grad"],
            {
                words["inspect.class_column"]: list(work.names),
                words["inspect.tables.gradient"]: gradient.tolist(),
                "Σ (S − y)": (gradient * len(analysis.rows)).tolist(),
            },
        ),
    ]


def _calibration(words: Words, analysis: Analysis) -> list[Table]:
    return [Table(words["inspect_charts.reliability"], _bins(words, analysis.calibration))]


def _gain(words: Words, analysis: Analysis) -> list[Table]:
    return [
        Table(
            words["inspect_charts.temperature"],
            {
                words["inspect.tables.temperature"]: analysis.curve_temperatures.tolist(),
                words["inspect.tables.loss"]: analysis.curve_losses.tolist(),
            },
        ),
        Table(words["inspect_charts.scaled"], _bins(words, analysis.scaled_calibration)),
    ]


def _trust(words: Words, work: Work, diagnosis: Diagnosis) -> list[Table]:
    corp = diagnosis.corp
    return [
        Table(words["inspect_charts.equal_mass"], _bins(words, diagnosis.equal_mass)),
        Table(
            words["inspect_charts.corp"],
            {
                words["inspect.tables.low"]: corp.low.tolist(),
                words["inspect.tables.high"]: corp.high.tolist(),
                words["inspect.tables.rows"]: corp.counts.tolist(),
                words["inspect.accuracy"]: corp.accuracy.tolist(),
            },
        ),
        Table(
            words["inspect_charts.classwise"],
            {
                words["inspect.class_column"]: list(work.names),
                words["inspect.tables.ece"]: diagnosis.classwise_ece.tolist(),
            },
        ),
        Table(words["inspect.diagnosis.corp_parts"], _parts(corp.brier, corp.log)),
    ]


def _risk(words: Words, diagnosis: Diagnosis) -> list[Table]:
    curve = diagnosis.risk_coverage
    return [
        Table(
            words["inspect_charts.risk"],
            {
                words["inspect.tables.coverage"]: curve.coverage.tolist(),
                words["inspect.tables.risk"]: curve.risk.tolist(),
                words["inspect.tables.threshold"]: curve.threshold.tolist(),
            },
        )
    ]


def _confusion(words: Words, work: Work, analysis: Analysis) -> list[Table]:
    """Labels and predictions with how often they come together, the most frequent confusions first."""
    pairs = confused_pairs(analysis.confusion, MOST_PAIRS)
    return [
        Table(
            words["inspect_charts.confusion"],
            {
                words["inspect.label"]: [work.names[label] for label, _, _ in pairs],
                words["inspect.predicted"]: [work.names[predicted] for _, predicted, _ in pairs],
                words["inspect.tables.count"]: [count for _, _, count in pairs],
            },
        )
    ]


def _histogram(words: Words, edges: Any, counts: Any) -> dict[str, list[Any]]:
    return {
        words["inspect.tables.low"]: edges[:-1].tolist(),
        words["inspect.tables.high"]: edges[1:].tolist(),
        words["inspect.tables.rows"]: counts.tolist(),
    }


def _bins(words: Words, calibration: Reliability) -> dict[str, list[Any]]:
    low, high = calibration.accuracy_interval()
    return {
        **_histogram(words, calibration.edges, calibration.counts),
        words["inspect.confidence"]: calibration.confidence.tolist(),
        words["inspect.accuracy"]: calibration.accuracy.tolist(),
        words["inspect.tables.least"]: low.tolist(),
        words["inspect.tables.most"]: high.tolist(),
    }


def _parts(brier: ScoreParts, log: ScoreParts) -> dict[str, list[Any]]:
    both = (brier, log)
    return {
        "": ["Brier", "log"],
        "S": [parts.score for parts in both],
        "MCB": [parts.miscalibration for parts in both],
        "DSC": [parts.discrimination for parts in both],
        "UNC": [parts.uncertainty for parts in both],
    }


def _folds(words: Words, diagnosis: Diagnosis) -> list[Table]:
    if diagnosis.recalibration is None:
        return []
    temperatures = diagnosis.recalibration.temperature.temperatures.tolist()
    columns = {
        words["inspect.tables.fold"]: list(range(1, len(temperatures) + 1)),
        words["inspect.tables.temperature"]: temperatures,
    }
    return [Table(words["inspect.diagnosis.cross_validated"], columns)]
