"""The app in reading order: settings, then one page. Run with ``streamlit run app.py``."""

import streamlit as st

from ce_viz.pages import visit
from ce_viz.pages.derivation import page as derivation
from ce_viz.pages.explore import page as explore
from ce_viz.pages.frame import server, shown, takeaway
from ce_viz.pages.frame import sidebar as controls
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame import style as frame
from ce_viz.pages.inspect import page as inspect
from ce_viz.pages.numerics import page as numerics
from ce_viz.pages.pitfalls import page as pitfalls
from ce_viz.pages.train import page as train
from ce_viz.pages.why import page as why
from ce_viz.strings import words

server.prepare()
link.begin()
language = visit.language()
texts = words(language)
st.set_page_config(page_title=texts["app.title"], page_icon=frame.ICON, layout="wide")

PAGES = {
    "explore": explore.page,
    "derivation": derivation.page,
    "why": why.page,
    "numerics": numerics.page,
    "pitfalls": pitfalls.page,
    "train": train.page,
    "inspect": inspect.page,
}
pages = st.session_state["pages"] = {
    name: st.Page(
        lambda show=show: show(visit.current()),
        title=texts[f"nav.{name}"],
        url_path="" if name == "explore" else name,
        default=name == "explore",
    )
    for name, show in PAGES.items()
}
page = st.navigation(list(pages.values()), position="top")
frame.style(present=link.get("present"))
controls.sidebar(texts, language, with_logits=page != pages["explore"])
takeaway.button(texts)
link.publish()
controls.show_problems(texts)
shown.begin()
page.run()
