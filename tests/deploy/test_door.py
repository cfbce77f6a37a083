"""The app without a proxy: what it tells whom, what an unexpected error looks like, and that nobody stops another."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ce_viz.pages.frame.shield import HEADERS
from ce_viz.strings import words
from tests.deploy import strength_visits
from tests.deploy.attempts import tried
from tests.deploy.proxy import Replica, replicas
from tests.deploy.test_proxy import ask
from tests.wire import Runner, Visitor

SECRET = "typedsecret"
FAILING = f"""
from ce_viz.pages.visit import Visit
from ce_viz.pages.frame.session import Session
import streamlit as st

NAME = "why"

def page(visit: Visit, session: Session) -> None:
    st.button("x", key="failing", on_click=fail)
    if visit.settings["names"]:
        raise ValueError(f"{{visit.settings['names']}} {SECRET}")

def fail() -> None:
    raise ValueError("{SECRET}")
"""


@pytest.fixture(scope="module")
def replica(tmp_path_factory) -> Iterator[Replica]:
    """One process that answers to one name, with a page that fails where classes have names, and little room."""

    def spoil(folder: Path) -> None:
        (folder / "ce_viz/pages/why/page.py").write_text(FAILING, encoding="utf-8")
        path = folder / "ce_viz/pages/frame/uploads.py"
        text = path.read_text(encoding="utf-8")
        assert "MOST_BYTES = 400_000_000" in text
        path.write_text(text.replace("MOST_BYTES = 400_000_000", "MOST_BYTES = 1_000"), encoding="utf-8")

    folder = tmp_path_factory.mktemp("image")
    with replicas(folder, 1, prepare=spoil, CE_VIZ_HOSTS="127.0.0.1") as (replica,):
        yield replica


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


def base(replica: Replica) -> str:
    return f"http://127.0.0.1:{replica.port}"


@pytest.mark.parametrize(
    "path", ["/", "/why", "/live/explore", "/_stcore/health", "/_stcore/metrics", "/media/none"]
)
def test_every_answer_carries_the_security_headers_once(replica, path):
    answer, _ = ask(base(replica), path)
    for name, value in HEADERS.items():
        assert answer.headers.get_all(name) == [value]
    assert len(answer.headers.get_all("Content-Security-Policy")) == 1


def test_figures_about_the_process_are_closed(replica):
    answer, body = ask(base(replica), "/_stcore/metrics")
    assert answer.status == 404
    assert not body


def test_the_app_answers_to_its_own_name_alone(replica):
    for path in ("/", "/live/explore", "/_stcore/stream"):
        answer, _ = ask(base(replica), path, Host="other.example")
        assert answer.status == 400
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec_WebSocket_Protocol": "streamlit",
    }
    for host, status in (("other.example", 403), ("127.0.0.1", 101)):
        answer, _ = ask(base(replica), "/_stcore/stream", Host=host, **handshake)
        assert answer.status == status


def test_the_log_says_how_many_files_may_be_open(replica):
    assert re.search(r"open files: (\d+, enough for \d+ visitors|no limit)", replica.log.read_text())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_unexpected_error_is_a_sentence_and_the_settings_stay(replica, runner, language):
    async def visit() -> None:
        visitor = Visitor(base(replica), f"logits=3,2,1&names=a,b,c&lang={language}", page="why")
        await visitor.connect()
        seen = await visitor.run()
        assert not seen.exceptions
        assert words(language)["errors.unexpected"] in seen.texts
        assert seen.fields["logits"] == "3, 2, 1"
        seen = await visitor.run(names="")  # what made it fail
        assert words(language)["errors.unexpected"] not in seen.texts
        assert "logits=3%2C2%2C1" in visitor.address
        seen = await visitor.run(press="failing")
        assert not seen.exceptions
        assert words(language)["errors.unexpected"] in seen.texts
        assert (await visitor.run(logits="5, 6, 7")).fields.get("logits", "5, 6, 7") == "5, 6, 7"
        assert "logits=5%2C6%2C7" in visitor.address
        await visitor.close()

    runner.run(visit())


def test_an_unexpected_error_is_logged_with_its_place_and_without_a_visitors_words(replica, runner):
    async def visit() -> None:
        visitor = Visitor(base(replica), "names=myownword,b,c", page="why")
        await visitor.connect()
        await visitor.run()
        await visitor.close()

    runner.run(visit())
    log = replica.log.read_text()
    assert "ValueError" in log
    assert "raise ValueError(f" in log
    assert "myownword" not in log


def test_a_page_address_that_is_none_is_no_error(replica, runner):
    found = runner.run(tried(strength_visits.forged, replica))
    assert found.held, found.figure


@pytest.mark.parametrize(
    "attempt", [partial(strength_visits.flood, seconds=2), strength_visits.names], ids=["flood", "names"]
)
def test_one_visitor_holds_up_no_other(replica, runner, attempt):
    found = runner.run(tried(attempt, replica))
    if not found.held:  # a busy machine may hold somebody up once, a hostile visitor does it every time
        found = runner.run(tried(attempt, replica))
    assert found.held, found.figure


def test_an_upload_beyond_all_room_is_said_in_words(replica, runner):
    async def visit() -> None:
        visitor = Visitor(base(replica), page="inspect")
        await visitor.connect()
        await visitor.run()
        for name, size, missed in (("large", 2_000, True), ("small", 0, False)):
            status = await asyncio.to_thread(strength_visits.upload, replica, visitor.session, name, size)
            assert status == 204
            seen = await visitor.run(files={"inspect_upload": name})
            assert (words("en")["inspect.missed"] in seen.texts) == missed
        await visitor.close()

    runner.run(visit())
