"""A visitor without a browser: the messages that Streamlit's page and server exchange, and nothing drawn."""

from __future__ import annotations

import asyncio
import threading
import urllib.request
import zlib
from collections.abc import Coroutine, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.types import ASGIApp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

_REPLACED = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
_PATIENCE = 30.0
T = TypeVar("T")


class Runner:
    """An event loop in a thread of its own: in the main thread a browser's may be running.

    >>> with Runner() as runner:
    ...     runner.run(asyncio.sleep(0, "done"))
    'done'
    """

    def __enter__(self) -> Runner:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Wait for what a coroutine gives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


def finished(coroutine: Coroutine[object, object, T]) -> T:
    """What a coroutine gives, worked out beside the main thread, where a browser's loop may be running."""
    with Runner() as runner:
        return runner.run(coroutine)


Answered = tuple[int, dict[str, str], bytes]


def answered(app: ASGIApp, url: str, *, method: str = "GET", **headers: str) -> Answered:
    """Status, headers and body with which an application answers, without a server."""
    path, _, query = url.partition("?")
    fields = [(name.replace("_", "-").lower().encode(), text.encode()) for name, text in headers.items()]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode(), "headers": fields, "http_version": "1.1", "scheme": "http",
    }  # fmt: skip
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    with Runner() as runner:  # in the main thread a browser's loop may be running
        runner.run(app(scope, receive, send))
    told = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


@dataclass
class Seen:
    """What one run sent."""

    exceptions: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)  # a text field's key -> what it was told to show
    size: int = 0  # bytes that came
    data: bytes = b""  # everything, and what of it was compressed once more as it was before


class Visitor:
    """One open page. ``address`` is its link and follows what the server writes there, as in a browser."""

    def __init__(self, base: str, address: str = "", page: str = "", cookie: str = "") -> None:
        self.base, self.address, self.page = base.rstrip("/"), address, page
        self.session = ""
        self._cookie = cookie
        self.ids: dict[str, str] = {}
        self._socket: ClientConnection | None = None

    async def fetch(self) -> None:
        """Ask for the page itself, as a browser does first; keeps the cookie that comes with it."""
        request = urllib.request.Request(f"{self.base}/", headers={"Cookie": self._cookie})
        with await asyncio.to_thread(urllib.request.urlopen, request, timeout=_PATIENCE) as answer:
            given = answer.headers.get_all("Set-Cookie") or []
        self._cookie = "; ".join(
            [part for part in (self._cookie, *(each.split(";")[0] for each in given)) if part]
        )

    async def connect(self) -> None:
        """Open the stream; the server gives a session of its own, or the one that was lost if it still has it."""
        await self.close()
        self._socket = await connect(
            f"{self.base.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit", "x", *([self.session] if self.session else [])],
            additional_headers={"Cookie": self._cookie} if self._cookie else {},
            max_size=None,
            compression=None,
            open_timeout=_PATIENCE,
        )

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()
            self._socket = None

    def cut(self) -> None:
        """Be gone without a word, as where the network drops."""
        assert self._socket is not None
        self._socket.transport.abort()
        self._socket = None

    async def run(self, *, press: str = "", files: Mapping[str, str] | None = None, **fields: str) -> Seen:
        """Run the page once, with new texts in some fields, a button pressed, and uploaded files named by their ids.

        Ends with the last of its reruns.
        """
        message = BackMsg()
        request = message.rerun_script
        request.query_string = self.address
        request.page_name = self.page
        request.context_info.url = f"{self.base}/{self.page}"
        for key, text in fields.items():
            state = request.widget_states.widgets.add()
            state.id, state.string_value = self.ids[key], text
        for key, name in (files or {}).items():
            state = request.widget_states.widgets.add()
            state.id = self.ids[key]
            state.file_uploader_state_value.uploaded_file_info.add(file_id=name, name=name)
        if press:
            state = request.widget_states.widgets.add()
            state.id, state.trigger_value = self.ids[press], True
        await self.send(message)
        return await self.finish()

    async def live(self, page: str, query: str) -> bytes:
        """Ask the live route, as the browser does while a hand moves; gives the answer's body."""
        request = urllib.request.Request(
            f"{self.base}/live/{page}?{query}", headers={"Accept-Language": "en", "Cookie": self._cookie}
        )
        with await asyncio.to_thread(urllib.request.urlopen, request, timeout=_PATIENCE) as answer:
            assert answer.headers.get_content_type() == "application/json"
            return bytes(answer.read())

    async def send(self, message: BackMsg) -> None:
        """Send any message."""
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())

    async def finish(self) -> Seen:
        """Collect what comes until a run has ended."""
        assert self._socket is not None
        seen, parts = Seen(), []
        while True:
            data = await asyncio.wait_for(self._socket.recv(), _PATIENCE)
            parts.append(data)
            seen.size += len(data)
            message = ForwardMsg()
            message.ParseFromString(data)
            match message.WhichOneof("type"):
                case "new_session":
                    self.session = message.new_session.initialize.session_id
                case "page_info_changed":
                    self.address = message.page_info_changed.query_string
                case "delta":
                    self._note(message, seen)
                    charts = message.delta.new_element.bidi_component.bytes
                    parts.append(zlib.decompress(charts) if charts else b"")
                case "script_finished" if message.script_finished != _REPLACED:
                    seen.data = b"".join(parts)
                    return seen

    def _note(self, message: ForwardMsg, seen: Seen) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            seen.exceptions.append(element.exception.message)
        elif kind in {"markdown", "alert"}:
            seen.texts.append(getattr(element, kind).body)
        elif kind in {"text_input", "text_area", "button", "file_uploader"}:
            widget = getattr(element, kind)
            key = widget.id.rpartition("-")[2]
            self.ids[key] = widget.id
            if kind in {"text_input", "text_area"} and widget.set_value:
                seen.fields[key] = widget.value
