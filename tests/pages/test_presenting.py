"""A talk by two keys: what is uncovered, in which order, and where a press leads."""

from __future__ import annotations

from importlib import import_module

import pytest

from ce_viz.pages import presenting
from ce_viz.pages.frame.strip import turned
from ce_viz.settings.table import CHART_NAMES, TABLE
from ce_viz.settings.value import Settings, read

ORDER = ("logits_grad", "probs", "loss")
FIRST_TO_LAST = {
    "derivation": "step",
    "why": "part",
    "numerics": "topic",
    "pitfalls": "round",
    "lesson": "scene",
}


def talk(**values: object) -> Settings:
    return Settings().changed(present=True, **values)


def pressed(settings: Settings, page: str = "explore", times: int = 1, by: int = 1) -> Settings:
    for _ in range(times):
        settings = turned(settings, page, by)
    return settings


def test_what_is_to_be_revealed_is_covered_until_it_is():
    settings = talk(reveal=ORDER, hide=("targets",))
    assert set(settings.covered) == {*ORDER, "targets"}
    assert settings.changed(present=False).covered == ()


def test_each_press_uncovers_the_next_in_the_links_order_and_back_covers_it():
    settings = talk(reveal=ORDER)
    for k in range(len(ORDER) + 1):
        assert set(pressed(settings, times=k).covered) == set(ORDER[k:])
    all_open = pressed(settings, times=3)
    for k in range(len(ORDER) + 1):
        assert set(pressed(all_open, times=k, by=-1).covered) == set(ORDER[len(ORDER) - k :])


def test_a_link_carries_the_order_and_how_far_it_went():
    settings = pressed(talk(reveal=ORDER))
    query = settings.query()
    assert query["reveal"] == "logits_grad,probs,loss"
    assert read(query) == (settings, ())
    assert settings.changed(reveal=ORDER[:2]).covered == ("probs", "logits_grad")  # another order begins anew


def test_an_order_names_each_chart_once_and_no_other():
    assert read({"reveal": "loss,probs,loss"})[0]["reveal"] == ("loss", "probs")
    assert [problem.rule for problem in read({"reveal": "loss,nobody"})[1]] == ["choice"]


def test_the_eye_on_a_card_changes_the_order_by_one():
    settings = talk(reveal=ORDER)
    opened = presenting.toggled(settings, "loss")
    assert set(opened.covered) == {"logits_grad", "probs"}
    assert presenting.toggled(opened, "loss") == settings
    assert set(pressed(opened, times=2).covered) == set()
    assert presenting.toggled(settings, "targets")["hide"] == ("targets",)


def test_charts_that_are_not_on_the_screen_wait_for_their_step():
    settings = talk(reveal=("logits_grad",), step=3)
    turned_on = pressed(settings, "derivation")
    assert turned_on["step"] == 4
    assert turned_on.covered == ("logits_grad",)
    at_gradient = pressed(settings.changed(step=10), "derivation")
    assert at_gradient["step"] == 10
    assert at_gradient.covered == ()


@pytest.mark.parametrize(("page", "name"), FIRST_TO_LAST.items())
def test_on_goes_through_all_parts_and_back_returns(page, name):
    edges = TABLE[name].edges
    parts = list(range(edges[0], edges[1] + 1)) if isinstance(edges[0], int) else list(edges)
    settings, seen = talk(), [talk()[name]]
    while (after := pressed(settings, page)) != settings:
        settings = after
        seen.append(settings[name])
    assert seen == parts
    while (before := pressed(settings, page, by=-1)) != settings:
        settings = before
        seen.append(settings[name])
    assert seen == [*parts, *reversed(parts[:-1])]


@pytest.mark.parametrize("page", ["explore", "train", "inspect"])
def test_a_page_without_parts_has_nothing_left(page):
    assert pressed(talk(), page) == talk()


def test_the_black_key_covers_and_uncovers_all_charts_of_a_page():
    charts = import_module("ce_viz.pages.explore.settings").CHARTS
    black = presenting.blackened(talk(hide=("loss", "weights")), charts)
    assert set(black.covered) == {*charts, "weights"}
    assert presenting.blackened(black, charts).covered == ("weights",)


def test_the_black_key_covers_and_uncovers_what_is_to_be_revealed():
    charts = import_module("ce_viz.pages.explore.settings").CHARTS
    settings = pressed(talk(reveal=ORDER))
    black = presenting.blackened(settings, charts)
    assert set(black.covered) == set(ORDER)
    assert presenting.blackened(black, charts).covered == ()
    elsewhere = import_module("ce_viz.pages.train.settings").CHARTS
    assert set(presenting.blackened(talk(reveal=("jacobian",)), elsewhere).covered) == {
        *elsewhere,
        "jacobian",
    }


def test_every_chart_can_be_named_in_an_order():
    assert set(talk(reveal=CHART_NAMES).covered) == set(CHART_NAMES)
