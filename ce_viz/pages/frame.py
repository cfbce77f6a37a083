"""The frame around every page: less empty space, and presenter mode without chrome."""

from __future__ import annotations

import streamlit as st

_COMPACT = """
.stMainBlockContainer { padding: 4.25rem 1.5rem 2rem; max-width: 1800px; }
.stSidebar .stVerticalBlock { gap: 0.6rem; }
"""
_PRESENT = """
.stApp { font-size: 130%; }
.stSidebar, [data-testid="stExpandSidebarButton"], .stAppHeader { display: none; }
.stMainBlockContainer { padding-top: 1rem; max-width: none; }
"""


def style(*, present: bool) -> None:
    """The page's own style sheet, in one place."""
    st.html(f"<style>{_COMPACT}{_PRESENT if present else ''}</style>")
