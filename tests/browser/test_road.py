"""Both doors in a real browser: the live route where there is one, messages where it is blocked."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Response, Route, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings.numbers import number
from tests.distance import below_a_path
from tests.serving import ROOT

FIRST = "[data-chart=logits] [role=slider] >> nth=0"
LIVE = re.compile(r"/live/")


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


@contextlib.contextmanager
def answers_of(page: Page) -> Iterator[list[int]]:
    """The status of each answer of the live route, as they come."""
    answers: list[int] = []

    def note(answer: Response) -> None:
        if LIVE.search(answer.url):
            answers.append(answer.status)

    page.on("response", note)
    yield answers
    page.remove_listener("response", note)


def opened(page: Page, url: str) -> None:
    page.goto(url)
    drawn(page)


def drawn(page: Page) -> None:
    expect(page.locator("[data-chart=logits_grad] .bartext").first).to_be_attached(timeout=60_000)


def drag(page: Page, *down: float) -> None:
    box = page.locator(FIRST).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for pixels in down:
        page.mouse.move(x, y + pixels)


def value(page: Page) -> float:
    return float(page.locator(FIRST).get_attribute("aria-valuenow") or "nan")


def shows(page: Page, scenario: Scenario) -> None:
    texts = page.locator("[data-chart=probs] .bartext")
    expect(texts).to_have_text([number(prob) for prob in explain(scenario).probs])


def hand(page: Page) -> float:
    """A drag, seen to its end; gives the logit that it left."""
    drag(page, 10, 20, 30)
    held = value(page)
    assert held < 2
    shows(page, Scenario((held, 1.0, 0.1)))
    page.mouse.up()
    expect(page).to_have_url(re.compile(f"logits={held:g},1,0.1"))
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value(f"{held:g}, 1, 0.1")
    return held


def acts(page: Page) -> None:
    """A drag, a key, a pick, a play and an undo, each seen to its end."""
    held = hand(page)
    page.locator(FIRST).press("ArrowUp")
    shows(page, Scenario((round(held + 0.1, 1), 1.0, 0.1)))
    expect(page).to_have_url(re.compile(f"logits={held + 0.1:.3g},"))
    page.locator("[data-chart=jacobian] .lc-over").click(position={"x": 60, "y": 60})
    expect(page).to_have_url(re.compile("cell="))
    page.locator(".st-key-play button").first.click()
    steps = page.locator("[data-chart=loss_curve] .lc-hint")
    expect(steps).to_have_text(re.compile(r"^step ([3-9]|\d\d)"))
    page.locator(".st-key-play button").first.click()
    expect(page).to_have_url(re.compile("descent_step="))
    page.locator(".st-key-rewind button").first.click()
    shows(page, Scenario((round(held + 0.1, 1), 1.0, 0.1)))
    expect(page).not_to_have_url(re.compile("descent_step="))


def test_a_hand_is_answered_by_the_live_route(page: Page, url: str) -> None:
    page.goto(
        f"{url}numerics?lang=en"
    )  # coming from another page, a window forgets that the route was ever blocked
    with answers_of(page) as answers:
        opened(page, f"{url}?lang=en")
        acts(page)
    assert len(answers) > 5
    assert set(answers) == {200}


def test_below_a_path_that_a_proxy_strips_the_route_is_found_and_where_it_is_blocked_all_goes_by_messages(
    fresh_page: Page, url: str
) -> None:
    """Blocked by a page of HTML; the other ways of being blocked are in tests/live/test_browser_road.py."""
    page, blocked = fresh_page, []

    def block(route: Route) -> None:
        blocked.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>elsewhere</title>")

    with below_a_path(url, "some/place") as address:
        with answers_of(page) as answers:
            opened(page, address)
            hand(page)
        assert set(answers) == {200}
        page.route("**/live/**", block)
        page.reload()
        drawn(page)
        acts(page)
        assert blocked
        page.goto("about:blank")


def test_below_a_path_that_the_server_knows_files_and_route_are_found_from_every_page(
    fresh_page: Page, serve: Callable[..., str]
) -> None:
    """Pages lie one step below the app's own path."""
    page = fresh_page
    with answers_of(page) as answers:
        opened(page, serve(ROOT / "app.py", "--server.baseUrlPath=below/here") + "lesson?scene=3&done=guess")
        page.get_by_role("link", name="Explore").click()
        expect(page.locator("[data-chart=jacobian] .heatmap-label text")).to_have_count(9)
        hand(page)
    assert set(answers) == {200}
