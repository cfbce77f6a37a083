"""The app in reading order, and the server's door. Run with ``streamlit run app.py``.

Streamlit runs this file for each visitor; its server, or any other that speaks ASGI, imports it as ``app:app``.
"""

from __future__ import annotations

import os

import streamlit as st

from ce_viz.pages.follow import page as follow
from ce_viz.pages.frame import (
    class_panel,
    door,
    faults,
    server,
    session,
    shield,
    sidebar,
    strip,
    style,
    takeaway,
)
from ce_viz.pages.visit import visit_of

# Folders of ce_viz/pages, in the order of the navigation.
PAGES = ("explore", "lesson", "derivation", "why", "numerics", "pitfalls", "train", "inspect")


def draw() -> None:
    """The settings, then one page."""
    visitor = session.current()
    visitor.begin()
    visit = visit_of(visitor.settings, st.context.locale or "", playing=bool(visitor.playing))
    pages = {name: door.page(name, visit, visitor, default=name == PAGES[0]) for name in PAGES}
    code = follow.code()
    page = st.navigation(list(pages.values()), position="hidden" if code else "top")
    title = f"{code or page.title} · {visit.words['app.title']}"
    st.set_page_config(page_title=title, page_icon=style.ICON, layout="wide")
    if destination := visitor.take_destination():
        st.switch_page(pages[destination])
    if code:
        style.alone()
        follow.page(visit, code)
        return
    style.style(present=visit.present)
    if not visit.present:
        sidebar.sidebar(visit, visitor)
        takeaway.button(visit, visitor)
    visitor.publish()
    sidebar.show_problems(visit.words, visitor)
    if visit.present:
        strip.strip(visit, visitor, page.url_path or PAGES[0], PAGES)
    else:
        class_panel.draw(visit, visitor)  # a class goes on where its teacher leaves presenter mode
    page.run()


if __name__ == "__main__":
    draw()
else:
    app = st.App(
        __file__,
        routes=door.routes(PAGES),
        middleware=shield.middleware(shield.Rules.read(os.environ), server.uploads),
        lifespan=server.lifespan,
        on_script_error=faults.tell,
    )
