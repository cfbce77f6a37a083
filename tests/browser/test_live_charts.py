"""The live charts in a real Streamlit app: runs, pages, themes and connections; the rest is in tests/live."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.live.stage import FIRST, drag, texts

# Python has answered everything that hands have done, and has said what it says below.
HEARD = """() => document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
    && !document.querySelector("[data-chart]").card.board.pending().length"""
APP = Path(__file__).parent / "live_charts_app.py"


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(APP)


@pytest.fixture
def board(page: Page, url: str) -> Page:
    """The charts as they open: in the document of the test before, once its edits are undone."""
    if page.url != url:
        return opened(page, url)
    page.locator(FIRST).focus()
    page.keyboard.press("Control+z")
    page.wait_for_function(HEARD)
    expect(told(page, r"values=\(2.0, 1.0, 0.1\)")).to_be_visible()
    expect(texts(page, "values").first).to_have_text("2.000")
    return page


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator(FIRST)).to_be_visible(timeout=40_000)
    expect(texts(page, "products").first).to_be_visible()
    return page


def told(page: Page, line: str) -> Locator:
    """What Python says about itself below the charts."""
    return page.get_by_test_id("stText").filter(has_text=re.compile(line)).first


def test_a_drag_is_drawn_at_once_and_ends_as_python_has_it(board: Page) -> None:
    drag(board, board.locator(FIRST), 10, 20, 30, 40)
    expect(texts(board, "values").first).not_to_have_text("2.000")
    expect(texts(board, "doubled").first).not_to_have_text("4.000")
    board.mouse.up()
    expect(told(board, r"log=.*final=True\)$")).to_be_visible()
    shown = float((board.locator(FIRST).get_attribute("aria-valuenow")) or "nan")
    expect(told(board, rf"values=\({shown:g}, 1.0, 0.1\)")).to_be_visible()


def test_what_python_makes_of_an_edit_replaces_what_the_hand_showed(board: Page) -> None:
    board.locator(FIRST).press("End")  # 10, and this app's rule is 5
    expect(told(board, r"values=\(5.0, 1.0, 0.1\)")).to_be_visible()
    expect(texts(board, "values").first).to_have_text("5.000")
    expect(board.locator(FIRST)).to_have_attribute("aria-valuenow", "5")
    board.keyboard.press("Control+z")
    expect(told(board, r"values=\(2.0, 1.0, 0.1\)")).to_be_visible()
    expect(texts(board, "values").first).to_have_text("2.000")


def test_a_message_does_not_call_back_a_visitor_who_leaves(board: Page) -> None:
    board.locator(FIRST).focus()
    board.evaluate("""() => {
        const link = [...document.querySelectorAll("a")].find(each => each.textContent.includes("Other"));
        const key = () => new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true });
        const handle = document.activeElement;
        link.click();
        handle.dispatchEvent(key());
    }""")
    expect(board.get_by_text("nothing here")).to_be_visible()
    board.wait_for_function("() => !document.querySelector('.lc')")
    board.get_by_role("link", name="Charts").click()
    expect(texts(board, "values").first).to_have_text("2.100")  # and what was done is not lost
    expect(board.get_by_text("nothing here")).to_have_count(0)


def test_keys_followed_at_once_by_a_link_do_not_call_back_either(board: Page) -> None:
    board.locator(FIRST).press("ArrowUp")
    board.get_by_role("link", name="Other").click()
    expect(board.get_by_text("nothing here")).to_be_visible()
    board.wait_for_function("() => !document.querySelector('.lc')")
    board.get_by_role("link", name="Charts").click()
    expect(texts(board, "values").first).to_have_text("2.100")


def test_charts_keep_their_elements_when_others_come_go_and_move(board: Page) -> None:
    board.evaluate("document.querySelectorAll('[data-chart]').forEach((node, k) => { node.kept = k + 1; })")
    there = """() => [...document.querySelectorAll("[data-chart]")]
        .map(node => [node.dataset.chart, node.kept ?? 0].join()).join(" ")"""
    for order, elements in [
        ("reversed", "products,3 doubled,2 values,1"),
        ("without doubled", "values,1 products,3"),
        ("as is", "values,1 doubled,0 products,3"),
    ]:
        board.get_by_text(order, exact=True).click()
        board.wait_for_function(f"elements => ({there})() === elements", arg=elements)


def test_colours_follow_the_theme_at_once(board: Page) -> None:
    bar = board.locator("[data-chart=values] .point path").first
    card = board.locator(".lc-card").first
    log = told(board, "log=").inner_text()
    board.emulate_media(color_scheme="dark")
    expect(bar).to_have_css("fill", "rgb(106, 167, 232)")
    expect(card).not_to_have_css("background-color", "rgb(247, 247, 245)")
    board.emulate_media(color_scheme="light")
    expect(bar).to_have_css("fill", "rgb(47, 111, 183)")
    assert told(board, "log=").inner_text() == log


def test_two_tabs_do_not_disturb_each_other(board: Page, url: str) -> None:
    other = opened(board.context.new_page(), url)
    board.locator(FIRST).press("ArrowUp")
    expect(told(board, r"values=\(2.1,")).to_be_visible()
    other.locator(FIRST).press("ArrowDown")
    expect(told(other, r"values=\(1.9,")).to_be_visible()
    expect(told(board, r"values=\(2.1,")).to_be_visible()
    other.close()


def test_page_changes_leave_nothing_behind(board: Page) -> None:
    devtools = board.context.new_cdp_session(board)

    def left(rounds: int) -> tuple[int, int]:
        for _ in range(rounds):
            board.get_by_role("link", name="Other").click()
            expect(board.get_by_text("nothing here")).to_be_visible()
            board.get_by_role("link", name="Charts").click()
            expect(texts(board, "products")).to_have_count(9)
        board.wait_for_function(
            "() => [...document.querySelectorAll('[data-chart]')].every(({ card }) => card.drawing.shown)"
        )
        for _ in range(3):
            devtools.send("HeapProfiler.collectGarbage")
        counts = devtools.send("Memory.getDOMCounters")
        return counts["nodes"], counts["jsEventListeners"]

    nodes, listeners = left(4)
    more_nodes, more_listeners = left(4)
    assert more_nodes < nodes + 100
    assert more_listeners < listeners + 10


def test_a_bar_moves_before_a_slow_server_answers_and_its_last_value_wins(page: Page, url: str) -> None:
    board = opened(page, f"{url}?slow=1")
    board.evaluate("""() => {
        const bar = document.querySelector("[data-chart=values] .bartext");
        window.seen = [];
        new MutationObserver(() => window.seen.push(bar.textContent))
            .observe(bar, { subtree: true, characterData: true, childList: true });
    }""")
    drag(board, board.locator(FIRST), 5, 10, 15, 20, 25, 30)
    expect(texts(board, "values").first).not_to_have_text("2.000")
    assert texts(board, "doubled").first.text_content() == "4.000"  # no answer yet
    board.mouse.up()
    last = board.locator(FIRST).get_attribute("aria-valuenow")
    expect(told(board, rf"values=\({float(last or ''):g},")).to_be_visible()
    seen = [float(text.replace("−", "-")) for text in board.evaluate("window.seen")]
    assert seen == sorted(seen, reverse=True)  # no older answer threw the bar back
    assert seen[-1] == float(last or "")


def test_a_lost_message_is_sent_again(page: Page, url: str) -> None:
    dropped: list[object] = []

    def relay(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if isinstance(message, bytes) and b'"edit"' in message and not dropped:
                dropped.append(message)
            else:
                server.send(message)

        socket.on_message(pass_on)

    page.route_web_socket("**/_stcore/stream", relay)
    opened(page, url)
    page.locator(FIRST).press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(told(page, r"values=\(2.2,")).to_be_visible()
    assert len(dropped) == 1
