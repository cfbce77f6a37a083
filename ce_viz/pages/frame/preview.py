"""Streamlit's own page with the title and the sentence of the one that is asked for.

Streamlit names every page "Streamlit" until its script runs, which whoever draws a preview of a link never waits for.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ce_viz.strings import LANGUAGES, words

_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}


def preview_routes(names: Sequence[str], root: str) -> list[Route]:
    """A route for each page's address; the first page stands at the root.

    Args:
      names: Folders of the pages.
      root: The path that the server is told to live at, without slashes around it.
    """
    start = f"/{root}" if root else ""
    return [
        Route(f"{start}/{'' if name == names[0] else name}", _endpoint(name), methods=["GET"])
        for name in names
    ]


def _endpoint(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        accepted = request.headers.get("accept-language", "")[:2].lower()
        wanted = request.query_params.get("lang", accepted)
        return HTMLResponse(page(name, wanted if wanted in LANGUAGES else "en"), headers=_HEADERS)

    return endpoint


@cache
def page(name: str, language: str) -> str:
    """Streamlit's page with this page's words; its scripts stay as they are: the policy knows them by their hashes."""
    texts = words(language)
    title = html.escape(f"{texts[f'nav.{name}']} · {texts['app.title']}")
    sentence = html.escape(texts[f"preview.{name}"])
    head = (
        f"<title>{title}</title>"
        f'<meta name="description" content="{sentence}"/>'
        f'<meta property="og:title" content="{title}"/>'
        f'<meta property="og:description" content="{sentence}"/>'
    )
    found = (Path(streamlit.__file__).parent / "static/index.html").read_text(encoding="utf-8")
    named = re.sub(r"<title>.*?</title>", lambda _: head, found, count=1, flags=re.DOTALL)
    return named.replace('<html lang="en">', f'<html lang="{texts["live.lang"]}">', 1)
