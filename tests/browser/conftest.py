"""A real browser and a real server for the tests in this folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import launched, served

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, Chrome or Edge."""
    with launched() as browser:
        yield browser


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


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages, each with its own cookies and cache: ``new_page(**context_options)``; none may raise an error."""
    contexts, errors = [], []

    def open_page(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A laptop's window."""
    return new_page()
