"""The road that both doors take: events that every page knows, and what presenters have covered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ce_viz.live import Arrive, Board, Chart, Edit, Event, Pick, Tick, Toggle, Undo, View
from ce_viz.pages import road
from ce_viz.pages.explore import view as explore
from ce_viz.pages.visit import Visit, visit_of
from ce_viz.settings.value import Settings

FIGURE: dict[str, Any] = {"data": [{"type": "bar", "y": [1.0]}], "layout": {}}


def page(*, coverable: bool = True) -> Any:
    """A page of two charts whose edits set the temperature, and which counts what it is asked."""

    def show(visit: Visit) -> View:
        charts = tuple(Chart(name, FIGURE, name, "") for name in ("loss", "probs"))
        return View((Board("grid", charts, coverable=coverable),), tick_ms=80 if visit.playing else None)

    def act(settings: Settings, event: Event) -> Settings:
        match event:
            case Edit():
                return settings.changed(temperature=event.value)
            case Tick():
                return settings.changed(race_step=settings["race_step"] + 1)
        return settings

    return SimpleNamespace(
        CHARTS=("loss", "probs") if coverable else (), show=show, act=act, is_slow=lambda _: False
    )


def test_a_toggle_covers_and_uncovers():
    covered = road.act(page(), Settings(), Toggle("probs"))
    assert covered["hide"] == ("probs",)
    assert road.act(page(), covered, Toggle("probs"))["hide"] == ()
    assert road.act(page(), Settings(), Toggle("nobody")) == Settings()


def test_what_a_play_reached_is_taken_over():
    assert road.act(page(), Settings(), Arrive({"race_step": "7"}, ended=True))["race_step"] == 7


def test_undo_is_the_visits():
    assert road.act(page(), Settings(), Undo(redo=False)) == Settings()


@pytest.mark.parametrize("event", [Edit("loss", 0, 2.0), Pick("loss", 0, 0)])
def test_what_is_covered_can_be_neither_moved_nor_pointed_out(event):
    settings = Settings().changed(present=True, hide=("loss",))
    assert road.act(page(), settings, event) == settings
    assert road.act(page(), Settings().changed(hide=("loss",)), Edit("loss", 0, 2.0))["temperature"] == 2.0


@pytest.mark.parametrize("count", [3, 9, 30])
def test_a_covered_label_leaves_no_sign_of_the_true_class_on_other_charts(count):
    def axes(label: int, **changes: Any) -> list[Any]:
        settings = Settings().changed(logits=(0.0,) * count, label=label, present=True, **changes)
        boards = road.show(explore, visit_of(settings)).boards
        charts = [chart for board in boards for chart in board.charts if not chart.hidden]
        axes = [chart.figure["layout"].get(axis) for chart in charts for axis in ("xaxis", "yaxis")]
        assert all(chart.glow is None for chart in charts) or not changes
        return [(axis["tickvals"], axis["ticktext"]) for axis in axes if axis and "ticktext" in axis]

    assert axes(1) != axes(2)
    assert axes(1, hide=("targets",)) == axes(2, hide=("targets",)) == axes(count, hide=("targets",))


def test_a_page_whose_charts_cannot_be_covered_lets_all_be_moved():
    settings = Settings().changed(present=True, hide=("loss",))
    assert road.act(page(coverable=False), settings, Edit("loss", 0, 2.0))["temperature"] == 2.0


def test_presenters_see_covered_charts_without_their_content():
    settings = Settings().changed(present=True, hide=("loss",))
    (board,) = road.show(page(), visit_of(settings)).boards
    assert [chart.hidden for chart in board.charts] == [True, False]
    (board,) = road.show(page(coverable=False), visit_of(settings)).boards
    assert [chart.hidden for chart in board.charts] == [False, False]


def test_events_are_acted_upon_in_their_order_and_a_tick_asks_for_the_next():
    settings, view = road.answer(page(), Settings(), [Edit("probs", 0, 2.0), Tick(), Tick()], "")
    assert (settings["temperature"], settings["race_step"]) == (2.0, 2)
    assert view.tick_ms == 80
    assert road.answer(page(), Settings(), [Edit("probs", 0, 2.0)], "")[1].tick_ms is None
    still = Settings().changed(present=True)
    assert road.answer(_still(), still, [Tick()], "")[1].tick_ms is None


def _still():
    """A page that no tick moves."""
    made = page()
    made.act = lambda settings, _: settings
    return made
