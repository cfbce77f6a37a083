"""What the points of Your logits' charts say: a bin, a class, a temperature, a threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ce_viz.core.inspection.analysis import LOSS_EDGES, Analysis
from ce_viz.core.inspection.calibration import Reliability
from ce_viz.core.inspection.corp import Corp
from ce_viz.core.inspection.metrics import Floats
from ce_viz.core.inspection.risk_coverage import RiskCoverage
from ce_viz.pages.inspect.trust_figures import filled, worst_classes
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

Points = tuple[tuple[float, float, str], ...]

_MOST = 200  # points of a chart
_MOST_DECIMALS = 4


def share(value: float) -> str:
    """A share in percent, with as many decimals as keep it off 0 % and 100 % where it is neither.

    >>> share(0.87654), share(0.99996), share(1 - 1e-9), share(1.0)
    ('87.7%', '99.996%', '>99.9999%', '100%')
    """
    if value in (0.0, 1.0):
        return f"{100 * value:.0f}%"
    for decimals in range(1, _MOST_DECIMALS + 1):
        text = f"{100 * value:.{decimals}f}"
        if 0 < float(text) < 100:
            return f"{text}%"
    least = 10.0**-_MOST_DECIMALS
    return f">{100 - least:.{_MOST_DECIMALS}f}%" if value > 0.5 else f"<{least:.{_MOST_DECIMALS}f}%"


def losses(words: Words, analysis: Analysis) -> Points:
    """Rows per bin of loss; the outer bins hold what lies beyond them."""
    edges = LOSS_EDGES.tolist()
    last = len(edges) - 2
    return tuple(
        (
            (edges[at] + edges[at + 1]) / 2,
            float(count),
            words.fill(
                "inspect.points.loss_readout",
                low="0" if at == 0 else number(10 ** edges[at]),
                high="∞" if at == last else number(10 ** edges[at + 1]),
                rows=f"{count:,}",
            ),
        )
        for at, count in enumerate(analysis.loss_counts.tolist())
        if count
    )


def grad_norms(words: Words, analysis: Analysis, scale: float) -> Points:
    """Rows per bin of the gradient's length."""
    edges = (analysis.grad_norm_edges * scale).tolist()
    return tuple(
        (
            (edges[at] + edges[at + 1]) / 2,
            float(count),
            words.fill(
                "inspect.points.norm_readout",
                low=number(edges[at]),
                high=number(edges[at + 1]),
                rows=f"{count:,}",
            ),
        )
        for at, count in enumerate(analysis.grad_norm_counts.tolist())
        if count
    )


def classes(words: Words, values: Sequence[float], names: Sequence[str]) -> Points:
    """The value of each class, in the order of the bars."""
    pairs = zip(values, names, strict=True)
    return tuple(
        (float(at), value, words.fill("inspect.points.class_readout", name=name, value=number(value)))
        for at, (value, name) in enumerate(pairs)
    )


def classwise(words: Words, errors: Floats, names: Sequence[str]) -> Points:
    """The calibration error of each class that is drawn."""
    order = worst_classes(errors)
    return classes(words, [float(errors[k]) for k in order], [names[k] for k in order])


def bins(words: Words, calibration: Reliability, *, centred: bool) -> Points:
    """Each bin with rows, at its middle or at its mean confidence."""
    low, high = calibration.accuracy_interval()
    edges = calibration.edges.tolist()
    return tuple(
        (
            (edges[at] + edges[at + 1]) / 2 if centred else float(calibration.confidence[at]),
            float(calibration.accuracy[at]),
            words.fill(
                "inspect.points.bin_readout",
                low=share(edges[at]),
                high=share(edges[at + 1]),
                rows=f"{int(calibration.counts[at]):,}",
                confidence=share(float(calibration.confidence[at])),
                accuracy=share(float(calibration.accuracy[at])),
                least=share(float(low[at])),
                most=share(float(high[at])),
            ),
        )
        for at in filled(calibration)
    )


def steps(words: Words, corp: Corp) -> Points:
    """Each step of the reliability without bins, at its middle."""
    every = math.ceil(len(corp.counts) / _MOST)
    rows = zip(
        corp.low[::every].tolist(),
        corp.high[::every].tolist(),
        corp.accuracy[::every].tolist(),
        corp.counts[::every].tolist(),
        strict=True,
    )
    return tuple(
        (
            (low + high) / 2,
            accuracy,
            words.fill(
                "inspect.points.step_readout",
                low=share(low),
                high=share(high),
                rows=f"{count:,}",
                accuracy=share(accuracy),
            ),
        )
        for low, high, accuracy, count in rows
    )


def temperature(words: Words, analysis: Analysis, top: float) -> Points:
    """The mean loss at each temperature of the curve, as far up as it is drawn."""
    pairs = zip(analysis.curve_temperatures.tolist(), analysis.curve_losses.tolist(), strict=True)
    return tuple(
        (
            math.log10(at),
            min(loss, top),
            words.fill("inspect.points.temperature_readout", temperature=number(at), loss=number(loss)),
        )
        for at, loss in pairs
        if math.isfinite(loss)
    )


def cells(words: Words, analysis: Analysis, shown: Sequence[int]) -> list[list[str]]:
    """What each cell of the confusion matrix says of its rows, for the classes that are shown."""
    supports = [int(analysis.classes.support[i]) for i in shown]
    return [
        [
            words.fill(
                "inspect.points.confused_readout",
                rows=f"{(count := int(analysis.confusion[i, j])):,}",
                share=share(count / support) if support else "–",
            )
            for j in shown
        ]
        for i, support in zip(shown, supports, strict=True)
    ]


def risk(words: Words, curve: RiskCoverage) -> Points:
    """The share of errors at each threshold."""
    rows = zip(curve.coverage.tolist(), curve.risk.tolist(), curve.threshold.tolist(), strict=True)
    return tuple(
        (
            coverage,
            errors,
            words.fill(
                "inspect.points.risk_readout",
                coverage=share(coverage),
                risk=share(errors),
                threshold=share(threshold),
            ),
        )
        for coverage, errors, threshold in rows
    )
