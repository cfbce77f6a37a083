"""The house keeps its rooms apart: who may import whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ce_viz"
MAY_IMPORT = {  # what of ours and of the run-time packages each folder may name
    "core": {"numpy", "ce_viz.core"},
    "strings": {"ce_viz.strings"},
    "data": {"numpy", "ce_viz.data"},
    "figures": {"ce_viz.figures", "ce_viz.core", "ce_viz.strings"},
    "settings": {"ce_viz.settings", "ce_viz.core", "ce_viz.data", "ce_viz.strings"},
    "live": {"streamlit", "plotly", "ce_viz.live"},
    "pages": {
        "streamlit",
        "ce_viz.pages",
        "ce_viz.figures",
        "ce_viz.live",
        "ce_viz.core",
        "ce_viz.strings",
        "ce_viz.data",
        "ce_viz.takeaway",
        "ce_viz.settings",
    },
    "takeaway": {"plotly", "ce_viz.takeaway", "ce_viz.core"},
}
RUN_TIME = {"numpy", "streamlit", "plotly"}
TOP_LEVEL = {
    "app.py",
    "ce_viz",
    "requirements.txt",
    "tests",
    "README.md",
    "LICENSE",
    "pyproject.toml",
    "requirements-dev.txt",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
    return found


def is_within(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in allowed)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_what_its_room_may(path):
    room = path.relative_to(PACKAGE).parts[0]
    if room == "__init__.py":
        assert not imports(path)
        return
    foreign = {
        module
        for module in imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names and not is_within(module, MAY_IMPORT[room])
    }
    assert not foreign


def test_run_time_packages_are_the_three():
    named = {
        line.split("#")[0].split(">")[0].split("<")[0].strip()
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line.split("#")[0].strip()
    }
    assert named == RUN_TIME


def test_figures_take_only_types_from_the_core():
    for path in [*(PACKAGE / "figures").glob("*.py"), *(PACKAGE / "pages").glob("*/*figures.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ce_viz.core"):
                assert all(alias.name[0].isupper() for alias in node.names), (
                    f"{path.name} imports a function of the core"
                )


def test_core_loads_neither_plotly_nor_pandas_nor_streamlit():
    script = "import sys, ce_viz.core; print(*({'plotly', 'pandas', 'streamlit'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout.strip() == ""


def test_javascript_stands_in_live_only():
    assert {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.js")} == {"live"}


def test_top_level_is_the_owners_layout():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    top = {name.split("/")[0] for name in tracked if name}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL
