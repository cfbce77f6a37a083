"""The outbox by itself: messages one at a time, in order, and none lost. Time passes as the tests say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.live.stage import Stage

HAS_CLOCK = True


class Outbox:
    """The browser's outbox, and what it has posted."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.page = stage.open()
        stage.freeze()
        self.page.evaluate("""async () => {
            const { Outbox } = await import("/browser/outbox.js");
            const posted = (window.posted = []);
            window.outbox?.stop();
            window.outbox = new Outbox(message => posted.push(structuredClone(message)));
        }""")

    def call(self, method: str, *given: Any) -> Any:
        return self.page.evaluate("([method, given]) => window.outbox[method](...given)", [method, given])

    def posted(self) -> list[dict[str, Any]]:
        return self.page.evaluate("window.posted")


@pytest.fixture
def outbox(stage: Stage) -> Outbox:
    return Outbox(stage)


def edit(value: float, index: int = 0, chart: str = "a", *, final: bool = True) -> dict[str, Any]:
    return {"kind": "edit", "chart": chart, "index": index, "value": value, "final": final}


UNDO = {"kind": "undo", "redo": False}


def test_one_message_is_under_way_and_what_comes_meanwhile_follows_as_one(outbox: Outbox) -> None:
    for event in (edit(1), edit(2, index=1), UNDO):
        outbox.call("send", event)
    (first,) = outbox.posted()
    assert first["events"] == [edit(1)]
    assert outbox.call("acknowledge", first["id"]) == [edit(1)]
    _, second = outbox.posted()
    assert second["events"] == [edit(2, index=1), UNDO]
    assert second["id"] > first["id"]


def test_of_edits_that_wait_the_newest_of_a_bar_stays_but_never_across_another_event(outbox: Outbox) -> None:
    outbox.call("send", UNDO)
    for event in (edit(1), edit(2, index=1), edit(3), UNDO, edit(4), edit(5, chart="b"), edit(6)):
        outbox.call("send", event)
    outbox.call("acknowledge", outbox.posted()[0]["id"])
    assert outbox.posted()[1]["events"] == [edit(3), edit(2, index=1), UNDO, edit(6), edit(5, chart="b")]


def test_no_message_holds_more_events_than_python_reads(outbox: Outbox) -> None:
    outbox.call("send", UNDO)
    for index in range(40):
        outbox.call("send", edit(1, index=index))
    for turn in range(2):
        outbox.call("acknowledge", outbox.posted()[turn]["id"])
    assert [len(message["events"]) for message in outbox.posted()] == [1, 32, 8]


def test_an_unanswered_message_is_sent_again_with_growing_patience_until_it_is_acknowledged(
    outbox: Outbox,
) -> None:
    outbox.call("send", UNDO)
    counts = []
    for _ in range(7):
        outbox.stage.run(2000)
        counts.append(len(outbox.posted()))
    assert counts == [2, 2, 3, 3, 3, 3, 4]  # after 2, 6 and 14 seconds
    assert len({json.dumps(message) for message in outbox.posted()}) == 1
    outbox.call("acknowledge", outbox.posted()[0]["id"])
    outbox.stage.run(100_000)
    assert len(outbox.posted()) == 4


def test_what_a_lost_session_was_sent_is_sent_to_the_one_in_its_place_at_once(outbox: Outbox) -> None:
    outbox.call("again")
    assert outbox.posted() == []  # nothing is under way
    outbox.call("send", edit(1))
    outbox.call("again")
    first, second = outbox.posted()
    assert second == first
    outbox.stage.run(1900)
    assert len(outbox.posted()) == 2
    outbox.stage.run(100)
    assert len(outbox.posted()) == 3  # with the patience of a first time


def test_who_answers_slowly_is_given_more_time(outbox: Outbox) -> None:
    outbox.call("send", UNDO)
    outbox.stage.run(1500)
    outbox.call("acknowledge", outbox.posted()[0]["id"])
    outbox.call("send", UNDO)
    outbox.stage.run(4400)
    assert len(outbox.posted()) == 2
    outbox.stage.run(200)
    assert len(outbox.posted()) == 3


def test_an_older_acknowledgement_changes_nothing(outbox: Outbox) -> None:
    outbox.call("send", UNDO)
    assert outbox.call("acknowledge", outbox.posted()[0]["id"] - 1) == []
    assert outbox.call("unacknowledged") == [UNDO]


def test_ids_rise_over_reloads_and_above_what_python_has_handled(outbox: Outbox) -> None:
    outbox.call("send", UNDO)
    now = outbox.page.evaluate("Date.now()")
    assert outbox.posted()[0]["id"] == now  # a page that is loaded later begins above
    outbox.call("acknowledge", now + 10_000)
    outbox.call("send", UNDO)
    assert outbox.posted()[1]["id"] == now + 10_001


def test_a_visitor_who_leaves_is_not_called_back_and_one_who_stays_is_heard(outbox: Outbox) -> None:
    outbox.call("send", UNDO)
    outbox.call("leave")
    outbox.call("acknowledge", outbox.posted()[0]["id"])
    outbox.call("send", edit(1))
    outbox.stage.run(2900)
    assert len(outbox.posted()) == 1
    outbox.stage.run(200)
    assert outbox.posted()[1]["events"] == [edit(1)]


def test_a_visitor_of_whom_it_is_clear_that_he_stays_is_heard_at_once(outbox: Outbox) -> None:
    outbox.call("leave")
    outbox.call("send", edit(1))
    outbox.call("stay")
    assert [message["events"] for message in outbox.posted()] == [[edit(1)]]
    outbox.call("leave")
    outbox.stage.run(2000)
    outbox.call("acknowledge", outbox.posted()[0]["id"])
    outbox.call("send", UNDO)
    outbox.stage.run(900)  # three seconds count from the last time
    assert len(outbox.posted()) == 1


def test_a_stopped_outbox_posts_nothing_and_gives_what_is_left_with_its_messages_id(outbox: Outbox) -> None:
    outbox.call("send", UNDO)
    outbox.call("send", edit(1))
    first = outbox.posted()[0]["id"]
    left = outbox.page.evaluate(
        "window.outbox.stop().map(({ event, id }) => [event, id === Infinity ? null : id])"
    )
    assert left == [[UNDO, first], [edit(1), None]]
    outbox.stage.run(60_000)
    assert len(outbox.posted()) == 1
