"""Why cross-entropy, part one: how hard each loss pulls, by how wrong the model is, and why."""

from __future__ import annotations

import math

from ce_viz.core import Scenario
from ce_viz.core.once import once_per_key
from ce_viz.core.studies.comparison import GapCurves, gap_curves, gradient_sizes
from ce_viz.live import Board, Chart, View
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import figures, formulas
from ce_viz.pages.why.names import axis_words, loss_names
from ce_viz.strings.numbers import number

BOARD = "why_board_gradient"
EXAMPLES = (10, 20)


@once_per_key(maxsize=64)
def _curves(scenario: Scenario) -> GapCurves:
    return gap_curves(scenario)


def show(visit: Visit) -> View:
    """Both gradients over the gap, and what they are made of."""
    gap = _curves(visit.scenario)
    charts = (_sizes(visit, gap), _factors(visit, gap))
    return View((Board(BOARD, charts, columns=2, height=250),), results={"gap_curves": gap})


def table(visit: Visit) -> str:
    """The current gradients above those of two plain cases, as Markdown."""
    words, count, gap = visit.words, visit.explanation.num_classes, _curves(visit.scenario)
    rows = [(words.fill("why.gradient.yours_readout", gap=number(gap.gap)), *gap.sizes)]
    for ahead in EXAMPLES:
        logits, targets = [float(ahead), *[0.0] * (count - 1)], [0.0, 1.0, *[0.0] * (count - 2)]
        rows.append((f"{ahead} \\*", *gradient_sizes(logits, targets)))
    heads = [words["why.gradient.table_gap"], *loss_names(words)]
    lines = [f"| {' | '.join(heads)} |", "|:--|--:|--:|"]
    lines += [f"| {case} | **{pull(cross)}** | **{pull(squared)}** |" for case, cross, squared in rows]
    return "\n".join(lines)


def both_formulas(visit: Visit) -> tuple[str, str]:
    """Both gradients by the label's logit, as LaTeX."""
    return formulas.gradients(visit.explanation, _curves(visit.scenario).label)


def pull(value: float) -> str:
    """A gradient's size: with five decimals, so that 0.99995 is not 1; far below 1 as a power of ten."""
    return number(value, 5 if value >= 1e-3 else 3)


def _sizes(visit: Visit, gap: GapCurves) -> Chart:
    words = visit.words
    cross, squared = gap.sizes
    return Chart(
        name="gap_gradients",
        figure=figures.gap_gradients(
            gap, loss_names(words), axis_words(words, "gap"), log=visit.settings["axis"] == "log"
        ),
        title=words["why.gradient.sizes"],
        formula="max |∂L/∂o|",
        hint=words["why.gradient.sizes_hint"],
        alt=words.fill(
            "why.gradient.gap_readout",
            gap=number(gap.gap),
            cross_entropy=pull(cross),
            squared_error=pull(squared),
        ),
        kind="plain",
    )


def _factors(visit: Visit, gap: GapCurves) -> Chart:
    words, explanation = visit.words, visit.explanation
    names = [words[f"why.gradient.factor_{name}"] for name in ("cross_entropy", "squared_error", "slope")]
    target, prob = float(explanation.targets[gap.label]), float(explanation.probs[gap.label])
    return Chart(
        name="gap_factors",
        figure=figures.gap_factors(gap, names, axis_words(words, "gap")),
        title=words["why.gradient.factors"],
        formula="∂L/∂S · ∂S/∂o",
        hint=words["why.gradient.factors_hint"],
        alt=words.fill(
            "why.gradient.factors_readout",
            gap=number(gap.gap),
            slope=number(float(explanation.jacobian[gap.label, gap.label])),
            cross_entropy=number(target / prob if prob else math.inf),
            squared_error=number(abs(prob - target)),
        ),
        kind="plain",
    )
