"""The cards of a round: its situation, and wrong beside right."""

from __future__ import annotations

from collections.abc import Sequence

from ce_viz.core.studies.pitfalls import Panel, Pitfall
from ce_viz.figures.style import Figure
from ce_viz.live import Chart
from ce_viz.pages.cards import LOGITS, bars_alternative, matrix_alternative
from ce_viz.pages.pitfalls import figures
from ce_viz.pages.visit import Visit, class_names
from ce_viz.strings.numbers import number

# By round and panel, else by panel.
_FORMULAS = {
    "logits": "o",
    "probs": "S = softmax(o)",
    "targets": "y",
    "hard": "y",
    "jacobian": "∂S_i/∂o_j",
    "probs_grad": "−y_i/S_i",
    "terms": "M_{i j}",
    "loss": "L",
    "losses": "L",
    "logits_as_probs.wrong_shares": "o/Σ o",
    "logits_as_probs.wrong_shifted": "(o+5)/Σ(o+5)",
    "logits_as_probs.right_probs": "softmax(o)",
    "logits_as_probs.right_shifted": "softmax(o+5)",
    "softmax_axis.batch": "o",
    "softmax_axis.wrong_batch": "axis=0",
    "softmax_axis.wrong_alone": "axis=0",
    "softmax_axis.right_batch": "axis=−1",
    "softmax_axis.right_alone": "axis=−1",
    "double_softmax.wrong_twice": "softmax(S)",
    "double_softmax.right_once": "S",
    "labels_from_one.probs": "S",
    "label_smoothing.wrong_targets": "ε/(K−1)",
    "label_smoothing.right_targets": "ε/K",
    "label_smoothing.wrong_optimum": "log y",
    "label_smoothing.right_optimum": "log y",
    "softmax_derivative.wrong_jacobian": "S_i(1−S_i)",
    "softmax_derivative.wrong_grad": "−y(1−S)",
    "softmax_derivative.right_grad": "S − y",
    "sum_index.wrong_terms": "Σ_j M_{i j}",
    "sum_index.right_terms": "Σ_i M_{i j}",
    "sum_index.right_grad": "S − y",
    "missing_derivative.wrong_factor": "S(1−S)",
    "missing_derivative.wrong_grad": "(S−y)·S(1−S)",
    "missing_derivative.right_grad": "S − y",
    "sum_of_targets.right_grad": "S Σ y − y",
    "squared_error.entropy_grad": "S − y",
    "squared_error.wrong_by_probs": "S − y",
    "squared_error.right_by_logits": "J(S − y)",
    "squared_error.wrong_strength": "max |∂L/∂o|",
    "squared_error.right_strength": "max |∂L/∂o|",
    "log_zero.wrong_loss_terms": "−y log S",
    "log_zero.wrong_grad": "(−y/S) J",
    "log_zero.right_grad": "S − y",
    "batch_reduction.summed": "∂L/∂b",
    "batch_reduction.wrong_step": "−η ∂L/∂b",
    "batch_reduction.right_step": "−η ∂L/∂b",
}
_MARKS = {"": "", "wrong_": "✗ ", "right_": "✓ "}


def names_of(visit: Visit, pitfall: Pitfall) -> tuple[str, ...]:
    """What the round's classes are called: a round may bring another number of them than the settings have."""
    return class_names(visit.words, visit.settings["names"], len(pitfall.scenario.logits))


def situation(visit: Visit, pitfall: Pitfall, *, editable: bool) -> list[Chart]:
    """What the question is about; the logits can be taken hold of if ``editable``."""
    names, axes = names_of(visit, pitfall), visit.words.section("pitfalls.axes")
    return [
        _card(visit, pitfall, "", panel, figures.draw(panel, names, axes), names=names, editable=editable)
        for panel in pitfall.situation
    ]


def comparison(visit: Visit, pitfall: Pitfall) -> list[Chart]:
    """Each wrong panel followed by the right one, on the same axes."""
    names, axes = names_of(visit, pitfall), visit.words.section("pitfalls.axes")
    cards = []
    for wrong, right in zip(pitfall.wrong, pitfall.right, strict=True):
        drawn = figures.pair(wrong, right, names, axes)
        for part, panel, figure in zip(("wrong_", "right_"), (wrong, right), drawn, strict=True):
            cards.append(_card(visit, pitfall, part, panel, figure, names=names))
    return cards


def _card(
    visit: Visit,
    pitfall: Pitfall,
    part: str,
    panel: Panel,
    figure: Figure,
    *,
    names: Sequence[str],
    editable: bool = False,
) -> Chart:
    own_key = f"{pitfall.name}.{part}{panel.name}"
    title = _title(visit, own_key, panel)
    moves = editable and panel.name == "logits"
    return Chart(
        name=part + panel.name,
        figure=figure,
        title=_MARKS[part] + title,
        formula=_FORMULAS.get(own_key, _FORMULAS.get(panel.name, "")),
        hint=visit.words["pitfalls.drag"] if moves else "",
        alt=_alternative(visit, title, panel, names),
        kind=_kind(panel),
        editable=LOGITS if moves else None,
        labels=visit.slider_labels if moves else (),
    )


def _title(visit: Visit, own_key: str, panel: Panel) -> str:
    key = f"pitfalls.{own_key}"
    if key in visit.words:
        return visit.words[key]
    return visit.words[f"charts.{'chain_rule' if panel.name == 'terms' else panel.name}"]


def _kind(panel: Panel) -> str:
    return "plain" if panel.at is not None else "matrix" if panel.values.ndim == 2 else "bars"


def _alternative(visit: Visit, title: str, panel: Panel, names: Sequence[str]) -> str:
    """What the chart shows, in words."""
    if panel.values.ndim == 2:
        return matrix_alternative(visit.words, title, panel.values.tolist())
    values = panel.values.tolist()
    if panel.at is None:
        return bars_alternative(visit.words, title, figures.ticks(panel.columns, len(values), names), values)
    return visit.words.fill(
        "pitfalls.curve_readout",
        title=title,
        first=number(values[0]),
        last=number(values[-1]),
        low=number(min(values)),
        high=number(max(values)),
    )
