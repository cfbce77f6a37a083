"""A lecture without pages, and people who come to its classes without a server."""

from __future__ import annotations

import asyncio
import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.applications import Starlette

from ce_viz.live import Board, Chart, View
from ce_viz.live.classes.hall import Hall
from ce_viz.live.classes.lecture import Answer, Asked, NothingToAskError, Scene, Slide
from ce_viz.live.classes.route import class_routes
from ce_viz.live.events import Edit
from ce_viz.live.route import RefusedLinkError, UnknownPageError

OURS = "http://ours.example"
SECRET = 0.123456


class Lecture:
    """One page, ``bars``: a bar as high as the link's ``size``; covered where the link says ``hide``."""

    languages = ("en", "zh")

    def __init__(self) -> None:
        self.shown: list[tuple[Slide, str]] = []
        self.ready = threading.Event()  # whether what is slow may come to its end

    def show(self, slide: Slide, language: str) -> Scene:
        if slide.page != "bars":
            raise UnknownPageError(slide.page)
        self.shown.append((slide, language))
        if self.is_slow(slide):
            assert self.ready.wait(30)
        size = float(slide.query.get("size", "1"))
        for event in slide.events:
            size = event.value if isinstance(event, Edit) else size
        if size < 0:
            raise RefusedLinkError([{"rule": "range"}])
        hidden = "hide" in slide.query
        names = ["a", "b"] if "more" in slide.query else ["a"]
        colour = slide.query.get("colour", "#000000")
        figure = {
            "data": [{"type": "bar", "y": [SECRET if hidden else size], "fill": colour}],
            "layout": {},
        }
        charts = tuple(Chart(name, figure, "Bars", f"{figure}", hidden=hidden) for name in names)
        link = f"size={size:g}&lang={language}"
        told = {"page": "bars", "link": link, "height": 100}
        return Scene("bars", link, f"Bars {language}", View((Board("grid", charts),), tick_ms=80), (told,))

    def is_slow(self, slide: Slide) -> bool:
        return "slow" in slide.query

    def ask(self, slide: Slide, chart: str) -> Asked:
        if slide.page != "bars":
            raise UnknownPageError(slide.page)
        if chart == "none":
            raise NothingToAskError
        if "hide" in slide.query:
            return Asked("bars", "hide=1", "a", "guess", 2, 0.0, 1.0)
        return Asked("bars", "", "", "choice", 3)

    def word(self, _: Asked, language: str) -> Mapping[str, Any]:
        return {"title": language, "text": "Which?", "choices": ["x", "y", "z"], "board": None}

    def results(
        self, _: Asked, rounds: Sequence[Sequence[Answer]], language: str, *, uncovered: bool
    ) -> Mapping[str, Any]:
        return {"rounds": rounds, "language": language, "uncovered": uncovered}


class Clock:
    """The time, as a test has it."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Unwound(Hall):
    """A hall whose clock a test winds itself: ``tick`` is called by nobody else."""

    def _tick_from_now_on(self) -> None:
        pass


class School:
    """A hall with its routes, spoken to as a server would."""

    def __init__(self, lecture: Any = None) -> None:
        self.clock = Clock()
        self.lecture = lecture or Lecture()
        self.hall = Unwound(self.lecture, self.clock)
        self.app = Starlette(routes=class_routes("/live/class", self.hall))

    async def ask(
        self, method: str, path: str, body: bytes = b"", origin: str | None = OURS, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer that ends."""
        sent: list[Any] = []
        parts = [body[at : at + 50_000] for at in range(0, max(1, len(body)), 50_000)]

        async def receive() -> dict[str, Any]:
            if not parts:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope(method, path, origin, headers), receive, send)
        text = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], json.loads(text or b"{}")

    async def say(self, code: str, message: object, key: str = "", **more: Any) -> tuple[int, dict[str, Any]]:
        """Speak to a class."""
        if key:
            more["authorization"] = f"Bearer {key}"
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return await self.ask("POST", f"/live/class/{code}", body, **more)

    async def begin(self, link: str = "", held: object = None) -> tuple[str, str]:
        """A class that is open: its code and key."""
        status, told = await self.ask("POST", "/live/class")
        assert status == 201
        code, key = told["code"], told["key"]
        status, told = await self.say(code, opening(link, held), key)
        assert status == 200, told
        return code, key


def opening(link: str = "", held: object = None) -> dict[str, Any]:
    return {"kind": "open", "page": "bars", "link": link, "events": [], "held": held}


def showing(link: str = "", page: str = "bars", events: object = ()) -> dict[str, Any]:
    return {"kind": "show", "page": page, "link": link, "events": list(events)}


def voting(member: str, question: int = 1, number: int = 1, **answer: Any) -> dict[str, Any]:
    return {"kind": "vote", "member": member, "question": question, "round": number, **answer}


def member(at: int) -> str:
    return f"{at:032x}"


def scope(method: str, path: str, origin: str | None, headers: Mapping[str, str]) -> dict[str, Any]:
    path, _, query = path.partition("?")
    fields = {"host": "ours.example", **({"origin": origin} if origin else {}), **headers}
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode(), "http_version": "1.1", "scheme": "http",
        "headers": [(name.replace("_", "-").lower().encode(), text.encode()) for name, text in fields.items()],
    }  # fmt: skip


class Ear:
    """Somebody who listens, as slowly as a test wants."""

    def __init__(self, school: School, code: str, at: int = 1, language: str = "en", **headers: str) -> None:
        self.path = f"/live/class/{code}?member={member(at)}&lang={language}"
        self._school, self._headers = school, headers
        self.status, self.told, self.sent = 0, {}, b""
        self.events: list[dict[str, Any]] = []
        self.free = asyncio.Event()  # whether what is sent is taken
        self.free.set()
        self._leaving = asyncio.Event()

    async def __aenter__(self) -> Ear:
        self._task = asyncio.create_task(self._listen())
        await settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leaving.set()
        self.free.set()
        await self._task

    async def _listen(self) -> None:
        unpacker = zlib.decompressobj(wbits=31)
        begun = False

        async def receive() -> dict[str, Any]:
            nonlocal begun
            if not begun:
                begun = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await self._leaving.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.told = {name.decode(): text.decode() for name, text in message["headers"]}
                return
            await self.free.wait()
            body = message["body"]
            self.sent += unpacker.decompress(body) if "content-encoding" in self.told else body
            self.events = [
                json.loads(event[6:]) for event in self.sent.split(b"\n\n") if event[:5] == b"data:"
            ]
            self.whole = unpacker.eof

        fields = scope("GET", self.path, None, self._headers)
        await self._school.app(fields, receive, send)

    @property
    def over(self) -> bool:
        return self._task.done()

    def kinds(self) -> list[str]:
        return [event["kind"] for event in self.events]

    def last(self, kind: str) -> dict[str, Any]:
        return next(event for event in reversed(self.events) if event["kind"] == kind)


async def settled() -> None:
    """Let all that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def asked(link: str = "") -> tuple[School, str, str]:
    """A class that has been asked something."""
    school = School()
    code, key = await school.begin(link)
    status, _ = await school.say(code, {"kind": "ask"}, key)
    assert status == 200
    return school, code, key


def counts(school: School, code: str) -> list[list[Any]]:
    poll = school.hall.rooms[code].poll
    return [sorted(votes.values()) for votes in poll.votes]
