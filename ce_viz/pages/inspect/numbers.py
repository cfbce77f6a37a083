"""The numbers of Your logits as text: the charts' twin."""

from __future__ import annotations

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.calibration import Reliability
from ce_viz.pages.inspect.work import Work
from ce_viz.strings import Words
from ce_viz.strings.numbers import field


def table(words: Words, work: Work, analysis: Analysis) -> str:
    """Classes, confusion, calibration and temperature, tab-separated, in full precision."""
    classes, count = analysis.classes, len(analysis.rows)
    heads = ("class_column", "support", "predicted_count", "precision", "recall", "mean_loss")
    columns = (classes.support, classes.predicted, classes.precision, classes.recall, classes.mean_loss)
    lines = ["\t".join([*(words[f"inspect.{head}"] for head in heads), "(1/N) Σ (S − y)", "Σ (S − y)"])]
    for k, name in enumerate(work.names):
        grad = float(analysis.scores.mean_grad[k])
        values = [*(float(column[k]) for column in columns), grad, count * grad]
        lines.append("\t".join([name, *map(field, values)]))
    lines += ["", "\t".join([words["inspect_charts.confusion"], *work.names])]
    for name, row in zip(work.names, analysis.confusion.tolist(), strict=True):
        lines.append("\t".join([name, *map(str, row)]))
    lines += _bins(words, "reliability", analysis.calibration)
    lines += _bins(words, "scaled", analysis.scaled_calibration)
    lines += ["", "\t".join(["T", words["inspect.mean_loss"]])]
    curve = zip(analysis.curve_temperatures.tolist(), analysis.curve_losses.tolist(), strict=True)
    lines += ["\t".join(map(field, point)) for point in curve]
    return "\n".join(lines)


def _bins(words: Words, name: str, calibration: Reliability) -> list[str]:
    heads = ("confidence", "accuracy", "support")
    lines = ["", words[f"inspect_charts.{name}"], "\t".join(words[f"inspect.{head}"] for head in heads)]
    columns = (calibration.confidence, calibration.accuracy, calibration.counts)
    lines += [
        "\t".join(map(field, row)) for row in zip(*(column.tolist() for column in columns), strict=True)
    ]
    return [*lines, f"ECE\t{field(calibration.ece)}"]
