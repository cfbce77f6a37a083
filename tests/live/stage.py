"""A blank page with live charts on it: a server of files, a small app's settings, and both doors to them.

What Python would send is sent with ``Stage.send``; what the browser posts is acted upon with ``Stage.handle``; requests
of the live route go to ``Stage.respond``, or wait in ``Stage.waiting`` until the test answers them, in any order.
"""

from __future__ import annotations

import base64
import contextlib
import copy
import hashlib
import http.server
import itertools
import json
import math
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import plotly
from playwright.sync_api import Error, Locator, Page, Route

import ce_viz.live

Settings = dict[str, str]
PHONE = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
FIRST = "[data-chart=values] [role=slider] >> nth=0"
BLUE, RED, INK, CARD = "#2f6fb7", "#b5482f", "#1c2230", "#f7f7f5"
DARK = {BLUE: "#6aa7e8", RED: "#e58a6f", INK: "#e9ecf1", CARD: "#1a1f29"}
WORDS = {word: word.replace("_", " ") for word in ce_viz.live.WORDS} | {
    "cell": "row {i}, column {j}: {value}",
    "lang": "en",
}
_MOVING = ("x", "y", "z", "text")
_FOLDERS = {
    "browser": Path(ce_viz.live.__file__).parent / "browser",
    "plotlyjs": Path(plotly.__file__).parent / "package_data",
}
_PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>
:root { --st-text-color: #1c2230; --st-secondary-background-color: #f7f7f5; --st-background-color: #fff;
  --st-border-color: #ccc; --st-primary-color: #2f6fb7; --st-base-radius: 8px; --st-font: sans-serif;
  --st-green-text-color: #060; --st-red-text-color: #a00; color-scheme: light; }
@media (prefers-color-scheme: dark) {
  :root { --st-text-color: #e9ecf1; --st-secondary-background-color: #1a1f29; color-scheme: dark; } }
</style><input aria-label="note"><main></main><script type="module">
import liveCharts from "/browser/live_charts.js";
const at = path => new URL(path, location.origin).href;
const urls = { files: at("browser/"), plotly: at("plotlyjs/plotly.min.js"), live: at("live/") };
const grids = (window.grids = {});
window.messages = [];
window.mount = async (key, packed) => {
  const data = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
  const parent = () => document.querySelector("main").appendChild(document.createElement("div"));
  const grid = (grids[key] ??= { parentElement: parent() });
  const setTriggerValue = (name, message) => window.messages.push({ key, name, message });
  grid.cleanup = await liveCharts({ data, parentElement: grid.parentElement, setTriggerValue }, urls);
};
window.unmount = key => {
  grids[key].parentElement.remove();
  grids[key].cleanup();
  delete grids[key];
};
</script>"""


class Files(http.server.BaseHTTPRequestHandler):
    """The page, our folder and plotly.js."""

    protocol_version = "HTTP/1.1"
    page = _PAGE

    def do_GET(self) -> None:
        folder, _, name = urlsplit(self.path).path.strip("/").partition("/")
        body, kind = self.page.encode(), "text/html"
        if folder in _FOLDERS:
            body = (_FOLDERS[folder] / name).read_bytes()
            kind = "text/css" if name.endswith(".css") else "text/javascript"
        self.send_response(200 if folder in {*_FOLDERS, ""} else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=3600" if folder == "plotlyjs" else "no-store")
        self.end_headers()
        with contextlib.suppress(OSError):  # the page may have gone on
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serve_files() -> Iterator[str]:
    """The address of a server of the blank page, until the block ends."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def number(value: float) -> str:
    """Three decimals and a real minus sign."""
    return f"{value:.3f}".replace("-", "−")


def bars(values: Sequence[float], colour: str) -> dict[str, Any]:
    """A bar for each value, on an axis that grows in steps of 5; an infinite one to its end."""
    known = [abs(value) for value in values if math.isfinite(value)]
    reach = 5.0 * (1 + max(known, default=0) // 5)
    names = ["cat", "<b>dog</b> &amp; co"] + [f"c{k}" for k in range(2, len(values))]
    endless = [math.isinf(value) for value in values]
    trace = {
        "type": "bar",
        "x": list(range(len(values))),
        "y": [math.copysign(reach * 1.2, v) if math.isinf(v) else v for v in values],
        "text": [number(value).replace("inf", "∞") for value in values],
        "textposition": ["inside" if each else "outside" for each in endless],
        "insidetextanchor": "end",
        "insidetextfont": {"color": CARD},
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 12 if len(values) < 5 else 9},
        "cliponaxis": False,
        "marker": {"color": [RED if value < 0 else colour for value in values]},
        "hoverinfo": "skip",
    }
    ticks = {"tickvals": trace["x"], "ticktext": names, "range": [-0.6, len(values) - 0.4]}
    axis = {"range": [-reach * 1.2, reach * 1.2], "fixedrange": True, "tickfont": {"color": INK}}
    layout = {
        "margin": {"l": 34, "r": 6, "t": 6, "b": 22},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "font": {"color": INK},
    }
    return {"data": [trace], "layout": {**layout, "xaxis": {"fixedrange": True, **ticks}, "yaxis": axis}}


def products(values: Sequence[float]) -> dict[str, Any]:
    """A heat map of all products of two values, row 1 on top."""
    rows = [[a * b for b in values] for a in values]
    trace = {
        "type": "heatmap",
        "z": rows,
        "zmin": -25,
        "zmax": 25,
        "text": [[number(value) for value in row] for row in rows],
        "texttemplate": "%{text}",
        "textfont": {"size": 11, "color": INK},
        "colorscale": [[0, BLUE], [0.5, CARD], [1, RED]],
        "showscale": False,
        "hoverinfo": "skip",
        "xgap": 2,
        "ygap": 2,
    }
    count = len(values)
    axes = {
        "xaxis": {"fixedrange": True, "side": "top"},
        "yaxis": {"range": [count - 0.5, -0.5], "fixedrange": True},
    }
    layout = {"margin": {"l": 34, "r": 6, "t": 22, "b": 4}, "paper_bgcolor": "rgba(0,0,0,0)"}
    return {"data": [trace], "layout": {**layout, "plot_bgcolor": "rgba(0,0,0,0)", **axes}}


def silent(values: Sequence[float]) -> dict[str, Any]:
    """The same without numbers in its cells, which they say."""
    figure = products(values)
    trace = figure["data"][0]
    del trace["texttemplate"]
    trace["customdata"] = trace.pop("text")
    return figure


def marked(values: Sequence[float]) -> dict[str, Any]:
    """Bars with a mark at half of each value."""
    figure = bars(values, BLUE)
    mark = {"symbol": "line-ew-open", "size": 20, "color": INK, "line": {"width": 2, "color": INK}}
    half = {"type": "scatter", "mode": "markers", "x": list(range(len(values))), "marker": mark}
    figure["data"].append({**half, "y": [v / 2 if math.isfinite(v) else None for v in values]})
    return figure


def curve(values: Sequence[float]) -> dict[str, Any]:
    """A parabola that leans with the first value, its turning point, and a named rule there."""
    lean = values[0]
    x = [k / 10 - 3 for k in range(61)]
    turn, bottom = lean / 2, -lean * lean / 4
    common = {"type": "scatter", "cliponaxis": False, "hoverinfo": "skip"}
    axes = {
        "xaxis": {"range": [-3, 3], "fixedrange": True},
        "yaxis": {"range": [-10, 20], "fixedrange": True},
    }
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": x,
                "y": [v * v - lean * v for v in x],
                "line": {"color": BLUE},
            },
            {**common, "mode": "markers", "x": [turn], "y": [bottom], "marker": {"color": RED, "size": 9}},
            {
                **common,
                "mode": "lines",
                "x": [turn, turn],
                "y": [-10, 20],
                "line": {"dash": "dot", "color": INK},
            },
            {
                **common,
                "mode": "text",
                "x": [turn],
                "y": [15],
                "text": [f"at {number(turn)}"],
                "textposition": "top center",
            },
        ],
        "layout": {"showlegend": False, "margin": {"l": 34, "r": 6, "t": 6, "b": 22}, **axes},
    }


