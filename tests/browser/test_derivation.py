"""The derivation in a real browser: pages are turned by button and key, links restore a step, charts answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.pages.derivation import view
from ce_viz.pages.derivation.settings import NUM_STEPS
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings
from ce_viz.strings import words
from ce_viz.strings.numbers import number
from tests.serving import ROOT

LAST = NUM_STEPS


@pytest.fixture
def address(serve: Callable[..., str]) -> str:
    return f"{serve(ROOT / 'app.py')}derivation"


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("[data-chart=logits] .bartext").first).to_be_attached(timeout=60_000)
    return page


def at_step(page: Page, step: int, language: str = "en") -> None:
    title = words(language)[f"derivation.step_{step}.title"]
    expect(page.get_by_role("heading", name=f"{step} · {title}")).to_be_visible()


def test_keys_turn_the_pages_both_ways_also_after_a_jump_by_mouse_and_the_address_follows(
    page: Page, address: str
) -> None:
    opened(page, address)
    at_step(page, 1)
    page.keyboard.press("ArrowRight")
    at_step(page, 2)
    page.keyboard.press("ArrowRight")
    at_step(page, 3)
    page.keyboard.press("ArrowLeft")
    at_step(page, 2)
    expect(page).to_have_url(re.compile("step=2"))
    page.locator(".st-key-step_8 button").first.click()
    at_step(page, 8)
    page.keyboard.press("ArrowRight")
    at_step(page, 9)


def test_buttons_walk_through_all_steps_with_formulas_and_charts_on_each(page: Page, address: str) -> None:
    opened(page, address)
    for step in range(1, LAST + 1):
        at_step(page, step)
        expect(page.locator(".katex-display")).to_have_count(2)
        expect(page.locator(".katex-error")).to_have_count(0)
        shown = view.show(visit_of(Settings().changed(step=step)))
        for chart in shown.board(view.BOARD).charts:
            expect(page.locator(f"[data-chart={chart.name}] .main-svg").first).to_be_attached()
        if step < LAST:
            page.locator(".st-key-next button").click()
    expect(page.locator(".st-key-next button")).to_be_disabled()


def test_arrow_on_a_bar_moves_the_bar_and_not_the_page_and_a_clicked_cell_becomes_the_proofs(
    page: Page, address: str
) -> None:
    opened(page, f"{address}?step=5")
    page.locator("[data-chart=logits] [role=slider]").first.press("ArrowRight")
    expect(page).to_have_url(re.compile("logits=2.1"))
    at_step(page, 5)
    probs = [number(value) for value in explain(Scenario((2.1, 1.0, 0.1))).probs]
    expect(page.locator("[data-chart=probs] .bartext")).to_have_text(probs)
    box = page.locator("[data-chart=jacobian] .lc-over").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.3)  # row 1, column 3
    expect(page).to_have_url(re.compile(r"cell=1,3"))
    expect(page.get_by_text("With your numbers, i = 1, j = 3")).to_be_visible()


def test_link_restores_step_cell_input_and_language_and_a_dragged_input_changes_the_gradient_of_the_weights(
    page: Page, address: str
) -> None:
    opened(page, f"{address}?step=11&x=3,-1,2&cell=3,1&lang=zh&mode=smoothed")
    at_step(page, 11, "zh")
    expect(page.locator("[data-chart=inputs] .bartext")).to_have_text(["3.000", "−1.000", "2.000"])
    gradient = explain(Scenario(mode="smoothed")).logits_grad[0]
    expect(page.locator(".katex-display").last).to_contain_text(f"{gradient:.3f}")
    expect(page.locator(".st-key-proof_j").get_by_role("combobox")).to_have_value("j = 1 · 猫")
    page.locator("[data-chart=inputs] [role=slider]").first.press("PageUp")
    expect(page).to_have_url(re.compile(r"x=4,-1,2"))
    cells = page.locator("[data-chart=weight_grad] .heatmap-label")
    expect(
        cells.filter(has_text=number(4 * explain(Scenario(mode="smoothed")).logits_grad[1])).first
    ).to_be_attached()


@pytest.mark.parametrize("language", ["zh"])
def test_page_fits_a_phone_and_its_formulas_scroll_at_most_within_themselves(
    page: Page, address: str, language: str
) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    opened(page, f"{address}?lang={language}")
    for step in range(1, LAST + 1):
        at_step(page, step, language)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
        if step < LAST:
            page.keyboard.press("ArrowRight")
