"""The house keeps its rooms apart: who may import whom, who knows Streamlit, and how a page is added."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.for_each import for_each

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ce_viz"
LIBRARIES = {  # run-time packages that each folder may name
    "core": {"numpy"},
    "data": {"numpy"},
    "live": {"plotly", "starlette"},
    "takeaway": {"numpy", "plotly"},
}
MAY_IMPORT = {  # folders of ours that each folder may name, besides itself: arrows run down
    "core": set(),
    "strings": set(),
    "data": set(),
    "settings": {"core", "strings", "data"},
    "figures": {"core", "strings"},
    "live": set(),
    "takeaway": {"core"},
    "pages": {"settings", "figures", "live", "takeaway", "core", "strings", "data"},
}
OFFERED = {"ce_viz.pages.explore.view"}  # Take away hands out Explore's charts
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
PAGES = sorted(path.parent.name for path in (PACKAGE / "pages").glob("*/page.py"))


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def knows_streamlit(path: Path) -> bool:
    """Whether this file is one of the few that may: a page's drawing, the frame around pages, the component."""
    parts = path.relative_to(PACKAGE).parts
    return (
        parts == ("live", "component.py")
        or parts[:2] == ("pages", "frame")
        or (parts[0] == "pages" and (parts[-1] == "page.py" or parts[-1].startswith("page_")))
    )


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@for_each("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_what_its_room_may(path):
    room = path.relative_to(PACKAGE).parts[0]
    if room == "__init__.py":
        assert not imports(path)
        return
    libraries = LIBRARIES.get(room, set())
    if knows_streamlit(path):
        libraries = libraries | {"streamlit", "starlette"}
    rooms = MAY_IMPORT[room] | {room}
    foreign = [
        module
        for module in imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not (module.startswith("ce_viz.") and module.split(".")[1] in rooms)
        and module.split(".")[0] not in libraries
    ]
    assert foreign == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_imports_another(page):
    others = {f"ce_viz.pages.{other}" for other in PAGES if other != page}
    for path in (PACKAGE / "pages" / page).rglob("*.py"):
        assert [name for name in imports(path) if any(name.startswith(f"{other}.") for other in others)] == []


def test_the_frame_imports_no_page_but_what_it_hands_out():
    pages = tuple(f"ce_viz.pages.{page}." for page in PAGES)
    for path in (PACKAGE / "pages" / "frame").glob("*.py"):
        assert {name for name in imports(path) if f"{name}.".startswith(pages)} <= OFFERED


def test_everything_but_the_drawing_of_pages_works_where_streamlit_cannot_be_imported():
    names = [name_of(path) for path in modules() if not knows_streamlit(path)]
    script = "import sys, importlib; sys.modules['streamlit'] = None\n" + "\n".join(
        f"importlib.import_module({name!r})" for name in names
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


def test_run_time_packages_are_the_three():
    named = {
        line.split("#")[0].split(">")[0].split("<")[0].strip()
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line.split("#")[0].strip()
    }
    assert named == RUN_TIME


def test_drawings_take_only_types_from_the_core():
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


def test_a_room_says_who_lives_there():
    for folder in {path.parent for path in modules()}:
        text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
        assert text, folder
        assert len(text) > 40, folder


NEW_PAGE = {
    "__init__.py": '"""A tiny page: it shows the temperature, as one bar that a hand can move."""\n',
    "settings.py": """
from ce_viz.settings import readers
from ce_viz.settings.setting import Setting

CHARTS = ("tiny",)
SETTINGS = {"tiny_size": Setting(1, readers.whole(1, 9))}
""",
    "view.py": """
from ce_viz.figures.style import bars
from ce_viz.live import Board, Chart, Edit, Editable, View


def show(visit):
    size = float(visit.settings["tiny_size"])
    figure = bars([size], ["size"], colour="#2f6fb7", limits=(0.0, 10.0))
    return View((Board("tiny", (Chart("tiny", figure, "Size", f"size {size}", editable=Editable(1, 9, 1)),)),))


def act(settings, event):
    return settings.changed(tiny_size=int(event.value)) if isinstance(event, Edit) else settings


def is_slow(question):
    return False
""",
    "page.py": """
from ce_viz.pages import road
from ce_viz.pages.frame import board
from ce_viz.pages.tiny import view

NAME = "tiny"


def page(visit, session):
    board.draw(session, visit, view, road.show(view, visit), "tiny", name=NAME)
""",
}


def test_a_page_is_added_by_a_folder_and_one_word_in_the_app(tmp_path):
    for name in ("app.py", "ce_viz", ".streamlit"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    folder = tmp_path / "ce_viz" / "pages" / "tiny"
    folder.mkdir()
    for name, text in NEW_PAGE.items():
        (folder / name).write_text(text, encoding="utf-8")
    app = tmp_path / "app.py"
    listed = re.sub(r"^(PAGES = .*)\)$", r'\1, "tiny")', app.read_text("utf-8"), count=1, flags=re.M)
    app.write_text(listed, encoding="utf-8")
    for language in ("en", "zh"):
        words = tmp_path / "ce_viz" / "strings" / f"{language}.toml"
        words.write_text(
            words.read_text("utf-8").replace("[nav]\n", '[nav]\ntiny = "Tiny"\n'), encoding="utf-8"
        )
    script = """
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from ce_viz.live import Edit
from ce_viz.live.route import Question
from ce_viz.pages.respond import responder
from ce_viz.pages.tiny import view

app = AppTest.from_file("app.py", default_timeout=60)
app._page_hash = calc_hash("tiny")
app.query_params["tiny_size"] = "4"
app.run()
assert not app.exception, app.exception
assert len(app.get("bidi_component")) == 1
link, shown = responder({"tiny": view})(Question("tiny", {"tiny_size": "4"}, [Edit("tiny", 0, 7.0)], "en"))
print(link, shown.boards[0].charts[0].alt)
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert run.stdout.strip() == "tiny_size=7 size 7.0", run.stderr
