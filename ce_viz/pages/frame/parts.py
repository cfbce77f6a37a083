"""What several pages have: a heading, the choice of a part, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit

NEXT = {
    "explore": "lesson",
    "lesson": "derivation",
    "derivation": "why",
    "why": "numerics",
    "numerics": "pitfalls",
    "pitfalls": "train",
    "train": "inspect",
    "inspect": "explore",
}
"""The page that each leads to at its end."""

CLASS_PARAMETER = "class"
"""Of the link that leads a student to a class."""


def title(text: str) -> None:
    """The page's heading, to be seen."""
    st.title(text, anchor=False, width="content")


def heading(visit: Visit, page: str) -> None:
    """The page's heading where its name stands in the menu above already: for those who have the page read to them."""
    with st.container(key="heading"):
        st.title(visit.words[f"nav.{page}"], anchor=False)


def covered(visit: Visit) -> None:
    """What stands in the place of numbers that a covered chart would be told by."""
    st.caption(visit.words["present.covered"])


@contextmanager
def explained(visit: Visit, text: str) -> Iterator[None]:
    """A text, if there is one, above what is drawn within; in a hall, which sees the charts first, below it."""
    if text and not visit.present:
        st.markdown(text)
    yield
    if text and visit.present:
        st.markdown(text)


@contextmanager
def illustrated(visit: Visit, text: str) -> Iterator[None]:
    """The same for a text that speaks of the charts within, once on a page: a phone too sees these first."""
    if visit.present:
        with explained(visit, text):
            yield
        return
    with st.container(key="illustrated"):  # which page.css turns round on a phone
        st.markdown(text)
        with st.container():
            yield


def next_page(visit: Visit, session: Session, page: str) -> None:
    """What comes after a page, and why; not within another page, nor where the presenter's strip leads on."""
    if visit.embedded or visit.present:
        return
    words, following = visit.words, NEXT[page]
    with st.container(key="way_on", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(words[f"nav.then.{page}"], width="content")
        st.button(
            words[f"nav.{following}"],
            key="to_next_page",
            icon=":material/arrow_forward:",
            on_click=session.go_to,
            args=(following,),
        )


def navigation(visit: Visit, session: Session, page: str, parts: Sequence[str], setting: str) -> None:
    """Draw the choice of parts; the catalogue names them under ``{page}.parts`` and their like ``{page}.intro``."""
    words, at = visit.words, parts.index(visit.settings[setting])
    numbered = {name: f"{k + 1} · {words[f'{page}.parts.{name}']}" for k, name in enumerate(parts)}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="parts"):
        st.segmented_control(
            words[f"{page}.intro"],
            list(parts),
            format_func=numbered.__getitem__,
            required=True,
            label_visibility="collapsed" if visit.present else "visible",
            **session.widget(setting),
        )
        if visit.present:
            return  # the strip above leads on and back
        for name, step in (("back", -1), ("next", 1)):
            st.button(
                words[f"parts.{name}"],
                key=f"{page}_{name}",
                shortcut="Left" if step < 0 else "Right",
                disabled=not 0 <= at + step < len(parts),
                on_click=session.put,
                kwargs={setting: parts[max(0, min(at + step, len(parts) - 1))]},
            )
