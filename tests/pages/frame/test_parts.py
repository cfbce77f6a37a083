"""What all pages have: a heading, a title in the tab, and at the end what comes next."""

from __future__ import annotations

import pytest

from ce_viz.pages.frame.parts import NEXT
from ce_viz.pages.lesson.settings import NUM_SCENES
from ce_viz.strings import words
from tests.pages.conftest import open_app, texts


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", NEXT)
def test_a_page_has_one_heading_and_says_what_comes_next(page, language):
    link = {"scene": str(NUM_SCENES)} if page == "lesson" else {}
    app = open_app("" if page == "explore" else page, lang=language, **link)
    assert not app.exception
    assert len(app.title) == 1
    assert words(language)[f"nav.then.{page}"] in texts(app)
    assert app.button(key="to_next_page").label == words(language)[f"nav.{NEXT[page]}"]


def test_the_thread_leads_through_all_pages_and_back():
    seen, page = [], "explore"
    while page not in seen:
        seen.append(page)
        page = NEXT[page]
    assert sorted(seen) == sorted(NEXT)
    assert page == "explore"


def test_the_way_on_leads_on():
    app = open_app("derivation")
    app.button(key="to_next_page").click().run()
    assert not app.exception
    assert words("en")["nav.then.why"] in texts(app)
