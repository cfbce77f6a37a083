"""The upper part of Your logits, drawn by Streamlit: what is looked at, and how it was understood."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ce_viz.core.inspection.reading import MAX_COLUMNS, MAX_FILE_BYTES, SUFFIXES, ReadingError
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.pages.frame.session import Session, entered
from ce_viz.pages.inspect import sentences
from ce_viz.pages.inspect.examples import CSV, EXAMPLES
from ce_viz.pages.inspect.work import Choices, Files, Work
from ce_viz.strings import Words

_PATIENCE = 0.4
"""Seconds of work after which a progress bar appears; most files are done before."""

_PASTE_CHARACTERS = 1_000_000
_CHOICES = "inspect"  # their name among the visit's notes
_MISSED = "inspect_missed"  # whether the server did not have all files that were uploaded last


def recalled(session: Session) -> Choices:
    """What the visit brought and chose."""
    return session.recall(_CHOICES, Choices)


def choose(session: Session, change: Callable[[], None]) -> None:
    """Change what is looked at, in a callback; the picked cell belongs to what was looked at before."""
    session.note(change)
    session.put(confused=None)


def source(words: Words, session: Session, choices: Choices) -> None:
    """Where the logits come from: files, a paste, or a sample."""
    if session.notes.get(_MISSED):
        st.warning(words["inspect.missed"], icon=":material/cloud_off:")
    if choices.names:
        _files(words, session, choices)
        return
    upload, others = st.columns([1.2, 1], vertical_alignment="top")
    with upload:
        st.file_uploader(
            words["inspect.upload"],
            type=[suffix.removeprefix(".") for suffix in SUFFIXES],
            accept_multiple_files=True,
            help=words["inspect.upload_help"],
            key="inspect_upload",
            on_change=_take_upload,
            args=(session,),
            max_upload_size=MAX_FILE_BYTES // 1_000_000,
        )
    with others:
        st.selectbox(
            words["inspect.sample"],
            SAMPLES,
            format_func=lambda code: words[f"inspect.samples.{code}"],
            **session.widget("sample"),
        )
        with st.container(horizontal=True, gap="small"):
            _paste(words, session)
            _help(words)


def work(words: Words, choices: Choices, sample: str) -> Work | ReadingError:
    """What there is to show, with a progress bar where that takes long."""
    bar, start = None, time.monotonic()

    def progress(share: float) -> None:
        nonlocal bar
        if bar is None and time.monotonic() - start > _PATIENCE:
            bar = st.progress(0.0)
        if bar is not None:
            bar.progress(min(share, 1.0), words["inspect.working"])

    try:
        return choices.work(sample, progress)
    finally:
        if bar is not None:
            bar.empty()


def refusal(words: Words, session: Session, choices: Choices, error: ReadingError) -> None:
    """Say why nothing could be read, and ask for the labels' column where that may help."""
    st.error(sentences.refusal(words, error), icon=":material/block:")
    if not choices.labels_missed:
        return

    def choose_number() -> None:
        number = entered("inspect_label_number")
        column = None if number is None else number - 1
        choose(session, lambda: choices.take_label_column(column))

    chosen = choices.label_column
    st.session_state["inspect_label_number"] = None if chosen is None else chosen + 1
    st.number_input(
        words["inspect.label_number"],
        1,
        MAX_COLUMNS,
        value=None,
        step=1,
        key="inspect_label_number",
        on_change=choose_number,
        width=340,
    )


def understood(words: Words, session: Session, choices: Choices, shown: Work) -> None:
    """How the files were understood, for the person to check, and which column holds the labels."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(sentences.understood(words, shown), width="content")
        if choices.columns and not choices.remedies:
            _label_column(words, session, choices)


def _label_column(words: Words, session: Session, choices: Choices) -> None:
    columns = choices.columns

    def choose_column() -> None:
        column = entered("inspect_label_column")
        choose(session, lambda: choices.take_label_column(column))

    st.session_state["inspect_label_column"] = choices.found_column
    st.selectbox(
        words["inspect.label_column"],
        range(len(columns)),
        format_func=lambda at: f"{at + 1} · {columns[at]}" if columns[at] != str(at + 1) else columns[at],
        key="inspect_label_column",
        on_change=choose_column,
        label_visibility="collapsed",
        width=180,
    )


def _files(words: Words, session: Session, choices: Choices) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/description: {sentences.files(words, choices)}", width="content")
        st.button(
            words["inspect.remove"],
            icon=":material/close:",
            key="inspect_remove",
            on_click=_take,
            args=(session, ()),
            type="tertiary",
        )
        _help(words)


def _take(session: Session, files: Files) -> None:
    """Look at these files from now on, or at the sample again; in a callback."""
    choose(session, lambda: session.notes.update({_CHOICES: Choices(files), _MISSED: False}))


def _take_upload(session: Session) -> None:
    uploaded = entered("inspect_upload") or ()
    here = [
        file for file in uploaded if isinstance(file, UploadedFile)
    ]  # not what a server has no more or no room for
    if here:
        _take(session, tuple((file.name, file.getvalue()) for file in here))
        _forget(here)
    session.note(lambda: session.notes.update({_MISSED: len(here) < len(uploaded)}))


def _forget(files: list[UploadedFile]) -> None:
    """Let Streamlit drop its copy, which it keeps for as long as the visit lasts."""
    run = get_script_run_ctx()
    if run is not None and isinstance(run.uploaded_file_mgr, MemoryUploadedFileManager):
        for file in files:
            run.uploaded_file_mgr.remove_file(run.session_id, file.file_id)


def _paste(words: Words, session: Session) -> None:
    def read() -> None:
        text = entered("inspect_paste") or ""
        _take(session, (("", text.encode("utf-8", "replace")),))

    with st.popover(words["inspect.paste"], icon=":material/content_paste:"):
        st.text_area(
            words["inspect.paste_label"],
            placeholder=CSV,
            height=220,
            max_chars=_PASTE_CHARACTERS,
            key="inspect_paste",
        )
        st.button(words["inspect.paste_read"], key="inspect_paste_read", on_click=read, type="primary")


def _help(words: Words) -> None:
    with st.popover(words["inspect.format"], icon=":material/help:"):
        st.markdown(words["inspect.format_help"])
        for tab, (code, language) in zip(st.tabs(list(EXAMPLES)), EXAMPLES.values(), strict=True):
            tab.code(code, language=language, wrap_lines=True)
        st.caption(words["inspect.format_private"])
