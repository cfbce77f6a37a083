"""A class in real browsers: a teacher and two students, one of them on a phone, through all that a lecture does."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings import words
from ce_viz.strings.numbers import number
from tests.browser.test_access import AXE
from tests.distance import Pipe, led

FOLLOW, TEACH = words("en").section("follow"), words("en").section("teach")
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}
SLOW = 60_000
DRAWN = "[data-chart] .main-svg"


class Class:
    """A teacher in presenter mode and two students: one comes by the code field, the phone by the address."""

    def __init__(self, new_page: Callable[..., Page], url: str) -> None:
        self.url = url
        self.teacher = new_page(viewport={"width": 1280, "height": 720})
        self.laptop, self.phone = self.students = [new_page(), new_page(**PHONE)]

    @property
    def all(self) -> list[Page]:
        return [self.teacher, *self.students]

    def press(self, name: str) -> None:
        """Press a button of the teacher's panel, which is unfolded where it is not."""
        if name != "open" and self.teacher.locator(".tc-sheet").is_hidden():
            self.teacher.locator(".tc-pill").click(timeout=SLOW)
        self.teacher.get_by_role("button", name=TEACH[name], exact=True).click()

    def counts(self, text: str) -> None:
        expect(self.teacher.locator(".tc-pill")).to_have_accessible_name(re.compile(text), timeout=SLOW)

    def say(self, text: str) -> None:
        """Where each student is."""
        for student in self.students:
            expect(student.locator(".fc-state")).to_have_text(FOLLOW[text], timeout=SLOW)

    def all_show(self, chart: str, values: list[str]) -> None:
        for student in self.students:
            expect(bars(student, chart)).to_have_text(values)

    def have_counted(self, answers: str) -> None:
        for student, answer in zip(self.students, answers, strict=True):
            counted = FOLLOW["counted_readout"].format(answer=answer)
            expect(student.locator(".fc-status")).to_have_text(counted, timeout=SLOW)
        self.counts("2 of 2 answered")

    def results(self, votes: str) -> None:
        for page in self.all:
            plot = page.locator("[data-chart=results] .lc-plot")
            expect(plot).to_have_attribute("aria-label", re.compile(votes), timeout=SLOW)


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


def test_a_lecture_from_its_beginning_to_its_end(new_page: Callable[..., Page], two: list[str]) -> None:
    """One class, since each window that comes to one is a document anew; under the app's policy, as visitors are."""
    first, other = two
    with led(first) as server:
        lecture = Class(new_page, server.address)
        a_class_is_opened_and_joined(lecture)
        a_student_looks_around_and_comes_back(lecture)
        nobody_leaves_while_the_teacher_pauses_them(lecture)
        a_student_whose_network_was_away_is_where_the_class_is(lecture)
        a_covered_chart_is_guessed_and_the_guesses_are_dots(lecture)
        the_class_goes_along_to_another_page(lecture)
        a_class_votes_and_sees_what_it_said(lecture)
        a_server_that_dies_and_comes_back_has_the_class_again_with_every_vote(lecture, server, other)
        a_class_is_closed(lecture)


def a_class_is_opened_and_joined(lecture: Class) -> None:
    teacher, laptop, phone = lecture.all
    teacher.goto(f"{lecture.url}?present=1&hide=loss,chain_rule,logits_grad")
    expect(teacher.locator(DRAWN).first).to_be_attached(timeout=SLOW)
    lecture.press("open")
    expect(teacher.locator(".tc-qr")).to_be_visible()
    key = teacher.evaluate("JSON.parse(sessionStorage['ce_viz.teacher']).key")
    assert key not in teacher.url + teacher.content()
    code = teacher.locator(".tc-code").text_content() or ""

    # A code that is none, and one of no class, are said so; Back leads to the field again.
    laptop.goto(f"{lecture.url}?lang=en")
    field = laptop.get_by_label(words("en")["explore.class_code"])
    field.fill("K7QM3")
    field.press("Enter")
    expect(laptop.get_by_text(words("en")["explore.not_a_code"])).to_be_visible(timeout=SLOW)
    field.fill("K7QM3X")
    field.press("Enter")
    expect(laptop.locator(".fc-state")).to_have_text(FOLLOW["unknown"], timeout=SLOW)
    laptop.go_back()
    field.fill(f" {code[:3].lower()} {code[3:]}")
    field.press("Enter")

    phone.goto(f"{lecture.url}?class={code}")
    lecture.say("follows")
    for student in lecture.students:
        expect(student.locator(DRAWN).first).to_be_attached()
    lecture.counts("2 in the class")
    lecture.all_show("probs", shown("probs", 2, 1, 0.1))
    lecture.all_show("loss", [])
    lecture.press("fold")


