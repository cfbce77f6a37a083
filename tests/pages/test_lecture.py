"""What the pages give to a class: the road's pictures in each language, questions of what is covered, answers drawn."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

from ce_viz.core.studies.pitfalls import NAMES
from ce_viz.live import Edit
from ce_viz.live.classes.lecture import Asked, NothingToAskError, Slide
from ce_viz.live.message import encoded, told
from ce_viz.live.route import RefusedLinkError, UnknownPageError
from ce_viz.pages.lecture import PagesLecture
from ce_viz.strings import LANGUAGES

PAGES = ("explore", "lesson", "derivation", "why", "numerics", "pitfalls", "train", "inspect")
BARE = {"name", "title", "kind", "span", "hidden"}
GUESSED = ("logits", "probs", "targets", "loss", "probs_grad", "logits_grad")


@pytest.fixture(scope="module")
def lecture() -> PagesLecture:
    return PagesLecture({name: import_module(f"ce_viz.pages.{name}.view") for name in PAGES})


def covering(*charts: str, **more: str) -> Slide:
    return Slide("explore", {"present": "1", "hide": ",".join(charts), **more})


def sent(lecture: PagesLecture, slide: Slide, language: str) -> str:
    """All that a student is sent of a slide."""
    scene = lecture.show(slide, language)
    boards = [told(board, None, **more) for board, more in zip(scene.view.boards, scene.told, strict=True)]
    return encoded([scene.link, scene.title, boards]).decode()


def test_a_class_can_be_followed_in_every_language_of_the_app_and_else_in_english(lecture):
    assert set(lecture.languages) == set(LANGUAGES)
    assert lecture.languages[0] == "en"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_followed_in_every_language(lecture, page, language):
    scene = lecture.show(Slide(page, {"lang": "en", "temperature": "2"}), language)
    assert scene.title
    assert f"lang={language}" in scene.link
    assert "temperature=2" in scene.link
    assert len(scene.told) == len(scene.view.boards)
    for more in scene.told:
        assert (more["page"], more["link"], more["canHide"], more["presented"]) == (
            page,
            scene.link,
            False,
            None,
        )
        assert more["words"]["lang"].startswith(language)


def test_events_move_what_is_shown(lecture):
    scene = lecture.show(Slide("explore", {}, (Edit("logits", 0, 2.5, final=False),)), "en")
    assert "logits=2.5," in scene.link


def test_a_slide_that_no_page_could_show_is_refused(lecture):
    with pytest.raises(UnknownPageError):
        lecture.show(Slide("nowhere", {}), "en")
    with pytest.raises(RefusedLinkError):
        lecture.show(Slide("explore", {"logits": "x"}), "en")
    with pytest.raises(UnknownPageError):
        lecture.ask(Slide("nowhere", {}), "")
    with pytest.raises(RefusedLinkError):
        lecture.ask(Slide("explore", {"logits": "x"}), "")


@pytest.mark.parametrize("chart", GUESSED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_covered_chart_is_sent_without_its_numbers_and_so_is_the_link_where_it_holds_them(
    lecture, chart, language
):
    slide = covering(chart, logits="1.234567,2,1", mode="soft", targets="0.345678,0.5,0.154322")
    scene = lecture.show(slide, language)
    (card,) = (card for card in told(scene.view.boards[0], None)["charts"] if card["name"] == chart)
    assert card.keys() - {"joiner"} == BARE
    tells = chart in {"logits", "targets"}
    assert (scene.link == "") is tells
    assert {more["page"] for more in scene.told} == {None if tells else "explore"}
    if chart == "logits":
        assert "1.234" not in sent(lecture, slide, language)


@pytest.mark.parametrize("chart", GUESSED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_covered_chart_of_bars_is_guessed_on_bars_that_know_nothing(lecture, chart, language):
    logits = "1.234567,2,1"
    asked = lecture.ask(covering(chart, logits=logits), "")
    assert (asked.chart, asked.kind, asked.size) == (chart, "guess", 1 if chart == "loss" else 3)
    other = lecture.ask(covering(chart, logits="-3,2,9"), "")
    word = lecture.word(asked, language)
    assert word == lecture.word(other, language)  # whatever the answer is
    (card,) = word["board"]["charts"]
    assert card["figure"]["data"][0]["y"] == [0.0] * asked.size
    assert card["editable"]["low"] == asked.low
    assert card["editable"]["high"] == asked.high
    assert word["choices"] is None
    assert word["text"]


def test_the_first_covered_chart_is_asked_or_the_one_that_is_named(lecture):
    slide = covering("probs", "loss", "jacobian")
    assert lecture.ask(slide, "").chart == "probs"
    assert lecture.ask(slide, "loss").chart == "loss"
    for chart in ("jacobian", "logits", "nothing"):
        with pytest.raises(NothingToAskError):
            lecture.ask(slide, chart)


@pytest.mark.parametrize(
    "slide", [Slide("explore", {}), Slide("explore", {"hide": "probs"}), covering("jacobian")]
)
def test_where_no_bars_are_covered_there_is_nothing_to_ask(lecture, slide):
    with pytest.raises(NothingToAskError):
        lecture.ask(slide, "")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_round_of_pitfalls_is_a_choice_in_plain_text(lecture, name, language):
    asked = lecture.ask(Slide("pitfalls", {"round": name}), "")
    word = lecture.word(asked, language)
    assert asked.kind == "choice"
    assert 2 <= asked.size == len(set(word["choices"])) <= 8
    assert word["board"] is None
    for text in (word["title"], word["text"], *word["choices"]):
        assert text
        assert not set("\\*`$").intersection(text)


def test_a_round_that_is_answered_is_asked_no_more(lecture):
    with pytest.raises(NothingToAskError):
        lecture.ask(Slide("pitfalls", {"answered": "one-hot;1,2,3;0;0.1;1,0,0"}), "")


def test_names_are_text_in_questions_and_escaped_in_drawings(lecture):
    slide = covering("probs", names="<b>x</b>,*y*,z")
    asked = lecture.ask(slide, "")
    (card,) = lecture.word(asked, "en")["board"]["charts"]
    assert card["figure"]["layout"]["xaxis"]["ticktext"][0].startswith("&lt;b&gt;")
    assert list(card["labels"]) == ["your guess for <b>x</b>", "your guess for *y*", "your guess for z"]
    slide = Slide("pitfalls", {"round": "sum_of_targets", "names": "<i>x</i>,*y*,z"})
    assert "\\" not in lecture.word(lecture.ask(slide, ""), "en")["text"]


def drawn(lecture: PagesLecture, asked: Asked, *rounds: list, uncovered: bool = False) -> tuple[list, str]:
    board = lecture.results(asked, rounds, "en", uncovered=uncovered)
    (card,) = board["charts"]
    assert json.loads(encoded(board))["key"] == "results"
    return card["figure"]["data"], card["alt"]


def test_choices_are_bars_and_the_first_vote_stands_beside_the_second(lecture):
    asked = lecture.ask(Slide("pitfalls", {}), "")
    (bars,), alt = drawn(lecture, asked, [0, 1, 1])
    assert bars["y"][:3] == [1, 2, 0]
    assert "3 answered: A 1, B 2, C 0" in alt
    (first, second), alt = drawn(lecture, asked, [0, 1, 1], [1, 1])
    assert (first["y"][:2], second["y"][:2]) == ([1, 2], [0, 2])
    assert first["marker"] != second["marker"]
    assert "2 answered: A 0, B 2" in alt


def test_guesses_are_dots_and_the_bars_come_once_they_are_uncovered(lecture):
    asked = lecture.ask(covering("probs", logits="1,2,1"), "")
    guesses = [(0.1, 0.5, 0.9), (0.3, 0.5, 0.2)]
    (bars, dots), alt = drawn(lecture, asked, guesses)
    assert bars["y"] == [0.0, 0.0, 0.0]
    assert sorted(dots["y"]) == sorted(value for guess in guesses for value in guess)
    assert {round(x) for x in dots["x"]} == {0, 1, 2}
    assert "cat 0.200, dog 0.500, owl 0.550" in alt
    (bars, first, second, numbers), alt = drawn(lecture, asked, guesses, [(0.2, 0.6, 0.2)], uncovered=True)
    assert bars["y"] == pytest.approx([0.211942, 0.576117, 0.211942])
    assert max(first["x"]) % 1 > 0.5 > max(second["x"]) % 1
    assert numbers["text"] == ["0.212", "0.576", "0.212"]
    assert "0.576" in alt


def test_nobody_has_answered_yet(lecture):
    for slide in (Slide("pitfalls", {}), covering("loss")):
        _, alt = drawn(lecture, lecture.ask(slide, ""), [])
        assert alt.startswith("0 answered")
