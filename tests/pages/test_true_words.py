"""What a sentence claims is true of the numbers that are shown with it, whatever the settings.

``TRUE`` is the table: a key of the catalogue, and what must hold of a visit that is told it. ``PLACES`` are the pages'
parts, each with what draws and says it. To add a sentence, add its line; to add a page, add its places and its speaker.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from ce_viz.core import cross_entropy
from ce_viz.core.studies.comparison import gap_curves, loss_surfaces
from ce_viz.core.studies.pitfalls import NAMES
from ce_viz.core.studies.precision import FORMULAS, QUANTITIES, first_breaks, gap_sweep
from ce_viz.core.studies.race import lowest_loss
from ce_viz.pages.derivation import sentences as derivation_sentences
from ce_viz.pages.derivation import view as derivation
from ce_viz.pages.derivation.steps import step_of
from ce_viz.pages.lesson import scenes as lesson_scenes
from ce_viz.pages.lesson import sentences as lesson_sentences
from ce_viz.pages.lesson import tasks as lesson_tasks
from ce_viz.pages.lesson import view as lesson
from ce_viz.pages.lesson.settings import START
from ce_viz.pages.numerics import sentences as numerics_sentences
from ce_viz.pages.numerics import view as numerics
from ce_viz.pages.numerics.settings import TOPICS
from ce_viz.pages.pitfalls import sentences as pitfalls_sentences
from ce_viz.pages.pitfalls import view as pitfalls
from ce_viz.pages.pitfalls.rounds import round_of
from ce_viz.pages.train import sentences as train_sentences
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import sentences as why_sentences
from ce_viz.pages.why import surface
from ce_viz.pages.why import view as why
from ce_viz.pages.why.settings import PARTS
from ce_viz.settings.value import read
from ce_viz.strings import Words, words
from ce_viz.strings.numbers import number, parse, shows

Says = Callable[[Visit], object]

TINY = 1e-9

STATES: Mapping[str, Mapping[str, str]] = {
    "default": {},
    "own": {"case": "own"},
    "example": {"case": "example", "logits": "3,1"},
    "right": {"logits": "9,0,0", "label": "1"},
    "tie": {"logits": "0,0,0"},
    "warm": {"temperature": "20"},
    "cold": {"temperature": "0.05", "logits": "3,1,-2"},
    "no weight": {"mode": "soft", "targets": "0,0,0"},
    "not one": {"mode": "soft", "targets": "0.7,0.7,0.1"},
    "heavy": {"mode": "soft", "targets": "1,5,0", "logits": "3,0,1"},
    "tied label": {"mode": "soft", "targets": "0.5,0.5,0"},
    "soft": {"mode": "soft", "targets": "0.2,0.7,0.1"},
    "masked": {"logits": "2,1,-inf"},
    "masked label": {"logits": "2,-inf,0.1", "label": "2"},
    "alone": {"logits": "-inf,1", "label": "2"},
    "huge": {"logits": "1000,0,-1000", "label": "2"},
    "huge, cold, smoothed": {"logits": "1000,-1000", "mode": "smoothed", "temperature": "0.05"},
    "two": {"logits": "1,0"},
    "eight": {"logits": "1,2,3,4,5,6,7,8", "label": "3"},
    "thirty": {"logits": ",".join(str(k % 7) for k in range(30)), "mode": "smoothed"},
    "hundred": {"logits": ",".join(str(k % 7) for k in range(100)), "label": "50"},
    "smoothed": {"mode": "smoothed"},
    "unsmoothed": {"mode": "smoothed", "label_smoothing": "0"},
    "all smoothed": {"mode": "smoothed", "label_smoothing": "1"},
}


class Recording(Words):
    """A catalogue that knows which of its keys were read."""

    def __init__(self, language: str) -> None:
        vars(self).update(vars(words(language)))  # thousands are made: none copies the texts
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.read.add(key)
        return super().__getitem__(key)

    def fill(self, key: str, **values: object) -> str:
        self.read.add(key)
        return super().fill(key, **values)


def _derivation(visit: Visit) -> None:
    step, proof = step_of(visit), derivation.proof_of(visit)
    derivation.show(visit)
    derivation_sentences.idea(visit)
    derivation_sentences.notes(visit, step, step.at_case(proof))
    derivation_sentences.sum_of_targets(visit) if step.control == "labels" else None


def _why(visit: Visit) -> None:
    why.show(visit)
    why_sentences.case(visit)
    seen = why.seen(visit)
    why_sentences.claim(seen)
    why_sentences.obstacle(seen) or why_sentences.story(seen)


def _numerics(visit: Visit) -> None:
    numerics.show(visit)
    numerics_sentences.logits(visit, numerics.comparison(visit.scenario))
    numerics_sentences.temperature(visit)


def _pitfalls(visit: Visit) -> None:
    pitfalls.show(visit)
    current = round_of(visit.settings)
    for part in ("situation", "question", "error"):
        assert not re.search("NaN|nan", _without_code(pitfalls_sentences.say(visit, current.shown, part)))
    pitfalls_sentences.whose(visit, current)


def _without_code(text: str) -> str:
    """A sentence less the NaN that it is about."""
    return text.replace("∞ and NaN instead", "")


def _lesson(visit: Visit) -> None:
    lesson.show(visit)
    at = lesson.look(visit)
    if lesson_scenes.fits(visit.settings):
        lesson_sentences.idea(visit, at)
        lesson_sentences.prompt(visit, at)
        lesson_sentences.outcomes(visit, at)


def _train(visit: Visit) -> None:
    train_sentences.race_story(visit)


SAYS: Mapping[str, Says] = {
    "derivation": _derivation,
    "why": _why,
    "numerics": _numerics,
    "pitfalls": _pitfalls,
    "train": _train,
    "lesson": _lesson,
}
_MOVED = ("9,0,0", "2,9,0.1", "-9,1,0.1", "4,1,0.1", "10,10,0.1")  # the lesson's scores after a hand
PLACES: list[tuple[str, Mapping[str, str]]] = [
    *(("derivation", {"step": str(step)}) for step in range(1, 13)),
    *(("why", {"part": part}) for part in PARTS),
    *(("numerics", {"topic": topic}) for topic in TOPICS),
    *(("pitfalls", {"round": name}) for name in NAMES),
    *(("train", {"train_view": "race", "lead": lead}) for lead in ("0", "8")),
    *(("lesson", {"scene": scene}) for scene in "1236"),
    *(("lesson", {"scene": "1", "logits": moved, "label": "2"}) for moved in _MOVED),
    *(("lesson", {"scene": "2", "logits": moved, "label": "2"}) for moved in _MOVED),
    *(("lesson", {"scene": "2", "logits": moved, "label": "2", "done": "loss"}) for moved in _MOVED),
    *(("lesson", {"scene": "3", "done": done}) for done in ("guess", "guess,thrice", "guess,thrice,match")),
    ("lesson", {"scene": "3", "done": "guess,thrice", "matching": "1"}),
    ("lesson", {"scene": "4", "mode": "smoothed", "label_smoothing": "0.6", "fold": "24"}),
    ("lesson", {"scene": "5", "done": "endless,stops", "descent_step": "60", "learning_rate": "1"}),
    ("lesson", {"scene": "6", "bet_sum": "whole", "bet_temperature": "short", "done": "sum,temperature"}),
]


def visit_at(state: Mapping[str, str], place: Mapping[str, str], language: str = "en") -> Visit:
    settings, problems = read({**state, **place})
    assert not problems
    return Visit(settings, Recording(language))


# What the sentences claim


def _grad(visit: Visit) -> np.ndarray:
    return visit.explanation.logits_grad


def _underflown(visit: Visit, *, masked: bool) -> bool:
    e = visit.explanation
    return any(
        y > 0 and s == 0 and math.isinf(log_s) == masked
        for y, s, log_s in zip(e.targets, e.probs, e.log_probs, strict=True)
    )


def _chart(visit: Visit, name: str):
    page = {"routes": derivation}.get(name, why)
    boards = page.show(visit).boards
    return next(chart for board in boards for chart in board.charts if chart.name == name)


def _curves(visit: Visit):
    return gap_curves(why.seen(visit).scenario)


def _lets_go(visit: Visit) -> bool:
    curves = _curves(visit)
    comes_up = curves.cross_entropy[-1] >= 0.99 * curves.cross_entropy.max()
    return bool(comes_up and curves.squared_error[-1] <= 0.05 * curves.squared_error.max())


def _slope_and_plateau(visit: Visit) -> bool:
    """In the corner where the wrong logit is highest and the true one lowest."""
    settings = why.seen(visit).settings
    surfaces = loss_surfaces(settings.scenario, surface.pair_of(settings), learning_rate=0.5)
    entropy, squared = surfaces.cross_entropy[0], surfaces.squared_error[0]
    falls = np.ptp(entropy[-2:]) > 0.02 * np.ptp(surfaces.cross_entropy)
    flat = np.ptp(squared[-2:]) <= 0.02 * np.ptp(surfaces.squared_error)
    return bool(falls and flat)


def _cross_entropy_walks(visit: Visit) -> bool:
    """Where the start is a confident mistake: squared error's gradient is less than a tenth there."""
    race, (cross, squared) = why.show(visit).results["race"], _curves(visit).sizes
    if squared > cross / 10 or race.losses[0, 0] < race.goal:
        return True
    return bool(race.losses[0].min() < race.losses[1].min())


