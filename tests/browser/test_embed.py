"""The app within a page of another origin, as a course's page shows it."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.serving import ROOT

LOGIT = "[data-chart=logits] [role=slider]"


@contextlib.contextmanager
def course(line: str) -> Iterator[str]:
    """The address of a course's page, at another site than the app's, that holds a line of HTML."""
    body = f"<!doctype html><title>course</title><p>Softmax</p>{line}<p>end</p>".encode()

    class Course(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Course) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def line(page: Page, serve: Callable[..., str]) -> str:
    """What Take away offers on Explore."""
    page.goto(f"{serve(ROOT / 'app.py')}?logits=3,1,0.1")
    page.locator("[data-chart=logits] .main-svg").first.wait_for()
    page.get_by_role("button", name="Take away").click()
    code = page.get_by_role("dialog").locator("code").nth(1)
    expect(code).to_contain_text("<iframe")
    return code.text_content() or ""


def framed(page: Page, address: str) -> FrameLocator:
    """The app in the course's page, its charts drawn."""
    page.goto(address)
    frame = page.frame_locator("iframe")
    frame.locator("[data-chart=logits_grad] .bartext").first.wait_for()
    return frame


def test_three_charts_are_embedded_whole_in_320_pixels_and_move(page: Page, line: str) -> None:
    page.set_viewport_size({"width": 900, "height": 700})
    with course(line) as address:
        frame = framed(page, address)
        box = page.locator("iframe").bounding_box()
        assert box
        assert box["height"] == 320
        cards = frame.locator("[data-chart]")
        expect(cards).to_have_count(3)
        tops = [card.bounding_box() for card in cards.all()]
        assert len({each["y"] for each in tops if each}) == 1
        beyond = "node => [node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth]"
        assert frame.locator(".stMain").evaluate(beyond) == [0, 0]
        expect(frame.locator(".stSidebar, [data-testid=stTopNavLink], .stAppHeader a")).to_have_count(0)
        gradient = frame.locator("[data-chart=logits_grad] .bartext").nth(1)
        before = gradient.text_content() or ""
        slider = frame.locator(LOGIT).nth(1)
        slider.press("PageUp")
        expect(gradient).not_to_have_text(before)
        expect(slider).to_have_attribute("aria-valuenow", "2")


def test_what_is_embedded_stays_so_when_it_is_changed_and_loaded_again(page: Page, line: str) -> None:
    address = unescape(line.split('src="')[1].split('"', maxsplit=1)[0])
    page.goto(address)
    page.locator(LOGIT).nth(1).press("PageUp")
    page.wait_for_url("**logits=3%2C2%2C0.1**")
    page.reload()
    expect(page.locator(LOGIT).nth(1)).to_have_attribute("aria-valuenow", "2")
    expect(page.locator("[data-chart]")).to_have_count(3)
    expect(page.locator(".stSidebar")).to_have_count(0)


def test_a_link_to_a_few_charts_leads_to_all_where_it_is_not_embedded(
    page: Page, serve: Callable[..., str]
) -> None:
    page.goto(f"{serve(ROOT / 'app.py')}?show=logits,probs")
    expect(page.locator("[data-chart]")).to_have_count(2)
    page.get_by_role("button", name="Show all eight charts").click()
    expect(page.locator("[data-chart]")).to_have_count(8)


def test_a_whole_page_is_embedded_without_what_leads_away(page: Page, serve: Callable[..., str]) -> None:
    page.goto(f"{serve(ROOT / 'app.py')}why?embed=true")
    page.locator("[data-chart=logits] .main-svg").first.wait_for()
    expect(page.locator(".st-key-to_next_page, .st-key-reach, .stSidebar")).to_have_count(0)
