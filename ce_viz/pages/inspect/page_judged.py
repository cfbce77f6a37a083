"""What figures mean and when to act, drawn by Streamlit: a few words for each, and the table behind each chart."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ce_viz.pages.frame import handout
from ce_viz.pages.inspect import tables
from ce_viz.pages.inspect.judged import Told
from ce_viz.pages.inspect.work import Work
from ce_viz.strings import Words


def section(words: Words, name: str) -> None:
    """The question that the part below answers."""
    st.subheader(words[f"inspect.sections.{name}"], anchor=False)


def told(words: Words, figures: Sequence[Told], *, columns: int) -> None:
    """Each figure with what it is here, what it means, and when to act upon it."""
    for start in range(0, len(figures), columns):
        for place, one in zip(st.columns(columns), figures[start : start + columns], strict=False):
            with place, st.container(gap="xxsmall"):
                st.markdown(f"**{one.name}** · {one.value}")
                st.caption(words.fill("inspect.diagnosis.told_readout", means=one.means, act=one.act))


def behind(words: Words, work: Work, board: str) -> None:
    """The numbers behind the charts of a board; closed until they are asked for."""
    key = f"{board}_numbers"
    with st.expander(words["inspect.tables.behind"], key=key, on_change="rerun") as panel:
        if not panel.open:
            return
        made = tables.behind(words, work, board)
        for at, (tab, table) in enumerate(zip(st.tabs([one.title for one in made]), made, strict=True)):
            with tab:
                handout.table(table.columns, f"{key}_{at}")
            tab.dataframe(
                table.columns,
                hide_index=True,
                height="auto",
                placeholder="–",
                alt=table.title,
                key=f"{key}_{at}",
            )
