"""The pages in a real browser: from a key to the last change, and frames without charts."""

from __future__ import annotations

import base64
import io
import statistics
from collections.abc import Mapping

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from tests.benchmarks import rivals
from tests.benchmarks.tables import show
from tests.serving import ROOT, launched, served

ROUNDS = 4
PAGES: Mapping[str, str] = {
    "Explore": "",
    "Explore, 30 classes": "?logits=" + ",".join(f"{k * 7 % 30 / 10}" for k in range(30)),
    "Derivation": "derivation?step=9",
    "Why cross-entropy": "why",
    "Numerics": "numerics",
    "Pitfalls": "pitfalls",
}
QUIET = 400  # milliseconds without a change after which a page stands, or has answered
_DRAWN = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  if (app && app.dataset.testScriptState !== "notRunning") return false;
  return [...document.querySelectorAll("[data-chart]:not(.lc-hidden)")].every(chart => {
    const { top, bottom } = chart.getBoundingClientRect();
    return top > innerHeight || bottom < 0 || chart.querySelector("svg, canvas");
  });
}"""
_STANDS = """quiet => new Promise(stands => {
  let timer = setTimeout(stands, quiet);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(stands, quiet); })
    .observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
})"""
_ANSWERED = "quiet => window.last > window.begin && performance.now() - window.last > quiet"
_WATCH = """() => {
  new MutationObserver(() => (window.last = performance.now()))
    .observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  document.addEventListener("keydown", () => (window.begin = window.last = performance.now()), true);
}"""


def main() -> None:
    """Print the tables."""
    with launched() as browser, served(ROOT / "app.py") as ours, rivals.running() as others:
        pages = {name: ours + link for name, link in PAGES.items()}
        _latency(browser, {**pages, **others})


def _latency(browser: Browser, addresses: Mapping[str, str]) -> None:
    """All pages are open at once and take turns."""
    watched = {name: Watched(browser, address) for name, address in addresses.items()}
    for turn in range(ROUNDS):
        for each in watched.values():
            each.press("ArrowUp" if turn % 2 else "ArrowDown")  # Why begins at the upper end
    base = statistics.median(watched[rivals.FIVE].walls[1:])
    rows = []
    for name, each in watched.items():
        wall, busy = statistics.median(each.walls[1:]), statistics.median(each.busy[1:])
        rows.append([name, f"{wall:.0f} ms", f"{wall / base:.2f}", f"{busy:.0f} ms", each.blank_frames()])
    heads = (
        "page",
        "key to last change",
        f"to {rivals.FIVE}",
        "of it the browser works",
        "frames without charts",
    )
    show("From a key to the last change on the page", heads, rows)


def stands(page: Page) -> None:
    """Wait until a page's script has ended, its charts in sight are drawn, and nothing changes any more."""
    page.wait_for_function(_DRAWN, timeout=60_000)
    page.evaluate(_STANDS, QUIET)


class Watched:
    """An open page, its first slider, and what each key press cost."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page = browser.new_page(viewport={"width": 1440, "height": 900})
        self.page.goto(address)
        self.page.locator(".js-plotly-plot .main-svg, [data-testid=stText]").first.wait_for(timeout=60_000)
        stands(self.page)
        self.page.evaluate(_WATCH)
        self.cdp = self.page.context.new_cdp_session(self.page)
        self.cdp.send("Performance.enable")
        self.walls: list[float] = []
        self.busy: list[float] = []

    def slider(self) -> Locator:
        live = self.page.locator("[data-chart=logits] [role=slider]")
        return (live if live.count() else self.page.locator("[role=slider], input[type=range]")).first

    def press(self, key: str) -> None:
        """Press a key on the slider and wait until nothing changes any more."""
        self.page.bring_to_front()
        before = self._worked()
        self.slider().press(key)
        self.page.wait_for_function(_ANSWERED, arg=QUIET)
        self.walls.append(self.page.evaluate("window.last - window.begin"))
        self.busy.append(self._worked() - before)

    def _worked(self) -> float:
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    def blank_frames(self) -> str:
        """Of a film of some key presses, the frames that have lost half of their ink."""
        frames: list[str] = []

        def keep(frame: dict) -> None:
            frames.append(frame["data"])
            self.cdp.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

        self.page.bring_to_front()
        self.cdp.on("Page.screencastFrame", keep)
        self.cdp.send(
            "Page.startScreencast", {"format": "png", "everyNthFrame": 1, "maxWidth": 720, "maxHeight": 450}
        )
        for _ in range(5):
            self.slider().press("ArrowDown")
            self.page.wait_for_timeout(350)
        self.cdp.send("Page.stopScreencast")
        ink = [_ink(frame) for frame in frames]
        blank = sum(each < 0.5 * statistics.median(ink) for each in ink)
        return f"{blank} of {len(ink)}"


def _ink(frame: str) -> float:
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(frame))).convert("L"), dtype=float)
    return float(np.abs(pixels - np.median(pixels)).sum())
