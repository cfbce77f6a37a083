"""The script and the style sheet, read as text: rules that no browser checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ce_viz.live
from ce_viz.live import WORDS

FOLDER = Path(ce_viz.live.__file__).parent / "browser"
SCRIPT = (FOLDER / "live_charts.js").read_text(encoding="utf-8")
STYLE = (FOLDER / "live_charts.css").read_text(encoding="utf-8")
CODE = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", SCRIPT, flags=re.DOTALL)


def test_only_what_the_browser_needs_is_served() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == ["live_charts.css", "live_charts.js"]


@pytest.mark.parametrize(
    ("rule", "forbidden"),
    [
        ("text is never read as markup", r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc"),
        ("no code is made from text", r"\beval\b|\bFunction\s*\(|setTimeout\(\s*[\"'`]"),
        ("nothing is left from debugging", r"\bconsole\.|\bdebugger\b|\balert\("),
        ("no old forms", r"\bvar\s|[^=!]==[^=]|!=[^=]|\barguments\b|\bthat\s*="),
        ("no other server is asked", r"https?:|//[a-z]+\.[a-z]"),
        (
            "nothing is kept on the visitor's machine",
            r"localStorage|sessionStorage|indexedDB|document\.cookie",
        ),
        ("no mathematics", r"Math\.(?!abs|ceil|floor|max|min|round)"),
        ("no word for a reader", r"(textContent|title|aria-label\"?): *[\"'`][A-Za-z]"),
    ],
)
def test_the_script_keeps_the_rules(rule: str, forbidden: str) -> None:
    found = re.search(forbidden, CODE)
    assert not found, f"{rule}: {found}"


def test_lines_can_be_read_without_scrolling() -> None:
    lines = (SCRIPT + STYLE).splitlines()
    assert [line for line in lines if len(line) > 120 or "\t" in line or line != line.rstrip()] == []


def test_every_top_level_name_is_used_and_every_function_says_what_it_does() -> None:
    names = re.findall(r"^(?:const|let|class|function|async function) (\w+)", CODE, flags=re.MULTILINE)
    assert len(names) > 15
    assert [name for name in names if len(re.findall(rf"\b{name}\b", CODE)) < 2] == []
    functions = re.findall(r"(.*)\n(?:export default )?(?:async )?(?:function|class) (\w+)", SCRIPT)
    plain = {"Board", "Card"}  # the head of the file speaks of them
    assert [name for line, name in functions if not line.endswith("*/") and name not in plain] == []


def test_every_method_is_called() -> None:
    methods = set(re.findall(r"^  (?:async )?(\w+)\([^)]*\) \{$", CODE, flags=re.MULTILINE)) - {"constructor"}
    assert len(methods) > 20
    unused = [name for name in methods if not re.search(rf"[.\"\]]\s*{name}\b", CODE)]
    assert unused == []


def test_every_word_is_used_and_no_other() -> None:
    used = set(re.findall(r"\bwords\.(\w+)", CODE))
    assert used == set(WORDS)


def test_every_class_of_the_style_sheet_is_made_by_the_script() -> None:
    parts = {f"lc-{part}" for part in re.findall(r'"(\w+)"', CODE)}
    made = set(re.findall(r"\blc(?:-\w+)?\b", CODE)) | parts
    assert set(re.findall(r"\.(lc[\w-]*)", STYLE)) - made == set()


def test_colours_come_from_the_theme() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", STYLE) == []
