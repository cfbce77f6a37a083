"""The app under a thumb: what scrolls, what drags, and what stays in reach."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.serving import ROOT

SIZES = [(375, 812), (360, 640)]
LOGIT = "[data-chart=logits] [role=slider]"


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def phone(
    request: pytest.FixtureRequest, serve: Callable[..., str], new_page: Callable[..., Page]
) -> Callable[[str], Page]:
    """Pages of the app on a phone, with their charts drawn: ``phone(path)``."""
    width, height = request.param
    page = new_page(viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": width, "height": height})

    def opened(path: str) -> Page:
        page.goto(f"{serve(ROOT / 'app.py')}{path}")
        page.locator("[data-chart=logits] .main-svg").first.wait_for()
        drawn(page)
        return page

    return opened


def drawn(page: Page) -> None:
    """Wait until all charts are drawn and nothing moves."""
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-chart]:not(.lc-hidden)")].every(({ card }) =>
            card.drawing.shown && !card.drawing.moved && !card.board.frame)"""
    )


def swipe(page: Page, x: float, y: float, distance: float, steps: int = 10) -> None:
    """Move a finger; each step is answered by the browser before the next. A drag in one step is one gesture."""
    touch = page.context.new_cdp_session(page)
    for step in range(steps + 1):
        points = [{"x": x, "y": y + distance * step / steps}]
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points}
        )
        page.evaluate("new Promise(requestAnimationFrame)")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def scrolled(page: Page) -> float:
    """How far the page is scrolled, in pixels."""
    return float(page.evaluate("document.querySelector('.stMain').scrollTop"))


def bring(page: Page, chart: str) -> None:
    """Scroll a card's end to the end of the screen."""
    page.locator(f"[data-chart={chart}]").evaluate("node => node.scrollIntoView({ block: 'end' })")
    drawn(page)


def test_a_swipe_that_starts_on_a_bar_scrolls_and_moves_no_logit(phone: Callable[[str], Page]) -> None:
    page = phone("?logits=9,1,0.1")
    bring(page, "logits")
    before = scrolled(page)
    bar = page.locator("[data-chart=logits] .point path").first.bounding_box()
    assert bar
    swipe(page, bar["x"] + 6, bar["y"] + bar["height"] - 4, -120)
    page.wait_for_function("before => document.querySelector('.stMain').scrollTop > before + 60", arg=before)
    expect(page.locator(LOGIT).first).to_have_attribute("aria-valuenow", "9")


def test_the_handle_drags_and_the_gradient_is_seen_while_it_does(phone: Callable[[str], Page]) -> None:
    page = phone("")
    bring(page, "logits_grad")
    before, gradient = scrolled(page), page.locator("[data-chart=logits_grad] .bartext").nth(1)
    expect(page.locator(LOGIT).nth(1)).to_be_in_viewport(ratio=0.99)
    expect(gradient).to_be_in_viewport(ratio=0.99)
    expect(gradient).to_have_text("−0.758")
    box = page.locator(LOGIT).nth(1).bounding_box()
    assert box
    swipe(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, -24, steps=1)
    expect(gradient).not_to_have_text("−0.758")
    assert scrolled(page) == before
    page.locator(".st-key-reach_undo button").tap()
    expect(gradient).to_have_text("−0.758")


def test_cards_stand_in_twos_and_the_page_is_no_wider_than_the_phone(phone: Callable[[str], Page]) -> None:
    page = phone("")
    tops = {}
    for name in ("probs", "targets", "jacobian", "chain_rule"):
        box = page.locator(f"[data-chart={name}]").bounding_box()
        assert box
        tops[name] = box["y"]
    assert tops["probs"] == tops["targets"] < tops["jacobian"] == tops["chain_rule"]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert (
        page.evaluate(
            "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.stMain'))"
        )
        == 0
    )


def test_charts_begin_on_the_first_screen_and_their_numbers_stand_apart(phone: Callable[[str], Page]) -> None:
    page = phone("?lang=en")
    for way_in in ("to_lesson", "class_code", "play"):
        expect(page.locator(f".st-key-{way_in}")).to_be_in_viewport(ratio=0.99)
    expect(page.locator("[data-chart=logits]")).to_be_in_viewport(ratio=0.99)
    page.goto(f"{page.url.split('?')[0]}numerics?topic=chain&lang=en")
    expect(page.locator("[data-chart=chain_probs_grad] .lc-title")).to_be_in_viewport(ratio=0.99)
    # The parts stand in a row that is wider than the phone, and the one that is shown is seen there.
    expect(page.locator(".st-key-parts [aria-checked=true]")).to_be_in_viewport(ratio=0.99)
    page = phone("why?part=gradient&lang=en")
    expect(page.locator("[data-chart=logits] .lc-title")).to_be_in_viewport(ratio=0.99)
    boxes = page.locator("[data-chart=probs] .bartext").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert len(boxes) == 3
    assert all(one[1] < other[0] for one, other in itertools.pairwise(boxes))