def _bounded(visit: Visit) -> bool:
    e = why.seen(visit).explanation
    return bool((e.probs - e.targets >= -e.targets).all() and (e.probs - e.targets <= 1 - e.targets).all())


def _loss_above_entropy(visit: Visit) -> bool:
    e = why.seen(visit).explanation
    return bool(e.loss >= lowest_loss(e.targets) - TINY)


def _printed_product(visit: Visit) -> bool:
    """The printed factors give the printed gradient."""
    shown = _chart(visit, "temperature_gradient").alt
    _, error, inverse, gradient = re.findall(r"= ([−\d.·⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*\d[⁰¹²³⁴⁵⁶⁷⁸⁹]*)", shown)
    return shows(gradient, parse(error) * parse(inverse))


def _no_error_of_ours(quantity: str) -> Callable[[Visit], bool]:
    """Ours keeps its digits in the type, and the shifted formula has lost them all where the readout says."""

    def holds(visit: Visit) -> bool:
        dtype = visit.settings["dtype"]
        sweep = gap_sweep(dtype)
        errors = getattr(sweep, quantity)
        start = first_breaks(dtype)[QUANTITIES.index(quantity), FORMULAS.index("shifted")]
        ours, shifted = errors[FORMULAS.index("ours")], errors[FORMULAS.index("shifted")]
        return bool(ours.max() <= 4 and shifted[sweep.gaps >= start].max() > 1e3)

    return holds


