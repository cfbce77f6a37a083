"""Presenter mode on a projector: all in one screen and readable, led by a clicker, and read by the hall's phones."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from ce_viz.strings import words
from tests.serving import ROOT

SCREENS = ((1024, 768), (1280, 720), (1366, 768), (1920, 1080))
CASES = {
    "three": "logits=2,1,0.1",
    "five": "logits=2,1,0.1,-1,3",
    "five, smoothed": "logits=2.1,-1.3,0.1,-3,3&mode=smoothed&cell=2,5&names=plane,auto,bird,cat,deer",
}
DRAWN = """() => {
  const cards = [...document.querySelectorAll(".lc-card")];
  return cards.length === 8 && cards.every(section => {
    const { card } = section;
    const scale = Number(getComputedStyle(section.querySelector(".lc-frame")).getPropertyValue("--scale"));
    const drawn = section.querySelector(".js-plotly-plot")?._fullLayout;
    const { clientWidth } = section.querySelector(".lc-frame");
    return Math.abs(scale - innerHeight / 440) < 1e-9 && Math.abs(card.room - clientWidth) < 1 && !card.drawing.moved
      && drawn?.width === Math.floor(card.room / scale) && drawn.height === card.height();
  });
}"""
# All text above the panels: its words, box, size of type, and the box that must hold it.
TEXTS = """() => {
  const box = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const place = node => box(node.getBoundingClientRect());
  const end = Math.max(...[...document.querySelectorAll(".lc-card")].map(node => place(node).bottom));
  const found = [...document.querySelectorAll(".st-key-strip input")].map(field => ({
    text: field.value || field.placeholder,
    size: parseFloat(getComputedStyle(field).fontSize),
    cut: field.scrollWidth > field.clientWidth,
    ...place(field),
    holder: place(field.closest(".stSelectbox")),
  }));
  const left_out = "style, template, sub, sup, .lc-spoken, .lc-toggle, [data-testid=stIconMaterial], .st-key-heading";
  const walker = document.createTreeWalker(document.querySelector(".stMainBlockContainer"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement, style = getComputedStyle(parent);
    const isSeen = parent.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!node.data.trim() || !isSeen || parent.closest(left_out)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rect = (parent instanceof SVGElement ? parent : range).getBoundingClientRect();
    const clip = parent.closest("[data-testid=stMarkdownContainer]");
    if (rect.width < 1 || rect.top >= end || (clip && clip.getBoundingClientRect().width < 2)) continue;
    const card = parent.closest(".lc-card");
    const scale = parent.closest(".lc-zoom") ? Number(getComputedStyle(card).getPropertyValue("--scale")) : 1;
    const size = parseFloat(style.fontSize) * scale;
    const apart = parent.closest(".xtick") ? 1 : 0; // pixels that a name keeps to both sides
    found.push({ text: node.data, size, ...box(rect), apart, holder: card ? place(card) : screen });
  }
  return found;
}"""
# Of any page: its charts, and the text on those that begin on the first screen.
FIRST_SCREEN = """() => {
  const box = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
  const place = node => box(node.getBoundingClientRect());
  const cards = [...document.querySelectorAll(".lc-card")];
  const seen = cards.filter(node => place(node).top < innerHeight);
  const isDrawn = ({ card }) => card.drawing.shown && !card.drawing.moved && !card.board.frame
    && Math.abs(card.room - card.frame.clientWidth) < 1 && card.plot._fullLayout.height === card.height();
  const texts = [];
  for (const holder of seen) {
    const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
    const scale = Number(getComputedStyle(holder.querySelector(".lc-frame")).getPropertyValue("--scale"));
    for (let node; (node = walker.nextNode());) {
      const parent = node.parentElement, line = parent.closest("text") ?? parent;
      const isSeen = parent.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      if (!node.data.trim() || !isSeen || parent.closest("sub, sup, .lc-toggle, .lc-formula")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const size = parseFloat(getComputedStyle(line).fontSize) * (parent.closest(".lc-zoom") ? scale : 1);
      const turned = Boolean(parent.closest(".contourlabels")); // along its line: its box says little
      texts.push({ text: node.data, size, turned, ...box(range.getBoundingClientRect()) });
    }
  }
  const end = document.querySelector(".stMain").scrollHeight;
  return { drawn: seen.every(isDrawn), cards: cards.map(place), texts, end };
}"""
FRAMES = """async count => {
    while (count--) await new Promise(requestAnimationFrame);
}"""
BOXES = """() => [
    ...document.querySelectorAll(".lc-card, .st-key-strip .stSelectbox, .st-key-strip_buttons button, .lc-headline"),
  ].map(node => node.getBoundingClientRect()).filter(({ width }) => width > 0)
  .map(({ left, top, right, bottom }) => ({ left, top, right, bottom }))"""


PAGES = {
    "derivation": "derivation?step=8",
    "why, its gradients": "why?part=gradient",
    "why, the loss taken apart": "why?part=meaning&logits=2,1,0.1,-1,3",
    "numerics, four formulas": "numerics?topic=compare",
    "numerics, lost digits": "numerics?topic=errors",
    "pitfalls": "pitfalls?round=softmax_axis",
    "train": "train?train_step=50",
    "your logits": "inspect?sample=digits",
    "lesson, its terms": "lesson?scene=4",
}


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def overlap(one: dict, other: dict, *, slack: float = 0.0, apart: float = 0.0) -> bool:
    """Whether two boxes share more than their edges; of lines of text, only what their letters cover.

    What has to stand ``apart`` overlaps by so many pixels sooner.
    """
    across = min(one["right"], other["right"]) - max(one["left"], other["left"]) + 2 * apart
    trim = [slack * (each["bottom"] - each["top"]) for each in (one, other)]
    down = min(one["bottom"] - trim[0], other["bottom"] - trim[1]) - max(
        one["top"] + trim[0], other["top"] + trim[1]
    )
    return across > 1 and down > 1


# In Chinese as few and as many words and numbers as there are.
@pytest.mark.parametrize(("language", "cases"), [("en", list(CASES)), ("zh", ["three", "five, smoothed"])])
def test_a_hall_sees_all_eight_charts_and_reads_every_word(
    page: Page, url: str, language: str, cases: list[str]
) -> None:
    # A screen's height is what all is measured by, and the others are as wide for it as the second: they are asked
    # where there is most to read. Each case begins at the size at which the one before has ended.
    screens = dict.fromkeys(cases, SCREENS[:2]) | {cases[-1]: SCREENS}
    for turn, case in enumerate(cases):
        page.goto(f"{url}?present=1&lang={language}&{CASES[case]}")
        for width, height in screens[case][:: -1 if turn == 1 else 1]:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(DRAWN, timeout=60_000)
            found = faults(page.evaluate(BOXES), page.evaluate(TEXTS), width, height)
            assert found == [], (case, width, height)
            cells = page.locator("[data-chart=jacobian] .heatmap-label text")
            expect(cells).to_have_count(9 if case == "three" else 25)


def faults(boxes: list[dict], texts: list[dict], width: int, height: int) -> list[str]:
    """What is out of sight, too small to be read, cut, or lies on something else."""
    assert len(boxes) == 8 + 5 + 6 + 1
    assert len(texts) > 60
    found = [
        f"out of sight: {box}"
        for box in boxes
        if box["bottom"] > height or box["right"] > width or box["left"] < 0
    ]
    found += [f"boxes overlap: {a} {b}" for k, a in enumerate(boxes) for b in boxes[:k] if overlap(a, b)]
    for k, text in enumerate(texts):
        holder = text["holder"]
        if text["size"] < height / 40 - 0.05:
            found.append(f"small: {text['text']} {text['size']}")
        beyond = text["left"] < holder["left"] - 1 or text["right"] > holder["right"] + 1
        if text.get("cut") or beyond or text["bottom"] > holder["bottom"] + 1:
            found.append(f"cut: {text['text']}")
        found += [
            f"overlap: {text['text']} {other['text']}"
            for other in texts[:k]
            if overlap(text, other, slack=0.2, apart=text.get("apart", 0) + other.get("apart", 0))
        ]
    return found


def test_a_pages_charts_fill_a_halls_screen_whole(page: Page, url: str) -> None:
    for turn, (case, address) in enumerate(PAGES.items()):
        path, _, settings = address.partition("?")
        page.goto(f"{url}{path}?present=1&lang=en&{settings}")
        page.locator(".lc-plot .main-svg").first.wait_for(timeout=60_000)
        # The others are as wide for their height as the second; a page begins as the one before has ended.
        for width, height in SCREENS[:2][:: -1 if turn % 2 else 1]:
            page.set_viewport_size({"width": width, "height": height})
            assert settled(page, height) == [], (case, width, height)


def settled(page: Page, height: int) -> list[str]:
    """The first screen's faults once it has none, or after as many looks as a slow machine needs."""
    found = ["never looked at"]
    for look in range(60):
        page.evaluate(FRAMES, 3 if look < 20 else 20)
        found = first_screen_faults(page.evaluate(FIRST_SCREEN), height)
        if not found:
            break
    return found


def first_screen_faults(screen: dict, height: int) -> list[str]:
    """What is not drawn yet, cut at the screen's end, left empty, too small to be read, or on something else."""
    if not screen["drawn"]:
        return ["not drawn"]
    seen = [card for card in screen["cards"] if card["top"] < height]
    found = [f"cut: {card}" for card in seen if card["bottom"] > height]
    if not seen:
        return ["no chart"]
    if max(card["bottom"] for card in seen) < 0.95 * height and screen["end"] > height + 20:
        found.append(f"empty below {max(card['bottom'] for card in seen)}")
    found += [f"boxes overlap: {a} {b}" for k, a in enumerate(seen) for b in seen[:k] if overlap(a, b)]
    for k, text in enumerate(screen["texts"]):
        if text["size"] < height / 40 - 0.05:
            found.append(f"small: {text['text']} {text['size']}")
        others = (other for other in screen["texts"][:k] if overlap(text, other, slack=0.25))
        # What is emphasised is drawn again on the same place.
        found += [
            f"overlap: {text['text']} {each['text']}"
            for each in others
            if each["text"] != text["text"] and not (each["turned"] or text["turned"])
        ]
    return found


def test_a_clicker_uncovers_goes_on_and_comes_back(page: Page, url: str) -> None:
    page.goto(f"{url}?present=1&lang=en&reveal=loss,logits_grad")
    gradient, loss = (page.locator(f"[data-chart={name}]") for name in ("logits_grad", "loss"))
    expect(page.locator("[data-chart=probs] .bartext").first).to_be_attached(timeout=60_000)
    expect(loss).to_have_class(re.compile("lc-hidden"))
    page.locator("[data-chart=logits] [role=slider]").first.focus()
    page.keyboard.press("PageDown")
    expect(loss).not_to_have_class(re.compile("lc-hidden"))
    expect(page).not_to_have_url(re.compile("logits="))
    expect(gradient).to_have_class(re.compile("lc-hidden"))
    page.keyboard.press("PageUp")
    expect(loss).to_have_class(re.compile("lc-hidden"))
    page.keyboard.press(".")
    expect(gradient).not_to_have_class(re.compile("lc-hidden"))
    page.keyboard.press(".")
    expect(gradient).to_have_class(re.compile("lc-hidden"))
    page.keyboard.press(".")
    expect(page).to_have_url(re.compile("uncovered="))
    pages = page.get_by_role("combobox", name=words("en")["present.pages"])
    page.keyboard.press("PageDown")
    expect(pages).to_have_value(words("en")["nav.lesson"])
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile("scene=2"))
    page.keyboard.press("PageUp")
    expect(loss).to_have_class(re.compile("lc-hidden"))
    page.keyboard.press("PageUp")
    expect(page).not_to_have_url(re.compile("scene="))
    page.keyboard.press("PageUp")
    expect(pages).to_have_value(words("en")["nav.explore"])
    expect(page).to_have_url(re.compile("present=1"))


def test_a_period_that_is_typed_is_a_period(page: Page, url: str) -> None:
    page.goto(f"{url}derivation?present=1&lang=en&step=11")
    expect(page.locator("[data-chart=inputs]").first).to_be_visible(timeout=60_000)
    field = page.get_by_role("textbox", name=words("en")["fields.x"])
    field.fill("")
    field.press_sequentially("2.5, 1")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"x=2\.5,1"))
    expect(page).not_to_have_url(re.compile("hide="))


def test_a_phone_reads_the_code_and_sees_the_same(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{url}derivation?present=1&lang=en&logits=3,1,0.1&step=7")
    expect(page.locator("[data-chart]").first).to_be_visible(timeout=60_000)
    page.locator(".st-key-strip_qr button").first.click()
    code = page.get_by_role("dialog").locator("img")
    expect(code).to_be_visible()
    address = page.locator(".st-key-strip_address code").inner_text()
    assert address == f"{url}derivation?logits=3,1,0.1&lang=en&step=7"
    expect(code).to_have_js_property("complete", True)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    assert read.text == address
    assert code.bounding_box()["height"] > 720 / 3


def test_a_presenters_link_on_a_phone_has_a_phones_type(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto(f"{url}?present=1&hide=loss")
    expect(page.locator("[data-chart=logits_grad] .bartext").first).to_be_attached(timeout=60_000)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "15px"
    expect(page.locator(".lc").first).to_have_attribute("style", re.compile(r"--scale:\s?1;"))
    expect(page.locator("[data-chart=loss]")).to_have_class(re.compile("lc-hidden"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
