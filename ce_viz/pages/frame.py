"""The frame around every page: less empty space, and presenter mode without chrome."""

from __future__ import annotations

import re

import streamlit as st

# Why each group of rules is here:
# - Noto Sans has no ≠, and browsers then build one from = and a slash that runs into the next letter.
# - Digits that change keep their width, in tables and on sliders too.
# - Streamlit's captions on white and its white words on the dark theme's primary colour fall short of 4.5 : 1; the
#   words on a main button are light where the text around it is dark, and dark where that is light.
# - Its colours of code do too; these keep the text's lightness.
# - Buttons that show only an icon are read out by their words, not by the icon's English name.
# - KaTeX's last pixels made each formula a region to scroll, with a stop on the way of every Tab.
# - On a phone, and on a laptop at 200 %, columns become one and words are wrapped and set smaller rather than cut.
# - Where a busy server takes half a second, Streamlit fades what it has not answered yet, charts too.
COMPACT = """
@font-face {
  font-family: Signs;
  src: local("Noto Sans Math"), local("NotoSansMath-Regular"), local("DejaVu Sans");
  unicode-range: U+2260;
}
.stMainBlockContainer { padding: 4.25rem 1.5rem 2rem; max-width: 1800px; }
.stSidebar .stVerticalBlock { gap: 0.6rem; }
[data-testid="stMetricValue"] { font-size: 1.6rem; }
.stSidebar [data-testid="stButtonGroup"] button { padding-inline: 0.45rem; }
.stApp, .stApp input { font-variant-numeric: tabular-nums; }
[data-testid="stCaptionContainer"] { opacity: 0.75; }
[data-testid^="stBaseButton-primary"] { color: oklch(from currentColor calc(1.25 - l) 0 h); }
.stCode .token.token.token { color: oklch(from currentColor l 0.1 255); }
.stCode .token.string.string { color: oklch(from currentColor l 0.1 150); }
:is(.st-key-undo, .st-key-redo, .st-key-reset, .st-key-rewind, .st-key-play, .st-key-descent_step)
  button [data-testid="stMarkdownContainer"] {
  position: absolute;
  width: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
.katex-display { padding: 4px 2px; }
@media (max-width: 820px) {
  .stColumn { flex: 1 1 100%; min-width: calc(100% - 1.5rem); }
  .stButtonGroup > div { flex-wrap: wrap; }
  .stMarkdown td, .stMarkdown th { padding: 0.35rem 0.4rem; }
  .katex { font-size: 1.05em; }
}
[data-stale="true"] { opacity: 1 !important; animation: none !important; transition: none !important; }
"""
_PRESENT = """
:root { font-size: 21px !important; }
.stSidebar, [data-testid="stExpandSidebarButton"], .stAppHeader { display: none; }
.stMainBlockContainer { padding-top: 1rem; max-width: none; }
"""

# Three bars, drawn here: an icon named to Streamlit would be fetched from another server, which a classroom
# without internet cannot reach.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Cpath d='M0 2h2v6H0zM3 5h2v3H3zM6 0h2v8H6z' fill='%232f6fb7'/%3E%3C/svg%3E"
)


def _short(rules: str) -> str:
    return re.sub(r"\s*([{:;,}])\s*", r"\1", rules).strip()


_SHORT, _PRESENTED = _short(COMPACT), _short(COMPACT + _PRESENT)


def style(*, present: bool) -> None:
    """The page's own style sheet, in one place; sent with every rerun, so without its spaces."""
    st.html(f"<style>{_PRESENTED if present else _SHORT}</style>")
