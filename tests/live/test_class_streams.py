"""What a listener of a class is sent: each thing once, the newest alone, and signs of life."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

import pytest

from ce_viz.live.classes import limits
from tests.live.lectures import Ear, School, settled, showing
from tests.wire import finished

pytestmark = pytest.mark.usefixtures("quick_codes")


def test_a_move_is_worked_out_once_for_each_language_and_sent_to_all_without_its_still_parts():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with (
            Ear(school, code, 1) as one,
            Ear(school, code, 2) as two,
            Ear(school, code, 3, "zh") as three,
        ):
            school.lecture.shown.clear()
            status, _ = await school.say(code, showing("size=2"), key)
            await settled()
            assert status == 200
            assert sorted(language for _, language in school.lecture.shown) == ["en", "zh"]
            for ear in (one, two, three):
                move = ear.last("move")
                (card,) = move["answer"]["board"]["charts"]
                assert card["move"][0]["y"] == [2.0]
                assert "figure" not in card
                assert move["answer"]["board"]["tick"] is None
            assert three.last("move")["answer"]["link"] == "size=2&lang=zh"

    finished(scene())


def test_a_new_still_part_comes_with_the_move_and_another_set_of_charts_as_a_state():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            await school.say(code, showing("colour=red"), key)
            await settled()
            assert "figure" in ear.last("move")["answer"]["board"]["charts"][0]
            await school.say(code, showing("more=1"), key)
            await settled()
            assert ear.kinds() == ["state", "class", "move", "state"]

    finished(scene())


@pytest.mark.parametrize("last", [39, 40])
def test_a_slow_listener_is_sent_the_newest_alone(last):
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            ear.free.clear()
            for size in range(2, last + 1):
                await school.say(code, showing(f"size={size}"), key)
                school.clock.now += 1
                await settled()
            ear.free.set()
            await settled()
            links = [each["answer"]["link"] for each in ear.events if each["kind"] == "move"]
            assert links == ["size=2&lang=en", f"size={last}&lang=en"]  # one was on its way, one waited

    finished(scene())


@pytest.mark.parametrize("last", [4, 5, 6])
def test_who_has_missed_a_still_part_is_sent_everything(last):
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            ear.free.clear()
            for link in ("size=2", *(f"size={size}&colour=red" for size in range(3, last + 1))):
                await school.say(code, showing(link), key)
                await settled()
            ear.free.set()
            await settled()
            assert ear.kinds() == ["state", "class", "move", "state"]
            assert ear.last("state")["link"] == f"size={last}&lang=en"
            await school.say(code, showing("size=9&colour=red"), key)
            await settled()
            assert "figure" not in ear.last("move")["answer"]["board"]["charts"][0]

    finished(scene())


def test_a_stream_is_one_whole_gzip_file_for_who_takes_it():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code, accept_encoding="gzip, br") as ear:
            assert ear.told["content-encoding"] == "gzip"
            await school.say(code, showing("size=2"), key)
            await settled()
            assert ear.kinds() == ["state", "class", "move"]
            await school.say(code, {"kind": "close"}, key)
            await settled()
            assert ear.kinds()[-1] == "closed"
            assert ear.whole
            assert ear.over

    finished(scene())


def test_a_silent_stream_gives_signs_of_life():
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        async with Ear(school, code) as ear:
            school.hall.tick()
            await settled()
            before = ear.sent.count(b"\n:\n") + ear.sent.startswith(b":\n")
            school.clock.now += limits.HEARTBEAT
            school.hall.tick()
            await settled()
            assert ear.sent.count(b"\n:\n") == before + 1

    finished(scene())


def test_a_listener_who_takes_nothing_for_long_is_given_up(monkeypatch):
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear, Ear(school, code, 2) as other:
            monkeypatch.setattr("ce_viz.live.classes.stream.STALLED", 0)
            ear.free.clear()
            await school.say(code, showing("size=2"), key)
            await settled()
            assert ear.over
            assert not other.over
            assert list(map(len, school.hall.rooms[code].students.values())) == [1]

    finished(scene())


def test_moves_leave_nothing_behind():
    async def scene() -> int:
        school = School()
        school.lecture.shown = _Nothing()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            ear.free.clear()  # who never takes anything

            async def move(times: int) -> None:
                for size in range(times):
                    school.clock.now += 1
                    await school.say(code, showing(f"size={size}&colour=c{size}"), key)
                    await asyncio.sleep(0)  # in which the loop lets go of what was put off and is not wanted

            tracemalloc.start()
            taken = []
            for _ in range(2):
                await move(200)
                gc.collect()
                taken.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
            return taken[1] - taken[0]

    assert finished(scene()) < 50_000  # 200 states take twenty times as much


class _Nothing(list):
    def append(self, _: object) -> None:
        pass