@pytest.mark.parametrize(
    ("path", "name", "on", "then"),
    [
        ("", "Explore", "reach_next", "/lesson"),
        ("lesson?scene=2", "Lesson", "lesson_next", "scene=3"),
        ("why", "Why cross-entropy", "why_next", "part=surface"),
        ("derivation?step=4", "Derivation", "next", "step=5"),
    ],
)
def test_the_pages_name_and_the_way_on_are_in_reach_wherever_one_has_scrolled(
    phone: Callable[[str], Page], path: str, name: str, on: str, then: str
) -> None:
    page = phone(path)
    page.evaluate("document.querySelector('.stMain').scrollTo(0, 500)")
    title = page.locator(".st-key-reach").get_by_role("button", name=name)
    expect(title).to_be_in_viewport(ratio=0.99)
    expect(page.locator(".st-key-reach_undo button")).to_be_in_viewport(ratio=0.99)
    boxes = [title.bounding_box(), page.locator(".st-key-reach_undo button").bounding_box()]
    onwards = page.locator(f".st-key-{on} button")
    boxes.append(onwards.bounding_box())
    for left, right in itertools.pairwise(boxes):
        assert left
        assert right
        assert left["x"] + left["width"] <= right["x"]
    onwards.tap()
    page.wait_for_url(f"**{then}*")


@pytest.mark.parametrize("step", [4, 6])
@pytest.mark.parametrize("phone", SIZES[1:], indirect=True)
def test_the_longest_formulas_are_whole(phone: Callable[[str], Page], step: int) -> None:
    page = phone(
        f"derivation?step={step}&temperature=2.5&logits=1.25,-2.5,0.875,3.125,-0.333,2.2,1.1,0.9&lang=en"
    )
    widths = page.locator(".katex-display").evaluate_all(
        "nodes => nodes.map(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])"
    )
    assert len(widths) == 2
    assert all(needed <= there for needed, there in widths)


@pytest.mark.parametrize("phone", SIZES[1:], indirect=True)
def test_the_next_round_by_its_name_leaves_the_pages_name_in_sight(phone: Callable[[str], Page]) -> None:
    page = phone("pitfalls?round=softmax_derivative&lang=en")
    page.get_by_test_id("stRadioOption").first.tap()
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").tap()
    onwards = page.locator(".st-key-pitfalls_next button")
    onwards.wait_for()
    name, undo = page.locator(".st-key-reach_pages button"), page.locator(".st-key-reach_undo button")
    boxes = [button.bounding_box() for button in (name, undo, onwards)]
    for left, right in itertools.pairwise(boxes):
        assert left
        assert right
        assert left["x"] + left["width"] <= right["x"]


def test_the_pages_name_opens_the_list_of_pages(phone: Callable[[str], Page]) -> None:
    page = phone("")
    page.locator(".st-key-reach_pages button").tap()
    expect(page.get_by_role("menuitem")).to_have_count(8)
    page.get_by_role("menuitem", name="Why cross-entropy").tap()
    page.wait_for_url("**/why")
    title = page.locator(".st-key-reach").get_by_role("button", name="Why cross-entropy")
    expect(title).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("menu")).to_have_count(0)


def test_on_why_the_bars_in_hand_stay_beside_the_curves(phone: Callable[[str], Page]) -> None:
    page = phone("why")
    page.locator(".st-key-why_board_gradient").evaluate("node => node.scrollIntoView({ block: 'end' })")
    expect(page.locator(LOGIT).first).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("phone", SIZES[:1], indirect=True)
def test_no_field_is_so_small_that_an_iphone_would_zoom_into_it(phone: Callable[[str], Page]) -> None:
    page = phone("")
    page.locator(LOGIT).first.press("Enter")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("input:not([type=checkbox], [type=range]), textarea")]
            .map(field => [field.ariaLabel, parseFloat(getComputedStyle(field).fontSize)])"""
    )
    assert len(sizes) >= 3
    assert [field for field in sizes if field[1] < 16] == []


def test_pictures_are_in_a_menu(phone: Callable[[str], Page]) -> None:
    page = phone("")
    card = page.locator("[data-chart=probs]")
    expect(card.get_by_role("button", name="PNG")).to_have_count(0)
    card.locator("summary").tap()
    with page.expect_download() as waiting:
        card.get_by_role("button", name="PNG").tap()
    assert waiting.value.suggested_filename == "probs.png"
