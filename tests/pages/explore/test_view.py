"""Explore as a pure function: what it shows for a link, and what a hand does to it."""

from __future__ import annotations

import math

import pytest

from ce_viz.core import Scenario, explain
from ce_viz.live import Chart, Edit, Event, Pick, Tick
from ce_viz.live.charts import View
from ce_viz.pages import descent, road
from ce_viz.pages.explore import view
from ce_viz.pages.visit import visit_of
from ce_viz.settings.readers import Invalid
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number, vector

NAMES = ["logits", "probs", "targets", "loss", "probs_grad", "jacobian", "chain_rule", "logits_grad"]


def settings(**values: object) -> Settings:
    return Settings().changed(**values)


def shown(*, playing: bool = False, language: str = "", **values: object) -> View:
    return road.show(view, visit_of(settings(**values), language, playing=playing))


def charts(**values: object) -> dict[str, Chart]:
    return {chart.name: chart for chart in shown(**values).board(view.BOARD).charts}


def headline(**values: object) -> str:
    return "".join(piece[0] for piece in shown(**values).board(view.BOARD).headline)


def after(event: Event, **values: object) -> Settings:
    return view.act(settings(**values), event)


def test_the_eight_charts_stand_in_page_order():
    assert [chart.name for chart in shown().board(view.BOARD).charts] == NAMES


def test_a_covered_label_is_no_line_on_the_softmax_either():
    assert len(charts()["probs"].figure["data"]) == 2
    assert len(charts(present=True, hide=("targets",))["probs"].figure["data"]) == 1
    assert len(charts(present=True, hide=("loss",))["probs"].figure["data"]) == 2


def test_a_link_may_name_the_charts_that_are_shown_alone():
    board = shown(show=("logits", "probs", "logits_grad")).board(view.BOARD)
    assert [chart.name for chart in board.charts] == ["logits", "probs", "logits_grad"]
    assert [chart.joiner for chart in board.charts] == ["→", "", ""]
    assert (board.columns, board.headline) == (3, ())
    assert board.charts[0] == shown().board(view.BOARD).charts[0]
    assert shown(show=("loss",), playing=True).tick_ms is None


def test_a_moved_logit_leaves_the_digits_of_the_others():
    moved = after(Edit("logits", 0, 2.1), logits=(2.0, -math.inf, 0.123456789), label=1)
    assert moved["logits"] == (2.1, -math.inf, 0.123456789)


def test_label_weights_make_room_for_a_moved_one_where_they_sum_to_one():
    moved = after(Edit("targets", 0, 0.4), mode="soft", targets=(0.7, 0.2, 0.1))
    assert moved["targets"] == pytest.approx((0.4, 0.4, 0.2))
    moved = after(Edit("targets", 0, 0.4), mode="soft", targets=(0.7, 0.2, 0.1), free_sum=True)
    assert moved["targets"] == (0.4, 0.2, 0.1)
    moved = after(Edit("targets", 0, 0.4), mode="soft", targets=(0.7, 0.7, 0.1))
    assert moved["targets"] == (0.4, 0.7, 0.1)


@pytest.mark.parametrize(
    "event",
    [
        Edit("logits", 3, 1.0),
        Edit("targets", 0, 0.5),
        Edit("probs", 0, 0.5),
        Edit("nobody", 0, 1.0),
        Pick("jacobian", 3, 0),
        Pick("jacobian", 0, 3),
        Pick("chain_rule", 9, 9),
    ],
)
def test_what_cannot_be_moved_or_picked_changes_nothing(event):
    assert after(event) == settings()


@pytest.mark.parametrize("value", [1e5, -1e5])
def test_a_value_beyond_its_range_is_refused(value):
    with pytest.raises(Invalid):
        after(Edit("logits", 0, value))


@pytest.mark.parametrize(
    ("event", "cell"),
    [
        (Pick("jacobian", 2, 1), (3, 2)),
        (Pick("chain_rule", 3, 0), (1, 1)),  # the row of sums: the output stays
        (Pick("probs", 2, 2), (3, 2)),  # an output: the logit stays
        (Pick("logits", 2, 2), (1, 3)),  # a logit: the output stays
        (Pick("loss", 3, 3), None),  # the sum L is no class
    ],
)
def test_a_picked_place_is_an_output_a_logit_or_both(event, cell):
    assert after(event)["cell"] == cell


def test_a_tick_is_a_step_of_descent_and_the_link_holds_the_way():
    moved = settings(logits=(1.0, 2.0, 0.3))
    for _ in range(3):
        moved = view.act(moved, Tick())
    assert moved["descent_start"] == (1.0, 2.0, 0.3)
    assert moved["descent_step"] == 3
    along = descent.losses(moved, explain(moved.scenario).loss)
    assert along[0] == explain(Scenario((1.0, 2.0, 0.3))).loss
    assert along[-1] == explain(moved.scenario).loss
    assert along == sorted(along, reverse=True)
    assert descent.rewound(moved)["logits"] == (1.0, 2.0, 0.3)
    assert descent.rewound(moved)["descent_step"] == 0


def test_a_descent_is_the_same_whoever_has_gone_how_far():
    link = settings(logits=(1.5, 2.5, 0.5), learning_rate=0.75)
    first = [link]
    for _ in range(5):
        first.append(view.act(first[-1], Tick()))
    alone = [view.act(each, Tick()) for each in first[:-1]]
    assert alone == first[1:]
    descent._runs.clear()  # another replica, which replays it
    along = descent.losses(first[5], explain(first[5].scenario).loss)
    assert along == [explain(each.scenario).loss for each in first]


