"""A teacher's panel in the browser, without the class's server; and the words of teachers' and students' pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import ce_viz.live
from ce_viz.strings import words
from tests.live.hall import Hall, mount, until

TEACH = {**words("en").section("teach"), "lang": "en"}


def teaches(page: Page, hall: Hall, code: str = "") -> None:
    """A teacher's page, read anew."""
    page.goto(hall.url)
    mount(page, "teach", words=TEACH, code=code, qr="")


def opens(teacher: Page, hall: Hall) -> None:
    """A teacher's panel that has opened a class."""
    hall.answers += [(201, {"code": hall.code, "key": "secret"}), (200, {"held": {"votes": 0}})]
    teaches(teacher, hall)
    teacher.locator(".tc-open").click()
    expect(teacher.locator(".tc-code")).to_have_text(hall.code)
    expect(teacher.locator(".tc-open")).to_be_hidden()


def test_the_key_goes_by_a_header_only_and_python_is_told_the_code(teacher: Page, hall: Hall) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.listened)
    assert [each.get("kind") for each in hall.said] == [None, "open"]
    assert hall.said[1]["key"] == "Bearer secret"
    assert "secret" not in str(hall.listened)
    assert teacher.evaluate("window.told") == [["opened", {"code": hall.code, "root": hall.url}]]


def test_where_there_is_no_room_for_a_class_it_is_said_so(teacher: Page, hall: Hall) -> None:
    hall.answers.append((503, {"problems": [{"rule": "rooms"}]}))
    teaches(teacher, hall)
    teacher.locator(".tc-open").click()
    expect(teacher.locator(".tc-note")).to_have_text(TEACH["refused_rooms"])
    expect(teacher.locator(".tc-code")).to_be_hidden()
    teacher.locator(".tc-fold").press("Escape")
    expect(teacher.locator(".tc-sheet")).to_be_hidden()
    assert teacher.evaluate("Object.keys(sessionStorage)") == []


def test_a_class_that_the_server_does_not_know_any_more_is_opened_again_with_what_was_held(
    teacher: Page, hall: Hall
) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.streams)
    hall.tell({"kind": "held", "held": {"votes": 7}})
    until(teacher, lambda: "7" in teacher.evaluate("sessionStorage['ce_viz.teacher']"))
    hall.refusal = 404
    hall.cut()
    until(teacher, lambda: len(hall.said) == 3)
    assert (hall.said[2]["kind"], hall.said[2]["held"], hall.said[2]["key"]) == (
        "open",
        {"votes": 7},
        "Bearer secret",
    )
    hall.refusal = 0
    teacher.evaluate("window.dispatchEvent(new Event('online'))")
    expect(teacher.locator(".tc-pill")).to_have_accessible_name(f"{hall.code} · 1 in the class")


def test_a_class_that_another_server_answers_for_is_opened_and_heard_there(teacher: Page, hall: Hall) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.streams)
    hall.answers += [(404, {"problems": [{"rule": "class"}]}), (200, {"held": {"votes": 1}})]
    teacher.get_by_role("button", name=TEACH["pause"]).click()
    until(teacher, lambda: len(hall.listened) == 2)
    assert [each.get("kind") for each in hall.said[-3:]] == ["pause", "open", "pause"]


def test_a_teachers_reload_takes_the_class_up_again(teacher: Page, hall: Hall) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.streams)
    teaches(teacher, hall, hall.code)
    expect(teacher.locator(".tc-pill")).to_have_accessible_name(f"{hall.code} · 1 in the class")
    assert len(hall.said) == 2


def test_a_state_that_is_refused_does_not_keep_back_the_one_that_has_come_meanwhile(
    teacher: Page, hall: Hall
) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.streams)
    hall.answers.append((400, {"problems": [{"rule": "range"}]}))
    teacher.evaluate("""async () => {
        const { road } = await import("/browser/board.js");
        for (const link of ["values=9", "values=2"]) road.enter("test", link);
    }""")
    until(teacher, lambda: len(hall.said) == 4)
    assert [each.get("link") for each in hall.said[2:]] == ["values=9", "values=2"]


def test_a_class_is_closed_by_the_second_press_only(teacher: Page, hall: Hall) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.streams)
    close = teacher.get_by_role("button", name=TEACH["close"])
    close.click()
    teacher.get_by_role("button", name=TEACH["close_sure"]).click()
    expect(teacher.locator(".tc-open")).to_be_visible()
    assert hall.said[-1]["kind"] == "close"
    assert teacher.evaluate("Object.keys(sessionStorage)") == []


def test_votes_are_seen_in_the_hall_only_when_the_teacher_wants_it(teacher: Page, hall: Hall) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.streams)
    bars = hall.state()["boards"][0]["charts"][:1]
    results = hall.board("results", charts=[{**bars[0], "name": "results"}])
    hall.ask(answered=1, results=results)
    expect(teacher.locator(".tc-question")).to_contain_text("1 of 1 answered")
    expect(teacher.locator("[data-chart=results]")).to_have_count(0)
    teacher.get_by_role("button", name=TEACH["peek"]).click()
    expect(teacher.locator("[data-chart=results]")).to_be_visible()
    teacher.get_by_role("button", name=TEACH["peek_no"]).click()
    expect(teacher.locator("[data-chart=results]")).to_have_count(0)
    hall.ask(answered=1, results=results, revealed=True)
    expect(teacher.locator("[data-chart=results]")).to_be_visible()


def test_what_cannot_be_asked_is_said_in_words(teacher: Page, hall: Hall) -> None:
    opens(teacher, hall)
    until(teacher, lambda: hall.streams)
    hall.answers.append((409, {"problems": [{"rule": "nothing_to_ask"}]}))
    teacher.get_by_role("button", name=TEACH["ask"]).click()
    expect(teacher.locator(".tc-note")).to_have_text(TEACH["refused_nothing_to_ask"])


@pytest.mark.parametrize(("section", "scripts"), [("follow", "follow question"), ("teach", "teach")])
def test_every_word_of_the_scripts_is_in_the_catalogue_and_none_is_dead(section: str, scripts: str) -> None:
    folder = Path(ce_viz.live.__file__).parent / "browser"
    source = "".join((folder / f"{name}.js").read_text("utf-8") for name in scripts.split())
    used = set(re.findall(r"words\.([a-z_]+)", source)) - {"lang"}
    if section == "follow":
        used |= set(re.findall(r'"([a-z]+)"', re.search(r"typedef \{(\"joining.*)\} State", source)[1]))
    known = set(words("en").section(section))
    rules = {name for name in known if name.startswith("refused_")}
    assert used - known == set()
    assert known - used - rules - {"leave"} == set()
