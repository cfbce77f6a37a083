"""A blank page that follows a class, and a server of that class: a test says what is heard, and how it is answered.

``Hall.tell`` says something to every stream that is open; ``Hall.cut`` breaks them; ``Hall.said`` is what was posted,
and ``Hall.answers`` what is said to the next posts, status and body, before all others are taken.
"""

from __future__ import annotations

import contextlib
import http.server
import itertools
import json
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Page

from tests.live.stage import DARK, WORDS, Files, Settings, act, bars, cards, moved, picked

_PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>
:root { --st-text-color: #1c2230; --st-secondary-background-color: #f7f7f5; --st-background-color: #fff;
  --st-border-color: #ccc; --st-primary-color: #2f6fb7; --st-base-radius: 8px; --st-font: sans-serif;
  --st-green-text-color: #060; --st-red-text-color: #a00; color-scheme: light; }
</style><main></main><script type="module">
const at = path => new URL(path, location.origin).href;
const urls = { files: at("browser/"), plotly: at("plotlyjs/plotly.min.js"), live: at("live/") };
window.mount = async (script, data) => {
  const { default: component } = await import(`/browser/${script}.js`);
  const setTriggerValue = (name, value) => (window.told ??= []).push([name, value]);
  const parentElement = document.querySelector("main").appendChild(document.createElement("div"));
  const cleanup = await component({ data, parentElement, setTriggerValue }, urls);
  window.unmount = () => {
    parentElement.remove();
    cleanup();
  };
};
</script>"""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    hall: Hall


class _Handler(Files):
    """The page, its files, the class, and the live route that looks around."""

    server: _Server
    page = _PAGE

    def do_GET(self) -> None:  # noqa: N802  (the name that http.server looks for)
        path = urlsplit(self.path).path
        if self._is_of_before():
            self._reply(404, {})
        elif path.startswith("/live/class/"):
            self._stream()
        elif path.startswith("/live/"):
            self._reply(200, self.server.hall.look(urlsplit(self.path).query))
        else:
            super().do_GET()

    def do_POST(self) -> None:  # noqa: N802  (the name that http.server looks for)
        hall = self.server.hall
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
        if self._is_of_before():
            self._reply(404, {})
            return
        hall.said.append({**body, "key": self.headers.get("Authorization")})
        self._reply(*(hall.answers.pop(0) if hall.answers else (200, {"counted": True})))

    def _is_of_before(self) -> bool:
        """Whether this is about the class of an earlier test, which a page has not given up."""
        head, _, code = urlsplit(self.path).path.rpartition("/")
        return head == "/live/class" and code != self.server.hall.code

    def _reply(self, status: int, answer: Any) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _stream(self) -> None:
        hall = self.server.hall
        hall.listened.append(self.path)
        if hall.refusal:
            self._reply(hall.refusal, {})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        heard: queue.Queue[str | None] = queue.Queue()
        streams = hall.streams
        for message in hall.greeting():
            heard.put(json.dumps(message))
        streams.append(heard)
        with contextlib.suppress(OSError):
            while (text := heard.get()) is not None:
                self.wfile.write(f"data: {text}\n\n".encode())
        streams.remove(heard)
        self.close_connection = True


class Hall:
    """A class of one page with the charts of ``stage``."""

    def __init__(self) -> None:
        self.url = ""
        self._codes = (f"K7QM{number}" for number in itertools.count(10))
        self.begin()

    def begin(self) -> None:
        """Be another class, as new."""
        self.code = next(self._codes)
        self.settings: Settings = {"values": "2,1,0.1"}
        self.told: dict[str, Any] = {"kind": "class", "present": 1, "paused": False, "question": None,
                                     "answered": 0, "revealed": False, "results": None}  # fmt: skip
        self.streams: list[queue.Queue[str | None]] = []
        self.listened: list[str] = []
        self.said: list[dict[str, Any]] = []
        self.answers: list[tuple[int, Any]] = []
        self.refusal = 0

    def greeting(self) -> list[dict[str, Any]]:
        """What is told to who joins."""
        return [self.state(), self.told]

    def state(self) -> dict[str, Any]:
        """Everything there is to see."""
        link = urlencode(self.settings)
        data = {"charts": cards(self.settings), "picked": picked(self.settings), "columns": 3, "height": 200}
        board = self.board("board", **data, page="test", link=link)
        return {
            "kind": "state",
            "number": 1,
            "page": "test",
            "link": link,
            "title": "A test",
            "boards": [board],
        }

    def board(self, key: str, **data: Any) -> dict[str, Any]:
        """A board as the component is given it."""
        common = {"headline": [], "picked": None, "columns": 1, "height": 180, "tick": None, "page": None}
        told = {
            "link": "",
            "handled": 0,
            "canHide": False,
            "presented": None,
            "words": WORDS,
            "palette": DARK,
        }
        return {"key": key, **common, **told, **data}

    def move(self, *, still_known: bool = True, **settings: str) -> None:
        """Move what the class is shown."""
        self.settings |= settings
        charts = [moved(card) for card in cards(self.settings)]
        if not still_known:
            charts = [{**chart, "still": "never-heard"} for chart in charts]
        grids = {"board": {"headline": [], "picked": picked(self.settings)}}
        link = self.state()["link"]
        answer = {"link": link, "board": {"tick": None, "grids": grids, "charts": charts}}
        self.tell({"kind": "move", "number": 2, "answer": answer})

    def ask(self, kind: str = "choice", **more: Any) -> None:
        """Ask the class something."""
        question = {"number": 1, "round": 1, "kind": kind, "title": "Which?", "text": "One is right.",
                    "choices": None, "board": None}  # fmt: skip
        if kind == "choice":
            question["choices"] = ["the first", "<b>the second</b>", "the third"]
        else:
            figure = bars([0.0, 0.0, 0.0], "#2f6fb7")
            chart = {"name": "guess", "title": "Guess", "kind": "bars", "span": 1, "figure": figure, "still": "g",
                     "alt": "", "editable": {"low": -5, "high": 5, "step": 0.1, "reach": [-5, 5]},
                     "labels": ["cat", "dog", "owl"]}  # fmt: skip
            question["board"] = self.board("guess", charts=[chart])
        stand = {key: more.pop(key) for key in ("answered", "revealed", "results") if key in more}
        self.told = {**self.told, "question": {**question, **more}, **stand}
        self.tell(self.told)

    def tell(self, message: dict[str, Any]) -> None:
        """Say something to everybody."""
        for stream in self.streams:
            stream.put(json.dumps(message))

    def cut(self) -> None:
        """Break every stream."""
        for stream in list(self.streams):
            stream.put(None)

    def forget(self, page: Page) -> None:
        """Have nothing left of a page that has gone: neither here nor in its browser."""
        self.cut()
        page.mouse.move(0, 0)
        page.evaluate("[localStorage, sessionStorage].forEach(store => store.clear())")

    def look(self, query: str) -> dict[str, Any]:
        """What the live route answers to a student's own hand."""
        fields = dict(parse_qsl(query, keep_blank_values=True))
        events, have = json.loads(fields.pop("event", "[]")), fields.pop("have", "").split(".")
        settings: Settings = fields
        for event in events if isinstance(events, list) else [events]:
            settings = act(settings, event)
        charts = [moved(card) if card.get("still") in have else card for card in cards(settings)]
        grids = {"board": {"headline": [], "picked": picked(settings)}}
        link = urlencode(settings)
        return {"link": link, "board": {"tick": None, "grids": grids, "charts": charts}}


def mount(page: Page, script: str, **data: Any) -> None:
    """Have Streamlit call a component."""
    page.wait_for_function("() => Boolean(window.mount)")
    page.evaluate("([script, data]) => window.mount(script, data)", [script, data])


def until(page: Page, condition: Callable[[], object]) -> None:
    """Let the page work until a condition holds."""
    for _ in range(5000):
        if condition():
            return
        page.wait_for_timeout(4)
    raise AssertionError("it never came to that")


@contextlib.contextmanager
def serve_hall() -> Iterator[Hall]:
    """A class and its server, until the block ends."""
    hall = Hall()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.hall = hall
        hall.url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield hall
        hall.cut()
        server.shutdown()
