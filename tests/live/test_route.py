"""The live route as HTTP: what it answers, what it refuses, and what it keeps out of the log and the loop."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from ce_viz.live import Board, Edit, Tick, View
from ce_viz.live.route import MAX_URL, Question, RefusedLinkError, UnknownPageError, live_route
from tests.wire import Answered, answered


def get(
    url: str,
    respond: Callable[[Question], tuple[str, View]],
    *,
    slow: bool = False,
    method: str = "GET",
    **headers: str,
) -> Answered:
    """Ask an application of the route alone, without a server."""
    app = Starlette(routes=[live_route("/live/{page}", respond, lambda _: slow)])
    return answered(app, url, method=method, **headers)


class Page:
    """A page that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.threads: list[str] = []

    def __call__(self, question: Question) -> tuple[str, View]:
        self.asked.append(question)
        self.threads.append(threading.current_thread().name)
        return "logits=1%2C2", View((Board("grid", (), headline=(("L", "b"),)),), tick_ms=80)


@pytest.fixture
def page() -> Page:
    return Page()


def test_the_answer_is_the_link_and_the_board(page: Page) -> None:
    status, headers, body = get("/live/explore?logits=1,2&lang=zh", page)
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "no-store"
    assert int(headers["content-length"]) == len(body)
    board = {"tick": 80, "grids": {"grid": {"headline": [["L", "b"]], "picked": None}}, "charts": []}
    assert json.loads(body) == {"link": "logits=1%2C2", "board": board}
    assert page.asked[0].page == "explore"
    assert page.asked[0].query == {"logits": "1,2", "lang": "zh"}


def test_events_are_read_as_from_a_message(page: Page) -> None:
    edit = {"kind": "edit", "chart": "logits", "index": 1, "value": 0.5}
    get(f"/live/explore?logits=1,2&event={json.dumps([edit, {'kind': 'tick'}, 7])}", page)
    assert page.asked[0].events == [Edit("logits", 1, 0.5, final=False), Tick()]
    assert page.asked[0].query == {"logits": "1,2"}


def test_the_answer_is_compressed_for_who_takes_it(page: Page) -> None:
    _, headers, body = get("/live/explore?", page, accept_encoding="br, gzip")
    assert headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["link"] == "logits=1%2C2"


@pytest.mark.parametrize(("told", "preferred"), [("zh-CN,zh;q=0.9,en", "zh-CN"), ("", "")])
def test_the_browsers_language_is_passed_on(page: Page, told: str, preferred: str) -> None:
    get("/live/explore?", page, accept_language=told)
    assert page.asked[0].preferred == preferred


@pytest.mark.parametrize(
    "query", ["event=", "event={", "event=[" * 3, "event=" + "[" * 8000, "&".join(["a=1"] * 300)]
)
def test_what_is_no_query_is_status_400(page: Page, query: str) -> None:
    assert get(f"/live/explore?{query}", page)[0] == 400
    assert page.asked == []


def test_a_refused_value_is_status_400_and_named(page: Page) -> None:
    def refuse(question: Question) -> tuple[str, View]:
        raise RefusedLinkError([{"setting": "logits", "value": "x", "rule": "number"}])

    status, headers, body = get("/live/explore?logits=x", refuse)
    assert (status, headers["content-type"]) == (400, "application/json")
    assert json.loads(body) == {"problems": [{"setting": "logits", "value": "x", "rule": "number"}]}


def test_an_unknown_page_is_status_404() -> None:
    def unknown(question: Question) -> tuple[str, View]:
        raise UnknownPageError(question.page)

    assert get("/live/nowhere?", unknown)[0] == 404


def test_a_long_address_is_status_414_unread(page: Page) -> None:
    assert get("/live/explore?logits=" + "1" * MAX_URL, page)[0] == 414
    assert page.asked == []


def test_only_get_is_answered(page: Page) -> None:
    assert get("/live/explore?", page, method="POST")[0] == 405


def test_a_fault_of_ours_is_logged_with_its_place_and_without_the_visitors_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(question: Question) -> tuple[str, View]:
        raise KeyError(question.query["names"])

    with caplog.at_level(logging.ERROR):
        status, _, body = get("/live/explore?names=secret", fail)
    assert status == 500
    assert "KeyError" in caplog.text
    assert "test_route.py" in caplog.text
    assert "secret" not in caplog.text + body.decode()


@pytest.mark.parametrize("slow", [False, True])
def test_what_is_slow_leaves_the_servers_loop(page: Page, slow: bool) -> None:
    assert get("/live/explore?", page, slow=slow)[0] == 200
    assert page.threads[0].startswith("live") is slow
