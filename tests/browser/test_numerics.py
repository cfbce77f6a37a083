"""Numerics in a real browser: break the formulas by hand, and see it on every chart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.strings import words

APP = Path(__file__).parents[2] / "app.py"
QUANTITIES = ("probs", "log_probs", "loss", "logits_grad")
CHARTS = {
    "compare": [f"compare_{name}" for name in QUANTITIES],
    "breaks": [f"breaks_{name}" for name in QUANTITIES],
    "errors": ["errors_log_probs", "errors_logits_grad"],
    "chain": ["chain_probs_grad", "chain_jacobian", "chain_product"],
    "clipping": ["clip_loss", "clip_grad"],
}


@pytest.fixture
def address(serve: Callable[..., str]) -> str:
    return f"{serve(APP)}numerics"


def card(page: Page, name: str) -> Locator:
    return page.locator(f"[data-chart={name}]")


def cells(page: Page, name: str) -> Locator:
    """The cells of a table that have something written in them."""
    return card(page, name).locator(".heatmap-label text").filter(has_text=re.compile(r"\S"))


def drawing(page: Page, name: str) -> Locator:
    return card(page, name).locator(".plot-container .main-svg").first


def opened(page: Page, address: str, topic: str = "compare") -> Page:
    page.goto(address)
    expect(drawing(page, CHARTS[topic][0])).to_be_visible(timeout=40_000)
    return page


def test_the_arrow_keys_turn_from_topic_to_topic_and_each_draws_its_charts(page: Page, address: str) -> None:
    opened(page, address)
    for position, (topic, names) in enumerate(CHARTS.items()):
        if position:
            page.keyboard.press("ArrowRight")
            expect(page).to_have_url(re.compile(f"topic={topic}"))
        for name in names:
            card(page, name).scroll_into_view_if_needed()
            expect(drawing(page, name)).to_be_visible()


def test_sure_and_wrong_turns_the_multiplied_chain_into_nan_and_leaves_the_fused_gradient(
    page: Page, address: str
) -> None:
    opened(page, f"{address}?topic=chain", "chain")
    page.get_by_role("button", name="Sure and wrong").click()
    expect(cells(page, "chain_product").filter(has_text="NaN")).to_have_count(3)
    assert sorted(cells(page, "chain_product").all_text_contents()) == sorted(
        ["NaN"] * 3 + ["1.000", "−1.000", "0.000"]
    )
    expect(page).to_have_url(re.compile("logits=1000"))


def test_the_lead_is_raised_by_keyboard_until_float16_overflows_and_ctrl_z_takes_a_landmark_back_once(
    page: Page, address: str
) -> None:
    opened(page, f"{address}?logits=0,0,0")
    slider = page.get_by_role("slider", name="Lead of the winner over the runner-up")
    slider.focus()
    broken = cells(page, "compare_probs").filter(has_text="NaN")
    expect(broken).to_have_count(0)
    for lead in (1, 2, 5, 8, 10, 12):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("textbox", name="Logits o")).to_have_value(f"{lead}, 0, 0")
        # A run that goes on yet puts the slider back to where it knows of it.
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    expect(broken).to_have_count(1)
    logits = page.get_by_role("textbox", name="Logits o")
    for name, shown in (("Sure and right", "40, 0, 0"), ("Sure and wrong", "1000, 0, 0")):
        page.get_by_role("button", name=name).click()
        expect(logits).to_have_value(shown)
    page.keyboard.press("Control+z")
    expect(logits).to_have_value("40, 0, 0")
    page.keyboard.press("Control+Shift+z")  # of two steps back, one again would lead to 40
    expect(logits).to_have_value("1000, 0, 0")


def test_the_number_type_is_chosen_by_keyboard_and_stands_in_the_link(page: Page, address: str) -> None:
    opened(page, f"{address}?topic=errors", "errors")
    page.get_by_role("radio", name="float64").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(card(page, "errors_log_probs")).to_contain_text("float32: from a lead of 16.6")
    expect(page).to_have_url(re.compile("dtype=float32"))


def test_a_link_restores_the_page_in_a_fresh_browser(new_page: Callable[..., Page], address: str) -> None:
    link = f"{address}?topic=errors&logits=1000,0,0&label=2&dtype=float16&clip=1e-3&lang=zh"
    page = opened(new_page(), link, "errors")
    expect(card(page, "errors_log_probs")).to_contain_text("float16：")
    page.get_by_text(words("zh")["numerics.parts.clipping"]).click()
    expect(page.get_by_role("radio", name="1e-3")).to_be_checked()


def test_presenter_covers_a_chart_until_the_class_has_guessed(page: Page, address: str) -> None:
    opened(page, f"{address}?logits=1000,0,0&present=1&hide=compare_loss")
    expect(cells(page, "compare_loss")).to_have_count(0)
    card(page, "compare_loss").get_by_role("button", name="Show").click()
    expect(cells(page, "compare_loss").filter(has_text="∞")).to_have_count(6)


@pytest.mark.parametrize("language", ["zh"])
def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, address: str, language: str) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    for topic, names in CHARTS.items():
        opened(page, f"{address}?lang={language}&topic={topic}", topic)
        for name in names:
            box = card(page, name).bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 375
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
