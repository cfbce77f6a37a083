"""Every word a person reads, one TOML catalogue per language.

``words("en")`` gives the catalogue; ``catalogue["explore.title"]`` one text. Prose is never formatted, since
braces belong to LaTeX in it; only keys that end in ``readout`` and those under ``errors`` take values, through
``catalogue.fill(key, name=value)``.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
"""Language codes as they stand in links, with the name each language gives itself."""


_DIFFERENCE = re.compile(r"\b([Sy1]) − ([Sy])\b")  # no line ends within it
_BETWEEN_HAN = re.compile(r"([\u4e00-\u9fff]\**) (\**)(?=[\u4e00-\u9fff])")


class Words:
    """The texts of one language, by dotted key."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self._texts = texts
        self._sections: dict[str, dict[str, str]] = {}
        for key, text in texts.items():
            prefix, _, name = key.rpartition(".")
            self._sections.setdefault(prefix, {})[name] = text

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def all_keys(self) -> set[str]:
        """All dotted keys."""
        return set(self._texts)

    def section(self, prefix: str) -> dict[str, str]:
        """The texts directly below ``prefix``, by their last part."""
        return dict(self._sections.get(prefix, {}))

    def fill(self, key: str, **values: object) -> str:
        """The text of a ``readout`` or an error, its placeholders replaced.

        The catalogue has spaces around what may be Latin letters or digits; between Chinese characters none is left.
        """
        if not (key.endswith("readout") or key.startswith("errors.")):
            raise KeyError(f"{key!r} is prose; only readouts and errors take values")
        return _BETWEEN_HAN.sub(r"\1\2", self._texts[key].format(**values))


@lru_cache
def words(language: str) -> Words:
    """The catalogue of ``language``, a key of ``LANGUAGES``."""
    path = Path(__file__).with_name(f"{language}.toml")
    return Words(language, dict(_flatten(tomllib.loads(path.read_text(encoding="utf-8")))))


def _flatten(table: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flatten(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, _DIFFERENCE.sub("\\1\u00a0−\u00a0\\2", str(value))))
    return pairs
