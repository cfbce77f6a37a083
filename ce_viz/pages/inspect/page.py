"""Your logits drawn by Streamlit: what is wrong with the logits of a real model, and how good they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.diagnosis import Diagnosis
from ce_viz.core.inspection.reading import SUFFIXES
from ce_viz.pages import road
from ce_viz.pages.frame import board, handout, style
from ce_viz.pages.frame.parts import heading, next_page
from ce_viz.pages.frame.session import Session
from ce_viz.pages.inspect import (
    judged,
    page_findings,
    page_judged,
    page_reading,
    page_rows,
    page_second,
    page_source,
    page_take,
    page_work,
    sentences,
    view,
)
from ce_viz.pages.inspect.settings import REDUCTIONS
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.pages.visit import Visit
from ce_viz.strings import Words

NAME = "inspect"

_TITLES = {
    "class": "class_column",
    "predicted": "predicted_count",
}  # of columns whose own name means another thing

Draw = Callable[[str], None]


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    words, choices = visit.words, page_source.recalled(session)
    session.results = {}  # the page offers its own files
    heading(visit, NAME)
    if not visit.present:
        st.markdown(words["inspect.intro"])
    style.sheet()  # a file that is refused, or asked about, has no charts
    kinds = ", ".join(suffix.removeprefix(".").upper() for suffix in SUFFIXES)
    style.uploader(words["inspect.browse"], words.fill("inspect.limits_readout", kinds=kinds))
    source_first = not visit.present or bool(choices.names) or visit.settings["brought"]
    if source_first:  # a hall sees the charts of a sample first
        page_source.source(words, session, choices)
    if visit.settings["brought"] and not choices.names:
        page_source.gone(words, session)
        next_page(visit, session, NAME)
        return
    work = page_work.work(words, session, choices, visit.settings["sample"])
    if work is not None:
        _read(visit, session, choices, work)
    if not source_first:
        page_source.source(words, session, choices)
    next_page(visit, session, NAME)


def _read(visit: Visit, session: Session, choices: Choices, work: Work) -> None:
    """How the files were read, what looks wrong, and the figures; of what is refused or asked, no more than that."""
    words, found = visit.words, work.inspection
    page_judged.section(words, "read")
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
        _analysed(
            replace(visit, brought=work if choices.own else None), session, choices, work, work.analysis
        )


def _analysed(visit: Visit, session: Session, choices: Choices, work: Work, analysis: Analysis) -> None:
    """The figures of the usable rows; the live route can answer for a sample as it is, and for nothing else."""
    words, live = visit.words, visit.brought is None
    hand = view if live else view.OwnView(work)
    made = work.diagnose()
    made.wait(page_work.PATIENCE_LATER)
    diagnosis = work.diagnosis
    shown = road.show(hand, visit)

    def charts(key: str) -> None:
        board.draw(session, visit, hand, shown, key, name=NAME, live=live)

    page_judged.section(words, "good")
    if diagnosis is None:
        page_work.later(words, session, made, words["inspect.diagnosis.working"], "diagnosis")
    _good(visit, session, work, analysis, charts)
    page_judged.section(words, "honest")
    charts(view.CALIBRATION)
    if diagnosis is not None:
        page_judged.told(words, judged.honest(words, analysis, diagnosis, work.names), columns=3)
    page_judged.behind(words, work, view.CALIBRATION)
    page_judged.section(words, "gain")
    st.markdown(sentences.calibration(words, analysis))
    if why := judged.why_ece_rises(words, analysis, diagnosis):
        st.markdown(why)
    charts(view.GAIN)
    if diagnosis is not None:
        page_judged.told(words, judged.recalibrated(words, analysis, diagnosis), columns=2)
    page_judged.behind(words, work, view.GAIN)
    page_judged.section(words, "fails")
    _classes(words, work, analysis, charts)
    page_judged.behind(words, work, view.CONFUSION)
    if diagnosis is not None:
        _risk(words, work, diagnosis, charts)
    page_judged.section(words, "labels")
    page_findings.suspects(words, session, analysis)
    page_rows.table(visit, session, work, analysis)
    page_judged.section(words, "next")
    page_take.code(words, choices, work, analysis)
    comparison = page_second.comparison(words, session, choices, work)
    page_take.export(words, session, work, shown, comparison)


def _good(visit: Visit, session: Session, work: Work, analysis: Analysis, charts: Draw) -> None:
    words, diagnosis = visit.words, work.diagnosis
    with st.container(horizontal=True, gap="small" if visit.present else "medium"):
        for name, value in sentences.metrics(analysis).items():
            label, about = words[f"inspect.{name}"], words[f"inspect.{name}_help"]
            st.metric(label, value, help=about, width="content")
    told = () if diagnosis is None else judged.good(words, diagnosis)
    if not visit.present:
        page_judged.told(words, told, columns=1)
    _rows(visit, session, analysis, charts)
    if visit.present:  # a hall sees the charts first
        page_judged.told(words, told, columns=1)
    page_judged.behind(words, work, view.ROWS)


def _risk(words: Words, work: Work, diagnosis: Diagnosis, charts: Draw) -> None:
    """How many rows to hand to a person."""
    left, right = st.columns([1.1, 1])
    with left:
        charts(view.RISK)
    with right:
        page_judged.told(words, judged.failing(words, diagnosis), columns=1)
    page_judged.behind(words, work, view.RISK)


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
        said = sentences.reduction(words, analysis, visit.settings["reduction"])
        if not visit.present:
            st.markdown(said, width="stretch")
    charts(view.ROWS)
    if visit.present:
        st.markdown(said)
    st.caption(sentences.half(words, analysis))


def _classes(words: Words, work: Work, analysis: Analysis, charts: Draw) -> None:
    """Which classes are taken for which, beside the figures of each."""
    classes, config = analysis.classes, st.column_config
    left, right = st.columns([1.1, 1])
    with left:
        charts(view.CONFUSION)
    columns = {
        "class": list(work.names),
        "support": classes.support.tolist(),
        "predicted": classes.predicted.tolist(),
        "precision": (100 * classes.precision).tolist(),
        "recall": (100 * classes.recall).tolist(),
        "mean_loss": classes.mean_loss.tolist(),
    }
    titles = {name: words[f"inspect.{_TITLES.get(name, name)}"] for name in columns}
    with right:
        shares = dict.fromkeys((titles["precision"], titles["recall"]), "%.1f%%")
        paper = {titles[name]: values for name, values in columns.items()}
        handout.table(paper, "classes", formats={**shares, titles["mean_loss"]: "%.3f"})
    right.dataframe(
        columns,
        hide_index=True,
        height="auto",
        column_config={
            "class": config.TextColumn(titles["class"], pinned=True),
            "support": config.NumberColumn(titles["support"]),
            "predicted": config.NumberColumn(titles["predicted"]),
            "precision": config.NumberColumn(titles["precision"], format="%.1f%%"),
            "recall": config.NumberColumn(titles["recall"], format="%.1f%%"),
            "mean_loss": config.NumberColumn(titles["mean_loss"], format="%.3f"),
        },
        placeholder="–",  # a class without rows has no recall, one never predicted no precision
        alt=words["inspect.classes_alt"],
        key="inspect_classes",
    )
