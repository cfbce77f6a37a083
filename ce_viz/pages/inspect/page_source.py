"""The upper part of Your logits: what is looked at, how it was understood, and what looks wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.findings import SHOWN_ROWS, Finding
from ce_viz.core.inspection.reading import MAX_COLUMNS, SUFFIXES, ReadingError
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.inspect import work as inspection
from ce_viz.pages.inspect.work import Work
from ce_viz.pages.text import markdown
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

_UPLOAD_MB = 50
_PASTE_CHARACTERS = 1_000_000
_BOXES = {"blocking": st.error, "serious": st.warning, "note": st.info}
_ICONS = {"blocking": ":material/block:", "serious": ":material/warning:", "note": ":material/info:"}
_SUSPECTS, _FEW_SUSPECTS, _MANY_SUSPECTS = 3, 0.01, 0.1
_SHARES = frozenset(("agreement", "shifted", "accuracy", "guess"))
_CHOICE_HELPS = frozenset(
    ("no_labels", "no_logits", "label_fraction", "label_words", "label_unknown", "label_column")
)

_PYTORCH = """import numpy as np
logits = model(inputs).detach().float().cpu().numpy()
np.savez("logits.npz", logits=logits, labels=labels.cpu().numpy())"""
_JAX = """import numpy as np
logits = np.asarray(model.apply(params, inputs), np.float32)
np.savez("logits.npz", logits=logits, labels=np.asarray(labels))"""
_NUMPY = """import numpy as np
names = ["cat", "dog", "owl"]
np.savez("logits.npz", logits=logits, labels=labels, names=names)"""
_CSV = """cat,dog,owl,label
2.0,1.0,0.1,dog
-1.5,0.25,3.0,owl"""
_JSON_EXAMPLE = '{"logits": [[2.0, 1.0, 0.1]], "labels": [0]}'
_JSON = '{"logits": [[2.0, 1.0, 0.1], [-1.5, 0.25, 3.0]], "labels": [1, 2], "names": ["cat", "dog", "owl"]}'


def source(words: Words) -> None:
    """Where the logits come from: files, a paste, or a sample."""
    if (files := inspection.files()) is not None:
        _brought(words, files)
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
            max_upload_size=_UPLOAD_MB,
        )
    with others:
        st.selectbox(
            words["inspect.sample"],
            SAMPLES,
            format_func=lambda code: words[f"inspect.samples.{code}"],
            **link.widget("sample"),
        )
        with st.container(horizontal=True, gap="small"):
            _paste(words)
            _help(words)


def refusal(words: Words, error: ReadingError) -> None:
    """Say why nothing could be read, and ask for the labels' column where that may help."""
    told = {
        "value": error.value,
        "line": error.line,
        "column": error.column,
        "example": _JSON_EXAMPLE,
        **error.limits,
    }
    shown = {name: "?" if value is None else markdown(str(value)) for name, value in told.items()}
    st.error(words.fill(f"errors.reading.{error.code}", **shown), icon=":material/block:")
    if error.code in _CHOICE_HELPS and len(inspection.files() or ()) == 1:

        def choose() -> None:
            column = memory.entered("inspect_label_number")
            inspection.take_label_column(None if column is None else column - 1)

        chosen = inspection.label_column()
        st.session_state["inspect_label_number"] = None if chosen is None else chosen + 1
        st.number_input(
            words["inspect.label_number"],
            1,
            MAX_COLUMNS,
            value=None,
            step=1,
            key="inspect_label_number",
            on_change=choose,
            width=340,
        )


def understood(words: Words, work: Work) -> None:
    """How the files were understood, for the person to check."""
    table = work.table
    used = 0 if work.analysis is None else len(work.analysis.rows)
    facts = [
        words.fill("inspect.size_readout", rows=f"{table.num_rows:,}", classes=f"{table.num_classes:,}"),
        words["inspect.by_targets" if table.targets is not None else "inspect.by_labels"],
    ]
    if work.analysis is not None and used < table.num_rows:
        facts.append(words.fill("inspect.left_out_readout", count=f"{table.num_rows - used:,}"))
    if not table.class_names:
        facts.append(words["inspect.unnamed"])
    ignored = [name or "“”" for source in table.sources for name in source.ignored]
    if ignored:
        facts.append(words.fill("inspect.ignored_readout", names=markdown(", ".join(ignored[:8]))))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(" · ".join(facts), width="content")
        _label_choice(words, work)


def findings(words: Words, work: Work) -> None:
    """What looks wrong, the worst first, each with what can be done; then the remedies already applied."""
    for finding in work.findings:
        if not finding.remedy:
            _BOXES[finding.severity](_told(words, work, finding), icon=_ICONS[finding.severity])
            continue
        sentence, button = st.columns([5, 1.2], vertical_alignment="center")
        with sentence:
            _BOXES[finding.severity](_told(words, work, finding), icon=_ICONS[finding.severity])
        button.button(
            words[f"inspect.remedies.{finding.remedy}"],
            key=f"inspect_apply_{finding.remedy}",
            on_click=inspection.toggle_remedy,
            args=(finding.remedy,),
            width="stretch",
        )
    applied = inspection.remedies()
    if applied:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/build: {words['inspect.applied']}", width="content")
            for code in applied:
                st.button(
                    words[f"inspect.remedies.{code}"],
                    icon=":material/undo:",
                    help=words["inspect.take_back"],
                    key=f"inspect_undo_{code}",
                    on_click=inspection.toggle_remedy,
                    args=(code,),
                )
    if not work.findings:
        st.success(words["inspect.sound"], icon=":material/check_circle:")
    if work.analysis is not None:
        _suspects(words, work.analysis)
    elif all(finding.severity != "blocking" for finding in work.findings):
        st.error(words["inspect.no_rows"], icon=":material/block:")


