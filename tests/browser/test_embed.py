"""The app within a page of another origin, as a course's page shows it."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Frame, Page, expect

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


def drawn(page: Page) -> Frame:
    """The app in the course's page, its charts drawn."""
    frame = page.frames[-1]
    frame.locator("[data-chart=logits_grad] .bartext").first.wait_for()
    return frame


def test_what_is_embedded_is_whole_in_320_pixels_moves_and_stays_so_wherever_it_is_led(
    fresh_page: Page, line: str
) -> None:
    page = fresh_page
    page.set_viewport_size({"width": 900, "height": 700})
    with course(line) as address:
        page.goto(address)
        frame = drawn(page)
        box = page.locator("iframe").bounding_box()
        assert box
        assert box["height"] == 320
        few_charts(frame)
        tops = [card.bounding_box() for card in frame.locator("[data-chart]").all()]
        assert len({each["y"] for each in tops if each}) == 1
        beyond = "node => [node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth]"
        assert frame.locator(".stMain").evaluate(beyond) == [0, 0]

        gradient = frame.locator("[data-chart=logits_grad] .bartext").nth(1)
        before = gradient.text_content() or ""
        slider = frame.locator(LOGIT).nth(1)
        slider.press("PageUp")
        expect(gradient).not_to_have_text(before)
        expect(slider).to_have_attribute("aria-valuenow", "2")

        # Changed and loaded again.
        frame.wait_for_url("**logits=3,2,0.1**")
        frame.goto(frame.url)
        few_charts(drawn(page))
        expect(slider).to_have_attribute("aria-valuenow", "2")

        # A whole page: what leads away from it is not there either.
        frame.evaluate("""() => {
            history.pushState({}, "", "why?part=race&embed=true");
            dispatchEvent(new PopStateEvent("popstate", { state: {} }));
        }""")
        frame.locator("[data-chart=race_simplex] .main-svg").first.wait_for()
        expect(frame.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(frame.locator(".st-key-to_next_page, .st-key-reach, .stSidebar")).to_have_count(0)
        page.goto("about:blank")


def few_charts(frame: Frame) -> None:
    """What was embedded, and nothing beside it."""
    expect(frame.locator("[data-chart]")).to_have_count(3)
    expect(frame.locator(".stSidebar, [data-testid=stTopNavLink], .stAppHeader a")).to_have_count(0)


def test_a_link_to_a_few_charts_leads_to_all_where_it_is_not_embedded(
    page: Page, serve: Callable[..., str]
) -> None:
    page.goto(f"{serve(ROOT / 'app.py')}?show=logits,probs")
    expect(page.locator("[data-chart]")).to_have_count(2)
    page.get_by_role("button", name="Show all eight charts").click()
    expect(page.locator("[data-chart]")).to_have_count(8)
