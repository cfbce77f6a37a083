"""The sidebar offers the scenario where a page shows anything of it."""

from __future__ import annotations

import pytest

from app import PAGES
from ce_viz.settings.table import IN_PLAY, UNDOABLE
from tests.pages.conftest import open_app

CASES = {
    **{name: (name, {}, name not in {"lesson", "train", "inspect"}) for name in PAGES[1:]},
    "where formulas break": ("numerics", {"topic": "breaks"}, False),
    "a round with numbers of its own": ("pitfalls", {"round": "labels_from_one"}, False),
    "a round of the visitor's settings": ("pitfalls", {"round": "sign"}, True),
}
del CASES["pitfalls"]


@pytest.mark.parametrize("case", CASES)
def test_the_sidebar_offers_the_scenario_where_the_page_shows_it(case):
    page, link, offered = CASES[case]
    app = open_app(page, lang="en", **link)
    assert not app.exception
    assert [field.key for field in app.sidebar.text_input if field.key == "logits"] == ["logits"] * offered
    assert bool(app.sidebar.slider) == offered
    assert app.sidebar.toggle(key="present")


def test_where_a_page_leads_the_visitors_own_names_and_true_class_are_all_that_is_offered():
    app = open_app("lesson", lang="en", scene="4")
    assert [field.key for field in app.sidebar.text_input] == ["names"]
    assert [field.key for field in app.sidebar.selectbox] == ["label"]
    assert [button.key for button in app.sidebar.button][:3] == ["undo", "redo", "reset"]


@pytest.mark.parametrize("page", ["train", "inspect"])
def test_the_scenario_is_in_no_address_of_a_page_that_ignores_it(page):
    assert IN_PLAY[page].isdisjoint(UNDOABLE)
    assert set(UNDOABLE) <= IN_PLAY["explore"]
