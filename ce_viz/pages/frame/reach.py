"""What a phone keeps in reach: the page's name, which opens the list of all pages, undo, and the way on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from ce_viz.pages.frame.parts import NEXT
from ce_viz.pages.frame.session import Session
from ce_viz.pages.frame.widgets import entered
from ce_viz.pages.visit import Visit

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_WITHOUT_STEPS = (
    "explore",
    "train",
    "inspect",
)  # others have a Next of their own, which the style sheet puts there


def strip(visit: Visit, session: Session, pages: Mapping[str, StreamlitPage], name: str) -> None:
    """Draw the strip's buttons, which page.css shows on phones alone, where Streamlit hides its menu of pages.

    They are sent to all, with every run: few elements.
    """
    words = visit.words

    def go() -> None:
        chosen = entered("reach_pages")
        if chosen in pages and chosen != name:
            session.go_to(chosen)

    st.menu_button(
        pages[name].title,
        list(pages),
        format_func=lambda page: pages[page].title,
        key="reach_pages",
        on_click=go,
    )
    st.button(
        words["controls.undo"],
        icon=":material/undo:",
        key="reach_undo",
        disabled=not session.can_undo,
        on_click=session.undo,
    )
    if name in _WITHOUT_STEPS:
        following = NEXT[name]
        st.button(words[f"nav.{following}"], key="reach_next", on_click=session.go_to, args=(following,))
