"""The live road: charts that follow a hand, near and from afar, and what one process answers."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.benchmarks import rivals
from tests.benchmarks.page import QUIET, stands
from tests.benchmarks.tables import milliseconds, show
from tests.deploy.classes import move, p95, play, use
from tests.distance import distant
from tests.serving import ROOT, launched, served

_AWAY = 0.05  # seconds each way
_SECONDS = 3.0
_SPEED = 240  # pixels a second, so that most of 60 moves a second are to another tenth
_REACH = 60
_KEYS = 7
_BAR = "[data-chart=logits] [role=slider]"
_SLIDER = "[role=slider], input[type=range]"
_EIGHT = "?logits=2,1,0.1,0,1,-1,0.5,0.2"
_COUNT = """() => {
  window.updates = {};
  for (const chart of document.querySelectorAll("[data-chart]")) {
    const texts = () => [...chart.querySelectorAll("svg text")].map(node => node.textContent).join();
    const paths = () => [...chart.querySelectorAll(".js-line, .point")].map(node => node.outerHTML).join();
    const state = () => texts() + paths();
    let shown = state();
    const note = () => {
      const now = state();
      if (now !== shown) window.updates[chart.dataset.chart] = (window.updates[chart.dataset.chart] ?? 0) + 1;
      shown = now;
    };
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(note).observe(chart, all);
  }
}"""
_ANSWERED = "quiet => window.changed && performance.now() - window.changed > quiet"
_WATCH = """() => {
  const all = () => [...document.querySelectorAll("svg text, [data-testid=stText]")];
  const texts = () => all().map(node => node.textContent).join();
  let shown = texts();
  const note = () => { const now = texts(); if (now !== shown) window.changed = performance.now(); shown = now; };
  const press = () => { window.pressed = performance.now(); window.changed = 0; shown = texts(); };
  document.addEventListener("keydown", press, true);
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
# What a page without a server and without a chart library reaches: eight charts written by hand.
_WITHOUT = """<!doctype html><meta charset=utf-8><style>svg{width:240px;height:200px}</style><body><script>
const names = ["logits", "probs", "targets", "loss", "probs_grad", "jacobian", "chain_rule", "logits_grad"];
const make = (tag, parent) => parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", tag));
const logits = [2, 1, 0.1], charts = {};
for (const name of names) {
  const chart = document.body.appendChild(document.createElement("section"));
  chart.dataset.chart = name;
  const svg = make("svg", chart), count = /jacobian|chain/.test(name) ? 9 : 3;
  charts[name] = Array.from({ length: count }, (_, k) => [make("rect", svg), make("text", svg), k]);
}
function draw() {
  const powers = logits.map(Math.exp), total = powers.reduce((a, b) => a + b);
  const S = powers.map(p => p / total), y = [0, 1, 0];
  const values = { logits, probs: S, targets: y, logits_grad: S.map((s, i) => s - y[i]),
    loss: S.map((s, i) => -y[i] * Math.log(s)), probs_grad: S.map((s, i) => -y[i] / s),
    jacobian: S.flatMap((s, i) => S.map((t, j) => s * ((i === j) - t))),
    chain_rule: S.flatMap((s, i) => S.map((t, j) => y[i] * (t - (i === j)))) };
  for (const name of names) for (const [bar, text, k] of charts[name]) {
    const value = values[name][k], bars = values[name].length === 3;
    const height = bars ? Math.min(80, Math.abs(value) * 20) : 50;
    const at = { x: 40 + 60 * (k % 3), y: bars ? (value > 0 ? 100 - height : 100) : 20 + 60 * Math.floor(k / 3) };
    for (const [key, pixels] of Object.entries({ ...at, width: 40, height })) bar.setAttribute(key, pixels);
    bar.setAttribute("fill", value > 0 ? "#b5482f" : "#1f7a8c");
    text.setAttribute("x", at.x); text.setAttribute("y", at.y + 12);
    text.textContent = value.toFixed(3);
  }
}
draw();
const handle = charts.logits[0][0];
handle.setAttribute("role", "slider"); handle.setAttribute("tabindex", 0);
let from = null;
handle.onpointerdown = event => { handle.setPointerCapture(event.pointerId); from = [event.clientY, logits[0]]; };
handle.onpointermove = event => { if (from) { logits[0] = from[1] + (from[0] - event.clientY) / 20; draw(); } };
handle.onpointerup = () => (from = null);
handle.onkeydown = event => { logits[0] += { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key] ?? 0; draw(); };
</script>"""


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        limit = Path(folder) / "limit.html"
        limit.write_text(_WITHOUT, encoding="utf-8")
        with (
            served(ROOT / "app.py") as ours,
            distant(ours, _AWAY) as far,
            launched() as browser,
            rivals.running() as others,
        ):
            without = {"a page without a server": limit.as_uri()}
            dragged = {
                "Explore": ours,
                "Explore, 100 ms away": far,
                "Explore, 8 classes": ours + _EIGHT,
                "Derivation, step 9": f"{ours}derivation?step=9",
                "Why cross-entropy": f"{ours}why",
            }
            _drags(browser, {**dragged, **without})
            pressed = {"Explore": ours, "Explore, 100 ms away": far}
            _keys(browser, {**pressed, **without}, others)
    _class()


def _open(browser: Browser, address: str, slider: str) -> tuple[Page, Locator]:
    """A page that stands, and its first slider."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    handle = page.locator(slider).first
    handle.wait_for(timeout=60_000)
    stands(page)
    return page, handle


def _drags(browser: Browser, addresses: Mapping[str, str]) -> None:
    rows = []
    for name, address in addresses.items():
        page, handle = _open(browser, address, _BAR)
        page.evaluate(_COUNT)
        cdp = page.context.new_cdp_session(page)
        cdp.send("Performance.enable")

        def worked(cdp=cdp) -> float:
            metrics = cdp.send("Performance.getMetrics")["metrics"]
            return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

        before = worked()
        moves = _drag(page, handle)
        busy = worked() - before
        follow = [
            count
            for chart, count in page.evaluate("window.updates").items()
            if chart not in {"logits", "targets"}
        ]
        slowest = min(follow, default=0)
        work = f"{1e3 * busy / max(1, slowest):.0f} ms"
        rows.append([name, len(follow), f"{slowest / _SECONDS:.0f}", work, f"{moves / _SECONDS:.0f}"])
        page.close()
    heads = (
        "page",
        "charts that follow",
        "updates a second, slowest",
        "browser's work for one",
        "moves a second",
    )
    show("While a bar is dragged", heads, rows)


def _drag(page: Page, handle: Locator) -> int:
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    start, moves, period = time.perf_counter(), 0, 2 * _REACH / _SPEED
    while (passed := time.perf_counter() - start) < _SECONDS:
        page.mouse.move(x, y + _REACH * (1 - abs(2 * passed / period % 2 - 1)))
        moves += 1
        time.sleep(max(0.0, start + moves / 60 - time.perf_counter()))
    page.mouse.up()
    return moves


def _keys(browser: Browser, ours: Mapping[str, str], others: Mapping[str, str]) -> None:
    """All pages are open at once and take turns."""
    opened = {name: _open(browser, address, _BAR) for name, address in ours.items()}
    opened |= {name: _open(browser, address, _SLIDER) for name, address in others.items()}
    waits: dict[str, list[float]] = {name: [] for name in opened}
    for page, _ in opened.values():
        page.evaluate(_WATCH)
    for turn in range(_KEYS):
        for name, (page, handle) in opened.items():
            page.bring_to_front()
            handle.press("ArrowUp" if turn % 2 else "ArrowDown")
            page.wait_for_function(_ANSWERED, arg=QUIET)
            if turn:
                waits[name].append(page.evaluate("window.changed - window.pressed"))
    medians = {name: statistics.median(each) for name, each in waits.items()}
    base = medians[rivals.TWO_LINES]
    rows = [[name, f"{middle:.0f} ms", f"{middle / base:.2f}"] for name, middle in medians.items()]
    show("From a key to the last chart's new numbers", ("page", "time", f"to {rivals.TWO_LINES}"), rows)
    for page, _ in opened.values():
        page.close()


def _class() -> None:
    with served(ROOT / "app.py") as ours:
        asyncio.run(_classes(ours))


async def _classes(ours: str) -> None:
    rows = []
    for visitors in (100, 300, 1000):
        seconds = 4.0
        times = list(
            chain(*await asyncio.gather(*(move(ours, seed, seconds, 1.0) for seed in range(visitors))))
        )
        answers = f"{len(times) / seconds:.0f}"
        rows.append([visitors, answers, milliseconds(statistics.median(times)), milliseconds(p95(times))])
    show(
        "Hands that move, each once a second, one process",
        ("visitors", "answers a second", "p50", "p95"),
        rows,
    )
    rows = []
    for visitors in (100, 300):
        frames = await asyncio.gather(*(play(ours, seed, 4.0) for seed in range(visitors)))
        rows.append([visitors, f"{min(frames):.1f}", f"{statistics.median(frames):.1f}"])
    show("Visitors who all press play", ("visitors", "frames a second, slowest", "median"), rows)
    hands = [move(ours, seed, 6.0, 1.0) for seed in range(300)]
    scripts = [use(ours, seed, 6.0) for seed in range(10)]
    both = await asyncio.gather(*hands, *scripts)
    moved, used = list(chain(*both[:300])), list(chain(*both[300:]))
    heads = ("300 hands p95", "10 by script p50", "p95")
    row = [milliseconds(p95(moved)), milliseconds(statistics.median(used)), milliseconds(p95(used))]
    show("300 hands that move, and ten visitors who open pages and press buttons", heads, [row])
