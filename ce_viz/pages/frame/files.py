"""Files to take away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

_KINDS = {"csv": "text/csv", "json": "application/json", "html": "text/html"}


def offer(label: str, made: Callable[[], str], name: str, *, key: str, icon: str | None = None) -> None:
    """A button that hands out the file ``name``, made when it is pressed.

    No run follows the click: it could end, and forget the file, before the browser has fetched it.
    """
    kind = _KINDS[name.rpartition(".")[2]]
    st.download_button(label, made, name, kind, key=key, icon=icon, on_click="ignore")
