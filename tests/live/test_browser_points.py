"""Points and cells that say their numbers: to a mouse that is near, to a finger, and to keys that go on to the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live.stage import PHONE, Stage


@pytest.fixture
def page(stage: Stage) -> Page:
    stage.settings["charts"] = "values,curve"
    page = stage.open()
    stage.drawn()
    return page


def told(page: Page) -> Locator:
    return page.locator("[data-chart=curve] .lc-told")


def place(page: Page, across: float) -> tuple[float, float]:
    """A place on the drawing whose x goes from -3 to 3, of 200 pixels between margins of 34 and 6."""
    box = page.locator("[data-chart=curve] .lc-over").bounding_box()
    assert box
    width = box["width"] - 40
    return box["x"] + 34 + width * (across + 3) / 6, box["y"] + 100


@pytest.mark.parametrize(("across", "said"), [(-2.9, "-2: 8.000"), (0.4, "0: 0.000"), (1.2, "2: 0.000")])
def test_the_point_nearest_to_the_mouse_says_its_numbers_until_the_mouse_leaves(page, across, said):
    page.mouse.move(*place(page, across))
    expect(told(page)).to_have_text(said)
    expect(told(page)).to_be_visible()
    page.mouse.move(2, 2)
    expect(told(page)).to_be_hidden()


def test_what_a_point_says_stays_within_its_drawing(page):
    frame = page.locator("[data-chart=curve] .lc-frame").bounding_box()
    for across in (-3, 0, 3):
        page.mouse.move(*place(page, across))
        expect(told(page)).to_be_visible()
        box = told(page).bounding_box()
        assert frame["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        assert frame["y"] - 1 <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1


def test_keys_go_from_point_to_point_and_each_is_read_out(page):
    stop = page.locator("[data-chart=curve] .lc-stop")
    stop.focus()
    expect(stop).to_have_accessible_name("-2: 8.000")
    expect(told(page)).to_have_text("-2: 8.000")
    for key, said in [
        ("ArrowRight", "0: 0.000"),
        ("End", "2: 0.000"),
        ("ArrowRight", "2: 0.000"),
        ("Home", "-2: 8.000"),
    ]:
        page.keyboard.press(key)
        expect(stop).to_be_focused()
        expect(stop).to_have_accessible_name(said)
        expect(told(page)).to_have_text(said)
    page.keyboard.press("Tab")
    expect(told(page)).to_be_hidden()


def test_points_follow_the_values(stage, page):
    stage.settings["values"] = "1,1,0.1"
    stage.send()
    stage.drawn()
    page.mouse.move(*place(page, 2.2))
    expect(told(page)).to_have_text("2: 2.000")


def test_a_finger_reads_a_point_too(new_stage: Callable[..., Stage]):
    stage = new_stage(**PHONE)
    stage.settings["charts"] = "curve"
    page = stage.open()
    stage.drawn()
    page.touchscreen.tap(*place(page, 1.8))
    expect(told(page)).to_have_text("2: 0.000")
    expect(told(page)).to_be_visible()


def test_a_chart_without_points_has_no_stop_for_them(page):
    assert page.locator("[data-chart=values] .lc-stop").count() == 0


def cell(page: Page, i: int, j: int) -> tuple[float, float]:
    """The middle of a cell of three by three."""
    box = page.locator("[data-chart=silent] .lc-over").bounding_box()
    assert box
    across, down = (box["width"] - 40) / 3, (box["height"] - 26) / 3
    return box["x"] + 34 + across * (j + 0.5), box["y"] + 22 + down * (i + 0.5)


def test_cells_without_printed_numbers_say_them_to_mouse_and_keys(stage):
    stage.settings["charts"] = "silent,products"
    page = stage.open()
    stage.drawn()
    told = page.locator("[data-chart=silent] .lc-told")
    frame = page.locator("[data-chart=silent] .lc-frame").bounding_box()
    for i, j, said in [(0, 0, "value 1 times value 1 4.000"), (2, 1, "value 3 times value 2 0.100")]:
        page.mouse.move(*cell(page, i, j))
        expect(told).to_be_visible()
        expect(told).to_have_text(said)
        box = told.bounding_box()
        assert frame["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    assert page.locator("[data-chart=products] .lc-told:visible").count() == 0  # its cells hold their numbers
    page.mouse.move(2, 2)
    expect(told).to_be_hidden()
    cursor = page.locator("[data-chart=silent] .lc-cursor")
    cursor.focus()
    page.keyboard.press("ArrowRight")
    expect(told).to_have_text("value 2 times value 3 0.100")
    expect(cursor).to_have_accessible_name("value 2 times value 3 0.100")
    page.keyboard.press("Tab")
    expect(told).to_be_hidden()


def test_a_finger_reads_a_cell_too(new_stage: Callable[..., Stage]):
    stage = new_stage(**PHONE)
    stage.settings["charts"] = "silent"
    page = stage.open()
    stage.drawn()
    page.touchscreen.tap(*cell(page, 1, 2))
    expect(page.locator("[data-chart=silent] .lc-told")).to_have_text("value 2 times value 3 0.100")
