"""The connection breaks in the middle of a drag, or the server goes away: the page is back with what the hand did."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings.numbers import number
from tests.distance import led
from tests.serving import ROOT

# Counts what is sent by each connection that is ever used, and keeps the one that was used last.
WATCH = """() => {
    const send = WebSocket.prototype.send;
    window.sent = new Map();
    window.forget = () => { WebSocket.prototype.send = send; };
    WebSocket.prototype.send = function (data) {
        window.last = this;
        window.sent.set(this, (window.sent.get(this) ?? 0) + 1);
        return send.call(this, data);
    };
}"""
SENT = "[...window.sent.values()]"


def settled(page: Page) -> tuple[float, ...]:
    """The logits that the address holds, once the charts, the field and the slider all show them."""
    page.evaluate("() => new Promise(requestAnimationFrame)")  # the last move is drawn in a frame of its own
    slider = page.locator("[data-chart=logits] [role=slider]").first
    held = re.escape(slider.get_attribute("aria-valuenow"))
    expect(page).to_have_url(re.compile(rf"logits={held},"), timeout=40_000)
    logits = tuple(float(part) for part in re.split(",|%2C", re.search(r"logits=([^&]+)", page.url)[1]))
    explanation = explain(Scenario(logits, temperature=2.0))
    for chart, values in (("probs", explanation.probs), ("logits_grad", explanation.logits_grad)):
        expect(page.locator(f"[data-chart={chart}] .bartext")).to_have_text(
            [number(value) for value in values]
        )
    field = page.get_by_role("textbox", name="Logits o")
    expect(field).to_have_value(", ".join(f"{value:g}" for value in logits))
    return logits


def taken(page: Page, url: str) -> tuple[float, float]:
    """Open a link and take the first logit's bar in hand, a little below where it was; gives the pointer's place."""
    page.goto(f"{url}?logits=2,1.5,0.25&temperature=2")
    first = page.locator("[data-chart=probs] .bartext").first
    before = number(explain(Scenario((2, 1.5, 0.25), temperature=2.0)).probs[0])
    expect(first).to_have_text(before, timeout=60_000)
    bar = page.locator("[data-chart=logits] [role=slider]").first.bounding_box()
    x, y = bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=3)
    expect(first).not_to_have_text(before)
    return x, y


def nothing_is_lost(page: Page) -> None:
    logits = settled(page)
    assert logits[0] < 1.7
    assert logits[1:] == (1.5, 0.25)


def test_a_connection_that_breaks_loses_nothing_of_a_drag_and_asks_for_nothing_at_rest(page, serve):
    """A class whose network drops is there again once it is connected: no page runs before somebody does something."""
    url = serve(ROOT / "app.py")
    page.goto(f"{url}?lang=en")
    expect(page.locator("[data-chart=logits_grad] .bartext").first).to_be_visible(timeout=60_000)
    page.evaluate(WATCH)
    page.goto(f"{url}?logits=2,1.5,0.25")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    before = page.evaluate(SENT)
    assert len(before) == 1
    with page.expect_websocket():
        page.evaluate("window.last.close()")
    field = page.get_by_role("textbox", name="Logits o")
    field.fill("1, 2, 3")
    field.press("Enter")
    expect(page).to_have_url(re.compile("logits=1(,|%2C)2(,|%2C)3"), timeout=40_000)
    assert page.evaluate(SENT) == [*before, 1]  # what was typed

    x, y = taken(page, url)
    page.evaluate("window.last.close()")
    page.mouse.move(x, y + 60, steps=3)
    page.mouse.up()
    nothing_is_lost(page)
    assert len(page.evaluate(SENT)) == 3
    page.evaluate("window.forget()")


def test_a_restart_of_the_server_in_the_middle_of_a_drag_loses_nothing(fresh_page, two):
    """Two pages: one bar is let go while the server is away, the other after it is back."""
    first, other = two
    pages = early, late = fresh_page, fresh_page.context.new_page()
    with led(first) as server:
        places = [taken(page, server.address) for page in pages]
        server.lead(None)
        for page, (x, y) in zip(pages, places, strict=True):
            page.mouse.move(x, y + 40, steps=3)
            state = "data-test-connection-state"
            expect(page.get_by_test_id("stApp")).to_have_attribute(state, "PINGING_SERVER")
        early.mouse.up()
        server.lead(other)  # which knows nothing of them
        late.mouse.move(x, y + 60, steps=3)
        late.mouse.up()
        for page in pages:
            nothing_is_lost(page)
            page.goto("about:blank")
    late.close()
