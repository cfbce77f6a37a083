"""Pitfalls in a real browser: rounds played by keyboard, and nothing of an answer sent before a guess."""

import contextlib
import re
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket, expect

from ce_viz.core import Scenario, cross_entropy_grad
from ce_viz.core.studies.pitfalls import pose
from ce_viz.strings import words
from ce_viz.strings.numbers import number
from tests.serving import ROOT

WORDS = words("en")


class Wire:
    """All that a page received over its websocket, unpacked, as one run of bytes."""

    def __init__(self, page: Page) -> None:
        self.received = b""
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._take)

    def _take(self, payload: bytes | str) -> None:
        data = payload.encode() if isinstance(payload, str) else payload
        self.received += data
        for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):  # charts travel compressed
            with contextlib.suppress(zlib.error):
                self.received += zlib.decompressobj().decompress(data[start.start() :])

    def holds(self, text: str) -> bool:
        """Whether ``text`` came, in whatever part of the protocol."""
        return text.encode() in self.received


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def opened(page: Page, url: str, name: str, **link: str) -> None:
    """Open a round by its link and wait for its charts."""
    page.goto(f"{url}pitfalls?round={name}&lang=en" + "".join(f"&{key}={text}" for key, text in link.items()))
    expect(page.get_by_role("button", name=WORDS["pitfalls.check"])).to_be_visible(timeout=60_000)
    expect(page.locator("[data-chart=logits] .bartext").first).to_be_attached(timeout=60_000)


def answer(page: Page, option: str) -> None:
    """Choose an option and submit it."""
    page.get_by_test_id("stRadioOption").filter(has_text=option).click()
    expect(page.get_by_role("radio", name=option)).to_be_checked()
    page.get_by_role("button", name=WORDS["pitfalls.check"]).click()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab, from the page's first field on, until what ``selector`` names has the focus."""
    if page.evaluate("document.activeElement === document.body"):
        page.get_by_role("combobox", name=WORDS["pitfalls.pick"]).focus()
    for _ in range(80):
        if page.evaluate("chosen => document.activeElement?.matches(chosen)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


def test_rounds_are_played_and_their_answers_come_after_the_guess(fresh_page, url):
    wire = Wire(fresh_page)  # of a visit that has answered nothing yet
    a_number_is_guessed(fresh_page, url, wire)
    a_choice_is_made(fresh_page, url, wire)
    wrong_and_right_move_together_next_is_a_key_and_the_mark_stays(fresh_page, url)


def a_number_is_guessed(page: Page, url: str, wire: Wire) -> None:
    opened(page, url, "double_softmax")
    floor = pose("double_softmax", Scenario()).answer.answer
    secrets = (number(floor), repr(floor)[:6], WORDS["pitfalls.double_softmax.said_zero"], "wrong_twice")
    assert not [secret for secret in secrets if secret in page.content() or wire.holds(secret)]
    tab_to(page, "[data-testid=stForm] input")
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text(WORDS["pitfalls.verdict_wrong"])
    expect(alert).to_contain_text(number(floor))
    expect(page.locator("[data-chart=wrong_twice] .bartext").first).to_be_attached()
    assert all(wire.holds(secret) for secret in secrets if secret != repr(floor)[:6])


def a_choice_is_made(page: Page, url: str, wire: Wire) -> None:
    opened(page, url, "softmax_derivative")
    choice = pose("softmax_derivative", Scenario()).answer
    secrets = (WORDS["pitfalls.softmax_derivative.why"][:30], "wrong_jacobian", "right_jacobian")
    assert not [secret for secret in secrets if secret in page.content() or wire.holds(secret)]
    tab_to(page, "[data-testid=stForm] input[type=radio]")
    for _ in range(choice.options.index(choice.answer)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    tab_to(page, "[data-testid=stFormSubmitButton] button")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text(WORDS["pitfalls.verdict_right"])
    expect(page.locator("[data-chart=right_jacobian] .js-plotly-plot")).to_be_attached()
    assert all(wire.holds(secret) for secret in secrets)


def wrong_and_right_move_together_next_is_a_key_and_the_mark_stays(page: Page, url: str) -> None:
    opened(page, url, "sign")
    expect(page.locator("[data-chart=logits] [role=slider]")).to_have_count(0)
    answer(page, "It rises")
    expect(page.locator("[data-chart=right_losses]")).to_be_visible()
    bar = page.locator("[data-chart=logits] [role=slider]").first
    bar.focus()
    bar.press("PageDown")
    grad = cross_entropy_grad((1.0, 1.0, 0.1), (0.0, 1.0, 0.0))
    expect(page.locator("[data-chart=right_grad] .bartext")).to_have_text([number(value) for value in grad])
    expect(page.locator("[data-chart=wrong_grad] .bartext")).to_have_text([number(-value) for value in grad])
    expect(page.get_by_text(WORDS["pitfalls.moved"])).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name=WORDS["pitfalls.sum_of_targets.title"])).to_be_visible()
    expect(page).to_have_url(re.compile("round=sum_of_targets"))
    expect(page.locator("[data-chart^=right_]")).to_have_count(0)
    page.get_by_role("combobox", name=WORDS["pitfalls.pick"]).click()
    expect(page.get_by_role("option", name=re.compile("^9 ✓"))).to_be_visible()


def test_round_opens_in_explore_with_its_logits(new_page, url):
    page = new_page()  # other tests have not answered this one
    opened(page, url, "log_zero")
    page.locator("[data-testid=stForm] input").fill("750")
    page.get_by_role("button", name=WORDS["pitfalls.check"]).click()
    page.get_by_role("button", name=WORDS["pitfalls.explore"]).click()
    expect(page.locator("[data-chart=loss] .bartext").nth(1)).to_have_text(number(750.0))
    expect(page).to_have_url(re.compile(r"logits=900,150,0"))


@pytest.mark.parametrize(("lang", "name"), [("en", "missing_derivative"), ("zh", "sign")])
def test_phone_shows_a_round_without_sideways_scrolling(new_page, url, lang, name):
    page = new_page(viewport={"width": 375, "height": 812}, is_mobile=True, has_touch=True)
    page.goto(f"{url}pitfalls?round={name}&lang={lang}")
    page.get_by_test_id("stRadioOption").first.tap()
    expect(page.get_by_test_id("stForm").get_by_role("radio").first).to_be_checked()
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").tap()
    expect(page.locator("[data-chart=right_grad] .bartext").first).to_be_attached(timeout=60_000)
    wider = (
        "() => [...document.querySelectorAll('[data-chart], [data-testid=stMarkdown]')]"
        ".filter(node => node.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert page.evaluate(wider) == 0
