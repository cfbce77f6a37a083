"""The app's own door: what a request must pass before Streamlit hears of it, and the headers that each answer carries.

It stands before everything, the live route too, and so costs little: no work on what it lets pass but a few
comparisons. ``.deploy/README.md`` says what is left to a proxy.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from ce_viz.live.route import ASIDE
from ce_viz.pages.frame.pace import Account, Accounts
from ce_viz.pages.frame.uploads import Uploads

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'self' blob: {scripts}; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'"
)
"""Streamlit starts its components from blob: addresses, and its style sheets stand in the page. Who may frame the app
is not said: Streamlit Community Cloud and learning platforms do."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",  # never the link
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

MESSAGE_COST, MESSAGES_FREE = 0.05, 0.5
"""Of a websocket, in seconds: ten messages at once, then twenty a second. Each starts a thread that ends the run before
it: hundreds of threads make everybody wait for their turns, even where each does nothing."""

LIVE_COST, LIVE_FREE, LIVE_SHARE = 0.01, 1.0, 2.0
"""Of a visitor's live requests: a hundred at once, then a hundred a second, or half the time where they take long."""

LIVE_RUNNING = 8
"""Live requests of a visitor that may be under way; a browser sends six."""

LIVE_LISTENING = 8
"""Streams of classes that a visitor may listen to."""

_LONGEST_COST = (
    0.1  # seconds that a request is charged: where it waited for a thread, the time was others' as well
)
_PATIENCE = 2.0  # seconds that a live request waits for its turn; a browser waits no longer
_BODY = 64 * 1024  # bytes of a body that is no upload
_BODY_SECONDS = 300.0  # that a body may take to arrive
_FRAME = 1024 * 1024  # bytes that an upload's form adds to its file


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decides.

    Attributes:
      hosts: Names that the app answers to, in lower case; none: to any.
      metrics: Whether figures about the process are served.
      policy: The Content-Security-Policy; empty: none is sent.
    """

    hosts: frozenset[str]
    metrics: bool
    policy: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Rules:
        """``CE_VIZ_HOSTS`` (names with commas), ``CE_VIZ_METRICS`` (1 opens them), ``CE_VIZ_POLICY``."""
        names = environment.get("CE_VIZ_HOSTS", "").lower().split(",")
        return cls(
            frozenset(name.strip() for name in names if name.strip()),
            environment.get("CE_VIZ_METRICS") == "1",
            environment.get("CE_VIZ_POLICY", default_policy()),
        )


def default_policy() -> str:
    """The policy with the hashes of the scripts that stand in Streamlit's own page."""
    page = (Path(streamlit.__file__).parent / "static/index.html").read_text(encoding="utf-8")
    found = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in found]
    return POLICY.format(scripts=" ".join(f"'sha256-{each}'" for each in hashes))


def middleware(rules: Rules, uploads: Uploads) -> list[Middleware]:
    """For ``st.App``."""
    return [Middleware(Shield, rules=rules, uploads=uploads)]


