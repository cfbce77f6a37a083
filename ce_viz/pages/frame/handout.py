"""What a printed page has of its own: title, settings and link on top, and tables in the place of the screen's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import number, vector

_OF_SCENARIO = (
    "explore",
    "lesson",
    "derivation",
)  # elsewhere the charts may show other numbers than the visitor's
_MOST_ROWS = 40  # of a table on paper: a sheet


def top(visit: Visit, page: str, link: str) -> None:
    """Draw it in one element; print.css shows it on paper alone."""
    title, *lines = content(visit, page)
    body = "".join(f"<div>{escape(line)}</div>" for line in lines)
    st.html(
        f"<div class='handout'><div><strong>{escape(title)}</strong></div>{body}"
        f"<div><a href='{escape(link, quote=True)}'>{escape(link)}</a></div></div>"
    )


def table(
    columns: Mapping[str, Sequence[Any]], key: str, *, formats: Mapping[str, str] | None = None
) -> None:
    """A table for paper alone: on the screen, tables are pictures that scroll, which paper cannot.

    Args:
      columns: By their headings; class names among them are a visitor's own text.
      key: Of its container, after ``paper_``.
      formats: How a column's numbers are written, as ``%``-formats; in five digits where there is none.
    """
    names, given = list(columns), formats or {}
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(value, given.get(name)))}</td>" for name, value in row) + "</tr>"
        for row in (
            list(zip(names, values, strict=True))
            for values in list(zip(*columns.values(), strict=True))[:_MOST_ROWS]
        )
    )
    with st.container(key=f"paper_{key}"):
        st.html(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def _cell(value: Any, form: str | None) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, float):
        return (form % value if form else f"{value:.5g}").replace("-", "−")
    return str(value)


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
