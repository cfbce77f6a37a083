"""Live charts on a blank page, without Streamlit: one window per module, swept between tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.live.stage import Stage, serve_files

_LAPTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def files() -> Iterator[str]:
    """The address of the blank page."""
    with serve_files() as url:
        yield url


@pytest.fixture
def new_stage(browser: Browser, files: str) -> Iterator[Callable[..., Stage]]:
    """Stages in windows of their own: ``new_stage(**context_options)``."""
    errors: list[str] = []
    with contextlib.ExitStack() as contexts:

        def make(**options: object) -> Stage:
            context = browser.new_context(**{"viewport": _LAPTOP, **options})
            contexts.callback(context.close)
            return Stage(_watched(context.new_page(), errors), files)

        yield make
    assert errors == []


@pytest.fixture(scope="module")
def _window(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    errors: list[str] = []
    context = browser.new_context(viewport=_LAPTOP)
    yield _watched(context.new_page(), errors), errors
    context.close()


@pytest.fixture
def stage(_window: tuple[Page, list[str]], files: str) -> Iterator[Stage]:
    """A stage in the module's window."""
    page, errors = _window
    stage = Stage(page, files)
    yield stage
    stage.sweep()
    assert errors == []


def _watched(page: Page, errors: list[str]) -> Page:
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page