class Shield:
    """ASGI middleware; one for the process."""

    def __init__(self, app: ASGIApp, rules: Rules, uploads: Uploads) -> None:
        self._app, self._rules, self._uploads = app, rules, uploads
        root = (config.get_option("server.baseUrlPath") or "").strip("/")
        core = f"/{root}/_stcore/" if root else "/_stcore/"
        self._live_path = f"/{root}/live/" if root else "/live/"
        self._class_path = f"{self._live_path}class/"
        self._upload_path = f"{core}upload_file/"
        self._health_path = f"{core}health"
        self._closed = () if rules.metrics else (f"{core}metrics", f"{core}agent")
        self._largest = config.get_option("server.maxUploadSize") * 1024 * 1024 + _FRAME
        sent = {**HEADERS, **({"Content-Security-Policy": rules.policy} if rules.policy else {})}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
        self._ours = {name for name, _ in self._headers}
        self._accounts = Accounts(LIVE_FREE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, let wait, or refuse."""
        if scope["type"] == "http":
            await self._answer(scope, receive, self._dressed(send))
        elif scope["type"] == "websocket":
            if self._is_known(scope):
                await self._app(scope, _paced(receive), send)
            else:
                await send({"type": "websocket.close", "code": 1008})  # 403, since nothing was accepted
        else:
            await self._app(scope, receive, send)

    def _dressed(self, send: Send) -> Send:
        headers, ours = self._headers, self._ours

        async def dressed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message.get("headers", ()) if pair[0] not in ours]
                message = {**message, "headers": others + headers}
            await send(message)

        return dressed

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not self._is_known(scope) and path != self._health_path:  # who asks for that knows no name
            await _refuse(send, 400)
        elif path.startswith(self._class_path) and scope["method"] == "GET":
            await self._listen(scope, receive, send)
        elif path.startswith(self._live_path):
            await self._answer_live(scope, receive, send)
        elif scope["method"] == "PUT" and path.startswith(self._upload_path):
            await self._take_upload(scope, receive, send)
        elif self._closed and path.startswith(self._closed):
            await _refuse(send, 404)
        elif scope["method"] not in {"GET", "HEAD"} and _length(scope) > _BODY:
            await _refuse(send, 413)
        else:
            await self._app(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        """Whether the request names a host that the app answers to."""
        if not self._rules.hosts:
            return True
        host = _header(scope, b"host").decode("latin-1").lower()
        name = re.sub(r":\d*$", "", host).rstrip(".")
        return name in self._rules.hosts

    async def _answer_live(self, scope: Scope, receive: Receive, send: Send) -> None:
        account = self._accounts.of(_visitor(scope))
        if account.running >= LIVE_RUNNING:
            await _refuse(send, 429)
            return
        account.running += 1
        try:
            wait = account.wait(LIVE_COST, time.monotonic())
            if wait > _PATIENCE:
                await _refuse(send, 429)
                return
            if wait:
                await asyncio.sleep(wait)
            start = time.thread_time()
            await self._app(scope, receive, send)
            took = time.thread_time() - start + scope.get(ASIDE, 0.0)
            account.wait(max(0.0, min(_LONGEST_COST, LIVE_SHARE * took) - LIVE_COST), time.monotonic())
        finally:
            account.running -= 1

    async def _listen(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a visitor hear what a class is told, for as long as that takes."""
        account = self._accounts.of(_visitor(scope))
        if account.listening >= LIVE_LISTENING or account.wait(LIVE_COST, time.monotonic()) > _PATIENCE:
            await _refuse(send, 429)
            return
        account.listening += 1
        try:
            await self._app(scope, receive, send)
        finally:
            account.listening -= 1

    async def _take_upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a file in where there is room; else take it and forget it, so that its page says so in words.

        A refusal would stand below the field as "Request failed with status code 503".
        """
        session = scope["path"].removeprefix(self._upload_path).partition("/")[0]
        size = min(_length(scope) or self._largest, self._largest)
        limited = _limited(receive)
        if not self._uploads.begin(session, size):
            while (await limited()).get("more_body"):
                pass
            await _refuse(send, 204)
            return
        try:
            await self._app(scope, limited, send)
        except ClientDisconnect:
            pass  # gone, or too slow: there is nobody to answer
        finally:
            self._uploads.end(session, size, time.monotonic())


def _paced(receive: Receive) -> Receive:
    """Hand messages on at the pace of one visitor; those that wait hold up nobody but whoever sent them."""
    account = Account(MESSAGES_FREE)

    async def paced() -> MutableMapping[str, Any]:
        message = await receive()
        if message["type"] == "websocket.receive":
            wait = account.wait(MESSAGE_COST, time.monotonic())
            if wait:
                await asyncio.sleep(wait)
        return message

    return paced


def _limited(receive: Receive) -> Receive:
    """Give up on a body that takes too long."""
    end = asyncio.get_running_loop().time() + _BODY_SECONDS

    async def limited() -> MutableMapping[str, Any]:
        try:
            async with asyncio.timeout_at(end):
                return await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}

    return limited


def _visitor(scope: Scope) -> Hashable:
    """Whose request this is: the browser's cookies, or its connection. Not its address: a class comes from one."""
    return _header(scope, b"cookie") or scope.get("client")


def _length(scope: Scope) -> int:
    """Bytes that the body is said to have; 0 where nothing is said."""
    text = _header(scope, b"content-length")
    return int(text) if text.isdigit() else 0


def _header(scope: Scope, name: bytes) -> bytes:
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


async def _refuse(send: Send, status: int) -> None:
    headers = [] if status == 204 else [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
