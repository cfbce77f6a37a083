"""What to take away, offered on every page: the link, code, data, and Explore's charts as a page of their own.

Not on a page that is presented: all of it tells what presenters cover.
"""

from __future__ import annotations

import streamlit as st

from ce_viz.live.charts import formula_parts
from ce_viz.pages import road
from ce_viz.pages.explore import view as explore
from ce_viz.pages.frame import files
from ce_viz.pages.frame.addresses import address
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import number, vector
from ce_viz.takeaway import document, embedding, tables
from ce_viz.takeaway.snippets import LIBRARIES, snippet

_FILE = "softmax-cross-entropy"
_FRAMED = ("logits", "probs", "logits_grad")


def button(visit: Visit, session: Session, page: str) -> None:
    """The way in, in the sidebar."""
    title = visit.words["takeaway.title"]
    if st.sidebar.button(title, icon=":material/download:", key="takeaway"):
        st.dialog(title, width="large")(_contents)(visit, session, page)


def _contents(visit: Visit, session: Session, page: str) -> None:
    words = visit.words
    share, code, data = st.tabs([words["takeaway.link"], words["takeaway.code"], words["takeaway.data"]])
    with share:
        st.markdown(words["takeaway.link_note"])
        st.code(address(session.settings), language=None, wrap_lines=True)
        st.markdown(words["takeaway.frame_note"])
        st.code(_frame(visit, session, page), language="html", wrap_lines=True)
    with code:
        for tab, library in zip(st.tabs(list(LIBRARIES.values())), LIBRARIES, strict=True):
            with tab:
                st.code(snippet(library, visit.scenario), language="python")
                st.markdown(words[f"takeaway.{library}_note"])
    with data:
        st.markdown(words["takeaway.data_note"])
        explanation, names, link = visit.explanation, visit.names, address(session.settings)
        results = dict(session.results)
        with st.container(horizontal=True):
            files.offer(
                "CSV", lambda: tables.as_csv(explanation, names, link, results), f"{_FILE}.csv", key="csv"
            )
            files.offer(
                "JSON", lambda: tables.as_json(explanation, names, link, results), f"{_FILE}.json", key="json"
            )
            files.offer(words["takeaway.page"], lambda: _page(visit, link), f"{_FILE}.html", key="html")
        st.markdown(words["takeaway.pictures_note"])


def _frame(visit: Visit, session: Session, page: str) -> str:
    """The line that shows this page, or a few of Explore's charts, in another page."""
    settings = session.settings
    if page == "explore":
        settings = settings.changed(show=settings["show"] or _FRAMED)
    title = f"{visit.words['app.title']} · {visit.words[f'nav.{page}']}"
    return embedding.frame(address(settings), title, height=320 if page == "explore" else 720)


def _page(visit: Visit, link: str) -> str:
    words, explanation = visit.words, visit.explanation
    lines = [
        words["takeaway.page_intro"],
        f"o = {vector(visit.scenario.logits, at_most=100)}, T = {number(explanation.temperature)}",
        f"∂L/∂o = {vector(tuple(explanation.logits_grad.tolist()), at_most=100)}",
        f"L = {words.fill('explore.loss_readout', loss=number(explanation.loss))}",
    ]
    pictures = [
        document.Picture(
            chart.title,
            "" if chart.editable else chart.hint,  # nothing can be dragged there
            chart.alt,
            chart.figure,
            formula_parts(chart.formula),
            chart.joiner,
        )
        for chart in road.show(explore, visit).board(explore.BOARD).charts
    ]
    return document.page(words["app.title"], lines, pictures, language=words.language, address=link)
