"""Live charts on a blank page, without Streamlit, in windows that stay open from test to test and are swept between.

Opening a document costs a second of a processor, nearly all of it for reading Plotly's script; what a test does in an
open one costs a tenth of that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.live.stage import Stage, serve_files

_LAPTOP = {"width": 1440, "height": 900}


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
def _kept() -> dict[str, Window]:
    """Windows that have been swept, by their options."""
    return {}


@pytest.fixture
def new_stage(browser: Browser, files: str, _kept: dict[str, Window]) -> Iterator[Callable[..., Stage]]:
    """Stages in windows that other tests have used: ``new_stage(has_clock=False, **context_options)``."""
    lent: list[tuple[str, Window, Stage]] = []

    def make(*, has_clock: bool = False, **options: object) -> Stage:
        name = json.dumps([has_clock, options], sort_keys=True)
        window = _kept.pop(name, None) or Window(browser, has_clock=has_clock, **options)
        lent.append((name, window, Stage(window.page, files, has_clock=has_clock)))
        return lent[-1][-1]

    yield make
    for name, window, stage in lent:
        stage.sweep()
        window.page.set_viewport_size(window.options["viewport"])
        assert window.errors == []  # else it is not lent again
        _kept[name] = window


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
