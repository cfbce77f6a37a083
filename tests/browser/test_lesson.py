"""The lesson in a real browser: each scene's task by hand and by keys, and what stays of it."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings.numbers import number
from tests.serving import ROOT

SMOOTHED = "mode=smoothed&label_smoothing=0.6"


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py") + "lesson"


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("[data-chart=logits] .bartext").first).to_be_attached(timeout=60_000)
    return page


def handle(page: Page, bar: int, chart: str = "logits") -> Locator:
    return page.locator(f"[data-chart={chart}] [role=slider]").nth(bar)


def drag(page: Page, bar: int, pixels: int, chart: str = "logits", release: bool = True) -> None:
    """Pull a bar's end up by ``pixels``."""
    box = handle(page, bar, chart).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - pixels)
    if release:
        page.mouse.up()


def headline(page: Page) -> Locator:
    return page.locator(".lc-headline")


def done(page: Page, task: str) -> Locator:
    return page.locator(f".st-key-outcome_{task} [data-testid=stAlert]")


def next_scene(page: Page) -> None:
    page.locator(".st-key-lesson_next button").click()


def test_a_share_is_seen_to_be_enough_while_the_hand_still_moves(page, url):
    opened(page, url)
    expect(headline(page)).to_have_text("S of dog: 24.2%")
    drag(page, 1, 110, release=False)
    expect(headline(page)).to_contain_text("✓ S of dog: 9")
    page.mouse.up()
    expect(done(page, "sure")).to_be_visible()
    expect(page).to_have_url(re.compile("done=sure"))
    before = page.locator("[data-chart=probs] .bartext").all_text_contents()
    page.get_by_role("button", name="Add 5 to all scores").click()
    expect(done(page, "shift")).to_be_visible()
    expect(page.locator("[data-chart=probs] .bartext")).to_have_text(before)
    expect(page.get_by_role("button", name="1 ✓")).to_be_visible()


def test_a_share_is_raised_by_keys(page, url):
    opened(page, url)
    handle(page, 1).focus()
    for _ in range(4):
        page.keyboard.press("PageUp")
    expect(headline(page)).to_contain_text("✓ S of dog")
    expect(done(page, "sure")).to_be_visible()


def test_the_loss_is_got_low_and_the_other_way_is_seen_to_be_none(page, url):
    opened(page, f"{url}?scene=2")
    drag(page, 1, 110)
    expect(done(page, "loss")).to_be_visible()
    expect(page.get_by_text("move only cat")).to_be_visible()
    page.get_by_role("button", name="Put the scores back").click()
    expect(page.locator("[data-chart=logits] .bartext")).to_have_text(["2.000", "1.000", "0.100"])
    drag(page, 0, 40)
    expect(headline(page)).to_contain_text("takes share from dog")
    drag(page, 0, -200)
    expect(headline(page)).to_contain_text("No further")
    expect(done(page, "only")).to_contain_text("0.341")


def test_a_guess_is_dragged_and_shown_beside_the_gradient(page, url):
    opened(page, f"{url}?scene=3")
    gradient = [number(value) for value in explain(Scenario()).logits_grad]
    expect(page.locator("[data-chart=logits_grad]")).to_have_count(0)
    drag(page, 0, 50, "guess")
    drag(page, 1, -50, "guess")
    handle(page, 2, "guess").focus()
    page.keyboard.press("ArrowUp")
    expect(page).to_have_url(re.compile(r"guess=0\.\d+,-0\.\d+,0\.05"))
    page.get_by_role("button", name="Show the gradient").click()
    expect(page.locator("[data-chart=logits_grad] .bartext")).to_have_text(gradient)
    expect(done(page, "guess")).to_contain_text("3 of 3")
    expect(page.get_by_text("S − y")).to_have_count(0)
    for bar, pixels in ((0, 20), (1, 30), (2, -20)):
        drag(page, bar, pixels)
    expect(done(page, "thrice")).to_be_visible()
    page.get_by_role("button", name="Hide the gradient").click()
    expect(page.locator("[data-chart=logits_grad]")).to_have_count(0)
    for bar, (key, presses) in enumerate((("ArrowUp", 3), ("ArrowDown", 18), ("ArrowUp", 15))):
        handle(page, bar, "guess").focus()
        for _ in range(presses):
            page.keyboard.press(key)
        expect(headline(page)).to_contain_text(f"{bar + 1} of 3")
    expect(done(page, "match")).to_be_visible()
    expect(headline(page)).to_contain_text("= S − y")