@pytest.mark.parametrize(
    "values", [{"label": 1}, {"temperature": 2.0}, {"learning_rate": 1.0}, {"logits": (1.0, 2.0, 0.0)}]
)
def test_another_start_label_temperature_or_rate_is_another_descent(values):
    moved = view.act(settings(logits=(1.0, 2.0, 0.3)), Tick()).changed(**values)
    assert (moved["descent_start"], moved["descent_step"]) == ((), 0)
    assert descent.losses(moved, explain(moved.scenario).loss) == []


def test_a_link_whose_descent_does_not_lead_to_its_logits_shows_none():
    forged = settings(logits=(5.0, 5.0, 5.0), descent_start=(1.0, 2.0, 0.3), descent_step=4)
    assert descent.losses(forged, explain(forged.scenario).loss) == []
    assert len(road.show(view, visit_of(forged)).board(view.BOARD).charts) == 8


def test_the_loss_along_the_way_is_a_card_of_its_own():
    moved = view.act(settings(), Tick())
    *_, last = view.show(visit_of(moved)).board(view.BOARD).charts
    assert (last.name, last.span) == ("loss_curve", 4)
    assert number(explain(moved.scenario).loss) in last.hint


def test_a_play_goes_on_until_no_step_leads_further():
    assert shown(playing=True).tick_ms == view.TICK_MS
    assert shown().tick_ms is None
    assert shown(playing=True, logits=(0.0, 0.0), mode="soft", targets=(0.0, 0.0)).tick_ms is None


def test_the_headline_is_the_gradient_and_the_loss():
    explanation = explain(Scenario())
    assert vector(tuple(explanation.logits_grad.tolist())) in headline()
    assert number(explanation.loss) in headline()


@pytest.mark.parametrize("present", [True, False])
def test_what_must_hold_of_the_numbers_holds_at_the_settings_bounds(present):
    heavy = {"mode": "soft", "targets": tuple(1000.0 if k % 2 else 0.37 for k in range(100))}
    for label in ({}, heavy):
        logits = tuple(3.0 * math.sin(2.3 * k) for k in range(100))
        pieces = shown(logits=logits, temperature=0.05, present=present, **label).board(view.BOARD).headline
        assert [piece[0] for piece in pieces if "lc-fails" in piece[1:]] == []
        assert [piece[0] for piece in pieces if "lc-holds" in piece[1:]] == ["✓"] * (1 if present else 4)


@pytest.mark.parametrize("name", NAMES)
def test_a_covered_chart_is_told_nowhere(name):
    explanation = explain(Scenario(logits=(1.25, -0.75, 0.5), temperature=2.0))
    link = {"logits": (1.25, -0.75, 0.5), "temperature": 2.0}
    card = charts(**link, present=True, hide=(name,))[name]
    assert card.hidden
    told = {"loss": [explanation.loss], "logits_grad": explanation.logits_grad.tolist()}.get(name, [])
    assert [value for value in told if number(value) in headline(**link, present=True, hide=(name,))] == []


def test_infinite_values_are_told_with_their_sign():
    cards = charts(logits=(1.0, -math.inf, 2.0), names=("class 0", "class 1", "class 2"))
    for name, told in {"logits": "class 1 −∞", "loss": "L ∞", "probs_grad": "class 1 −∞"}.items():
        assert told in cards[name].alt


@pytest.mark.parametrize("language", ["en", "zh"])
def test_caption_of_the_jacobian_divides_by_the_temperature(language):
    assert "/T" not in charts(language=language)["jacobian"].hint
    assert charts(language=language, temperature=2.0)["jacobian"].hint.count("/T") == 2


@pytest.mark.parametrize("count", [2, 3, 8, 9, 30, 100])
def test_any_number_of_classes_is_shown(count):
    assert [
        chart.name for chart in shown(logits=tuple(float(k % 5) for k in range(count))).boards[0].charts
    ] == NAMES


def test_nothing_is_shaded_until_something_is_picked():
    assert shown().board(view.BOARD).picked is None
    assert shown(cell=(3, 1)).board(view.BOARD).picked == (2, 0)


def test_the_true_classs_handle_asks_to_be_taken_hold_of_until_something_was_changed():
    assert charts()["logits"].glow == 1
    for values in ({"logits": (2.0, 1.1, 0.1)}, {"label": 1}, {"temperature": 2.0}, {"mode": "smoothed"}):
        assert charts(**values)["logits"].glow is None


def test_the_short_formula_stands_once_before_the_first_touch():
    cards = charts().values()
    told = [headline(), *(text for card in cards for text in (card.formula, card.hint, card.alt))]
    assert [text for text in told if "S − y" in text.replace("\u00a0", " ") or "S_j − y_j" in text] == [
        "∂L/∂o_j = S_j − y_j"
    ]


@pytest.mark.parametrize(
    ("values", "told"),
    [({}, False), ({"temperature": 2.0}, True), ({"mode": "soft", "targets": (0.7, 0.7, 0.1)}, True)],
)
def test_marks_at_the_short_formula_are_explained_where_they_leave_the_bars(values, told):
    assert ("mark: S\u00a0−\u00a0y" in charts(**values)["logits_grad"].hint) == told


def test_the_softmax_carries_the_label_as_a_line():
    marks = charts(mode="soft", targets=(0.7, 0.2, 0.1))["probs"].figure["data"][1]
    assert sorted({y for y in marks["y"] if y is not None}) == [0.1, 0.2, 0.7]
