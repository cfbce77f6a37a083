"""The race, wired: its steps and losses are the core's, and only what belongs to it changes it."""

import pytest

from ce_viz.core import Scenario
from ce_viz.core.studies.race import Arrival, run_race
from ce_viz.pages.why.race import about
from ce_viz.strings.numbers import number
from tests.pages.conftest import address
from tests.pages.why.opened import open_page, shown

# 3: the race


RACE = {"part": "race", "logits": "5,0,0", "label": "2"}
RUN = run_race(Scenario((5.0, 0.0, 0.0), label=1), 0.5)


def test_steps_to_the_goal_are_the_cores():
    app = open_page(**RACE)
    app.button(key="why_finish").click().run()
    for arrival in RUN.arrivals:
        assert f"L < 0.1 after {int(arrival.steps)} steps" in shown(app)
    assert address(app)["race_step"] == str(RUN.steps)


def test_nothing_is_told_before_it_happened():
    first, second = (int(arrival.steps) for arrival in RUN.arrivals)
    early = shown(open_page(**RACE, race_step=str(first - 1)))
    assert "L < 0.1 after" not in early
    between = shown(open_page(**RACE, race_step=str(second - 1)))
    assert f"L < 0.1 after {first} steps" in between
    assert f"{second} steps" not in between


def test_losses_on_the_way_are_the_cores():
    text = shown(open_page(**RACE, race_step="3"))
    for racer, name in enumerate(("cross-entropy", "squared error")):
        assert f"{name}: L = {number(RUN.losses[racer, 3])} after 3 steps" in text


def test_one_step_and_back_to_the_start():
    app = open_page(**RACE)
    before = shown(app)
    app.button(key="why_step").click().run()
    assert address(app)["race_step"] == "1"
    app.button(key="why_rewind").click().run()
    assert "race_step" not in address(app)
    assert shown(app) == before


def test_a_stuck_racer_is_told_how_long_it_would_take():
    text = shown(open_page(part="race", logits="20,0,0", race_step="1000"))
    assert "about 2.0·10⁸ steps" in text


def test_a_racer_without_any_gradient_does_not_arrive():
    text = shown(open_page(part="race", logits="1000,0,0", race_step="1000", learning_rate="5"))
    assert "does not arrive" in text


def test_play_takes_the_first_step_and_pause_stays_there():
    app = open_page(**RACE)
    app.button(key="why_play").click().run()
    assert app.button(key="why_play").label == "Pause"
    assert "after 1 steps" in shown(app)
    assert "race_step" not in address(app)  # the address follows when it stands still
    app.button(key="why_play").click().run()
    assert app.button(key="why_play").label == "Play"
    assert app.session_state["session"].settings["race_step"] == 1  # the browser tells how far it has come


def test_play_at_the_end_plays_from_the_start():
    app = open_page(**RACE, race_step=str(RUN.steps))
    app.button(key="why_play").click().run()
    assert "after 1 steps" in shown(app)
    assert app.button(key="why_play").label == "Pause"


@pytest.mark.parametrize(
    "act",
    [
        lambda app: app.button(key="why_rewind").click(),
        lambda app: app.button(key="why_finish").click(),
        lambda app: app.slider(key="race_step").set_value(7),
        lambda app: app.slider(key="learning_rate").set_value(1.0),
        lambda app: app.text_input(key="logits").set_value("4, 0, 0"),
        lambda app: app.button_group(key="part").set_value("meaning"),
    ],
    ids=["rewind", "finish", "slider", "step size", "logits", "part"],
)
def test_a_hand_that_changes_the_race_ends_its_play(act):
    app = open_page(**RACE)
    app.button(key="why_play").click().run()
    act(app).run()
    assert not app.exception
    assert app.session_state["session"].playing == ""


def test_a_race_of_another_length_keeps_its_step_on_the_slider():
    app = open_page(**RACE, race_step="7")
    app.query_params["logits"] = "20,0,0"
    app.run()
    assert (app.slider(key="race_step").value, app.slider(key="race_step").max) == (7, 1000)


@pytest.mark.parametrize("change", [("temperature", 2.0), ("learning_rate", 1.0)])
def test_other_settings_make_another_race_from_its_start(change):
    app = open_page(**RACE, race_step="9")
    app.slider(key=change[0]).set_value(change[1]).run()
    assert "race_step" not in address(app)


def test_changed_logits_make_another_race_from_its_start():
    app = open_page(**RACE, race_step="9")
    app.text_input(key="logits").set_value("4, 0, 0").run()
    assert "race_step" not in address(app)


def test_a_step_past_the_end_of_a_race_is_its_end():
    app = open_page(**RACE, race_step="999")
    assert app.slider(key="race_step").value == RUN.steps


def test_goal_of_a_smoothed_label_is_above_its_entropy():
    app = open_page(part="race", mode="smoothed", race_step="1000")
    race = run_race(Scenario(label=1, mode="smoothed"), 0.5)
    assert f"L < {number(race.goal)}" in shown(app)


@pytest.mark.parametrize(
    ("steps", "text"), [(4629.0, "4,600"), (101218038.0, "1.0·10⁸"), (1284.0, "1,300"), (2.2e12, "2.2·10¹²")]
)
def test_estimates_have_two_digits(steps, text):
    assert about(Arrival(steps, exact=False)) == text
