"""Classes over HTTP: ``POST <path>`` for a code, ``POST <path>/<code>`` to speak, ``GET <path>/<code>`` to listen.

The teacher is whoever sends the key, in a header and nowhere else. Messages are taken only from our own pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ce_viz.live.classes import messages
from ce_viz.live.classes.codes import is_code, name_of, new_key
from ce_viz.live.classes.hall import Hall
from ce_viz.live.classes.lecture import NothingToAskError
from ce_viz.live.classes.limits import BODY_SECONDS, STUDENT_BODY, TEACHER_BODY
from ce_viz.live.classes.messages import MessageError
from ce_viz.live.classes.poll import RuledOutError
from ce_viz.live.classes.room import Room
from ce_viz.live.classes.stream import Stream
from ce_viz.live.message import encoded
from ce_viz.live.route import refusal, refused

_BEARER = "Bearer "


def class_routes(path: str, hall: Hall) -> list[Route]:
    """The routes at ``path`` and below."""
    desk = _Desk(hall)
    listen = Route(f"{path}/{{code}}", _guarded(desk.listen), methods=["GET"])
    listen.methods = {"GET"}  # a HEAD would never end
    speak = Route(f"{path}/{{code}}", _guarded(desk.speak), methods=["POST"])
    return [Route(path, _guarded(desk.new), methods=["POST"]), listen, speak]


def _guarded(endpoint: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Any]]:
    """The endpoint for our own pages alone; what it raises becomes a refusal."""

    async def guarded(request: Request) -> Any:
        try:
            if not _is_from_here(request):
                raise RuledOutError("origin", 403)
            return await endpoint(request)
        except RuledOutError as error:
            return refusal(error.status, [{"rule": error.rule}])
        except MessageError:
            return refusal(400, [{"rule": "message"}])
        except NothingToAskError:
            return refusal(409, [{"rule": "nothing_to_ask"}])
        except ClientDisconnect:
            return refusal(400, [{"rule": "message"}])  # which nobody reads
        except Exception as error:
            return refused(error)

    return guarded


class _Desk:
    """Who comes with what."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def new(self, _: Request) -> Response:
        """A key and its code; no room is made for them yet."""
        key = new_key()
        return _answer({"code": await self._hall.derive(key), "key": key}, 201)

    async def listen(self, request: Request) -> Stream:
        """A stream for the teacher, or for a member."""
        room = self._room(request)
        language = room.language_for(request.query_params.get("lang", ""))
        packed = "gzip" in request.headers.get("accept-encoding", "")
        if "authorization" in request.headers:
            if not room.knows(_key(request)):
                raise RuledOutError("key", 403)
            return self._teachers_stream(room, language, packed=packed)
        member = request.query_params.get("member", "")
        if not messages.is_member(member):
            raise MessageError
        name = name_of(member, room.code)
        stream = Stream(
            language,
            packed=packed,
            state=lambda: room.state(language),
            left=lambda stream: room.leave(name, stream),
        )
        await self._hall.join(room, name, stream)
        return stream

    def _teachers_stream(self, room: Room, language: str, *, packed: bool) -> Stream:
        def left(stream: Stream) -> None:
            room.leave_teacher(stream, self._hall.clock())

        stream = Stream(language, packed=packed, left=left)
        room.join_teacher(stream)
        return stream

    async def speak(self, request: Request) -> Response:
        """What the teacher, or a member, says."""
        if "authorization" in request.headers:
            return _answer(await self._teacher(request, _key(request)))
        room = self._room(request)
        vote = messages.read_vote(await _body(request, STUDENT_BODY))
        room.vote(vote, name_of(vote.member, room.code), self._hall.clock())
        return _answer({"counted": True})

    async def _teacher(self, request: Request, key: str) -> Mapping[str, Any]:
        code = request.path_params["code"]
        room = self._hall.rooms.get(code)
        if room and not room.knows(key):
            raise RuledOutError("key", 403)
        message = messages.read_teacher(await _body(request, TEACHER_BODY))
        if isinstance(message, messages.Open) and is_code(code):
            room = await self._hall.open(code, key, message)
            room.seen(self._hall.clock())
            return {"held": room.held()}
        room = self._room(request)
        if not room.shows.take(self._hall.clock()):
            raise RuledOutError("pace", 429)
        room.seen(self._hall.clock())
        return await self._act(room, message)

    async def _act(self, room: Room, message: messages.FromTeacher) -> Mapping[str, Any]:
        match message:
            case messages.Show(slide):
                await self._hall.show(room, slide)
                return {}
            case messages.Pause(on):
                room.pause(on)
            case messages.Ask(again=True):
                room.ask_again()
            case messages.Ask(chart=chart):
                assert room.slide is not None
                room.ask(self._hall.lecture.ask(room.slide, chart))
            case messages.Reveal():
                room.reveal()
            case messages.EndQuestion():
                room.end_question()
            case messages.Close():
                self._hall.close(room.code)
        return {"held": room.held()}

    def _room(self, request: Request) -> Room:
        room = self._hall.rooms.get(request.path_params["code"])
        if room is None:
            raise RuledOutError("class", 404)
        return room


def _is_from_here(request: Request) -> bool:
    """Whether a page of ours asks: browsers say so with each message, and forbid scripts to say it."""
    origin = request.headers.get("origin")
    if origin is None:
        site = request.headers.get("sec-fetch-site", "same-origin")
        return request.method == "GET" and site in {"same-origin", "none"}
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""


def _key(request: Request) -> str:
    return str(request.headers["authorization"]).removeprefix(_BEARER)


async def _body(request: Request, most: int) -> bytes:
    """What is sent, if it is neither too long nor too slow."""
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > most:
        raise RuledOutError("length", 413)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise RuledOutError("length", 413)
    except TimeoutError as error:
        raise RuledOutError("late", 408) from error
    return bytes(body)


def _answer(content: Mapping[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(encoded(content), status, media_type="application/json", headers=headers)
