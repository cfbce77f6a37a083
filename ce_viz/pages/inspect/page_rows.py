"""The rows of Your logits, drawn by Streamlit: worst first; any of them opens in Explore."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.pages.frame import files, handout
from ce_viz.pages.frame.session import Session
from ce_viz.pages.frame.widgets import entered
from ce_viz.pages.inspect import rows, sentences
from ce_viz.pages.inspect.settings import ROWS
from ce_viz.pages.inspect.view import confused
from ce_viz.pages.inspect.work import Work
from ce_viz.pages.visit import Visit
from ce_viz.strings import Words
from ce_viz.takeaway.inspection import rows_as_csv


def table(visit: Visit, session: Session, work: Work, analysis: Analysis) -> None:
    """Draw the table with its choices."""
    words, among = visit.words, rows.chosen(visit.settings, work, analysis)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _choose(visit, session, work)
        st.space("stretch")
        _open_by_number(words, session, work, analysis)
        files.offer(
            words["inspect.download"],
            lambda: "" if work.analysis is None else rows_as_csv(work.analysis, work.names),
            "rows.csv",
            key="inspect_download",
            icon=":material/download:",
        )
    columns = rows.columns(work, analysis, among)
    listed, total = len(columns["row"]), len(analysis.rows) if among is None else int(among.sum())
    st.caption(words.fill("inspect.rows_readout", shown=f"{listed:,}", total=f"{total:,}"))
    if listed:
        _draw(words, session, work, columns)


def _choose(visit: Visit, session: Session, work: Work) -> None:
    """Which rows are listed: those of the picked cell, or a choice."""
    words = visit.words
    if cell := confused(visit.settings, work):
        st.markdown(sentences.picked_cell(words, work, cell), width="content")
        st.button(
            words["inspect.all_rows"],
            icon=":material/close:",
            key="inspect_all_rows",
            on_click=session.put,
            kwargs={"confused": None},
            type="tertiary",
        )
        return
    st.segmented_control(
        words["inspect.rows"],
        ROWS,
        format_func=lambda code: words[f"inspect.rows_{code}"],
        required=True,
        **session.widget("rows"),
    )


def _draw(words: Words, session: Session, work: Work, columns: dict[str, list[Any]]) -> None:
    def picked() -> None:
        chosen = entered("inspect_table")["selection"]["rows"]
        if chosen:
            _open(session, work, columns["row"][chosen[0]] - 1)

    paper = {
        words["inspect.row"]: columns["row"],
        words["inspect.label"]: columns["label"],
        words["inspect.predicted"]: columns["predicted"],
        words["inspect.confidence"]: columns["confidence"],
        words["inspect.row_loss"]: columns["loss"],
        words["inspect.grad_norm"]: columns["grad_norm"],
        words["inspect.suspect"]: columns["suspect"],
    }
    handout.table(paper, "rows", formats={words["inspect.confidence"]: "%.1f%%"})
    number_column, text_column = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        columns,
        hide_index=True,
        height=400,
        on_select=picked,
        selection_mode="single-row",
        column_config={
            "row": number_column(words["inspect.row"], format="%d", pinned=True),
            "label": text_column(words["inspect.label"]),
            "predicted": text_column(words["inspect.predicted"]),
            "confidence": number_column(words["inspect.confidence"], format="%.1f%%"),
            "loss": number_column(words["inspect.row_loss"], format="%.4f"),
            "grad_norm": number_column(words["inspect.grad_norm"], format="%.4f"),
            "suspect": st.column_config.CheckboxColumn(
                words["inspect.suspect"], help=words["inspect.suspect_help"]
            ),
        },
        alt=words["inspect.rows_alt"],
        key="inspect_table",
    )


def _open_by_number(words: Words, session: Session, work: Work, analysis: Analysis) -> None:
    """Any row by its number, for the keyboard and for rows that the table does not show."""
    if not 1 <= st.session_state.get("inspect_row", 1) <= work.table.num_rows:
        st.session_state["inspect_row"] = 1
    row = st.number_input(
        words["inspect.row_number"], 1, work.table.num_rows, step=1, key="inspect_row", width=140
    )
    usable = analysis.place_of(row - 1) is not None

    def open_typed() -> None:
        # A quick hand presses before the number that it typed is drawn.
        _open(session, work, (entered("inspect_row") or row) - 1)

    st.button(
        words["inspect.open"],
        icon=":material/arrow_forward:",
        help=words["inspect.open_help" if usable else "inspect.open_left_out"],
        key="inspect_open_row",
        disabled=not usable,
        on_click=open_typed,
    )


def _open(session: Session, work: Work, row: int) -> None:
    """Show a usable row in Explore, in a callback; one that no link could hold is refused here instead."""
    if work.analysis is None or work.analysis.place_of(row) is None:
        return
    session.press(lambda settings: rows.opened(settings, work, row))
    if session.settings["origin"] == f"row-{row + 1}":
        session.go_to("explore")
