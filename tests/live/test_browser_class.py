"""A class in the browser, without its server: joining, following, looking around, answering, and what gets lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

import ce_viz.live
from ce_viz.strings import words
from tests.live.hall import Hall, serve_hall
from tests.live.stage import FIRST, texts

FOLLOW = words("en").section("follow")
TEACH = {**words("en").section("teach"), "lang": "en"}
STATE = ".fc-state"
WINDOWS = ("student", "teacher", "timed")


@pytest.fixture(scope="module")
def served() -> Iterator[Hall]:
    with serve_hall() as hall:
        yield hall


@pytest.fixture
def hall(served: Hall) -> Hall:
    served.begin()
    return served


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[dict[str, Page]]:
    """A student's, a teacher's, and that of a student whose clock passes as the test says."""
    contexts = {name: browser.new_context(viewport={"width": 1000, "height": 900}) for name in WINDOWS}
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def lent(page: Page, hall: Hall, leave: Callable[[], object]) -> Iterator[Page]:
    """A window that others have used, and of which the browser remembers nothing."""
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    page.set_default_timeout(20_000)
    page.on("pageerror", note)
    yield page
    leave()
    hall.cut()
    page.mouse.move(0, 0)
    page.evaluate("[localStorage, sessionStorage].forEach(store => store.clear())")
    page.remove_listener("pageerror", note)
    assert errors == []


def left(page: Page, hall: Hall) -> Iterator[Page]:
    """A student's window whose document stays open: reading Plotly's script takes longer than most tests."""
    return lent(page, hall, lambda: page.evaluate("window.unmount?.()"))


@pytest.fixture
def page(windows: dict[str, Page], hall: Hall) -> Iterator[Page]:
    """A student's window."""
    yield from left(windows["student"], hall)


@pytest.fixture
def timed(windows: dict[str, Page], hall: Hall) -> Iterator[Page]:
    """A student's window whose clock passes as the test says."""
    page = windows["timed"]
    if not page.url.startswith(hall.url):
        page.clock.install()
    yield from left(page, hall)


@pytest.fixture
def teacher(windows: dict[str, Page], hall: Hall) -> Iterator[Page]:
    """A teacher's window; a panel stays as long as its document."""
    page = windows["teacher"]
    yield from lent(page, hall, lambda: page.goto(hall.url))


def mount(page: Page, script: str, **data: Any) -> None:
    """Have Streamlit call a component."""
    page.wait_for_function("() => Boolean(window.mount)")
    page.evaluate("([script, data]) => window.mount(script, data)", [script, data])


def teaches(page: Page, hall: Hall, code: str = "") -> None:
    """A teacher's page, read anew."""
    page.goto(hall.url)
    mount(page, "teach", words=TEACH, code=code, qr="")


def follows(page: Page, hall: Hall) -> None:
    """A student's page."""
    if not page.url.startswith(hall.url):
        page.goto(hall.url)
    mount(page, "follow", code=hall.code, words={**FOLLOW, "lang": "en"}, links=[])


def drawn(page: Page, hall: Hall) -> None:
    """A student's page that shows what the class is shown."""
    follows(page, hall)
    expect(texts(page, "doubled").first).to_have_text("4.000")


def choice(page: Page, letter: str) -> Locator:
    return page.locator(".fc-choice", has=page.locator("b", has_text=letter))


def until(page: Page, condition: Callable[[], object]) -> None:
    """Let the page work until a condition holds."""
    for _ in range(5000):
        if condition():
            return
        page.wait_for_timeout(4)
    raise AssertionError("it never came to that")


def passing(page: Page, condition: Callable[[], object]) -> None:
    """Let the page's time pass until a condition holds."""

    def holds() -> object:
        page.clock.run_for(100)
        return condition()

    until(page, holds)


def votes(hall: Hall) -> list[tuple[int, int, Any]]:
    return [
        (each["question"], each["round"], each.get("choice", each.get("guess")))
        for each in hall.said
        if each.get("kind") == "vote"
    ]


