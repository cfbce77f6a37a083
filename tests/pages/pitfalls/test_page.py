"""Pitfalls, wired: nothing of an answer before a guess, then a verdict, wrong beside right, and a score."""

import json
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_viz.core import Scenario
from ce_viz.core.studies.pitfalls import NAMES, Choice, pose
from ce_viz.live.charts import formula_parts
from ce_viz.live.component import live_charts
from ce_viz.pages.pitfalls import charts as pitfall_charts
from ce_viz.pages.pitfalls import sentences as pitfall_words
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import field, parse
from tests.for_each import for_each
from tests.pages.conftest import address, open_app, texts

NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
CHOICES = [name for name in NAMES if isinstance(pose(name, Scenario()).answer, Choice)]
NUMBERS = [name for name in NAMES if name not in CHOICES]


@pytest.fixture
def boards(monkeypatch):
    """What was sent to the browser in the last run: the charts by the key of their grid."""
    sent = {}

    def spy(board, **settings):
        sent[board.key] = board.charts
        return live_charts(board, **settings)

    monkeypatch.setattr("ce_viz.pages.frame.board.live_charts", spy)
    return sent


def open_round(name, **link):
    app = open_app("pitfalls", round=name, **link)
    assert not app.exception
    return app


def guess(app, name, value):
    """Choose or type ``value`` and submit it."""
    if name in CHOICES:
        app.radio(key=f"pitfalls_{name}").set_value(value)
    else:
        app.text_input(key=f"pitfalls_{name}").set_value(value if isinstance(value, str) else field(value))
    app.button(key=f"pitfalls_{name}_check").click().run()
    assert not app.exception
    return app


def distractor(name):
    """A wrong guess that people make, with its name."""
    answer = pose(name, Scenario()).answer
    if isinstance(answer, Choice):
        option = next(option for option in answer.options if option != answer.answer)
        return option, option
    return next((value, trap) for trap, value in answer.traps.items())


def everything(app):
    """All texts of the page."""
    kinds = (app.success, app.subheader, app.header, app.title, app.error)
    return texts(app) + "\n".join(str(element.value) for kind in kinds for element in kind)


def secrets(name, language):
    """The sentences of a round that may be read only after a guess, up to the first number filled in."""
    section = words(language).section(f"pitfalls.{name}")
    private = [text for key, text in section.items() if key.startswith(("said_", "why", "error_"))]
    return [re.split(r"\{\w+\}", text)[0] for text in private]


