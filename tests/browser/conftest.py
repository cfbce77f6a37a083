"""A real browser and a real server for the tests in this folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import served

_LAPTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Start an app once per session and give its address: ``serve(path, *streamlit_options)``."""
    with contextlib.ExitStack() as stack:
        running: dict[tuple[str, ...], str] = {}

        def start(app: Path, *options: str) -> str:
            key = (str(app), *options)
            if key not in running:
                running[key] = stack.enter_context(served(app, *options))
            return running[key]

        yield start


@contextlib.contextmanager
def _without_errors() -> Iterator[Callable[[Page], Page]]:
    """Watch pages: none may raise an error before the block ends."""
    errors: list[str] = []

    def watched(page: Page) -> Page:
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield watched
    assert errors == []


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages, each with its own cookies and cache: ``new_page(**context_options)``."""
    with _without_errors() as watched, contextlib.ExitStack() as contexts:

        def open_page(**options: object) -> Page:
            context = browser.new_context(**{"viewport": _LAPTOP, **options})
            contexts.callback(context.close)
            return watched(context.new_page())

        yield open_page


@pytest.fixture(scope="session")
def _laptop(browser: Browser) -> Iterator[BrowserContext]:
    """What one visitor's windows share: with a cache of its own, each would read four megabytes of scripts anew."""
    context = browser.new_context(viewport=_LAPTOP)
    yield context
    context.close()


@pytest.fixture
def page(_laptop: BrowserContext) -> Iterator[Page]:
    """A laptop's window."""
    with _without_errors() as watched, _laptop.new_page() as page:
        yield watched(page)
        _laptop.clear_cookies()
