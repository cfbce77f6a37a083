"""A class in real browsers: a teacher and three students, one of them on a phone, through all that a lecture does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings import words
from ce_viz.strings.numbers import number
from tests.browser.test_access import AXE
from tests.browser.test_reconnect import Server
from tests.serving import ROOT

FOLLOW, TEACH = words("en").section("follow"), words("en").section("teach")
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}
SLOW = 60_000
DRAWN = "[data-chart] .main-svg"


class Class:
    """A teacher in presenter mode and three students: two by the code field, the phone by the address."""

    def __init__(self, new_page: Callable[..., Page], url: str) -> None:
        self.url = url
        self.teacher = new_page(viewport={"width": 1280, "height": 720})
        self.students = [new_page(), new_page(), new_page(**PHONE)]
        self.phone = self.students[2]

    def open(self, path: str) -> None:
        """The teacher opens a page, and a class."""
        self.teacher.goto(self.url + path)
        expect(self.teacher.locator(DRAWN).first).to_be_attached(timeout=SLOW)
        self.press("open")
        expect(self.teacher.locator(".tc-qr")).to_be_visible()
        self.code = self.teacher.locator(".tc-code").text_content() or ""

    def join(self) -> None:
        for student in self.students[:2]:
            student.goto(f"{self.url}?lang=en")
            field = student.get_by_label(words("en")["explore.class_code"])
            field.fill(f" {self.code[:3].lower()} {self.code[3:]}")
            field.press("Enter")
        self.phone.goto(f"{self.url}?class={self.code}")
        for student in self.students:
            expect(student.locator(".fc-state")).to_have_text(FOLLOW["follows"], timeout=SLOW)
            expect(student.locator(DRAWN).first).to_be_attached()
        self.counts("3 in the class")

    def press(self, name: str) -> None:
        """Press a button of the teacher's panel, which is unfolded where it is not."""
        if name != "open" and self.teacher.locator(".tc-sheet").is_hidden():
            self.teacher.locator(".tc-pill").click(timeout=SLOW)
        self.teacher.get_by_role("button", name=TEACH[name], exact=True).click()

    def counts(self, text: str) -> None:
        expect(self.teacher.locator(".tc-pill")).to_have_accessible_name(re.compile(text), timeout=SLOW)

    def all_show(self, chart: str, values: list[str]) -> None:
        for student in self.students:
            expect(bars(student, chart)).to_have_text(values)


@pytest.fixture
def lecture(new_page: Callable[..., Page], serve: Callable[..., str]) -> Class:
    return Class(new_page, serve(ROOT / "app.py"))


def bars(page: Page, chart: str) -> Locator:
    """The numbers on a chart's bars."""
    return page.locator(f"[data-chart={chart}] .bartext")


def slider(page: Page, chart: str, at: int) -> Locator:
    return page.locator(f"[data-chart={chart}] [role=slider]").nth(at)


def shown(quantity: str, *logits: float) -> list[str]:
    return [number(value) for value in getattr(explain(Scenario(logits)), quantity)]


def centre(locator: Locator) -> tuple[float, float]:
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swipe(page: Page, locator: Locator, up: float) -> None:
    """Drag by a finger."""
    x, y = centre(locator)
    touch = page.context.new_cdp_session(page)
    for share in (0, 0.25, 0.5, 0.75, 1):
        points = [{"x": x, "y": y - up * share}]
        kind = "touchMove" if share else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def value(page: Page, chart: str, at: int) -> float:
    return float(slider(page, chart, at).get_attribute("aria-valuenow") or "nan")


