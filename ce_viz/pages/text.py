"""Visitors' words inside Markdown and LaTeX: shown as text, never obeyed."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^=\"'])")

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~$:<>&^=\"'])")


def markdown(text: str) -> str:
    """``text`` with every character escaped that Streamlit's Markdown gives a meaning to."""
    return _MARKDOWN.sub(r"\\\1", text)


def plain(text: str) -> str:
    r"""Markdown without emphasis or formulas as text: ``markdown`` undone.

    >>> plain(markdown("a*b <i>"))
    'a*b <i>'
    """
    return _ESCAPED.sub(r"\1", text)


def joined(*sentences: str) -> str:
    """Sentences one after another: Chinese stops hold their own space.

    >>> joined("One.", "Two."), joined("一。", "二。"), joined("**一。**", "（二。）", "三。")
    ('One. Two.', '一。二。', '**一。**（二。）三。')
    """
    said = ""
    for sentence in filter(None, sentences):
        # Bold ends after a stop only where a space or a bracket follows.
        holds = said.endswith(("。", "）")) or (said.endswith("。**") and sentence.startswith("（"))
        said += sentence if holds or not said else f" {sentence}"
    return said


def latex(text: str) -> str:
    r"""``text`` for ``\text{…}``: what LaTeX gives a meaning to becomes a space."""
    return re.sub(r"[\\{}$&#^_%~]", " ", text)
