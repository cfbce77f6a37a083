"""The tests on the oldest and newest packages that ``requirements.txt`` allows: ``python -m tests.versions [WHICH]``.

Each set of versions gets a virtual environment of its own, which goes with the run. Browser tests are left out: what
the versions change for a browser, Streamlit's front end and plotly.js, has one version each in these ranges.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests.serving import ROOT

WHICH = ("oldest", "newest")
_FOLDERS = ("core", "settings", "figures", "pages", "strings", "takeaway")
_REQUIREMENT = re.compile(r"^([\w-]+)>=([\d.]+)", re.MULTILINE)


def constraints(requirements: str, which: str) -> list[str]:
    """What pip must take of each package that the app itself needs; nothing for the newest, which it takes anyway.

    >>> constraints("numpy>=2.0,<3\\nplotly>=7.1,<8", "oldest")
    ['numpy==2.0.0', 'plotly==7.1.0']
    """
    found = _REQUIREMENT.findall(requirements) if which == "oldest" else []
    return [f"{name}=={version + '.0' * (2 - version.count('.'))}" for name, version in found]


def run(which: str) -> int:
    """Install and test; gives pytest's status."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
        wanted = constraints((ROOT / "requirements.txt").read_text(encoding="utf-8"), which)
        install = [python, "-m", "pip", "install", "--quiet", "-r", "requirements-dev.txt", *wanted]
        subprocess.run(install, cwd=ROOT, check=True)
        names = ("streamlit", "numpy", "plotly", "starlette")
        told = (
            f"import importlib.metadata as m; print(*(f'{{n}} {{m.version(n)}}' for n in {names}), sep=', ')"
        )
        print(which, sys.version.split()[0], flush=True)
        subprocess.run([python, "-c", told], check=True)
        tests = [f"tests/{name}" for name in _FOLDERS]
        return subprocess.run(
            [python, "-m", "pytest", "-n", "2", *tests, "ce_viz"], cwd=ROOT, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(max(run(which) for which in sys.argv[1:] or WHICH))
