"""Train's view by itself: what it shows, what an event makes of the settings, what is covered."""

import json
from itertools import pairwise

import pytest

from ce_viz.core.studies.classified import classify_image, worst_mistakes
from ce_viz.core.studies.training import LOSSES, MAX_STEPS, TrainingSettings, start_training, train
from ce_viz.live import Arrive, Edit, Pick, Tick, Toggle
from ce_viz.live.message import answer, card, encoded
from ce_viz.live.route import Question
from ce_viz.pages import road
from ce_viz.pages.digits import training_data
from ce_viz.pages.train import charts, view
from ce_viz.pages.train.settings import CHARTS, PACES, SETTINGS, VIEWS
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings, read
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number

DATA = training_data()
TRAINED = train(DATA, start_training(DATA, TrainingSettings()), 40)


def settings_of(**link):
    settings, problems = read(link)
    assert not problems
    return settings


def shown(playing=False, **link):
    return road.show(view, visit_of(settings_of(**link), "en", playing=playing))


def cards(shown_view):
    return {chart.name: chart for board in shown_view.boards for chart in board.charts}


def headlines(shown_view):
    return ["".join(piece[0] for piece in board.headline) for board in shown_view.boards]


def test_every_chart_can_be_covered_and_each_name_stands_once():
    names = [
        [chart.name for board in shown(train_view=each).boards for chart in board.charts] for each in VIEWS
    ]
    assert all(len(set(each)) == len(each) for each in names)
    assert set(names[0] + names[1]) == set(CHARTS)


def test_first_headline_tells_the_step_and_the_share_of_images_read_right():
    count, accuracy = len(DATA.test.labels), TRAINED.history[-1].test_accuracy
    wrong = round((1 - accuracy) * count)
    told = f"Step 40 of 1000 · {100 * accuracy:.1f}% of {count} unseen images right, {wrong} wrong"
    assert headlines(shown(train_step="40"))[0] == told


def test_headline_of_the_race_tells_both_shares_in_bold():
    (pieces, _) = (board.headline for board in shown(train_view="race", train_step="120", lead="8").boards)
    settings = [TrainingSettings(loss=loss, initial_lead=8.0) for loss in LOSSES]
    shares = [train(DATA, start_training(DATA, each), 120).history[-1].test_accuracy for each in settings]
    assert [piece[0] for piece in pieces if "b" in piece] == [f"{100 * share:.1f}%" for share in shares]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("train_view", VIEWS)
def test_second_headline_tells_what_the_picked_image_is_read_as(train_view, language):
    link = {"train_view": train_view, "train_step": "40", "image": "100", "lead": "0", "lang": language}
    image = classify_image(DATA, TRAINED, 99)
    told = headlines(shown(**link))[1]
    assert "*" not in told
    assert str(image.label) in told
    assert str(image.predicted) in told
    assert words(language)["train.unseen"] in told


@pytest.mark.parametrize(
    ("link", "silent"),
    [
        ({"hide": "accuracy"}, 0),
        ({"hide": "race_accuracy", "train_view": "race"}, 0),
        *(({"hide": name}, 1) for name in ("pixels", "logits", "probs", "targets")),
        *(
            ({"hide": name, "train_view": "race"}, 1)
            for name in ("pixels", *(f"probs_{each}" for each in LOSSES))
        ),
    ],
    ids=str,
)
def test_what_is_covered_is_told_by_no_headline(link, silent):
    told = headlines(shown(present="1", train_step="40", **link))
    assert told[silent] == ("" if silent else "Step 40 of 1000")
    assert told[1 - silent] != ""


def test_a_covered_chart_leaves_nothing_in_the_answer():
    hidden = shown(present="1", hide=",".join(CHARTS), train_step="40")
    sent = answer(hidden)["charts"]
    assert {key for each in sent for key in each} == {"name", "title", "kind", "span", "joiner", "hidden"}


