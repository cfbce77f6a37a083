"""Train, wired: buttons move the run, links replay it, its numbers are the classifier's."""

import re
from itertools import count

import pytest
from streamlit.util import calc_hash

from ce_viz.core.studies.classified import classify_image, worst_mistakes
from ce_viz.core.studies.training import LOSSES, MAX_STEPS, TrainingSettings, start_training, train
from ce_viz.live import Arrive, Pick, Tick
from ce_viz.live.component import live_charts
from ce_viz.pages.digits import training_data
from ce_viz.pages.train import view
from ce_viz.pages.train.settings import PACES, VIEWS
from ce_viz.settings.presets import PRESETS
from ce_viz.settings.table import TABLE
from ce_viz.strings import LANGUAGES, words
from tests.pages.conftest import address, open_app, texts

DATA = training_data()


def open_page(**settings):
    app = open_app("train", **settings)
    assert not app.exception
    return app


@pytest.fixture
def send(monkeypatch):
    """Sends events from a board of the page, as its component does, and runs the page."""
    receivers, numbers = {}, count(1)

    def spy(board, *, on_message, **settings):
        receivers[board.key] = on_message
        return live_charts(board, on_message=on_message, **settings)

    monkeypatch.setattr("ce_viz.pages.frame.board.live_charts", spy)

    def send(app, key, *events):
        receivers[key](next(numbers), events)
        app.run()
        assert not app.exception

    return send


def trained(steps, **settings):
    return train(DATA, start_training(DATA, TrainingSettings(**settings)), steps)


def shown_step(app):
    return int(re.search(r"Step (\d+) of", texts(app))[1])


def shown_shares(app):
    line = next(line for line in texts(app).split("\n") if line.startswith("Step "))
    return [float(share) for share in re.findall(r"([\d.]+)%", line)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("train_view", VIEWS)
@pytest.mark.parametrize("present", ["0", "1"])
def test_page_opens_without_a_complaint(language, train_view, present):
    app = open_page(lang=language, train_view=train_view, present=present)
    assert not app.warning


def test_run_starts_before_the_first_step():
    assert shown_step(open_page()) == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"train_loss": "squared_error"},
        {"train_rate": "0.1", "batch_size": "8"},
        {"train_smoothing": "0.2", "seed": "7"},
    ],
)
def test_link_restores_the_run_with_its_settings(settings):
    app = open_page(train_step="40", **settings)
    chosen = {name.replace("train_", ""): value for name, value in settings.items()}
    core = {
        "loss": chosen.get("loss", "cross_entropy"),
        "learning_rate": float(chosen.get("rate", 0.5)),
        "batch_size": int(chosen.get("batch_size", 32)),
        "label_smoothing": float(chosen.get("smoothing", 0)),
        "seed": int(chosen.get("seed", 0)),
    }
    accuracy = trained(40, **core).history[-1].test_accuracy
    assert shown_step(app) == 40
    assert shown_shares(app)[0] == pytest.approx(100 * accuracy, abs=0.05)
    assert address(app) == {"train_step": "40", **settings}


def test_link_restores_the_race_with_its_lead():
    app = open_page(train_view="race", train_step="120", lead="8")
    expected = [trained(120, loss=loss, initial_lead=8.0).history[-1].test_accuracy for loss in LOSSES]
    assert shown_shares(app) == pytest.approx([100 * share for share in expected], abs=0.05)


def test_step_moves_the_run_by_one():
    app = open_page()
    app.button(key="train_one").click().run()
    assert (shown_step(app), address(app)) == (1, {"train_step": "1"})


def test_reset_goes_back_to_the_start_and_the_same_run_follows():
    app = open_page(train_step="3")
    before = texts(app)
    app.button(key="train_reset").click().run()
    assert (shown_step(app), address(app)) == (0, {})
    for _ in range(3):
        app.button(key="train_one").click().run()
    assert texts(app) == before


def test_another_learning_rate_replays_the_run_to_the_same_step():
    app = open_page(train_step="40")
    app.number_input(key="train_rate").set_value(0.05).run()
    assert shown_step(app) == 40
    accuracy = trained(40, learning_rate=0.05).history[-1].test_accuracy
    assert shown_shares(app)[0] == pytest.approx(100 * accuracy, abs=0.05)


def test_play_becomes_pause_and_pause_becomes_play():
    app, catalogue = open_page(), words("en")
    assert app.button(key="train_play").label == catalogue["train.play"]
    app.button(key="train_play").click().run()
    assert app.button(key="train_play").label == catalogue["train.pause"]
    app.button(key="train_play").click().run()
    assert app.button(key="train_play").label == catalogue["train.play"]


