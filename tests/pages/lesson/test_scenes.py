"""Moves between scenes: where each begins, what is kept, and which settings are a scene's."""

from __future__ import annotations

import math

import pytest

from ce_viz.core.landmarks import shifted_logits
from ce_viz.pages.lesson import scenes, tasks
from ce_viz.pages.lesson.settings import NUM_FOLDS, NUM_SCENES, START, TASKS
from ce_viz.settings.readers import Invalid
from ce_viz.settings.value import Settings, read
from tests.for_each import for_each

STRANGE = [
    {"logits": (1.0, 2.0)},
    {"logits": (1.0, 2.0, -math.inf)},
    {"logits": tuple(map(float, range(30)))},
    {"temperature": 2.0},
    {"mode": "soft"},
    {"mode": "soft", "targets": (0.0, 0.0, 0.0)},
    {"mode": "smoothed", "label_smoothing": 0.0},
    {"mode": "soft", "targets": (0.4, 0.9, 0.2), "temperature": 2.0},
]


@for_each("scene", range(1, NUM_SCENES + 1))
@for_each("before", STRANGE, ids=str)
def test_from_anywhere_a_scene_begins_with_what_it_tells(scene, before):
    begun = scenes.begun(Settings().changed(**before, done=("sure",)), scene)
    assert begun["scene"] == scene
    assert begun["logits"] == START
    assert scenes.fits(begun)
    assert "sure" in begun["done"]
    assert read(begun.query()) == (begun, ())


@pytest.mark.parametrize("scene", range(1, NUM_SCENES + 1))
def test_no_scene_begins_with_its_task_done(scene):
    begun = scenes.begun(Settings(), scene)
    assert scenes.recorded(begun)["done"] == ()
    assert tasks.current(tasks.look(begun)) == tasks.SCENES[scene][0]


@for_each("scene", sorted(set(tasks.SCENES) - {6}))  # which is about strange settings
@for_each("before", STRANGE[:5], ids=str)
def test_other_settings_are_not_the_scenes_and_nothing_is_recorded_of_them(scene, before):
    settings = Settings().changed(scene=scene, **before)
    if scene == 5 and before.get("mode") == "smoothed":
        return
    assert not scenes.fits(settings)
    assert scenes.recorded(settings)["done"] == ()


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({}, ""),
        ({"temperature": 2.0}, "temperature"),
        ({"mode": "smoothed", "temperature": 0.5}, "temperature"),
        ({"mode": "soft", "targets": (0.4, 0.9, 0.2)}, "sum"),
        ({"mode": "soft", "targets": (0.4, 0.9, 0.2), "temperature": 2.0}, ""),
        ({"mode": "soft", "targets": (0.0, 0.0, 0.0)}, ""),
    ],
)
def test_the_last_scene_asks_about_the_one_thing_that_is_not_plain(values, asked):
    assert scenes.question(Settings().changed(**values)) == asked


def test_beyond_the_ends_are_the_ends():
    assert scenes.begun(Settings(), 0)["scene"] == 1
    assert scenes.begun(Settings(), 99)["scene"] == NUM_SCENES


def test_leaving_a_scene_records_what_it_saw():
    seen = scenes.begun(Settings(), 1).changed(logits=(2.0, 6.0, 0.1))
    assert scenes.begun(seen, 2)["done"] == ("sure",)


def test_adding_to_all_is_done_and_moves_no_share():
    before = scenes.begun(Settings(), 1).changed(logits=(2.0, 6.0, 0.1))
    after = scenes.shifted(before)
    assert after["logits"] == shifted_logits(before["logits"], 5.0)
    assert "shift" in after["done"]
    probs = [tasks.look(each).explanation.probs for each in (before, after)]
    assert abs(probs[0] - probs[1]).max() < 1e-12


def test_adding_to_all_has_an_end():
    settings = scenes.begun(Settings(), 1).changed(logits=(9999.0, 1.0, 0.1))
    try:
        assert max(scenes.shifted(settings)["logits"]) <= 10_000
    except Invalid as invalid:
        assert invalid.problem.name == "logits"


def test_a_guess_is_made_shown_and_taken_back():
    settings = scenes.begun(Settings(), 3)
    guessed = scenes.guessed(settings, 1, -0.45)
    assert guessed["guess"] == (0.0, -0.45, 0.0)
    assert scenes.guessed(guessed, 1, -7.0)["guess"] == (0.0, -1.0, 0.0)
    shown = scenes.revealed(guessed.changed(tries=2))
    assert (shown["guess"], shown["tries"], shown["done"]) == ((0.0, -0.45, 0.0), 0, ("guess",))
    again = scenes.guessing_again(shown.changed(done=TASKS))
    assert again["guess"] == ()
    assert {"guess", "thrice", "match"}.isdisjoint(again["done"])
    assert not again["matching"]


def test_whoever_guesses_nothing_is_shown_as_well():
    assert scenes.revealed(scenes.begun(Settings(), 3))["guess"] == (0.0, 0.0, 0.0)


def test_folding_comes_to_an_end_that_is_done():
    settings = scenes.begun(Settings(), 4)
    for _ in range(NUM_FOLDS):
        assert "terms" not in settings["done"]
        settings = scenes.folded(settings)
    assert (settings["fold"], settings["done"]) == (NUM_FOLDS, ("terms",))
    assert scenes.folded(settings) == settings


def test_one_leaves_with_settings_that_other_pages_begin_with():
    ended = scenes.ended(scenes.begun(Settings(), 6))
    assert ended.changed(scene=1) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("scene", str(NUM_SCENES + 1), "range"),
        ("done", "sure,all", "choice"),
        ("guess", "0.5,2,0", "range"),
        ("guess", "0.5,x,0", "number"),
        ("guess", "nan,0,0", "number"),
        ("guess", "inf,0,0", "range"),
        ("guess", "0.5,0.5", "length"),
        ("tries", "4", "range"),
        ("matching", "yes", "choice"),
        ("fold", "25", "range"),
        ("bet_sum", "yes", "choice"),
    ],
)
def test_what_no_scene_could_have_written_is_refused(name, text, rule):
    (problem,) = read({name: text})[1]
    assert (problem.name, problem.rule) == (name, rule)
