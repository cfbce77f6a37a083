"""What a hand does on live charts: pointers, fingers and keys, and what Python hears of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live.stage import FIRST, PHONE, Stage, centre, drag, printed, texts

FIELD = "value 1: type value"


def values(stage: Stage) -> str:
    """What Python makes of all messages so far."""
    stage.handle()
    return stage.settings["values"]


def gesture(stage: Stage) -> None:
    """Wait until a message with an edit has been posted, and let Python act on it."""
    stage.until(lambda: any(event["kind"] == "edit" for event in stage.events()))
    stage.handle()


def test_a_dragged_bar_follows_at_once_and_all_charts_follow_it(stage: Stage) -> None:
    page = stage.open()
    drag(page, page.locator(FIRST), 10, 20, 30, 40)
    expect(texts(page, "values").first).not_to_have_text("2.000")
    expect(texts(page, "doubled").first).not_to_have_text("4.000")
    expect(texts(page, "products").first).not_to_have_text("4.000")
    page.mouse.up()

    def told() -> bool:  # in one message, or in two where the busy hand rested on its way
        shown = float((texts(page, "values").first.text_content() or "").replace("−", "-"))
        return bool(stage.settings["values"] == f"{shown:g},1,0.1")

    stage.handle_until(told)


def test_a_bar_says_its_new_value_before_what_follows_from_it_is_said(stage: Stage) -> None:
    stage.board["headline"] = [["2,1,0.1"]]
    page = stage.open()
    spoken = page.get_by_role("status")
    expect(spoken).to_be_empty()
    page.evaluate("""() => {
        const slider = document.querySelector("[data-chart=values] [role=slider]");
        const spoken = document.querySelector(".lc-spoken");
        window.said = [];
        new MutationObserver(() => window.said.push(slider.ariaValueText))
            .observe(slider, { attributeFilter: ["aria-valuetext"] });
        new MutationObserver(() => window.said.push(spoken.textContent)).observe(spoken, { childList: true });
    }""")
    page.locator(FIRST).press("PageUp")
    expect(spoken).to_have_text("3,1,0.1")
    assert page.evaluate("window.said") == ["3.000", "3,1,0.1"]


def test_a_handle_stands_on_its_bar_whenever_the_bar_has_moved(stage: Stage) -> None:
    page = stage.open()
    page.evaluate("""() => {
        const card = document.querySelector("[data-chart=values]"), handle = card.querySelector("[role=slider]");
        window.apart = [];
        new MutationObserver(() => {
            const { top, height } = handle.getBoundingClientRect();
            const bar = card.querySelector(".point path").getBoundingClientRect();
            window.apart.push(Math.abs(top + height / 2 - bar.top));
        }).observe(card.querySelector(".barlayer"), { subtree: true, attributes: true });
    }""")
    for key, value in [("PageUp", "6.000"), ("PageDown", "4.000"), ("PageDown", "2.000")]:
        page.locator(FIRST).press(key)
        printed(page, "doubled", value)
    stage.drawn()
    apart = page.evaluate("window.apart")
    assert len(apart) >= 3
    assert max(apart) < 2


@pytest.mark.parametrize(("shift", "grain"), [(False, 10), (True, 100)])
def test_a_value_snaps_to_tenths_and_with_shift_to_hundredths(stage: Stage, shift: bool, grain: int) -> None:
    page = stage.open()
    if shift:
        page.keyboard.down("Shift")
    drag(page, page.locator(FIRST), 7, 13)
    page.mouse.up()
    gesture(stage)
    value = stage.events()[-1]["value"]
    assert value * grain == pytest.approx(round(value * grain))
    assert value != 2.0


@pytest.fixture
def phone(new_stage: Callable[..., Stage]) -> Stage:
    stage = new_stage(**PHONE)
    stage.open()
    stage.page.evaluate("document.body.style.paddingBottom = '2000px'")
    return stage


def swipe(page: Page, x: float, y: float, distance: float) -> None:
    """Move a finger; each step is answered by the browser before the next."""
    touch = page.context.new_cdp_session(page)
    for step in range(11):
        points = [{"x": x, "y": y + distance * step / 10}]
        kind = "touchMove" if step else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.evaluate("new Promise(requestAnimationFrame)")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_drags_a_bar_by_its_end_without_scrolling_the_page(phone: Stage) -> None:
    swipe(phone.page, *centre(phone.page.locator(FIRST)), -40)
    gesture(phone)
    assert phone.page.evaluate("scrollY") == 0


def test_a_second_finger_takes_nothing_from_the_first(phone: Stage) -> None:
    touch = phone.page.context.new_cdp_session(phone.page)
    sliders = phone.page.locator("[data-chart=values] [role=slider]")
    (x, y), other = centre(sliders.nth(0)), centre(sliders.nth(1))
    for kind, fingers in [
        ("touchStart", [(x, y)]),
        ("touchStart", [(x, y), other]),
        *(("touchMove", [(x, y - 4 * step), other]) for step in range(1, 11)),
        ("touchEnd", []),
    ]:
        points = [{"x": left, "y": top, "id": finger} for finger, (left, top) in enumerate(fingers)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        phone.page.evaluate("new Promise(requestAnimationFrame)")
    gesture(phone)
    first, *others = values(phone).split(",")
    assert float(first) > 2
    assert others == ["1", "0.1"]


def test_a_finger_that_scrolls_over_a_bar_does_not_drag_it(phone: Stage) -> None:
    phone.open(values="4.9,1,0.1")
    expect(phone.page.locator(FIRST)).to_have_attribute("aria-valuenow", "4.9")
    phone.drawn()
    bar = phone.page.locator("[data-chart=values] .point path").first.bounding_box()
    assert bar
    swipe(phone.page, bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] - 5, -120)
    phone.page.wait_for_function("() => scrollY > 50")
    assert values(phone) == "4.9,1,0.1"


def test_a_finger_beside_the_handle_scrolls_the_page_too(phone: Stage) -> None:
    bar = phone.page.locator("[data-chart=values] .point path").first.bounding_box()
    assert bar
    assert bar["width"] > 60
    swipe(phone.page, bar["x"] + 4, bar["y"] + 2, -120)  # at the bar's end, but not in its middle
    phone.page.wait_for_function("() => scrollY > 50")
    assert values(phone) == "2,1,0.1"


def test_handles_are_as_large_as_a_finger_and_no_larger(stage: Stage) -> None:
    page = stage.open()
    sizes = [slider.bounding_box() for slider in page.get_by_role("slider").all()]
    assert len(sizes) == 3
    for box in sizes:
        assert box
        assert (box["width"], box["height"]) == pytest.approx((44, 44))


KEYS = {
    "ArrowUp": "2.1", "ArrowRight": "2.1", "ArrowDown": "1.9", "ArrowLeft": "1.9", "PageUp": "3", "PageDown": "1",
    "Home": "-10", "End": "5", "Shift+ArrowUp": "2.01", "Shift+ArrowDown": "1.99",
}  # fmt: skip


def test_keys_move_a_bar_that_has_the_focus(new_stage: Callable[..., Stage]) -> None:
    stage = new_stage(has_clock=True)
    page = stage.open()
    stage.freeze()
    slider = page.locator(FIRST)
    assert slider.get_attribute("aria-label") == "value 1"
    for count, (key, value) in enumerate(KEYS.items(), 1):
        slider.press(key)
        stage.run(150)  # the hand has rested
        assert len(stage.events()) == count
        stage.handle()
        assert stage.settings["values"] == f"{float(value):g},1,0.1", key
        # "End" is 10, and this app's rule is 5
        stage.run_until(lambda shown=value: slider.get_attribute("aria-valuenow") == shown)
        assert slider.get_attribute("aria-valuetext") == f"{float(value):.3f}".replace("-", "−")
        stage.settings["values"] = "2,1,0.1"
        stage.send()
        stage.run_until(lambda: slider.get_attribute("aria-valuenow") == "2")


def test_the_focus_stays_on_its_bar_while_the_charts_are_updated(stage: Stage) -> None:
    page = stage.open()
    slider = page.locator(FIRST)
    slider.focus()
    for k in range(1, 6):
        page.keyboard.press("ArrowUp")
        printed(page, "doubled", f"{4 + 0.2 * k:.3f}")
        expect(slider).to_be_focused()
    assert slider.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


def test_an_exact_value_can_be_typed_and_is_told_at_once(stage: Stage) -> None:
    page = stage.open()
    slider = page.locator(FIRST)
    for way, typed, value in [
        ("dblclick", "1.2345", 1.2345),
        ("Enter", "−3,5", -3.5),
        ("Enter", "-250", -250.0),
        ("Enter", "1e1", 10.0),
    ]:
        slider.dblclick() if way == "dblclick" else slider.press(way)
        stage.handle()  # the first click of two picks
        stage.handle()
        field = page.get_by_role("textbox", name=FIELD)
        expect(field).to_be_focused()
        assert field.get_attribute("inputmode") == "text"  # a pad of decimals has no minus
        assert field.evaluate("node => node.selectionEnd - node.selectionStart === node.value.length")
        field.fill(typed)
        field.press("Enter")
        edit = {"kind": "edit", "chart": "values", "index": 0, "value": value, "final": True}
        assert stage.events()[-1] == edit
        expect(slider).to_be_focused()
        stage.handle()
        stage.drawn()


def test_a_field_left_with_escape_or_without_a_number_changes_nothing(stage: Stage) -> None:
    page = stage.open()
    for typed, key in [("7", "Escape"), ("seven", "Enter"), ("", "Enter"), ("Infinity", "Enter")]:
        page.locator(FIRST).press("Enter")
        field = page.get_by_role("textbox", name=FIELD)
        field.fill(typed)
        field.press(key)
        expect(field).to_have_count(0)
        assert texts(page, "values").first.text_content() == "2.000"
        assert stage.messages() == []


def test_a_bar_dragged_beyond_its_axis_stays_in_its_card_with_its_number(stage: Stage) -> None:
    page = stage.open()
    for down in (-300, 600):
        stage.respond = None  # no new axis comes
        drag(page, page.locator(FIRST), down / 2, down)
        expect(page.locator(FIRST)).to_have_attribute("aria-valuenow", re.compile("^-?[0-9]{2}$|^-?[6-9]"))
        page.wait_for_function("() => !document.querySelector('[data-chart=values]').card.board.frame")
        frame = page.locator("[data-chart=values] .lc-plot").bounding_box()
        assert frame
        for part in (".point path", ".bartext"):
            box = page.locator(f"[data-chart=values] {part}").first.bounding_box()
            assert box
            assert box["y"] >= frame["y"] - 1
            assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1
        page.mouse.up()


def test_the_axis_stays_under_a_hand_until_the_bar_leaves_it_and_grows_then_without_a_jump(
    stage: Stage,
) -> None:
    page = stage.open()
    ticks, slider = page.locator("[data-chart=values] .ytick text"), page.locator(FIRST)
    before = ticks.all_text_contents()
    x, y = centre(slider)
    drag(page, slider, -10, -20)
    assert ticks.all_text_contents() == before
    page.mouse.move(x, y - 60)
    expect(ticks).not_to_have_text(before)
    grown = ticks.all_text_contents()
    reached = float(slider.get_attribute("aria-valuenow") or "nan")
    page.mouse.move(x, y - 61)
    page.mouse.move(x, y - 62)
    page.wait_for_function("() => !document.querySelector('[data-chart=values]').card.board.frame")
    assert 0 <= float(slider.get_attribute("aria-valuenow") or "nan") - reached < 0.5
    assert ticks.all_text_contents() == grown
    page.mouse.up()


def covers(page: Page, layer: str, text: Locator) -> bool:
    """Whether the mark of a cell lies around a number."""
    mark = page.locator(f"[data-chart=products] .lc-{layer}.lc-cell").bounding_box()
    x, y = centre(text)
    assert mark
    inside = mark["x"] < x < mark["x"] + mark["width"] and mark["y"] < y < mark["y"] + mark["height"]
    return inside and mark["width"] > 20


def test_a_click_on_a_cell_picks_it_and_it_is_marked_in_all_charts_before_python_answers(
    stage: Stage,
) -> None:
    page = stage.open()
    page.mouse.click(*centre(texts(page, "products").nth(2)))  # row 1, column 3
    page.wait_for_function(
        "() => document.querySelectorAll('[data-chart=doubled] .lc-picked:not([hidden])').length === 2"
    )
    assert stage.events() == [{"kind": "pick", "chart": "products", "i": 0, "j": 2}]
    assert covers(page, "picked", texts(page, "products").nth(2))
    stage.handle()
    stage.drawn()
    assert covers(page, "picked", texts(page, "products").nth(2))


def test_a_click_on_a_bar_picks_its_class_and_a_drag_does_not(stage: Stage) -> None:
    page = stage.open()
    page.mouse.click(*centre(texts(page, "doubled").first))
    assert stage.events() == [{"kind": "pick", "chart": "doubled", "i": 0, "j": 0}]
    stage.handle()
    drag(page, page.locator(FIRST), 10, 20)
    page.mouse.up()
    stage.until(lambda: len(stage.events()) == 2)
    assert stage.events()[-1]["kind"] == "edit"


def test_cells_are_reached_with_one_tab_stop_and_arrows_and_picked_with_enter(stage: Stage) -> None:
    page = stage.open()
    cells = page.locator("[data-chart=products] .lc-over > button")
    expect(cells).to_have_count(1)
    cells.focus()
    for key, name in [("ArrowUp", "row 1, column 2: 2.000"), ("ArrowRight", "row 1, column 3: 0.200")]:
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("ArrowRight")  # the edge
    page.keyboard.press("Enter")
    assert stage.events() == [{"kind": "pick", "chart": "products", "i": 0, "j": 2}]
    expect(cells).to_have_count(1)
    expect(cells).to_be_focused()


def test_bars_that_do_not_move_are_picked_with_enter_too(stage: Stage) -> None:
    page = stage.open()
    page.get_by_role("button", name="dog & co: 2.000").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="cat: 4.000")).to_be_focused()
    page.keyboard.press("Enter")
    assert stage.events() == [{"kind": "pick", "chart": "doubled", "i": 0, "j": 0}]


def test_the_name_of_a_cell_says_its_number_while_it_moves(stage: Stage) -> None:
    page = stage.open(cell="0,0")
    page.locator(FIRST).press("ArrowUp")
    expect(page.get_by_role("button", name="row 1, column 1: 4.410")).to_be_attached()


def test_a_class_under_the_mouse_is_marked_in_all_charts_without_a_message(stage: Stage) -> None:
    page = stage.open()
    page.mouse.move(*centre(texts(page, "doubled").nth(2)))
    for name in ("values", "doubled"):
        assert page.locator(f"[data-chart={name}] .lc-hovered:visible").count() == 1
    assert covers(page, "hovered", texts(page, "products").nth(8))
    page.mouse.move(0, 0)
    expect(page.locator(".lc-hovered:visible")).to_have_count(0)
    assert stage.messages() == []
    assert stage.asked == []


def test_undo_keys_are_heard_everywhere_by_one_board_and_never_go_to_the_route(stage: Stage) -> None:
    page = stage.open()
    stage.send("second", charts=[])
    heard = []
    for keys, redo in [
        ("Control+z", False),
        ("Control+Shift+z", True),
        ("Control+y", True),
        ("Meta+z", False),
        ("Control+Z", False),
    ]:
        page.keyboard.press(keys)
        heard.append({"kind": "undo", "redo": redo})
        assert stage.events() == heard
        stage.handle(send=False)
        stage.send("second", charts=[])
        stage.send()
    assert stage.asked == []


def test_undo_in_a_text_field_is_the_fields_own(stage: Stage) -> None:
    page = stage.open()
    for field in (page.get_by_label("note"), page.get_by_role("textbox", name=FIELD)):
        page.locator(FIRST).press("Enter")
        field.press("Control+z")
    assert stage.messages() == []


@pytest.mark.parametrize("presented", [None, 200])
def test_enlarged_charts_are_dragged_as_precisely(stage: Stage, presented: int | None) -> None:
    stage.board["presented"] = presented
    stage.page.set_viewport_size(
        {"width": 1280, "height": 660}
    )  # one and a half of what is projected as it is
    page = stage.open()
    x, y = centre(page.locator(FIRST))
    drag(page, page.locator(FIRST), 15, 30, 45)
    page.mouse.up()
    gesture(stage)
    stage.drawn()
    now = centre(page.locator(FIRST))
    assert now == pytest.approx((x, y + 45), abs=3)
