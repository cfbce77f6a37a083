"""What nginx adds: headers, limits, one replica for one visitor; and what it must not break."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.deploy.proxy import proxied
from tests.wire import Runner, Visitor

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory, pair) -> Iterator[tuple[str, Path]]:
    """Two replicas behind nginx: the address, and the log of nginx."""
    proxy = tmp_path_factory.mktemp("proxy")
    for replica in pair:
        replica.alive()
    with proxied(proxy, [each.port for each in pair]) as base:
        yield base, proxy / "nginx.log"


def ask(
    base: str, path: str, method: str = "GET", sent: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    connection.request(method, path, sent, named)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def logged(log: Path, pattern: str, *, since: int, count: int = 1) -> list[Any]:
    """What nginx has noted since then: it answers first and writes its log afterwards, so it is waited for."""
    end = time.monotonic() + 10
    while True:
        found = re.findall(pattern, log.read_bytes()[since:].decode())
        if len(found) >= count or time.monotonic() > end:
            return found
        time.sleep(0.02)


@pytest.mark.parametrize("path", ["/", "/train", "/_stcore/health", "/_stcore/metrics", "/media/none"])
def test_every_answer_carries_the_security_headers_once(served, path):
    answer, _ = ask(served[0], path)
    for name, value in EVERYWHERE.items():
        assert answer.headers.get_all(name) == [value]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "nginx/" not in answer.headers["Server"]


def test_policy_lets_no_script_stand_in_the_page_and_no_other_host_be_asked(served):
    answer, _ = ask(served[0], "/")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert not re.search(r"https?:|\*", answer.headers["Content-Security-Policy"])


def test_other_pages_may_frame_what_is_made_for_it_and_nothing_else(served):
    for path, ancestors, options in (("/?embed=true", "*", None), ("/?embed=false", "'none'", "DENY")):
        answer, _ = ask(served[0], path)
        policy = answer.headers["Content-Security-Policy"]
        assert f"; frame-ancestors {ancestors};" in policy
        assert answer.headers["X-Frame-Options"] == options


def test_a_visitor_stays_on_one_replica_and_many_are_spread(served):
    base, log = served
    before = log.stat().st_size
    for visitor in range(24):
        for _ in range(3):
            ask(base, f"/visitor{visitor}", Cookie=f"visit=v{visitor}")
    pairs = logged(log, r'GET /visitor(\d+) .*"([\d.:]+)"', since=before, count=72)
    assert len(pairs) == 72
    assert max(Counter(visitor for visitor, _ in set(pairs)).values()) == 1
    assert len({replica for _, replica in pairs}) == 2


def test_a_moving_hand_is_answered_by_either_replica_whosever_it_is(served):
    base, log = served
    before = log.stat().st_size
    for k in range(40):
        answer, body = ask(base, f"/live/explore?logits={k},1", Cookie="visit=one", Accept_Encoding="gzip")
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert json.loads(gzip.decompress(body))["link"].startswith(f"logits={k},1")
    answered = logged(log, r'GET /live/explore .*"([\d.:]+)"', since=before, count=40)
    assert len(answered) == 40
    assert len(set(answered)) == 2


def test_a_new_visitor_is_given_a_cookie_and_keeps_it(served):
    answer, _ = ask(served[0], "/")
    cookie = next(text for text in answer.headers.get_all("Set-Cookie") if text.startswith("visit="))
    assert re.fullmatch(r"visit=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax", cookie)
    again, _ = ask(served[0], "/", Cookie=cookie.split(";")[0])
    assert not any("visit=" in text for text in again.headers.get_all("Set-Cookie") or [])


def test_the_log_does_not_hold_what_visitors_typed(served):
    base, log = served
    before = log.stat().st_size
    ask(base, "/?names=secret,other", Referer=f"{base}/?names=secret")
    assert logged(log, "GET / ", since=before)
    refused, _ = ask(base, "/?names=secret", "PUT", Content_Length=str(52 * 1024**2))
    assert refused.status == 413  # which nginx would note with the whole request
    ask(base, "/_stcore/upload_file/secretsession/secretfile", "PUT", Content_Length="0")
    assert logged(log, "PUT /_stcore/upload_file/ 403", since=before)
    assert "secret" not in log.read_text()


def test_figures_about_the_process_are_not_for_visitors(served):
    for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json"):
        answer, body = ask(served[0], path)
        assert answer.status == 404
        assert b"active_sessions" not in body


def test_files_for_everybody_come_compressed_and_from_the_proxys_store(served):
    base, log = served
    _, page = ask(base, "/")
    script = "/" + re.search(rb'src="\./(static/js/index[^"]+)"', page)[1].decode()
    before = log.stat().st_size
    for _ in range(3):
        answer, _ = ask(base, script, Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
    requests = logged(log, r'static/js/index.* "(.*)"', since=before, count=3)
    assert [bool(re.match("127", replica)) for replica in requests] == [True, False, False]


def test_a_body_beyond_the_apps_limit_is_refused_before_it_is_read(served):
    answer, _ = ask(served[0], "/_stcore/upload_file/a/b", "PUT", Content_Length=str(52 * 1024**2))
    assert answer.status == 413


def test_a_body_within_the_apps_limit_reaches_the_app(served):
    answer, body = ask(served[0], "/_stcore/upload_file/a/b", "PUT", bytes(50 * 1024**2))
    assert (answer.status, body) == (403, b"XSRF token missing or invalid")


def test_an_upload_without_the_token_of_the_page_is_refused(served):
    answer, body = ask(served[0], "/_stcore/upload_file/a/b", "PUT", Content_Length="0")
    assert answer.status == 403
    assert b"XSRF" in body


def test_a_page_of_another_site_cannot_open_a_session(served):
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec_WebSocket_Protocol": "streamlit",
    }
    for origin, status in ((served[0], 101), ("https://example.org", 403)):
        answer, _ = ask(served[0], "/_stcore/stream", Origin=origin, **handshake)
        assert answer.status == status


def test_a_link_of_a_hundred_classes_passes(served):
    logits = ",".join(f"{k / 7:.6f}" for k in range(100))
    names = ",".join(["%E6%9C%80%E9%95%BF%E7%9A%84%E5%90%8D%E5%AD%97%E6%9C%80%E9%95%BF%E7%9A%84"] * 100)
    answer, _ = ask(served[0], f"/?logits={logits}&names={names}")
    assert answer.status == 200


def test_a_session_runs_through_the_proxy(served):
    async def visit() -> None:
        visitor = Visitor(served[0], "logits=3,2,1")
        await visitor.fetch()
        await visitor.connect()
        seen = await visitor.run()
        await visitor.close()
        assert seen.fields["logits"] == "3, 2, 1"
        assert not seen.exceptions

    with Runner() as runner:
        runner.run(visit())
