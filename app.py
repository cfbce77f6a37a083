"""The app in reading order, and the server's door. Run with ``streamlit run app.py``.

Streamlit runs this file for each visitor; its server, or any other that speaks ASGI, imports it as ``app:app``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from ce_viz.pages.follow import page as follow
from ce_viz.pages.frame import (
    addresses,
    class_panel,
    door,
    faults,
    handout,
    reach,
    server,
    shield,
    sidebar,
    strip,
    style,
    takeaway,
    turns,
    visits,
)
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit, visit_of

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

# Folders of ce_viz/pages, in the order of the navigation.
PAGES = ("explore", "lesson", "derivation", "why", "numerics", "pitfalls", "train", "inspect")


def draw() -> None:
    """The settings, then one page; or the class that the visitor follows."""
    visitor = visits.current()
    visitor.begin()
    preferred, embedded = st.context.locale or "", bool(st.context.is_embedded)
    visit = visit_of(visitor.settings, preferred, playing=bool(visitor.playing), embedded=embedded)
    pages = {name: door.page(name, visit, visitor, default=name == PAGES[0]) for name in PAGES}
    code = follow.code()
    page = st.navigation(list(pages.values()), position="hidden" if code or embedded else "top")
    title = f"{code or page.title} · {visit.words['app.title']}"
    st.set_page_config(page_title=title, page_icon=style.ICON, layout="wide")
    if destination := visitor.take_destination():
        visitor.publish()  # without an address of its own, the way back would lead to the defaults
        st.switch_page(pages[destination], query_params=visitor.settings.query())
    if code:
        style.alone()
        follow.page(visit, code)
        return
    style.style(present=visit.present, embedded=embedded)
    name = next(name for name, each in pages.items() if each.url_path == page.url_path)
    if not (visit.present or embedded):
        uses = door.uses_scenario(name, visit.settings)
        sidebar.sidebar(visit, visitor, scenario=uses, led=name == "lesson")
        takeaway.button(visit, visitor, name)
    _aside(visit, visitor, pages, name)
    visitor.publish()
    sidebar.show_problems(visit.words, visitor)
    if not embedded:
        _hall(visit, visitor, name)
    page.run()


def _aside(visit: Visit, visitor: Session, pages: Mapping[str, StreamlitPage], name: str) -> None:
    """What is seen on paper and, where a phone may need it, on phones alone; style.py takes its gap back.

    One container for both, since each element costs every run of every page.
    """
    within_reach = not (visit.present or visit.embedded)
    key = "reach" if within_reach else "aside"
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        handout.top(visit, name, addresses.address(visitor.settings))
        if within_reach:
            reach.strip(visit, visitor, pages, name)


def _hall(visit: Visit, visitor: Session, name: str) -> None:
    """The presenter's strip; a class goes on where its teacher leaves presenter mode."""
    if visit.present:
        strip.strip(visit, visitor, name, PAGES, scenario=door.uses_scenario(name, visit.settings))
    else:
        class_panel.draw(visit, visitor)


if __name__ == "__main__":
    with turns.scripts.turn():
        draw()
else:
    app = st.App(
        __file__,
        routes=door.routes(PAGES),
        middleware=shield.middleware(shield.Rules.read(os.environ), server.uploads),
        lifespan=server.lifespan,
        on_script_error=faults.tell,
    )
