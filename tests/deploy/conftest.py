"""Two replicas as the image runs them, that the tests of what stands before them share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.proxy import Replica, replicas

_HASTENED = {"LEFT": ("10.0", "1.0"), "TELL_TEACHER, TELL_STUDENTS": ("0.5, 1.0", "0.1, 0.2")}


@pytest.fixture(scope="session")
def pair(tmp_path_factory) -> Iterator[list[Replica]]:
    """Both; ``alive`` starts again what other tests have killed."""
    with replicas(tmp_path_factory.mktemp("image"), 2, prepare=hasten) as running:
        yield running


def hasten(folder: Path) -> None:
    """Have a class tell its votes at once, and students whose teacher has gone look for it after a second."""
    path = folder / "ce_viz/live/classes/limits.py"
    text = path.read_text(encoding="utf-8")
    for name, (slow, fast) in _HASTENED.items():
        assert text.count(f"\n{name} = {slow}\n") == 1
        text = text.replace(f"\n{name} = {slow}\n", f"\n{name} = {fast}\n")
    path.write_text(text, encoding="utf-8")
