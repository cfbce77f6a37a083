"""The rows of Your logits, worst first; any of them opens in Explore."""

from __future__ import annotations

import unicodedata
from typing import Any

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.metrics import worst_rows
from ce_viz.core.inspection.opened_row import open_row
from ce_viz.pages.frame import files, memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.inspect import work as inspection
from ce_viz.pages.inspect.work import Work
from ce_viz.pages.text import markdown
from ce_viz.pages.visit import Visit
from ce_viz.settings.readers import MAX_NAME_LENGTH
from ce_viz.strings import Words
from ce_viz.takeaway.inspection import rows_as_csv

SHOWN = 200
_VIEWS = ("worst", "suspects")


def table(visit: Visit, work: Work, analysis: Analysis) -> None:
    """Draw the table with its choices, and go to Explore when a row was picked."""
    words = visit.words
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        among = _choose_view(visit, work, analysis)
        st.space("stretch")
        _open_by_number(visit, work, analysis)
        files.offer(
            words["inspect.download"],
            lambda: rows_as_csv(analysis, work.names),
            "rows.csv",
            key="inspect_download",
            icon=":material/download:",
        )
    places = worst_rows(analysis.scores, SHOWN, among).tolist()
    total = len(analysis.rows) if among is None else int(among.sum())
    st.caption(words.fill("inspect.rows_readout", shown=f"{len(places):,}", total=f"{total:,}"))
    if places:
        _draw(words, work, analysis, places)
    if memory.take("inspect_open"):
        st.switch_page(st.session_state["pages"]["explore"])


def _choose_view(visit: Visit, work: Work, analysis: Analysis) -> Any:
    """Which rows are meant: ``(N,)`` of truth values, or None for all."""
    words, cell = visit.words, inspection.cell()
    if cell is not None:
        label, predicted = (markdown(work.names[k]) for k in cell)
        st.markdown(words.fill("inspect.cell_readout", label=label, predicted=predicted), width="content")
        st.button(
            words["inspect.all_rows"],
            icon=":material/close:",
            key="inspect_all_rows",
            on_click=inspection.pick_cell,
            args=(None,),
            type="tertiary",
        )
        return analysis.scores.confused(*cell)
    st.segmented_control(
        words["inspect.rows"],
        _VIEWS,
        format_func=lambda code: words[f"inspect.rows_{code}"],
        required=True,
        **link.widget("rows"),
    )
    return analysis.suspects if link.get("rows") == "suspects" else None


def _draw(words: Words, work: Work, analysis: Analysis, places: list[int]) -> None:
    scores = analysis.scores
    columns = {
        "row": [int(analysis.rows[place]) + 1 for place in places],
        "label": [work.names[int(scores.label[place])] for place in places],
        "predicted": [work.names[int(scores.predicted[place])] for place in places],
        "confidence": [100 * float(scores.confidence[place]) for place in places],
        "loss": [float(scores.loss[place]) for place in places],
        "grad_norm": [float(scores.grad_norm[place]) for place in places],
        "suspect": [bool(analysis.suspects[place]) for place in places],
    }

    def picked() -> None:
        chosen = memory.entered("inspect_table")["selection"]["rows"]
        if chosen:
            _open(work, columns["row"][chosen[0]] - 1)

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


def _open_by_number(visit: Visit, work: Work, analysis: Analysis) -> None:
    """Any row by its number, for the keyboard and for rows that the table does not show."""
    words = visit.words
    if not 1 <= st.session_state.get("inspect_row", 1) <= work.table.num_rows:
        st.session_state["inspect_row"] = 1
    row = st.number_input(
        words["inspect.row_number"], 1, work.table.num_rows, step=1, key="inspect_row", width=140
    )
    usable = analysis.place_of(row - 1) is not None

    def open_typed() -> None:
        # A quick hand presses before the number that it typed is drawn.
        typed = memory.entered("inspect_row") or row
        if analysis.place_of(typed - 1) is not None:
            _open(work, typed - 1)

    st.button(
        words["inspect.open"],
        icon=":material/arrow_forward:",
        help=words["inspect.open_help" if usable else "inspect.open_left_out"],
        key="inspect_open_row",
        disabled=not usable,
        on_click=open_typed,
    )


def _open(work: Work, row: int) -> None:
    """Make a row's logits and label the settings that Explore shows; in a callback."""
    opened = open_row(work.table, row)
    link.put(
        logits=opened.logits,
        label=opened.label + 1,
        targets=opened.targets or tuple(float(k == opened.label) for k in range(len(opened.logits))),
        mode="soft" if opened.targets else "one-hot",
        temperature=1.0,
        names=tuple(_short_name(work.names[k]) for k in opened.classes),
        cell=None,
        origin=f"row-{row + 1}",
    )
    memory.remember("inspect_open", True)


def _short_name(name: str) -> str:
    """A class's name as the link takes it: short, without commas and without marks that turn the text."""
    kept = (" " if mark in ",，" or unicodedata.category(mark) in {"Cc", "Cf"} else mark for mark in name)
    return "".join(kept).strip()[:MAX_NAME_LENGTH]
