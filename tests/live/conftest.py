"""Live charts on a blank page, without Streamlit, in windows that stay open from test to test and are swept between.

Opening a document costs a second of a processor, nearly all of it for reading Plotly's script; what a test does in an
open one costs a tenth of that.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ce_viz.live.classes import codes
from tests.live.hall import Hall, serve_hall
from tests.live.stage import Stage, serve_files

_LAPTOP = {"width": 1440, "height": 900}


@pytest.fixture
def quick_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes that follow from their keys in no time, where a test is about something else."""
    monkeypatch.setattr(codes, "_COST", 2)


class Window:
    """A page of the browser with a context of its own, and what went wrong on it."""

    def __init__(self, browser: Browser, *, has_clock: bool = False, **options: object) -> None:
        self.options = {"viewport": _LAPTOP, **options}
        self.page = browser.new_context(**self.options).new_page()
        self.errors: list[str] = []
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if has_clock:
            self.page.clock.install()

    def close(self) -> None:
        self.page.context.close()
        assert self.errors == []


@pytest.fixture(scope="session")
def files() -> Iterator[str]:
    """The address of the blank page."""
    with serve_files() as url:
        yield url


@pytest.fixture(scope="session")
def _served() -> Iterator[Hall]:
    with serve_hall() as hall:
        yield hall


@pytest.fixture
def hall(_served: Hall) -> Hall:
    """A class of nobody yet."""
    _served.begin()
    return _served


Lend = Callable[..., contextlib.AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def lend(browser: Browser) -> Lend:
    """Windows that other tests have used, for as long as a block lasts: ``lend(name, has_clock=False, **options)``.

    Who borrows a window sweeps it; one in which something went wrong is not lent again.
    """
    kept: dict[str, Window] = {}

    @contextlib.contextmanager
    def lend(name: str, **options: Any) -> Iterator[Page]:
        window = kept.pop(name, None) or Window(browser, **options)
        yield window.page
        window.page.set_viewport_size(window.options["viewport"])
        assert window.errors == []
        kept[name] = window

    return lend


@pytest.fixture
def new_stage(lend: Lend, files: str) -> Iterator[Callable[..., Stage]]:
    """Stages: ``new_stage(has_clock=False, **context_options)``."""
    with contextlib.ExitStack() as lent:

        def make(**options: Any) -> Stage:
            page = lent.enter_context(lend(json.dumps(options, sort_keys=True), **options))
            stage = Stage(page, files, has_clock=options.get("has_clock", False))
            lent.callback(stage.sweep)
            return stage

        yield make


@pytest.fixture
def stage(new_stage: Callable[..., Stage], request: pytest.FixtureRequest) -> Stage:
    """A stage on a laptop; its page's clock can be stopped where the module says that its tests do."""
    return new_stage(has_clock=bool(getattr(request.module, "HAS_CLOCK", False)))


@pytest.fixture
def fresh_stage(browser: Browser, files: str) -> Iterator[Stage]:
    """A stage in a window that has not been anywhere."""
    window = Window(browser)
    yield Stage(window.page, files)
    window.close()


@pytest.fixture
def student(lend: Lend, hall: Hall) -> Iterator[Page]:
    """A student's window, of whom the browser remembers nothing; its document stays open.

    Its clock goes by itself until a test has more time pass.
    """
    with lend("student", has_clock=True) as page:
        yield page
        page.evaluate("window.unmount?.()")
        hall.forget(page)


@pytest.fixture
def teacher(lend: Lend, hall: Hall) -> Iterator[Page]:
    """A teacher's window; a panel stays as long as its document."""
    with lend("teacher") as page:
        yield page
        page.evaluate("[localStorage, sessionStorage].forEach(store => store.clear())")
        page.goto("about:blank")
        hall.cut()
