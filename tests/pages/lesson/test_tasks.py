"""Every task of the lesson as a pure function, over grids of states."""

from __future__ import annotations

import itertools
import math
from functools import cache

import pytest

from ce_viz.core import Scenario, cross_entropy, explain, one_hot, softmax
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.pages.lesson import scenes, tasks
from ce_viz.pages.lesson.settings import NUM_FOLDS, NUM_TRIES, START, TASKS
from ce_viz.pages.lesson.tasks import BLOCKED, DONE, OPEN, VAIN
from ce_viz.settings.value import Settings

STEPS = (-10.0, -4.0, -1.0, 0.1, 1.0, 2.0, 4.4, 7.0, 10.0)
GRID = list(itertools.product(STEPS, repeat=3))
LABELS = (1, 2, 3)


@cache
def begun(scene: int) -> Settings:
    return scenes.begun(Settings(), scene)


def at(scene: int, **values: object) -> tasks.Look:
    return tasks.look(begun(scene).changed(**values))


@pytest.mark.parametrize("label", LABELS)
def test_sure_is_nine_tenths_for_the_true_class_and_nothing_else(label):
    for logits, probs in zip(GRID, softmax(GRID), strict=True):
        state = tasks.sure(at(1, logits=logits, label=label))
        assert (state == DONE) == (probs[label - 1] >= 0.9), logits
        assert (state == VAIN) == (max(probs) >= 0.9 > probs[label - 1]), logits
        assert state != BLOCKED or logits[label - 1] == 10, logits


@pytest.mark.parametrize("label", LABELS)
def test_low_is_a_loss_below_a_tenth_and_vain_one_above_the_beginning(label):
    start = explain(Scenario(START, label=label - 1)).loss
    for logits, loss in zip(GRID, cross_entropy(GRID, one_hot(label - 1, 3)), strict=True):
        state = tasks.loss(at(2, logits=logits, label=label))
        assert (state == DONE) == (loss < 0.1), logits
        assert state != VAIN or loss > start, logits
        assert state != OPEN or 0.1 <= loss <= start + 1e-9, logits


@pytest.mark.parametrize("label", LABELS)
def test_nobody_gets_low_by_moving_the_rival_alone_and_the_bound_is_what_is_said(label):
    look = at(2, label=label)
    bound = look.least
    assert bound > 0.1
    for value in (*STEPS, -50.0, -10_000.0, 10_000.0):
        moved = tuple(value if k == look.rival else o for k, o in enumerate(START))
        tried = at(2, label=label, logits=moved)
        assert tried.explanation.loss >= bound
        assert tried.least == bound
        assert at(2, label=label, logits=(9.0, 9.0, 9.0)).least == bound  # wherever the others are now
        assert tasks.loss(tried) != DONE
        gone = tried.explanation.probs[look.rival] < 0.01
        assert tasks.only(tried) == (DONE if gone else VAIN if value > START[look.rival] else OPEN)
    last = tuple(-10_000.0 if k == look.rival else o for k, o in enumerate(START))
    assert at(2, label=label, logits=last).explanation.loss == pytest.approx(bound, rel=1e-12)


@pytest.mark.parametrize("label", LABELS)
def test_a_rival_is_not_alone_where_another_was_touched(label):
    look = at(2, label=label)
    for other in {0, 1, 2} - {look.rival}:
        moved = tuple(o + 0.1 * (k == other) for k, o in enumerate(START))
        assert tasks.only(at(2, label=label, logits=moved)) == BLOCKED


def test_of_three_classes_each_has_one_part():
    for label in LABELS:
        look = at(2, label=label)
        assert {look.label, look.rival, look.third} == {0, 1, 2}


def test_a_guess_is_right_for_each_sign_it_has_right():
    gradient = explain(Scenario()).logits_grad.tolist()
    for signs in itertools.product((-1, 0, 1), repeat=3):
        guess = tuple(0.5 * sign for sign in signs)
        right = sum(sign * slope > 0 for sign, slope in zip(signs, gradient, strict=True))
        assert at(3, guess=guess).signs_right == right


