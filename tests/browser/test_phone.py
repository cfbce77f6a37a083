"""The app under a thumb: what scrolls, what drags, and what stays in reach."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

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


SMALLEST = pytest.mark.parametrize("phone", SIZES[1:], indirect=True)


def test_explore_under_a_thumb(phone: Callable[[str], Page]) -> None:
    page = phone("?lang=en")
    its_charts_begin_on_the_first_screen(page)
    cards_stand_in_twos_and_the_page_is_no_wider_than_the_phone(page)
    the_handle_drags_and_the_gradient_is_seen_while_it_does(page)
    no_field_is_so_small_that_an_iphone_would_zoom_into_it(page)
    pictures_are_in_a_menu(page)
    the_pages_name_and_the_way_on_are_in_reach(page, "Explore", "reach_next", "/lesson")


def its_charts_begin_on_the_first_screen(page: Page) -> None:
    for way_in in ("to_lesson", "class_code", "play"):
        expect(page.locator(f".st-key-{way_in}")).to_be_in_viewport(ratio=0.99)
    expect(page.locator("[data-chart=logits]")).to_be_in_viewport(ratio=0.99)


def cards_stand_in_twos_and_the_page_is_no_wider_than_the_phone(page: Page) -> None:
    tops, lefts = {}, {}
    for name in ("logits", "probs", "targets", "jacobian", "chain_rule"):
        box = page.locator(f"[data-chart={name}]").bounding_box()
        assert box
        tops[name], lefts[name] = box["y"], box["x"]
    assert tops["probs"] == tops["targets"] < tops["jacobian"] == tops["chain_rule"]
    assert lefts["logits"] == lefts["probs"] == lefts["jacobian"]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert (
        page.evaluate(
            "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.stMain'))"
        )
        == 0
    )


def the_handle_drags_and_the_gradient_is_seen_while_it_does(page: Page) -> None:
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


def no_field_is_so_small_that_an_iphone_would_zoom_into_it(page: Page) -> None:
    page.locator(LOGIT).first.press("Enter")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("input:not([type=checkbox], [type=range]), textarea")]
            .map(field => [field.ariaLabel, parseFloat(getComputedStyle(field).fontSize)])"""
    )
    assert len(sizes) >= 3
    assert [field for field in sizes if field[1] < 16] == []
    page.keyboard.press("Escape")


def pictures_are_in_a_menu(page: Page) -> None:
    card = page.locator("[data-chart=probs]")
    expect(card.get_by_role("button", name="PNG")).to_have_count(0)
    card.locator("summary").tap()
    with page.expect_download() as waiting:
        card.get_by_role("button", name="PNG").tap()
    assert waiting.value.suggested_filename == "probs.png"


def the_pages_name_and_the_way_on_are_in_reach(page: Page, name: str, on: str, then: str) -> None:
    """Wherever one has scrolled, beside each other; and the way on leads there."""
    page.evaluate("document.querySelector('.stMain').scrollTo(0, 500)")
    title = page.locator(".st-key-reach").get_by_role("button", name=name)
    undo = page.locator(".st-key-reach_undo button")
    onwards = page.locator(f".st-key-{on} button")
    expect(title).to_be_in_viewport(ratio=0.99)
    expect(undo).to_be_in_viewport(ratio=0.99)
    stand_apart(title, undo, onwards)
    onwards.tap()
    page.wait_for_url(f"**{then}*")


def stand_apart(*buttons: Locator) -> None:
    """Each ends before the next begins."""
    for left, right in itertools.pairwise(button.bounding_box() for button in buttons):
        assert left
        assert right
        assert left["x"] + left["width"] <= right["x"]


def test_why_and_numerics_under_a_thumb(phone: Callable[[str], Page]) -> None:
    page = phone("why?part=gradient&lang=en")
    expect(page.locator("[data-chart=logits] .lc-title")).to_be_in_viewport(ratio=0.99)
    boxes = page.locator("[data-chart=probs] .bartext").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert len(boxes) == 3
    assert all(one[1] < other[0] for one, other in itertools.pairwise(boxes))
    # The bars in hand stay beside the curves.
    page.locator(".st-key-why_board_gradient").evaluate("node => node.scrollIntoView({ block: 'end' })")
    expect(page.locator(LOGIT).first).to_be_in_viewport(ratio=0.99)
    the_pages_name_and_the_way_on_are_in_reach(page, "Why cross-entropy", "why_next", "part=surface")
    page.goto(f"{page.url.split('why')[0]}numerics?topic=chain&lang=en")
    expect(page.locator("[data-chart=chain_probs_grad] .lc-title")).to_be_in_viewport(ratio=0.99)
    # The parts stand in a row that is wider than the phone, and the one that is shown is seen there.
    expect(page.locator(".st-key-parts [aria-checked=true]")).to_be_in_viewport(ratio=0.99)


# What a finger does is the same on a larger phone, and what has room on this one has it there.


@SMALLEST
def test_a_swipe_that_starts_on_a_bar_scrolls_and_moves_no_logit(phone: Callable[[str], Page]) -> None:
    page = phone("?logits=9,1,0.1")
    bring(page, "logits")
    before = scrolled(page)
    bar = page.locator("[data-chart=logits] .point path").first.bounding_box()
    assert bar
    swipe(page, bar["x"] + 6, bar["y"] + bar["height"] - 4, -120)
    page.wait_for_function("before => document.querySelector('.stMain').scrollTop > before + 60", arg=before)
    expect(page.locator(LOGIT).first).to_have_attribute("aria-valuenow", "9")


@SMALLEST
def test_the_lesson_and_the_derivation_under_a_thumb(phone: Callable[[str], Page]) -> None:
    page = phone("lesson?scene=2")
    the_pages_name_and_the_way_on_are_in_reach(page, "Lesson", "lesson_next", "scene=3")
    page = phone("derivation?step=4")
    the_pages_name_and_the_way_on_are_in_reach(page, "Derivation", "next", "step=5")
    for step in (4, 6):
        phone(
            f"derivation?step={step}&temperature=2.5&logits=1.25,-2.5,0.875,3.125,-0.333,2.2,1.1,0.9&lang=en"
        )
        widths = page.locator(".katex-display").evaluate_all(
            "nodes => nodes.map(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])"
        )
        assert len(widths) == 2
        assert all(needed <= there for needed, there in widths)


@SMALLEST
def test_the_next_round_by_its_name_leaves_the_pages_name_in_sight(phone: Callable[[str], Page]) -> None:
    page = phone("pitfalls?round=softmax_derivative&lang=en")
    page.get_by_test_id("stRadioOption").first.tap()
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").tap()
    onwards = page.locator(".st-key-pitfalls_next button")
    onwards.wait_for()
    stand_apart(
        page.locator(".st-key-reach_pages button"), page.locator(".st-key-reach_undo button"), onwards
    )


@SMALLEST
def test_the_pages_name_opens_the_list_of_pages(phone: Callable[[str], Page]) -> None:
    page = phone("")
    page.locator(".st-key-reach_pages button").tap()
    expect(page.get_by_role("menuitem")).to_have_count(8)
    page.get_by_role("menuitem", name="Why cross-entropy").tap()
    page.wait_for_url("**/why")
    title = page.locator(".st-key-reach").get_by_role("button", name="Why cross-entropy")
    expect(title).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("menu")).to_have_count(0)
