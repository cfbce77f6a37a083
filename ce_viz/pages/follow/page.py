"""A student's page drawn by Streamlit: once, since what moves there comes by the class's own line."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from ce_viz.live.classes.codes import is_code
from ce_viz.live.component import follow
from ce_viz.pages.frame.parts import CLASS_PARAMETER
from ce_viz.pages.visit import Visit
from ce_viz.strings import LANGUAGES


def code() -> str:
    """The code of a class in the link; empty where there is none."""
    given = st.query_params.get(CLASS_PARAMETER, "").upper()
    return given if is_code(given) else ""


def page(visit: Visit, code: str) -> None:
    """Draw the page."""
    words = visit.words
    links = [(words["follow.leave"], "./")]
    for language, name in LANGUAGES.items():
        if language != words.language:
            links.append((name, f"?{urlencode({CLASS_PARAMETER: code, 'lang': language})}"))
    follow(code, words={**words.section("follow"), "lang": words.language}, links=links)
