"""Cards and their grid: what is read, seen and heard of them, what stays when others come and go, and what is saved."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.live.stage import FIRST, Stage, centre, drag, printed, texts


def test_colours_follow_the_theme_without_a_message(stage: Stage) -> None:
    page = stage.open()
    bar = page.locator("[data-chart=values] .point path").first
    heat = page.locator("[data-chart=products] .heatmaplayer image")
    light = bar.evaluate("node => getComputedStyle(node).fill")
    picture = heat.evaluate("node => node.href.baseVal")
    assert light == "rgb(47, 111, 183)"
    page.emulate_media(color_scheme="dark")
    stage.send()  # Streamlit calls the component again, with the same data
    expect(bar).to_have_css("fill", "rgb(106, 167, 232)")
    assert heat.evaluate("node => node.href.baseVal") != picture
    page.emulate_media(color_scheme="light")
    stage.send()
    expect(bar).to_have_css("fill", light)
    assert stage.messages() == []


def test_a_bar_that_is_moved_in_the_dark_keeps_the_dark_themes_colours(stage: Stage) -> None:
    stage.page.emulate_media(color_scheme="dark")
    page = stage.open()
    bar = page.locator("[data-chart=doubled] .point path").first
    drag(page, page.locator(FIRST), 60)
    expect(texts(page, "doubled").first).to_have_text(re.compile("^−"))
    assert bar.evaluate("node => getComputedStyle(node).fill") == "rgb(229, 138, 111)"


def test_charts_keep_their_elements_when_others_come_go_and_move(stage: Stage) -> None:
    page = stage.open()
    page.evaluate("document.querySelectorAll('[data-chart]').forEach((node, k) => { node.kept = k + 1; })")
    for order, elements in [
        ("products,doubled,values", [3, 2, 1]),
        ("values,products", [1, 3]),
        ("values,doubled,products", [1, 0, 3]),
    ]:
        stage.settings["charts"] = order
        stage.send()
        stage.drawn()
        there = page.locator("[data-chart]")
        assert there.evaluate_all("nodes => nodes.map(node => node.dataset.chart)") == order.split(",")
        assert there.evaluate_all("nodes => nodes.map(node => node.kept ?? 0)") == elements
        assert texts(page, "products").count() == 9


def test_without_plotly_a_page_says_so_and_shows_the_numbers_and_tries_again_and_then_keeps_it(
    fresh_stage: Stage,
) -> None:
    stage = fresh_stage
    page = stage.page
    page.unroute("**/live/**")  # Playwright keeps no files for a page whose requests it answers
    page.route("**/plotly.min.js*", lambda route: route.abort())
    page.goto(stage.url)
    page.wait_for_function("() => Boolean(window.mount)")
    stage.send()
    values = page.locator("[data-chart=values]")
    expect(values.get_by_text("cannot load")).to_be_visible()
    expect(values.get_by_role("cell")).to_have_text(["2.000", "1.000", "0.100"])
    expect(page.locator("[data-chart=doubled] th")).to_have_text(["cat", "dog & co", "c2"])
    expect(page.locator("[data-chart=products] td")).to_have_count(9)
    stage.settings["values"] = "3,1,0.1"
    stage.send()
    expect(values.get_by_role("cell")).to_have_text(["3.000", "1.000", "0.100"])
    page.unroute("**/plotly.min.js*")
    stage.send(headline=[["back"]])
    expect(texts(page, "values").first).to_have_text("3.000")
    expect(page.get_by_text("cannot load")).to_have_count(0)
    expect(page.get_by_role("table")).to_have_count(0)
    sizes = """performance.getEntriesByType("resource").filter(entry => entry.name.includes("plotly.min.js"))
        .map(entry => entry.transferSize)"""
    fetched = [size for size in page.evaluate(sizes) if size]
    assert len(fetched) == 1
    assert fetched[0] > 1_000_000
    page.reload()
    page.wait_for_function("() => Boolean(window.mount)")
    stage.send()
    expect(texts(page, "products").first).to_be_visible()
    assert page.evaluate(sizes) == [0]


def test_a_covered_chart_holds_no_numbers_until_it_is_shown(stage: Stage) -> None:
    stage.board["canHide"] = True
    page = stage.open()
    card = page.locator("[data-chart=products]")
    card.get_by_role("button", name="hide").click()
    stage.handle()
    show = card.get_by_role("button", name="show")
    expect(show).to_be_visible()
    markup = card.evaluate("node => node.innerHTML.replace(/ style=.*?>/g, '>')")
    assert not re.search(r"[02-9]|all products", markup)
    show.click()
    stage.handle()
    expect(texts(page, "products").first).to_have_text("4.000")
    assert page.locator("[data-chart=products] .lc-picked.lc-cell").is_visible()


def test_a_chart_can_be_covered_while_a_hand_is_ahead_of_python(stage: Stage) -> None:
    stage.board["canHide"] = True
    page = stage.open()
    page.locator(FIRST).press("ArrowUp")
    stage.settings["hide"] = "products"
    stage.send()
    expect(page.locator("[data-chart=products] .heatmap-label")).to_have_count(0)


def test_without_the_right_to_hide_there_is_no_button(stage: Stage) -> None:
    page = stage.open()
    expect(page.get_by_role("button", name="hide")).to_have_count(0)


@pytest.mark.parametrize(("name", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_chart_is_handed_out_as_a_picture(stage: Stage, name: str, start: bytes) -> None:
    page = stage.open()
    with page.expect_download() as waiting:
        page.locator("[data-chart=values] summary").click()
        page.locator("[data-chart=values]").get_by_role("button", name=name).click()
    assert waiting.value.suggested_filename == f"values.{name}"
    content = waiting.value.path().read_bytes()
    assert content.startswith(start)
    box = page.locator("[data-chart=values] .lc-plot").bounding_box()
    assert box
    if name == "svg":
        words = "".join(ElementTree.fromstring(content).itertext())
        assert "Valuesx" in words.replace("\u200b", "")  # the title, then the formula
        assert "2.000" in words
    else:
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.height == 3 * (200 + 50)
            ground = picture.getpixel((3, 3))
            rows = [
                y for y in range(3 * 50) if any(picture.getpixel((x, y)) != ground for x in range(30, 200))
            ]
        assert len(rows) > 30  # letters above the drawing
        assert min(rows) > 6  # and whole ones


def test_names_are_shown_as_text_never_as_markup(stage: Stage) -> None:
    page = stage.open()
    assert page.locator("[data-chart] b").count() == 0
    formula = page.locator("[data-chart=values] .lc-formula")
    assert formula.evaluate("node => node.innerHTML") == "<i>x</i><sub><i>i</i></sub>"


def test_a_headline_follows_the_charts_and_is_text_but_for_its_elements(stage: Stage) -> None:
    stage.board["headline"] = [["<i>Σ</i> = "], ["3.1", "small", "b"]]
    page = stage.open()
    headline = page.locator(".lc-headline")
    expect(headline.locator("b > small")).to_have_text("3.1")
    assert headline.inner_text() == "<i>Σ</i> = 3.1"
    page.locator(FIRST).press("ArrowUp")
    expect(headline).to_have_text("2.1,1,0.1")  # the road's answer
    stage.until(stage.events)
    stage.handle()
    expect(headline.locator("b > small")).to_have_text("3.1")


def test_without_a_headline_no_room_is_left_for_one(stage: Stage) -> None:
    page = stage.open()
    expect(page.locator(".lc-headline")).to_be_hidden()


def test_the_alternative_text_says_what_the_chart_shows_while_it_moves(stage: Stage) -> None:
    page = stage.open()
    expect(page.get_by_role("img", name="doubled [2.0, 1.0, 0.1]")).to_be_visible()
    page.locator(FIRST).press("ArrowUp")
    expect(page.get_by_role("img", name="doubled [2.1, 1.0, 0.1]")).to_be_visible()


@pytest.mark.parametrize(("wish", "seconds"), [("no-preference", "0.12s"), ("reduce", "0s")])
def test_motion_is_left_out_where_it_is_not_wanted(stage: Stage, wish: str, seconds: str) -> None:
    stage.page.emulate_media(reduced_motion=wish)
    page = stage.open()
    save = page.locator(".lc-menu summary").first
    assert save.evaluate("node => getComputedStyle(node).transitionDuration") == seconds


def test_on_a_phone_cards_with_few_bars_stand_in_twos_below_the_bars_that_a_hand_moves(stage: Stage) -> None:
    page = stage.page
    page.set_viewport_size({"width": 375, "height": 2000})
    stage.open()
    page.evaluate(
        "scrollTo(0, 0); document.querySelector('main').style.paddingTop = '80px'"
    )  # as below a header
    page.wait_for_function(
        "() => document.querySelector('[data-chart=values]').card.drawing.shown.height === 120"
    )
    stage.drawn()
    lead, second, third = (card.bounding_box() for card in page.locator("[data-chart]").all())
    joiners = [joiner.bounding_box() for joiner in page.locator(".lc-joiner:not(:empty)").all()]
    slider = page.locator(FIRST).bounding_box()
    assert lead
    assert second
    assert third
    assert slider
    assert lead["width"] > 300
    assert lead["y"] + lead["height"] <= second["y"] == third["y"]
    assert second["x"] + second["width"] <= third["x"]
    assert slider["height"] == pytest.approx(44)
    for joiner, (x, y) in zip(joiners, [(187, second["y"]), (third["x"], None)], strict=True):
        assert joiner
        assert abs(joiner["x"] + joiner["width"] / 2 - x) < 8
        assert y is None or joiner["y"] < y < joiner["y"] + joiner["height"]


def test_the_menu_of_pictures_closes_when_it_is_left(stage: Stage) -> None:
    page = stage.open()
    menu = page.locator("[data-chart=doubled] .lc-menu")
    expect(menu.get_by_role("button")).to_have_count(0)
    for leave in ("Escape", "Shift+Tab"):
        menu.locator("summary").press("Enter")
        expect(menu.get_by_role("button")).to_have_text(["png", "svg"])
        page.keyboard.press(leave)
        expect(menu.get_by_role("button")).to_have_count(0)


def test_a_chart_is_drawn_again_at_its_cards_new_size(stage: Stage) -> None:
    page = stage.open()
    plot = page.locator("[data-chart=values] .main-svg").first
    before = plot.get_attribute("width")
    page.set_viewport_size({"width": 1000, "height": 900})
    expect(plot).not_to_have_attribute("width", before or "")
    stage.drawn()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(plot).to_have_attribute("width", before or "")


def test_charts_out_of_sight_are_there_before_they_are_looked_at(stage: Stage) -> None:
    stage.board["columns"] = 1
    stage.board["height"] = 900
    page = stage.open()
    stage.settings["values"] = "1,2,3"
    stage.send()
    expect(texts(page, "products").first).to_have_text("1.000")
    assert page.evaluate("scrollY") == 0


def test_what_changes_out_of_sight_is_plotlys_own_drawing_at_rest(stage: Stage) -> None:
    page = stage.open()
    page.evaluate("document.querySelector('main').style.marginTop = '2000px'")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-chart]')].every(({ card }) => !card.isSeen)"
    )
    stage.settings["values"] = "3,1,0.1"
    stage.send()
    page.wait_for_function(
        """([first]) => {
            const { drawing } = document.querySelector("[data-chart=values]").card;
            return !drawing.moved && drawing.plot.data[0].y[0] === first;
        }""",
        arg=[3],
    )


def test_what_is_out_of_sight_is_drawn_before_it_is_printed(stage: Stage) -> None:
    page = stage.open()
    seen = page.evaluate("""() => {
        const board = document.querySelector("[data-chart]").card.board;
        for (const card of board.cards.values()) card.isSeen = false;
        board.cards.get("values").edits.set(0, 1);
        board.outbox.send({ kind: "edit", chart: "values", index: 0, value: 1, final: true });
        window.dispatchEvent(new Event("beforeprint"));
        return document.querySelector("[data-chart=values] .bartext").textContent;
    }""")
    assert seen == "1.000"


def test_hovering_writes_only_as_the_cell_changes(stage: Stage) -> None:
    page = stage.open()
    x, y = centre(texts(page, "products").nth(4))
    page.mouse.move(x, y)
    expect(page.locator(".lc-hovered.lc-cell:visible")).to_have_count(1)
    page.evaluate("""() => {
        window.written = 0;
        new MutationObserver(changes => { window.written += changes.length; })
            .observe(document.querySelector(".lc"), { subtree: true, attributes: true, childList: true });
    }""")
    for step in range(1, 9):
        page.mouse.move(x + step, y)
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate("window.written") == 0


def test_neither_updates_nor_boards_that_come_and_go_leave_anything_behind(stage: Stage) -> None:
    page = stage.open()
    devtools = page.context.new_cdp_session(page)

    def left() -> tuple[int, int]:
        stage.drawn()
        for _ in range(3):
            devtools.send("HeapProfiler.collectGarbage")
        counts = devtools.send("Memory.getDOMCounters")
        return counts["nodes"], counts["jsEventListeners"]

    def work(page: Page, rounds: int) -> None:
        for k in range(rounds):
            page.locator(FIRST).press("ArrowUp" if k % 2 else "ArrowDown")
            printed(page, "doubled", "4.000" if k % 2 else "3.800")
        pending = "document.querySelector('[data-chart]').card.board.pending().length"
        stage.handle_until(lambda: page.evaluate(pending) == 0)
        for _ in range(rounds // 4):
            page.evaluate("window.unmount('board')")
            stage.send()
            printed(page, "products", "4.000")

    work(page, 8)
    nodes, listeners = left()
    work(page, 24)
    more_nodes, more_listeners = left()
    assert more_nodes < nodes + 150
    assert more_listeners < listeners + 15