@pytest.mark.parametrize("tries", range(NUM_TRIES + 1))
def test_three_drags_are_three(tries):
    assert tasks.thrice(at(3, tries=tries)) == (DONE if tries == NUM_TRIES else OPEN)


@pytest.mark.parametrize("label", LABELS)
def test_the_gradient_is_found_where_every_bar_is_near_it_and_it_is_hidden(label):
    hidden = scenes.hidden(scenes.begun(Settings().changed(label=label), 3))
    slopes = tasks.look(hidden).explanation.logits_grad.tolist()
    assert min(map(abs, slopes)) > 0.05  # nobody has found it by leaving a bar at 0
    for off in itertools.product((-0.06, -0.04, 0.0, 0.05, 0.07), repeat=3):
        guess = tuple(max(-1.0, min(slope + each, 1.0)) for slope, each in zip(slopes, off, strict=True))
        near = sum(abs(g - slope) < 0.0501 for g, slope in zip(guess, slopes, strict=True))
        look = tasks.look(hidden.changed(guess=guess))
        assert look.num_near == near
        assert tasks.match(look) == (DONE if near == 3 else OPEN)
        assert tasks.match(tasks.look(hidden.changed(guess=guess, matching=False))) == OPEN
    assert tasks.match(tasks.look(hidden)) == OPEN


@pytest.mark.parametrize("fold", range(NUM_FOLDS + 1))
def test_terms_are_folded_at_the_last_frame(fold):
    assert tasks.terms(at(4, fold=fold)) == (DONE if fold == NUM_FOLDS else OPEN)


@pytest.mark.parametrize("mode", ["one-hot", "smoothed"])
@pytest.mark.parametrize("step", [0, 1, 39, 40, 500])
@pytest.mark.parametrize("lead", [0.0, 5.0])
def test_steps_end_with_a_smoothed_label_and_never_with_a_one_hot_one(mode, step, lead):
    settled = tuple(math.log(y) for y in (0.2, 0.6, 0.2))
    logits = (settled[0] + lead, *settled[1:])
    look = at(
        5,
        mode=mode,
        label_smoothing=0.6,
        logits=logits,
        descent_start=START,
        descent_step=step,
        learning_rate=1.0,
    )
    assert tasks.endless(look) == (DONE if mode == "one-hot" and step >= 40 else OPEN)
    assert tasks.stops(look) == (DONE if mode == "smoothed" and step and lead == 0 else OPEN)


def test_a_prediction_is_done_when_it_is_made():
    for name in ("sum", "temperature"):
        asked = scenes.asked(Settings().changed(scene=6), name)
        assert scenes.question(asked) == name
        assert tasks.state(name, tasks.look(asked)) == OPEN
        for answer in ("short", "whole", "other"):
            assert tasks.state(name, tasks.look(scenes.bet(asked, answer))) == DONE


def test_the_current_task_is_the_first_that_was_never_done():
    assert [tasks.current(at(5, mode=mode)) for mode in ("one-hot", "smoothed")] == ["endless", "stops"]
    for scene, names in tasks.SCENES.items():
        for count in range(len(names) + 1):
            if scene == 5:  # whichever label is set
                continue
            look = at(scene, done=tuple(name for name in TASKS if name in names[:count]))
            assert tasks.current(look) == names[min(count, len(names) - 1)]


def test_every_task_belongs_to_one_scene_and_has_a_state():
    assert sorted(itertools.chain(*tasks.SCENES.values())) == sorted(TASKS) == sorted(tasks.STATES)


def test_what_was_done_stays_done_when_it_is_undone():
    done = scenes.recorded(scenes.begun(Settings(), 1).changed(logits=(2.0, 6.0, 0.1)))
    assert done["done"] == ("sure",)
    assert scenes.recorded(done.changed(logits=(2.0, 1.0, 0.1)))["done"] == ("sure",)


@pytest.mark.parametrize("label", LABELS)
def test_the_label_of_a_challenge_is_the_lessons(label):
    scenario = Settings().changed(label=label).scenario
    assert labelled_class(scenario.effective_targets) == tasks.look(Settings().changed(label=label)).label
