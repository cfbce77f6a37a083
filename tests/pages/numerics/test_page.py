"""Numerics, wired: links restore it, its buttons set the shared logits, its numbers are the core's."""

import csv
import math

import numpy as np
import pytest

from ce_viz.core.studies.clipping import CLIPS
from ce_viz.core.studies.precision import DTYPES, FORMULAS, QUANTITIES, compare_formulas, first_breaks
from ce_viz.pages.numerics.charts import exact_text
from ce_viz.pages.numerics.landmarks import LEADS
from ce_viz.pages.numerics.settings import TOPICS
from ce_viz.settings.presets import PRESETS
from ce_viz.strings import LANGUAGES
from tests.pages.conftest import address, open_app, texts


def open_page(**link):
    app = open_app("numerics", **link)
    assert not app.exception
    return app


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic != "breaks"])  # the same for all
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_preset_is_shown_without_a_complaint(topic, language):
    app = open_page(lang=language, topic=topic)
    for preset in PRESETS:
        app.selectbox(key="preset").set_value(preset).run()
        assert not app.exception
        assert not app.warning


@pytest.mark.parametrize("present", ["0", "1"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_link_restores_the_type(dtype, present):
    app = open_page(topic="chain", dtype=dtype, present=present)
    assert app.button_group(key="dtype").value == dtype
    assert f"In {dtype}" in texts(app)


@pytest.mark.parametrize("clip", CLIPS)
def test_link_restores_the_clip(clip):
    app = open_page(topic="clipping", clip=clip)
    assert app.button_group(key="clip").value == clip
    assert f"c = {clip}" in texts(app)


def test_changing_topic_type_and_clip_is_written_to_the_link_and_kept_by_the_other_topics():
    app = open_page()
    app.button_group(key="topic").set_value("chain").run()
    app.button_group(key="dtype").set_value("float16").run()
    app.button_group(key="topic").set_value("clipping").run()
    app.button_group(key="clip").set_value("1e-3").run()
    assert address(app) == {"topic": "clipping", "dtype": "float16", "clip": "1e-3"}
    assert "6.91" in texts(app)  # −log 1e-3


def test_next_and_back_lead_through_every_topic():
    app, seen = open_page(), []
    while not app.button(key="numerics_next").disabled:
        seen.append(app.button_group(key="topic").value)
        app.button(key="numerics_next").click().run()
    assert (*seen, app.button_group(key="topic").value) == TOPICS
    app.button(key="numerics_back").click().run()
    assert address(app) == {"topic": TOPICS[-2]}


@pytest.mark.parametrize("link", [{"dtype": "float8"}, {"clip": "0"}, {"dtype": "<b>"}, {"topic": "all"}])
def test_unknown_setting_is_refused_in_words_and_the_page_stays(link):
    app = open_page(**link)
    assert len(app.warning) == 1
    assert app.button_group(key="topic").value == TOPICS[0]


@pytest.mark.parametrize(
    "logits", ["10000,-10000", "-inf,3,-inf", "0,0,0", "1e-300,0", ",".join(["1e4"] * 100)]
)
@pytest.mark.parametrize("temperature", ["0.05", "20"])
def test_extreme_logits_are_shown(logits, temperature):
    for topic in TOPICS:
        assert not open_page(topic=topic, logits=logits, temperature=temperature).warning


def test_sure_and_wrong_shows_nan_beside_the_true_gradient_and_an_infinite_loss_beside_1000():
    app = open_page(topic="chain")
    app.button(key="numerics_wrong").click().run()
    assert address(app)["logits"] == "1000,0,0"
    shown = texts(app).replace("\\", "")
    assert "**[NaN, NaN, NaN]**" in shown
    assert "**[1.000, −1.000, 0.000]**" in shown
    assert "**∞**" in shown
    assert "**1000.000**" in shown


def test_overflow_thresholds_stand_on_the_page():
    shown = texts(open_page(topic="breaks"))
    assert all(threshold in shown for threshold in ("11.09", "88.72", "709.78"))


def test_logits_are_set_only_where_they_matter():
    for topic in TOPICS:
        app = open_page(topic=topic)
        keys = {widget.key for widget in (*app.button, *app.select_slider)}
        assert ({"numerics_calm", "numerics_lead"} <= keys) == (topic != "breaks")
        assert ("winner w" in texts(app)) == (topic != "breaks")


def test_lead_moves_the_winner_that_far_ahead():
    app = open_page(logits="3,1,0.5")
    for lead in LEADS:
        app.select_slider(key="numerics_lead").set_value(lead).run()
        assert not app.warning
        assert app.text_input(key="logits").value == f"{lead + 1}, 1, 0.5"
        assert app.select_slider(key="numerics_lead").value == lead


def test_lead_counts_in_units_of_the_temperature():
    app = open_page(logits="3,1", temperature="2")
    app.select_slider(key="numerics_lead").set_value(10).run()
    assert address(app)["logits"] == "21,1"
    assert app.select_slider(key="numerics_lead").value == 10


def test_lead_beyond_the_largest_logit_moves_the_others_back():
    app = open_page(logits="9000,8000")
    app.select_slider(key="numerics_lead").set_value(5000).run()
    assert not app.warning
    assert address(app)["logits"] == "10000,5000"


def test_undo_takes_a_landmark_back():
    app = open_page(logits="3,1")
    app.button(key="numerics_ahead").click().run()
    app.button(key="undo").click().run()
    assert address(app)["logits"] == "3,1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_holds_every_number_at_full_precision(language):
    app = open_page(logits="40,0,0", label="1", lang=language)
    app.session_state["numerics_numbers"] = True
    app.run()
    table = next(code.value for code in app.code if "\t" in code.value)
    rows = list(csv.reader(table.splitlines(), delimiter="\t"))[1:]
    compared = compare_formulas((40.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0)
    shape = (len(QUANTITIES), len(FORMULAS), len(DTYPES))
    values, errors, first = (
        np.array([float(row[column]) for row in rows]).reshape(shape) for column in (3, 5, 6)
    )
    np.testing.assert_array_equal(values, compared.values)
    np.testing.assert_array_equal(errors, compared.ulp_errors)
    np.testing.assert_array_equal(first, np.stack([first_breaks(dtype) for dtype in DTYPES], axis=-1))
    assert [row[4] for row in rows[:: len(DTYPES)]] == [
        compared.exact[q][0] for q in range(len(QUANTITIES)) for _ in FORMULAS
    ]


def test_soft_labels_are_judged_at_their_largest_weight():
    app = open_page(mode="soft", targets="0.1,0.2,0.7", names="a,b,c")
    assert "true class t: **c**" in texts(app)


def test_tied_soft_labels_have_no_true_class():
    shown = texts(open_page(mode="soft", targets="0.7,0.7,0.1", free_sum="1", names="a,b,c"))
    assert "true class t" not in shown
    assert "largest label weights: **a**" in shown


def test_a_lead_that_is_divided_by_the_temperature_says_so():
    assert "o/T ahead by **0.500**" in texts(open_page(logits="2,1,0.1", temperature="2"))
    assert "o/T" not in texts(open_page(logits="2,1,0.1", topic="errors"))


def test_names_of_classes_are_text_not_markdown():
    app = open_page(names="**x**,[y](z),$w$")
    assert r"\*\*x\*\*" in texts(app)


@pytest.mark.parametrize(
    ("digits", "shown"),
    [("-1.5e-434", "−1.5·10⁻⁴³⁴"), ("0.25", "0.25"), ("Infinity", "∞"), ("1.5e+20", "1.5·10²⁰")],
)
def test_exact_values_are_printed_whatever_their_exponent(digits, shown):
    assert exact_text(digits) == shown


def test_take_away_gets_what_the_topic_shows():
    for topic, names in {
        "compare": {"comparison"},
        "breaks": {"comparison", *(f"first_breaks_{dtype}" for dtype in DTYPES)},
        "errors": {"comparison", "gap_sweep"},
        "chain": {"comparison", "explicit_chain"},
        "clipping": {"comparison", "clipping_curves"},
    }.items():
        assert open_page(topic=topic).session_state["session"].results.keys() == names


def test_nothing_of_another_page_is_needed_to_restore_it():
    link = {"logits": "5,0,-inf", "label": "3", "topic": "errors", "dtype": "float32", "temperature": "0.5"}
    app = open_page(**link)
    assert address(app) == link
    assert not math.isnan(app.slider(key="temperature").value)


def test_presenter_covers_the_product_of_the_chain_and_the_sentence_that_would_give_it_away():
    link = {"topic": "chain", "logits": "1000,0,0", "present": "1", "hide": "chain_product,clip_loss"}
    app = open_page(**link)
    assert not app.warning
    assert address(app) == link
    assert "NaN, NaN, NaN" not in texts(app)
    assert "NaN, NaN, NaN" in texts(open_page(**link | {"hide": "clip_loss"}))
