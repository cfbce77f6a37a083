"""Your logits drawn by Streamlit: what is wrong with the logits of a real model, and how good they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.pages import road
from ce_viz.pages.frame import board, files
from ce_viz.pages.frame.parts import heading, next_page
from ce_viz.pages.frame.session import Session, address
from ce_viz.pages.inspect import (
    numbers,
    page_findings,
    page_reading,
    page_rows,
    page_source,
    page_work,
    sentences,
    view,
)
from ce_viz.pages.inspect.settings import REDUCTIONS
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.pages.visit import Visit
from ce_viz.strings import Words
from ce_viz.takeaway import inspection as takeaway

NAME = "inspect"

Draw = Callable[[str], None]


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    words, choices = visit.words, page_source.recalled(session)
    session.results = {}  # the page offers its own files
    heading(visit, NAME)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words["inspect.intro"], width="stretch")
    page_source.source(words, session, choices)
    if visit.settings["brought"] and not choices.names:
        page_source.gone(words, session)
        next_page(visit, session, NAME)
        return
    work = page_work.work(words, session, choices, visit.settings["sample"])
    if work is not None:
        _read(visit, session, choices, work)
    next_page(visit, session, NAME)


def _read(visit: Visit, session: Session, choices: Choices, work: Work) -> None:
    """How the files were read, what looks wrong, and the figures; of what is refused or asked, no more than that."""
    words, found = visit.words, work.inspection
    if found.error is not None:
        page_source.refusal(words, session, choices, found.error)
    page_reading.questions(words, session, choices, found.questions)
    if found.table is not None:
        st.markdown(sentences.understood(words, work), width="content")
    page_reading.steps(words, session, choices)
    page_reading.plan(words, session, choices, asked=bool(found.questions))
    if found.table is None:
        return
    page_findings.findings(words, session, choices, work)
    if work.analysis is not None:
        _analysed(replace(visit, brought=work if choices.own else None), session, work, work.analysis)


def _analysed(visit: Visit, session: Session, work: Work, analysis: Analysis) -> None:
    """The figures of the usable rows; the live route can answer for a sample as it is, and for nothing else."""
    live = visit.brought is None
    hand = view if live else view.OwnView(work)
    shown = road.show(hand, visit)

    def charts(key: str) -> None:
        board.draw(session, visit, hand, shown, key, name=NAME, live=live)

    with st.container(horizontal=True, gap="medium"):
        for name, value in sentences.metrics(analysis).items():
            label, about = visit.words[f"inspect.{name}"], visit.words[f"inspect.{name}_help"]
            st.metric(label, value, help=about, width="content")
    _rows(visit, session, analysis, charts)
    st.markdown(sentences.calibration(visit.words, analysis))
    charts(view.CALIBRATION)
    _classes(visit.words, work, analysis, charts)
    page_rows.table(visit, session, work, analysis)
    _numbers(visit.words, session, work, analysis)


def _rows(visit: Visit, session: Session, analysis: Analysis, charts: Draw) -> None:
    words = visit.words
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            words["inspect.reduction"],
            REDUCTIONS,
            format_func=lambda code: words[f"inspect.reduction_{code}"],
            required=True,
            label_visibility="collapsed",
            **session.widget("reduction"),
        )
        st.markdown(sentences.reduction(words, analysis, visit.settings["reduction"]), width="stretch")
    charts(view.ROWS)
    st.caption(sentences.half(words, analysis))


def _classes(words: Words, work: Work, analysis: Analysis, charts: Draw) -> None:
    """Which classes are taken for which, beside the figures of each."""
    classes, config = analysis.classes, st.column_config
    left, right = st.columns([1.1, 1])
    with left:
        charts(view.CONFUSION)
    right.dataframe(
        {
            "class": list(work.names),
            "support": classes.support.tolist(),
            "predicted": classes.predicted.tolist(),
            "precision": (100 * classes.precision).tolist(),
            "recall": (100 * classes.recall).tolist(),
            "mean_loss": classes.mean_loss.tolist(),
        },
        hide_index=True,
        height="auto",
        column_config={
            "class": config.TextColumn(words["inspect.class_column"], pinned=True),
            "support": config.NumberColumn(words["inspect.support"]),
            "predicted": config.NumberColumn(words["inspect.predicted_count"]),
            "precision": config.NumberColumn(words["inspect.precision"], format="%.1f%%"),
            "recall": config.NumberColumn(words["inspect.recall"], format="%.1f%%"),
            "mean_loss": config.NumberColumn(words["inspect.mean_loss"], format="%.3f"),
        },
        placeholder="–",  # a class without rows has no recall, one never predicted no precision
        alt=words["inspect.classes_alt"],
        key="inspect_classes",
    )


def _numbers(words: Words, session: Session, work: Work, analysis: Analysis) -> None:
    """Tables of classes, calibration and temperature; closed until it is asked for."""
    with st.expander(words["explore.numbers"], key="inspect_numbers", on_change="rerun") as panel:
        if not panel.open:
            return
        link = address(session)
        with st.container(horizontal=True):
            for kind, write in (("CSV", takeaway.as_csv), ("JSON", takeaway.as_json)):
                made = partial(_written, work, write, link)
                files.offer(kind, made, f"logits.{kind.lower()}", key=f"inspect_{kind}")
        st.caption(words["explore.numbers_help"])
        st.code(numbers.table(words, work, analysis), language=None, wrap_lines=False, height=400)


def _written(work: Work, write: Callable[[Analysis, Sequence[str], str], str], link: str) -> str:
    """The figures as a file; an empty one where they are forgotten."""
    return "" if work.analysis is None else write(work.analysis, work.names, link)