def shades(figure: Mapping[str, Any]) -> list[float | None]:
    """How strong each cell of a heat map is, between its scale's ends."""
    trace = figure["data"][0]
    return [max(-1.0, min(1.0, value / trace["zmax"])) for row in trace["z"] for value in row]


def numbers(settings: Settings) -> list[float]:
    """The values in the settings."""
    return [float(part) for part in settings["values"].split(",")]


def cards(settings: Settings) -> list[dict[str, Any]]:
    """The app's charts."""
    values = numbers(settings)
    doubled = [2 * value for value in values]
    named = [f"value {k + 1}" for k in range(len(values))]
    reach = {"low": -10, "high": 10, "step": 0.1, "reach": [-100, 100]}
    drawn: dict[str, dict[str, Any]] = {
        "values": {"title": "Values", "kind": "bars", "figure": bars(values, BLUE), "editable": reach, "labels": named,
                   "formula": [["x", "i"], ["i", "i", "sub"]], "hint": "drag a bar", "joiner": "→"},
        "doubled": {"title": "Doubled", "kind": "bars", "figure": marked(doubled), "joiner": "×",
                    "labels": ["cat", "dog & co", "c2", *(f"c{k}" for k in range(3, len(values)))]},
        "products": {"title": "Products", "kind": "matrix", "figure": products(values)},
        "silent": {"title": "Silent", "kind": "matrix", "figure": silent(values), "labels": named,
                   "cells": "{row} times {column}\n{value}"},
        "curve": {"title": "Curve", "kind": "plain", "figure": curve(values),
                  "points": [[x, x * x - values[0] * x, f"{x}: {number(x * x - values[0] * x)}"] for x in (-2, 0, 2)]},
    }  # fmt: skip
    chosen = settings.get("charts", "values,doubled,products").split(",")
    hidden = settings.get("hide", "").split(",")
    result: list[dict[str, Any]] = []
    for name in chosen:
        card = {"name": name, "span": 1, **drawn[name]}
        if name in hidden:
            result.append({key: card[key] for key in ("name", "title", "kind", "span")} | {"hidden": True})
            continue
        card["alt"] = f"{name} {values}"
        if card["kind"] == "matrix":
            card["shades"] = shades(card["figure"])
        result.append(card | {"still": still(card)})
    return result


