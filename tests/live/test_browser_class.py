"""A student in the browser, without the class's server: joining, following, looking around, answering, and losses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.strings import words
from tests.live.hall import Hall, mount, until
from tests.live.stage import FIRST, printed, texts

FOLLOW = words("en").section("follow")
STATE = ".fc-state"


def follows(page: Page, hall: Hall) -> None:
    """A student's page."""
    if not page.url.startswith(hall.url):
        page.goto(hall.url)
    mount(page, "follow", code=hall.code, words={**FOLLOW, "lang": "en"}, links=[])


def drawn(page: Page, hall: Hall) -> None:
    """A student's page that shows what the class is shown."""
    follows(page, hall)
    printed(page, "doubled", "4.000")


def choice(page: Page, letter: str) -> Locator:
    return page.locator(".fc-choice", has=page.locator("b", has_text=letter))


def passing(page: Page, condition: Callable[[], object], step: int = 100) -> None:
    """Let the page's time pass, so many milliseconds after each other, until a condition holds."""

    def holds() -> object:
        page.clock.run_for(step)
        return condition()

    until(page, holds)


def votes(hall: Hall) -> list[tuple[int, int, Any]]:
    return [
        (each["question"], each["round"], each.get("choice", each.get("guess")))
        for each in hall.said
        if each.get("kind") == "vote"
    ]


