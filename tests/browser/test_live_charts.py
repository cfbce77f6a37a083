"""The live charts under a real hand: what a person does in a browser, and what Python makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

APP = Path(__file__).parent / "live_charts_app.py"
FIRST = "[data-chart=values] [role=slider] >> nth=0"


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(APP)


@pytest.fixture
def board(page: Page, url: str) -> Page:
    return opened(page, url)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator(FIRST)).to_be_visible(timeout=40_000)
    expect(texts(page, "products").first).to_be_visible()
    return page


def texts(page: Page, chart: str) -> Locator:
    """Numbers that Plotly printed on bars or cells."""
    return page.locator(f"[data-chart={chart}] :is(.bartext, .heatmap-label text)")


def told(page: Page, line: str) -> Locator:
    """What Python says about itself below the charts."""
    return page.get_by_test_id("stText").filter(has_text=re.compile(line)).first


def centre(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, locator: Locator, *down: float) -> None:
    """Press, move through the given distances, and keep the button down."""
    x, y = centre(locator)
    page.mouse.move(x, y)
    page.mouse.down()
    for distance in down:
        page.mouse.move(x, y + distance)


def test_a_dragged_bar_follows_at_once_and_all_charts_follow_it(board: Page) -> None:
    drag(board, board.locator(FIRST), 10, 20, 30, 40)
    expect(texts(board, "values").first).not_to_have_text("2.000")
    expect(texts(board, "doubled").first).not_to_have_text("4.000")
    expect(texts(board, "products").first).not_to_have_text("4.000")
    expect(told(board, r"final=False")).to_be_visible()
    board.mouse.up()
    expect(told(board, r"log=.*final=True\)$")).to_be_visible()


def test_a_handle_stands_on_its_bar_whenever_the_bar_has_moved(board: Page) -> None:
    board.evaluate("""() => {
        const card = document.querySelector("[data-chart=values]"), handle = card.querySelector("[role=slider]");
        const compare = () => {
            const { top, height } = handle.getBoundingClientRect();
            apart.push(Math.abs(top + height / 2 - card.querySelector(".point path").getBoundingClientRect().top));
        };
        window.apart = [];
        new MutationObserver(compare).observe(card.querySelector(".barlayer"), { subtree: true, attributes: true });
    }""")
    for key in ("PageUp", "PageDown", "PageUp"):
        board.locator(FIRST).press(key)
    board.keyboard.press("Control+z")
    expect(told(board, r"values=\(2.0, 1.0, 0.1\)")).to_be_visible()
    expect(texts(board, "values").first).to_have_text("2.000")
    apart = board.evaluate("apart")
    assert len(apart) >= 4
    assert max(apart) < 2


def test_a_bar_moves_before_a_slow_server_answers_and_its_last_value_wins(page: Page, url: str) -> None:
    board = opened(page, f"{url}?slow=2")
    drag(board, board.locator(FIRST), 5, 10, 15, 20, 25, 30)
    expect(texts(board, "values").first).not_to_have_text("2.000")
    assert texts(board, "doubled").first.text_content() == "4.000"  # no answer yet
    board.mouse.up()
    shown = texts(board, "values").first.text_content() or ""
    for _ in range(25):  # while answers to older values come in, the bar stays where the hand left it
        assert texts(board, "values").first.text_content() == shown
        board.wait_for_timeout(200)
    expect(told(board, rf"values=\({float(shown.replace('−', '-')):.6g},")).to_be_visible()


def test_what_stands_below_slow_charts_is_updated_during_a_drag_too(page: Page, url: str) -> None:
    board = opened(page, f"{url}?tail=0.4")
    drag(board, board.locator(FIRST), 5)
    before = told(board, "values=").inner_text()
    x, y = centre(board.locator(FIRST))
    for k in range(40):
        board.mouse.move(x, y + 40 * (k % 2))
        board.wait_for_timeout(100)
        if told(board, "values=").inner_text() != before:
            break
    assert told(board, "values=").inner_text() != before
    board.mouse.up()


def test_a_message_does_not_call_back_a_visitor_who_leaves(board: Page) -> None:
    board.locator(FIRST).focus()
    board.get_by_role("link", name="Other").evaluate("""link => {
        const key = new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true });
        link.click();
        document.activeElement.dispatchEvent(key);
    }""")
    expect(board.get_by_text("nothing here")).to_be_visible()
    board.wait_for_timeout(1500)
    expect(board.get_by_text("nothing here")).to_be_visible()


def test_keys_followed_at_once_by_a_link_do_not_call_back_either(board: Page) -> None:
    board.locator(FIRST).press("ArrowUp")
    expect(texts(board, "doubled").first).to_have_text("4.200")
    board.get_by_role("link", name="Other").click()
    expect(board.get_by_text("nothing here")).to_be_visible()
    board.wait_for_timeout(1500)
    expect(board.get_by_text("nothing here")).to_be_visible()


def test_a_value_snaps_to_tenths_and_with_shift_to_hundredths(board: Page) -> None:
    for shift in (False, True):
        if shift:
            board.keyboard.down("Shift")
        drag(board, board.locator(FIRST), 7, 13)
        board.mouse.up()
        board.keyboard.up("Shift")
        expect(told(board, "log=.*final=True")).to_be_visible()
        value = float(board.locator(FIRST).get_attribute("aria-valuenow") or "nan")
        grain = 100 if shift else 10
        assert value * grain == pytest.approx(round(value * grain))
        assert value != 2.0


def test_a_finger_drags_a_bar_by_its_end_without_scrolling_the_page(
    new_page: Callable[..., Page], url: str
) -> None:
    phone = new_page(viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True)
    opened(phone, f"{url}?long=1")
    swipe(phone, *centre(phone.locator(FIRST)), -40)
    expect(told(phone, "log=.*final=True")).to_be_attached()
    assert scrolled(phone) == 0


def test_a_finger_that_scrolls_over_a_bar_does_not_drag_it(new_page: Callable[..., Page], url: str) -> None:
    phone = new_page(viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True)
    opened(phone, f"{url}?long=1")
    phone.locator(FIRST).press("End")
    expect(told(phone, r"values=\(5.0,")).to_be_attached()
    expect(told(phone, "log=.*final=True")).to_be_attached()
    x, y = centre(phone.locator(FIRST))
    swipe(phone, x, y + 39, -200)  # on the bar, but not at its end
    phone.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop > 50")
    phone.wait_for_timeout(500)
    expect(told(phone, r"values=\(5.0, 1.0, 0.1\)")).to_be_attached()


def swipe(page: Page, x: float, y: float, distance: float) -> None:
    touch = page.context.new_cdp_session(page)
    for step in range(11):
        points = [{"x": x, "y": y + distance * step / 10}]
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points}
        )
        page.wait_for_timeout(20)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def scrolled(page: Page) -> float:
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")


def test_handles_are_at_least_forty_pixels_wide_and_high(board: Page) -> None:
    sizes = [slider.bounding_box() for slider in board.get_by_role("slider").all()]
    assert len(sizes) == 3
    assert all(box and box["width"] >= 40 and box["height"] >= 40 for box in sizes)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ArrowUp", "2.1"), ("ArrowRight", "2.1"), ("ArrowDown", "1.9"), ("ArrowLeft", "1.9"), ("PageUp", "3"),
        ("PageDown", "1"), ("Home", "-10"), ("End", "5"), ("Shift+ArrowUp", "2.01"), ("Shift+ArrowDown", "1.99"),
    ],
)  # fmt: skip
def test_keys_move_a_bar_that_has_the_focus(board: Page, key: str, value: str) -> None:
    slider = board.locator(FIRST)
    assert slider.get_attribute("aria-label") == "value 1"
    slider.press(key)
    expect(told(board, rf"values=\({float(value)}, ")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuenow", value)
    expect(slider).to_have_attribute("aria-valuetext", f"{float(value):.3f}".replace("-", "−"))


def test_the_focus_stays_on_its_bar_while_the_charts_are_updated(board: Page) -> None:
    slider = board.locator(FIRST)
    for k in range(1, 6):
        slider.press("ArrowUp") if k == 1 else board.keyboard.press("ArrowUp")
        expect(texts(board, "doubled").first).to_have_text(f"{4 + 0.2 * k:.3f}")
        expect(slider).to_be_focused()
    assert slider.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


def test_what_python_makes_of_an_edit_replaces_what_the_hand_showed(board: Page) -> None:
    board.locator(FIRST).press("End")  # 10, and this app's rule is 5
    expect(texts(board, "values").first).to_have_text("5.000")
    expect(board.locator(FIRST)).to_have_attribute("aria-valuenow", "5")


@pytest.mark.parametrize(
    ("way", "typed", "value"),
    [
        ("dblclick", "1.2345", 1.2345),
        ("Enter", "−3,5", -3.5),
        ("Enter", "-250", -100.0),
        ("Enter", "1e1", 5.0),
    ],
)
def test_an_exact_value_can_be_typed(board: Page, way: str, typed: str, value: float) -> None:
    slider = board.locator(FIRST)
    slider.dblclick() if way == "dblclick" else slider.press(way)
    field = board.get_by_role("textbox", name="value 1: type value")
    expect(field).to_be_focused()
    field.fill(typed)
    field.press("Enter")
    expect(told(board, rf"values=\({value}, 1.0, 0.1\)")).to_be_visible()
    expect(slider).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "key"), [("7", "Escape"), ("seven", "Enter"), ("", "Enter"), ("Infinity", "Enter")]
)
def test_a_field_left_with_escape_or_without_a_number_changes_nothing(
    board: Page, typed: str, key: str
) -> None:
    board.locator(FIRST).press("Enter")
    field = board.get_by_role("textbox", name="value 1: type value")
    field.fill(typed)
    field.press(key)
    assert texts(board, "values").first.text_content() == "2.000"
    expect(field).to_have_count(0)
    board.wait_for_timeout(500)
    expect(told(board, r"values=\(2.0, 1.0, 0.1\)")).to_be_visible()


def test_a_click_on_a_cell_picks_it_and_it_is_marked_in_all_charts(board: Page) -> None:
    board.mouse.click(*centre(texts(board, "products").nth(2)))  # row 1, column 3
    expect(told(board, r"cell=\(0, 2\)")).to_be_visible()
    expect(told(board, r"^returned=Pick\(chart='products', i=0, j=2\)$")).to_be_visible()
    assert covers(board, "picked", texts(board, "products").nth(2))
    for name in ("values", "doubled"):
        assert board.locator(f"[data-chart={name}] .lc-picked:visible").count() == 2


def test_a_click_on_a_bar_picks_its_class_and_a_drag_does_not(board: Page) -> None:
    board.mouse.click(*centre(texts(board, "doubled").first))
    expect(told(board, r"Pick\(chart='doubled', i=0, j=0\)")).to_be_visible()
    drag(board, board.locator(FIRST), 10, 20)
    board.mouse.up()
    expect(told(board, r"log=.*final=True\)$")).to_be_visible()


def test_cells_are_reached_with_one_tab_stop_and_arrows_and_picked_with_enter(board: Page) -> None:
    cells = board.locator("[data-chart=products] .lc-over > button")
    expect(cells).to_have_count(1)
    cells.focus()
    for key, name in [("ArrowUp", "row 1, column 2: 2.000"), ("ArrowRight", "row 1, column 3: 0.200")]:
        board.keyboard.press(key)
        expect(board.get_by_role("button", name=name)).to_be_focused()
    board.keyboard.press("ArrowRight")  # the edge
    board.keyboard.press("Enter")
    expect(told(board, r"cell=\(0, 2\)")).to_be_visible()
    expect(cells).to_have_count(1)
    expect(cells).to_be_focused()


def test_bars_that_do_not_move_are_picked_with_enter_too(board: Page) -> None:
    board.get_by_role("button", name="dog & co: 2.000").focus()
    board.keyboard.press("ArrowLeft")
    expect(board.get_by_role("button", name="cat: 4.000")).to_be_focused()
    board.keyboard.press("Enter")
    expect(told(board, r"Pick\(chart='doubled', i=0, j=0\)")).to_be_visible()


def test_a_class_under_the_mouse_is_marked_in_all_charts_without_a_rerun(board: Page) -> None:
    before = told(board, "log=").inner_text()
    board.mouse.move(*centre(texts(board, "doubled").nth(2)))
    for name in ("values", "doubled"):
        assert board.locator(f"[data-chart={name}] .lc-hovered:visible").count() == 1
    assert covers(board, "hovered", texts(board, "products").nth(8))
    board.mouse.move(5, 5)
    expect(board.locator(".lc-hovered:visible")).to_have_count(0)
    assert told(board, "log=").inner_text() == before


def covers(page: Page, layer: str, text: Locator) -> bool:
    """Whether the mark on a cell of the matrix lies around a number."""
    mark, number = page.locator(f"[data-chart=products] .lc-{layer}.lc-cell"), centre(text)
    return mark.is_visible() and all(abs(a - b) < 6 for a, b in zip(centre(mark), number, strict=True))


@pytest.mark.parametrize(
    ("keys", "redo"),
    [("Control+z", False), ("Meta+z", False), ("Shift+Control+z", True), ("Control+y", True)],
)
def test_undo_keys_reach_python(board: Page, keys: str, redo: bool) -> None:
    board.locator(FIRST).press("ArrowUp")
    expect(told(board, r"values=\(2.1,")).to_be_visible()
    board.keyboard.press(keys)
    expect(told(board, rf"log=.*Undo\(redo={redo}\)$")).to_be_visible()


def test_undo_keys_in_a_text_field_stay_there(board: Page) -> None:
    for field in (board.get_by_label("note"), board.get_by_role("textbox", name="value 1: type value")):
        board.locator(FIRST).press("Enter")
        field.press("Control+z")
    board.wait_for_timeout(500)
    expect(board.get_by_test_id("stText").filter(has_text="Undo(")).to_have_count(0)


def test_colours_follow_the_theme_at_once(board: Page) -> None:
    bar = board.locator("[data-chart=values] .point path").first
    heat = board.locator("[data-chart=products] .heatmaplayer image")
    light, picture = bar.evaluate("node => node.style.fill"), heat.get_attribute("xlink:href")
    runs = told(board, "log=").inner_text()
    board.emulate_media(color_scheme="dark")
    expect(bar).to_have_css("fill", "rgb(106, 167, 232)")
    assert light == "rgb(47, 111, 183)"
    expect(heat).not_to_have_attribute("xlink:href", picture or "")
    assert (
        board.locator(".lc-card").first.evaluate("node => getComputedStyle(node).backgroundColor")
        != "rgb(247, 247, 245)"
    )
    board.emulate_media(color_scheme="light")
    expect(bar).to_have_css("fill", light)
    assert told(board, "log=").inner_text() == runs


def names(page: Page) -> list[str | None]:
    return [card.get_attribute("data-chart") for card in page.locator("[data-chart]").all()]


def test_charts_keep_their_elements_when_others_come_go_and_move(board: Page) -> None:
    board.evaluate("document.querySelectorAll('[data-chart]').forEach((node, k) => { node.kept = k + 1; })")
    kept = "nodes => nodes.map(node => node.kept ?? 0)"
    for order, shown, elements in [
        ("reversed", ["products", "doubled", "values"], [3, 2, 1]),
        ("without doubled", ["values", "products"], [1, 3]),
        ("as is", ["values", "doubled", "products"], [1, 0, 3]),
    ]:
        board.get_by_text(order, exact=True).click()
        expect(told(board, "values=")).to_be_visible()
        board.wait_for_function("n => document.querySelectorAll('[data-chart]').length === n", arg=len(shown))
        board.wait_for_timeout(300)
        assert names(board) == shown
        assert board.locator("[data-chart]").evaluate_all(kept) == elements
        assert texts(board, "products").count() == 9


def test_only_charts_whose_figure_changed_are_drawn_again(board: Page) -> None:
    board.evaluate("""() => { window.drawn = [];
        for (const name of ["react", "animate"]) {
            const draw = Plotly[name];
            Plotly[name] = (plot, ...rest) => {
                window.drawn.push(plot.closest("[data-chart]").dataset.chart);
                return draw(plot, ...rest);
            };
        } }""")
    board.mouse.click(*centre(texts(board, "products").nth(2)))
    expect(told(board, r"cell=\(0, 2\)")).to_be_visible()
    board.wait_for_timeout(300)
    assert board.evaluate("window.drawn") == []
    board.locator(FIRST).press("ArrowUp")
    expect(texts(board, "products").first).to_have_text("4.410")
    assert set(board.evaluate("window.drawn")) == {"values", "doubled", "products"}


def test_moved_charts_look_as_if_drawn_afresh(page: Page, url: str) -> None:
    board = opened(page, f"{url}?extra=1")
    for key, value in [
        ("Home", "−10"),
        ("ArrowUp", "−9.9"),
        ("End", "5"),
        ("ArrowDown", "4.9"),
        ("PageDown", "3.9"),
    ]:
        board.locator(FIRST).press(key)  # across 0 and a step of the axis
        expect(told(board, rf"values=\({float(value.replace('−', '-'))},")).to_be_visible()
    expect(texts(board, "doubled").first).to_have_text("7.800")
    board.wait_for_timeout(300)
    assert board.evaluate("""async () => {
        const parts = ".point path, .bartext, .ytick text, .gridlayer path, .lines path, .heatmap-label text";
        const look = plot => [...plot.querySelectorAll(parts)].map(node =>
            [node.textContent, node.getAttribute("d"), node.getAttribute("transform"), node.style.fill].join());
        const plots = [...document.querySelectorAll(".lc-plot")];
        return Promise.all(plots.map(async plot => {
            const fresh = document.body.appendChild(document.createElement("div"));
            await Plotly.newPlot(fresh, structuredClone(plot.data), structuredClone(plot.layout), { staticPlot: true });
            return look(fresh).length > 8 && look(fresh).join("|") === look(plot).join("|");
        }));
    }""") == [True, True, True, True]


def test_without_plotly_a_page_says_so_and_shows_the_numbers(new_page: Callable[..., Page], url: str) -> None:
    page = new_page()
    page.route("**/plotly.min.js*", lambda route: route.abort())
    page.goto(url)
    values = page.locator("[data-chart=values]")
    expect(values.get_by_text("cannot load")).to_be_visible(timeout=40_000)
    expect(values.get_by_role("cell")).to_have_text(["2.000", "1.000", "0.100"])
    expect(page.locator("[data-chart=doubled] th")).to_have_text(["cat", "dog & co", "c2"])
    expect(page.locator("[data-chart=products] td")).to_have_count(9)
    page.unroute("**/plotly.min.js*")  # and when the network is back, the next update draws
    page.get_by_text("reversed", exact=True).click()
    expect(texts(page, "values").first).to_have_text("2.000")
    expect(page.get_by_text("cannot load")).to_have_count(0)


def test_plotly_is_fetched_once_and_then_kept_by_the_browser(new_page: Callable[..., Page], url: str) -> None:
    board = opened(new_page(), url)
    sizes = """performance.getEntriesByType("resource").filter(entry => entry.name.includes("plotly.min.js"))
        .map(entry => entry.transferSize)"""
    assert board.evaluate(sizes)[0] > 1_000_000
    board.reload()
    expect(texts(board, "products").first).to_be_visible()
    assert board.evaluate(sizes) == [0]


def test_files_are_found_below_a_base_path_and_from_every_page(serve: Callable[..., str], page: Page) -> None:
    url = serve(APP, "--server.baseUrlPath=lecture/softmax")
    page.goto(f"{url}other")
    expect(page.get_by_text("nothing here")).to_be_visible(timeout=40_000)
    page.get_by_role("link", name="Charts").click()
    expect(texts(page, "products")).to_have_count(9)


def test_a_lost_message_is_sent_again(page: Page, url: str) -> None:
    dropped = []

    def relay(socket):
        server = socket.connect_to_server()

        def pass_on(message):
            if b'"edit"' in bytes(message) and len(dropped) < 1:
                dropped.append(message)
            else:
                server.send(message)

        socket.on_message(pass_on)

    page.route_web_socket("**/_stcore/stream", relay)
    opened(page, url)
    page.locator(FIRST).press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(told(page, r"values=\(2.2,")).to_be_visible(timeout=15_000)
    assert len(dropped) == 1


def test_ticks_come_one_after_another_and_only_while_the_page_is_seen(board: Page) -> None:
    board.get_by_text("ticking", exact=True).click()
    expect(told(board, r"ticks=([5-9]|\d\d)")).to_be_visible()
    hide = """hidden => { Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    board.evaluate(hide, True)
    board.wait_for_timeout(1000)
    ticks = told(board, "ticks=").inner_text()
    board.wait_for_timeout(1000)
    assert told(board, "ticks=").inner_text() == ticks
    board.evaluate(hide, False)
    expect(told(board, "ticks=")).not_to_have_text(ticks)


def test_a_covered_chart_holds_no_numbers_until_it_is_shown(page: Page, url: str) -> None:
    board = opened(page, f"{url}?present=1")
    card = board.locator("[data-chart=products]")
    card.get_by_role("button", name="hide").click()
    show = card.get_by_role("button", name="show")
    expect(show).to_be_visible()
    assert not re.search(
        r"[02-9]|all products", str(card.evaluate("node => node.innerHTML.replace(/ style=.*?>/g, '>')"))
    )
    show.click()
    expect(texts(board, "products").first).to_have_text("4.000")
    assert covers(board, "picked", texts(board, "products").nth(4))


def test_without_the_right_to_hide_there_is_no_button(board: Page) -> None:
    expect(board.get_by_role("button", name="hide")).to_have_count(0)


@pytest.mark.parametrize(("name", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_chart_is_handed_out_as_a_picture(board: Page, name: str, start: bytes) -> None:
    with board.expect_download() as waiting:
        board.locator("[data-chart=values]").get_by_role("button", name=name).click()
    assert waiting.value.suggested_filename == f"values.{name}"
    assert waiting.value.path().read_bytes().startswith(start)


def test_names_are_shown_as_text_never_as_markup(board: Page) -> None:
    assert board.locator("[data-chart] b").count() == 0
    formula = board.locator("[data-chart=values] .lc-formula")
    assert formula.evaluate("node => node.innerHTML") == (
        "<i>x</i><sub><i>i</i></sub><sup>2</sup> = <i>e</i><sup>log</sup><sup> </sup><sup><i>x</i></sup>"
    )


def test_a_headline_follows_the_charts_and_is_text_but_for_its_elements(page: Page, url: str) -> None:
    opened(page, f"{url}?headline=1")
    headline = page.locator(".lc-headline")
    before = headline.locator("b > small").inner_text()
    assert headline.inner_text() == f"<i>Σ</i> = {before}"
    page.locator(FIRST).focus()
    page.keyboard.press("ArrowUp")
    expect(headline.locator("b > small")).to_have_text(f"{float(before) + 0.1:.1f}")


def test_without_a_headline_no_room_is_left_for_one(board: Page) -> None:
    expect(board.locator(".lc-headline")).to_be_hidden()


def test_motion_is_left_out_where_it_is_not_wanted(new_page: Callable[..., Page], url: str) -> None:
    for wish, seconds in [("no-preference", "0.12s"), ("reduce", "0s")]:
        page = opened(new_page(reduced_motion=wish), url)
        assert (
            page.locator(".lc-save").first.evaluate("node => getComputedStyle(node).transitionDuration")
            == seconds
        )


def test_a_phone_shows_one_column_with_the_joiners_between_the_cards(
    new_page: Callable[..., Page], url: str
) -> None:
    phone = opened(new_page(viewport={"width": 375, "height": 2000}), url)
    cards = [card.bounding_box() for card in phone.locator("[data-chart]").all()]
    assert all(box and box["width"] > 300 for box in cards)
    joiner = phone.locator(".lc-joiner").first.bounding_box()
    assert joiner
    assert cards[0]
    assert cards[1]
    assert cards[0]["y"] + cards[0]["height"] <= joiner["y"] < cards[1]["y"]


def test_enlarged_charts_are_dragged_as_precisely(page: Page, url: str) -> None:
    board = opened(page, f"{url}?scale=1.5")
    x, y = centre(board.locator(FIRST))
    drag(board, board.locator(FIRST), 15, 30, 45)
    board.mouse.up()
    expect(told(board, "log=.*final=True")).to_be_visible()
    board.wait_for_timeout(300)
    assert centre(board.locator(FIRST)) == (pytest.approx(x, abs=2), pytest.approx(y + 45, abs=3))


def test_two_tabs_do_not_disturb_each_other(board: Page, url: str) -> None:
    other = opened(board.context.new_page(), url)
    board.locator(FIRST).press("ArrowUp")
    expect(told(board, r"values=\(2.1,")).to_be_visible()
    other.locator(FIRST).press("ArrowDown")
    expect(told(other, r"values=\(1.9,")).to_be_visible()
    expect(told(board, r"values=\(2.1,")).to_be_visible()


def test_neither_updates_nor_page_changes_leave_anything_behind(board: Page) -> None:
    devtools = board.context.new_cdp_session(board)

    def left() -> tuple[int, int]:
        board.wait_for_timeout(400)
        for _ in range(3):
            devtools.send("HeapProfiler.collectGarbage")
        counts = devtools.send("Memory.getDOMCounters")
        return counts["nodes"], counts["jsEventListeners"]

    def work(rounds: int) -> None:
        for k in range(rounds):
            board.locator(FIRST).press("ArrowUp" if k % 2 else "ArrowDown")
            expect(texts(board, "doubled").first).to_have_text("4.000" if k % 2 else "3.800")
        for _ in range(rounds // 4):
            board.get_by_role("link", name="Other").click()
            expect(board.get_by_text("nothing here")).to_be_visible()
            board.get_by_role("link", name="Charts").click()
            expect(texts(board, "products")).to_have_count(9)

    work(8)
    nodes, listeners = left()
    work(24)
    more_nodes, more_listeners = left()
    assert more_nodes < nodes + 150
    assert more_listeners < listeners + 15
