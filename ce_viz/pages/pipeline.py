"""The cards of the whole road, o → S → L above and the gradient below, for the pages that show some or all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ce_viz.core import rescale_others
from ce_viz.core.scenario import MAX_TARGET
from ce_viz.figures import quantities
from ce_viz.figures.style import Figure
from ce_viz.live import Chart, Edit, Editable
from ce_viz.pages.cards import LOGITS, bars_alternative, matrix_alternative, replaced
from ce_viz.pages.visit import Visit
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number

MATRICES = ("jacobian", "chain_rule")
_FORMULAS = {
    "logits": "o",
    "probs": "S = softmax(o)",
    "targets": "y",
    "loss": "−y_k log S_k",
    "probs_grad": "∂L/∂S_i = −y_i/S_i",
    "jacobian": "∂S_i/∂o_j",
    "chain_rule": "∂L/∂S_i · ∂S_i/∂o_j",
    "logits_grad": "∂L/∂o_j",
}
_JOINERS = {"logits": "→", "targets": "→", "probs_grad": "×", "jacobian": "=", "chain_rule": "Σ↓"}


def pipeline(visit: Visit) -> list[Chart]:
    """The eight charts in page order."""
    explanation, names, words = visit.explanation, visit.names, visit.words
    # A covered label is not drawn across the softmax either.
    probs = quantities.probs if "targets" in visit.hidden else quantities.probs_beside_targets
    drawn: dict[str, tuple[Figure, list[Any]]] = {
        "logits": (quantities.logits(explanation, names), explanation.logits.tolist()),
        "probs": (probs(explanation, names), explanation.probs.tolist()),
        "targets": (quantities.targets(explanation, names), explanation.targets.tolist()),
        "loss": (
            quantities.loss(explanation, names),
            [*explanation.loss_terms.tolist(), explanation.loss],
        ),
        "probs_grad": (quantities.probs_grad(explanation, names), explanation.probs_grad.tolist()),
        "jacobian": (quantities.jacobian(explanation), explanation.jacobian.tolist()),
        "chain_rule": (
            quantities.chain_rule(explanation),
            [*explanation.chain_rule.tolist(), explanation.chain_rule_sum.tolist()],
        ),
        "logits_grad": (quantities.logits_grad(explanation, names), explanation.logits_grad.tolist()),
    }
    editable = {"logits": LOGITS}
    labels = {"logits": visit.slider_labels}
    if visit.scenario.mode == "soft":
        editable["targets"] = Editable(0.0, 1.0 if keeps_sum(visit.settings) else 2.0, typed_high=MAX_TARGET)
        labels["targets"] = tuple(
            words.fill("charts.slider_targets_readout", k=k + 1, name=name) for k, name in enumerate(names)
        )
    joiners = _JOINERS | {"probs": words["charts.versus"]}
    return [
        Chart(
            name=name,
            figure=figure,
            title=words[f"charts.{name}"],
            formula=_formula(visit, name),
            hint=_hint(visit, name),
            alt=_alternative(visit, name, values),
            joiner=joiners.get(name, ""),
            kind="matrix" if name in MATRICES else "bars",
            editable=editable.get(name),
            labels=labels.get(name, ()),
        )
        for name, (figure, values) in drawn.items()
    ]


def loss_curve(visit: Visit, along: Sequence[float], *, span: int, height: int | None = None) -> Chart:
    """The loss along a descent."""
    words = visit.words
    reached = words.fill("learn.steps_readout", step=len(along) - 1, loss=number(along[-1]))
    return Chart(
        name="loss_curve",
        figure=quantities.loss_curve(along),
        title=words["learn.curve"],
        formula="L",
        hint=reached,
        alt=f"{words['learn.curve']}: {reached}",
        span=span,
        kind="plain",
        hidden="loss" in visit.hidden,
        height=height,
    )


def with_target(settings: Settings, edit: Edit) -> Settings:
    """The settings after a label weight's bar was moved."""
    targets = replaced(settings["targets"], edit)
    if keeps_sum(settings):
        targets = tuple(rescale_others(targets, edit.index).tolist())
    return settings.changed(targets=targets)


def keeps_sum(settings: Settings) -> bool:
    """Whether the other label weights make room for one that is moved: they have a sum of 1 to keep."""
    return not settings["free_sum"] and math.isclose(math.fsum(settings["targets"]), 1.0, abs_tol=1e-9)


def _formula(visit: Visit, name: str) -> str:
    if name == "probs" and visit.explanation.temperature != 1:
        return "S = softmax(o/T)"
    if name != "logits_grad":
        return _FORMULAS[name]
    inside = "S_j − y_j" if visit.sums_to_one else "S_j Σ y − y_j"
    return f"∂L/∂o_j = {inside}" if visit.explanation.temperature == 1 else f"∂L/∂o_j = ({inside})/T"


def _hint(visit: Visit, name: str) -> str:
    """How a chart is read, where the settings ask for other words too."""
    scaled, words = visit.explanation.temperature != 1, visit.words
    if name == "targets" and visit.scenario.mode == "soft":
        name = "targets_drag"
    elif name == "jacobian" and scaled:
        name = "jacobian_scaled"
    elif name == "logits_grad" and not scaled and visit.sums_to_one:
        name = "logits_grad_same"  # each mark lies on its bar's end
    elif name == "probs":
        name = "probs_soft" if visit.scenario.mode == "soft" else "probs_line"
    return words[f"charts.{name}_hint"]


def _alternative(visit: Visit, name: str, values: list[Any]) -> str:
    title = visit.words[f"charts.{name}"]
    if name in MATRICES:
        return matrix_alternative(visit.words, title, values)
    return bars_alternative(visit.words, title, [*visit.names, "L"], values)
