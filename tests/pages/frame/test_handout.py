"""What stands on top of a printed page."""

from __future__ import annotations

from ce_viz.pages.frame.handout import content
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings


def test_a_printed_page_names_itself_and_the_numbers_that_it_is_about() -> None:
    visit = visit_of(Settings(), "en")
    assert content(visit, "explore") == (
        "Softmax × cross-entropy · Explore",
        "cat, dog, owl; o = [2.000, 1.000, 0.100]; y = [0.000, 1.000, 0.000]; T = 1.000",
    )
    assert content(visit, "train") == ("Softmax × cross-entropy · Train",)


def test_what_is_covered_is_not_on_paper_either() -> None:
    visit = visit_of(Settings().changed(present=True, hide=("targets", "logits")), "en")
    assert content(visit, "lesson")[1] == "cat, dog, owl; T = 1.000"
