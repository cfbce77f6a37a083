"""The server's settings, as the app is started with them, keep errors, files and other sites where they belong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ce_viz.core.inspection.reading import MAX_FILE_BYTES
from ce_viz.pages.inspect.page_source import _PASTE_CHARACTERS
from tests.test_hostile_visitors import MOST_BYTES

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
SAFE = {
    "client.showErrorDetails": "none",  # a traceback belongs into the server's log
    "client.toolbarMode": "minimal",
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.headless": True,
    "browser.gatherUsageStats": False,
}
UNTOUCHED = (  # Streamlit's own choice is the safe one
    "server.enableStaticServing",
    "server.enableAgentApi",
    "server.corsAllowedOrigins",
    "server.xsrfCookieSameSite",
    "server.cookieSecret",
    "server.trustedUserHeaders",
    "server.enableWebsocketCompression",
)


def setting(name: str) -> Any:
    section, key = name.split(".")
    return SETTINGS.get(section, {}).get(key)


@pytest.mark.parametrize("name", SAFE)
def test_setting_is_the_safe_one(name):
    assert setting(name) == SAFE[name]


@pytest.mark.parametrize("name", UNTOUCHED)
def test_setting_is_left_alone(name):
    assert setting(name) is None


def test_as_much_is_uploaded_as_is_read():
    assert setting("server.maxUploadSize") == MAX_FILE_BYTES // 1_000_000


def test_a_message_may_hold_the_longest_paste_and_a_page_and_little_more():
    paste = 4 * _PASTE_CHARACTERS / 1e6  # MB: of UTF-8's longest characters
    assert paste < setting("server.maxWidgetStateSize") < 2 * paste
    assert MOST_BYTES / 1e6 < setting("server.maxMessageSize") <= 16


def test_no_secret_is_kept_with_the_code():
    assert ".streamlit/secrets.toml" in (ROOT / ".gitignore").read_text().split()
