"""Classes as HTTP: whom they let in, what they refuse, and that refusals cost little."""

from __future__ import annotations

import asyncio
import logging
import random

import pytest

from ce_viz.live.classes import limits
from ce_viz.live.classes.codes import ALPHABET, new_key
from tests.live.lectures import OURS, Ear, School, member, opening, scope, settled, showing, voting
from tests.wire import finished

pytestmark = pytest.mark.usefixtures("quick_codes")

FOREIGN = ("https://evil.example", "null", "", f"{OURS}.evil.example", "http://ours.example:81", "http://")


def rule(answer) -> tuple[int, str]:
    return answer[0], answer[1]["problems"][0]["rule"]


@pytest.mark.parametrize("origin", [*FOREIGN, None])
def test_a_message_from_another_site_or_from_none_is_refused(origin):
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            assert rule(await school.ask("POST", "/live/class", origin=origin)) == (403, "origin")
            assert rule(await school.say(code, {"kind": "pause", "on": True}, key, origin=origin)) == (
                403,
                "origin",
            )
            assert rule(await school.say(code, voting(member(1), choice=0), origin=origin)) == (403, "origin")
            await settled()
            assert ear.kinds() == ["state", "class"]

    finished(scene())


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site"}])
def test_another_site_cannot_listen(headers):
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        async with Ear(school, code, **headers) as ear:
            assert ear.status == 403
            assert school.hall.rooms[code].students == {}

    finished(scene())


def test_a_guessed_key_opens_nothing_and_moves_nothing():
    async def scene() -> None:
        school = School()
        code, _ = await school.begin("size=3")
        for key in ("", "x", "A" * 32, new_key(), "é" * 32, "A" * 4000):
            for message in (showing("size=9"), opening("size=9"), {"kind": "close"}, b"{"):
                headers = {"authorization": f"Bearer {key}"}
                assert rule(await school.say(code, message, **headers)) == (403, "key")
            async with Ear(school, code, authorization=f"Bearer {key}") as ear:
                assert ear.status == 403
        async with Ear(school, code) as ear:
            assert ear.last("state")["link"] == "size=3&lang=en"

    finished(scene())


def test_a_key_opens_the_class_of_its_own_code_alone():
    async def scene() -> None:
        school = School()
        told = (await school.ask("POST", "/live/class"))[1]
        other = "".join(sorted(told["code"]))
        other = other if other != told["code"] else other[::-1]
        assert rule(await school.say(other, opening(), told["key"])) == (403, "key")
        assert rule(await school.say("x" * 4000, opening(), told["key"])) == (404, "class")
        assert school.hall.rooms == {}

    finished(scene())


def test_a_code_is_given_without_a_room():
    async def scene() -> None:
        school = School()
        status, told = await school.ask("POST", "/live/class")
        assert (status, set(told)) == (201, {"code", "key"})
        assert school.hall.rooms == {}

    finished(scene())


def test_a_student_has_none_of_the_teachers_words():
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        async with Ear(school, code, 1):
            for message in (showing("size=9"), opening(), {"kind": "close"}, {"kind": "pause", "on": True}):
                assert rule(await school.say(code, {**message, "member": member(1)})) == (400, "message")
        assert code in school.hall.rooms

    finished(scene())


@pytest.mark.parametrize(
    "message",
    [
        *(
            b"",
            b"{",
            b"[]",
            b"null",
            b"7",
            b'"x"',
            b"\xff",
            b"[" * 5000,
            b'{"kind":7}',
            b'{"kind":"nothing"}',
        ),
        *({"kind": "show"}, showing("x" * 9000), showing("&".join(["a=1"] * 300)), showing(page="p" * 40)),
        *(
            {**showing(), "link": 7},
            {**showing(), "page": None},
            {"kind": "pause", "on": 1},
            {"kind": "pause"},
        ),
        *({"kind": "ask", "again": "yes"}, {"kind": "ask", "chart": 7}, {"kind": "ask", "chart": "c" * 65}),
    ],
)
def test_what_is_no_message_is_refused_and_changes_nothing(message):
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear:
            assert rule(await school.say(code, message, key)) == (400, "message")
            assert (await school.say(code, message))[0] in {400, 413}
            await settled()
            assert ear.kinds() == ["state", "class"]

    finished(scene())


@pytest.mark.parametrize("name", ["", "x", "A" * 32, "g" * 32, "a" * 33, "%00" * 32])
def test_who_has_no_number_of_their_own_cannot_listen(name):
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        ear = Ear(school, code)
        ear.path = f"/live/class/{code}?member={name}"
        async with ear:
            assert ear.status == 400

    finished(scene())


