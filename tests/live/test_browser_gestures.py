"""What Python hears of a gesture, and when: the page's clock passes as the tests say."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.live.stage import FIRST, Stage, centre, drag, texts

HAS_CLOCK = True
REST = 150


@pytest.fixture
def page(stage: Stage) -> Page:
    page = stage.open()
    stage.freeze()
    return page


def told(stage: Stage) -> list[tuple[float, bool]]:
    """Value and finality of each edit that was posted."""
    return [(event["value"], event["final"]) for event in stage.events()]


def test_a_drag_is_one_message_when_it_lets_go_however_many_moves_it_has(stage: Stage, page: Page) -> None:
    drag(page, page.locator(FIRST), *range(2, 40))
    stage.run(REST - 20)
    assert stage.messages() == []
    page.mouse.up()
    value = float(page.locator(FIRST).get_attribute("aria-valuenow") or "")
    assert told(stage) == [(value, True)]
    stage.run(1000)
    assert len(stage.messages()) == 1


def test_another_session_is_told_at_once_what_the_one_before_was_and_the_same_one_is_not(
    stage: Stage, page: Page
) -> None:
    stage.board["session"] = "first"
    stage.send()
    page.locator(FIRST).press("ArrowUp")
    stage.run(REST)
    stage.send()  # of a run that had not heard of it yet
    assert told(stage) == [(2.1, True)]
    stage.board["session"] = "second"
    stage.send()
    assert told(stage) == [(2.1, True)] * 2
    stage.handle()
    stage.run(10_000)
    assert len(stage.messages()) == 2


def test_keys_in_a_row_are_one_message_when_they_pause(stage: Stage, page: Page) -> None:
    page.locator(FIRST).focus()
    for _ in range(9):
        page.keyboard.press("ArrowUp")
        stage.run(REST - 20)
    assert stage.messages() == []
    stage.run(20)
    assert told(stage) == [(2.9, True)]


def test_keys_on_another_bar_end_the_row_before(stage: Stage, page: Page) -> None:
    page.locator(FIRST).press("ArrowUp")
    page.locator("[data-chart=values] [role=slider] >> nth=1").press("ArrowUp")
    assert told(stage) == [(2.1, True)]
    stage.handle()
    stage.run(REST)
    assert told(stage) == [(2.1, True), (1.1, True)]


def test_where_the_focus_leaves_the_click_that_took_it_comes_first(stage: Stage, page: Page) -> None:
    page.locator(FIRST).press("ArrowUp")
    stage.run(100)
    page.get_by_label("note").focus()
    stage.run(190)
    assert stage.messages() == []
    stage.run(20)
    assert told(stage) == [(2.1, True)]


def test_a_hand_that_rests_is_heard_before_it_lets_go_and_only_once(stage: Stage, page: Page) -> None:
    x, y = centre(page.locator(FIRST))
    drag(page, page.locator(FIRST), 10)
    stage.run(REST)
    page.mouse.up()
    stage.run(REST)
    assert len(told(stage)) == 1
    stage.handle()
    page.mouse.move(x, y + 10)
    page.mouse.down()
    page.mouse.move(x, y + 20)
    stage.run(REST)
    page.mouse.move(x, y + 40)  # from here on it is another gesture
    page.mouse.up()
    stage.handle()
    values = [value for value, final in told(stage) if final]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(told(stage)) == 3


def test_undo_takes_back_what_a_hand_still_holds_too(stage: Stage, page: Page) -> None:
    page.locator(FIRST).press("ArrowUp")
    page.keyboard.press("Control+z")
    stage.handle()  # the edit; the undo follows
    assert [event["kind"] for event in stage.events()] == ["edit", "undo"]
    stage.handle()
    stage.run()
    expect(texts(page, "doubled").first).to_have_text("4.000")
    expect(texts(page, "values").first).to_have_text("2.000")


def test_a_button_waits_until_python_has_heard_of_the_hand(stage: Stage, page: Page) -> None:
    page.evaluate("""() => {
        const place = document.querySelector("main").appendChild(document.createElement("p"));
        place.dataset.testid = "stButton";
        window.pressed = 0;
        place.appendChild(document.createElement("button")).onclick = () => (window.pressed += 1);
    }""")
    button = page.locator("[data-testid=stButton] button")
    button.click()
    assert page.evaluate("pressed") == 1
    page.locator(FIRST).press("ArrowUp")
    button.click()
    assert told(stage) == [(2.1, True)]
    assert page.evaluate("pressed") == 1
    stage.handle()
    assert page.evaluate("pressed") == 2
    page.locator(FIRST).press("ArrowUp")
    button.click()
    stage.run(1990)
    assert page.evaluate("pressed") == 2
    stage.run(20)  # Python may be gone: the button is not
    assert page.evaluate("pressed") == 3
    page.evaluate("document.querySelector('[data-testid=stButton]').remove()")
