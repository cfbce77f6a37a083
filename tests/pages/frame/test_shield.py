"""The door: which requests pass, at which pace, and what each answer carries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from ce_viz.live.route import ASIDE
from ce_viz.pages.frame import shield
from ce_viz.pages.frame.shield import HEADERS, Rules, Shield
from ce_viz.pages.frame.uploads import Uploads
from tests.wire import finished

OPEN = Rules(hosts=frozenset(), metrics=False, policy="default-src 'none'")


class Inner:
    """What stands behind the door: answers 200 with what it is told, and counts."""

    def __init__(
        self, headers: tuple[tuple[bytes, bytes], ...] = (), work: Callable[[], Any] | None = None
    ) -> None:
        self.headers, self.work, self.passed = headers, work, 0
        self.body = b""
        self.messages: list[float] = []

    async def __call__(self, scope, receive, send) -> None:
        self.passed += 1
        if scope["type"] == "websocket":
            while (await receive())["type"] != "websocket.disconnect":
                self.messages.append(time.monotonic())
            return
        if self.work:
            await self.work()
        if scope["method"] == "PUT":
            while (message := await receive())["type"] == "http.request":
                self.body += message["body"]
                if not message.get("more_body"):
                    break
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": b""})


def door(inner: Inner, rules: Rules = OPEN, uploads: Uploads | None = None) -> Shield:
    return Shield(inner, rules, uploads or Uploads())


async def ask(
    app: Shield, path: str, method: str = "GET", parts: tuple[bytes, ...] = (b"",), **headers: str
) -> tuple[int, list[tuple[bytes, bytes]]]:
    sent: list[Any] = []
    waiting = list(parts)

    async def receive() -> dict[str, Any]:
        if not waiting:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "path": path, "method": method, "headers": pairs, "client": ("127.0.0.1", 1)}
    await app(scope, receive, send)
    return sent[0]["status"], sent[0]["headers"]


def status(app: Shield, path: str, method: str = "GET", **headers: str) -> int:
    return finished(ask(app, path, method, **headers))[0]


def test_every_answer_carries_each_header_once_even_where_streamlit_sends_it_too():
    inner = Inner(headers=((b"x-content-type-options", b"nosniff"), (b"content-type", b"text/html")))
    for path in ("/", "/live/explore", "/_stcore/metrics"):
        _, headers = finished(ask(door(inner), path))
        names = [name for name, _ in headers]
        for name in (*HEADERS, "Content-Security-Policy"):
            assert names.count(name.lower().encode()) == 1
    _, headers = finished(ask(door(inner), "/"))
    assert (b"content-type", b"text/html") in headers


def test_no_header_forbids_that_a_platform_frames_the_app():
    _, headers = finished(ask(door(Inner(), Rules.read({})), "/"))
    assert b"x-frame-options" not in dict(headers)
    policy = dict(headers)[b"content-security-policy"]
    assert b"frame-ancestors" not in policy
    assert b"'unsafe-eval'" not in policy
    assert b"script-src 'self' blob: 'sha256-" in policy


def test_the_operator_may_set_another_policy_or_none():
    given = Rules.read({"CE_VIZ_POLICY": "frame-ancestors https://example.org"})
    assert given.policy == "frame-ancestors https://example.org"
    _, headers = finished(ask(door(Inner(), Rules.read({"CE_VIZ_POLICY": ""})), "/"))
    assert b"content-security-policy" not in dict(headers)


@pytest.mark.parametrize("host", ["a.example", "A.Example:8501", "a.example.", "b.example"])
def test_the_app_answers_to_the_names_it_was_given(host):
    rules = Rules.read({"CE_VIZ_HOSTS": "a.example, B.example"})
    assert status(door(Inner(), rules), "/", host=host) == 200


@pytest.mark.parametrize(
    "host", ["c.example", "", "a.example.c.example", "a.example@c.example", "[::1]:8501"]
)
def test_it_refuses_every_other_name_for_pages_and_sessions_but_tells_whether_it_is_well(host):
    inner = Inner()
    app = door(inner, Rules.read({"CE_VIZ_HOSTS": "a.example"}))
    assert status(app, "/", host=host) == 400
    assert status(app, "/live/explore", host=host) == 400
    sent: list[Any] = []

    async def connect() -> None:
        async def send(message) -> None:
            sent.append(message)

        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", host.encode())]}
        await app(scope, asyncio.Event().wait, send)

    finished(connect())
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert inner.passed == 0
    assert status(app, "/_stcore/health", host=host) == 200


def test_without_names_it_answers_to_any():
    assert status(door(Inner(), Rules.read({})), "/", host="anything.example") == 200


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/openapi.json"])
def test_figures_about_the_process_are_closed_unless_the_operator_opens_them(path):
    assert status(door(Inner(), Rules.read({})), path) == 404
    assert status(door(Inner(), Rules.read({"CE_VIZ_METRICS": "1"})), path) == 200


def test_below_a_path_of_its_own_the_same_doors_are_closed(monkeypatch):
    options = {"server.baseUrlPath": "/a/b/", "server.maxUploadSize": 50}
    monkeypatch.setattr(config, "get_option", options.get)
    monkeypatch.setattr(shield, "LIVE_COST", 10.0)
    app = door(Inner())
    assert status(app, "/a/b/_stcore/metrics") == 404
    assert [status(app, "/a/b/live/explore") for _ in range(2)] == [200, 429]
    assert status(app, "/a/b/_stcore/health") == 200


def test_a_body_where_none_belongs_is_refused_by_its_length():
    inner = Inner()
    assert status(door(inner), "/", "POST", content_length="100000") == 413
    assert inner.passed == 0
    assert status(door(inner), "/", "POST", content_length="100") == 200


def test_a_refusal_says_that_it_has_no_body_where_it_could_have_one():
    _, headers = finished(ask(door(Inner()), "/", "POST", content_length="100000"))
    assert (b"content-length", b"0") in headers
    inner, uploads = Inner(), full()
    asked = ask(door(inner, uploads=uploads), "/_stcore/upload_file/a/b", "PUT", content_length="200")
    assert b"content-length" not in dict(finished(asked)[1])


def test_one_visitors_live_requests_are_slowed_and_the_others_are_not(monkeypatch):
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(shield, "time", SimpleNamespace(monotonic=lambda: now, thread_time=lambda: 0.0))
    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(shield, "LIVE_COST", 0.1)  # ten a second
    app = door(Inner())
    for _ in range(15):
        assert status(app, "/live/explore", cookie="visit=a") == 200
    assert now == pytest.approx(14 * 0.1 - shield.LIVE_FREE)
    assert status(app, "/live/explore", cookie="visit=b") == 200
    assert now == pytest.approx(14 * 0.1 - shield.LIVE_FREE)


def test_a_live_request_that_would_wait_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(shield, "LIVE_COST", 10.0)
    app = door(Inner())
    assert [status(app, "/live/explore") for _ in range(2)] == [200, 429]


def test_what_takes_long_is_charged_by_the_processor_time_that_it_took(monkeypatch):
    used = 0.0
    clock = SimpleNamespace(monotonic=lambda: 0.0, thread_time=lambda: used)
    monkeypatch.setattr(shield, "time", clock)
    monkeypatch.setattr(shield, "_LONGEST_COST", 10.0)

    async def work() -> None:
        nonlocal used
        used += 0.3

    assert status(app := door(Inner(work=work)), "/live/explore") == 200
    assert app._accounts.of(("127.0.0.1", 1)).wait(0.0, now=0.0) == 0.0  # 2 × 0.3 s, and 1 s is free
    assert status(app, "/live/explore") == 200
    assert app._accounts.of(("127.0.0.1", 1)).wait(0.0, now=0.0) == pytest.approx(0.2)


def test_what_is_worked_out_beside_the_loop_is_charged_as_well(monkeypatch):
    monkeypatch.setattr(shield, "time", SimpleNamespace(monotonic=lambda: 0.0, thread_time=lambda: 0.0))

    class Aside(Inner):
        async def __call__(self, scope, receive, send) -> None:
            scope[ASIDE] = 0.04
            await super().__call__(scope, receive, send)

    app = door(Aside())
    for _ in range(20):
        assert status(app, "/live/explore") == 200
    assert app._accounts.of(("127.0.0.1", 1)).wait(0.0, now=0.0) == pytest.approx(
        20 * shield.LIVE_SHARE * 0.04 - shield.LIVE_FREE
    )


def test_no_visitor_has_more_live_requests_under_way_than_a_browser_sends():
    async def many() -> list[int]:
        over = asyncio.Event()
        app = door(Inner(work=over.wait))
        asked = [asyncio.create_task(ask(app, "/live/explore", cookie="visit=a")) for _ in range(20)]
        other = asyncio.create_task(ask(app, "/live/explore", cookie="visit=b"))
        await asyncio.sleep(0)
        over.set()
        assert (await other)[0] == 200
        return [(await each)[0] for each in asked]

    found = finished(many())
    assert found.count(200) == shield.LIVE_RUNNING >= 6
    assert found.count(429) == 20 - shield.LIVE_RUNNING


def test_a_class_may_be_listened_to_for_as_long_as_it_takes_and_holds_up_no_other_request():
    async def many() -> list[int]:
        over = asyncio.Event()
        inner = Inner(work=over.wait)
        app = door(inner)
        path = "/live/class/AAAAAA"
        asked = [asyncio.create_task(ask(app, path, cookie="visit=a")) for _ in range(20)]
        await asyncio.sleep(0)
        inner.work = None
        assert (await ask(app, "/live/explore", cookie="visit=a"))[0] == 200
        assert (await ask(app, path, "POST", cookie="visit=a"))[0] == 200
        over.set()
        statuses = [(await each)[0] for each in asked]
        assert (await ask(app, path, cookie="visit=a"))[0] == 200  # those that have ended count no more
        return statuses

    found = finished(many())
    assert found.count(200) == shield.LIVE_LISTENING
    assert found.count(429) == 20 - shield.LIVE_LISTENING


def test_streams_that_are_opened_over_and_over_are_refused(monkeypatch):
    monkeypatch.setattr(shield, "LIVE_COST", 10.0)
    app = door(Inner())
    assert [status(app, "/live/class/AAAAAA") for _ in range(2)] == [200, 429]


def test_a_flood_of_messages_reaches_streamlit_at_the_pace_of_one_visitor():
    inner = Inner()

    async def flood() -> float:
        waiting = [{"type": "websocket.receive", "bytes": b"x"}] * 20 + [{"type": "websocket.disconnect"}]

        async def receive() -> dict[str, Any]:
            return waiting.pop(0)

        start = time.monotonic()
        await door(inner)({"type": "websocket", "path": "/", "headers": []}, receive, None)
        return time.monotonic() - start

    took = finished(flood())
    assert len(inner.messages) == 20  # none is lost
    free = int(shield.MESSAGES_FREE / shield.MESSAGE_COST)
    assert took >= (20 - free - 2) * shield.MESSAGE_COST


def put(app: Shield, size: int, said: int | None = None) -> int:
    parts = tuple(bytes(10) for _ in range(size // 10))
    asked = ask(
        app,
        "/_stcore/upload_file/session/file",
        "PUT",
        parts,
        content_length=str(size if said is None else said),
    )
    return finished(asked)[0]


def full() -> Uploads:
    uploads = Uploads(most=100)
    uploads.attach(MemoryUploadedFileManager("/upload"))
    return uploads


def test_an_upload_without_room_is_taken_and_forgotten_so_that_its_page_may_say_so():
    inner, uploads = Inner(), full()
    assert put(door(inner, uploads=uploads), 200) == 204
    assert inner.passed == 0
    assert put(door(inner, uploads=uploads), 100) == 200
    assert len(inner.body) == 100
    assert uploads.held == 0


def test_an_upload_that_does_not_say_how_long_it_is_is_taken_to_be_of_the_largest_kind():
    assert put(door(Inner(), uploads=full()), 50, said=0) == 204


def test_a_body_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(shield, "_BODY_SECONDS", 0.05)

    async def wait() -> Any:
        limited = shield._limited(asyncio.Event().wait)
        return await limited()

    assert finished(wait()) == {"type": "http.disconnect"}
