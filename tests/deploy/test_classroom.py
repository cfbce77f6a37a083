"""A class behind nginx as shipped: one replica for its code, at once, and another where that one is killed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from ce_viz.live.classes.limits import BODY_SECONDS
from tests.deploy.classroom import apart, place_of
from tests.deploy.proxy import Replica, proxied
from tests.deploy.students import Line, Student, Teacher
from tests.wire import Runner

GUESS = {"guess": [0.6, 0.3, 0.1]}
STUDENTS = 6


@pytest.fixture
def school(tmp_path, pair) -> Iterator[tuple[str, list[Replica]]]:
    """Both replicas, whatever became of them in other tests, behind an nginx that has seen neither fail."""
    for replica in pair:
        replica.alive()
    with proxied(tmp_path, [each.port for each in pair], retry=1) as base:
        yield base, pair


async def come(base: str, code: str, count: int = STUDENTS) -> list[Student]:
    students = [Student(base, code, "zh" if at % 2 else "en") for at in range(count)]
    for student in students:
        await student.listen()
        await student.until(lambda heard: "state" in heard)
    return students


async def leave(*parties: Student | Teacher) -> None:
    for party in parties:
        await party.close()


async def back(student: Student) -> None:
    """Connect again, as a page does that has lost its stream, until the class is there."""
    student.heard.clear()
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError, EOFError):
                await student.listen()
                if student.status == 200:
                    return
            await asyncio.sleep(0.1)


def test_classes_are_spread_and_all_of_a_class_meet_on_one_replica(school):
    base, running = school

    async def scene() -> None:
        teachers = await apart(base, running, 2)
        for teacher in teachers:
            students = await come(base, teacher.code)
            await teacher.until(lambda heard: heard["class"]["present"] == STUDENTS)
            await leave(*students)
        await leave(*teachers)

    with Runner() as runner:
        runner.run(scene())


def test_a_move_passes_the_proxy_at_once(school):
    base, running = school

    async def scene() -> None:
        (teacher,) = await apart(base, running, 1)
        seen = asyncio.Event()
        student = Student(base, teacher.code)
        await student.listen(lambda kind, _: seen.set() if kind == "move" else None)
        await student.until(lambda heard: "state" in heard)
        await teacher.show("logits=1.5,1,0.1")
        await asyncio.wait_for(
            seen.wait(), 10
        )  # a proxy that gathers 4 kB first would wait for the next move
        await leave(teacher, student)

    with Runner() as runner:
        runner.run(scene())


def test_a_foreign_page_is_refused_behind_the_proxy_too(school):
    base, _ = school

    async def scene() -> tuple[int, int]:
        line = Line(base)
        foreign = await line.say("POST", "/live/class", Origin="https://evil.example")
        ours = await line.say("POST", "/live/class", Origin=base)
        await line.close()
        return foreign[0], ours[0]

    with Runner() as runner:
        assert runner.run(scene()) == (403, 201)


def test_a_class_of_a_killed_replica_goes_on_at_the_other_and_later_goes_back_with_its_code_and_its_votes(
    school,
):
    base, running = school

    async def scene() -> None:
        (teacher,) = await apart(base, running, 1)
        await teacher.show("present=1&hide=probs")
        students = await come(base, teacher.code)
        await teacher.say(kind="ask")
        for student in students:
            assert await student.vote(**GUESS) == (200, {"counted": True})
        await held(teacher, STUDENTS)

        port = await place_of(teacher.code, running)
        (victim,) = (each for each in running if each.port == port)
        (other,) = (each for each in running if each.port != port)
        victim.end()
        for party in (teacher, *students):
            await party.until(lambda heard: "over" in heard)

        early = Student(base, teacher.code)
        await early.listen()
        assert early.status == 404  # until the teacher's tab has opened it again
        assert await teacher.open(link="present=1&hide=probs") == 200
        assert await place_of(teacher.code, [other]) == other.port
        await teacher.listen()
        for student in students:
            await finds_its_vote(student)
        late = Student(base, teacher.code)
        await back(late)
        assert (await late.vote(**GUESS))[0] == 200
        await teacher.until(lambda heard: heard["class"]["answered"] == STUDENTS + 1)
        await held(teacher, STUDENTS + 1)

        victim.start()
        victim.healthy()
        async with asyncio.timeout(30):  # nginx tries it again after a second
            while await teacher.show("present=1&hide=probs") == 200:
                await asyncio.sleep(0.1)
        assert await teacher.open(link="present=1&hide=probs") == 200
        assert await place_of(teacher.code, [victim]) == port
        await teacher.close()
        await teacher.listen()
        for student in (*students, late):
            await student.until(lambda heard: "over" in heard)
            await finds_its_vote(student)
        assert teacher.heard["class"]["answered"] == STUDENTS + 1
        await teacher.show("logits=3,1,0&present=1&hide=probs")
        await teacher.say(kind="reveal")
        for student in (*students, late):
            await student.until(lambda heard: heard["class"]["revealed"])
            assert student.heard["class"]["answered"] == STUDENTS + 1
        await leave(teacher, early, late, *students)

    with Runner() as runner:
        runner.run(scene())


async def held(teacher: Teacher, votes: int) -> None:
    """Wait until the teacher's tab holds so many votes."""
    await teacher.until(lambda heard: len(heard["held"]["held"]["question"]["votes"][0]) == votes)


async def finds_its_vote(student: Student) -> None:
    """Come back, find one's guess, and send it again."""
    await back(student)
    await student.until(lambda heard: "mine" in heard)
    assert student.heard["mine"]["guess"] == GUESS["guess"]
    assert await student.vote(**GUESS) == (200, {"counted": True})


def test_a_process_that_is_told_to_end_does_not_wait_for_its_classes(school):
    base, running = school

    async def scene() -> None:
        (teacher,) = await apart(base, running, 1)
        students = await come(base, teacher.code)
        port = await place_of(teacher.code, running)
        (told,) = (each for each in running if each.port == port)
        told.process.terminate()
        for party in (teacher, *students):
            await party.until(lambda heard: "over" in heard)
            assert "closed" not in party.heard  # so that pages look for the class elsewhere
        await leave(teacher, *students)
        await asyncio.to_thread(told.process.wait, 2 * BODY_SECONDS)

    with Runner() as runner:
        runner.run(scene())
