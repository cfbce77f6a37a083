"""The upper part of Your logits, drawn by Streamlit: where the logits come from, and why nothing could be read."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ce_viz.core.inspection.reading import MAX_FILE_BYTES, SUFFIXES, ReadingError
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.pages.frame.session import Session
from ce_viz.pages.frame.widgets import entered
from ce_viz.pages.inspect import sentences
from ce_viz.pages.inspect.examples import CSV, EXAMPLES
from ce_viz.pages.inspect.second import Pair
from ce_viz.pages.inspect.work import Choices, Files, Step
from ce_viz.strings import Words

_PASTE_CHARACTERS = 1_000_000
_NAME_CHARACTERS = 200
_CHOICES = "inspect"  # their name among the visit's notes
_SECOND = "second"
_PAIR = "inspect_pair"
_MISSED = "inspect_missed"  # whether the server did not have all files that were uploaded last
_LABELS_MISSED = frozenset(
    ("no_labels", "only_predictions", "no_logits", "label_fraction", "label_words", "label_unknown", "choice")
)


def recalled(session: Session, part: str = _CHOICES) -> Choices:
    """What the visit brought and chose: "inspect" to be looked at, "second" to be compared with it."""
    return session.recall(part, Choices)


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


def gone(words: Words, session: Session) -> None:
    """Say that a file was looked at that is here no more, and ask for it: nothing else is shown in its place."""
    st.warning(words["inspect.gone"], icon=":material/cloud_off:")
    st.button(
        words["inspect.show_sample"],
        key="inspect_show_sample",
        on_click=session.put,
        kwargs={"brought": False},
    )


def refusal(
    words: Words, session: Session, choices: Choices, error: ReadingError, *, part: str = "inspect"
) -> None:
    """Say why nothing could be read, and ask for the labels where that may help."""
    key = f"{part}_label_column"
    st.error(sentences.refusal(words, error), icon=":material/block:")
    if error.code not in _LABELS_MISSED or len(choices.names) != 1 or choices.plan:
        return

    def name_labels() -> None:
        typed = str(entered(key) or "").strip()
        if typed:
            choose(session, lambda: choices.decide(Step({sentences.key_of(typed): "label"}, typed)))

    st.text_input(
        words["inspect.label_column"],
        key=key,
        max_chars=_NAME_CHARACTERS,
        on_change=name_labels,
        width=560,
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
    _put(session, _CHOICES, files)
    _put(session, _SECOND, ())
    session.put(brought=bool(files))


def take_second(session: Session, files: Files) -> None:
    """Compare with these files from now on, or with none; in a callback."""
    _put(session, _SECOND, files)


def paired(session: Session) -> Pair:
    """The comparison of what the visit brought with its second files."""
    return session.recall(_PAIR, Pair)


def _put(session: Session, part: str, files: Files) -> None:
    paired(session).drop()
    recalled(session, part).forget()
    taken = {part: Choices(files, connected=_connection()), _MISSED: False}
    choose(session, lambda: session.notes.update(taken))


def _connection() -> Callable[[], bool]:
    """Whether this visit's browser is still there, to be asked from any thread."""
    run = get_script_run_ctx()
    if run is None or not runtime.exists():
        return lambda: True
    server, visit = runtime.get_instance(), run.session_id
    return lambda: server.is_active_session(visit)


def _take_upload(session: Session) -> None:
    _uploaded(session, "inspect_upload", _take)


def take_second_upload(session: Session) -> None:
    """Compare with what was uploaded; in a callback."""
    _uploaded(session, "second_upload", take_second)


def _uploaded(session: Session, key: str, take: Callable[[Session, Files], None]) -> None:
    uploaded = entered(key) or ()
    here = [
        file for file in uploaded if isinstance(file, UploadedFile)
    ]  # not what a server has no more or no room for
    if here:
        take(session, tuple((file.name, file.getvalue()) for file in here))
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
