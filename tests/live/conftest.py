"""Live charts on a blank page, without Streamlit: one window per module, swept between tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from ce_viz.live.classes import codes
from tests.live.stage import Stage, serve_files

_LAPTOP = {"width": 1440, "height": 900}


@pytest.fixture
def quick_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes that follow from their keys in no time, where a test is about something else."""
    monkeypatch.setattr(codes, "_COST", 2)


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
def _window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Page, list[str]]]:
    errors: list[str] = []
    context = browser.new_context(viewport=_LAPTOP)
    page = _watched(context.new_page(), errors)
    if _has_clock(request):
        page.clock.install()
    yield page, errors
    context.close()


def _has_clock(request: pytest.FixtureRequest) -> bool:
    """Whether the module's tests stop the page's clock."""
    return bool(getattr(request.module, "HAS_CLOCK", False))


@pytest.fixture
def stage(_window: tuple[Page, list[str]], files: str, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage in the module's window."""
    page, errors = _window
    stage = Stage(page, files, has_clock=_has_clock(request))
    yield stage
    stage.sweep()
    assert errors == []


def _watched(page: Page, errors: list[str]) -> Page:
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page
