"""A class that its teacher opens again elsewhere: nothing that was confirmed is lost with the process."""

from __future__ import annotations

import json

import pytest

from ce_viz.live.classes import limits
from tests.live.lectures import Ear, School, asked, counts, member, opening, settled, voting
from tests.wire import finished

pytestmark = pytest.mark.usefixtures("quick_codes")


@pytest.mark.parametrize(("link", "answer"), [("", {"choice": 2}), ("hide=1", {"guess": [0.25, 0.5]})])
def test_a_class_is_opened_again_elsewhere_with_the_votes_that_the_teacher_holds(link, answer):
    async def scene() -> None:
        school, code, key = await asked(link)
        async with Ear(school, code, 1) as ear, Ear(school, code, authorization=f"Bearer {key}") as teacher:
            await school.say(code, voting(member(1), **answer))
            await school.say(code, {"kind": "pause", "on": True}, key)
            await school.say(code, {"kind": "ask", "again": True}, key)
            await school.say(code, voting(member(1), number=2, **answer))
            school.clock.now += limits.TELL_STUDENTS
            school.hall.tick()
            await settled()
            assert ear.last("class")["answered"] == 1
            held = teacher.last("held")["held"]
        assert member(1) not in json.dumps(held)
        other = School()
        status, told = await other.say(code, opening("size=2", held), key)
        assert (status, told["held"]) == (200, held)
        assert counts(other, code) == counts(school, code)
        async with Ear(other, code, 1) as ear, Ear(other, code, 2) as late:
            told = ear.last("class")
            assert (told["paused"], told["question"]["number"], told["question"]["round"]) == (True, 1, 2)
            assert ear.last("mine") == {"kind": "mine", "question": 1, "round": 2, **answer}
            assert "mine" not in late.kinds()
            await other.say(code, voting(member(1), number=2, **answer))
            assert list(map(len, counts(other, code))) == [1, 1]
            await other.say(code, {"kind": "ask"}, key)
            await settled()
            assert ear.last("class")["question"]["number"] == 2

    finished(scene())


def test_what_the_teacher_holds_is_not_needed_where_the_class_still_is():
    async def scene() -> None:
        school, code, key = await asked()
        async with Ear(school, code, 1):
            await school.say(code, voting(member(1), choice=1))
            status, _ = await school.say(code, opening("size=5"), key)
            assert status == 200
            assert counts(school, code) == [[1]]

    finished(scene())


HELD = {"paused": False, "questions": 1, "question": None}
QUESTION = {"number": 1, "page": "bars", "link": "", "chart": "", "revealed": False, "votes": [{}]}


@pytest.mark.parametrize(
    "held",
    [
        *([], 7, "x", {}, {**HELD, "paused": 1}, {**HELD, "questions": -1}, {**HELD, "questions": 2**40}),
        *({**HELD, "question": question} for question in ([], {}, "x")),
        *(
            {**HELD, "question": {**QUESTION, **wrong}}
            for wrong in (
                *({"number": 0}, {"number": True}, {"page": "nowhere"}, {"page": None}, {"link": "x" * 9000}),
                *({"chart": "none"}, {"revealed": 1}, {"votes": []}, {"votes": [{}, {}, {}]}, {"votes": {}}),
                *({"votes": [{"short": 1}]}, {"votes": [{"a" * 24: 3}]}, {"votes": [{"a" * 24: [1]}]}),
                {"votes": [{f"{at:024}": 0 for at in range(limits.MAX_KNOWN + 1)}]},
            )
        ),
    ],
)
def test_what_no_class_gave_opens_none(held):
    async def scene() -> None:
        school = School()
        told = (await school.ask("POST", "/live/class"))[1]
        status, _ = await school.say(told["code"], opening(held=held), told["key"])
        assert status == 400
        assert school.hall.rooms == {}

    finished(scene())
