"""The server goes away in the middle of a drag and comes back: so does the page, with what the hand last did."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings.numbers import number
from tests.deploy.proxy import free_ports
from tests.serving import ROOT


class Server:
    """The app's server on one port, that can be killed and started again."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"]
        command += ["--server.address=127.0.0.1"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=ROOT, **quiet)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}_stcore/health", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server never answered")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def page(fresh_page: Page) -> Page:
    """A document whose sockets are its own."""
    return fresh_page


@pytest.fixture(scope="module")
def _server() -> Iterator[Server]:
    server = Server()
    yield server
    server.kill()


@pytest.fixture
def server(_server: Server) -> Server:
    """One that runs, also where a test before left it dead."""
    if _server.process.poll() is not None:
        _server.start()
    return _server


def settled(page: Page) -> Scenario:
    """The scenario that the address holds, once the charts, the field and the slider all show it."""
    slider = page.locator("[data-chart=logits] [role=slider]").first
    held = re.escape(slider.get_attribute("aria-valuenow"))
    expect(page).to_have_url(re.compile(rf"logits={held},"), timeout=40_000)
    logits = tuple(float(part) for part in re.split(",|%2C", re.search(r"logits=([^&]+)", page.url)[1]))
    explanation = explain(Scenario(logits, temperature=2.0))
    for chart, values in (("probs", explanation.probs), ("logits_grad", explanation.logits_grad)):
        expect(page.locator(f"[data-chart={chart}] .bartext")).to_have_text(
            [number(value) for value in values]
        )
    field = page.get_by_role("textbox", name="Logits o")
    expect(field).to_have_value(", ".join(f"{value:g}" for value in logits))
    return explanation.scenario


def taken(page: Page, url: str) -> tuple[float, float]:
    """Open a link and take the first logit's bar in hand, a little below where it was; gives the pointer's place."""
    page.goto(f"{url}?logits=2,1.5,0.25&temperature=2")
    first = page.locator("[data-chart=probs] .bartext").first
    before = number(explain(Scenario((2, 1.5, 0.25), temperature=2.0)).probs[0])
    expect(first).to_have_text(before, timeout=60_000)
    bar = page.locator("[data-chart=logits] [role=slider]").first.bounding_box()
    x, y = bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=3)
    expect(first).not_to_have_text(before)
    return x, y


def test_a_connection_that_breaks_loses_nothing_of_a_drag_and_asks_for_nothing_at_rest(page, serve):
    """A class whose network drops is there again once it is connected: no page runs before somebody does something."""
    page.add_init_script("""
        window.sent = [];
        window.WebSocket = class extends WebSocket {
            constructor(...given) { super(...given); this.number = window.sent.push(0) - 1; window.last = this; }
            send(data) { window.sent[this.number] += 1; super.send(data); }
        };
    """)
    url = serve(ROOT / "app.py")
    page.goto(f"{url}?logits=2,1.5,0.25")
    expect(page.locator("[data-chart=logits_grad] .bartext").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    with page.expect_websocket():
        page.evaluate("window.last.close()")
    field = page.get_by_role("textbox", name="Logits o")
    field.fill("1, 2, 3")
    field.press("Enter")
    expect(page).to_have_url(re.compile("logits=1(,|%2C)2(,|%2C)3"), timeout=40_000)
    assert page.evaluate("window.sent") == [1, 1]  # the first run, and what was typed

    x, y = taken(page, url)
    page.evaluate("window.last.close()")
    page.mouse.move(x, y + 60, steps=3)
    page.mouse.up()
    logits = settled(page).logits
    assert logits[0] < 1.7
    assert logits[1:] == (1.5, 0.25)
    assert page.evaluate("window.sent.length") == 3


@pytest.mark.parametrize("dropped", ["while the server is away", "after it is back"])
def test_a_restart_of_the_server_in_the_middle_of_a_drag_loses_nothing(page, server, dropped):
    x, y = taken(page, server.url)
    server.kill()
    page.mouse.move(x, y + 40, steps=3)
    if dropped == "while the server is away":
        page.mouse.up()
    server.start()
    if dropped == "after it is back":
        page.mouse.move(x, y + 60, steps=3)
        page.mouse.up()
    logits = settled(page).logits
    assert logits[0] < 1.7
    assert logits[1:] == (1.5, 0.25)
