"""A browser and a server of the app, for tests, benchmarks and pictures."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# Opening Explore takes a third less with the last two: a watched browser reads the 4.8 MB of plotly.js four times to
# know where each error might have come from, and each window brings a popup of its own for an address bar that nobody
# sees. Of two lists of features Chromium hears the last, so ours repeats of Playwright's what matters here.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--js-flags=--no-enable-lazy-source-positions",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AimEnabled,HttpsUpgrades,LensOverlay,MediaRouter,OptimizationHints,PaintHolding",
]
_WAY_OUT = (
    "no browser: run `python -m playwright install --with-deps chromium`, or install Chromium, Chrome or Edge"
)


def _installed() -> str | None:
    found = (shutil.which(name) for name in _NAMES)
    return next((path for path in (*found, *_PLACES) if path and Path(path).exists()), None)


def _install() -> None:
    """Try both ways to get a browser; which of them worked shows in what is there afterwards."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        ways += [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    for way in ways:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(way, check=False, capture_output=True, timeout=600)


def _executable(playwright: Playwright) -> str:
    """An installed browser, else Playwright's own, else one installed now; else the test fails with the way out."""
    own = playwright.chromium.executable_path
    for attempt in (False, True):
        if attempt:
            _install()
        path = _installed() or (own if Path(own).exists() else None)
        if path:
            return path
    pytest.fail(_WAY_OUT, pytrace=False)


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, Chrome or Edge, until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_executable(playwright),
            args=FLAGS,
            ignore_default_args=["--hide-scrollbars"],  # people have them, and less room for it
        )
        yield browser
        browser.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(app: Path, *options: str, folder: Path = ROOT, strict: bool = False) -> Iterator[str]:
    """Run a Streamlit app until the block ends, with the repository's settings or ``folder``'s; gives its address.

    ``strict``: with the app's own policy, as visitors have it.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", *options]
    base = next(
        (option.split("=")[1] for option in options if option.startswith("--server.baseUrlPath=")), ""
    )
    url = f"http://127.0.0.1:{port}/{base + '/' if base else ''}"
    # Playwright's wait_for_function evaluates text, which the app's policy forbids to everybody;
    # tests/browser/test_proxy.py looks at the pages under that policy.
    env = {**os.environ} if strict else {**os.environ, "CE_VIZ_POLICY": ""}
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}_stcore/health", timeout=5):
                    break
                assert server.poll() is None, f"the server of {app.name} ended with {server.returncode}"
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()