def test_alternatives_tell_the_numbers_of_the_image():
    image, told = classify_image(DATA, TRAINED, 1611), cards(shown(train_step="40"))
    for name in ("logits", "probs", "targets", "logits_grad"):
        values = [f"{k} {number(value)}" for k, value in enumerate(getattr(image, name).tolist())]
        assert told[name].alt.endswith(", ".join(values) + ".") or ", ".join(values) in told[name].alt


def test_row_of_cards_says_s_minus_y_is_the_gradient_of_cross_entropy_only():
    rows = {loss: cards(shown(train_loss=loss, train_step="3", image="1")) for loss in LOSSES}
    assert {loss: row["targets"].joiner for loss, row in rows.items()} == {
        "cross_entropy": "=",
        "squared_error": "→",
    }
    assert {loss: row["image_grad"].formula for loss, row in rows.items()} == {
        "cross_entropy": "(S − y) x^T",
        "squared_error": "J(S − y) x^T",
    }


# Plays


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("train_view", VIEWS)
def test_tick_moves_on_by_the_pace_and_never_beyond_the_last_step(pace, train_view):
    settings = settings_of(pace=pace, train_step=str(MAX_STEPS - 51), train_view=train_view)
    after = view.act(settings, Tick())
    assert after == settings.changed(train_step=MAX_STEPS - 51 + int(pace))
    assert view.act(after.changed(train_step=MAX_STEPS - 1, pace="50"), Tick())["train_step"] == MAX_STEPS
    assert view.act(after.changed(train_step=MAX_STEPS), Tick()) == after.changed(train_step=MAX_STEPS)


def test_a_play_says_when_its_next_frame_is_due_until_the_last_step():
    assert shown(playing=True).tick_ms == 80
    assert shown(playing=True, train_step=str(MAX_STEPS - 1)).tick_ms == 80
    assert shown(playing=True, train_step=str(MAX_STEPS)).tick_ms is None
    assert shown().tick_ms is None


def test_a_play_by_the_road_ends_with_the_last_step():
    settings, steps = settings_of(pace="50", train_step="870"), []
    tick = 80
    while tick:
        settings, after = road.answer(view, settings, [Tick()], "en")
        steps.append(settings["train_step"])
        tick = after.tick_ms
    assert steps == [920, 970, 1000]


@pytest.mark.parametrize("train_view", VIEWS)
def test_in_a_play_only_cards_whose_scale_takes_a_step_travel_whole(train_view):
    link = {"train_view": train_view, "image": "100"}
    frames = [cards(shown(train_step=str(step), **link)) for step in range(100, 501, 25)]
    whole = [
        name
        for before, now in pairwise(frames)
        for name in now
        if "move" not in card(now[name], have={card(before[name])["still"]})
    ]
    assert set(whole) <= {"logits", "weights", *(f"weights_{loss}" for loss in LOSSES)}
    assert len(whole) <= 5


def test_a_frame_is_small():
    have = {each["still"] for each in answer(shown(train_step="500"))["charts"]}
    assert len(encoded(answer(shown(train_step="525"), have))) < 32_000


# Picks


@pytest.mark.parametrize("place", range(12))
def test_picked_mistake_becomes_the_scenario(place):
    settings = settings_of(
        train_step="40", mode="soft", targets="1,2,3", temperature="2", cell="1,1", train_rate="0.5"
    )
    worst = worst_mistakes(DATA, TRAINED, 12)[place]
    after = view.act(settings, Pick("mistakes", *divmod(place, 6)))
    assert after["logits"] == tuple(round(logit, 4) for logit in worst.logits.tolist())
    assert (after["label"], after["mode"], after["temperature"]) == (worst.label + 1, "one-hot", 1.0)
    assert (after["names"], after["cell"]) == (tuple("0123456789"), None)
    assert after["origin"] == f"digit-{worst.number + 1}"
    assert (after["train_step"], after["image"]) == (40, settings["image"])
    assert view.leads_to(after, Pick("mistakes", 0, 0)) == "explore"
    assert view.leads_to(after, Pick("probs", 0, 0)) is None


