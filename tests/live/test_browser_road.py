"""The live road: what a hand asks the route for, in which order answers are drawn, and how all goes on without it."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.live.stage import FIRST, Stage, cards, centre, drag, moved, texts

HAS_CLOCK = True
MOST = 6


def held(stage: Stage, **settings: str) -> Page:
    """The page, its clock stopped and its requests waiting."""
    page = stage.open(**settings)
    stage.respond = None
    stage.freeze()
    return page


def press(stage: Stage, *keys: str) -> None:
    """Press keys on the first bar, and let a frame pass."""
    for key in keys:
        stage.page.locator(FIRST).press(key)
    stage.run()


def refuse(route: Route) -> None:
    route.abort("connectionrefused")


def doubled(stage: Stage) -> str | None:
    """The first number of a chart that follows."""
    stage.run()
    return texts(stage.page, "doubled").first.text_content()


def test_a_moved_bar_asks_for_its_link_with_the_edit_and_with_what_the_browser_holds(stage: Stage) -> None:
    page = held(stage)
    headers: list[str] = []
    page.on("request", lambda request: headers.append(request.headers.get("accept-language", "")))
    press(stage, "ArrowUp")
    stage.request()
    fields = stage.fields()
    edit = {"kind": "edit", "chart": "values", "index": 0, "value": 2.1, "final": False}
    assert json.loads(fields.pop("event")) == edit
    assert set(fields.pop("have").split(".")) == {card["still"] for card in cards(stage.settings)}
    assert fields == stage.settings
    assert headers == ["en"]


def test_at_most_six_requests_are_under_way_and_the_newest_state_always_arrives(stage: Stage) -> None:
    held(stage)
    press(stage, *["ArrowUp"] * 10)
    stage.until(lambda: len(stage.waiting) == MOST)
    stage.run(100)
    assert len(stage.asked) == MOST
    for _ in range(MOST):
        stage.answer(stage.request())
    stage.answer(stage.request())
    assert json.loads(stage.fields()["event"])["value"] == 3
    stage.until(lambda: doubled(stage) == "6.000")
    assert len(stage.asked) == MOST + 1


def test_an_answer_that_comes_after_a_newer_one_is_dropped(stage: Stage) -> None:
    held(stage)
    press(stage, "ArrowUp", "ArrowUp", "ArrowUp")
    stage.answer(stage.request(1))
    stage.until(lambda: doubled(stage) == "4.400")
    with stage.page.expect_response("**/live/**"):
        stage.answer(stage.request(0))
    assert doubled(stage) == "4.400"
    stage.answer(stage.request(0))
    stage.until(lambda: doubled(stage) == "4.600")


def test_a_state_that_was_asked_for_is_not_asked_for_again(stage: Stage) -> None:
    held(stage)
    press(stage, "ArrowUp")
    stage.answer(stage.request())
    stage.until(lambda: doubled(stage) == "4.200")
    stage.run(200)  # the hand has rested, and Python has heard of it
    assert len(stage.events()) == 1
    assert len(stage.asked) == 1


def test_what_python_has_not_acknowledged_is_asked_for_with_every_later_edit(stage: Stage) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    stage.run(200)
    page.locator("[data-chart=values] [role=slider] >> nth=1").press("ArrowDown")
    stage.until(lambda: len(stage.asked) == 2)
    asked = json.loads(stage.fields()["event"])
    assert [(event["index"], event["value"]) for event in asked] == [(0, 2.1), (1, 0.9)]
    stage.handle()
    stage.until(lambda: len(stage.asked) == 3)
    assert stage.fields()["values"] == "2.1,1,0.1"
    assert json.loads(stage.fields()["event"])["index"] == 1


def test_a_card_comes_whole_where_its_still_part_is_not_held_and_is_held_from_then_on(stage: Stage) -> None:
    held(stage)
    press(stage, "PageUp", "PageUp", "PageUp")  # "doubled" needs a longer axis
    for _ in range(3):
        stage.answer(stage.request())
    stage.until(lambda: doubled(stage) == "10.000")
    press(stage, "ArrowDown")
    stage.request()
    now = {card["still"] for card in cards(stage.settings | {"values": "4.9,1,0.1"})}
    assert now <= set(stage.fields()["have"].split("."))


def test_a_moved_card_whose_still_part_has_gone_is_left_alone(stage: Stage) -> None:
    held(stage)
    press(stage, "ArrowUp")
    unknown = [moved(card) | {"still": "00000000"} for card in cards(stage.settings | {"values": "9,9,9"})]
    board: dict[str, object] = {"tick": None, "grids": {}, "charts": unknown}
    stage.request().fulfill(json={"link": "", "board": board})
    stage.run(100)
    assert doubled(stage) == "4.000"


def test_data_that_does_not_know_of_the_hand_is_not_drawn_over_what_the_hand_shows(stage: Stage) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    stage.answer(stage.request())
    stage.until(lambda: doubled(stage) == "4.200")
    stage.settings["values"] = "2,1,3"  # somebody else has changed a value
    stage.board["headline"] = [["new"]]
    stage.send()
    assert doubled(stage) == "4.200"
    assert texts(page, "doubled").nth(2).text_content() == "0.200"
    stage.answer(stage.request())  # asked again, upon what Python sent
    stage.run_until(lambda: texts(page, "doubled").nth(2).text_content() == "6.000")
    assert doubled(stage) == "4.200"
    stage.run(200)
    stage.handle()
    stage.run()
    assert stage.settings["values"] == "2.1,1,3"
    expect(page.locator(".lc-headline")).to_have_text("new")


def test_answers_of_a_state_that_python_has_overtaken_are_dropped(stage: Stage) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    late = stage.request()
    stage.run(200)
    stage.handle(send=False)
    stage.settings["values"] = "1,1,1"
    stage.send()
    assert doubled(stage) == "2.000"
    with page.expect_response("**/live/**"):
        stage.answer(late)
    assert doubled(stage) == "2.000"
    assert texts(page, "values").first.text_content() == "1.000"


def test_a_board_that_kept_older_data_back_takes_them_when_another_board_is_acknowledged(
    stage: Stage,
) -> None:
    page = held(stage)
    # The hand is on one grid; the chart that follows stands in another, which the same runs send.
    both = cards(stage.settings)
    stage.send("board", charts=both[:1])
    stage.send("second", charts=both[1:])
    stage.run(200)
    press(stage, "ArrowUp")
    stage.request()
    stage.run(200)
    stage.handle(send=False)
    both = cards(stage.settings)
    stage.send("second", charts=both[1:])
    stage.run()
    assert texts(page, "doubled").first.text_content() == "4.000"
    stage.send("board", charts=both[:1])
    assert doubled(stage) == "4.200"


FAILURES: dict[str, Callable[[Route], None]] = {
    "refused": refuse,
    "unknown": lambda route: route.fulfill(status=404, json={}),
    "broken": lambda route: route.fulfill(status=500, body=""),
    "Streamlit's own page": lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"),
    "not JSON": lambda route: route.fulfill(content_type="application/json", body="{"),
    "JSON of somebody else": lambda route: route.fulfill(json={"ok": True}),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_where_the_route_is_not_there_a_drag_goes_on_by_messages_and_nothing_is_lost(
    stage: Stage, failure: str
) -> None:
    page = held(stage)
    stage.respond = FAILURES[failure]
    drag(page, page.locator(FIRST), 10, 20)
    stage.until(stage.events)
    assert stage.events()[-1]["final"] is False
    x, y = centre(page.locator(FIRST))
    page.mouse.move(x, y + 30)
    stage.handle()
    stage.run()
    expect(texts(page, "doubled").first).not_to_have_text("4.000")
    page.mouse.up()
    stage.handle_until(lambda: stage.events()[-1]["final"])
    stage.handle()
    stage.run()
    shown = page.locator(FIRST).get_attribute("aria-valuenow")
    assert stage.settings["values"] == f"{shown},1,0.1"
    follows = (texts(page, "doubled").first.text_content() or "").replace("−", "-")
    assert float(follows) == pytest.approx(2 * float(shown or ""))
    assert len(stage.asked) <= 2  # what was under way as the first one failed


def test_an_answer_that_takes_two_seconds_counts_as_none(stage: Stage) -> None:
    page = held(stage)
    x, y = centre(page.locator(FIRST))
    drag(page, page.locator(FIRST), 10)
    stage.request()
    stage.run(1900)
    page.mouse.move(x, y + 20)
    stage.request()
    stage.handle()
    assert [event["final"] for event in stage.events()] == [True]
    stage.run(100)
    stage.until(lambda: len(stage.events()) == 2)
    assert stage.events()[-1]["final"] is False
    assert stage.events()[-1]["value"] < stage.events()[0]["value"]


def finish(stage: Stage) -> None:
    """Let the hand come to rest, and Python act on all there is."""
    stage.run(200)
    pending = "document.querySelector('[data-chart]').card.board.pending().length"
    stage.handle_until(lambda: stage.page.evaluate(pending) == 0)
    stage.run()


def test_a_closed_road_is_tried_again_by_the_next_gesture_after_ten_seconds(stage: Stage) -> None:
    held(stage)
    stage.respond = refuse
    press(stage, "ArrowUp")
    stage.until(stage.events)
    for wait, requests in [(8000, 1), (3000, 2)]:
        finish(stage)
        stage.run(wait)
        press(stage, "ArrowUp")
        stage.until(lambda: stage.page.evaluate("window.messages.length") > stage.seen)
        assert len(stage.asked) == requests


def test_another_page_tries_the_road_at_once(stage: Stage) -> None:
    held(stage)
    stage.respond = refuse
    press(stage, "ArrowUp")
    stage.until(stage.events)
    stage.run(200)
    stage.handle()
    stage.handle()
    stage.board["page"] = "other"
    stage.send()
    stage.run()
    stage.respond = stage.answer
    press(stage, "ArrowUp")
    stage.until(lambda: doubled(stage) == "4.400")
    assert len(stage.asked) == 2


@pytest.mark.parametrize(("act", "follows"), [("edit", "4.200"), ("pick", "4.000"), ("undo", "4.000")])
def test_keys_picks_and_undo_work_without_the_road(stage: Stage, act: str, follows: str) -> None:
    page = held(stage, values="2,1,0.1" if act != "undo" else "3,1,0.1")
    stage.respond = refuse
    if act == "edit":
        page.locator(FIRST).press("ArrowUp")
    elif act == "pick":
        page.mouse.click(*centre(texts(page, "products").nth(2)))
    else:
        page.keyboard.press("Control+z")
    stage.until(lambda: any(event["kind"] == act for event in stage.events()))
    finish(stage)
    stage.until(lambda: doubled(stage) == follows)
    assert stage.settings.get("cell") == ("0,2" if act == "pick" else None)
    assert len(stage.asked) == (act != "undo")


def test_a_grid_without_a_page_asks_nothing(stage: Stage) -> None:
    stage.board["page"] = None
    held(stage)
    press(stage, "ArrowUp")
    stage.until(stage.events)
    stage.handle()
    stage.run(200)
    stage.handle()
    assert doubled(stage) == "4.200"
    assert [event["final"] for event in stage.events()] == [False, True]
    assert stage.asked == []


def test_while_an_undo_is_under_way_only_python_is_asked(stage: Stage) -> None:
    page = held(stage, values="3,1,0.1")
    page.locator(FIRST).focus()
    page.keyboard.press("Control+z")
    press(stage, "ArrowUp")
    stage.run(100)
    assert stage.asked == []
    stage.handle()
    stage.until(lambda: len(stage.asked) == 1)
    assert stage.fields()["values"] == "2,1,0.1"
    assert json.loads(stage.fields()["event"])["value"] == 3.1


def test_a_toggle_is_told_to_python_and_not_to_the_route(stage: Stage) -> None:
    stage.board["canHide"] = True
    page = held(stage)
    page.locator("[data-chart=doubled]").get_by_role("button", name="hide").click()
    assert stage.events() == [{"kind": "toggle", "chart": "doubled"}]
    assert stage.asked == []


def test_edits_of_a_board_that_is_taken_down_are_brought_to_their_end_by_the_next_one_there(
    stage: Stage,
) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    stage.run(200)
    page.locator("[data-chart=values] [role=slider] >> nth=1").press("ArrowUp")  # still in hand
    page.evaluate("window.unmount('board')")
    page.evaluate("window.messages.length = 0")
    stage.send()
    stage.until(stage.events)
    stage.handle()
    stage.until(lambda: len(stage.events()) == 2)
    stage.handle()
    assert stage.settings["values"] == "2.1,1.1,0.1"
    assert all(event["final"] for event in stage.events())


def test_edits_that_python_had_before_its_board_was_taken_down_are_not_repeated(stage: Stage) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    stage.run(200)
    stage.handle(send=False)
    page.evaluate("window.unmount('board')")
    stage.send()
    stage.run(200)
    assert len(stage.events()) == 1


def link_away(stage: Stage) -> None:
    """Click a link, as if to another page."""
    stage.page.evaluate("""() => {
        const link = document.querySelector("main").appendChild(document.createElement("a"));
        link.href = "#there";
        link.click();
        link.remove();
    }""")


def test_a_visitor_who_leaves_is_not_called_back_and_what_the_hand_held_is_not_lost(stage: Stage) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    link_away(stage)
    stage.run(1000)
    assert stage.messages() == []
    page.evaluate("window.unmount('board')")
    stage.run(5000)
    assert stage.messages() == []
    stage.send()  # the visitor comes back
    assert [(event["value"], event["final"]) for event in stage.events()] == [(2.1, True)]


def test_what_a_hand_held_goes_along_to_another_page_in_a_form_that_it_knows(stage: Stage) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    link_away(stage)
    page.evaluate("History.prototype.pushState.call(history, null, '', '/another')")
    page.evaluate("window.unmount('board')")
    stage.waiting.clear()
    stage.send("another", page="another", charts=[])
    asked = stage.request()
    assert urlsplit(asked.request.url).path.endswith(f"/live/{stage.board['page']}")
    assert json.loads(stage.fields()["event"])["value"] == 2.1
    stage.answer(asked)
    stage.until(stage.messages)
    assert stage.events() == [{"kind": "arrive", "changed": {"values": "2.1,1,0.1"}, "ended": False}]


def test_a_visitor_who_stays_after_all_is_heard(stage: Stage) -> None:
    held(stage)
    press(stage, "ArrowUp")
    link_away(stage)
    stage.run(2900)
    assert stage.messages() == []
    stage.run(200)
    assert [event["value"] for event in stage.events()] == [2.1]


def test_back_on_the_same_page_is_no_leaving_once_the_page_shows_where_it_led(stage: Stage) -> None:
    page = held(stage)
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    press(stage, "ArrowUp")
    stage.run(1000)
    assert stage.messages() == []
    stage.settings["values"] = "4,1,0.1"
    stage.send()
    assert [event["kind"] for event in stage.events()] == ["edit"]


def back(stage: Stage) -> None:
    """The browser's Back, to another address of the page."""
    stage.page.evaluate("""() => {
        history.pushState({}, "", `?values=${Date.now()}`);
        dispatchEvent(new PopStateEvent("popstate"));
    }""")


@pytest.mark.parametrize("rest", [0, 200])
def test_what_was_done_before_back_is_not_done_where_it_led(stage: Stage, rest: int) -> None:
    """Neither what a hand still held, nor a message under way, which Python has, or which was lost."""
    page = held(stage)
    press(stage, "ArrowUp")
    stage.run(rest)
    said = stage.messages()
    assert len(said) == bool(rest)
    back(stage)
    stage.run(4000)
    stage.settings["values"] = "4,1,0.1"
    stage.send()
    stage.run(20_000)
    assert stage.messages() == said
    expect(page.locator(FIRST)).to_have_attribute("aria-valuenow", "4")


def test_back_to_what_python_has_sent_already_takes_back_what_a_hand_held(stage: Stage) -> None:
    page = held(stage)
    press(stage, "ArrowUp")
    back(stage)
    stage.run()
    expect(page.locator(FIRST)).to_have_attribute("aria-valuenow", "2")


def test_the_link_is_asked_for_as_python_wrote_it(stage: Stage) -> None:
    held(stage, note="a b&c=d")
    press(stage, "ArrowUp")
    stage.request()
    assert stage.asked[-1].startswith(urlencode(stage.settings) + "&event=")
