"""Both doors in a real browser: the live route where there is one, messages where it is blocked, whoever answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings.numbers import number
from tests.deploy.proxy import proxied, replicas
from tests.distance import below_a_path
from tests.serving import ROOT

FIRST = "[data-chart=logits] [role=slider] >> nth=0"
LIVE = re.compile(r"/live/")


@pytest.fixture
def page(fresh_page: Page) -> Page:
    """A document that no board has been on: it remembers that the route is blocked."""
    return fresh_page


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def opened(page: Page, url: str) -> list[int]:
    """Open a page; gives the status of each answer of the live route, as they come."""
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if LIVE.search(answer.url) else None)
    page.goto(url)
    expect(page.locator("[data-chart=logits_grad] .bartext").first).to_be_attached(timeout=60_000)
    return answers


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
    answers = opened(page, url)
    acts(page)
    assert len(answers) > 5
    assert set(answers) == {200}


def test_where_the_route_is_blocked_everything_works_by_messages(page: Page, url: str) -> None:
    """Here by a page of HTML; the other ways of being blocked are in tests/live/test_browser_road.py."""

    def block(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>elsewhere</title>")

    page.route("**/live/**", block)
    opened(page, url)
    acts(page)


def test_below_a_path_that_a_proxy_strips_the_route_is_found(page: Page, url: str) -> None:
    with below_a_path(url, "some/place") as address:
        answers = opened(page, address)
        hand(page)
        assert set(answers) == {200}
        page.reload()
        expect(page.locator("[data-chart=probs] .bartext").first).to_be_attached(timeout=60_000)
        page.goto("about:blank")


def test_below_a_path_that_the_server_knows_files_and_route_are_found_from_every_page(
    page: Page, serve: Callable[..., str]
) -> None:
    """Pages lie one step below the app's own path."""
    answers = opened(
        page, serve(ROOT / "app.py", "--server.baseUrlPath=below/here") + "lesson?scene=3&done=guess"
    )
    page.get_by_role("link", name="Explore").click()
    expect(page.locator("[data-chart=jacobian] .heatmap-label text")).to_have_count(9)
    hand(page)
    assert set(answers) == {200}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[int], str]]:
    """Two replicas behind nginx: their ports, and the address of nginx."""
    image, proxy = tmp_path_factory.mktemp("image"), tmp_path_factory.mktemp("proxy")
    with replicas(image, 2) as running, proxied(proxy, [each.port for each in running]) as base:
        yield [each.port for each in running], base


def test_behind_nginx_with_two_replicas_all_works(page: Page, two: tuple[list[int], str]) -> None:
    answers = opened(page, two[1])
    hand(page)
    assert set(answers) == {200}
    page.reload()
    expect(page.locator("[data-chart=probs] .bartext").first).to_be_attached(timeout=60_000)


def test_the_two_doors_may_be_answered_by_different_replicas(page: Page, two: tuple[list[int], str]) -> None:
    (script, live), _ = two
    page.route(
        "**/live/**",
        lambda route: route.fulfill(
            response=route.fetch(url=route.request.url.replace(f":{script}/", f":{live}/"))
        ),
    )
    answers = opened(page, f"http://127.0.0.1:{script}/")
    acts(page)
    assert set(answers) == {200}
