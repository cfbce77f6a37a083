"""No file takes for ever or all memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.inspection.reading.hostile import CASES


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What became of each file, in a process of little memory and time; it ends at the first that wants more."""
    command = [sys.executable, "-W", "error", "-m", "tests.core.inspection.reading.hostile"]
    root = Path(__file__).parents[4]
    run = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    return dict(line.split("\t") for line in run.stdout.splitlines())


@pytest.mark.parametrize("case", CASES)
def test_a_file_made_to_do_harm_is_done_with_soon(outcomes, case):
    assert outcomes.get(case) == CASES[case][2]
