"""The browsers: what each needs to be installed, and how it is started."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browsers.marionette import MarionetteConnection
from tests.serving import FLAGS, free_port

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FIREFOX = ("firefox-esr", "firefox")
_MINI_BROWSER = "webkit2gtk-4.*/MiniBrowser"  # beside the libraries, on no PATH
# A machine without a mouse, as servers are, has no (hover: hover) for Chromium and Firefox; WebKitGTK supposes it.
_MOUSE = (
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"
)
_FINE_AND_HOVERS = 2 | 4
_PREFERENCES: Mapping[str, object] = {
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.download.folderList": 2,  # into the folder named below
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "remote.prefs.recommended": True,
    "ui.allPointerCapabilities": _FINE_AND_HOVERS,
    "ui.primaryPointerCapabilities": _FINE_AND_HOVERS,
}


@dataclass(frozen=True, slots=True)
class Engine:
    """A kind of browser.

    Attributes:
      needs: Programs, each by the names it may have.
      start: Starts one that downloads to a folder, until the block ends.
    """

    needs: tuple[tuple[str, ...], ...]
    start: Callable[[Path], AbstractContextManager[WebDriver]]

    def missing(self) -> list[str]:
        """The programs that are not installed."""
        return [names[0] for names in self.needs if _found(names) is None]


def _found(names: tuple[str, ...]) -> str | None:
    """A program on the PATH or, where its name has folders, among the libraries: the newest."""
    on_path = [shutil.which(name) for name in names]
    places = [place for name in names if "/" in name for place in (name, f"*/{name}")]
    roots = (Path("/usr/lib"), Path("/usr/libexec"))
    beside = [
        str(path) for place in places for root in roots for path in sorted(root.glob(place), reverse=True)
    ]
    return next((path for path in (*on_path, *beside) if path), None)


def _path(*names: str) -> str:
    found = _found(names)
    assert found
    return found


@contextlib.contextmanager
def _chromium(downloads: Path) -> Iterator[WebDriver]:
    options = webdriver.ChromeOptions()
    options.binary_location = _path(*_CHROMIUM)
    for flag in (*FLAGS, "--headless=new", _MOUSE):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    service = webdriver.ChromeService(_path("chromedriver"))
    with webdriver.Chrome(options, service) as driver:
        yield driver


@contextlib.contextmanager
def _firefox(downloads: Path) -> Iterator[WebDriver]:
    port = free_port()
    own = {"marionette.port": port, "browser.download.dir": str(downloads)}
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in (_PREFERENCES | own).items()
    ]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [_path(*_FIREFOX), "-headless", "-marionette", "-no-remote", "-profile", profile]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as firefox:
            try:
                connection = _connected(port)
                options = webdriver.FirefoxOptions()
                with webdriver.Remote(
                    connection, file_detector=UselessFileDetector(), options=options
                ) as driver:
                    yield driver
                firefox.wait(timeout=30)
            finally:
                firefox.kill()


def _connected(port: int) -> MarionetteConnection:
    for _ in range(600):
        with contextlib.suppress(ConnectionRefusedError):
            return MarionetteConnection(port)
        time.sleep(0.1)
    raise TimeoutError("Firefox has not opened its door within a minute")


@contextlib.contextmanager
def _webkit(downloads: Path) -> Iterator[WebDriver]:
    options = webdriver.WebKitGTKOptions()
    options.binary_location = _path(_MINI_BROWSER)
    options.overlay_scrollbars_enabled = False
    options.add_argument("--automation")
    with _display() as display, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        Path(home, "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n', encoding="utf-8")
        env = {**os.environ, "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "XDG_CONFIG_HOME": home}
        service = webdriver.WebKitGTKService(_path("WebKitWebDriver"), env=env)
        with webdriver.WebKitGTK(options, service) as driver:
            yield driver


@contextlib.contextmanager
def _display() -> Iterator[str]:
    """A screen that nobody sees."""
    read, write = os.pipe()
    command = [_path("Xvfb"), "-displayfd", str(write), "-screen", "0", "1920x1200x24", "-nolisten", "tcp"]
    with (
        subprocess.Popen(
            command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server,
        os.fdopen(read, encoding="ascii") as told,
    ):
        os.close(write)
        try:
            yield f":{told.readline().strip()}"
        finally:
            server.terminate()


ENGINES: Mapping[str, Engine] = {
    "Chromium": Engine((_CHROMIUM, ("chromedriver",)), _chromium),
    "Firefox": Engine((_FIREFOX,), _firefox),
    "WebKitGTK": Engine((("WebKitWebDriver",), (_MINI_BROWSER,), ("Xvfb",)), _webkit),
}
