"""Why cross-entropy, wired: links restore it, its buttons set the shared settings, its numbers are the core's."""

import re

import pytest

from ce_viz.core import Scenario
from ce_viz.core.studies.comparison import gap_curves
from ce_viz.pages.why.gradient import pull
from ce_viz.pages.why.settings import PARTS
from ce_viz.pages.why.view import GAPS
from ce_viz.settings.presets import PRESETS
from ce_viz.strings import LANGUAGES
from ce_viz.strings.numbers import number, parse
from tests.pages.conftest import address, texts
from tests.pages.why.opened import open_page, shown

COMPARING = ("gradient", "surface", "race")
ODD = {
    "huge": {"logits": "10000,-10000"},
    "cold": {"logits": "3,1,-2", "temperature": "0.05", "learning_rate": "5"},
    "hot": {"logits": "3,1,-2", "temperature": "20"},
    "masked": {"logits": "2,1,-inf"},
    "tie": {"logits": "0,0,0"},
    "many": {"logits": ",".join(str(k % 7) for k in range(100)), "mode": "smoothed"},
    "not one": {"mode": "soft", "targets": "0.7,0.7,0.1"},
    "no weight": {"mode": "soft", "targets": "0,0,0"},
    "heavy": {"mode": "soft", "targets": "1000,0,0"},
    "no smoothing": {"mode": "smoothed", "label_smoothing": "0"},
    "all smoothing": {"mode": "smoothed", "label_smoothing": "1"},
    "tiny": {"logits": "1e-300,0"},
}


# The example, and one's own logits


@pytest.mark.parametrize("part", COMPARING)
def test_a_part_opens_on_a_confident_mistake_and_says_so(part):
    app = open_page(part=part)
    assert app.segmented_control(key="why_case").value == "example"
    assert "Example: “cat” leads by 10, but the label is “dog”" in shown(app)
    assert "logits" not in address(app)


@pytest.mark.parametrize("part", [*COMPARING, "meaning"])
def test_ones_own_logits_are_one_click_away_and_so_is_the_example(part):
    app = open_page(part=part)
    app.segmented_control(key="why_case").set_value("own").run()
    assert "Example:" not in shown(app)
    assert address(app)["case"] == "own"
    app.segmented_control(key="why_case").set_value("example").run()
    assert "Example:" in shown(app)


@pytest.mark.parametrize("part", [*COMPARING, "meaning"])
def test_logits_that_somebody_has_set_take_the_examples_place(part):
    app = open_page(part=part, logits="3,1,0")
    assert app.segmented_control(key="why_case").value == "own"
    app.segmented_control(key="why_case").set_value("example").run()
    app.text_input(key="logits").set_value("1, 2, 3").run()
    assert app.segmented_control(key="why_case").value == "own"


@pytest.mark.parametrize("part", ["smoothing", "temperature"])
def test_parts_that_no_example_makes_clearer_have_none(part):
    assert "why_case" not in {group.key for group in open_page(part=part).get("button_group")}


# Every part, whatever the settings


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_opens_in_every_language(part, language):
    assert not open_page(part=part, lang=language).warning


@pytest.mark.parametrize("part", PARTS)
def test_every_preset_is_shown_without_a_complaint(part):
    app = open_page(part=part)
    for preset in PRESETS:
        app.selectbox(key="preset").set_value(preset).run()
        assert not app.exception, preset
        assert not app.warning, preset


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_settings_are_shown(part, odd):
    assert not open_page(part=part, surface="space", race_step="1000", **ODD[odd]).warning


@pytest.mark.parametrize("part", [*COMPARING, "meaning"])
def test_a_masked_true_class_is_told_in_words(part):
    app = open_page(part=part, logits="-inf,1,0", label="1")
    assert "infinite" in app.info[0].value


@pytest.mark.parametrize("part", COMPARING)
def test_without_a_rival_the_page_says_that_nothing_can_be_wrong(part):
    app = open_page(part=part, logits="1,-inf", label="1")
    assert "cannot be wrong" in app.info[0].value


@pytest.mark.parametrize("part", PARTS)
def test_names_of_classes_are_text_not_markdown(part):
    app = open_page(part=part, names="**x**,[y](z),<b>")
    assert "[y](z)" not in texts(app)


# Links


SETTINGS = {
    "part": "surface",
    "axis": "log",
    "surface": "space",
    "pair": "3,1",
    "turn": "-90",
    "race_step": "7",
    "learning_rate": "1.5",
    "logits": "5,1,0.5",
}


def test_a_link_restores_every_setting_of_the_page():
    app = open_page(**SETTINGS)
    assert address(app) == SETTINGS
    assert app.button_group(key="surface").value == "space"
    assert app.slider(key="turn").value == -90
    assert (app.selectbox(key="pair_x").value, app.selectbox(key="pair_y").value) == (3, 1)


