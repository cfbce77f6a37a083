"""The package as ``pip install`` lays it down: with its words, scripts and data, and one version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ce_viz

ROOT = Path(__file__).parents[1]
DATA = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "ce_viz").rglob("*")
    if path.is_file() and path.suffix not in {".py", ".pyc"}
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The package installed where nothing else of the repository is."""
    source, place = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)  # a build leaves its files where it stands
    shutil.copytree(ROOT / "ce_viz", source / "ce_viz", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--target", str(place), str(source)]
    subprocess.run(command, check=True, capture_output=True, cwd=place)
    return Path(place)


def test_every_data_file_is_installed(installed):
    assert DATA
    assert [name for name in DATA if not (installed / name).is_file()] == []


def test_the_installed_package_works_by_itself(installed):
    script = """
import ce_viz
from ce_viz.core import cross_entropy
from ce_viz.data import load_digits
from ce_viz.pages.explore import view
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings
print(ce_viz.__version__, round(float(cross_entropy([2.0, 1.0, 0.1], [0, 1, 0])), 3), len(load_digits().labels),
      len(view.show(visit_of(Settings())).boards[0].charts))
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=installed, check=False, capture_output=True, text=True
    )
    assert run.stdout.split() == [ce_viz.__version__, "1.417", "1797", "8"], run.stderr
