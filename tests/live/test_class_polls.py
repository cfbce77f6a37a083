"""Questions: each member's last answer counts once, and is shown to all once it is revealed."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from ce_viz.live.classes import limits
from tests.live.lectures import Ear, School, asked, counts, member, settled, showing, voting
from tests.wire import finished

pytestmark = pytest.mark.usefixtures("quick_codes")


def rule(answer: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    return answer[0], answer[1]["problems"][0]["rule"]


def test_a_vote_counts_once_however_often_it_is_sent_and_the_last_one_counts():
    async def scene() -> None:
        school, code, _ = await asked()
        async with Ear(school, code, 1), Ear(school, code, 2):
            for at, choice in ((1, 0), (1, 0), (2, 1), (1, 2), (1, 2)):
                answer = await school.say(code, voting(member(at), choice=choice))
                assert answer == (200, {"counted": True})
            assert counts(school, code) == [[1, 2]]

    finished(scene())


def test_who_has_never_listened_has_no_vote():
    async def scene() -> None:
        school, code, _ = await asked()
        assert rule(await school.say(code, voting(member(1), choice=0))) == (409, "member")
        assert counts(school, code) == [[]]

    finished(scene())


def test_votes_are_told_to_the_teacher_and_their_number_alone_to_students_until_they_are_revealed():
    async def scene() -> None:
        school, code, key = await asked()
        async with Ear(school, code, 1) as ear, Ear(school, code, authorization=f"Bearer {key}") as teacher:
            await school.say(code, voting(member(1), choice=2))
            school.clock.now += limits.TELL_STUDENTS
            school.hall.tick()
            await settled()
            assert teacher.last("class")["results"]["rounds"] == [[2]]
            told = ear.last("class")
            assert (told["answered"], told["revealed"], told["results"]) == (1, False, None)
            assert told["question"]["number"] == 1
            await school.say(code, {"kind": "reveal"}, key)
            await settled()
            assert ear.last("class")["results"]["rounds"] == [[2]]

    finished(scene())


def test_many_votes_are_told_together():
    async def scene() -> None:
        school, code, key = await asked()
        async with Ear(school, code, 1) as ear, Ear(school, code, authorization=f"Bearer {key}") as teacher:
            await school.say(code, voting(member(1), choice=2))
            school.hall.tick()
            await settled()
            before = len(ear.events), len(teacher.events)
            for choice in (0, 1, 2, 0, 1):
                await school.say(code, voting(member(1), choice=choice))
                school.hall.tick()
                await settled()
            assert (len(ear.events), len(teacher.events)) == before

    finished(scene())


def test_those_who_join_together_are_told_what_was_worked_out_for_the_first(monkeypatch):
    async def scene() -> None:
        school, code, key = await asked()
        await school.say(code, {"kind": "reveal"}, key)
        worked_out = []
        monkeypatch.setattr(school.lecture, "results", lambda *_, **__: worked_out.append(1))
        ears = [Ear(school, code, at) for at in range(30)]
        async with contextlib.AsyncExitStack() as stack:
            for ear in ears:
                await stack.enter_async_context(ear)
            assert len(worked_out) == 1
            school.clock.now += limits.TELL_STUDENTS
            school.hall.tick()
            await settled()
            assert {ear.last("class")["present"] for ear in ears} == {30}
            assert len(worked_out) == 2

    finished(scene())


def test_after_the_answers_are_revealed_no_other_is_taken():
    async def scene() -> None:
        school, code, key = await asked()
        async with Ear(school, code, 1), Ear(school, code, 2):
            await school.say(code, voting(member(1), choice=0))
            await school.say(code, {"kind": "reveal"}, key)
            assert rule(await school.say(code, voting(member(1), choice=1))) == (409, "revealed")
            assert rule(await school.say(code, voting(member(2), choice=1))) == (409, "revealed")
            assert (await school.say(code, voting(member(1), choice=0)))[
                0
            ] == 200  # sent again: it counts as it did
            assert counts(school, code) == [[0]]

    finished(scene())


def test_a_second_vote_stands_beside_the_first():
    async def scene() -> None:
        school, code, key = await asked()
        async with Ear(school, code, 1) as ear, Ear(school, code, 2):
            await school.say(code, voting(member(1), choice=0))
            await school.say(code, {"kind": "reveal"}, key)
            assert (await school.say(code, {"kind": "ask", "again": True}, key))[0] == 200
            await settled()
            told = ear.last("class")
            assert (told["question"]["round"], told["answered"], told["results"]) == (2, 0, None)
            assert rule(await school.say(code, voting(member(2), choice=1))) == (409, "round")
            await school.say(code, voting(member(2), number=2, choice=1))
            await school.say(code, voting(member(1), number=2, choice=1))
            assert counts(school, code) == [[0], [1, 1]]
            assert rule(await school.say(code, {"kind": "ask", "again": True}, key)) == (409, "round")

    finished(scene())


def test_a_vote_for_another_question_is_none_for_this_one():
    async def scene() -> None:
        school, code, key = await asked()
        async with Ear(school, code, 1):
            await school.say(code, {"kind": "ask"}, key)
            assert rule(await school.say(code, voting(member(1), 1, choice=0))) == (409, "question")
            assert (await school.say(code, voting(member(1), 2, choice=0)))[0] == 200
            await school.say(code, {"kind": "end_question"}, key)
            assert rule(await school.say(code, voting(member(1), 2, choice=0))) == (409, "no_question")

    finished(scene())


@pytest.mark.parametrize("kind", ["reveal", "again"])
def test_without_a_question_there_is_nothing_to_do(kind):
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        message = {"kind": "ask", "again": True} if kind == "again" else {"kind": kind}
        assert rule(await school.say(code, message, key)) == (409, "no_question")

    finished(scene())


def test_where_nothing_can_be_asked_the_teacher_is_told():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        answer = await school.say(code, {"kind": "ask", "chart": "none"}, key)
        assert rule(answer) == (409, "nothing_to_ask")

    finished(scene())


@pytest.mark.parametrize(
    "answer",
    [
        *(
            {"choice": 3},
            {"choice": -1},
            {"choice": True},
            {"choice": 1.0},
            {"choice": "0"},
            {"choice": None},
        ),
        *({}, {"guess": [0.5, 0.5]}, {"choice": 0, "guess": [0.5]}, {"choice": 10**30}),
    ],
)
def test_what_is_no_choice_is_refused(answer):
    async def scene() -> None:
        school, code, _ = await asked()
        async with Ear(school, code, 1):
            status, _ = await school.say(code, voting(member(1), **answer))
            assert status == 400
            assert counts(school, code) == [[]]

    finished(scene())


@pytest.mark.parametrize(
    "guess",
    [
        [0.5],
        [0.5, 0.5, 0.5],
        [0.5, 1.1],
        [-0.1, 0],
        [0.5, "1"],
        [0.5, None],
        [True, 0],
        [],
        [[1], 0],
        "ab",
        1,
    ],
)
def test_what_is_no_guess_is_refused(guess):
    async def scene() -> None:
        school, code, _ = await asked("hide=1")
        async with Ear(school, code, 1):
            status, _ = await school.say(code, voting(member(1), guess=guess))
            assert status == 400
            assert counts(school, code) == [[]]

    finished(scene())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "9" * 400])
def test_a_guess_is_finite(number):
    async def scene() -> None:
        school, code, _ = await asked("hide=1")
        async with Ear(school, code, 1):
            body = json.dumps(voting(member(1), guess=[0, "@"])).replace('"@"', number).encode()
            assert (await school.say(code, body))[0] == 400

    finished(scene())


def test_a_guess_is_rounded_to_what_can_be_seen():
    async def scene() -> None:
        school, code, _ = await asked("hide=1")
        async with Ear(school, code, 1):
            await school.say(code, voting(member(1), guess=[0.123456, -0.0]))
            assert counts(school, code) == [[(0.123, 0.0)]]

    finished(scene())


def test_a_flood_of_votes_is_held_up_and_the_others_are_not():
    async def scene() -> None:
        school, code, _ = await asked()
        async with Ear(school, code, 1), Ear(school, code, 2):
            answers = [await school.say(code, voting(member(1), choice=at % 3)) for at in range(50)]
            assert {status for status, _ in answers[: limits.VOTES_AT_ONCE]} == {200}
            assert rule(answers[-1]) == (429, "pace")
            assert (await school.say(code, voting(member(2), choice=1)))[0] == 200
            school.clock.now += 1
            assert (await school.say(code, voting(member(1), choice=0)))[0] == 200

    finished(scene())


def test_a_flood_of_votes_by_many_is_held_up_for_the_class_alone():
    async def scene() -> None:
        school, code, _ = await asked()
        other, key = await school.begin()
        await school.say(other, {"kind": "ask"}, key)
        school.hall.rooms[code]._votes = limits.Bucket(1, 2)
        ears = [Ear(school, code, at) for at in range(3)]
        async with ears[0], ears[1], ears[2], Ear(school, other, 1):
            answers = [await school.say(code, voting(member(at), choice=0)) for at in range(3)]
            assert [status for status, _ in answers] == [200, 200, 429]
            assert (await school.say(other, voting(member(1), choice=0)))[0] == 200

    finished(scene())


def test_nothing_that_a_student_sends_reaches_another_as_text():
    async def scene() -> None:
        school, code, key = await asked("hide=1")
        mark = "<img src=x onerror=f()>"
        async with Ear(school, code, 2) as ear, Ear(school, code, 1):
            for message in (
                {**voting(member(1), guess=[0.5, 0.5]), "name": mark, "text": mark},
                voting(mark[:32].ljust(32, "f"), guess=[0.5, 0.5]),
                voting(member(1), guess=[mark, mark]),
                showing(mark),
            ):
                await school.say(code, message)
            await school.say(code, {"kind": "reveal"}, key)
            await settled()
            assert ear.last("class")["answered"] == 1
            assert b"img" not in ear.sent

    finished(scene())
