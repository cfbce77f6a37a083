"""The browser's scripts and style sheet, read as text: rules that no browser checks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import ce_viz.live
from ce_viz.live import WORDS, component

FOLDER = Path(ce_viz.live.__file__).parent / "browser"
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.js"))}
STYLES = ("classroom.css", *component.STYLES)
STYLE = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLES)
ENTRIES = {"follow.js": "follow", "live_charts.js": "liveCharts", "teach.js": "teach"}  # what Streamlit calls
CODE = {
    name: re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL) for name, text in SCRIPTS.items()
}
ALL = "\n".join(CODE.values())


def test_boards_bring_the_style_sheets_that_python_knows_of() -> None:
    named = re.search(r"^const STYLES = (\[.*\]);", SCRIPTS["board.js"], re.MULTILINE)[1]
    assert json.loads(named) == list(component.STYLES)


@pytest.mark.parametrize("name", STYLES)
def test_a_style_sheet_can_be_read_in_one_go(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.startswith("/* ")
    assert len(text.splitlines()) < 310


def test_only_what_the_browser_needs_is_served() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted([*SCRIPTS, *STYLES])


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_what_it_is_for_is_type_checked_and_can_be_read_in_one_go(name: str) -> None:
    assert SCRIPTS[name].startswith("// @ts-check\n/**\n * ")
    assert len(SCRIPTS[name].splitlines()) < 310


def test_scripts_import_only_each_other_and_never_in_a_circle() -> None:
    imports = {
        name: set(re.findall(r'^import .*? from "\./([\w.]+)";$', code, re.MULTILINE))
        for name, code in CODE.items()
    }
    assert set().union(*imports.values()) | set(ENTRIES) == set(SCRIPTS)
    assert len(re.findall(r"\bimport\b[^.(]", ALL)) == sum(map(len, imports.values()))
    left = dict(imports)
    while left:
        free = [name for name, needs in left.items() if not needs & left.keys()]
        assert free, f"a circle of imports among {sorted(left)}"
        for name in free:
            del left[name]


@pytest.mark.parametrize(
    ("rule", "forbidden"),
    [
        ("text is never read as markup", r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc"),
        ("no code is made from text", r"\beval\b|\bFunction\s*\(|setTimeout\(\s*[\"'`]"),
        ("nothing is left from debugging", r"\bconsole\.|\bdebugger\b|\balert\("),
        ("no old forms", r"\bvar\s|[^=!]==[^=]|!=[^=]|\barguments\b|\bthat\s*="),
        ("no other server is asked", r"https?:|//[a-z]+\.[a-z]"),
        ("nobody is known again", r"indexedDB|document\.cookie"),
        ("no mathematics but places on an axis", r"Math\.(?!abs|ceil|floor|log10|max|min|round|random)"),
        ("no word for a reader", r"(textContent|title|aria-label\"?): *[\"'`][A-Za-z]"),
        # The floor is Chrome 110, Firefox 115, Safari 16.4.
        (
            "nothing that older browsers lack",
            r"withResolvers|\bgroupBy\b|fromAsync|\.(with|toSorted|toSpliced)\(",
        ),
    ],
)
def test_the_scripts_keep_the_rules(rule: str, forbidden: str) -> None:
    found = re.search(forbidden, ALL)
    assert not found, f"{rule}: {found}"


def test_only_who_is_in_a_class_has_anything_kept_and_on_that_machine_alone() -> None:
    keepers = {name for name, code in CODE.items() if re.search(r"localStorage|sessionStorage", code)}
    assert keepers == {"ballot.js", "teacher.js"}
    assert "localStorage" not in CODE["teacher.js"]  # the key goes with its tab


def test_lines_can_be_read_without_scrolling() -> None:
    lines = [line for text in (*SCRIPTS.values(), STYLE) for line in text.splitlines()]
    assert [line for line in lines if len(line) > 120 or "\t" in line or line != line.rstrip()] == []


def test_every_top_level_name_is_used_and_every_exported_one_elsewhere() -> None:
    declared = r"^(export )?(?:default )?(?:const|let|class|function|async function) (\w+)"
    names = [
        (name, *found) for name, code in CODE.items() for found in re.findall(declared, code, re.MULTILINE)
    ]
    assert len(names) > 40
    unused = [name for file, _, name in names if len(re.findall(rf"\b{name}\b", CODE[file])) < 2]
    assert {name for name in unused if len(re.findall(rf"\b{name}\b", ALL)) < 2} <= set(ENTRIES.values())
    for file, exported, name in names:
        others = "\n".join(code for other, code in CODE.items() if other != file)
        assert not exported or name == ENTRIES.get(file) or re.search(rf"\b{name}\b", others), (file, name)


def test_every_exported_function_and_class_says_what_it_is() -> None:
    exports = [
        found
        for text in SCRIPTS.values()
        for found in re.findall(r"(.*)\nexport (?:async )?function (\w+)", text)
    ]
    assert len(exports) > 8
    assert [name for line, name in exports if not line.endswith("*/")] == []


def test_every_method_is_called() -> None:
    methods = set(re.findall(r"^  (?:static |async |get )*(\w+)\([^)]*\) \{$", ALL, flags=re.MULTILINE))
    methods -= {"constructor"}
    assert len(methods) > 60
    assert [name for name in sorted(methods) if not re.search(rf"[.\"\]]\s*{name}\b", ALL)] == []


def test_every_word_is_used_and_no_other() -> None:
    of_a_class = {"follow.js", "question.js", "teach.js"}  # tests/live/test_browser_teacher.py
    charts = "\n".join(code for name, code in CODE.items() if name not in of_a_class)
    assert set(re.findall(r"\bwords\.(\w+)", charts)) - {"lang"} == set(WORDS) - {"lang"}


def test_every_class_of_the_style_sheet_is_made_by_the_scripts() -> None:
    made = set(re.findall(r"\b[lft]c(?:-\w+)?\b", ALL)) | {"lc-row", "lc-column", "lc-cell"}
    assert set(re.findall(r"\.([lft]c(?:-\w+)?)\b", STYLE)) - made == set()


def test_colours_come_from_the_theme() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", STYLE) == []


def test_the_style_sheet_asks_for_nothing_that_older_browsers_lack() -> None:
    assert re.findall(r":has\(|overflow-clip-margin|@starting-style|color-mix", STYLE) == []
