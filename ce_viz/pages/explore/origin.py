"""Where the logits on Explore come from, if another page sent them; forgotten once they are changed."""

from __future__ import annotations

import streamlit as st

from ce_viz.pages.frame import state as link
from ce_viz.pages.visit import Visit

_PAGES = {"digit": "train", "row": "inspect"}


def note(visit: Visit) -> None:
    """Say which image or row these logits belong to, and offer the way back."""
    kind, _, number = link.get("origin").partition("-")
    if not kind:
        return
    words = visit.words
    told = {"number": number}
    if kind == "digit":
        told |= {
            "label": visit.markdown_names[visit.scenario.label],
            "predicted": visit.markdown_names[visit.explanation.predicted],
        }
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/draw: {words.fill(f'origin.{kind}_readout', **told)}", width="content")
        if st.button(
            words[f"origin.back_{kind}"], key="back_to_origin", type="tertiary", icon=":material/arrow_back:"
        ):
            st.switch_page(st.session_state["pages"][_PAGES[kind]])