def test_a_link_restores_the_axis_and_the_race():
    app = open_page(**SETTINGS | {"part": "gradient"})
    assert app.button_group(key="axis").value == "log"
    app = open_page(**SETTINGS | {"part": "race"})
    assert app.slider(key="race_step").value == 7
    assert app.slider(key="learning_rate").value == 1.5


@pytest.mark.parametrize(
    "link",
    [
        {"part": "x"},
        {"axis": "<b>"},
        {"surface": "2d"},
        {"pair": "1,1"},
        {"pair": "1,9"},
        {"pair": "1"},
        {"turn": "400"},
        {"race_step": "-1"},
        {"race_step": "1001"},
        {"learning_rate": "10"},
        {"learning_rate": "0.01"},
        {"hide": "gap_gradients,nothing"},
    ],
)
def test_wrong_values_are_refused_in_words_and_the_page_stays(link):
    app = open_page(**link)
    assert len(app.warning) == 1
    assert app.button_group(key="part").value == "gradient"


def test_covered_charts_stand_in_the_link():
    link = {"present": "1", "hide": "gap_gradients"}
    assert address(open_page(**link)) == link


# From part to part


def test_next_and_back_walk_through_all_parts():
    app = open_page()
    walked = [app.button_group(key="part").value]
    while not app.button(key="why_next").disabled:
        app.button(key="why_next").click().run()
        assert not app.exception
        walked.append(app.button_group(key="part").value)
    assert tuple(walked) == PARTS
    app.button(key="why_back").click().run()
    assert address(app)["part"] == PARTS[-2]
    assert open_page().button(key="why_back").disabled


# 1: the gradient


def test_the_figures_stand_on_the_page():
    table = shown(open_page())
    assert re.search(r"\| 10 \* \| \*\*0\.99995\*\* \| \*\*1\.4·10⁻⁴\*\* \|", table)
    assert re.search(r"\| 20 \* \| \*\*1\.00000\*\* \| \*\*6\.2·10⁻⁹\*\* \|", table)


@pytest.mark.parametrize(
    "link", [{"logits": "6,1,0.5", "label": "2"}, {"mode": "smoothed", "temperature": "2"}]
)
def test_the_current_gradients_stand_on_the_page(link):
    app = open_page(**link)
    state = app.session_state["session"].settings
    scenario = Scenario(
        state["logits"], state["targets"], state["label"] - 1, state["mode"], 0.1, state["temperature"]
    )
    sizes = gap_curves(scenario).sizes
    found = re.search(r"\| here: (\S+) \| \*\*(\S+)\*\* \| \*\*(\S+)\*\* \|", shown(app))
    assert found
    assert [parse(text) for text in found.groups()[1:]] == pytest.approx(sizes, rel=0.05, abs=6e-6)


@pytest.mark.parametrize("size", [0.99995, 1.0, 0.00168, 2.7e-4, 1.2e-8, 19.99])
def test_a_shown_gradient_parses_back(size):
    assert parse(pull(size)) == pytest.approx(size, rel=0.05)


@pytest.mark.parametrize("gap", GAPS)
def test_a_wrong_start_has_that_gap(gap):
    app = open_page(logits="1,2,3", label="2", temperature="3", mode="smoothed")
    app.button(key=f"why_gap_{gap}").click().run()
    assert not app.exception
    assert address(app) == {"logits": f"0,0,{gap}"}
    assert f"here: {number(gap)}" in shown(app)


def test_a_wrong_start_keeps_the_class_that_a_soft_label_favours():
    app = open_page(logits="1,2,3", mode="soft", targets="0.1,0.2,0.7")
    app.button(key="why_gap_5").click().run()
    assert address(app)["label"] == "3"
    assert address(app)["logits"] == "0,5,0"


def test_a_wrong_start_is_taken_back_by_undo():
    app = open_page(logits="3,1")
    app.button(key="why_gap_10").click().run()
    app.button(key="undo").click().run()
    assert address(app)["logits"] == "3,1"


# 2: the surface


def test_surface_shows_the_rival_and_the_true_class_if_nothing_is_picked():
    app = open_page(part="surface", logits="0,5,3", label="3")
    assert (app.selectbox(key="pair_x").value, app.selectbox(key="pair_y").value) == (2, 3)


def test_a_picked_pair_stands_in_the_link():
    app = open_page(part="surface")
    app.selectbox(key="pair_x").set_value(3).run()
    assert address(app)["pair"] == "3,2"


def test_a_class_picked_for_both_axes_makes_them_change_places():
    app = open_page(part="surface", pair="1,2")
    app.selectbox(key="pair_x").set_value(2).run()
    assert address(app)["pair"] == "2,1"


def test_a_masked_class_spans_no_surface():
    app = open_page(part="surface", logits="0,1,-inf", pair="1,3", label="1")
    assert "masked" in app.info[0].value
    assert app.selectbox(key="pair_x").options == ["1 · cat", "2 · dog"]
