"""The door for a moving hand: ``GET live/<page>?<link>[&event=<json>][&have=<still>.<still>]``.

It knows no session and writes nothing: the link is the state, so any replica may answer. What a page shows and what
an event does is told by the function that it is made with; here stand only HTTP, the limits and the log.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ce_viz.live.charts import View
from ce_viz.live.events import Event, read_events
from ce_viz.live.message import answer, encoded

MAX_URL = 8192
"""Bytes of path and query; a longer address is refused with status 414."""

ASIDE = "ce_viz.aside"
"""Key of a request's scope: seconds of processor time that its answer took beside the server's loop."""

_MAX_FIELDS = 200
_LEVEL = 1  # of compression: the answer is small, and the processor is what a class shares
_RESERVED = ("event", "have")
_log = logging.getLogger(__name__)
# What takes long is worked out beside the server's loop, which answers everybody; one at a time, since Python runs one.
_aside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


class UnknownPageError(LookupError):
    """There is no page of that name."""


class RefusedLinkError(ValueError):
    """The link or an event holds what no link could hold."""

    def __init__(self, problems: Sequence[Mapping[str, Any]]) -> None:
        """Take what is wrong: a mapping for each value, with its ``setting``, ``value``, ``rule`` and ``message``."""
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} values refused")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a page, the link's parameters, events to act upon, and the language the browser prefers."""

    page: str
    query: Mapping[str, str]
    events: Sequence[Event]
    preferred: str


Respond = Callable[[Question], tuple[str, View]]
"""The link after the events, and the view; raises ``UnknownPageError`` or ``RefusedLinkError``."""


def live_route(path: str, respond: Respond, is_slow: Callable[[Question], bool]) -> Route:
    """The route at ``path``, which holds ``{page}``; what ``is_slow`` says of never blocks the server's loop."""

    async def endpoint(request: Request) -> Response:
        if len(request.scope["raw_path"]) + len(request.scope["query_string"]) > MAX_URL:
            return refusal(414, [{"rule": "url_length", "high": MAX_URL}])
        try:
            question, have = _read(request)
            if is_slow(question):
                loop = asyncio.get_running_loop()
                body, request.scope[ASIDE] = await loop.run_in_executor(
                    _aside, _timed_body, respond, question, have
                )
            else:
                body = _body(respond, question, have)
        except Exception as error:
            return refused(error)
        headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding, Accept-Language"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = _gzipped(body)
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type="application/json", headers=headers)

    return Route(path, endpoint, methods=["GET"])


def _read(request: Request) -> tuple[Question, frozenset[str]]:
    try:
        text = request.scope["query_string"].decode("ascii")
        query = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
        events = read_events(json.loads(query["event"])) if "event" in query else []
    except (ValueError, RecursionError) as error:
        raise RefusedLinkError([{"rule": "query"}]) from error
    have = frozenset(query.get("have", "").split("."))
    link = {name: value for name, value in query.items() if name not in _RESERVED}
    preferred = request.headers.get("accept-language", "")[:35].partition(",")[0]
    return Question(request.path_params["page"], link, events, preferred), have


def _body(respond: Respond, question: Question, have: frozenset[str]) -> bytes:
    link, view = respond(question)
    return encoded({"link": link, "board": answer(view, have)})


def _timed_body(respond: Respond, question: Question, have: frozenset[str]) -> tuple[bytes, float]:
    start = time.thread_time()
    return _body(respond, question, have), time.thread_time() - start


def _gzipped(body: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, wbits=31)
    return packer.compress(body) + packer.flush()


def refused(error: Exception) -> Response:
    """What is answered where an answer could not be worked out; a fault of ours is logged, without what it says."""
    match error:
        case UnknownPageError():
            return refusal(404, [{"rule": "page"}])
        case RefusedLinkError(problems=problems):
            return refusal(400, problems)
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("live route: %s\n%s", type(error).__name__, frames)
    return refusal(500, [{"rule": "internal"}])


def refusal(status: int, problems: Sequence[Mapping[str, Any]]) -> Response:
    """A status, and why."""
    return Response(encoded({"problems": problems}), status, media_type="application/json")