def drawn(boards):
    """What the charts before a guess show and say; where an axis ends is no answer."""
    charts = boards["pitfalls_situation"]
    return "".join(json.dumps([chart.title, chart.alt, chart.hint, chart.figure["data"]]) for chart in charts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_link_opens_its_round_and_nothing_of_the_answer_is_told_before_a_guess(name, language, boards):
    app = open_round(name, lang=language)
    assert words(language)[f"pitfalls.{name}.title"] in texts(app)
    assert list(boards) == ["pitfalls_situation"]
    assert {chart.name for chart in boards["pitfalls_situation"]} == {
        panel.name for panel in pose(name, Scenario()).situation
    }
    told = everything(app) + drawn(boards)
    assert not [secret for secret in secrets(name, language) if len(secret) > 4 and secret in told]


@pytest.mark.parametrize("name", NUMBERS)
def test_no_number_before_a_guess_passes_for_the_answer(name, boards):
    app = open_round(name)
    told = everything(app) + drawn(boards)
    answer = pose(name, Scenario()).answer
    assert not [text for text in NUMBER.findall(told) if answer.judge(parse(text))]


@pytest.mark.parametrize("name", CHOICES)
def test_no_option_is_chosen_before_a_guess(name):
    assert open_round(name).radio(key=f"pitfalls_{name}").value is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_wrong_guess_gets_its_own_reply_the_comparison_and_the_error_in_computed_numbers(
    name, language, boards
):
    app = open_round(name, lang=language)
    value, trap = distractor(name)
    guess(app, name, value)
    catalogue = words(language)
    assert catalogue["pitfalls.verdict_wrong"] in app.warning[0].value
    assert catalogue[f"pitfalls.{name}.said_{trap}"] in app.warning[0].value
    assert catalogue[f"pitfalls.{name}.why"] in texts(app)
    parts = [chart.name.partition("_")[0] for chart in boards["pitfalls_comparison"]]
    assert parts == ["wrong", "right"] * (len(parts) // 2)
    assert catalogue.fill("pitfalls.score_readout", right=0, answered=1, open=12) in texts(app)
    assert numbers_of_no_finding(app, name, catalogue) == []


def numbers_of_no_finding(app, name, catalogue):
    """What the line about the error prints, and neither its words hold nor the core has computed."""
    line = next(text.value for text in app.markdown if catalogue["pitfalls.in_numbers"] in text.value)
    template = re.sub(r"\{\w+\}", "", catalogue[f"pitfalls.{name}.error_readout"])
    written = [abs(parse(text)) for text in NUMBER.findall(template)]
    computed = [abs(value) for value in pose(name, Scenario()).findings.values()]
    return [
        text
        for text in NUMBER.findall(line)
        if abs(parse(text)) not in written
        and not any(math.isclose(abs(parse(text)), known, rel_tol=0.05, abs_tol=6e-4) for known in computed)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_right_guess_is_praised_and_counts(name):
    app = open_round(name, lang="en")
    guess(app, name, pose(name, Scenario()).answer.answer)
    assert "Right." in app.success[0].value
    assert "Right at the first try: 1 of 1" in texts(app)


def test_score_keeps_the_first_answer():
    app = open_round("sign", lang="en")
    guess(app, "sign", "falls")
    app.button(key="pitfalls_retry").click().run()
    guess(app, "sign", "rises")
    assert app.success
    assert "Right at the first try: 0 of 1" in texts(app)


def test_reload_keeps_the_score_and_not_the_answer():
    app = guess(open_round("sign", lang="en"), "sign", "falls")
    again = open_app("pitfalls", **address(app))
    assert "Right at the first try: 0 of 1" in texts(again)
    assert words("en")["pitfalls.sign.why"] not in texts(again)


def test_retry_takes_the_answer_away_again(boards):
    app = guess(open_round("sign", lang="en"), "sign", "falls")
    boards.clear()
    app.button(key="pitfalls_retry").click().run()
    assert list(boards) == ["pitfalls_situation"]
    assert app.radio(key="pitfalls_sign").value is None
    assert words("en")["pitfalls.sign.why"] not in texts(app)


def test_start_over_forgets_answers_and_score():
    app = guess(open_round("sign", lang="en"), "sign", "rises")
    app.button(key="pitfalls_reset").click().run()
    assert "Right at the first try" not in texts(app)
    assert app.radio(key="pitfalls_sign").value is None


def test_answered_rounds_carry_their_marks():
    app = guess(open_round("logits_as_probs"), "logits_as_probs", 2.0)
    app.button(key="pitfalls_next").click().run()
    guess(app, "softmax_axis", "ones")
    options = app.selectbox(key="pitfalls_round").options[:3]
    assert [option.partition(" ·")[0] for option in options] == ["1 ✗", "2 ✓", "3"]
    assert options[0].endswith(words("en")["pitfalls.logits_as_probs.title"])


def test_next_leads_to_the_next_round_and_from_the_last_to_the_first():
    app = guess(open_round("log_zero"), "log_zero", 750)
    app.button(key="pitfalls_next").click().run()
    assert address(app)["round"] == "batch_reduction"
    guess(app, "batch_reduction", 0.4)
    app.button(key="pitfalls_next").click().run()
    assert "round" not in address(app)  # the first one is the default


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bad", ["none_such", "<b>sign</b>", "3", "", "\u202e"])
def test_unknown_round_in_a_link_is_refused_in_words(bad, language):
    app = open_round(bad, lang=language)
    assert words(language)["fields.round"] in app.warning[0].value
    assert words(language)[f"pitfalls.{NAMES[0]}.title"] in texts(app)


def test_submitting_nothing_asks_for_an_answer():
    app = open_round("sign", lang="en")
    app.button(key="pitfalls_sign_check").click().run()
    assert [warning.value for warning in app.warning] == [words("en")["pitfalls.choose_first"]]
    assert "Right at the first try" not in texts(app)


@pytest.mark.parametrize("text", ["abc", "1,5", "nan", "1e999", "inf", "<script>", "$x$", "9" * 400, "\x00"])
def test_what_is_no_number_is_refused_in_words_and_does_not_count(text):
    app = guess(open_round("log_zero", lang="en"), "log_zero", text)
    assert len(app.warning) == 1
    assert "Your number" in app.warning[0].value
    assert "Right at the first try" not in texts(app)


@pytest.mark.parametrize("text", ["0.55", " 0.551 ", "０.５５", ".56", "5.5e-1"])
def test_number_is_read_as_people_write_it(text):
    app = guess(open_round("double_softmax"), "double_softmax", text)
    assert app.success


def test_visitors_settings_are_asked_about_and_said_so():
    app = open_round("logits_as_probs", lang="en", logits="1,3,0,0.5")
    assert words("en").fill("pitfalls.own_readout", bracket="") in texts(app)
    guess(app, "logits_as_probs", math.exp(2))
    assert app.success


def test_settings_that_hide_the_difference_are_replaced_and_said_so():
    app = open_round("sign", lang="en", logits="30,0,0", label="1")
    assert words("en")["pitfalls.canonical"] in texts(app)


def test_after_the_answer_the_charts_follow_the_settings_and_the_verdict_stays(boards):
    app = guess(open_round("sign", lang="en"), "sign", "rises")
    app.text_input(key="logits").set_value("0, 0, 0").run()
    assert app.success
    assert words("en")["pitfalls.moved"] in texts(app)
    gradient = next(chart for chart in boards["pitfalls_comparison"] if chart.name == "right_grad")
    assert gradient.figure["data"][0]["y"] == pytest.approx([1 / 3, -2 / 3, 1 / 3], abs=1e-5)


def test_bars_can_be_moved_after_the_answer_only(boards):
    app = open_round("sign")
    assert not any(chart.editable for chart in boards["pitfalls_situation"])
    guess(app, "sign", "rises")
    assert [chart.name for chart in boards["pitfalls_situation"] if chart.editable] == ["logits"]


def test_bars_of_a_round_with_its_own_numbers_stay(boards):
    guess(open_round("log_zero"), "log_zero", 750)
    assert not any(chart.editable for chart in boards["pitfalls_situation"])


def test_settings_that_can_no_longer_be_asked_about_leave_the_charts_as_they_were(boards):
    app = guess(open_round("sign", lang="en"), "sign", "rises")
    before = {chart.name: chart.figure for chart in boards["pitfalls_comparison"]}
    app.text_input(key="logits").set_value("2, -inf, 0.1").run()
    assert {chart.name: chart.figure for chart in boards["pitfalls_comparison"]} == before
    assert not any(chart.editable for chart in boards["pitfalls_situation"])
    assert words("en").fill("pitfalls.own_readout", bracket="") not in texts(app)
    assert words("en")["pitfalls.moved"] not in texts(app)


@pytest.mark.parametrize("name", NAMES)
def test_explore_opens_with_the_rounds_settings(name, monkeypatch):
    opened = []  # AppTest keeps no settings over a change of page; the browser tests follow it
    monkeypatch.setattr("streamlit.switch_page", lambda page, **_: opened.append(page))
    app = guess(open_round(name), name, distractor(name)[0])
    app.button(key="pitfalls_explore").click().run()
    assert [page.url_path for page in opened] == [""]
    scenario = pose(name, Scenario()).scenario
    settings = app.session_state["session"].settings
    assert settings["logits"] == scenario.logits
    assert settings["mode"] == scenario.mode
    assert settings["targets" if scenario.mode == "soft" else "label"] == (
        scenario.targets if scenario.mode == "soft" else scenario.label + 1
    )


def test_last_answer_sums_up():
    app = open_round(NAMES[0], lang="en")
    for name in NAMES:
        value = distractor(name)[0] if name == "sign" else pose(name, Scenario()).answer.answer
        guess(app, name, value)
        app.button(key="pitfalls_next").click().run()
    summary = words("en").fill("pitfalls.done_readout", right=12, missed=words("en")["pitfalls.sign.title"])
    assert summary in texts(app)


def test_all_right_is_said():
    app = open_round(NAMES[0], lang="en")
    for name in NAMES:
        guess(app, name, pose(name, Scenario()).answer.answer)
        app.button(key="pitfalls_next").click().run()
    assert words("en")["pitfalls.all_right"] in everything(app)


def test_names_of_classes_are_text():
    app = open_round("logits_as_probs", names="<b>x</b>,$y$,[z](u)")
    assert "<b>" not in texts(app)
    assert r"\<b\>x" in texts(app)


@settings(max_examples=500, derandomize=True)
@given(st.floats(-1e6, 1e6))
def test_shown_result_reads_back_to_its_value(value):
    last_digit = 0.001 if 0.0005 <= abs(value) < 100 else 1.0 if 100 <= abs(value) < 1e5 else 0.1 * abs(value)
    assert abs(parse(pitfall_words.result(value)) - value) <= 0.5001 * last_digit


def test_chinese_texts_hold_no_english_sentence():
    for key, text in words("zh").section("pitfalls").items():
        assert not re.search(r"(?:[A-Za-z]+ ){4}", text), key


@for_each("formula", sorted(set(pitfall_charts._FORMULAS.values())))
def test_letters_that_stand_together_in_a_formula_are_words(formula):
    upright = {text for text, *tags in formula_parts(formula) if "i" not in tags}
    assert {text for text in upright if len(text) > 1 and text.isalpha()} <= {"log", "max", "softmax", "axis"}


@pytest.mark.parametrize("name", CHOICES)
def test_a_hall_answers_by_letters(name):
    options = open_round(name, present="1").radio[0].options
    assert [option[:4] for option in options] == [f"{letter} · " for letter in "ABCD"[: len(options)]]
