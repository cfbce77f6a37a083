"""Who sees little, reads aloud, enlarges or holds a phone: axe-core, sizes and glyphs on every page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Error, Page, expect

from ce_viz.strings import LANGUAGES, words
from tests.browser.window import LAPTOP
from tests.serving import ROOT

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")

# What shows that a page has come, in the order of the menu, and links under which each shows much of what it can.
PAGES = {
    "explore": "[data-chart=jacobian]",
    "lesson": "[data-chart=logits]",
    "derivation": "[data-chart=inputs]",
    "why": "[data-chart=race_loss], [data-chart=label_and_model]",
    "numerics": "[data-chart=compare_probs]",
    "pitfalls": "[data-testid=stForm]",
    "train": "[data-chart=mistakes], [data-chart=race_accuracy]",
    "inspect": "[data-chart=confusion]",
}
LINKS = {
    "en": "?lang=en&step=11&part=race&train_step=40",
    "zh": "?lang=zh&step=11&part=meaning&train_step=40&train_view=race",
}
THEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}  # only colours change
WIDTHS = (720, 375)  # a window of 1440 at 200 %, and a phone
TALL = 5000  # so tall that all charts are drawn

# What Streamlit itself does: axe's rule, the element, and why it stays.
THEIRS = {
    # st.code's block: too long a line scrolls, and axe wants a stop for Tab within. Browsers give it one by themselves.
    ("scrollable-region-focusable", ".stCode pre"),
}

READY = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
    && document.querySelector("[data-chart]")
    && [...document.querySelectorAll("[data-chart]")].every(card => {
        const { top, bottom } = card.getBoundingClientRect();
        return top > innerHeight || bottom < 0 || card.querySelector(".main-svg, canvas");
    })"""
# Everything that is wider than the place it is shown in, unless it can be scrolled there.
CUT = """() => {
    const name = node => `${node.tagName} ${node.dataset.testid ?? node.className}: ${node.textContent.slice(0, 60)}`;
    const found = [];
    for (const node of document.querySelectorAll("[data-testid=stMain], html"))
        if (node.scrollWidth > node.clientWidth) found.push(name(node));
    for (const node of document.querySelectorAll("[data-testid=stMain] :is(button, p, label, h2, h3, .lc-title)"))
        if (node.scrollWidth > node.clientWidth + 1 && !node.closest(".katex")
            && getComputedStyle(node).overflowX !== "visible") found.push(name(node));
    const frames = "[data-testid=stMarkdownContainer], [data-testid=stButtonGroup], .stColumn, .stMain";
    const scrolls = node => getComputedStyle(node).overflowX === "auto" && !node.matches("[data-testid=stMain]");
    for (const node of document.querySelectorAll("[data-testid=stMain] :is(button, table)")) {
        if (node.closest(".stHorizontalBlock") && scrolls(node.closest(".stHorizontalBlock"))) continue;
        let frame = node.closest(frames);
        while (getComputedStyle(frame).display === "contents") frame = frame.parentElement.closest(frames);
        if (node.getBoundingClientRect().right > frame.getBoundingClientRect().right + 1) found.push(name(node));
    }
    for (const card of document.querySelectorAll("[data-chart]")) {
        const { left, right } = card.getBoundingClientRect();
        for (const node of card.querySelectorAll(".lc-head *, .lc-hint, svg text")) {
            const place = node.getBoundingClientRect();
            if (place.width && (place.left < left - 1 || place.right > right + 1))
                found.push(`${card.dataset.chart}: ${node.textContent}`);
        }
    }
    return found;
}"""


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def ready(page: Page) -> None:
    """Wait until the server is done and what is in sight is drawn."""
    page.wait_for_function(READY, timeout=60_000)


def come(page: Page, url: str, language: str, name: str) -> None:
    """Show a page as it is to be looked at."""
    page.goto(f"{url}{'' if name == 'explore' else name}{LINKS[language]}")
    expect(page.locator(PAGES[name]).first).to_be_visible(timeout=60_000)
    ready(page)


