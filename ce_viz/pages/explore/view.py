"""What Explore shows and what a hand does there: the whole pipeline, o → S → L above, the gradient below."""

from __future__ import annotations

import math
from typing import Any

from ce_viz.core import rescale_others
from ce_viz.core.scenario import MAX_TARGET
from ce_viz.figures import quantities
from ce_viz.figures.style import Figure
from ce_viz.live import Board, Chart, Edit, Editable, Event, Pick, Pieces, Tick, View
from ce_viz.live.route import Question
from ce_viz.pages.cards import LOGITS, bars_alternative, matrix_alternative, replaced, with_logit
from ce_viz.pages.explore import descent, figures
from ce_viz.pages.explore.settings import CHARTS as CHARTS
from ce_viz.pages.explore.settings import MAX_STEPS
from ce_viz.pages.visit import Visit, picked_cell
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number, vector

BOARD = "explore"
TICK_MS = 120

_EXACT = 1e-11  # sums of up to 100 rounded numbers
_DIFFERENCES = 1e-5  # what central differences can reach
_COLUMNS = 4
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
_MATRICES = ("jacobian", "chain_rule")
_INDEXED_BY_OUTPUT = ("probs", "loss", "probs_grad")  # a bar there is an output i; elsewhere it is a logit j


def show(visit: Visit) -> View:
    """The eight charts in page order, and the loss along a descent; while it plays, the next frame's time."""
    charts = pipeline(visit)
    along = descent.losses(visit.settings, visit.explanation.loss)
    if along:
        charts.append(_loss_curve(visit, along))
    goes_on = (
        visit.playing and visit.settings["descent_step"] < MAX_STEPS and visit.explanation.logits_grad.any()
    )
    board = Board(
        key=BOARD,
        charts=tuple(charts),
        headline=_headline(visit),
        columns=_COLUMNS,
        height=185,
        presented=258,
        picked=visit.cell,
    )
    return View((board,), TICK_MS if goes_on else None)


def act(settings: Settings, event: Event) -> Settings:
    """What a hand did on a chart, or the next step of a descent, becomes a setting."""
    count = len(settings["logits"])
    match event:
        case Edit(chart="logits") if event.index < count:
            return with_logit(settings, event)
        case Edit(chart="targets") if settings["mode"] == "soft" and event.index < count:
            targets = replaced(settings["targets"], event)
            if keeps_sum(settings):
                targets = tuple(rescale_others(targets, event.index).tolist())
            return settings.changed(targets=targets)
        case Pick(chart=chart, i=i, j=j) if max(i, j) <= count:
            return _picked(settings, chart, i, j)
        case Tick():
            return descent.advanced(settings)
    return settings


def is_slow(question: Question) -> bool:
    """Whether an answer may have to replay a descent."""
    return question.query.get("descent_step", "0") != "0"


def keeps_sum(settings: Settings) -> bool:
    """Whether the other label weights make room for one that is moved: they have a sum of 1 to keep."""
    return not settings["free_sum"] and math.isclose(math.fsum(settings["targets"]), 1.0, abs_tol=1e-9)


def _picked(settings: Settings, chart: str, i: int, j: int) -> Settings:
    """The settings with the output or the logit of the picked cell that the chart tells, the other kept."""
    count = len(settings["logits"])
    old_i, old_j = picked_cell(settings)
    if chart in _INDEXED_BY_OUTPUT:
        j = old_j
    elif chart == "chain_rule" and i == count:
        i = old_i  # below the terms stand their sums
    elif chart not in _MATRICES:
        i = old_i
    return settings.changed(cell=(i + 1, j + 1)) if max(i, j) < count else settings