def test_what_the_class_is_shown_is_shown_and_moves(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    expect(page.locator(".fc-title").last).to_have_text("A test")
    hall.move(values="3,1,0.1")
    expect(texts(page, "doubled").first).to_have_text("6.000")


def test_a_move_of_something_never_heard_of_has_everything_told_anew(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.move(still_known=False, values="4,1,0.1")
    expect(texts(page, "doubled").first).to_have_text("8.000")
    assert len(hall.listened) == 2


def test_a_hand_looks_around_where_the_class_cannot_pull_it_and_one_button_leads_back(
    page: Page, hall: Hall
) -> None:
    drawn(page, hall)
    page.locator(FIRST).press("ArrowUp")
    expect(page.locator(STATE)).to_have_text(FOLLOW["around"])
    expect(texts(page, "doubled").first).to_have_text("4.200")
    until(page, lambda: page.evaluate("!document.querySelector('[data-chart]').card.board.pending().length"))
    hall.move(values="4,1,0.1")
    expect(page.locator(STATE)).to_have_text(FOLLOW["around_behind"])
    page.locator(FIRST).press("ArrowUp")
    expect(texts(page, "doubled").first).to_have_text("4.400")
    page.locator(".fc-back").click()
    expect(texts(page, "doubled").first).to_have_text("8.000")
    expect(page.locator(STATE)).to_have_text(FOLLOW["follows"])
    expect(page.locator(".fc-back")).to_be_hidden()


def test_a_bar_that_is_still_in_hand_is_let_go_on_the_way_back(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    box = page.locator(FIRST).bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] - 10)
    expect(page.locator(".fc-back")).to_be_visible()
    hall.told["paused"] = True
    hall.tell(hall.told)
    expect(page.locator(STATE)).to_have_text(FOLLOW["paused"])
    page.mouse.move(box["x"] + 20, box["y"] - 40)
    page.mouse.up()
    expect(texts(page, "doubled").first).to_have_text("4.000")
    expect(texts(page, "values").first).to_have_text("2.000")


def test_where_the_class_is_paused_no_chart_can_be_moved(page: Page, hall: Hall) -> None:
    hall.told["paused"] = True
    drawn(page, hall)
    expect(page.locator(STATE)).to_have_text(FOLLOW["paused"])
    page.locator(FIRST).press("ArrowUp")
    page.locator(FIRST).press("ArrowUp")
    expect(texts(page, "values").first).to_have_text("2.000")
    hall.told["paused"] = False
    hall.tell(hall.told)
    expect(page.locator(STATE)).to_have_text(FOLLOW["follows"])
    page.locator(FIRST).press("ArrowUp")
    expect(texts(page, "values").first).to_have_text("2.100")


def test_a_connection_that_breaks_comes_back_with_the_newest(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.refusal = 502
    hall.cut()
    expect(page.locator(STATE)).to_have_text(FOLLOW["lost"])
    hall.settings["values"] = "1,1,0.1"
    hall.refusal = 0
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(STATE)).to_have_text(FOLLOW["follows"])
    expect(texts(page, "doubled").first).to_have_text("2.000")


@pytest.mark.parametrize("seconds", [20, 40], ids=["asleep", "awake, and nothing is heard"])
def test_a_connection_that_has_gone_silent_is_given_up(timed: Page, hall: Hall, seconds: int) -> None:
    drawn(timed, hall)
    timed.clock.fast_forward(1000 * seconds)
    if seconds == 20:
        assert len(hall.listened) == 1
        timed.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    hall.settings["values"] = "1,1,0.1"
    passing(timed, lambda: texts(timed, "doubled").first.text_content() == "2.000")
    expect(timed.locator(STATE)).to_have_text(FOLLOW["follows"])


def test_a_code_that_nobody_has_is_said_so_and_joined_once_it_is_opened(page: Page, hall: Hall) -> None:
    hall.refusal = 404
    follows(page, hall)
    expect(page.locator(STATE)).to_have_text(FOLLOW["unknown"])
    hall.refusal = 0
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(STATE)).to_have_text(FOLLOW["follows"])


