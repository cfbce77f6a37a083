"""A real browser and a real server for the tests in this folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.window import LAPTOP, Window, Windows
from tests.deploy.proxy import replicas
from tests.serving import served


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


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Two replicas as the image runs them, under the app's policy: their addresses. They know nothing of each other."""
    with replicas(tmp_path_factory.mktemp("image"), 2) as running:
        yield [f"http://127.0.0.1:{each.port}/" for each in running]


@pytest.fixture(scope="session")
def _windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def new_page(_windows: Windows) -> Iterator[Callable[..., Page]]:
    """Windows of other visitors, with cookies of their own: ``new_page(**context_options)``."""
    yield _windows.lend
    _windows.take_back()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A laptop's window, that other tests have used: an address of the app is shown without a new document."""
    return new_page()


@pytest.fixture(scope="session")
def _laptop(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport=LAPTOP)


@pytest.fixture
def fresh_page(_laptop: BrowserContext) -> Iterator[Page]:
    """A laptop's window that has not been anywhere."""
    page = _laptop.new_page()
    window = Window(page, {})
    yield page
    window.sweep()
    page.close()
    _laptop.clear_cookies()
