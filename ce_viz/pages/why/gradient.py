"""Why cross-entropy, part one: how hard each loss pulls, by how wrong the model is, and why."""

from __future__ import annotations

import streamlit as st

from ce_viz.core.studies.comparison import GapCurves, gap_curves, gradient_sizes
from ce_viz.live import Chart
from ce_viz.pages.frame import shown
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import figures
from ce_viz.pages.why import formulas as why_formulas
from ce_viz.pages.why.controls import axis_words, loss_names
from ce_viz.strings.numbers import number

EXAMPLES = (10, 20)


def part(visit: Visit) -> None:
    """Draw the part."""
    words = visit.words
    gap = gap_curves(visit.scenario)
    shown.show(gap_curves=gap)
    story, axis = st.columns([4, 1], vertical_alignment="bottom")
    story.markdown(words["why.gradient.story"])
    axis.segmented_control(
        words["why.gradient.axis"],
        ["linear", "log"],
        format_func=lambda code: words[f"why.gradient.{code}"],
        required=True,
        width="stretch",
        **link.widget("axis"),
    )
    board(visit, "why_board_gradient", _charts(visit, gap), columns=2, height=250)
    table, reason = st.columns([1, 1], gap="medium")
    with table:
        st.markdown(_table(visit, gap))
        st.caption(words.fill("why.gradient.example_readout", count=visit.explanation.num_classes))
    reason.markdown(words["why.gradient.why"])
    for column, formula in zip(
        st.columns(2, gap="medium"), why_formulas.gradients(visit.explanation, gap.label), strict=True
    ):
        column.latex(formula)


def pull(value: float) -> str:
    """A gradient's size: with five decimals, so that 0.99995 is not 1; far below 1 as a power of ten."""
    return number(value, 5 if value >= 1e-3 else 3)


def _charts(visit: Visit, gap: GapCurves) -> list[Chart]:
    words = visit.words
    here = axis_words(visit, "gap")
    factors = [words[f"why.gradient.factor_{name}"] for name in ("cross_entropy", "squared_error", "slope")]
    slope = float(visit.explanation.jacobian[gap.label, gap.label])
    target, prob = float(visit.explanation.targets[gap.label]), float(visit.explanation.probs[gap.label])
    pulls = target / prob if prob else float("inf"), 2 * abs(prob - target)
    return [
        Chart(
            name="gap_gradients",
            figure=figures.gap_gradients(
                gap, loss_names(visit, short=True), here, log=link.get("axis") == "log"
            ),
            title=words["why.gradient.sizes"],
            formula="max |∂L/∂o|",
            hint=words["why.gradient.sizes_hint"],
            alt=words.fill(
                "why.gradient.gap_readout",
                gap=number(gap.gap),
                cross_entropy=pull(gap.sizes[0]),
                squared_error=pull(gap.sizes[1]),
            ),
            kind="plain",
        ),
        Chart(
            name="gap_factors",
            figure=figures.gap_factors(gap, factors, here),
            title=words["why.gradient.factors"],
            formula="∂L/∂S · ∂S/∂o",
            hint=words["why.gradient.factors_hint"],
            alt=words.fill(
                "why.gradient.factors_readout",
                gap=number(gap.gap),
                slope=number(slope),
                cross_entropy=number(pulls[0]),
                squared_error=number(pulls[1]),
            ),
            kind="plain",
        ),
    ]


def _table(visit: Visit, gap: GapCurves) -> str:
    """The current gradients above those of two plain cases."""
    words, count = visit.words, visit.explanation.num_classes
    rows = [(words.fill("why.gradient.yours_readout", gap=number(gap.gap)), *gap.sizes)]
    for ahead in EXAMPLES:
        logits, targets = [float(ahead), *[0.0] * (count - 1)], [0.0, 1.0, *[0.0] * (count - 2)]
        rows.append((f"{ahead} \\*", *gradient_sizes(logits, targets)))
    heads = [words["why.gradient.table_gap"], *loss_names(visit, short=True)]
    lines = [f"| {' | '.join(heads)} |", "|:--|--:|--:|"]
    lines += [f"| {case} | **{pull(cross)}** | **{pull(squared)}** |" for case, cross, squared in rows]
    return "\n".join(lines)