def still(card: Mapping[str, Any]) -> str:
    """Hash of all that does not move."""
    rest = copy.deepcopy(
        {key: value for key, value in card.items() if key not in ("alt", "shades", "points")}
    )
    for trace in rest["figure"]["data"]:
        for key in _MOVING:
            trace.pop(key, None)
        trace.get("marker", {}).pop("color", None)
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()[:8]


def moved(card: Mapping[str, Any]) -> dict[str, Any]:
    """A card for a reader who holds its still part."""
    move = []
    for trace in card["figure"]["data"]:
        entry = {key: trace[key] for key in _MOVING if key in trace}
        if "color" in trace.get("marker", {}):
            entry["marker"] = {"color": trace["marker"]["color"]}
        move.append(entry)
    return {key: card[key] for key in ("name", "still", "alt", "shades") if key in card} | {"move": move}


def act(settings: Settings, event: Mapping[str, Any]) -> Settings:
    """What an event makes of the settings; no value passes 5."""
    match event["kind"]:
        case "edit":
            values = numbers(settings)
            values[event["index"]] = min(event["value"], 5.0)
            return settings | {"values": ",".join(f"{value:g}" for value in values)}
        case "pick":
            return settings | {"cell": f"{event['i']},{event['j']}"}
        case "toggle":
            hidden = {*settings.get("hide", "").split(",")} ^ {event["chart"]}
            return settings | {"hide": ",".join(sorted(hidden - {""}))}
        case "undo":
            return settings | {"values": "2,1,0.1"}
        case "tick":
            step = int(settings.get("step", "0")) + 1
            values = numbers(settings)
            return settings | {
                "step": str(step),
                "values": ",".join(f"{v:g}" for v in [round(values[0] - 0.1, 6), *values[1:]]),
            }
        case "arrive":
            kept = {
                key: value for key, value in settings.items() if event["changed"].get(key, "") is not None
            }
            return kept | {key: value for key, value in event["changed"].items() if value is not None}
    raise AssertionError(event)


