"""All languages say the same things."""

import ast
import re
import string
from pathlib import Path

import pytest

from ce_viz.strings import LANGUAGES, words
from tests.for_each import for_each

ROOT = Path(__file__).parents[2]
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_-]+)+")


def takes_values(key: str) -> bool:
    return key.endswith("readout") or key.startswith("errors.")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_equal_keys(language):
    assert words(language).all_keys() == words("en").all_keys()


@for_each("key", sorted(key for key in words("en").all_keys() if takes_values(key)))
def test_languages_have_equal_placeholders(key):
    assert {frozenset(placeholders(words(language)[key])) for language in LANGUAGES} == {
        frozenset(placeholders(words("en")[key]))
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language):
    catalogue = words(language)
    assert not [key for key in catalogue.all_keys() if not catalogue[key].strip()]


def test_prose_takes_no_values():
    with pytest.raises(KeyError, match="prose"):
        words("en").fill("app.title", x=1)


def test_chinese_is_chinese():
    shared = {key for key in words("en").all_keys() if words("en")[key] == words("zh")[key]}
    wordy = {key for key in shared if re.search(r"[A-Za-z]{4,} [A-Za-z]{4,}", words("en")[key])}
    assert not wordy


def literal_keys() -> set[tuple[str, str]]:
    """Every dotted literal that indexes a catalogue in the pages."""
    found = set()
    for path in [*(ROOT / "ce_viz").rglob("*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            literals = []
            if isinstance(node, ast.Subscript):
                literals = [node.slice]
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "fill"
            ):
                literals = node.args[:1]
            for literal in literals:
                if (
                    isinstance(literal, ast.Constant)
                    and isinstance(literal.value, str)
                    and KEY.fullmatch(literal.value)
                ):
                    found.add((path.name, literal.value))
    return found


def test_every_key_used_in_code_exists():
    used = literal_keys()
    assert used
    assert not [(file, key) for file, key in sorted(used) if key not in words("en")]