def a_student_looks_around_and_comes_back(lecture: Class) -> None:
    teacher, laptop, phone = lecture.all
    slider(laptop, "logits", 1).press("PageUp")
    expect(laptop.locator(".fc-state")).to_have_text(FOLLOW["around"])
    expect(bars(laptop, "probs")).to_have_text(shown("probs", 2, 2, 0.1))

    # A move is seen while the hand still holds the bar; the class goes on without who looks around.
    x, y = centre(slider(teacher, "logits", 0))
    teacher.mouse.move(x, y)
    teacher.mouse.down()
    for down in (10, 20, 30):
        teacher.mouse.move(x, y + down)
    held = value(teacher, "logits", 0)
    assert held < 2
    expect(bars(phone, "probs")).to_have_text(shown("probs", held, 1, 0.1))
    expect(laptop.locator(".fc-state")).to_have_text(FOLLOW["around_behind"])
    expect(bars(laptop, "probs")).to_have_text(shown("probs", 2, 2, 0.1))
    laptop.locator(".fc-back").click()
    lecture.all_show("probs", shown("probs", held, 1, 0.1))
    teacher.mouse.up()

    # The other by a finger.
    swipe(phone, slider(phone, "logits", 2), 20)
    expect(phone.locator(".lc-lead [data-chart=logits]")).to_be_visible()  # in sight, as on every phone
    own = value(phone, "logits", 2)
    assert own > 0.1
    expect(bars(phone, "probs")).to_have_text(shown("probs", held, 1, own))
    slider(teacher, "logits", 0).press("ArrowUp")
    moved = shown("probs", round(held + 0.1, 1), 1, 0.1)
    expect(bars(laptop, "probs")).to_have_text(moved)
    expect(phone.locator(".fc-state")).to_have_text(FOLLOW["around_behind"])
    expect(bars(phone, "probs")).to_have_text(shown("probs", held, 1, own))
    phone.locator(".fc-back").click()
    lecture.all_show("probs", moved)


def nobody_leaves_while_the_teacher_pauses_them(lecture: Class) -> None:
    laptop, phone = lecture.students
    lecture.press("pause")
    lecture.say("paused")
    slider(laptop, "logits", 1).press("PageUp")
    swipe(phone, slider(phone, "logits", 2), 20)
    lecture.press("go_on")
    lecture.press("fold")
    lecture.say("follows")
    lecture.all_show("probs", shown("probs", value(lecture.teacher, "logits", 0), 1, 0.1))


def a_student_whose_network_was_away_is_where_the_class_is(lecture: Class) -> None:
    teacher, laptop, phone = lecture.all
    before = value(teacher, "logits", 0)
    after = round(before + 0.1, 1)
    phone.context.set_offline(True)
    expect(phone.locator(".fc-state")).to_have_text(FOLLOW["lost"])
    slider(teacher, "logits", 0).press("ArrowUp")
    expect(bars(laptop, "probs")).to_have_text(shown("probs", after, 1, 0.1))
    expect(bars(phone, "probs")).to_have_text(shown("probs", before, 1, 0.1))
    phone.context.set_offline(False)
    lecture.all_show("probs", shown("probs", after, 1, 0.1))
    lecture.say("follows")


