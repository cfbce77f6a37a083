"""Numerics in a real browser: break the formulas by hand, and see it on every chart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

APP = Path(__file__).parents[2] / "app.py"
CHARTS = [
    *(
        f"{part}_{name}"
        for part in ("compare", "breaks")
        for name in ("probs", "log_probs", "loss", "logits_grad")
    ),
    "errors_log_probs",
    "errors_logits_grad",
    "chain_probs_grad",
    "chain_jacobian",
    "chain_product",
    "clip_loss",
    "clip_grad",
]


@pytest.fixture
def address(serve: Callable[..., str]) -> str:
    return f"{serve(APP)}numerics"


def card(page: Page, name: str) -> Locator:
    return page.locator(f"[data-chart={name}]")


def cells(page: Page, name: str) -> Locator:
    """The cells of a table that have something written in them."""
    return card(page, name).locator(".heatmap-label text").filter(has_text=re.compile(r"\S"))


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(cells(page, "compare_probs")).to_have_count(12, timeout=40_000)
    return page


def test_every_chart_of_the_page_is_drawn_when_it_comes_into_view(page: Page, address: str) -> None:
    opened(page, address)
    for name in CHARTS:
        card(page, name).scroll_into_view_if_needed()
        expect(card(page, name).locator(".plot-container .main-svg").first).to_be_visible()


def test_sure_and_wrong_turns_the_multiplied_chain_into_nan_and_leaves_the_fused_gradient(
    page: Page, address: str
) -> None:
    opened(page, address)
    page.get_by_role("button", name="Sure and wrong").first.click()
    card(page, "chain_product").scroll_into_view_if_needed()
    expect(cells(page, "chain_product").filter(has_text="NaN")).to_have_count(3)
    assert sorted(cells(page, "chain_product").all_text_contents()) == sorted(
        ["NaN"] * 3 + ["1.000", "−1.000", "0.000"]
    )
    expect(cells(page, "compare_loss").filter(has_text="∞")).to_have_count(6)
    expect(page).to_have_url(re.compile("logits=1000"))


def test_the_lead_is_raised_by_keyboard_until_float16_overflows(page: Page, address: str) -> None:
    opened(page, f"{address}?logits=0,0,0")
    slider = page.get_by_role("slider", name="Lead of the winner over the runner-up")
    slider.focus()
    broken = cells(page, "compare_probs").filter(has_text="NaN")
    expect(broken).to_have_count(0)
    for lead in (1, 2, 5, 8, 10, 12):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("textbox", name="Logits o")).to_have_value(f"{lead}, 0, 0")
    expect(broken).to_have_count(1)


def test_the_number_type_is_chosen_by_keyboard_and_stands_in_the_link(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("radio", name="float64").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(card(page, "errors_log_probs")).to_contain_text("float32: from a lead of 16.6")
    expect(page).to_have_url(re.compile("dtype=float32"))


def test_a_link_restores_the_page_in_a_fresh_browser(new_page: Callable[..., Page], address: str) -> None:
    page = opened(new_page(), f"{address}?logits=1000,0,0&label=2&dtype=float16&clip=1e-3&lang=zh")
    expect(cells(page, "compare_probs").filter(has_text="NaN")).to_have_count(3)
    expect(card(page, "errors_log_probs")).to_contain_text("float16：")
    expect(page.get_by_role("radio", name="1e-3")).to_be_checked()


def test_presenter_covers_a_chart_until_the_class_has_guessed(page: Page, address: str) -> None:
    opened(page, f"{address}?logits=1000,0,0&present=1&hide=compare_loss")
    expect(cells(page, "compare_loss")).to_have_count(0)
    card(page, "compare_loss").get_by_role("button", name="Show").click()
    expect(cells(page, "compare_loss").filter(has_text="∞")).to_have_count(6)


def test_ctrl_z_takes_a_landmark_back_once(page: Page, address: str) -> None:
    opened(page, f"{address}?logits=3,1,0")
    logits = page.get_by_role("textbox", name="Logits o")
    for name, shown in (("Sure and right", "40, 0, 0"), ("Sure and wrong", "1000, 0, 0")):
        page.get_by_role("button", name=name).first.click()
        expect(logits).to_have_value(shown)
    page.keyboard.press("Control+z")
    expect(logits).to_have_value("40, 0, 0")
    page.wait_for_timeout(1000)
    expect(logits).to_have_value("40, 0, 0")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_phone_nothing_is_wider_than_the_screen(
    new_page: Callable[..., Page], address: str, language: str
) -> None:
    page = opened(new_page(viewport={"width": 375, "height": 812}), f"{address}?lang={language}")
    for name in CHARTS:
        box = card(page, name).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