def pipeline(visit: Visit) -> list[Chart]:
    """The eight charts in page order."""
    explanation, names, words = visit.explanation, visit.names, visit.words
    drawn: dict[str, tuple[Figure, list[Any]]] = {
        "logits": (quantities.logits(explanation, names), explanation.logits.tolist()),
        "probs": (quantities.probs(explanation, names), explanation.probs.tolist()),
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
    special = {}
    if visit.scenario.mode == "soft":
        editable["targets"] = Editable(0.0, 1.0 if keeps_sum(visit.settings) else 2.0, typed_high=MAX_TARGET)
        labels["targets"] = tuple(
            words.fill("charts.slider_targets_readout", k=k + 1, name=name) for k, name in enumerate(names)
        )
        special["targets"] = "targets_drag"
    if explanation.temperature != 1:
        special["jacobian"] = "jacobian_scaled"
    joiners = _JOINERS | {"probs": words["charts.versus"]}
    return [
        Chart(
            name=name,
            figure=figure,
            title=words[f"charts.{name}"],
            formula=_formula(visit, name),
            hint=words[f"charts.{special.get(name, name)}_hint"],
            alt=_alternative(visit, name, values),
            joiner=joiners.get(name, ""),
            kind="matrix" if name in _MATRICES else "bars",
            editable=editable.get(name),
            labels=labels.get(name, ()),
        )
        for name, (figure, values) in drawn.items()
    ]


def _formula(visit: Visit, name: str) -> str:
    if name == "probs" and visit.explanation.temperature != 1:
        return "S = softmax(o/T)"
    if name != "logits_grad":
        return _FORMULAS[name]
    inside = "S_j − y_j" if visit.sums_to_one else "S_j Σ y − y_j"
    return f"∂L/∂o_j = {inside}" if visit.explanation.temperature == 1 else f"∂L/∂o_j = ({inside})/T"


def _alternative(visit: Visit, name: str, values: list[Any]) -> str:
    title = visit.words[f"charts.{name}"]
    if name in _MATRICES:
        return matrix_alternative(visit.words, title, values)
    return bars_alternative(visit.words, title, [*visit.names, "L"], values)


def _loss_curve(visit: Visit, along: list[float]) -> Chart:
    words = visit.words
    reached = words.fill("learn.steps_readout", step=len(along) - 1, loss=number(along[-1]))
    return Chart(
        name="loss_curve",
        figure=figures.loss_curve(along),
        title=words["learn.curve"],
        formula="L",
        hint=reached,
        alt=f"{words['learn.curve']}: {reached}",
        span=_COLUMNS,
        kind="plain",
        hidden="loss" in visit.hidden,
        height=150,
    )


def _headline(visit: Visit) -> Pieces:
    """The gradient, the loss, and what must hold of them; nothing of what is covered."""
    explanation, words = visit.explanation, visit.words
    pieces: list[list[str]] = []
    if "logits_grad" not in visit.hidden:
        inside = "S − y" if visit.sums_to_one else "S·Σy − y"
        formula = inside if explanation.temperature == 1 else f"({inside})/T"
        pieces += [[f"∂L/∂o = {formula} = "], [vector(tuple(explanation.logits_grad.tolist())), "b"]]
    if "loss" not in visit.hidden:
        pieces += [
            ["\u2003 L\u00a0=\u00a0"],
            [words.fill("explore.loss_readout", loss=number(explanation.loss)), "b"],
        ]
    for text, holds in _checks(visit):
        pieces += [["\u2003 "], ["✓", "lc-holds", "small"] if holds else ["✗", "lc-fails", "small"]]
        pieces.append([f"\u00a0{text}", "small"])
    return pieces


def _checks(visit: Visit) -> list[tuple[str, bool]]:
    """What must hold of the numbers, and whether it does."""
    explanation, words = visit.explanation, visit.words
    worst = max(explanation.chain_rule_error, explanation.finite_difference_error)
    scale = max(1.0, explanation.targets_sum, explanation.targets_sum / explanation.temperature)
    return [
        (words["explore.checks_probs"], explanation.probs_sum_error <= _EXACT),
        (
            words["explore.checks_jacobian"],
            max(explanation.jacobian_row_error, explanation.jacobian_column_error) <= _EXACT * scale,
        ),
        (words["explore.checks_grad"], explanation.grad_sum_error <= _EXACT * scale),
        (words.fill("explore.checks_chain_readout", worst=number(worst)), worst <= _DIFFERENCES * scale),
    ]