def a_covered_chart_is_guessed_and_the_guesses_are_dots(lecture: Class) -> None:
    teacher, laptop, phone = lecture.all
    lecture.press("ask")
    swipe(phone, slider(phone, "guess", 0), 30)
    swipe(phone, slider(phone, "guess", 1), -30)
    guessed = [value(phone, "guess", at) for at in range(3)]
    assert guessed[0] > 0 > guessed[1]
    phone.locator(".fc-send").click()  # Chromium may take a tap right after a swipe for the end of a fling
    slider(laptop, "guess", 1).press("PageDown")
    laptop.locator(".fc-send").click()
    for student in lecture.students:
        expect(student.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"])
    lecture.say("follows")
    lecture.counts("2 of 2 answered")
    phone.reload()
    expect(phone.locator(".fc-status")).to_have_text(FOLLOW["guess_counted"], timeout=SLOW)
    assert [value(phone, "guess", at) for at in range(3)] == guessed
    truth = shown("logits_grad", value(teacher, "logits", 0), 1, 0.1)
    for student in lecture.students:
        assert truth[1] not in (student.locator("body").text_content() or "")
    lecture.press("reveal")
    for page in lecture.all:
        expect(page.locator("[data-chart=results] .scatterlayer .point")).to_have_count(6)
    lecture.press("fold")
    teacher.locator("[data-chart=logits_grad] .lc-toggle").click()
    for student in lecture.students:
        expect(bars(student, "logits_grad")).to_have_text(truth)
        expect(student.locator("[data-chart=results] .bars .point")).to_have_count(3)


def the_class_goes_along_to_another_page(lecture: Class) -> None:
    lecture.press("end")
    lecture.press("fold")
    lecture.teacher.get_by_role("combobox", name=words("en")["present.pages"]).click()
    lecture.teacher.get_by_role("option", name=words("en")["nav.pitfalls"]).click()
    for student in lecture.students:
        expect(student.locator(".fc-title").last).to_have_text(words("en")["nav.pitfalls"], timeout=SLOW)


def a_class_votes_and_sees_what_it_said(lecture: Class) -> None:
    teacher, laptop, phone = lecture.all
    lecture.press("ask")
    for student in lecture.students:
        expect(student.locator(".fc-choice").first).to_be_visible()
        expect(student.locator(".fc-spoken")).to_contain_text(FOLLOW["asked"])
    laptop.keyboard.press("a")
    phone.locator(".fc-choice").nth(1).tap()
    lecture.have_counted("AB")
    assert barriers(phone, ".fc") == []
    phone.locator(".fc-choice").nth(0).tap()  # on second thoughts
    lecture.have_counted("AA")
    assert teacher.locator("[data-chart=results]").count() == 0

    # Who reloads in the middle of it is who they were; the phone has done so while it guessed.
    for page in (teacher, laptop):
        page.reload()
    lecture.have_counted("AA")
    lecture.press("reveal")
    lecture.results("A 2, B 0")
    expect(laptop.locator(".fc-choice").first).to_be_disabled()
    assert barriers(teacher, ".tc") == []


def a_server_that_dies_and_comes_back_has_the_class_again_with_every_vote(
    lecture: Class, server: Pipe, other: str
) -> None:
    """In the second vote on the same question, whose first is not lost either."""
    laptop, phone = lecture.students
    lecture.press("again")
    for student in lecture.students:
        expect(student.locator(".fc-status")).to_have_text(FOLLOW["choose_how"])
        expect(student.locator("[data-chart=results]")).to_have_count(0)
    laptop.keyboard.press("b")
    phone.locator(".fc-choice").nth(0).click()
    lecture.have_counted("BA")
    server.lead(None)
    lecture.say("lost")
    lecture.counts(TEACH["lost"])
    server.lead(other)  # which knows nothing of a class
    lecture.have_counted("BA")
    lecture.press("reveal")
    lecture.results("A 2, B 0.*A 1, B 1")
    lecture.press("end")
    for student in lecture.students:
        expect(student.locator(".fc-question")).to_be_hidden()


def a_class_is_closed(lecture: Class) -> None:
    lecture.press("close")
    lecture.press("close_sure")
    lecture.say("closed")
    expect(lecture.teacher.locator(".tc-open")).to_be_visible()