def test_a_class_that_is_over_is_not_asked_for_again(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.tell({"kind": "closed"})
    expect(page.locator(STATE)).to_have_text(FOLLOW["closed"])
    hall.cut()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.locator(FIRST).press("ArrowUp")
    expect(texts(page, "doubled").first).to_have_text("4.200")
    assert len(hall.listened) == 1


def test_a_vote_is_said_until_it_is_counted_and_is_called_so_only_then(timed: Page, hall: Hall) -> None:
    drawn(timed, hall)
    hall.ask()
    hall.answers += [(503, {"problems": [{"rule": "busy"}]}), (409, {"problems": [{"rule": "member"}]})]
    choice(timed, "B").click()
    expect(timed.locator(".fc-status")).to_have_text(FOLLOW["sending"])
    expect(choice(timed, "B")).to_have_attribute("aria-pressed", "true")
    counted = FOLLOW["counted_readout"].format(answer="B")
    passing(timed, lambda: timed.locator(".fc-status").text_content() == counted)
    expect(timed.locator(".fc-spoken")).to_have_text(counted)
    assert set(votes(hall)) == {(1, 1, 1)}
    assert len(hall.listened) == 2  # the server that answered did not know the student
    assert all(re.fullmatch("[0-9a-f]{32}", each["member"]) for each in hall.said)


def test_letters_answer_and_what_is_asked_is_read_out(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.ask()
    expect(page.locator(".fc-spoken")).to_have_text(
        f"{FOLLOW['asked']} Which? One is right. A: the first. B: <b>the second</b>. C: the third."
    )
    page.keyboard.press("c")
    expect(choice(page, "C")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("d")
    page.keyboard.press("A")
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    assert votes(hall)[-1] == (1, 1, 0)


def test_names_in_a_question_are_text(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.ask(title="<img src=x onerror=alert(1)>", text="<i>x</i>")
    expect(page.locator(".fc-question .fc-title")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator(".fc-question :is(img, i)").count() == 0


def test_a_counted_vote_is_said_once_more_when_the_class_was_left_and_joined_again(
    page: Page, hall: Hall
) -> None:
    drawn(page, hall)
    hall.ask()
    choice(page, "A").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    hall.cut()
    until(page, lambda: len(hall.said) == 2)
    assert votes(hall) == [(1, 1, 0)] * 2
    assert len({each["member"] for each in hall.said}) == 1
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))


def test_a_reload_is_the_same_student_with_the_same_vote(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.ask()
    choice(page, "A").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    page.reload()
    drawn(page, hall)
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    assert len(set(hall.listened)) == 1


def test_a_browser_that_forgot_is_told_what_is_counted(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.ask()
    hall.tell({"kind": "mine", "question": 1, "round": 1, "choice": 2})
    expect(choice(page, "C")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="C"))
    assert votes(hall) == []


def test_a_vote_that_comes_after_the_answers_is_not_called_counted(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.ask()
    hall.answers.append((409, {"problems": [{"rule": "revealed"}]}))
    choice(page, "A").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["too_late"])
    expect(choice(page, "A")).to_have_attribute("aria-pressed", "false")


def test_the_second_vote_begins_without_the_first_and_answers_cannot_be_changed_once_shown(
    page: Page, hall: Hall
) -> None:
    drawn(page, hall)
    hall.ask()
    choice(page, "A").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    hall.ask(round=2)
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["choose_how"])
    expect(choice(page, "A")).to_have_attribute("aria-pressed", "false")
    choice(page, "B").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="B"))
    hall.ask(round=2, revealed=True)
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["was_counted_readout"].format(answer="B"))
    expect(choice(page, "C")).to_be_disabled()
    page.keyboard.press("c")
    assert votes(hall) == [(1, 1, 0), (1, 2, 1)]


def test_a_guess_is_dragged_sent_and_sent_again(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.ask("guess")
    bars = page.locator("[data-chart=guess] [role=slider]")
    for key in ("ArrowUp", "ArrowUp", "PageDown"):
        bars.nth(1).press(key)
    bars.nth(0).press("ArrowUp")
    expect(texts(page, "guess")).to_have_text(["0.100", "−0.800", "0.000"])
    assert votes(hall) == []
    page.locator(".fc-send").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
    assert votes(hall) == [(1, 1, [0.1, -0.8, 0])]
    bars.nth(2).press("ArrowUp")
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["guess_differs"])
    page.locator(".fc-send").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
    assert votes(hall)[-1] == (1, 1, [0.1, -0.8, 0.1])
    assert page.locator(STATE).text_content() == FOLLOW["follows"]  # a guess is no way out of the class


def test_a_guess_is_there_again_after_a_reload(page: Page, hall: Hall) -> None:
    drawn(page, hall)
    hall.ask("guess")
    page.locator("[data-chart=guess] [role=slider]").first.press("PageUp")
    page.locator(".fc-send").click()
    expect(page.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
    page.reload()
    drawn(page, hall)
    expect(texts(page, "guess")).to_have_text(["1.000", "0.000", "0.000"])


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
