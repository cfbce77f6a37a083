"""What the derivation shows beside its formulas and what a hand does there: a step's charts, and the cell (i, j)."""

from __future__ import annotations

from ce_viz.core import explain
from ce_viz.core.studies.derivation import Derivation, derive
from ce_viz.live import Board, Edit, Event, Pick, View
from ce_viz.live.route import Question
from ce_viz.pages.cards import replaced, with_logit
from ce_viz.pages.derivation.charts import INDEXED_BY_LOGIT, INDEXED_BY_OUTPUT
from ce_viz.pages.derivation.settings import CHARTS as CHARTS
from ce_viz.pages.derivation.steps import step_of
from ce_viz.pages.presenting import neighbour
from ce_viz.pages.visit import Visit, picked_cell
from ce_viz.settings.value import Settings

BOARD = "derivation"

_HEIGHTS = {1: 360, 2: 250}  # pixels of a card, where there are few
_EXTRA = 0.5  # weight given to a class to leave Σy = 1


def show(visit: Visit) -> View:
    """The charts of the step."""
    step, proof = step_of(visit), proof_of(visit)
    cards = step.cards(visit, step.at_case(proof))
    height = _HEIGHTS.get(len(cards), 165)
    board = Board(key=BOARD, charts=cards, columns=2, height=height)
    return View((board,), results={"derivation": proof})


def act(settings: Settings, event: Event) -> Settings:
    """What a hand did on a chart becomes a setting."""
    match event:
        case Edit(chart="logits") if event.index < len(settings["logits"]):
            return with_logit(settings, event)
        case Edit(chart="inputs") if event.index < len(settings["x"]):
            return settings.changed(x=replaced(settings["x"], event))
        case Pick(chart=chart, i=i, j=j):
            return _picked(settings, chart, i, j)
    return settings


def turn(settings: Settings, by: int) -> Settings:
    """The settings one step on or back."""
    return settings.changed(step=neighbour(settings, "step", by))


def is_slow(_: Question) -> bool:
    """Whether an answer may take more than a few milliseconds: with few classes, none does."""
    return False


def proof_of(visit: Visit) -> Derivation:
    """The proof at the picked cell."""
    return derive(visit.explanation, *visit.cell, visit.settings["x"])


def leaving_one(settings: Settings) -> Settings:
    """The settings with more weight on a class other than j, so that the label no longer sums to 1."""
    scenario = settings.scenario
    heavier = derive(explain(scenario), *picked_cell(settings), settings["x"]).other
    targets = tuple(target + _EXTRA * (k == heavier) for k, target in enumerate(scenario.effective_targets))
    return settings.changed(mode="soft", targets=targets)


def _picked(settings: Settings, chart: str, i: int, j: int) -> Settings:
    """The settings with the output or the logit of the picked bar or cell, the other kept."""
    old_i, old_j = picked_cell(settings)
    if chart in INDEXED_BY_OUTPUT:
        j = old_j
    elif chart in INDEXED_BY_LOGIT:
        i = old_i
    elif chart == "weight_grad":  # its rows are logits
        i, j = old_i, i
    elif chart not in ("jacobian", "chain_rule"):
        return settings
    is_cell = max(i, j) < len(settings["logits"])  # sums are none
    return settings.changed(cell=(i + 1, j + 1)) if is_cell else settings