def test_play_at_the_end_starts_again():
    app = open_page(train_step=str(MAX_STEPS))
    assert shown_step(app) == MAX_STEPS
    assert app.button(key="train_one").disabled
    app.button(key="train_play").click().run()
    assert shown_step(app) == 0


def is_playing(app):
    return app.button(key="train_play").label == words("en")["train.pause"]


def test_ticks_move_a_playing_run_by_the_pace_and_the_address_follows_once_it_rests(send):
    app = open_page(pace="5")
    app.button(key="train_play").click().run()
    send(app, view.RUN, Tick())
    send(app, view.RUN, Tick())
    assert (shown_step(app), address(app)) == (10, {"pace": "5"})
    app.button(key="train_play").click().run()
    assert (is_playing(app), address(app)) == (False, {"pace": "5", "train_step": "10"})


def test_ticks_of_a_run_that_rests_are_ignored(send):
    app = open_page(train_step="10")
    send(app, view.RUN, Tick())
    assert shown_step(app) == 10


def test_a_play_by_messages_ends_with_the_last_step(send):
    app = open_page(train_step=str(MAX_STEPS - 30))
    app.button(key="train_play").click().run()
    send(app, view.RUN, Tick())
    assert is_playing(app)
    send(app, view.RUN, Tick())
    assert (shown_step(app), is_playing(app)) == (MAX_STEPS, False)
    assert address(app) == {"train_step": str(MAX_STEPS)}


@pytest.mark.parametrize("change", [("number_input", "train_rate", 0.25), ("button_group", "pace", "50")])
def test_a_setting_changed_during_a_play_does_not_end_it(change, send):
    kind, key, value = change
    app = open_page()
    app.button(key="train_play").click().run()
    getattr(app, kind)(key=key).set_value(value).run()
    assert is_playing(app)
    send(app, view.RUN, Arrive({"train_step": "300"}, ended=False))
    assert (shown_step(app), is_playing(app)) == (300, True)


def test_reset_during_a_play_leaves_out_what_the_browser_has_played_since(send):
    app = open_page()
    app.button(key="train_play").click().run()
    app.button(key="train_reset").click().run()
    send(app, view.RUN, Arrive({"train_step": "300"}, ended=False))
    assert (shown_step(app), address(app), is_playing(app)) == (0, {}, False)
    app.button(key="train_play").click().run()
    send(app, view.RUN, Arrive({"train_step": "75"}, ended=False))
    assert shown_step(app) == 75


def test_default_settings_reach_at_least_94_percent_and_the_page_says_so():
    app = open_page(train_step=str(MAX_STEPS))
    assert shown_shares(app)[0] >= 94.0