def test_what_the_class_is_shown_is_shown_and_moves(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    expect(student.locator(".fc-title").last).to_have_text("A test")
    hall.move(values="1.5,1,0.1")
    expect(texts(student, "doubled").first).to_have_text("3.000")
    assert len(hall.listened) == 1


def test_a_move_of_something_never_heard_of_has_everything_told_anew(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.move(still_known=False, values="4,1,0.1")
    expect(texts(student, "doubled").first).to_have_text("8.000")
    assert len(hall.listened) == 2


def test_a_hand_looks_around_where_the_class_cannot_pull_it_and_one_button_leads_back(
    student: Page, hall: Hall
) -> None:
    drawn(student, hall)
    student.locator(FIRST).press("ArrowUp")
    expect(student.locator(STATE)).to_have_text(FOLLOW["around"])
    expect(texts(student, "doubled").first).to_have_text("4.200")
    until(
        student,
        lambda: student.evaluate("!document.querySelector('[data-chart]').card.board.pending().length"),
    )
    hall.move(values="4,1,0.1")
    expect(student.locator(STATE)).to_have_text(FOLLOW["around_behind"])
    student.locator(FIRST).press("ArrowUp")
    expect(texts(student, "doubled").first).to_have_text("4.400")
    student.locator(".fc-back").click()
    expect(texts(student, "doubled").first).to_have_text("8.000")
    expect(student.locator(STATE)).to_have_text(FOLLOW["follows"])
    expect(student.locator(".fc-back")).to_be_hidden()


def test_a_bar_that_is_still_in_hand_is_let_go_on_the_way_back(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    box = student.locator(FIRST).bounding_box()
    assert box
    student.mouse.move(box["x"] + 20, box["y"] + 22)
    student.mouse.down()
    student.mouse.move(box["x"] + 20, box["y"] - 10)
    expect(student.locator(".fc-back")).to_be_visible()
    hall.told["paused"] = True
    hall.tell(hall.told)
    expect(student.locator(STATE)).to_have_text(FOLLOW["paused"])
    student.mouse.move(box["x"] + 20, box["y"] - 40)
    student.mouse.up()
    expect(texts(student, "doubled").first).to_have_text("4.000")
    expect(texts(student, "values").first).to_have_text("2.000")


def test_where_the_class_is_paused_no_chart_can_be_moved(student: Page, hall: Hall) -> None:
    hall.told["paused"] = True
    drawn(student, hall)
    expect(student.locator(STATE)).to_have_text(FOLLOW["paused"])
    student.locator(FIRST).press("ArrowUp")
    student.locator(FIRST).press("ArrowUp")
    expect(texts(student, "values").first).to_have_text("2.000")
    hall.told["paused"] = False
    hall.tell(hall.told)
    expect(student.locator(STATE)).to_have_text(FOLLOW["follows"])
    student.locator(FIRST).press("ArrowUp")
    expect(texts(student, "values").first).to_have_text("2.100")


def test_a_connection_that_breaks_comes_back_with_the_newest(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.refusal = 502
    hall.cut()
    expect(student.locator(STATE)).to_have_text(FOLLOW["lost"])
    hall.settings["values"] = "1,1,0.1"
    hall.refusal = 0
    student.evaluate("window.dispatchEvent(new Event('online'))")
    expect(student.locator(STATE)).to_have_text(FOLLOW["follows"])
    expect(texts(student, "doubled").first).to_have_text("2.000")


@pytest.mark.parametrize(
    ("silent", "within"), [(20, 34), (40, 59)], ids=["asleep", "awake, and nothing is heard"]
)
def test_a_connection_that_has_gone_silent_is_given_up(
    student: Page, hall: Hall, silent: int, within: int
) -> None:
    drawn(student, hall)
    begun = student.evaluate("Date.now()")
    hall.move(values="1.5,1,0.1")  # the last that is heard
    expect(texts(student, "doubled").first).to_have_text("3.000")
    student.clock.fast_forward(1000 * silent)
    if silent == 20:
        assert len(hall.listened) == 1
        student.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    hall.settings["values"] = "1,1,0.1"
    passing(student, lambda: texts(student, "doubled").first.text_content() == "2.000", step=10)
    assert student.evaluate("Date.now()") - begun < 1000 * within
    expect(student.locator(STATE)).to_have_text(FOLLOW["follows"])


def test_a_code_that_nobody_has_is_said_so_and_joined_once_it_is_opened(student: Page, hall: Hall) -> None:
    hall.refusal = 404
    follows(student, hall)
    expect(student.locator(STATE)).to_have_text(FOLLOW["unknown"])
    hall.refusal = 0
    student.evaluate("window.dispatchEvent(new Event('online'))")
    expect(student.locator(STATE)).to_have_text(FOLLOW["follows"])


def test_a_class_that_is_over_is_not_asked_for_again(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.tell({"kind": "closed"})
    expect(student.locator(STATE)).to_have_text(FOLLOW["closed"])
    hall.cut()
    student.evaluate("window.dispatchEvent(new Event('online'))")
    student.locator(FIRST).press("ArrowUp")
    expect(texts(student, "doubled").first).to_have_text("4.200")
    assert len(hall.listened) == 1


def test_a_vote_is_said_until_it_is_counted_and_is_called_so_only_then(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask()
    hall.answers += [(503, {"problems": [{"rule": "busy"}]}), (409, {"problems": [{"rule": "member"}]})]
    choice(student, "B").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["sending"])
    expect(choice(student, "B")).to_have_attribute("aria-pressed", "true")
    counted = FOLLOW["counted_readout"].format(answer="B")
    passing(student, lambda: student.locator(".fc-status").text_content() == counted)
    expect(student.locator(".fc-spoken")).to_have_text(counted)
    assert set(votes(hall)) == {(1, 1, 1)}
    assert len(hall.listened) == 2  # the server that answered did not know the student
    assert all(re.fullmatch("[0-9a-f]{32}", each["member"]) for each in hall.said)


def test_letters_answer_and_what_is_asked_is_read_out(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask()
    expect(student.locator(".fc-spoken")).to_have_text(
        f"{FOLLOW['asked']} Which? One is right. A: the first. B: <b>the second</b>. C: the third."
    )
    student.keyboard.press("c")
    expect(choice(student, "C")).to_have_attribute("aria-pressed", "true")
    student.keyboard.press("d")
    student.keyboard.press("A")
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    assert votes(hall)[-1] == (1, 1, 0)


def test_names_in_a_question_are_text(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask(title="<img src=x onerror=alert(1)>", text="<i>x</i>")
    expect(student.locator(".fc-question .fc-title")).to_have_text("<img src=x onerror=alert(1)>")
    assert student.locator(".fc-question :is(img, i)").count() == 0


def test_a_counted_vote_is_said_once_more_when_the_class_was_left_and_joined_again(
    student: Page, hall: Hall
) -> None:
    drawn(student, hall)
    hall.ask()
    choice(student, "A").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    hall.cut()
    until(student, lambda: len(hall.said) == 2)
    assert votes(hall) == [(1, 1, 0)] * 2
    assert len({each["member"] for each in hall.said}) == 1
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))


def test_a_reload_is_the_same_student_with_the_same_vote(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask()
    choice(student, "A").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    student.reload()
    drawn(student, hall)
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    assert len(set(hall.listened)) == 1


def test_a_browser_that_forgot_is_told_what_is_counted(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask()
    hall.tell({"kind": "mine", "question": 1, "round": 1, "choice": 2})
    expect(choice(student, "C")).to_have_attribute("aria-pressed", "true")
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="C"))
    assert votes(hall) == []


def test_a_vote_that_comes_after_the_answers_is_not_called_counted(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask()
    hall.answers.append((409, {"problems": [{"rule": "revealed"}]}))
    choice(student, "A").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["too_late"])
    expect(choice(student, "A")).to_have_attribute("aria-pressed", "false")


def test_the_second_vote_begins_without_the_first_and_answers_cannot_be_changed_once_shown(
    student: Page, hall: Hall
) -> None:
    drawn(student, hall)
    hall.ask()
    choice(student, "A").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    hall.ask(round=2)
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["choose_how"])
    expect(choice(student, "A")).to_have_attribute("aria-pressed", "false")
    choice(student, "B").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="B"))
    hall.ask(round=2, revealed=True)
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["was_counted_readout"].format(answer="B"))
    expect(choice(student, "C")).to_be_disabled()
    student.keyboard.press("c")
    assert votes(hall) == [(1, 1, 0), (1, 2, 1)]


def test_a_guess_is_dragged_sent_and_sent_again(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask("guess")
    bars = student.locator("[data-chart=guess] [role=slider]")
    for key in ("ArrowUp", "ArrowUp", "PageDown"):
        bars.nth(1).press(key)
    bars.nth(0).press("ArrowUp")
    expect(texts(student, "guess")).to_have_text(["0.100", "−0.800", "0.000"])
    assert votes(hall) == []
    student.locator(".fc-send").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
    assert votes(hall) == [(1, 1, [0.1, -0.8, 0])]
    bars.nth(2).press("ArrowUp")
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["guess_differs"])
    student.locator(".fc-send").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
    assert votes(hall)[-1] == (1, 1, [0.1, -0.8, 0.1])
    assert student.locator(STATE).text_content() == FOLLOW["follows"]  # a guess is no way out of the class


def test_a_guess_is_there_again_when_the_page_begins_anew(student: Page, hall: Hall) -> None:
    drawn(student, hall)
    hall.ask("guess")
    student.locator("[data-chart=guess] [role=slider]").first.press("PageUp")
    student.locator(".fc-send").click()
    expect(student.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
    student.evaluate("window.unmount()")
    drawn(student, hall)
    expect(texts(student, "guess")).to_have_text(["1.000", "0.000", "0.000"])
