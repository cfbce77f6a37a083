"""The cards of Your logits: titles, formulas, hints and text alternatives around its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.calibration import Reliability
from ce_viz.core.inspection.diagnosis import Diagnosis
from ce_viz.figures.style import Figure
from ce_viz.live import Chart
from ce_viz.pages.inspect import figures, points, trust_figures
from ce_viz.pages.inspect.points import Points
from ce_viz.strings import Words
from ce_viz.strings.numbers import number


def rows(words: Words, analysis: Analysis, names: Sequence[str], reduction: str) -> list[Chart]:
    """How loss and gradient spread over the rows, and what all rows together do to each class."""
    scores = analysis.scores
    scale = 1 / len(analysis.rows) if reduction == "mean" else 1.0
    total = scores.mean_grad * (1 if reduction == "mean" else len(analysis.rows))
    by_class = sorted(zip(total.tolist(), names, strict=True), key=lambda pair: -abs(pair[0]))[:10]
    return [
        _chart(
            words,
            "losses",
            figures.losses(analysis),
            "L_n",
            _extremes(words, scores.loss.min(), scores.loss.max()),
            points=points.losses(words, analysis),
        ),
        _chart(
            words,
            "grad_norms",
            figures.grad_norms(analysis, reduction),
            "‖S − y‖/N" if reduction == "mean" else "‖S − y‖",
            _extremes(words, scores.grad_norm.min() * scale, scores.grad_norm.max() * scale),
            hint=f"grad_norms_{reduction}",
            points=points.grad_norms(words, analysis, scale),
        ),
        _chart(
            words,
            "batch_grad",
            figures.batch_grad(analysis, names, reduction),
            "(1/N) Σ_n (S − y)" if reduction == "mean" else "Σ_n (S − y)",
            ", ".join(f"{name} {number(value)}" for value, name in by_class),
            points=points.classes(words, total.tolist(), names),
        ),
    ]


def reliability(words: Words, analysis: Analysis) -> Chart:
    """Reliability as it is, in bins of equal width."""
    return _reliability(words, "reliability", analysis.calibration)


def gain(words: Words, analysis: Analysis) -> list[Chart]:
    """The search for T, and reliability at that T."""
    fitted = analysis.fitted
    curve = figures.temperature(analysis)
    found = {"temperature": number(fitted.temperature), "loss": number(fitted.loss)}
    return [
        _chart(
            words,
            "temperature",
            curve,
            "L(o/T)",
            words.fill("inspect_charts.temperature_readout", **found),
            joiner="→",
            points=points.temperature(words, analysis, curve["layout"]["yaxis"]["range"][1]),
        ),
        _reliability(words, "scaled", analysis.scaled_calibration),
    ]


def trust(words: Words, analysis: Analysis, diagnosis: Diagnosis, names: Sequence[str]) -> list[Chart]:
    """Reliability in bins of equal mass and without bins, and of each class alone."""
    ece = words.fill("inspect_charts.ece_readout", ece=number(diagnosis.equal_mass.ece))
    parts = diagnosis.corp.brier
    errors = diagnosis.classwise_ece
    worst = trust_figures.worst_classes(errors)[:10]
    return [
        _chart(
            words,
            "equal_mass",
            trust_figures.equal_mass(diagnosis.equal_mass),
            ece,
            ece,
            points=points.bins(words, diagnosis.equal_mass, centred=False),
        ),
        _chart(
            words,
            "corp",
            trust_figures.corp(diagnosis.corp, analysis.calibration),
            f"MCB {number(parts.miscalibration)}",
            words.fill("inspect.diagnosis.corp_readout", **brier_parts(diagnosis)),
            points=points.steps(words, diagnosis.corp),
        ),
        _chart(
            words,
            "classwise",
            trust_figures.classwise(errors, names),
            words.fill("inspect_charts.ece_readout", ece=number(diagnosis.mean_classwise_ece)),
            ", ".join(f"{names[k]} {number(float(errors[k]))}" for k in worst),
            points=points.classwise(words, errors, names),
        ),
    ]


def brier_parts(diagnosis: Diagnosis) -> dict[str, str]:
    """The parts of the Brier score of right and wrong, as a sentence wants them."""
    parts = diagnosis.corp.brier
    return {
        "score": number(parts.score),
        "miscalibration": number(parts.miscalibration),
        "discrimination": number(parts.discrimination),
        "uncertainty": number(parts.uncertainty),
    }


def risk(words: Words, diagnosis: Diagnosis) -> Chart:
    """How many errors are left if only the surest rows are left to the model."""
    curve = diagnosis.risk_coverage
    return _chart(
        words,
        "risk",
        trust_figures.risk(curve),
        f"AURC {number(curve.aurc)}",
        f"AURC {number(curve.aurc)}",
        points=points.risk(words, curve),
    )


def confusion(words: Words, analysis: Analysis, names: Sequence[str]) -> Chart:
    """Which classes are taken for which; a cell can be picked."""
    shown = figures.shown_classes(analysis)
    off = [(int(analysis.confusion[i, j]), names[i], names[j]) for i in shown for j in shown if i != j]
    count, label, predicted = max(off, key=lambda cell: cell[0])
    figure = figures.confusion(analysis, names)
    figure["data"][0]["customdata"] = points.cells(words, analysis, shown)
    chart = _chart(
        words,
        "confusion",
        figure,
        "",
        words.fill("inspect_charts.confusion_readout", count=count, label=label, predicted=predicted),
        kind="matrix",
        hint="confusion" if len(shown) == analysis.num_classes else "confusion_part",
    )
    return replace(chart, cells=words["inspect.points.cell_readout"], labels=tuple(names[k] for k in shown))


def _reliability(words: Words, name: str, calibration: Reliability) -> Chart:
    ece = words.fill("inspect_charts.ece_readout", ece=number(calibration.ece))
    return _chart(
        words,
        name,
        trust_figures.reliability(calibration),
        ece,
        ece,
        hint="reliability",
        points=points.bins(words, calibration, centred=True),
    )


def _extremes(words: Words, smallest: float, largest: float) -> str:
    return words.fill("train_charts.extremes_readout", largest=number(largest), smallest=number(smallest))


def _chart(
    words: Words,
    name: str,
    figure: Figure,
    formula: str,
    now: str,
    *,
    kind: str = "plain",
    joiner: str = "",
    hint: str = "",
    points: Points = (),
) -> Chart:
    title = words[f"inspect_charts.{name}"]
    return Chart(
        name=name,
        figure=figure,
        title=title,
        alt=words.fill("charts.bars_readout", title=title, values=now),
        formula=formula,
        hint=words[f"inspect_charts.{hint or name}_hint"],
        joiner=joiner,
        kind=kind,
        points=points,
    )