@pytest.mark.parametrize(
    "bad",
    [
        {"train_step": "1001"},
        {"train_step": "-1"},
        {"train_loss": "hinge"},
        {"train_rate": "nan"},
        {"batch_size": "0"},
        {"train_smoothing": "2"},
        {"seed": "1.5"},
        {"pace": "7"},
        {"lead": "21"},
        {"image": "1798"},
        {"train_view": "<b>"},
        {"origin": "digit-0"},
        {"origin": "javascript:alert(1)"},
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_value_in_a_link_is_refused_in_words_and_the_page_stays(bad, language):
    app = open_page(lang=language, **bad)
    assert len(app.warning) == 1
    assert words(language)[f"fields.{next(iter(bad))}"] in app.warning[0].value


def told_to_the_browser(app, key):
    """Whether the newest run tells the browser the widget's value; one that was away would show its default."""
    return app.number_input(key=key).proto.set_value


def test_settings_are_shown_again_when_the_page_is_opened_again():
    app = open_page(train_rate="0.3")
    app._page_hash = calc_hash("numerics")
    app.run().run()
    assert "train_rate" not in [field.key for field in app.number_input]
    app._page_hash = calc_hash("train")
    app.run()
    assert told_to_the_browser(app, "train_rate")


def test_widget_that_appears_shows_its_setting():
    app = open_page(lead="12")
    app.button_group(key="train_view").set_value("race").run()
    assert app.slider(key="lead").proto.set_value
    assert list(app.slider(key="lead").proto.value) == [12.0]


def test_field_that_stays_is_left_alone_while_the_run_plays():
    app = open_page()
    app.button(key="train_play").click().run()
    app.run()
    assert not told_to_the_browser(app, "train_rate")


@pytest.mark.parametrize("pace", PACES)
def test_link_restores_the_pace(pace):
    assert open_page(pace=pace).button_group(key="pace").value == pace


def test_picked_image_is_described_by_the_classifier_as_it_is_now():
    app = open_page(train_step="50", image="100")
    image = classify_image(DATA, trained(50), 99)
    told = words("en").fill(
        "train.image_readout",
        label=image.label,
        predicted=image.predicted,
        prob=f"{100 * image.probs[image.predicted]:.1f}%",
        side=words("en")["train.unseen"],
    )
    assert told.replace("**", "") in texts(app)


def test_worst_mistake_can_be_picked_as_the_image():
    app = open_page(train_step="50", image="1")
    app.button(key="train_show_worst").click().run()
    assert app.number_input(key="image").value == worst_mistakes(DATA, trained(50), 1)[0].number + 1


def test_table_holds_the_images_numbers_in_full():
    app = open_page(train_step="30", image="8")
    app.session_state["train_numbers"] = True
    app.run()
    image = classify_image(DATA, trained(30), 7)
    (table,) = (code.value for code in app.code if "\t" in code.value)
    rows = [line.split("\t") for line in table.split("\n")[1:11]]
    assert [float(row[1]) for row in rows] == image.logits.tolist()
    assert [float(row[4]) for row in rows] == image.probs_minus_targets.tolist()


@pytest.mark.parametrize(("train_view", "tables"), [("one", 1), ("race", 2)])
def test_each_run_has_its_numbers_and_the_files_to_take_away(train_view, tables):
    app = open_page(train_view=train_view, train_step="10")
    app.session_state["train_numbers"] = True
    app.run()
    assert not app.exception
    assert len([code for code in app.code if "\t" in code.value]) == tables
    assert {button.label for button in app.get("download_button")} >= {"CSV", "JSON"}


def test_numbers_are_not_told_while_a_chart_is_covered():
    panel = words("en")["explore.numbers"]
    assert panel in [each.label for each in open_page(present="1").expander]
    assert panel not in [each.label for each in open_page(present="1", hide="probs").expander]


# Explore


@pytest.fixture
def switched(monkeypatch):
    """Titles of the pages that the app leads to; AppTest itself would forget the settings on the way."""
    titles = []
    monkeypatch.setattr("streamlit.switch_page", lambda page, **_: titles.append(page.title))
    return titles


def test_picked_mistake_opens_in_explore(send, switched):
    app = open_page(train_step="40")
    send(app, view.GALLERY, Pick("mistakes", 0, 1))
    worst = worst_mistakes(DATA, trained(40), 2)[1]
    assert switched == [words("en")["nav.explore"]]
    assert address(app)["origin"] == f"digit-{worst.number + 1}"
    assert address(app)["logits"].split(",")[0] == f"{worst.logits[0]:.4f}".rstrip("0")


@pytest.mark.parametrize("pick", [Pick("mistakes", 2, 0), Pick("probs", 3, 3)])
def test_other_picks_stay_on_the_page(pick, send, switched):
    app = open_page(train_step="40")
    send(app, view.GALLERY, pick)
    assert (switched, address(app)) == ([], {"train_step": "40"})


def test_preset_is_the_digit_that_the_default_classifier_misreads_worst():
    worst = worst_mistakes(DATA, trained(MAX_STEPS), 1)[0]
    preset = PRESETS["misread"]
    assert preset["logits"] == tuple(worst.logits.round(4).tolist())
    assert (preset["label"], preset["names"][worst.predicted]) == (worst.label + 1, "9")


FROM_TRAIN = {"logits": "1,2,0.5", "label": "1", "names": "0,1,2", "origin": "digit-1612"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_explore_says_which_image_its_logits_come_from(language):
    app = open_app(lang=language, **FROM_TRAIN)
    told = words(language).fill("origin.digit_readout", number=1612, label="0", predicted="1")
    assert told in texts(app)


def test_explore_no_longer_says_so_once_the_logits_are_changed():
    app = open_app(**FROM_TRAIN)
    app.text_input(key="logits").set_value("1, 2, 0").run()
    assert "1612" not in texts(app)
    assert "origin" not in address(app)


def test_every_setting_of_the_page_has_a_name_in_both_languages():
    for name in (
        "train_view",
        "train_loss",
        "train_rate",
        "train_smoothing",
        "train_step",
        "batch_size",
        "seed",
    ):
        assert name in TABLE
        assert all(f"fields.{name}" in words(language) for language in LANGUAGES)