def _suspects(words: Words, analysis: Analysis) -> None:
    """Labels that may be wrong, where there are enough of them to look into."""
    count = int(analysis.suspects.sum())
    # Of many, most are the model's own mistakes.
    if count < _SUSPECTS or not _FEW_SUSPECTS <= count / len(analysis.rows) <= _MANY_SUSPECTS:
        return
    sentence, button = st.columns([5, 1.2], vertical_alignment="center")
    sentence.info(words.fill("inspect.suspects_readout", count=f"{count:,}"), icon=_ICONS["note"])
    button.button(
        words["inspect.show_suspects"],
        key="inspect_show_suspects",
        on_click=link.put,
        kwargs={"rows": "suspects"},
        width="stretch",
    )


def _told(words: Words, work: Work, finding: Finding) -> str:
    rows = ", ".join(f"{row + 1:,}" for row in finding.rows)
    key = "inspect.rows_all_readout"
    if finding.count < work.table.num_rows:
        key = "inspect.rows_some_readout" if finding.count > SHOWN_ROWS else "inspect.rows_few_readout"
        key = "inspect.rows_one_readout" if finding.count == 1 else key
    where = words.fill(key, rows=rows, count=f"{finding.count:,}")
    values = {name: _shown(name, value, work) for name, value in finding.numbers.items()}
    return words.fill(f"inspect.findings.{finding.code}_readout", where=where, **values)


def _shown(name: str, value: float, work: Work) -> str:
    if name in _SHARES:
        return f"{100 * value:.1f}%"
    if name == "label":
        return markdown(work.names[int(value)])
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else number(value)


def _brought(words: Words, files: inspection.Files) -> None:
    names = [markdown(name) if name else words["inspect.pasted"] for name, _ in files]
    size = sum(len(data) for _, data in files)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        told = words.fill("inspect.file_readout", names=", ".join(names), size=_size(size))
        st.markdown(f":material/description: {told}", width="content")
        st.button(
            words["inspect.remove"],
            icon=":material/close:",
            key="inspect_remove",
            on_click=inspection.take,
            args=(None,),
            type="tertiary",
        )
        _help(words)


def _size(size: int) -> str:
    if size >= 1e5:
        return f"{size / 1e6:.1f} MB"
    return f"{size / 1e3:.1f} kB" if size >= 100 else f"{size} B"


def _take_upload() -> None:
    uploaded = memory.entered("inspect_upload") or ()
    here = [file for file in uploaded if isinstance(file, UploadedFile)]  # not those of a server that is gone
    if here:
        inspection.take(tuple((file.name, file.getvalue()) for file in here))


def _paste(words: Words) -> None:
    def read() -> None:
        text = memory.entered("inspect_paste") or ""
        inspection.take((("", text.encode("utf-8", "replace")),))

    with st.popover(words["inspect.paste"], icon=":material/content_paste:"):
        st.text_area(
            words["inspect.paste_label"],
            placeholder=_CSV,
            height=220,
            max_chars=_PASTE_CHARACTERS,
            key="inspect_paste",
        )
        st.button(words["inspect.paste_read"], key="inspect_paste_read", on_click=read, type="primary")


def _help(words: Words) -> None:
    with st.popover(words["inspect.format"], icon=":material/help:"):
        st.markdown(words["inspect.format_help"])
        examples: Mapping[str, tuple[str, str]] = {
            "PyTorch": (_PYTORCH, "python"),
            "JAX": (_JAX, "python"),
            "NumPy": (_NUMPY, "python"),
            "CSV": (_CSV, "text"),
            "JSON": (_JSON, "json"),
        }
        for tab, (code, language) in zip(st.tabs(list(examples)), examples.values(), strict=True):
            tab.code(code, language=language, wrap_lines=True)
        st.caption(words["inspect.format_private"])


def _label_choice(words: Words, work: Work) -> None:
    """Which column the labels stand in, where a file has columns beside the classes."""
    table, files = work.table, inspection.files()
    if files is None or len(files) > 1 or inspection.remedies():
        return
    columns, found = table.sources[0].columns, table.sources[0].label_column
    if len(columns) <= table.num_classes or found is None:
        return

    def choose() -> None:
        inspection.take_label_column(memory.entered("inspect_label_column"))

    st.session_state["inspect_label_column"] = found
    st.selectbox(
        words["inspect.label_column"],
        range(len(columns)),
        format_func=lambda at: f"{at + 1} · {columns[at]}" if columns[at] != str(at + 1) else columns[at],
        key="inspect_label_column",
        on_change=choose,
        label_visibility="collapsed",
        width=180,
    )
