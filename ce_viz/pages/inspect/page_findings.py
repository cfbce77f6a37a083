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


def findings(words: Words, session: Session, choices: Choices, work: Work, *, part: str = "inspect") -> None:
    """The findings, the worst first, then the remedies already applied; ``part`` begins the keys of its widgets."""

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
            key=f"{part}_apply_{finding.remedy}",
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
                    key=f"{part}_undo_{code}",
                    on_click=toggle,
                    args=(code,),
                )
    if work.inspection.sound:
        st.success(sentences.checked(words, work), icon=":material/check_circle:")
    elif told := sentences.checked(words, work):
        st.caption(f":material/check: {told}")
    if work.analysis is None and all(finding.severity != "blocking" for finding in work.findings):
        st.error(words["inspect.no_rows"], icon=":material/block:")


def suspects(words: Words, session: Session, analysis: Analysis) -> None:
    """Labels that may be wrong, and the way to their rows."""
    sentence, button = st.columns([5, 1.2], vertical_alignment="center")
    draw = sentence.info if sentences.suspicious(analysis) else sentence.markdown
    draw(sentences.suspects(words, analysis))
    if analysis.suspects.any():
        button.button(
            words["inspect.show_suspects"],
            key="inspect_show_suspects",
            on_click=session.put,
            kwargs={"rows": "suspects"},
            width="stretch",
        )
