"""A hall's screen: all is enlarged with the window, and numbers and names give way before they touch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.live.stage import Stage, texts

UNIT = "Number(getComputedStyle(document.querySelector('.lc')).getPropertyValue('--scale'))"


def projected(stage: Stage, width: int, height: int) -> Page:
    stage.board["presented"] = 120
    stage.page.set_viewport_size({"width": width, "height": height})
    return stage.open()


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1280, 880, 2), (1280, 1100, 2.5), (1280, 300, 1), (620, 880, 1)]
)
def test_the_scale_follows_the_windows_height_but_on_phones(stage: Stage, width, height, scale) -> None:
    page = projected(stage, width, height)
    assert page.evaluate(UNIT) == scale
    size = page.locator("[data-chart=values] .lc-frame").bounding_box()["height"]
    assert size == pytest.approx(120 * scale if width > 640 else 200, abs=1)


def test_a_window_that_changes_is_followed(stage: Stage) -> None:
    page = projected(stage, 1280, 880)
    page.set_viewport_size({"width": 1280, "height": 660})
    stage.until(lambda: page.evaluate(UNIT) == 1.5)


def test_numbers_lose_digits_before_they_touch_and_then_give_way(stage: Stage) -> None:
    page = projected(stage, 1900, 880)
    expect(texts(page, "values")).to_have_text(["2.000", "1.000", "0.100"])
    page.set_viewport_size({"width": 700, "height": 880})
    expect(texts(page, "values")).to_have_text(["2.0", "1.0", ".10"])
    page.set_viewport_size({"width": 700, "height": 1600})
    expect(texts(page, "values")).to_have_count(0)


def test_what_is_not_projected_keeps_its_numbers(stage: Stage) -> None:
    stage.page.set_viewport_size({"width": 700, "height": 880})
    page = stage.open()
    expect(texts(page, "values")).to_have_text(["2.000", "1.000", "0.100"])
