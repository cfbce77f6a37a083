"""What stands on top of a page that is printed: its title, the settings, and the link that restores it."""

from __future__ import annotations

from html import escape

import streamlit as st

from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import number, vector

_OF_SCENARIO = (
    "explore",
    "lesson",
    "derivation",
)  # elsewhere the charts may show other numbers than the visitor's


def top(visit: Visit, page: str, link: str) -> None:
    """Draw it; live_charts.css shows it on paper alone."""
    title, *lines = content(visit, page)
    body = "".join(f"<div>{escape(line)}</div>" for line in lines)
    with st.container(key="handout"):
        st.html(
            f"<div><strong>{escape(title)}</strong></div>{body}"
            f"<div><a href='{escape(link, quote=True)}'>{escape(link)}</a></div>"
        )


def content(visit: Visit, page: str) -> tuple[str, ...]:
    """The title, and the settings where the page's charts are about them; nothing of what is covered."""
    words, scenario = visit.words, visit.scenario
    title = words.fill("handout.title_readout", app=words["app.title"], page=words[f"nav.{page}"])
    if page not in _OF_SCENARIO:
        return (title,)
    values = {
        "logits": f"o = {vector(scenario.logits, at_most=100)}",
        "targets": f"y = {vector(scenario.effective_targets, at_most=100)}",
    }
    shown = [text for name, text in values.items() if name not in visit.hidden]
    return title, "; ".join([", ".join(visit.names), *shown, f"T = {number(scenario.temperature)}"])