@pytest.mark.parametrize(
    "event",
    [
        Pick("mistakes", 2, 0),
        Pick("mistakes", 0, 6),
        Pick("mistakes", 9999, 9999),
        Pick("probs", 1, 1),
        Pick("nonsense", 0, 0),
        Edit("logits", 0, 3.0),
        Edit("nonsense", 9999, -1e300),
        Toggle("mistakes"),
        Arrive({}, ended=True),
    ],
    ids=str,
)
@pytest.mark.parametrize("train_view", VIEWS)
def test_other_events_change_nothing_and_lead_nowhere(event, train_view):
    settings = settings_of(train_step="40", train_view=train_view)
    assert view.act(settings, event) == settings
    assert view.leads_to(settings, event) is None


def test_a_mistake_is_picked_neither_in_a_race_nor_under_its_cover():
    for link in ({"train_view": "race"}, {"present": "1", "hide": "mistakes"}):
        settings = settings_of(train_step="40", **link)
        assert road.act(view, settings, Pick("mistakes", 0, 0)) == settings


def test_a_place_without_a_mistake_changes_nothing():
    few = worst_mistakes(DATA, train(DATA, start_training(DATA, TrainingSettings()), MAX_STEPS), 12)
    settings = settings_of(train_step=str(MAX_STEPS))
    for place in range(12):
        after = view.act(settings, Pick("mistakes", *divmod(place, 6)))
        assert (after != settings) == (place < len(few))


def test_worst_mistake_becomes_the_image():
    settings = settings_of(train_step="40", image="1")
    assert view.with_worst_image(settings)["image"] == worst_mistakes(DATA, TRAINED, 1)[0].number + 1


# Corners

_FAR = {  # the ends of every setting of the page
    "train_rate": ("0.001", "10"),
    "train_smoothing": ("0", "1"),
    "train_step": ("0", "1", str(MAX_STEPS)),
    "batch_size": ("1", "256"),
    "seed": ("0", "9999"),
    "lead": ("0", "20"),
    "image": ("1", "1797"),
    "train_loss": LOSSES,
    "pace": PACES,
}


def test_corners_name_every_setting_of_the_page():
    assert set(_FAR) == set(SETTINGS) - {"train_view"}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, ends in _FAR.items() for text in ends])
@pytest.mark.parametrize("train_view", VIEWS)
def test_every_end_of_every_setting_is_shown_and_goes_on(name, text, train_view):
    settings = settings_of(**{"train_step": "90", "train_view": train_view, name: text})
    after, moved = road.answer(view, settings, [Tick()], "en")
    assert after["train_step"] == min(settings["train_step"] + int(settings["pace"]), MAX_STEPS)
    json.loads(encoded(answer(moved)))
    picked = view.act(after, Pick("mistakes", 0, 0))
    assert (picked != after) == (train_view == "one")


@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_that_diverges_is_shown_and_its_mistakes_can_be_picked(loss):
    link = {"train_loss": loss, "train_rate": "10", "batch_size": "1", "train_smoothing": "0.5"}
    settings = settings_of(train_step=str(MAX_STEPS), **link)
    json.loads(encoded(answer(road.show(view, visit_of(settings)))))
    assert view.act(settings, Pick("mistakes", 1, 5))["origin"].startswith("digit-")


@pytest.mark.parametrize("logits", ["1,2", "-inf,0", ",".join(["0"] * 100)])
def test_the_scenario_of_other_pages_does_not_matter(logits):
    plain = answer(shown(train_step="40"))
    assert encoded(answer(shown(train_step="40", logits=logits, temperature="0.05"))) == encoded(plain)


def test_every_question_is_answered_beside_the_servers_loop():
    assert view.is_slow(Question("train", {}, [], "en"))


def test_gallery_says_each_mistake_by_its_digits():
    worst = worst_mistakes(DATA, TRAINED, 2)
    alt = charts.gallery(words("en"), worst).alt
    assert "; ".join(f"{each.label}, not {each.predicted}" for each in worst) in alt


def test_default_settings_are_those_of_the_core():
    settings, core = Settings(), TrainingSettings()
    chosen = tuple(settings[f"train_{name}"] for name in ("loss", "rate", "smoothing"))
    assert chosen == (core.loss, core.learning_rate, core.label_smoothing)
