"""The frame around every page: less empty space, and presenter mode without chrome."""

from __future__ import annotations

import json
import re

import streamlit as st

from ce_viz.live import component

# What holds the page's place from its first moment; page.css holds the rest, which browsers keep.
_COMPACT = """
.stMainBlockContainer { padding: 4.25rem 1.5rem 2rem; max-width: 1800px; }
.stMainBlockContainer > .stVerticalBlock { margin-top: -1rem; }
.stSidebar .stVerticalBlock { gap: 0.6rem; }
.stHeading h1 { padding: 0; font-size: 1.45rem; }
.stHeading > div { margin-bottom: -1rem; }
.st-key-heading { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""
# Streamlit's small print, 0.875rem, is a fortieth of the screen's height; page.css holds the rest. On a phone
# that opens a presenter's link, type is as always.
_PRESENT = """
.stSidebar, [data-testid="stExpandSidebarButton"], .stAppHeader { display: none; }
.stMainBlockContainer { padding: 0.5rem 0.8rem 0.3rem; max-width: none; }
.stMainBlockContainer .stVerticalBlock { gap: 0.5rem; }
:root .stMainBlockContainer :is(h2, h3, h4) { padding: 0 0 0.6rem; font-size: 1.2rem; }
.stHeading h1 { font-size: 1.2rem; }
:root .stMainBlockContainer .stMarkdown p { line-height: 1.35; }
:root .stMainBlockContainer :is(.stButton, .stButtonGroup) button { min-height: 2.1rem; padding: 0.1rem 0.5rem; }
:root .stMainBlockContainer [data-testid="stMetricValue"] { font-size: 1.2rem; }
:root :is(.st-key-proof_i, .st-key-proof_j) { width: 8.5rem; flex-basis: 8.5rem; }
:is(.st-key-play, .st-key-why_rewind, .st-key-why_play, .st-key-why_step, .st-key-why_finish) button
  :is([data-testid="stMarkdownContainer"], kbd) {
  position: absolute; width: 1px; overflow: hidden; clip-path: inset(50%);
}
@media (min-width: 641px) { :root { font-size: calc(100vh / 35) !important; } }
"""
_EMBED = ".stMainBlockContainer { padding: 0 0.6rem; }"

# A student's page in a class has no other pages around it.
_ALONE = """
.stSidebar, [data-testid="stExpandSidebarButton"], .stAppHeader { display: none; }
.stMainBlockContainer { padding: 0 1rem 2rem; }
"""

# Three bars, drawn here: an icon named to Streamlit would be fetched from another server, which a classroom
# without internet cannot reach.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Cpath d='M0 2h2v6H0zM3 5h2v3H3zM6 0h2v8H6z' fill='%232f6fb7'/%3E%3C/svg%3E"
)


def _short(rules: str) -> str:
    # A space before a colon leads to a descendant: it stays.
    return re.sub(r"\s*([{;,}])\s*|(?<=:)\s+", r"\1", rules).strip()


_EMBEDDED = _short(_COMPACT + _EMBED)
_SHORT, _PRESENTED = _short(_COMPACT), _short(_COMPACT + _PRESENT)


def style(*, present: bool, embedded: bool = False) -> None:
    """The page's own style sheet, in one place; sent with every rerun, so without its spaces."""
    st.html(f"<style>{_EMBEDDED if embedded else _PRESENTED if present else _SHORT}</style>")


def sheet() -> None:
    """The style sheet of all pages, on one that may draw no board to bring it."""
    sheets = "".join(f'@import url("{path}");' for path in component.styles())
    st.html(f"<style>{sheets}</style>")


def uploader(browse: str, limits: str) -> None:
    """What a field for files says on its button, and beside it; page.css puts it there."""
    said = {"browse": browse, "limits": limits}
    values = ";".join(f"--{name}:{json.dumps(text, ensure_ascii=False)}" for name, text in said.items())
    st.html(f"<style>:root{{{values}}}</style>")


def alone() -> None:
    """The style sheet of a page that a student of a class sees."""
    st.html(f"<style>{_short(_COMPACT + _ALONE)}</style>")