def settings_of(link: str) -> Settings:
    """The settings in a link."""
    return dict(parse_qsl(link, keep_blank_values=True))


def picked(settings: Settings) -> list[int]:
    """The cell in the settings."""
    return [int(part) for part in settings.get("cell", "1,1").split(",")]


class Stage:
    """A page with live charts, its server's settings, and the requests that wait for an answer."""

    def __init__(self, page: Page, url: str, *, has_clock: bool = False) -> None:
        self.page = page
        self.has_clock = has_clock
        self.url = url
        self.settings: Settings = {"values": "2,1,0.1"}
        self.board: dict[str, Any] = {
            "key": "board", "page": "test", "headline": [], "columns": 3, "tick": None, "canHide": False,
            "height": 200, "presented": None, "words": WORDS, "palette": DARK,
        }  # fmt: skip
        self.handled: dict[str, int] = {}
        self.seen = 0
        self.log: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.waiting: list[Route] = []
        self.respond: Callable[[Route], None] | None = self.answer
        self.ends_at: int | None = None
        page.route("**/live/**", self._take)

    def open(self, **settings: str) -> Page:
        """The page, with the charts drawn."""
        self.settings |= settings
        if not self.page.url.startswith(self.url):
            self.page.goto(self.url)
            self.page.wait_for_function("() => Boolean(window.mount)")
        self.send()
        self.drawn(".lc-plot .main-svg")
        return self.page

    def sweep(self) -> None:
        """Leave nothing behind for the next test in this window."""
        self.page.unroute("**/live/**")
        for route in self.waiting:
            with contextlib.suppress(Error):  # the page has given some of them up
                route.abort()
        if self.has_clock:
            self.page.clock.resume()
        self.page.mouse.up()
        self.page.keyboard.up("Shift")
        self.page.mouse.move(0, 0)
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        # What a board leaves unacknowledged, the next one would bring to its end.
        pending = (
            "[...document.querySelectorAll('[data-chart]')].some(({ card }) => card.board.pending().length)"
        )
        keys = self.page.evaluate("Object.keys(window.grids ?? {})")
        handled = itertools.count(2**52)

        def acknowledged() -> bool:
            for key in keys:
                self.send(key, tick=None, handled=next(handled))
            return not self.page.evaluate(pending)

        self.until(acknowledged)
        self.page.evaluate("""() => {
            for (const key of Object.keys(window.grids)) window.unmount(key);
            window.messages.length = 0;
            for (const place of document.querySelectorAll("body, main")) place.removeAttribute("style");
            scrollTo(0, 0);
        }""")

    def data(self, key: str = "board", **changes: Any) -> dict[str, Any]:
        """What Python would send now."""
        link = urlencode(self.settings)
        values = {"link": link, "picked": picked(self.settings), "charts": cards(self.settings)}
        return {**self.board, "key": key, "handled": self.handled.get(key, 0), **values, **changes}

    def send(self, key: str = "board", **changes: Any) -> None:
        """Send it."""
        self.mount(key, self.data(key, **changes))

    def mount(self, key: str, data: Mapping[str, Any]) -> None:
        """Have Streamlit call the component with data."""
        packed = base64.b64encode(zlib.compress(json.dumps(data).encode())).decode()
        self.page.evaluate("([key, packed]) => window.mount(key, packed)", [key, packed])

    def messages(self) -> list[dict[str, Any]]:
        """All that was posted, oldest first."""
        return [each["message"] for each in self.page.evaluate("window.messages")]

    def events(self) -> list[dict[str, Any]]:
        """The events in all messages."""
        return [event for message in self.messages() for event in message["events"]]

    def handle(self, *, send: bool = True) -> None:
        """Act on the messages that are new, as Python does, and send what comes of it."""
        posted = self.page.evaluate("window.messages")
        for each in posted[self.seen :]:
            key, message = each["key"], each["message"]
            if message["id"] > self.handled.get(key, 0):
                self.handled[key] = message["id"]
                for event in message["events"]:
                    self.settings = act(self.settings, event)
                    self.log.append(event)
        self.seen = len(posted)
        if send:
            self.send()

    def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        """Let the page work until a condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it never came to that"
            self.page.wait_for_timeout(2)

    def run_until(self, condition: Callable[[], object]) -> None:
        """Let time pass, millisecond by millisecond, until a condition holds."""

        def holds() -> object:
            self.run(1)
            return condition()

        self.until(holds)

    def handle_until(self, condition: Callable[[], object]) -> None:
        """Let Python act on whatever comes until a condition holds."""

        def holds() -> object:
            self.handle()
            return condition()

        self.until(holds)

    def freeze(self) -> None:
        """Stop the page's clock, which the module has installed; timers and frames wait for ``run``."""
        self.page.clock.pause_at(self.page.evaluate("Date.now()") / 1000 + 0.5)

    def run(self, milliseconds: int = 20) -> None:
        """Let time pass; 20 ms hold a frame."""
        self.page.clock.run_for(milliseconds)

    def request(self, at: int = 0) -> Route:
        """The request that has waited longest, or the ``at``-th after it, once it is there; it waits no longer."""
        self.until(lambda: len(self.waiting) > at)
        return self.waiting.pop(at)

    def fields(self, at: int = -1) -> dict[str, str]:
        """What a request asked, field by field."""
        return dict(parse_qsl(self.asked[at], keep_blank_values=True))

    def drawn(self, there: str = "body") -> None:
        """Wait until Plotly has drawn all that was moved, and some element is there."""
        self.page.wait_for_function(
            """there => document.querySelector(there)
                && [...document.querySelectorAll("[data-chart]:not(.lc-hidden)")].every(({ card }) =>
                    card.drawing.shown && !card.drawing.moved && !card.board.frame)""",
            arg=there,
        )

    def _take(self, route: Route) -> None:
        self.asked.append(urlsplit(route.request.url).query)
        if self.respond:
            self.respond(route)
        else:
            self.waiting.append(route)

    def answer(self, route: Route) -> None:
        """Answer as the server would."""
        query = urlsplit(route.request.url).query
        fields = dict(parse_qsl(query, keep_blank_values=True))
        events = json.loads(fields.pop("event", "[]"))
        have = fields.pop("have", "").split(".")
        settings: Settings = fields
        for event in events if isinstance(events, list) else [events]:
            settings = act(settings, event)
        ended = self.ends_at is not None and int(settings.get("step", "0")) >= self.ends_at
        charts = [moved(card) if card.get("still") in have else card for card in cards(settings)]
        grid = {
            "headline": [[settings["values"]]] if self.board["headline"] else [],
            "picked": picked(settings),
        }
        board = {"tick": None if ended else self.board["tick"], "grids": {"board": grid}, "charts": charts}
        route.fulfill(json={"link": urlencode(settings), "board": board})


def texts(page: Page, chart: str) -> Locator:
    """Numbers that Plotly printed on bars or cells."""
    return page.locator(f"[data-chart={chart}] :is(.bartext, .heatmap-label text)")


def centre(locator: Locator) -> tuple[float, float]:
    """The middle of an element."""
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def printed(page: Page, chart: str, text: str) -> None:
    """Wait for the first number of a chart, looking at every frame."""
    page.wait_for_function(
        """([chart, text]) =>
            document.querySelector(`[data-chart=${chart}] :is(.bartext, .heatmap-label text)`)?.textContent === text""",
        arg=[chart, text],
    )


def drag(page: Page, locator: Locator, *down: float) -> None:
    """Press, move through the given distances, and keep the button down."""
    x, y = centre(locator)
    page.mouse.move(x, y)
    page.mouse.down()
    for distance in down:
        page.mouse.move(x, y + distance)
