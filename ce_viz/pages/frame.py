"""The frame around every page: less empty space, and presenter mode without chrome."""

from __future__ import annotations

import re

import streamlit as st

# The last rule: where a busy server takes half a second, Streamlit fades what it has not answered yet, charts too.
_COMPACT = """
.stMainBlockContainer { padding: 4.25rem 1.5rem 2rem; max-width: 1800px; }
.stSidebar .stVerticalBlock { gap: 0.6rem; }
[data-testid="stMetricValue"] { font-size: 1.6rem; }
.stSidebar [data-testid="stButtonGroup"] button { padding-inline: 0.45rem; }
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


def style(*, present: bool) -> None:
    """The page's own style sheet, in one place; sent with every rerun, so without its spaces."""
    rules = re.sub(r"\s*([{:;,}])\s*", r"\1", _COMPACT + (_PRESENT if present else ""))
    st.html(f"<style>{rules.strip()}</style>")
