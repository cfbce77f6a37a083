"""What the README promises exists."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

import ce_viz.core
from ce_viz.settings.table import TABLE
from ce_viz.settings.value import read
from ce_viz.strings import words

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)


def test_two_commands_set_up_a_fresh_machine():
    assert len(COMMANDS) == 2
    for command in COMMANDS:
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -r requirements")
        assert command.count("\n") == 1


def test_ci_calls_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text()
    assert "grep -m1 -- '-m pytest' README.md" in script
    assert "-m pytest" in COMMANDS[1]


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:ce_viz|tests|\.streamlit|\.github|\.deploy)/[\w./-]*)`", README)))
)
def test_named_file_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", re.findall(r"!\[[^]]*\]\(([^)]+)\)", README))
def test_picture_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", re.findall(r"`(?:\?)?(\w+)=", README))
def test_link_parameter_exists(name):
    assert name in TABLE


@pytest.mark.parametrize("page", re.findall(r"^\| \*\*(.+?)\*\* \|", README, re.MULTILINE))
def test_page_exists(page):
    assert page in words("en").section("nav").values()


def test_core_example_runs():
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    exec(example, {})


def test_core_names_of_the_readme_are_public():
    imported = re.search(r"from ce_viz.core import (.+)", README)[1]
    assert {name.strip() for name in imported.split(",")} <= set(ce_viz.core.__all__)


TEACHING = (ROOT / ".github/TEACHING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("link", re.findall(r"http://localhost:8501(/\S*)", TEACHING))
def test_lecturers_links_open_what_they_say(link):
    path, _, query = link.partition("?")
    assert path.strip("/") in {"", *words("en").section("nav")}
    given = dict(parse_qsl(query))
    assert set(given) <= set(TABLE)
    settings, problems = read(given)
    assert not problems
    assert settings["present"]
