"""How the task stands, above the charts: what follows a hand while it moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ce_viz.live import Pieces
from ce_viz.live.charts import formula_parts
from ce_viz.pages.lesson import scenes, tasks
from ce_viz.pages.lesson.settings import NUM_FOLDS, NUM_TRIES
from ce_viz.pages.lesson.tasks import BLOCKED, DONE, NEAR, VAIN, Look
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import field, number, vector

_Told = list[list[str]]
_GAP = "\u2003"


def headline(visit: Visit, at: Look) -> Pieces:
    """The line of the scene; nothing where the settings are not the scene's."""
    return _LINES[visit.settings["scene"]](visit, at) if scenes.fits(visit.settings) else []


def _sign(done: bool) -> _Told:
    return [["✓", "lc-holds"], [" "]] if done else []


def _note(visit: Visit, at: Look, task: str) -> _Told:
    """Why a task is not done yet, where it was tried in vain or cannot be done from here."""
    state = tasks.state(task, at)
    if state not in (VAIN, BLOCKED):
        return []
    return [[_GAP + visit.words.fill(f"lesson.{task}.{state}_readout", **named(at, visit.names))]]


def named(at: Look, names: tuple[str, ...]) -> dict[str, str]:
    """The classes that the scenes speak of, by their part: of three classes, each has one."""
    parts = {"name": at.label, "rival": at.rival, "third": at.third}
    return {part: names[k] if 0 <= k < len(names) else "" for part, k in parts.items()}


def _sure(visit: Visit, at: Look) -> Pieces:
    percent = f"{100 * at.explanation.probs[at.label]:.1f}"
    told = visit.words.fill("lesson.sure.live_readout", percent=percent, **named(at, visit.names))
    return [*_sign(tasks.sure(at) == DONE), [told, "b"], *_note(visit, at, "sure")]


def _loss(visit: Visit, at: Look) -> Pieces:
    words, loss = visit.words, at.explanation.loss
    was_low = "loss" in visit.settings["done"]
    if not was_low or tasks.loss(at) == DONE:
        told = words.fill("lesson.loss.live_readout", loss=number(loss))
        note = _note(visit, at, "only" if was_low else "loss")
        return [*_sign(tasks.loss(at) == DONE), [told, "b"], *note]
    share = number(at.explanation.probs[at.rival].item())
    told = words.fill("lesson.only.live_readout", loss=number(loss), share=share, **named(at, visit.names))
    end = [[_GAP + words["lesson.only.tried"]]] if tasks.only(at) == DONE else _note(visit, at, "only")
    return [[told, "b"], *end]


def _guess(visit: Visit, at: Look) -> Pieces:
    words, settings = visit.words, visit.settings
    if "guess" not in settings["done"]:
        return [[words.fill("lesson.loss.live_readout", loss=number(at.explanation.loss)), "b"]]
    if scenes.is_matching(settings):
        values = {"near": at.num_near, "count": len(visit.names), "within": field(NEAR)}
        told = words.fill("lesson.match.live_readout", **values)
        return [*_sign(tasks.match(at) == DONE), [told, "b"]]
    gradient: _Told = [["∂L/∂o = "], [vector(tuple(at.explanation.logits_grad.tolist())), "b"]]
    if "match" in settings["done"]:
        return [*gradient, [" = S − y"]]
    if "thrice" in settings["done"]:
        return gradient
    return [
        *gradient,
        [_GAP + words.fill("lesson.thrice.live_readout", tries=settings["tries"], of=NUM_TRIES)],
    ]


def _terms(visit: Visit, _: Look) -> Pieces:
    fold, words = visit.settings["fold"], visit.words
    if not fold:
        return [[words["lesson.terms.nine"] + _GAP], *formula_parts("−y_i/S_i · ∂S_i/∂o_j")]
    if fold < NUM_FOLDS:
        struck: _Told = [["S", "i", "s"], ["i", "i", "sub", "s"]]
        left = [*formula_parts("−y_i/"), *struck, [" · "], *struck, *formula_parts("(δ_{ij} − S_j)")]
        return [[words["lesson.terms.cancels"] + _GAP], *left]
    end = formula_parts("S_j Σ y − y_j = S_j − y_j")
    return [["✓", "lc-holds"], [f" {words['lesson.terms.left']}{_GAP}"], *end]


def _descent(visit: Visit, at: Look) -> Pieces:
    longest = number(abs(at.explanation.logits_grad).max().item())
    told = visit.words.fill(
        "lesson.endless.live_readout",
        step=visit.settings["descent_step"],
        loss=number(at.explanation.loss),
        longest=longest,
    )
    if tasks.endless(at) == DONE:
        return [*_sign(True), [told, "b"], [_GAP + visit.words["lesson.endless.seen"]]]
    return [*_sign(tasks.stops(at) == DONE), [told, "b"]]


def _breaks(visit: Visit, at: Look) -> Pieces:
    if not visit.settings[f"bet_{scenes.question(visit.settings)}"]:
        return []
    gradient, short = (
        tuple(each.tolist()) for each in (at.explanation.logits_grad, at.explanation.probs_minus_targets)
    )
    return [["∂L/∂o = "], [vector(gradient), "b"], [f"{_GAP}S − y = "], [vector(short), "b"]]


_LINES: Mapping[int, Callable[[Visit, Look], Pieces]] = {
    1: _sure,
    2: _loss,
    3: _guess,
    4: _terms,
    5: _descent,
    6: _breaks,
}
