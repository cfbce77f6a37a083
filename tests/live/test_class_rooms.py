"""Who follows a class sees what the teacher shows, in the reader's language; who is let in, and when a class ends."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.applications import Starlette

from ce_viz.live.classes import limits
from ce_viz.live.classes.codes import ALPHABET, code_of, is_code, name_of, new_key
from ce_viz.live.classes.hall import Hall
from ce_viz.live.classes.route import class_routes
from tests.live.lectures import SECRET, Ear, School, member, opening, settled, showing, voting
from tests.wire import finished

pytestmark = pytest.mark.usefixtures("quick_codes")


def test_a_code_follows_from_its_key_and_holds_no_look_alikes():
    keys = [new_key() for _ in range(8)]
    codes = [code_of(key) for key in keys]
    assert len(set(codes)) == len(set(keys)) == 8
    assert all(is_code(code) for code in codes)
    assert codes[0] == code_of(keys[0])
    assert not set("01ILO").intersection(ALPHABET)


def test_the_name_of_a_member_tells_neither_who_it_is_nor_that_of_another_class():
    assert name_of(member(1), "AAAAAA") != name_of(member(1), "BBBBBB")
    assert member(1) not in name_of(member(1), "AAAAAA")


def test_who_joins_is_told_everything_in_their_own_language():
    async def scene() -> None:
        school = School()
        code, _ = await school.begin("size=3")
        async with Ear(school, code, language="zh") as ear:
            assert ear.told["content-type"].startswith("text/event-stream")
            assert ear.told["cache-control"] == "no-store"
            assert ear.told["x-accel-buffering"] == "no"
            assert ear.kinds() == ["state", "class"]
            state = ear.last("state")
            assert (state["page"], state["title"], state["link"]) == ("bars", "Bars zh", "size=3&lang=zh")
            (board,) = state["boards"]
            assert (board["key"], board["height"], board["tick"]) == ("grid", 100, None)
            assert board["charts"][0]["figure"]["data"][0]["y"] == [3.0]
            assert ear.last("class")["present"] == 1
        assert school.hall.rooms[code].students == {}

    finished(scene())


def test_a_hands_events_are_acted_upon():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            edit = {"kind": "edit", "chart": "a", "index": 0, "value": 7, "final": False}
            await school.say(code, showing("size=2", events=[edit]), key)
            await settled()
            assert ear.last("move")["answer"]["link"] == "size=7&lang=en"

    finished(scene())


def test_what_is_covered_is_in_no_message():
    async def scene() -> None:
        school = School()
        code, key = await school.begin("hide=1")
        async with (
            Ear(school, code) as ear,
            Ear(school, code, authorization=f"Bearer {key}") as teacher,
        ):
            await school.say(code, showing("hide=1&size=2"), key)
            await school.say(code, {"kind": "ask"}, key)
            await school.say(code, voting(member(1), guess=[0.2, 0.3]))
            await school.say(code, showing("size=2"), key)
            await school.say(code, {"kind": "pause", "on": False}, key)
            await settled()
            assert teacher.last("class")["results"]["uncovered"] is False  # uncovered, and not yet revealed
            await school.say(code, showing("hide=1&size=2"), key)
            await school.say(code, {"kind": "reveal"}, key)
            await settled()
            assert ear.last("class")["results"]["uncovered"] is False
            assert str(SECRET) not in (ear.sent + teacher.sent).decode()
            await school.say(code, showing("size=2"), key)
            await settled()
            assert ear.last("class")["results"]["uncovered"] is True

    finished(scene())


def test_a_refused_slide_changes_nothing():
    async def scene() -> None:
        school = School()
        code, key = await school.begin("size=3")
        for message, status in ((showing("size=-1"), 400), (showing(page="nowhere"), 404)):
            assert (await school.say(code, message, key))[0] == status
        async with Ear(school, code) as ear:
            assert ear.last("state")["link"] == "size=3&lang=en"

    finished(scene())


def test_a_slow_slide_that_is_overtaken_is_not_shown():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            slow = asyncio.create_task(school.say(code, showing("size=2&slow=1"), key))
            await settled()
            assert await school.say(code, showing("size=3"), key) == (200, {})
            school.lecture.ready.set()
            assert await slow == (200, {})
            await settled()
            links = [each["answer"]["link"] for each in ear.events if each["kind"] == "move"]
            assert links == ["size=3&lang=en"]

    finished(scene())


def test_everybody_is_told_of_a_pause_at_once():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            await school.say(code, {"kind": "pause", "on": True}, key)
            await settled()
            assert ear.last("class")["paused"] is True

    finished(scene())


def test_nothing_is_worked_out_for_a_language_that_nobody_reads():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code, 1):
            async with Ear(school, code, 2, "zh"):
                pass
            school.lecture.shown.clear()
            await school.say(code, showing("size=2"), key)
            assert [language for _, language in school.lecture.shown] == ["en"]
            async with Ear(school, code, 2, "zh") as ear:
                assert ear.last("state")["link"] == "size=2&lang=zh"

    finished(scene())


def test_a_class_whose_teacher_has_gone_sends_its_students_to_look_once_and_ends_when_idle():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code, authorization=f"Bearer {key}"), Ear(school, code, 1) as first:
            school.clock.now += 2 * limits.IDLE
            school.hall.tick()
            await settled()
            assert not first.over  # the teacher is there, silent as ever
        async with Ear(school, code, 1) as second:
            school.clock.now += limits.LEFT
            school.hall.tick()
            await settled()
            assert second.over
            assert "closed" not in second.kinds()
        async with Ear(school, code, 1) as third:
            school.clock.now += limits.LEFT
            school.hall.tick()
            await settled()
            assert not third.over
            school.clock.now += limits.IDLE
            school.hall.tick()
            await settled()
            assert third.kinds()[-1] == "closed"
        assert school.hall.rooms == {}

    finished(scene())


def test_no_class_lasts_for_ever():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code, authorization=f"Bearer {key}") as teacher:
            school.clock.now += limits.LONGEST - 1
            school.hall.tick()
            await settled()
            assert "closed" not in teacher.kinds()
            school.clock.now += 1
            school.hall.tick()
            await settled()
            assert teacher.kinds()[-1] == "closed"

    finished(scene())


def test_a_students_pages_count_as_one_and_the_fourth_replaces_the_oldest():
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        pages = [Ear(school, code, 7) for _ in range(4)]
        async with pages[0], pages[1], pages[2], pages[3]:
            assert pages[3].last("class")["present"] == 1
            assert pages[0].kinds()[-1] == "replaced"
            assert [page.over for page in pages] == [True, False, False, False]

    finished(scene())


def test_a_full_class_and_a_full_process_let_nobody_in(monkeypatch):
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        for name, most in (("room.MAX_MEMBERS", 2), ("hall.MAX_STREAMS", 2), ("room.MAX_KNOWN", 2)):
            with monkeypatch.context() as patch:
                patch.setattr(f"ce_viz.live.classes.{name}", most)
                async with Ear(school, code, 1), Ear(school, code, 2), Ear(school, code, 3) as third:
                    assert third.status == 503, name

    finished(scene())


def test_a_new_class_takes_the_place_of_an_empty_one_and_of_no_other(monkeypatch):
    async def scene() -> None:
        monkeypatch.setattr("ce_viz.live.classes.hall.MAX_ROOMS", 2)
        school = School()
        empty, _ = await school.begin()
        joined, _ = await school.begin()
        async with Ear(school, joined, 1):
            last, _ = await school.begin()
            assert school.hall.rooms.keys() == {joined, last}
            assert empty not in school.hall.rooms
            async with Ear(school, last, 2):
                told = (await school.ask("POST", "/live/class"))[1]
                status, answer = await school.say(told["code"], opening(), told["key"])
                assert (status, answer) == (503, {"problems": [{"rule": "rooms"}]})

    finished(scene())


def test_the_hall_winds_its_own_clock(monkeypatch):
    async def scene() -> None:
        monkeypatch.setattr("ce_viz.live.classes.hall._TICK", 0)
        school = School()
        hall = Hall(school.lecture, school.clock)
        school.app = Starlette(routes=class_routes("/live/class", hall))
        await school.begin()
        school.clock.now += limits.IDLE
        async with asyncio.timeout(30):
            while hall.rooms:
                await asyncio.sleep(0)

    finished(scene())


@pytest.mark.parametrize("language", ["", "xx", "zh-CN"])
def test_an_unknown_language_is_english(language):
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        async with Ear(school, code, language=language) as ear:
            assert ear.last("state")["title"] == "Bars en"

    finished(scene())


def test_when_the_process_ends_all_streams_end_without_a_last_word():
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        async with Ear(school, code) as ear:
            school.hall.leave()
            await settled()
            assert ear.over
            assert "closed" not in ear.kinds()
            assert json.loads(json.dumps(ear.events)) == ear.events

    finished(scene())
