"""What looks wrong with the logits, drawn by Streamlit: each finding with what can be done about it."""

from __future__ import annotations

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.pages.frame.session import Session
from ce_viz.pages.inspect import sentences
from ce_viz.pages.inspect.page_source import choose
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.strings import Words

_BOXES = {"blocking": st.error, "serious": st.warning, "note": st.info}
_ICONS = {"blocking": ":material/block:", "serious": ":material/warning:", "note": ":material/info:"}


def findings(words: Words, session: Session, choices: Choices, work: Work) -> None:
    """The findings, the worst first; then the remedies already applied, and labels that may be wrong."""

    def toggle(code: str) -> None:
        choose(session, lambda: choices.toggle_remedy(code))

    for finding in work.findings:
        told, icon = sentences.finding(words, work, finding), _ICONS[finding.severity]
        if not finding.remedy:
            _BOXES[finding.severity](told, icon=icon)
            continue
        sentence, button = st.columns([5, 1.2], vertical_alignment="center")
        with sentence:
            _BOXES[finding.severity](told, icon=icon)
        button.button(
            words[f"inspect.remedies.{finding.remedy}"],
            key=f"inspect_apply_{finding.remedy}",
            on_click=toggle,
            args=(finding.remedy,),
            width="stretch",
        )
    if choices.remedies:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/build: {words['inspect.applied']}", width="content")
            for code in choices.remedies:
                st.button(
                    words[f"inspect.remedies.{code}"],
                    icon=":material/undo:",
                    help=words["inspect.take_back"],
                    key=f"inspect_undo_{code}",
                    on_click=toggle,
                    args=(code,),
                )
    if work.inspection.sound:
        st.success(sentences.checked(words, work), icon=":material/check_circle:")
    elif told := sentences.checked(words, work):
        st.caption(f":material/check: {told}")
    if work.analysis is not None:
        _suspects(words, session, work.analysis)
    elif all(finding.severity != "blocking" for finding in work.findings):
        st.error(words["inspect.no_rows"], icon=":material/block:")


def _suspects(words: Words, session: Session, analysis: Analysis) -> None:
    """Labels that may be wrong, and the way to their rows."""
    told = sentences.suspects(words, analysis)
    if not told:
        return
    sentence, button = st.columns([5, 1.2], vertical_alignment="center")
    sentence.info(told, icon=_ICONS["note"])
    button.button(
        words["inspect.show_suspects"],
        key="inspect_show_suspects",
        on_click=session.put,
        kwargs={"rows": "suspects"},
        width="stretch",
    )
