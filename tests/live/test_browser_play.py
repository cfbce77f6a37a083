"""Plays: frames by the live road, one request after another, and what Python hears of where they have come to."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.live.stage import FIRST, Stage, texts

HAS_CLOCK = True
TICK = 100
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def playing(stage: Stage, **settings: str) -> Page:
    """A play begins: the clock is stopped, requests wait."""
    page = stage.open(**settings)
    stage.freeze()
    stage.respond = None
    stage.board["tick"] = TICK
    stage.send()
    stage.run()
    return page


def frame(stage: Stage) -> dict[str, str]:
    """Let the play ask for its next frame, and draw it; gives what was asked."""
    stage.run(TICK)
    before = texts(stage.page, "doubled").first.text_content()
    request = stage.request()
    asked = stage.fields(-1 - len(stage.waiting))
    stage.answer(request)
    stage.run_until(lambda: texts(stage.page, "doubled").first.text_content() != before)
    return asked


def arrivals(stage: Stage) -> list[dict[str, object]]:
    return [event for event in stage.events() if event["kind"] == "arrive"]


def test_each_frame_asks_for_the_next_upon_its_own_link_and_python_hears_nothing(stage: Stage) -> None:
    stage.board["headline"] = [["before"]]
    page = playing(stage)
    for step in range(3):
        fields = frame(stage)
        assert json.loads(fields["event"]) == {"kind": "tick"}
        assert fields.get("step", "0") == str(step)
    expect(texts(page, "doubled").first).to_have_text("3.400")
    expect(page.locator(".lc-headline")).to_have_text("1.7,1,0.1")
    assert stage.messages() == []


def test_a_frame_is_asked_for_at_its_pace_and_not_before_the_last_one_is_there(stage: Stage) -> None:
    playing(stage)
    stage.run(TICK)
    first = stage.request()
    stage.run(3 * TICK)
    assert len(stage.asked) == 1
    stage.answer(first)
    stage.run_until(lambda: len(stage.asked) == 2)  # late as it is, at once
    stage.answer(stage.request())
    stage.run_until(lambda: texts(stage.page, "doubled").first.text_content() == "3.600")
    assert len(stage.asked) == 2
    stage.run(TICK)
    stage.until(lambda: len(stage.asked) == 3)


def test_a_play_that_ends_tells_python_where_it_has_come_to(stage: Stage) -> None:
    page = playing(stage)
    stage.ends_at = 2
    frame(stage)
    frame(stage)
    (arrival,) = stage.events()
    assert arrival == {"kind": "arrive", "changed": {"step": "2", "values": "1.8,1,0.1"}, "ended": True}
    stage.send(headline=[["older"]])  # data of before, in which the play is on
    stage.run(5 * TICK)
    assert len(stage.asked) == 2
    expect(texts(page, "doubled").first).to_have_text("3.600")
    stage.board["tick"] = None
    stage.handle()
    stage.run()
    expect(texts(page, "doubled").first).to_have_text("3.600")
    assert stage.settings == {"values": "1.8,1,0.1", "step": "2"}
    assert len(stage.messages()) == 1


def test_a_play_that_is_paused_stays_where_it_is_and_python_hears_of_it(stage: Stage) -> None:
    page = playing(stage)
    frame(stage)
    stage.board["tick"] = None
    stage.send()  # Python knows the settings of before
    stage.run(5 * TICK)
    assert stage.events() == [
        {"kind": "arrive", "changed": {"step": "1", "values": "1.9,1,0.1"}, "ended": True}
    ]
    expect(texts(page, "doubled").first).to_have_text("3.800")
    stage.handle()
    stage.run()
    expect(texts(page, "doubled").first).to_have_text("3.800")
    assert len(stage.messages()) == 1
    assert len(stage.asked) == 1


def test_a_pause_before_the_first_frame_is_told_too_since_python_waits_for_the_last_frame(
    stage: Stage,
) -> None:
    playing(stage)
    stage.board["tick"] = None
    stage.send()
    stage.run(5 * TICK)
    assert stage.events() == [{"kind": "arrive", "changed": {}, "ended": True}]
    assert stage.asked == []


@pytest.mark.parametrize("name", ["stage", None])
def test_who_has_played_nothing_says_once_that_a_play_is_over_where_python_asks(
    stage: Stage, name: str | None
) -> None:
    stage.open()
    stage.board |= {"page": name, "asksEnd": True}
    stage.send()
    stage.board["headline"] = [["drawn again, before Python has heard"]]
    stage.send()
    assert stage.events() == [{"kind": "arrive", "changed": {}, "ended": True}]
    stage.board["asksEnd"] = False
    stage.handle()
    assert len(stage.messages()) == 1


def test_who_has_played_says_where_it_has_come_to_and_no_more_where_python_asks(stage: Stage) -> None:
    playing(stage)
    frame(stage)
    stage.board |= {"tick": None, "asksEnd": True}
    stage.send()
    stage.run(1000)
    assert [(event["ended"], "step" in event["changed"]) for event in arrivals(stage)] == [(True, True)]
    stage.board["asksEnd"] = False
    stage.handle()


def test_nothing_is_asked_for_while_nobody_can_see_it(stage: Stage) -> None:
    page = playing(stage)
    frame(stage)
    page.evaluate(HIDE, True)
    stage.run(20 * TICK)
    assert len(stage.asked) == 1
    page.evaluate(HIDE, False)
    stage.run_until(lambda: len(stage.asked) == 2)


def test_data_that_comes_during_a_play_is_joined_with_where_it_has_come_to(stage: Stage) -> None:
    page = playing(stage)
    frame(stage)
    stage.settings["cell"] = "0,2"  # a widget's doing
    stage.send()
    stage.run()
    expect(texts(page, "doubled").first).to_have_text("3.800")
    assert stage.events() == [
        {"kind": "arrive", "changed": {"step": "1", "values": "1.9,1,0.1"}, "ended": False}
    ]
    stage.answer(stage.request())  # how both together look
    assert (stage.fields()["cell"], stage.fields()["step"]) == ("0,2", "1")
    assert "event" not in stage.fields()
    assert frame(stage)["cell"] == "0,2"
    stage.handle()
    stage.run()
    expect(texts(page, "doubled").first).to_have_text("3.600")
    assert frame(stage)["step"] == "2"


def test_where_python_changes_what_the_play_changes_python_is_right(stage: Stage) -> None:
    page = playing(stage)
    frame(stage)
    frame(stage)
    stage.run(TICK)
    late = stage.request()
    stage.settings |= {"values": "2,1,0.1", "step": "0"}  # rewound
    stage.send()
    stage.run()
    expect(texts(page, "doubled").first).to_have_text("4.000")
    assert stage.messages() == []
    with page.expect_response("**/live/**"):
        stage.answer(late)
    stage.run()
    expect(texts(page, "doubled").first).to_have_text("4.000")
    assert frame(stage)["step"] == "0"
    expect(texts(page, "doubled").first).to_have_text("3.800")


def test_a_hand_holds_a_play_until_python_knows_of_both_in_order(stage: Stage) -> None:
    page = playing(stage)
    frame(stage)
    page.locator("[data-chart=values] [role=slider] >> nth=1").press("ArrowUp")
    stage.answer(stage.request())
    asked = stage.fields()
    assert (asked["step"], json.loads(asked["event"])["value"]) == ("1", 1.1)
    stage.run_until(lambda: texts(page, "doubled").nth(1).text_content() == "2.200")
    stage.run(5 * TICK)
    assert len(stage.asked) == 2
    stage.handle()
    stage.handle()
    assert [event["kind"] for event in stage.events()] == ["arrive", "edit"]
    assert stage.settings == {"values": "1.9,1.1,0.1", "step": "1"}
    stage.respond = stage.answer
    stage.run_until(lambda: texts(page, "doubled").first.text_content() == "3.400")
    expect(texts(page, "doubled").nth(1)).to_have_text("2.200")


def test_where_the_route_fails_a_play_goes_on_by_messages_from_where_it_was(stage: Stage) -> None:
    page = playing(stage)
    frame(stage)
    stage.run(TICK)
    stage.request().abort()
    stage.run_until(lambda: len(stage.messages()) == 1)
    (arrival,) = stage.events()
    assert arrival["changed"] == {"step": "1", "values": "1.9,1,0.1"}
    for step in (1, 2, 3):
        stage.handle()
        assert stage.settings["step"] == str(step)
        page.clock.resume()
        page.wait_for_function("count => window.messages.length === count", arg=step + 1)
        stage.freeze()
    expect(texts(page, "doubled").first).to_have_text("3.400")
    assert [event["kind"] for event in stage.events()] == ["arrive", "tick", "tick", "tick"]
    assert len(stage.asked) == 2


@pytest.mark.parametrize("key", ["board", "elsewhere"])
def test_where_a_play_had_come_to_is_told_by_the_next_board_of_any_page(stage: Stage, key: str) -> None:
    page = playing(stage)
    frame(stage)
    page.evaluate("window.unmount('board')")
    stage.board |= {"tick": None, "page": "other"}
    stage.send(key)
    stage.run()
    assert [event["changed"] for event in arrivals(stage)] == [{"step": "1", "values": "1.9,1,0.1"}]


def test_a_link_away_from_a_play_stops_it_and_the_next_page_tells_python(stage: Stage) -> None:
    page = playing(stage)
    frame(stage)
    page.evaluate("""() => {
        const link = document.querySelector("main").appendChild(document.createElement("a"));
        link.href = "#there";
        link.click();
        link.remove();
    }""")
    stage.run(5 * TICK)
    assert stage.messages() == []
    assert len(stage.asked) == 1
    page.evaluate("window.unmount('board')")
    stage.board |= {"tick": None, "page": "other"}
    stage.send("elsewhere")
    assert [event["changed"] for event in arrivals(stage)] == [{"step": "1", "values": "1.9,1,0.1"}]


def test_without_a_route_ticks_go_by_message_one_after_another_and_only_while_seen(stage: Stage) -> None:
    stage.board["page"] = None
    page = playing(stage)
    stage.run(10 * TICK)
    assert stage.events() == [{"kind": "tick"}]
    stage.handle()
    stage.run(2 * TICK)
    assert len(stage.events()) == 2
    page.evaluate(HIDE, True)
    stage.handle()
    stage.run(10 * TICK)
    assert len(stage.events()) == 2
    page.evaluate(HIDE, False)
    stage.run(TICK)
    assert len(stage.events()) == 3
    assert stage.asked == []


def test_a_key_during_a_play_by_messages_is_not_lost(stage: Stage) -> None:
    stage.board["page"] = None
    page = playing(stage)
    stage.run(2 * TICK)
    page.locator(FIRST).press("PageUp")
    stage.run(200)
    for _ in range(3):
        stage.handle()
        stage.run(2 * TICK)
    assert float(stage.settings["values"].split(",")[0]) > 2.5
