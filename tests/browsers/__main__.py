"""``python -m tests.browsers FOLDER [--only NAME …] [--steps NAME …]``: see the package."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from urllib3.exceptions import HTTPError

from tests.benchmarks.tables import show
from tests.browsers.engines import ENGINES
from tests.browsers.sheet import NOT_INSTALLED, SEEN, Column, page, status
from tests.browsers.tour import LAPTOP, STEPS
from tests.browsers.visit import UnseenError, Visit
from tests.serving import ROOT, served

_GONE = (
    WebDriverException,
    HTTPError,
    OSError,
)  # what a driver raises once its browser has died, or never lived
_Steps = Mapping[str, Callable[[Visit], None]]


def main(arguments: list[str]) -> int:
    """Walk, write and print; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.browsers", description=__doc__)
    parser.add_argument("folder", type=Path, help="where pictures and sheet go")
    parser.add_argument("--only", nargs="+", choices=ENGINES, default=list(ENGINES), metavar="BROWSER")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS), metavar="STEP")
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    steps = {name: STEPS[name] for name in chosen.steps}
    with served(ROOT / "app.py", strict=True) as url:
        columns = [toured(name, url, steps, chosen.folder) for name in chosen.only]
    told = f"{datetime.date.today()}, {platform.platform()}"
    does = {name: re.sub(r"\s+", " ", step.__doc__ or "") for name, step in steps.items()}
    (chosen.folder / "index.html").write_text(page(columns, does, told), encoding="utf-8")
    show(told, ["step", *(column.name for column in columns)],
         [[name, *(column.cell(name) for column in columns)] for name in steps])  # fmt: skip
    return status(columns, list(steps))


def toured(name: str, url: str, steps: _Steps, folder: Path) -> Column:
    """One browser's tour; a step that fails does not keep it from the next."""
    if missing := ENGINES[name].missing():
        return Column(f"{name}: {NOT_INSTALLED} ({', '.join(missing)})")
    full = name
    cells: dict[str, str] = {}
    pictures: dict[str, dict[str, str]] = {}
    try:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as downloads,
            ENGINES[name].start(Path(downloads)) as driver,
        ):
            full = f"{name} {driver.capabilities['browserVersion']}"
            for step, walk in steps.items():
                start = time.monotonic()
                visit = Visit(driver, url, Path(downloads))
                cells[step] = outcome(visit, walk)
                pictures[step] = kept(visit, f"{step.replace(' ', '-')}-{name.lower()}", folder)
                print(f"{full}, {step}: {cells[step]} ({time.monotonic() - start:.0f} s)", file=sys.stderr)
    except _GONE as fault:
        cells |= {step: f"no browser any more: {_line(fault)}" for step in steps if step not in cells}
    return Column(full, cells, pictures)


def outcome(visit: Visit, walk: Callable[[Visit], None]) -> str:
    """Whether a step's sights were seen, or what was seen instead."""
    visit.driver.switch_to.default_content()
    try:
        visit.size(*LAPTOP)
        walk(visit)
        if faults := visit.faults():
            raise UnseenError(f"errors in the page: {faults}")
        if not visit.pictures:
            visit.picture()
    except (UnseenError, WebDriverException) as fault:
        visit.pictures["failed"] = visit.driver.get_screenshot_as_png()
        with contextlib.suppress(WebDriverException):
            visit.script("sessionStorage.clear()")  # a class that is left open would be the next step's
        return _line(fault)
    return SEEN


def kept(visit: Visit, name: str, folder: Path) -> dict[str, str]:
    """A step's pictures in the folder: the file of each, by what it shows."""
    files = {shows: "-".join(filter(None, (name, shows))) + ".png" for shows in visit.pictures}
    for shows, file in files.items():
        (folder / file).write_bytes(visit.pictures[shows])
    return files


def _line(fault: Exception) -> str:
    """A fault's first line, for a cell of the table."""
    return str(fault).strip().partition("\n")[0].replace("|", "¦")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
