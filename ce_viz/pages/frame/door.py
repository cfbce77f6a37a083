"""A page's folder joined to its doors: Streamlit's navigation, the live route, and the classes that follow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

import streamlit as st
from starlette.routing import Route
from streamlit import config

from ce_viz.live.classes.hall import Hall
from ce_viz.live.classes.route import class_routes
from ce_viz.live.route import live_route
from ce_viz.pages.frame import server
from ce_viz.pages.frame.preview import preview_routes
from ce_viz.pages.frame.session import Session
from ce_viz.pages.lecture import PagesLecture
from ce_viz.pages.respond import is_slow, responder
from ce_viz.pages.road import Page
from ce_viz.pages.visit import Visit

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def page(name: str, visit: Visit, session: Session, *, default: bool) -> StreamlitPage:
    """The folder's page for Streamlit's navigation; the default one stands at the root."""
    return st.Page(
        lambda: import_module(f"ce_viz.pages.{name}.page").page(visit, session),
        title=visit.words[f"nav.{name}"],
        url_path="" if default else name,
        default=default,
    )


def routes(names: Sequence[str]) -> list[Route]:
    """The pages' addresses, their live route and their classes, below the path that the server is told to live at."""
    views = {name: cast(Page, import_module(f"ce_viz.pages.{name}.view")) for name in names}
    root = (config.get_option("server.baseUrlPath") or "").strip("/")
    path = f"/{root}/live" if root else "/live"
    hall = Hall(PagesLecture(views))
    server.at_end.append(hall.leave)
    return [
        *preview_routes(names, root),
        *class_routes(f"{path}/class", hall),
        live_route(f"{path}/{{page}}", responder(views), partial(is_slow, views)),
    ]
