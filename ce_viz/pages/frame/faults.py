"""Errors that nobody expected: in the log with their place, before the visitor as a sentence; values in neither."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import streamlit as st

from ce_viz.pages.frame import visits
from ce_viz.pages.visit import visit_of

_MOST_CAUSES = 8
_to_stderr = logging.StreamHandler()
_to_stderr.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))


def set_up_log() -> None:
    """Send our log to stderr as Streamlit's is, and keep from every log what an error says.

    An error's text may hold what a visitor typed or a link: ``could not convert string to float: 'my secret'``. Its
    type and place tell what is to be mended. Every logger of the process makes its records by this.
    """
    log = logging.getLogger("ce_viz")
    log.addHandler(_to_stderr)
    log.setLevel(logging.INFO)
    log.propagate = False
    logging.setLogRecordFactory(_record)


def place(error: BaseException) -> str:
    """Types and lines of an error and of what caused it, without what they say."""
    parts: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(parts) < _MOST_CAUSES:
        lines = "".join(traceback.format_tb(cause.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{lines}{type(cause).__name__}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n\nwhich followed\n\n".join(parts)


def tell(_: Exception) -> bool:
    """Say that something failed, for ``st.App(on_script_error=…)``; Streamlit has written its log by then.

    The settings stay as they were: nothing changes them but a change that succeeds.
    """
    visit = visit_of(visits.current().settings, st.context.locale or "")
    st.warning(visit.words["errors.unexpected"], icon=":material/build:")
    return True


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **kwargs)
    if isinstance(record.args, tuple):
        record.args = tuple(
            type(each).__name__ if isinstance(each, BaseException) else each for each in record.args
        )
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text = place(record.exc_info[1])  # a formatter that finds this formats nothing itself
    return record
