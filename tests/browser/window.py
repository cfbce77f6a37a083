"""Windows that stay open from test to test, and are led from one address of the app to the next within one document.

Opening a document costs two seconds of a processor, of which the app's own part is a tenth: the rest is Streamlit's
and Plotly's scripts, read and compiled anew. What an address shows is the same either way, as after a click on a link.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, urlsplit

from playwright.sync_api import Browser, Page, Response

from ce_viz.settings.table import IN_PLAY
from ce_viz.settings.value import read

LAPTOP = {"width": 1440, "height": 900}
_MEDIA = ("color_scheme", "reduced_motion")
_GO = """address => {
    const before = document.querySelector(".handout a").href;
    document.activeElement?.blur();
    document.querySelector("[data-testid=stMain]").scrollTo(0, 0);
    History.prototype.pushState.call(history, {}, "", address);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    return before;
}"""
# The link on top of what would be printed says which settings the page has come to show; a page may add its own.
_SHOWN = """([end, before]) => {
    const link = document.querySelector(".handout a")?.href;
    return link && (link.endsWith(end) || (before && link !== before))
        && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
        && !document.querySelector("[data-stale=true]");
}"""
# Charts are where they will stay, and what is in sight of them is drawn.
_STILL = """async () => {
    const charts = () => [...document.querySelectorAll("[data-chart]:not(.lc-hidden)")];
    const box = ({ left, top, width, height }) => [left, top, width, height];
    for (let still = 0, last = ""; still < 3; ) {
        await new Promise(requestAnimationFrame);
        const ready = charts().every(({ card }) => !card?.board.frame && (!card?.isSeen || card.drawing.shown));
        const now = JSON.stringify(charts().map(node => box(node.getBoundingClientRect())));
        still = ready && now === last ? still + 1 : 0;
        last = now;
    }
}"""
# The sheet is left, and whoever was in a class leaves it.
_LEFT = """() => {
    dispatchEvent(new Event("afterprint"));
    return [localStorage, sessionStorage].flatMap(store => Object.keys(store).map(name => [store, name]))
        .filter(([, name]) => name.startsWith("ce_viz")).map(([store, name]) => store.removeItem(name)).length;
}"""
_ELSEWHERE = "logits=7,7,7"


class Window:
    """A page of the browser, what went wrong on it, and the way to lead it on."""

    def __init__(self, page: Page, options: Mapping[str, object]) -> None:
        self.page, self.errors, self._options = page, [], options
        self._load = page.goto
        page.goto = self.go  # type: ignore[method-assign]
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go(self, address: str, **options: object) -> Response | None:
        """Show an address; in the open document, if that is the app's."""
        target = urlsplit(address)
        if not self._is_open(target):
            return self._load(address, **options)
        end = _shown_end(target)
        moves = urlsplit(self.page.url).path != target.path
        # There would be nothing to wait for; or the visit's settings would go along, as by a click on a page's name.
        if self.page.evaluate(_SHOWN, [end, None]) or (moves and not target.query):
            elsewhere = target._replace(query=_ELSEWHERE)
            self._step(elsewhere.geturl(), _shown_end(elsewhere))
        self._step(address, end)
        return None

    def sweep(self, *, leaves: bool = True) -> None:
        """Take back what a test may have done to the window itself; nothing may have gone wrong in it.

        ``leaves``: and let go of what the visit would keep, its files and its class.
        """
        errors, self.errors[:] = list(self.errors), []
        assert errors == []
        self.page.unroute_all()
        self.page.mouse.up()
        self.page.emulate_media(media="null", **{name: self._options.get(name, "null") for name in _MEDIA})
        self.page.context.set_offline(bool(self._options.get("offline")))
        self.page.set_viewport_size(self._options.get("viewport", LAPTOP))
        self.page.keyboard.press("Escape")
        in_class = self.page.url.startswith("http") and self.page.evaluate(_LEFT)
        if leaves and (in_class or "brought=" in self.page.url):
            self._load("about:blank")

    def _step(self, address: str, end: str) -> None:
        before = self.page.evaluate(_GO, address)
        self.page.wait_for_function(_SHOWN, arg=[end, before], timeout=60_000)
        self.page.evaluate(_STILL)

    def _is_open(self, target: SplitResult) -> bool:
        now = urlsplit(self.page.url)
        same = (now.scheme, now.netloc) == (target.scheme, target.netloc)
        embedded = "embed=" in now.query + target.query  # Streamlit asks once, when a document opens
        return same and not embedded and self.page.locator(".handout a").count() == 1


class Windows:
    """Windows by the options of their contexts; each visitor's has cookies and a cache of its own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept: dict[str, list[Window]] = {}
        self._lent: list[tuple[str, Window]] = []

    def lend(self, **options: object) -> Page:
        """A window that has been swept, for one test."""
        name = json.dumps(options, sort_keys=True)
        kept = self._kept.setdefault(name, [])
        window = kept.pop() if kept else self._opened(options)
        window.page.emulate_media(reduced_motion=options.get("reduced_motion", "null"))
        self._lent.append((name, window))
        return window.page

    def take_back(self) -> None:
        """Sweep what was lent; a window in which something went wrong is not lent again."""
        while self._lent:
            name, window = self._lent.pop()
            window.sweep()
            window.page.emulate_media(reduced_motion="reduce")  # a handle that glows takes 7 % of a processor
            self._kept[name].append(window)

    def _opened(self, options: Mapping[str, object]) -> Window:
        context = self._browser.new_context(**{"viewport": LAPTOP, **options})
        return Window(context.new_page(), options)


def _shown_end(target: SplitResult) -> str:
    """The end of the link that a page shows for an address."""
    name = target.path.rstrip("/").rpartition("/")[2]
    settings, _ = read(dict(parse_qsl(target.query)))
    query = settings.short(name if name in IN_PLAY else "explore")
    return f"{target.path}?{query}" if query else target.path