def _pitfall(visit: Visit):
    return round_of(visit.settings).shown


def _sums(matrix: np.ndarray, axis: int) -> float:
    return float(np.abs(matrix.sum(axis=axis)).max())


def _short(visit: Visit) -> bool:
    """The gradient is S − y, and sums to 0."""
    e = visit.explanation
    return (
        bool(np.allclose(e.logits_grad, e.probs - e.targets, atol=TINY)) and abs(e.logits_grad.sum()) < 1e-6
    )


def _share(visit: Visit) -> float:
    """Of the true class."""
    return float(visit.explanation.probs[lesson.look(visit).label])


def _rival_share(visit: Visit) -> float:
    return float(visit.explanation.probs[lesson.look(visit).rival])


def _alone_is_not_enough(visit: Visit) -> bool:
    """What moving the rival alone from the start comes near to is above a tenth, and is reached by no finite score."""
    at = lesson.look(visit)
    logits = [-1000.0 if k == at.rival else o for k, o in enumerate(START)]
    return bool(0.1 < at.least <= cross_entropy(logits, visit.explanation.targets) < at.least + TINY)


TRUE: Mapping[str, Callable[[Visit], bool]] = {
    # lesson
    "lesson.sure.vain_readout": lambda v: _share(v) < 0.9 <= max(v.explanation.probs),
    "lesson.sure.blocked_readout": lambda v: v.scenario.logits[lesson.look(v).label] >= 10,
    "lesson.sure.done_readout": lambda v: abs(v.explanation.probs.sum() - 1) < TINY,
    "lesson.scene_2.idea_readout": lambda v: np.count_nonzero(v.explanation.targets) == 1,
    "lesson.loss.vain_readout": lambda v: v.explanation.loss > cross_entropy(START, v.explanation.targets),
    "lesson.loss.done_readout": lambda v: (v.explanation.loss < 0.1) == (_share(v) > math.exp(-0.1)),
    "lesson.only.blocked_readout": lambda v: bool(set(lesson.look(v).moved) - {lesson.look(v).rival}),
    "lesson.only.tried": lambda v: _rival_share(v) < 0.01,
    "lesson.only.vain_readout": lambda v: (
        _share(v) < lesson_tasks.look(v.settings.changed(logits=START)).explanation.probs[1]
    ),
    "lesson.only.done_readout": _alone_is_not_enough,
    "lesson.thrice.done": _short,
    "lesson.match.after": _short,
    "lesson.match.done_readout": _short,
    "lesson.scene_4.idea_readout": lambda v: (
        v.explanation.logits.max() > 100 or bool(v.explanation.chain_rule.all())
    ),
    "lesson.terms.done": lambda v: bool(
        np.allclose(
            v.explanation.chain_rule,
            np.outer(v.explanation.targets, v.explanation.probs) - np.diag(v.explanation.targets),
            atol=TINY,
        )
    ),
    "lesson.endless.seen": lambda v: v.scenario.mode == "one-hot" and bool(_grad(v).any()),
    "lesson.sum.done_readout": lambda v: (
        abs(_grad(v).sum()) < 1e-6 < abs(v.explanation.probs_minus_targets.sum())
    ),
    "lesson.temperature.done_readout": lambda v: (
        v.scenario.temperature != 1
        and bool(np.allclose(_grad(v) * v.scenario.temperature, v.explanation.probs - v.explanation.targets))
    ),
    # derivation
    "derivation.step_4.idea": lambda v: bool((np.diagonal(v.explanation.jacobian) >= 0).all()),
    "derivation.step_5.idea": lambda v: bool(
        (v.explanation.jacobian - np.diag(np.diagonal(v.explanation.jacobian)) <= 0).all()
    ),
    "derivation.step_5.aside": lambda v: bool(
        np.allclose(v.explanation.jacobian, v.explanation.jacobian.T, rtol=1e-12)
    ),
    "derivation.step_6.idea": lambda v: _sums(v.explanation.jacobian, 1) < TINY,
    "derivation.step_6.aside": lambda v: _sums(v.explanation.jacobian, 0) < TINY,
    "derivation.step_8.idea": lambda v: bool(
        np.allclose(v.explanation.chain_rule.sum(axis=0), _grad(v), atol=TINY)
    ),
    "derivation.step_10.idea": lambda v: (
        not v.sums_to_one
        or bool(np.allclose(_grad(v) * v.scenario.temperature, v.explanation.probs - v.explanation.targets))
    ),
    "derivation.step_10.aside": lambda v: (
        not v.sums_to_one
        or bool((np.sign(_grad(v)) * np.sign(v.explanation.probs - v.explanation.targets) >= 0).all())
    ),
    "derivation.step_12.aside": lambda v: (
        math.isinf(v.explanation.loss)
        or bool(np.allclose(v.explanation.finite_difference, _grad(v), rtol=1e-3, atol=1e-3))
    ),
    "derivation.not_one": lambda v: abs(_grad(v).sum()) < 1e-6 < abs(v.explanation.probs_minus_targets.sum()),
    "derivation.note_temperature": lambda v: v.scenario.temperature != 1,
    "derivation.note_shifted": lambda v: (
        max(abs(o) for o in v.scenario.logits if math.isfinite(o)) > 10 * v.scenario.temperature
    ),
    "derivation.note_masked": lambda v: v.explanation.probs[v.scenario.logits.index(-math.inf)] == 0,
    "derivation.note_masked_logit": lambda v: -math.inf in v.scenario.logits,
    "derivation.note_beyond": lambda v: _underflown(v, masked=False),
    "derivation.note_limit": lambda v: _underflown(v, masked=True),
    "derivation.note_without_weight": lambda v: bool(
        (v.explanation.probs_grad[v.explanation.targets == 0] == 0).all()
    ),
    "derivation.note_one_hot": lambda v: max(np.count_nonzero(v.explanation.chain_rule, axis=0)) <= 1,
    "derivation.note_infinite": lambda v: (
        math.isinf(v.explanation.loss) and bool(np.isfinite(_grad(v)).all())
    ),
    "derivation.chart.routes_hint": lambda v: (
        len(_chart(v, "routes").figure["data"]) == 3 or math.isinf(v.explanation.loss)
    ),
    "derivation.chart.routes_infinite_hint": lambda v: len(_chart(v, "routes").figure["data"]) == 2,
    # why
    "why.infinite": lambda v: math.isinf(why.seen(v).explanation.loss),
    "why.alone": lambda v: sum(math.isfinite(o) for o in v.scenario.logits) == 1,
    "why.weightless": lambda v: v.explanation.targets_sum == 0,
    "why.example_wrong_readout": lambda v: (
        why.seen(v).scenario.logits[:2] == (10.0, 0.0) and v.settings["label"] >= 1
    ),
    "why.example_soft_readout": lambda v: why.seen(v).explanation.targets.argmax() == 1,
    "why.gradient.story": _lets_go,
    "why.gradient.claim": lambda v: bool(why.obstacle(why.seen(v).settings)) or _lets_go(v),
    "why.gradient.why": _bounded,
    "why.surface.story": _slope_and_plateau,
    "why.race.story": _cross_entropy_walks,
    "why.meaning.story": lambda v: why.seen(v).sums_to_one and _loss_above_entropy(v),
    "why.meaning.story_normalised": lambda v: not v.sums_to_one and _loss_above_entropy(v),
    "why.meaning.readout": lambda v: math.isclose(
        math.exp(-why.seen(v).explanation.loss),
        why.seen(v).explanation.probs[why.seen(v).explanation.targets.argmax()],
        abs_tol=TINY,
    ),
    "why.meaning.not_one": lambda v: not v.sums_to_one,
    "why.smoothing.loss_hint": lambda v: math.isfinite(why.show(v).results["smoothing_curves"].optimal_lead),
    "why.smoothing.loss_hard_hint": lambda v: v.settings["label_smoothing"] == 0,
    "why.smoothing.loss_hard_readout": lambda v: v.settings["label_smoothing"] == 0,
    "why.smoothing.run_hard_readout": lambda v: v.settings["label_smoothing"] == 0,
    "why.temperature.readout": _printed_product,
    # numerics
    "numerics.temperature_readout": lambda v: v.scenario.temperature != 1,
    "numerics.winner_readout": lambda v: v.scenario.temperature == 1,
    "numerics.winner_divided_readout": lambda v: v.scenario.temperature != 1,
    "numerics.tied_readout": lambda v: (
        v.scenario.effective_targets.count(max(v.scenario.effective_targets)) > 1
    ),
    "numerics.errors_log_probs_readout": _no_error_of_ours("log_probs"),
    "numerics.errors_logits_grad_readout": _no_error_of_ours("logits_grad"),
    # pitfalls
    "pitfalls.canonical": lambda v: not round_of(v.settings).asked.own,
    "pitfalls.own_readout": lambda v: _pitfall(v).scenario.logits == v.scenario.logits,
    "pitfalls.own_label": lambda v: _pitfall(v).scenario.effective_targets != v.scenario.effective_targets,
    "pitfalls.own_temperature": lambda v: (
        v.scenario.temperature != 1 and _pitfall(v).scenario.temperature == 1
    ),
    "pitfalls.own_both": lambda v: v.scenario.temperature != 1 and v.scenario.mode != "one-hot",
    "pitfalls.moved": lambda v: _pitfall(v).scenario != round_of(v.settings).asked.scenario,
    "pitfalls.logits_as_probs.error_gone_readout": lambda v: abs(sum(_pitfall(v).scenario.logits)) < TINY,
    "pitfalls.missing_derivative.error_readout": lambda v: math.isfinite(_pitfall(v).findings["shrunk"]),
    "pitfalls.missing_derivative.error_gone_readout": lambda v: math.isinf(_pitfall(v).findings["shrunk"]),
    "pitfalls.sign.error_readout": lambda v: (
        _pitfall(v).findings["wrong_end"] >= _pitfall(v).findings["start"]
    ),
    # train
    "train.race_level": lambda v: v.settings["lead"] == 0,
    "train.race_start_readout": lambda v: v.settings["lead"] > 0,
}


