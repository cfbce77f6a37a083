"""Work on a visitor's file, drawn by Streamlit: its progress, its end, and the way to stop it."""

from __future__ import annotations

import streamlit as st

from ce_viz.pages.frame.session import Session
from ce_viz.pages.inspect import sentences
from ce_viz.pages.inspect.jobs import POOL, Stopped
from ce_viz.pages.inspect.page_source import choose
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.strings import Words

PATIENCE = 0.4
"""Seconds that a run waits for a result; most files are done before, and nothing flickers."""

_LOOK = 0.5  # seconds between two looks at what is under way


def work(words: Words, session: Session, choices: Choices, sample: str) -> Work | None:
    """What there is to show; where that is not there yet, or never will be, this is said."""
    found = choices.work(sample)
    if found is None and choices.job is not None and choices.job.wait(PATIENCE):
        found = choices.work(sample)
    if found is None:
        _watch(words, choices)
    elif isinstance(found, Stopped):
        _stopped(words, session, choices, found)
    return found if isinstance(found, Work) else None


@st.fragment(run_every=_LOOK)
def _watch(words: Words, choices: Choices) -> None:
    """How far the work is. Only this part runs while it lasts: the rest of the page can be used."""
    job = choices.job
    if job is None or job.done:
        st.rerun()
    told = sentences.progress(words, POOL.ahead(job), waits=job.waits)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.progress(min(job.share, 1.0), told)
        st.button(words["inspect.cancel"], key="inspect_cancel", on_click=choices.cancel)


def _stopped(words: Words, session: Session, choices: Choices, stopped: Stopped) -> None:
    st.error(sentences.stopped(words, stopped), icon=":material/block:")
    st.button(
        words["inspect.try_again"],
        icon=":material/refresh:",
        key="inspect_try_again",
        on_click=choose,
        args=(session, choices.try_again),
    )
