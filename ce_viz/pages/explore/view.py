"""What Explore shows and what a hand does there: the whole pipeline, o → S → L above, the gradient below."""

from __future__ import annotations

from dataclasses import replace

from ce_viz.live import Board, Chart, Edit, Event, Pick, Pieces, Tick, View
from ce_viz.live.route import Question
from ce_viz.pages import descent
from ce_viz.pages.cards import with_logit
from ce_viz.pages.explore.challenges import with_met
from ce_viz.pages.explore.settings import CHARTS as CHARTS
from ce_viz.pages.pipeline import MATRICES, loss_curve, pipeline, with_target
from ce_viz.pages.visit import Visit, picked_cell
from ce_viz.settings.shared import MAX_STEPS
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number, vector

BOARD = "explore"
TICK_MS = 120

_EXACT = 1e-11  # sums of up to 100 rounded numbers
_DIFFERENCES = 1e-5  # what central differences can reach
_COLUMNS = 4
_EXCERPT = 205  # pixels of a drawing: with its card and the page's edges, 320
_UNTOUCHED = Settings().undoable()
_INDEXED_BY_OUTPUT = ("probs", "loss", "probs_grad")  # a bar there is an output i; elsewhere it is a logit j


def show(visit: Visit) -> View:
    """The eight charts in page order, and the loss along a descent; while it plays, the next frame's time.

    Where the link names charts, these alone, low enough for a frame in another page.
    """
    charts = pipeline(visit)
    if is_untouched(visit.settings):
        charts[0] = replace(charts[0], glow=visit.settings["label"] - 1)
    if chosen := visit.settings["show"]:
        return View((_excerpt(visit, charts, chosen),))
    along = descent.losses(visit.settings, visit.explanation.loss)
    if along:
        charts.append(loss_curve(visit, along, span=_COLUMNS, height=150))
    goes_on = (
        visit.playing and visit.settings["descent_step"] < MAX_STEPS and visit.explanation.logits_grad.any()
    )
    board = Board(
        key=BOARD,
        charts=tuple(charts),
        headline=_headline(visit),
        columns=_COLUMNS,
        height=185,
        presented=114,
        picked=visit.cell if visit.settings["cell"] else None,
    )
    return View((board,), TICK_MS if goes_on else None)


def _excerpt(visit: Visit, charts: list[Chart], chosen: tuple[str, ...]) -> Board:
    """The chosen charts; what stands between two stays where they are neighbours on the whole page too."""
    names = [chart.name for chart in charts]
    kept = []
    for chart in charts:
        if chart.name in chosen:
            after = names[names.index(chart.name) + 1 :][:1]
            kept.append(chart if {*after} & {*chosen} else replace(chart, joiner=""))
    return Board(
        key=BOARD,
        charts=tuple(kept),
        columns=min(len(kept), _COLUMNS),
        height=_EXCERPT,
        presented=_EXCERPT,
        picked=visit.cell if visit.settings["cell"] else None,
    )


def act(settings: Settings, event: Event) -> Settings:
    """What a hand did on a chart, or the next step of a descent, becomes a setting."""
    count = len(settings["logits"])
    match event:
        case Edit(chart="logits") if event.index < count:
            return with_met(with_logit(settings, event))
        case Edit(chart="targets") if settings["mode"] == "soft" and event.index < count:
            return with_met(with_target(settings, event))
        case Pick(chart=chart, i=i, j=j) if max(i, j) <= count:
            return _picked(settings, chart, i, j)
        case Tick():
            return descent.advanced(settings)
    return settings


def is_slow(question: Question) -> bool:
    """Whether an answer may have to replay a descent."""
    return question.query.get("descent_step", "0") != "0"


def is_untouched(settings: Settings) -> bool:
    """Whether nobody has taken hold of anything yet."""
    return settings.undoable() == _UNTOUCHED


def _picked(settings: Settings, chart: str, i: int, j: int) -> Settings:
    """The settings with the output or the logit of the picked cell that the chart tells, the other kept."""
    count = len(settings["logits"])
    old_i, old_j = picked_cell(settings)
    if chart in _INDEXED_BY_OUTPUT:
        j = old_j
    elif chart == "chain_rule" and i == count:
        i = old_i  # below the terms stand their sums
    elif chart not in MATRICES:
        i = old_i
    return settings.changed(cell=(i + 1, j + 1)) if max(i, j) < count else settings


def _headline(visit: Visit) -> Pieces:
    """The gradient, the loss, and what must hold of them; nothing of what is covered."""
    explanation, words = visit.explanation, visit.words
    pieces: list[list[str]] = []
    if "logits_grad" not in visit.hidden:
        pieces += [["∂L/∂o = "], [vector(tuple(explanation.logits_grad.tolist())), "b"]]
    if "loss" not in visit.hidden:
        pieces += [
            ["\u2003 L\u00a0=\u00a0"],
            [words.fill("explore.loss_readout", loss=number(explanation.loss)), "b"],
        ]
    checks = _checks(visit)
    if visit.present:  # one line of large type: what fails, or that nothing does
        checks = [check for check in checks if not check[1]] or [(words["explore.checks_all"], True)]
    for text, holds in checks:
        pieces += [["\u2003 "], ["✓", "small", "lc-holds"] if holds else ["✗", "small", "lc-fails"]]
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
            max(explanation.jacobian_row_error, explanation.jacobian_column_error) <= _EXACT,
        ),
        (words["explore.checks_grad"], explanation.grad_sum_error <= _EXACT * scale),
        (words.fill("explore.checks_chain_readout", worst=number(worst)), worst <= _DIFFERENCES * scale),
    ]
