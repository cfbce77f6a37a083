"""Visitors' words inside Markdown and LaTeX: shown as text, never obeyed."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^=\"'])")


def markdown(text: str) -> str:
    """``text`` with every character escaped that Streamlit's Markdown gives a meaning to."""
    return _MARKDOWN.sub(r"\\\1", text)


def latex(text: str) -> str:
    r"""``text`` for ``\text{…}``: what LaTeX gives a meaning to becomes a space."""
    return re.sub(r"[\\{}$&#^_%~]", " ", text)
