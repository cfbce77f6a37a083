"""A second file of the same rows, drawn by Streamlit: how it was read, and the two models side by side."""

from __future__ import annotations

import streamlit as st

from ce_viz.core.inspection.compared import Comparison
from ce_viz.core.inspection.pairing import ComparisonError
from ce_viz.core.inspection.reading import MAX_FILE_BYTES, SUFFIXES
from ce_viz.pages.frame import handout
from ce_viz.pages.frame.session import Session
from ce_viz.pages.inspect import (
    compared,
    page_findings,
    page_judged,
    page_reading,
    page_source,
    page_work,
    sentences,
)
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.strings import Words

_PART = "second"


def comparison(words: Words, session: Session, choices: Choices, work: Work) -> Comparison | None:
    """Ask for a second file, say how it was read, and compare; the comparison, where it is there."""
    st.markdown(f"**{words['inspect.comparison.title']}**")
    if not choices.names:
        st.caption(words["inspect.comparison.own_only"])
        return None
    second = page_source.recalled(session, _PART)
    st.caption(words["inspect.comparison.about"])
    if not second.names:
        _ask(words, session)
        return None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/description: {sentences.files(words, second)}", width="content")
        st.button(
            words["inspect.comparison.remove"],
            icon=":material/close:",
            key="second_remove",
            on_click=page_source.take_second,
            args=(session, ()),
            type="tertiary",
        )
    other = page_work.work(words, session, second, "", part=_PART)
    if other is None or not _read(words, session, second, other):
        return None
    return _compared(words, session, work, other)


def _ask(words: Words, session: Session) -> None:
    st.file_uploader(
        words["inspect.comparison.upload"],
        type=[suffix.removeprefix(".") for suffix in SUFFIXES],
        accept_multiple_files=True,
        key="second_upload",
        on_change=page_source.take_second_upload,
        args=(session,),
        max_upload_size=MAX_FILE_BYTES // 1_000_000,
        width=560,
    )


def _read(words: Words, session: Session, choices: Choices, work: Work) -> bool:
    """How the second file was read, and what looks wrong with it; whether there is a table."""
    found = work.inspection
    if found.error is not None:
        page_source.refusal(words, session, choices, found.error, part=_PART)
    page_reading.questions(words, session, choices, found.questions, part=_PART)
    if found.table is not None:
        st.markdown(sentences.understood(words, work), width="content")
    page_reading.steps(words, session, choices, part=_PART)
    asked = bool(found.questions)
    page_reading.plan(words, session, choices, asked=asked, part=_PART, expanded=asked)
    if found.table is None:
        return False
    page_findings.findings(words, session, choices, work, part=_PART)
    return True


def _compared(words: Words, session: Session, first: Work, second: Work) -> Comparison | None:
    made = page_source.paired(session).of(first, second)
    page_work.later(words, session, made, words["inspect.comparison.working"], "pair")
    outcome = made.outcome
    if isinstance(outcome, ComparisonError):
        st.error(compared.refusal(words, outcome), icon=":material/block:")
    if not isinstance(outcome, Comparison):
        return None
    st.markdown(words.fill("inspect.comparison.rows_readout", rows=f"{outcome.num_rows:,}"))
    columns = compared.columns(words, outcome)
    handout.table(columns, "comparison")
    st.dataframe(
        columns,
        hide_index=True,
        height="content",
        width="content",
        alt=words["inspect.comparison.title"],
        key="inspect_comparison",
    )
    page_judged.told(words, compared.told(words, outcome), columns=2)
    return outcome
