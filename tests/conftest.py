"""What tests in several folders share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import hypothesis
import pytest
from playwright.sync_api import Browser, expect

from tests.serving import launched

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
# Examples that are the same in each run, and take as long as a busy machine needs.
hypothesis.settings.register_profile("same each time", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same each time")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Modules and tests stay to the end: the collector, which took a tenth of a run, need not look at them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, Chrome or Edge."""
    with launched() as browser:
        yield browser
