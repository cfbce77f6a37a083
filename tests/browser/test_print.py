"""Each page on paper: whole cards, every number, title, settings and link, and nothing beyond the sheet."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.serving import ROOT

SHEETS = [("A4", False), ("A4", True), ("Letter", False), ("Letter", True)]
OWN = "logits=2.13,-0.87,0.46&mode=smoothed&label_smoothing=0.3"
PAGES = {
    "explore": f"?{OWN}",
    "lesson": "lesson?scene=3",
    "derivation": f"derivation?{OWN}&step=8",
    "why": "why?part=meaning",
    "numerics": f"numerics?{OWN}",
    "pitfalls": "pitfalls?round=labels_from_one",
    "train": "train?train_step=50",
    "inspect": "inspect",
}
EDGE = 25  # points of a margin that stay white


def sheets(pdf: bytes) -> list[str]:
    """The text of each sheet, after a look at its margins: white."""
    texts = []
    for sheet in pypdfium2.PdfDocument(pdf):
        pixels = sheet.render(scale=1).to_numpy()
        for margin in (pixels[:EDGE], pixels[-EDGE:], pixels[:, :EDGE], pixels[:, -EDGE:]):
            assert margin.min() == 255
        texts.append(squeezed(sheet.get_textpage().get_text_range()))
    return texts


CARDS = """() => [...document.querySelectorAll("[data-chart]:not(.lc-hidden)")].map(node => {
    const numbers = [...node.querySelectorAll(".bartext, .heatmap-label text")].map(text => text.textContent);
    return { title: node.querySelector(".lc-title").textContent, last: numbers.at(-1) ?? "",
        hint: node.card.chart.editable ? "" : node.querySelector(".lc-hint").textContent };
})"""


def squeezed(text: str) -> str:
    """Text without the spaces that a PDF has in other places than a page."""
    return "".join(text.split())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_a_handout(name: str, serve: Callable[..., str], page: Page) -> None:
    url = serve(ROOT / "app.py") + PAGES[name]
    page.goto(url)
    page.locator(".lc-plot .main-svg").first.wait_for()
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-chart]")].every(({ card }) =>
            card.drawing.shown && !card.drawing.moved && !card.board.frame)"""
    )
    cards = page.evaluate(CARDS)
    assert cards
    tables = []
    if name == "inspect":
        page.locator(".stCode code").first.wait_for()
        tables = [
            squeezed(text)
            for text in page.locator("[class*=st-key-paper_] tr:last-child").all_text_contents()
        ]
        assert len(tables) == 4  # of two tables, the head and the last row
    for paper, landscape in SHEETS if name == "explore" else SHEETS[::3]:
        texts = sheets(page.pdf(format=paper, landscape=landscape))
        for card in cards:
            # Where a sheet leaves bars less room, numbers beside each other lose a decimal.
            parts = [squeezed(card["title"]), squeezed(card["last"]).rstrip("0"), squeezed(card["hint"])]
            assert any(all(part in text for part in parts) for text in texts), (paper, landscape, card)
        assert texts[0].startswith(squeezed("Softmax × cross-entropy ·"))
        assert url.split("?")[0].removesuffix("/") in texts[0]
        assert landscape or squeezed(cards[0]["title"]) in texts[0]  # no sheet holds its title alone
        if name in ("explore", "derivation"):
            assert "o=[2.130,−0.870,0.460]" in texts[0]
        for word in ("Takeaway", "PNG", "•••", "Gradientsteps", "Language"):
            assert word not in "".join(texts)
        if (
            name == "inspect"
        ):  # tables are on paper as text, with every column and their last row, and code is whole
            assert squeezed("row label predicted confidence loss ‖S − y‖ label wrong?") in "".join(texts)
            for row in tables:
                assert any(row in text for text in texts), (paper, landscape, row)
            assert "probs=recalibrated(logits,T)" in "".join(texts)
    assert (
        page.locator(".lc-plot .main-svg").first.get_attribute("width") != "315"
    )  # the screen has its own again
    page.emulate_media(media="print")
    expect(page.locator(".stDataFrame").filter(visible=True)).to_have_count(0)  # canvases of the same tables


def test_a_dark_page_is_printed_dark_on_white_and_nothing_is_drawn_beyond_the_sheets_margins(
    serve: Callable[..., str], page: Page
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(serve(ROOT / "app.py"))
    page.locator(".lc-plot .main-svg").first.wait_for()
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    ink = "node => getComputedStyle(node).fill"
    number = page.locator("[data-chart=probs] .bartext").first
    dark = number.evaluate(ink)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("[data-chart=probs] .bartext").first.evaluate(ink) != dark
    ground = "node => getComputedStyle(node).backgroundColor"
    for node in ("body", ".stApp"):
        assert page.locator(node).evaluate(ground) == "rgb(255, 255, 255)"
    words = page.locator(".stMarkdown p").first.evaluate("node => getComputedStyle(node).color")
    assert words == "rgb(0, 0, 0)"
    for width in (703, 725, 1031):  # A4, Letter, and A4 across, between margins of 12 mm
        page.set_viewport_size({"width": width, "height": 900})
        boxes = page.evaluate(
            """() => [...document.querySelectorAll(".lc-card, .lc-plot .main-svg, .st-key-panel_cell, table")]
                .map(node => node.getBoundingClientRect()).map(({ left, right, width }) => [left, right, width])"""
        )
        assert len(boxes) > 20
        assert min(left for left, _, _ in boxes) >= 0
        assert max(right for _, right, _ in boxes) <= width
        assert min(across for _, _, across in boxes) > 100
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("[data-chart=probs] .bartext").first.evaluate(ink) == dark
