"""The session of the visit that this run of the script belongs to; Streamlit keeps it."""

from __future__ import annotations

import streamlit as st

from ce_viz.pages.frame.session import Session


def current() -> Session:
    """It, or a new one."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session()
    session: Session = st.session_state["session"]
    return session