def barriers(page: Page, within: str) -> list[str]:
    """What axe finds within an element that somebody could not see, reach or have read out."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(
        """async within => (await axe.run(within, { resultTypes: ["violations"] })).violations.flatMap(
            ({ id, nodes }) => nodes.map(({ target }) => `${id} ${target}`))""",
        within,
    )
    return found


def test_a_class_follows_looks_around_and_comes_back(lecture: Class) -> None:
    lecture.open("?present=1&hide=loss")
    key = lecture.teacher.evaluate("JSON.parse(sessionStorage['ce_viz.teacher']).key")
    assert key not in lecture.teacher.url + lecture.teacher.content()
    lecture.join()
    lecture.all_show("probs", shown("probs", 2, 1, 0.1))
    lecture.all_show("loss", [])
    teacher, phone, away = lecture.teacher, lecture.phone, lecture.students[0]
    lecture.press("fold")

    # A move is seen while the hand still holds the bar.
    x, y = centre(slider(teacher, "logits", 0))
    teacher.mouse.move(x, y)
    teacher.mouse.down()
    for down in (10, 20, 30):
        teacher.mouse.move(x, y + down)
    held = value(teacher, "logits", 0)
    assert held < 2
    lecture.all_show("probs", shown("probs", held, 1, 0.1))
    teacher.mouse.up()

    # Two look around, one by a finger; the class goes on without them, and one button leads back.
    swipe(phone, slider(phone, "logits", 2), 20)
    slider(away, "logits", 1).press("PageUp")
    expect(away.locator(".fc-state")).to_have_text(FOLLOW["around"])
    expect(bars(away, "probs")).to_have_text(shown("probs", held, 2, 0.1))
    expect(phone.locator(".lc-lead [data-chart=logits]")).to_be_visible()  # in sight, as on every phone
    own = value(phone, "logits", 2)
    assert own > 0.1
    expect(bars(phone, "probs")).to_have_text(shown("probs", held, 1, own))
    slider(teacher, "logits", 0).press("ArrowUp")
    moved = shown("probs", round(held + 0.1, 1), 1, 0.1)
    expect(bars(lecture.students[1], "probs")).to_have_text(moved)
    expect(away.locator(".fc-state")).to_have_text(FOLLOW["around_behind"])
    expect(bars(phone, "probs")).to_have_text(shown("probs", held, 1, own))
    phone.locator(".fc-back").click()
    away.locator(".fc-back").click()
    lecture.all_show("probs", moved)

    # Nobody leaves while the teacher pauses them.
    lecture.press("pause")
    for student in lecture.students:
        expect(student.locator(".fc-state")).to_have_text(FOLLOW["paused"])
    slider(away, "logits", 1).press("PageUp")
    swipe(phone, slider(phone, "logits", 2), 20)
    lecture.press("go_on")
    lecture.press("fold")
    expect(phone.locator(".fc-state")).to_have_text(FOLLOW["follows"])
    lecture.all_show("probs", moved)

    # The teacher goes on to another page, and the class with it; what is covered is covered.
    teacher.get_by_role("button", name=words("en")["present.on"]).click()
    for student in lecture.students:
        expect(student.locator(".fc-title").last).to_have_text(words("en")["nav.lesson"], timeout=SLOW)
    lecture.press("close")
    lecture.press("close_sure")
    for student in lecture.students:
        expect(student.locator(".fc-state")).to_have_text(FOLLOW["closed"])
    expect(teacher.locator(".tc-open")).to_be_visible()


def test_a_class_is_asked_votes_twice_and_sees_what_it_said(lecture: Class) -> None:
    lecture.open("pitfalls?present=1&round=softmax_axis")
    lecture.join()
    first, second, phone = lecture.students
    lecture.press("ask")
    for student in lecture.students:
        expect(student.locator(".fc-choice").first).to_be_visible()
        expect(student.locator(".fc-spoken")).to_contain_text(FOLLOW["asked"])
    first.keyboard.press("a")
    second.locator(".fc-choice").nth(1).click()
    phone.locator(".fc-choice").nth(1).tap()
    for student, letter in zip(lecture.students, "ABB", strict=True):
        counted = FOLLOW["counted_readout"].format(answer=letter)
        expect(student.locator(".fc-status")).to_have_text(counted)
    lecture.counts("3 of 3 answered")
    assert barriers(phone, ".fc") == []
    phone.locator(".fc-choice").nth(0).tap()  # on second thoughts
    expect(phone.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="A"))
    assert lecture.teacher.locator("[data-chart=results]").count() == 0

    # Each reloads in the middle of it, and is who it was.
    for page in (lecture.teacher, *lecture.students):
        page.reload()
    for student, letter in zip(lecture.students, "ABA", strict=True):
        counted = FOLLOW["counted_readout"].format(answer=letter)
        expect(student.locator(".fc-status")).to_have_text(counted, timeout=SLOW)
    lecture.counts("3 of 3 answered")

    lecture.press("reveal")
    for page in (lecture.teacher, *lecture.students):
        expect(page.locator("[data-chart=results] .lc-plot")).to_have_attribute(
            "aria-label", re.compile("A 2, B 1")
        )
    expect(first.locator(".fc-choice").first).to_be_disabled()
    assert barriers(lecture.teacher, ".tc") == []

    lecture.press("again")
    for student in lecture.students:
        expect(student.locator(".fc-status")).to_have_text(FOLLOW["choose_how"])
        expect(student.locator("[data-chart=results]")).to_have_count(0)
        student.keyboard.press("b")
        expect(student.locator(".fc-status")).to_have_text(FOLLOW["counted_readout"].format(answer="B"))
    lecture.press("reveal")
    both = re.compile("A 2, B 1.*A 0, B 3")
    for page in (lecture.teacher, *lecture.students):
        expect(page.locator("[data-chart=results] .lc-plot")).to_have_attribute("aria-label", both)
    lecture.press("end")
    for student in lecture.students:
        expect(student.locator(".fc-question")).to_be_hidden()
    lecture.press("close")
    lecture.press("close_sure")
    for student in lecture.students:
        expect(student.locator(".fc-state")).to_have_text(FOLLOW["closed"])


def test_a_covered_chart_is_guessed_and_the_guesses_are_dots(lecture: Class) -> None:
    lecture.open("?present=1&hide=chain_rule,logits_grad")
    lecture.join()
    first, second, phone = lecture.students
    lecture.press("ask")
    swipe(phone, slider(phone, "guess", 0), 30)
    swipe(phone, slider(phone, "guess", 1), -30)
    guessed = [value(phone, "guess", at) for at in range(3)]
    assert guessed[0] > 0 > guessed[1]
    phone.locator(".fc-send").click()  # Chromium may take a tap right after a swipe for the end of a fling
    for student in (first, second):
        slider(student, "guess", 1).press("PageDown")
        student.locator(".fc-send").click()
    for student in lecture.students:
        expect(student.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
        expect(student.locator(".fc-state")).to_have_text(FOLLOW["follows"])
    lecture.counts("3 of 3 answered")
    phone.reload()
    expect(phone.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"], timeout=SLOW)
    assert [value(phone, "guess", at) for at in range(3)] == guessed
    truth = shown("logits_grad", 2, 1, 0.1)
    for student in lecture.students:
        assert truth[1] not in (student.locator("body").text_content() or "")
    lecture.press("reveal")
    for page in (lecture.teacher, *lecture.students):
        dots = page.locator("[data-chart=results] .scatterlayer .point")
        expect(dots).to_have_count(9)
    lecture.press("fold")
    lecture.teacher.locator("[data-chart=logits_grad] .lc-toggle").click()
    for student in lecture.students:
        expect(bars(student, "logits_grad")).to_have_text(truth)
        expect(student.locator("[data-chart=results] .bars .point")).to_have_count(3)


def test_a_student_whose_network_was_away_is_where_the_class_is(lecture: Class) -> None:
    lecture.open("?present=1")
    lecture.join()
    lecture.press("fold")
    phone = lecture.phone
    phone.context.set_offline(True)
    expect(phone.locator(".fc-state")).to_have_text(FOLLOW["lost"])
    slider(lecture.teacher, "logits", 0).press("ArrowUp")
    expect(bars(lecture.students[0], "probs")).to_have_text(shown("probs", 2.1, 1, 0.1))
    expect(bars(phone, "probs")).to_have_text(shown("probs", 2, 1, 0.1))
    phone.context.set_offline(False)
    lecture.all_show("probs", shown("probs", 2.1, 1, 0.1))
    expect(phone.locator(".fc-state")).to_have_text(FOLLOW["follows"])


def test_a_server_that_dies_and_comes_back_has_the_class_again_with_every_vote(
    new_page: Callable[..., Page],
) -> None:
    server = Server()
    try:
        lecture = Class(new_page, server.url)
        lecture.open("pitfalls?present=1&round=softmax_axis")
        lecture.join()
        lecture.press("ask")
        for at, student in enumerate(lecture.students):
            student.locator(".fc-choice").nth(at % 2).click()
            counted = FOLLOW["counted_readout"].format(answer="AB"[at % 2])
            expect(student.locator(".fc-status")).to_have_text(counted)
        server.kill()
        for student in lecture.students:
            expect(student.locator(".fc-state")).to_have_text(FOLLOW["lost"], timeout=SLOW)
        lecture.counts(TEACH["lost"])
        server.start()
        lecture.counts("3 of 3 answered")
        lecture.press("reveal")
        for page in (lecture.teacher, *lecture.students):
            votes = page.locator("[data-chart=results] .lc-plot")
            expect(votes).to_have_attribute("aria-label", re.compile("A 2, B 1"), timeout=SLOW)
    finally:
        server.kill()


def test_a_code_that_is_none_is_said_so(page: Page, serve: Callable[..., str]) -> None:
    page.goto(f"{serve(ROOT / 'app.py')}?lang=en")
    field = page.get_by_label(words("en")["explore.class_code"])
    field.fill("K7QM3")
    field.press("Enter")
    expect(page.get_by_text(words("en")["explore.not_a_code"])).to_be_visible(timeout=SLOW)
    field.fill("K7QM3X")
    field.press("Enter")
    expect(page.locator(".fc-state")).to_have_text(FOLLOW["unknown"], timeout=SLOW)