def test_the_arrows_move_with_the_hand_and_are_the_gradient(page, url):
    opened(page, f"{url}?scene=3&done=guess")
    lines = page.locator("[data-chart=probs] .scatterlayer .js-line")
    expect(lines.first).to_be_attached()
    before = [line.get_attribute("d") for line in lines.all()]
    node = lines.nth(6).element_handle()
    drag(page, 1, 40, release=False)
    expect(page.locator("[data-chart=probs] .bartext").nth(1)).not_to_have_text("0.242")
    page.wait_for_function(
        """before => [...document.querySelectorAll("[data-chart=probs] .scatterlayer .js-line")]
            .some((line, at) => line.getAttribute("d") !== before[at])""",
        arg=before,
    )
    assert node.evaluate("node => node.isConnected"), "moved, not drawn anew"
    page.mouse.up()
    expect(page).to_have_url(re.compile("tries=1"))  # or the next test would begin before this one has ended


def test_the_terms_are_played_to_their_end(page, url):
    opened(page, f"{url}?scene=4&fold=16&{SMOOTHED}")
    page.get_by_role("button", name="Play").click()
    expect(headline(page)).to_contain_text("cancel")
    expect(headline(page)).to_contain_text("✓ Column j adds up", timeout=30_000)
    expect(done(page, "terms")).to_be_visible()
    expect(page).to_have_url(re.compile("fold=24"))


def test_with_less_motion_the_end_is_one_click(page, url):
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{url}?scene=4&{SMOOTHED}")
    page.get_by_role("button", name="To the end").click()
    expect(headline(page)).to_contain_text("✓ Column j adds up")


def test_learning_stops_with_a_smoothed_label(page, url):
    opened(page, f"{url}?scene=5&learning_rate=5&{SMOOTHED}")
    page.get_by_role("button", name="Play").click()
    expect(done(page, "stops")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("button", name="Back to the start").click()
    expect(page.locator("[data-chart=logits] .bartext")).to_have_text(["2.000", "1.000", "0.100"])
    expect(page).to_have_url(re.compile("done=stops"))


def test_learning_goes_on_with_a_one_hot_label(page, url):
    logits = Scenario().logits
    for _ in range(34):
        logits = tuple(np.subtract(logits, explain(Scenario(logits)).logits_grad).tolist())
    descent = f"descent_start=2,1,0.1&descent_step=34&logits={','.join(map(str, logits))}"
    opened(page, f"{url}?scene=5&learning_rate=1&{descent}")
    expect(headline(page)).to_contain_text("step 34")
    page.get_by_role("button", name="Play").click()
    expect(headline(page)).to_contain_text(re.compile(r"step (4[1-9]|[5-9]\d)"), timeout=40_000)
    page.get_by_role("button", name="Pause").click()
    expect(done(page, "endless")).to_be_visible()


def test_a_prediction_is_made_and_judged_and_the_doors_lead_on(page, url):
    opened(page, url)
    for _ in range(5):
        heading = page.get_by_role("heading", level=1).inner_text()
        next_scene(page)
        expect(page.get_by_role("heading", level=1)).not_to_have_text(heading)
    page.get_by_role("button", name="still S − y").click()
    expect(page.get_by_text("Not this time.")).to_be_visible()
    page.get_by_role("button", name="Next question: T = 2").click()
    page.get_by_role("button", name="(S − y)/T").click()
    expect(page.get_by_text("Right.")).to_be_visible()
    expect(page).to_have_url(re.compile("done=sum,temperature"))
    page.locator(".st-key-to_next_page button").click()
    expect(page).to_have_url(re.compile("/derivation"))
    expect(page).to_have_title(re.compile("^Derivation · "))
    expect(page).not_to_have_url(re.compile(r"[?&](temperature|targets|free_sum|mode)="))


def test_back_and_reload_keep_what_was_done(page, url):
    opened(page, url)
    drag(page, 1, 110)
    expect(page).to_have_url(re.compile("done=sure"))
    next_scene(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^2 "))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^2 "), timeout=60_000)
    expect(page).to_have_url(re.compile("done=sure"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^1 "))
    expect(done(page, "sure")).to_be_visible()


def test_the_handle_glows_without_moving_where_less_motion_is_wanted_and_stops_at_the_first_touch(page, url):
    opened(page, url)
    expect(page.locator(".lc-glow")).to_have_count(1)
    animation = "node => getComputedStyle(node, '::before').animationName"
    for motion, moves in (("no-preference", True), ("reduce", False)):
        page.emulate_media(reduced_motion=motion)
        assert (page.locator(".lc-glow").evaluate(animation) != "none") == moves
    drag(page, 0, 20, release=False)
    expect(page.locator(".lc-glow")).to_have_count(0)
    page.mouse.up()


def test_a_scene_fits_a_laptop_without_scrolling(page, url):
    page.set_viewport_size({"width": 1280, "height": 720})
    for scene in (1, 2, 3, 5):
        opened(page, f"{url}?scene={scene}")
        cards = [card.bounding_box() for card in page.locator("[data-chart]").all()]
        assert max(box["y"] + box["height"] for box in cards) <= 720, scene


def test_a_phone_shows_a_scene_in_one_column(new_page, url):
    page = opened(
        new_page(viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True), f"{url}?scene=3"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
