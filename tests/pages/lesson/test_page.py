"""The lesson, wired: Next and Back, buttons, what is said, what stands in the link."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ce_viz.pages.lesson import scenes
from ce_viz.pages.lesson.settings import NUM_FOLDS, NUM_SCENES, TASKS
from ce_viz.settings.value import Settings
from ce_viz.strings import words
from tests.pages.conftest import address, open_app, texts


def opened(settings: Settings, **more: str) -> AppTest:
    return open_app("lesson", **settings.query(), **more)


def said(app: AppTest) -> str:
    """Everything that is read on the page, what was done too."""
    return "\n".join([texts(app), *(box.value for box in app.success), *(title.value for title in app.title)])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scene", range(1, NUM_SCENES + 1))
def test_a_scene_is_shown_with_its_title_task_and_way_on(scene, language):
    app = opened(scenes.begun(Settings(), scene), lang=language)
    assert not app.exception
    assert not app.warning
    assert app.title[0].value.startswith(f"{scene} · ")
    assert ":material/touch_app:" in texts(app)
    assert [button.key for button in app.button if button.key == "lesson_next"] == ["lesson_next"] * (
        scene < NUM_SCENES
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_next_leads_through_all_scenes_though_nothing_was_done(language):
    app = open_app("lesson", lang=language)
    for scene in range(2, NUM_SCENES + 1):
        app.button(key="lesson_next").click().run()
        assert not app.exception
        assert address(app)["scene"] == str(scene)
        assert "done" not in address(app)
    app.button(key="lesson_back").click().run()
    assert address(app)["scene"] == str(NUM_SCENES - 1)


def test_what_was_done_is_kept_on_the_way_on_and_back():
    app = opened(scenes.begun(Settings(), 1).changed(logits=(2.0, 6.0, 0.1)))
    assert "sum to 1, so what dog gains" in said(app)
    app.button(key="lesson_next").click().run()
    assert address(app)["done"] == "sure"
    app.button(key="lesson_back").click().run()
    assert address(app)["done"] == "sure"
    assert "sum to 1, so what dog gains" in said(app)


def test_five_is_added_to_all():
    app = opened(scenes.begun(Settings(), 1).changed(done=("sure",)))
    app.button(key="add").click().run()
    assert address(app)["logits"] == "7,6,5.1"
    assert "differences" in said(app)
    assert address(app)["done"] == "sure,shift"


def test_what_cannot_be_done_is_said_with_its_bound():
    app = opened(scenes.begun(Settings(), 2).changed(done=("loss",), logits=(2.0, 4.0, 0.1)))
    app.button(key="put_back").click().run()
    assert "logits" not in address(app)
    assert "cannot be done" not in said(app)
    app = opened(scenes.begun(Settings(), 2).changed(done=("loss",), logits=(-9.0, 1.0, 0.1)))
    assert "cannot be done" in said(app)
    assert "0.341" in said(app)


def test_a_guess_is_shown_beside_the_gradient_and_can_be_made_again():
    app = opened(scenes.begun(Settings(), 3).changed(guess=(0.5, -0.5, -0.2)))
    assert "S\u00a0−\u00a0y" not in said(app)
    assert "S_j - y_j" not in said(app)
    app.button(key="reveal").click().run()
    assert "**2 of 3**" in said(app)
    assert "S_j - y_j" not in said(app)
    app.button(key="guess_again").click().run()
    assert "guess" not in address(app)


def test_the_short_formula_comes_once_the_gradient_was_found_by_hand():
    app = opened(scenes.begun(Settings(), 3).changed(guess=(0.5, -0.5, 0.2), done=("guess",), tries=3))
    assert words("en")["lesson.thrice.done"] in said(app)
    assert "S_j - y_j" not in said(app)
    app.button(key="cover").click().run()
    assert address(app)["matching"] == "1"
    app.button(key="unhide").click().run()
    assert "matching" not in address(app)
    app.button(key="cover").click().run()
    found = app.session_state["session"].settings.changed(guess=(0.15, -0.9, 0.75))
    app = opened(scenes.recorded(found))
    assert "S_j - y_j" in said(app)


def test_the_end_of_the_fold_is_one_click_away():
    app = opened(scenes.begun(Settings(), 4))
    app.button(key="to_end").click().run()
    assert address(app)["fold"] == str(NUM_FOLDS)
    assert address(app)["done"] == "terms"
    app.button(key="from_start").click().run()
    assert "fold" not in address(app)
    assert address(app)["done"] == "terms"


def test_learning_begins_again_with_the_other_label():
    app = opened(scenes.begun(Settings(), 5))
    app.button(key="lesson_play").click().run()
    assert address(app).get("descent_step", "1") == "1"
    app.button(key="smooth").click().run()
    assert address(app)["mode"] == "smoothed"
    app.button(key="one_hot").click().run()
    assert "mode" not in address(app)
    assert not app.exception


@pytest.mark.parametrize(
    ("answer", "word"), [("whole", "bet_right"), ("short", "bet_wrong"), ("other", "bet_wrong")]
)
@pytest.mark.parametrize("name", ["sum", "temperature"])
def test_a_prediction_is_judged(name, answer, word):
    app = opened(scenes.asked(scenes.begun(Settings(), 6), name))
    app.button(key=f"{name}.{answer}").click().run()
    assert words("en")[f"lesson.{word}"] in said(app)
    assert name in address(app)["done"].split(",")


@pytest.mark.parametrize("door", ["to_next_page", "door_why", "door_pitfalls", "door_explore"])
def test_the_doors_lead_on(door):
    app = opened(scenes.begun(Settings(), NUM_SCENES))
    app.button(key=door).click().run()
    assert not app.exception
    name = "derivation" if door == "to_next_page" else door.removeprefix("door_")
    assert app.title[0].value == words("en")["app.title" if name == "explore" else f"nav.{name}"]
    assert app.session_state["session"].settings["mode"] == "one-hot"  # not the last scene's label


def test_other_settings_are_said_and_the_scenes_own_are_one_click_away():
    app = open_app("lesson", scene="4", logits="1,2,3,4")
    assert words("en")["lesson.other_settings"] in texts(app)
    assert words("en")["lesson.terms.prompt"] not in texts(app)
    app.button(key="begin").click().run()
    assert words("en")["lesson.terms.prompt"] in texts(app)
    assert address(app)["scene"] == "4"


@pytest.mark.parametrize("scene", range(1, NUM_SCENES + 1))
def test_a_link_to_a_scene_shows_that_scene(scene):
    app = open_app("lesson", scene=str(scene), names="a,b,c")
    assert not app.exception
    assert "begin" not in {button.key for button in app.button}
    assert ":material/touch_app:" in texts(app)
    settings, named = app.session_state["session"].settings, Settings().changed(names=("a", "b", "c"))
    own = {4: scenes.begun(named, 4), 6: scenes.begun(named, 6)}  # the others are about a plain label too
    assert settings == own.get(scene, named.changed(scene=scene))
    assert address(app) == settings.query()


def test_who_takes_a_scenes_beginning_back_is_not_brought_there_again():
    app = open_app("lesson", scene="4")
    app.button(key="undo").click().run()
    assert app.session_state["session"].settings["mode"] == "one-hot"
    assert "begin" in {button.key for button in app.button}


def test_all_done_is_ticked_on_the_way_to_every_scene():
    app = opened(scenes.begun(Settings(), 1).changed(done=TASKS))
    assert [app.button(key=f"scene_{k}").label for k in range(1, 7)] == [f"{k} ✓" for k in range(1, 7)]


def test_where_a_chart_is_covered_nothing_tells_what_was_done():
    app = opened(scenes.begun(Settings(), 2).changed(done=("loss", "only"), present=True, hide=("loss",)))
    assert len(app.success) == 0
    assert "0.341" not in said(app)


def test_a_visitors_own_names_are_shown_as_text():
    app = opened(scenes.begun(Settings(), 1).changed(names=("*a*", "<b>x</b>", "$y$")))
    assert r"\*" in said(app) or "&#42;" in said(app) or r"\<" in said(app)
    assert not app.exception
