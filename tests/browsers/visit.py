"""A window of a browser, as a step of the tour uses it: open, drag, press, and wait for what must be seen."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

T = TypeVar("T")
_PATIENCE = 60.0  # seconds until what is not seen counts as not there
_GLIDE = 40  # milliseconds of a pointer's move
# What goes wrong in a page is kept with it; ResizeObserver's "loop" is a notice, no error.
_WATCH = """
if (window.faults) return;
window.faults = [];
const note = text => /ResizeObserver loop/.test(text) || window.faults.push(String(text));
addEventListener("error", ({ message }) => note(message));
addEventListener("unhandledrejection", ({ reason }) => note(reason));
addEventListener("securitypolicyviolation", event => note(`${event.violatedDirective} ${event.blockedURI}`));
"""
_LAST_LINE = (
    "return arguments[0].innerText.trim().split(/\\n/).at(-1).trim()"  # an icon's name may come first
)
_PLACE = """
const [node] = arguments;
node.scrollIntoView({ block: "nearest" });
const { left, top, width, height } = node.getBoundingClientRect();
return [left, top, width, height];
"""


class UnseenError(AssertionError):
    """What must be seen is not; the message says what is seen instead."""


class Visit:
    """A browser at an app.

    Attributes:
      driver: WebDriver's.
      url: Address of the app.
      folder: Where the browser puts what it downloads.
      pictures: What `picture` kept, by name.
    """

    def __init__(self, driver: WebDriver, url: str, folder: Path) -> None:
        self.driver, self.url, self.folder = driver, url, folder
        self.pictures: dict[str, bytes] = {}
        self._mouse = PointerInput("mouse", "mouse")

    # Windows

    def size(self, width: int, height: int) -> None:
        """Give the page this many pixels; what a browser has around it comes on top."""

        def fits() -> bool:
            inner, outer = self.script("return [[innerWidth, innerHeight], [outerWidth, outerHeight]]")
            if inner != [width, height]:
                around = [outer[0] - inner[0], outer[1] - inner[1]]
                self.driver.set_window_rect(width=width + around[0], height=height + around[1])
            return bool(inner == [width, height])

        self.until(f"a page of {width} × {height}", fits)

    def open(self, link: str) -> None:
        """Open a page of the app, in English where the link does not say, and wait until it is drawn."""
        joint = "&" if "?" in link else "?"
        self.driver.get(self.url + link + ("" if "lang=" in link else f"{joint}lang=en"))
        self.script(_WATCH)
        self.drawn()

    def drawn(self) -> None:
        """Wait until each chart in sight is drawn and no script runs."""
        self.until("a chart that is drawn", lambda: self.count(".js-plotly-plot .main-svg") > 0)
        app = "document.querySelector('.stApp')?.dataset.testScriptState"
        self.until("a page at rest", lambda: self.script(f"return {app}") == "notRunning")

    @contextlib.contextmanager
    def second_window(self) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
        """Another window of the same browser until the block ends; gives what goes to the first and to the second."""
        first = self.driver.current_window_handle
        self.driver.switch_to.new_window("window")
        second = self.driver.current_window_handle
        try:
            yield (lambda: self.driver.switch_to.window(first), lambda: self.driver.switch_to.window(second))
        finally:
            self.driver.switch_to.window(second)
            self.driver.close()
            self.driver.switch_to.window(first)

    def picture(self, name: str = "") -> None:
        """Keep what the window shows, once nothing moves any more; what moves for ever is stopped."""
        self.script("for (const each of document.getAnimations()) each.pause()")
        last = b""
        for _ in range(8):
            time.sleep(0.3)
            before, last = last, self.driver.get_screenshot_as_png()
            if before == last:
                break
        self.pictures[name] = last

    def faults(self) -> list[str]:
        """What went wrong in the page's scripts since it was opened."""
        found: list[str] = self.script("return window.faults ?? []")
        return found

    # What is seen

    def script(self, text: str, *arguments: object) -> Any:
        """What a function's body gives in the page."""
        return self.driver.execute_script(text, *arguments)

    def find(self, css: str, at: int = 0, text: str | None = None) -> WebElement:
        """The element of a number among those that match and, where a text is given, end with that line of text."""

        def there() -> WebElement | None:
            found = self.driver.find_elements(By.CSS_SELECTOR, css)
            if text is not None:
                found = [node for node in found if self.script(_LAST_LINE, node) == text]
            return found[at] if len(found) > at else None

        return self.until(f"{css} {text or ''}".strip(), there)

    def count(self, css: str) -> int:
        """How many elements match."""
        return len(self.driver.find_elements(By.CSS_SELECTOR, css))

    def texts(self, css: str) -> list[str]:
        """The words of all that match."""
        found: list[str] = self.script(
            "return [...document.querySelectorAll(arguments[0])].map(node => node.textContent.trim())", css
        )
        return found

    def bars(self, chart: str) -> list[str]:
        """The numbers on a chart's bars."""
        return self.texts(f"[data-chart={chart}] .bartext")

    def says(self, *texts: str) -> None:
        """Wait until the page's words hold each of some texts."""
        self.expect(
            "the page's words",
            lambda: [text for text in texts if text in self.script("return document.body.innerText")],
            list(texts),
        )

    def address(self) -> str:
        """What stands in the address bar."""
        return unquote(self.driver.current_url)

    def until(self, what: str, seen: Callable[[], T]) -> T:
        """Wait for something that is true; gives it.

        Raises:
          UnseenError: It did not come.
        """
        end = time.monotonic() + _PATIENCE
        while True:
            value: T | None = None
            with contextlib.suppress(StaleElementReferenceException, IndexError):  # drawn anew, or not yet
                value = seen()
            if value:
                return value
            if time.monotonic() > end:
                raise UnseenError(f"not there: {what}")
            time.sleep(0.05)

    def expect(self, what: str, seen: Callable[[], T], wanted: T | Callable[[T], object]) -> T:
        """Wait until something is as wanted: equal, or as a function wants it; gives it.

        Raises:
          UnseenError: It stayed otherwise.
        """
        last: list[T] = []

        def fits() -> bool:
            last[:] = [seen()]
            return bool(wanted(last[0]) if callable(wanted) else last[0] == wanted)

        try:
            self.until(what, fits)
        except UnseenError:
            raise UnseenError(f"{what}: {last}") from None
        return last[0]

    # What a hand does

    def click(self, css: str, at: int = 0, text: str | None = None) -> None:
        """Press a button, or whatever else can be pressed; again where something is drawn over it meanwhile."""

        def pressed() -> bool:
            try:
                self.find(css, at, text).click()
            except WebDriverException:
                return False
            return True

        self.until(f"{css} {text or ''} to press", pressed)

    def click_at(self, css: str, across: float, down: float, *, times: int = 1) -> None:
        """Press the mouse at a share of an element's width and height."""
        left, top, width, height = self.script(_PLACE, self.find(css))
        hand = self._hand(left + across * width, top + down * height)
        for _ in range(times):
            hand.pointer_action.pointer_down()
            hand.pointer_action.pointer_up()
        hand.perform()

    def pull(self, css: str, right: int, down: int) -> None:
        """Press the mouse in an element's middle and let it go elsewhere."""
        left, top, width, height = self.script(_PLACE, self.find(css))
        x, y = left + width / 2, top + height / 2
        hand = self._hand(x, y)
        hand.pointer_action.pointer_down()
        for share in (0.3, 0.6, 1):
            hand.pointer_action.move_to_location(round(x + share * right), round(y + share * down))
        hand.pointer_action.pointer_up()
        hand.perform()

    def keys(self, css: str, *keys: str, at: int = 0) -> None:
        """Put the focus on an element and press keys."""
        self.script("arguments[0].focus()", self.find(css, at))
        ActionChains(self.driver).send_keys(*keys).perform()

    def chord(self, *keys: str) -> None:
        """Press keys together."""
        chain = ActionChains(self.driver)
        for key in keys:
            chain.key_down(key)
        for key in reversed(keys):
            chain.key_up(key)
        chain.perform()

    def fill(self, css: str, text: str, *end: str) -> None:
        """Type over what a field says."""
        field = self.find(css)
        self.script("arguments[0].focus(); arguments[0].select()", field)
        ActionChains(self.driver).send_keys(text, *end).perform()

    @contextlib.contextmanager
    def held(self, chart: str, bar: int, up: Sequence[int]) -> Iterator[None]:
        """A bar in hand that was moved up by pixels, one move after another, and is let go with the block."""
        handle = self.find(f"[data-chart={chart}] [role=slider]", bar)
        left, top, width, height = self.script(_PLACE, handle)
        x, y = left + width / 2, top + height / 2
        hand = self._hand(x, y)
        hand.pointer_action.pointer_down()
        for pixels in up:
            hand.pointer_action.move_to_location(round(x), round(y - pixels))
        hand.perform()
        try:
            yield
        finally:
            hand = ActionBuilder(self.driver, mouse=self._mouse, duration=_GLIDE)
            hand.pointer_action.pointer_up()
            hand.perform()

    def drag(self, chart: str, bar: int, up: int) -> None:
        """Pull a bar's end up by pixels."""
        with self.held(chart, bar, (up // 2, up)):
            pass

    def _hand(self, x: float, y: float) -> ActionBuilder:
        hand = ActionBuilder(self.driver, mouse=self._mouse, duration=_GLIDE)
        hand.pointer_action.move_to_location(round(x), round(y))
        return hand