def untrue(visit: Visit) -> list[str]:
    """What was said to the visit and does not hold of it."""
    return [key for key in sorted(visit.words.read & TRUE.keys()) if not TRUE[key](visit)]


def test_what_is_said_is_true_of_what_is_shown_and_every_sentence_of_the_table_is_said_somewhere():
    """A predicate of a sentence that no state reaches would prove nothing."""
    said: set[str] = set()
    found: dict[str, list[str]] = {}
    for (page, place), (name, state) in itertools.product(PLACES, STATES.items()):
        visit = visit_at(state, place)
        SAYS[page](visit)
        said |= visit.words.read
        found[f"{page} {place} {name}"] = untrue(visit)
    assert {where: keys for where, keys in found.items() if keys} == {}
    after_the_answer = {key for key in TRUE if key.endswith(".error_gone_readout")} | {"pitfalls.moved"}
    assert TRUE.keys() - said - after_the_answer == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_round_that_follows_the_settings_says_nothing_untrue(name):
    asked = visit_at({}, {"round": name}).scenario
    for state in STATES.values():
        settings = visit_at(state, {"round": name}).settings.changed(answered=asked)
        visit = Visit(settings, Recording("en"))
        _pitfalls(visit)
        assert untrue(visit) == [], state


def test_numbers_of_a_huge_loss_are_not_those_of_the_largest_float():
    visit = visit_at({"logits": "1000,0", "label": "2"}, {"part": "meaning"})
    text = why_sentences.story(visit)[1]
    assert "5.1·10⁻⁴³⁵" in text
    assert number(1000.0) in text
