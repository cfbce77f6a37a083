"""The raw page of each address: its own title and sentence, in the reader's language, and Streamlit's scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette

from app import PAGES
from ce_viz.pages.frame import preview, shield
from ce_viz.strings import words
from tests.wire import answered

RAW = (Path(streamlit.__file__).parent / "static/index.html").read_text(encoding="utf-8")


def raw(path: str, language: str = "en") -> str:
    """The page at a path below the server's own."""
    app = Starlette(routes=preview.preview_routes(PAGES, "inner"))
    status, headers, body = answered(app, f"/inner/{path}", accept_language=language)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    return body.decode()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_page_says_what_it_is(name, language):
    path = "" if name == PAGES[0] else name
    page = raw(f"{path}?logits=1,2", f"{language}-XX,en;q=0.5")
    assert f"<title>{words(language)[f'nav.{name}']} · " in page
    assert words(language)[f"preview.{name}"] in page
    assert "<title>Streamlit" not in page


def test_the_links_language_comes_before_the_browsers_and_an_unknown_one_is_english():
    assert words("zh")["preview.train"] in raw("train?lang=zh")
    unknown = raw('train?lang="><script>', "fr")
    assert words("en")["preview.train"] in unknown
    assert '"><script>' not in unknown


def test_nothing_but_words_is_changed_in_streamlits_page():
    ours = preview.page("explore", "en")
    scripts = re.compile(r"<script.*?</script>|<link[^>]*>", re.DOTALL)
    assert scripts.findall(ours) == scripts.findall(RAW)
    assert len(shield.default_policy().split("sha256-")) == RAW.count("<script>") + 1
