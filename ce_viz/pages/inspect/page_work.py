"""Work on a visitor's files, drawn by Streamlit: its progress, its end, and the way to stop it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ce_viz.pages.frame.session import Session
from ce_viz.pages.inspect import sentences
from ce_viz.pages.inspect.jobs import POOL, Job, Stopped
from ce_viz.pages.inspect.later import Later
from ce_viz.pages.inspect.page_source import choose
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.strings import Words

PATIENCE = 0.4
"""Seconds that a run waits for a result; most files are done before, and nothing flickers."""

PATIENCE_LATER = 0.0
"""The same for what comes after the figures, which are to be seen meanwhile."""

_LOOK = 0.5  # seconds between two looks at what is under way


def work(
    words: Words, session: Session, choices: Choices, sample: str, *, part: str = "inspect"
) -> Work | None:
    """What there is to show; where that is not there yet, or never will be, this is said.

    Args:
      words: The texts.
      session: Whose choices change.
      choices: What was brought and chosen.
      sample: What is shown where nothing was brought.
      part: What the keys of its widgets begin with.
    """
    found = choices.work(sample)
    if found is None and choices.job is not None and choices.job.wait(PATIENCE):
        found = choices.work(sample)
    if found is None:
        watch(words, lambda: choices.job, choices.cancel, words["inspect.working"], part)
    elif isinstance(found, Stopped):
        stopped(words, session, found, choices.try_again, part)
    return found if isinstance(found, Work) else None


def later(words: Words, session: Session, made: Later, working: str, part: str) -> None:
    """Say how far work is that comes after the figures, or why it has stopped; nothing where it is done."""
    made.wait(PATIENCE_LATER)
    outcome = made.outcome
    if isinstance(outcome, Stopped):
        stopped(words, session, outcome, made.try_again, part)
    elif outcome is None and made.job is not None:
        watch(words, lambda: made.job, made.cancel, working, part)
    elif outcome is None:
        st.rerun()  # it has ended just now


@st.fragment(run_every=_LOOK)
def watch(
    words: Words, under_way: Callable[[], Job | None], cancel: Callable[[], None], working: str, part: str
) -> None:
    """How far work is. Only this part runs while it lasts: the rest of the page can be used."""
    job = under_way()
    if job is None or job.done:
        st.rerun()
    told = sentences.progress(words, POOL.ahead(job), working, waits=job.waits)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.progress(min(job.share, 1.0), told)
        st.button(words["inspect.cancel"], key=f"{part}_cancel", on_click=cancel)


def stopped(words: Words, session: Session, why: Stopped, try_again: Callable[[], None], part: str) -> None:
    """Why there is no result, and the way to try again."""
    st.error(sentences.stopped(words, why), icon=":material/block:")
    st.button(
        words["inspect.try_again"],
        icon=":material/refresh:",
        key=f"{part}_try_again",
        on_click=choose,
        args=(session, try_again),
    )