def test_a_long_message_is_refused_whether_it_says_so_or_not():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        teacher, student = b" " * (limits.TEACHER_BODY + 1), b" " * (limits.STUDENT_BODY + 1)
        assert rule(await school.say(code, teacher, key)) == (413, "length")
        assert rule(await school.say(code, student)) == (413, "length")
        said = {"content_length": str(10**12)}
        assert rule(await school.say(code, b"{}", key, **said)) == (413, "length")
        assert rule(await school.say(code, b"{}", content_length="-1")) == (413, "length")

    finished(scene())


def test_a_message_that_never_ends_is_given_up(monkeypatch):
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        monkeypatch.setattr("ce_viz.live.classes.route.BODY_SECONDS", 0.01)
        sent = []

        async def receive() -> dict[str, object]:
            await asyncio.sleep(0.001)
            return {"type": "http.request", "body": b" ", "more_body": True}

        async def send(message) -> None:
            sent.append(message)

        await school.app(scope("POST", f"/live/class/{code}", OURS, {}), receive, send)
        assert sent[0]["status"] == 408

    finished(scene())


def test_ten_thousand_codes_are_tried_and_none_of_them_is_worth_any_work(monkeypatch):
    async def scene() -> None:
        school = School()
        await school.begin()
        rng, worked = random.Random(1), []
        monkeypatch.setattr("ce_viz.live.classes.hall.code_of", worked.append)
        monkeypatch.setattr("ce_viz.live.classes.route.name_of", lambda *_: worked.append(1))
        school.lecture.shown.clear()
        for _ in range(10_000 // 3):
            code = "".join(rng.choices(ALPHABET, k=6))
            assert rule(await school.say(code, voting(member(1), choice=0))) == (404, "class")
            assert (await school.ask("GET", f"/live/class/{code}?member={member(1)}"))[0] == 404
            assert rule(await school.say(code, showing(), new_key())) == (404, "class")
        assert len(school.hall.rooms) == 1
        assert worked == school.lecture.shown == []

    finished(scene())


def test_codes_are_derived_for_so_many_a_minute_and_the_classes_that_are_open_go_on(monkeypatch):
    async def scene() -> None:
        monkeypatch.setattr("ce_viz.live.classes.hall.code_of", lambda key: "AAAAAA")
        school = School()
        code, key = await school.begin()
        left = limits.OPENS_A_MINUTE - 2
        answers = [await school.ask("POST", "/live/class") for _ in range(left + 1)]
        assert [status for status, _ in answers] == [201] * left + [429]
        assert (await school.say("BBBBBB", opening(), new_key()))[0] == 429
        async with Ear(school, code) as ear:
            assert (await school.say(code, showing("size=2"), key))[0] == 200
            await settled()
            assert ear.kinds()[-1] == "move"
        school.clock.now += 60
        assert (await school.ask("POST", "/live/class"))[0] == 201

    finished(scene())


def test_who_wants_a_code_while_many_wait_for_one_is_sent_away():
    async def scene() -> None:
        school = School()
        asking = [school.ask("POST", "/live/class") for _ in range(limits.DERIVING + limits.WAITING + 1)]
        statuses = [status for status, _ in await asyncio.gather(*asking)]
        assert statuses.count(503) == 1
        assert statuses.count(201) == limits.DERIVING + limits.WAITING

    finished(scene())


def test_a_teacher_who_shows_too_much_is_held_up():
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        answers = [await school.say(code, showing(f"size={at}"), key) for at in range(100)]
        assert rule(answers[-1]) == (429, "pace")
        assert sum(status == 200 for status, _ in answers) == 2 * limits.SHOWS_A_SECOND

    finished(scene())


def test_the_head_of_a_stream_cannot_be_asked_for():
    async def scene() -> None:
        school = School()
        code, _ = await school.begin()
        sent = []

        async def send(message) -> None:
            sent.append(message)

        await school.app(scope("HEAD", f"/live/class/{code}", OURS, {}), None, send)
        assert sent[0]["status"] == 405

    finished(scene())


def test_the_key_is_in_no_message_and_no_line_of_the_log(caplog):
    async def scene() -> None:
        school = School()
        code, key = await school.begin()
        async with Ear(school, code) as ear, Ear(school, code, authorization=f"Bearer {key}") as teacher:
            school.lecture.ask = None  # a fault of ours
            assert rule(await school.say(code, {"kind": "ask", "chart": "secret"}, key)) == (500, "internal")
            await settled()
            assert key.encode() not in ear.sent + teacher.sent
        assert "TypeError" in caplog.text
        assert key not in caplog.text
        assert "secret" not in caplog.text

    with caplog.at_level(logging.DEBUG):
        finished(scene())
