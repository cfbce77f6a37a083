"""Why cross-entropy in a real browser: the race, the surfaces, and starts chosen by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.core import Scenario
from ce_viz.core.studies.race import run_race
from ce_viz.strings import words

APP = Path(__file__).parents[2] / "app.py"
CHARTS = {
    "gradient": ("gap_gradients", "gap_factors"),
    "surface": ("surface_cross_entropy", "surface_squared_error"),
    "race": ("race_loss", "race_simplex"),
    "meaning": ("label_and_model", "loss_parts"),
    "smoothing": ("smoothing_loss", "smoothing_run"),
    "temperature": ("temperature_probs", "temperature_gradient"),
}
PLAY = "document.querySelector('[data-chart]').card.board.road.play"
EYE = """name => {
    const plot = document.querySelector(`[data-chart=${name}] .js-plotly-plot`);
    const { x, y, z } = plot._fullLayout.scene._scene.getCamera().eye;
    return [x, y, z];
}"""
PATH = "name => document.querySelector(`[data-chart=${name}] .js-plotly-plot`).data.map(trace => [trace.x, trace.y])"


@pytest.fixture
def address(serve: Callable[..., str]) -> str:
    return f"{serve(APP)}why"


def card(page: Page, name: str) -> Locator:
    return page.locator(f"[data-chart={name}]")


def drawing(page: Page, name: str) -> Locator:
    return card(page, name).locator(".plot-container .main-svg").first


def opened(page: Page, address: str, query: str = "") -> Page:
    page.goto(f"{address}?{query}")
    expect(drawing(page, "logits")).to_be_visible(timeout=40_000)
    return page


def button(page: Page, name: str) -> Locator:
    found = page.locator(f".st-key-why_{name} button")
    expect(found).to_have_count(1)  # while a run replaces another, both are there for a moment
    return found


# The race

RACE = "part=race&logits=5,0,0&label=2"


def test_race_plays_pauses_and_rewinds_to_exactly_the_start(page: Page, address: str) -> None:
    opened(page, address, RACE)
    expect(drawing(page, "race_simplex")).to_be_visible()
    step = page.get_by_role("slider", name="Gradient step")
    standing = page.get_by_text("L = ").all_text_contents()
    start = page.evaluate(PATH, "race_loss")
    button(page, "play").click()
    page.wait_for_function(f"({PATH})('race_loss')[0][0].at(-1) >= 5")
    button(page, "play").click()
    expect(page).to_have_url(re.compile("race_step="))  # the address follows when it stands still
    paused = re.search(r"race_step=(\d+)", page.url)
    assert paused
    assert int(paused[1]) >= 5
    page.wait_for_function(f"({PLAY}).link === null")  # no frame will be asked for
    expect(step).to_have_value(paused[1])
    page.wait_for_function(f"step => ({PATH})('race_loss')[0][0].at(-1) === step", arg=int(paused[1]))
    button(page, "rewind").click()
    expect(step).to_have_value("0")
    expect(page).not_to_have_url(re.compile("race_step="))
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value("5, 0, 0")
    page.wait_for_function(
        f"start => JSON.stringify(({PATH})('race_loss')) === JSON.stringify(start)", arg=start
    )
    assert page.get_by_text("L = ").all_text_contents() == standing


def test_race_ends_by_itself_and_tells_both_arrivals(page: Page, address: str) -> None:
    race = run_race(Scenario((2.0, 1.0, 0.1), label=1), 0.5)
    opened(page, address, f"part=race&case=own&race_step={race.steps - 8}")
    button(page, "play").click()
    for arrival in race.arrivals:
        expect(page.get_by_text(f"L < 0.1 after {int(arrival.steps)} steps")).to_be_visible(timeout=40_000)
    expect(page).to_have_url(re.compile(f"race_step={race.steps}"))
    expect(button(page, "finish")).to_be_disabled()


def test_race_can_be_driven_by_keyboard(page: Page, address: str) -> None:
    opened(page, address, RACE)
    button(page, "step").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("race_step=1"))
    page.get_by_role("slider", name="Gradient step").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("race_step=2"))


def test_other_logits_by_hand_take_the_race_back_to_its_start(page: Page, address: str) -> None:
    opened(page, address, f"{RACE}&race_step=9")
    card(page, "logits").get_by_role("slider").nth(1).press("ArrowUp")
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value("5, 0.1, 0")
    expect(page).not_to_have_url(re.compile("race_step="))
    expect(page.get_by_role("slider", name="Gradient step")).to_have_value("0")


def test_a_link_restores_race_and_axis_in_a_fresh_browser(
    new_page: Callable[..., Page], address: str
) -> None:
    page = opened(new_page(), address, f"{RACE}&race_step=12&learning_rate=1&lang=zh")
    expect(page.get_by_text("第 12 步").first).to_be_visible()
    assert page.evaluate(PATH, "race_loss")[0][0][-1] == 12
    opened(page, address, "part=gradient&axis=log")
    expect(page.get_by_role("radio", name="log", exact=True)).to_be_checked()


# The surfaces


def test_a_click_on_a_map_starts_both_descents_there(page: Page, address: str) -> None:
    opened(page, address, "part=surface&logits=2,1,0&label=2")
    expect(drawing(page, "surface_squared_error")).to_be_visible()
    place = card(page, "surface_squared_error").locator(".lc-over")
    box = place.bounding_box()
    assert box
    place.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.7})
    expect(page.get_by_role("textbox", name="Logits o")).not_to_have_value("2, 1, 0")
    x, y, _ = map(float, page.get_by_role("textbox", name="Logits o").input_value().split(","))
    assert 2 < x <= 8
    assert -8 <= y < 0
    for name in CHARTS["surface"]:
        page.wait_for_function(f"([x, y]) => `${{({PATH})('{name}')[2]}}` === `${{x}},${{y}}`", arg=[x, y])
    # and the start is drawn where the click was
    drawn = card(page, "surface_squared_error").locator(".scatterlayer .trace").last.bounding_box()
    assert drawn
    assert abs(drawn["x"] + drawn["width"] / 2 - box["x"] - box["width"] * 0.8) < 12
    assert abs(drawn["y"] + drawn["height"] / 2 - box["y"] - box["height"] * 0.7) < 12


def test_a_map_is_walked_by_keyboard_and_up_is_up(page: Page, address: str) -> None:
    opened(page, address, "part=surface&logits=2,1,0&label=2")
    cursor = card(page, "surface_cross_entropy").locator(".lc-cursor")
    cursor.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value("-7.5, 7.5, 0")


def at_rest(page: Page, name: str) -> list[float]:
    """Where the camera is once it has stopped: a surface that was let go swings on for a moment.

    Frames are counted, not time: on a busy machine a swing has few frames in a long while.
    """
    return page.evaluate(
        f"""async name => {{
            const eye = () => JSON.stringify(({EYE})(name));
            for (let still = 0, last = eye(); still < 20; ) {{
                await new Promise(requestAnimationFrame);
                const now = eye();
                still = now === last ? still + 1 : 0;
                last = now;
            }}
            return JSON.parse(eye());
        }}""",
        name,
    )


def test_without_webgl_a_map_stands_where_a_surface_in_space_would_and_says_so(
    fresh_page: Page, address: str
) -> None:
    page = fresh_page
    page.add_init_script("""const { getContext } = HTMLCanvasElement.prototype;
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
            return /webgl/.test(kind) ? null : getContext.call(this, kind, ...more);
        };""")
    opened(page, address, "part=surface&surface=space&logits=8,0,0&lang=en")
    for loss in ("cross_entropy", "squared_error"):
        flat = card(page, f"space_{loss}")
        expect(
            flat.locator(".contourlayer .contourfill, .contourlayer .contourlines path").first
        ).to_be_attached()
        expect(flat.locator(".scatterlayer .js-line")).to_have_count(1)
        expect(flat.locator(".lc-hint")).to_have_text(words("en")["live.flat"])
        expect(flat).not_to_contain_text("WebGL is not supported")


def test_a_surface_in_space_is_turned_by_keys_and_by_the_mouse_and_stays_so_while_logits_move_until_keys_turn_it(
    fresh_page: Page, address: str
) -> None:
    page, name = opened(fresh_page, address, "part=surface&surface=space&logits=8,0,0"), "space_cross_entropy"
    expect(card(page, name).locator("canvas")).to_be_visible()
    page.wait_for_function(f"({EYE})('{name}')[0] > 0")
    turn_to(page, name, 80)
    before = page.evaluate(EYE, name)
    box = card(page, name).locator(".lc-plot").bounding_box()
    assert box
    page.mouse.move(box["x"] + 150, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 230, box["y"] + 170, steps=5)
    page.mouse.up()
    page.wait_for_function(f"([x]) => Math.abs(({EYE})('{name}')[0] - x) > 0.1", arg=before)
    turned = at_rest(page, name)
    button(page, "gap_5").click()
    expect(page).to_have_url(re.compile("logits=5"))
    expect(page.locator(".lc-headline", has_text="from 5.")).to_be_visible()
    assert at_rest(page, name) == pytest.approx(turned, abs=0.01)
    turn_to(page, name, 85)


def turn_to(page: Page, name: str, degrees: int) -> None:
    """Turn a surface by its slider, until it has come round; one press is five degrees."""
    page.get_by_role("slider", name="Turn by").press("ArrowRight")
    expect(page).to_have_url(re.compile(f"turn={degrees}"))
    angle = f"(([x, y]) => Math.atan2(y, x) * 180 / Math.PI)(({EYE})('{name}'))"
    page.wait_for_function(f"Math.abs({angle} - {degrees}) < 0.1")


# The page


def test_keys_lead_through_all_parts_and_every_chart_is_drawn(page: Page, address: str) -> None:
    opened(page, address)
    for k, (part, names) in enumerate(CHARTS.items()):
        if k:
            page.keyboard.press("ArrowRight")
            expect(page).to_have_url(re.compile(f"part={part}"))
        for name in names:
            expect(drawing(page, name)).to_be_visible()


def test_a_dragged_logit_moves_the_marks(page: Page, address: str) -> None:
    opened(page, address, "logits=2,1,0&label=2")
    expect(drawing(page, "gap_gradients")).to_be_visible()
    handle = card(page, "logits").get_by_role("slider").first
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20)
    page.mouse.up()
    expect(page).not_to_have_url(re.compile("logits=2"))  # the address follows when the hand lets go
    field = page.get_by_role("textbox", name="Logits o")
    expect(field).not_to_have_value("2, 1, 0")
    gap = (
        max(float(field.input_value().split(",")[0]), 0.0) - 1
    )  # to the strongest rival, which may be the third
    expect(page.get_by_text(re.compile(r"^here: "))).to_contain_text(f"{gap:.3f}".replace("-", "−"))
    page.wait_for_function(f"gap => Math.abs(({PATH})('gap_gradients')[3][0][0] - gap) < 1e-9", arg=gap)


def test_numbers_on_the_stacked_bars_follow_a_moved_logit(page: Page, address: str) -> None:
    opened(page, address, "part=meaning&logits=2,1,0&label=2")
    written = card(page, "loss_parts").locator(".textpoint")
    expect(written.filter(has_text=re.compile(r"^L = 1\.408"))).to_have_count(1)
    card(page, "logits").get_by_role("slider").nth(1).press("PageUp")
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value("2, 2, 0")
    expect(written.filter(has_text=re.compile(r"^L = 0\.759"))).to_have_count(1)
    expect(written.filter(has_text="KL = 0.759")).to_have_count(1)


def test_a_wrong_start_is_taken_back_with_ctrl_z(page: Page, address: str) -> None:
    opened(page, address, "logits=2,1,0&label=2")
    button(page, "gap_10").click()
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value("10, 0, 0")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value("2, 1, 0")


def test_presenter_covers_a_chart_so_that_a_class_can_guess(page: Page, address: str) -> None:
    opened(page, address, "present=1")
    expect(drawing(page, "gap_gradients")).to_be_visible()
    card(page, "gap_gradients").get_by_role("button", name="Cover").click()
    expect(page).to_have_url(re.compile("hide=gap_gradients"))
    expect(drawing(page, "gap_gradients")).not_to_be_visible()
    card(page, "gap_gradients").get_by_role("button", name="Show").click()
    expect(drawing(page, "gap_gradients")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    for part, names in CHARTS.items():
        opened(page, address, f"part={part}&lang=en&logits=9,0,0.5")
        for name in (*names, "logits", "probs"):
            expect(card(page, name)).to_be_attached()
            box = card(page, name).bounding_box()
            assert box, part
            assert box["x"] >= 0, part
            assert box["x"] + box["width"] <= 375, part
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, part