def seen_by_axe(page: Page, within: str = "html", **options: object) -> list[tuple[str, str, str]]:
    """Serious and critical findings that are ours: rule, element, what is wrong with it."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text("utf-8"))
    violations = page.evaluate(
        "([within, options]) => axe.run(within, options)",
        [within, {"resultTypes": ["violations"], **options}],
    )
    return [
        (violation["id"], node["html"][:200], node["failureSummary"])
        for violation in violations["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
        if not any(
            rule == violation["id"] and page.locator(element).and_(page.locator(node["target"][0])).count()
            for rule, element in THEIRS
        )
    ]


def themed(page: Page, theme: str) -> None:
    """Switch the theme as the computer would."""
    page.emulate_media(color_scheme=theme)
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", theme)


def cut(page: Page, width: int) -> list[str]:
    """What is cut in a window of this width, once nothing is, or after as long as a slow machine may need."""
    page.set_viewport_size({"width": width, "height": TALL})
    ready(page)
    with contextlib.suppress(Error):
        page.wait_for_function(f"() => !({CUT})().length", timeout=5_000)
    return page.evaluate(CUT)


def test_axe_finds_nothing_serious_on_any_page_in_both_themes_and_nothing_is_cut_at_twice_the_size_or_on_a_phone(
    page: Page, url: str
) -> None:
    """Coming to a page, another theme and another size cost as much as looking: each is the next page's first."""
    found: dict[tuple[str, str | int], list] = {}
    views: list[str | int] = [*THEMES, *WIDTHS]
    for name in PAGES:
        come(page, url, "en", name)
        for view in views:
            if isinstance(view, int):
                found[name, view] = cut(page, view)
            else:
                page.set_viewport_size(LAPTOP)
                themed(page, view)
                ready(page)
                found[name, view] = seen_by_axe(page, **THEMES[view])
        views.reverse()
    assert len(found) == len(PAGES) * len(views)
    assert {place: faults for place, faults in found.items() if faults} == {}


def test_axe_finds_nothing_serious_in_presenter_mode_and_in_what_opens_on_request(
    page: Page, url: str
) -> None:
    page.goto(f"{url}inspect?lang=en&present=1")
    expect(page.locator(PAGES["inspect"])).to_be_attached(timeout=60_000)
    ready(page)
    assert seen_by_axe(page) == []
    themes = [*THEMES]
    for name in ("inspect.paste", "inspect.format"):
        page.get_by_role("button", name=words("en")[name]).click()
        expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
        for theme in themes:
            themed(page, theme)
            assert seen_by_axe(page, "[data-testid=stPopoverBody]", **THEMES[theme]) == []
        themes.reverse()
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_nothing_is_cut_on_a_phone_in_chinese_either(page: Page, url: str) -> None:
    """Only words differ: nothing else is looked at again."""
    page.set_viewport_size({"width": min(WIDTHS), "height": TALL})
    found = {}
    for name in PAGES:
        come(page, url, "zh", name)
        found[name] = cut(page, min(WIDTHS))
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_page_is_read_out_in_its_language_and_the_menu_leads_everywhere(page: Page, url: str) -> None:
    page.goto(f"{url}?lang=zh")
    expect(page.locator("html[lang=zh-CN]")).to_be_attached()
    menu(page, url, "zh")
    page.get_by_text("English").click()
    expect(page.locator("html[lang=en]")).to_be_attached()
    menu(page, url, "en")


def menu(page: Page, url: str, language: str) -> None:
    """All pages stand in the menu under their names."""
    for name in PAGES:
        link = page.get_by_role("link", name=words(language)[f"nav.{name}"], exact=True)
        expect(link).to_have_attribute("href", url if name == "explore" else url + name)


def test_every_sign_of_both_languages_has_a_glyph(page: Page, url: str) -> None:
    page.goto(f"{url}?lang=zh")
    expect(page.locator(PAGES["explore"])).to_be_visible(timeout=60_000)
    texts = (ROOT.joinpath(f"ce_viz/strings/{language}.toml").read_text("utf-8") for language in LANGUAGES)
    signs = sorted({sign for text in texts for sign in text if not sign.isspace()})
    missing = page.evaluate(
        """signs => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 40 });
            const pen = canvas.getContext("2d", { willReadFrequently: true });
            pen.font = `30px ${getComputedStyle(document.querySelector(".stApp")).fontFamily}`;
            const drawn = sign => {
                pen.clearRect(0, 0, 40, 40);
                pen.fillText(sign, 0, 30);
                return pen.getImageData(0, 0, 40, 40).data.join();
            };
            const box = drawn("\\u{10FFFE}");
            return signs.filter(sign => drawn(sign) === box);
        }""",
        signs,
    )
    assert missing == [], "no font on this computer has these: on Debian, apt-get install fonts-noto-cjk"


def test_numbers_line_up(page: Page, url: str) -> None:
    page.goto(url)
    for place in (
        "table td",
        "[data-testid=stSlider]",
        "[data-chart] .bartext",
        "[data-testid=stTextInput] input",
    ):
        expect(page.locator(place).first).to_have_css("font-variant-numeric", "tabular-nums")
