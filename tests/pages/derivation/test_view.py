"""The derivation's charts and what a hand does on them, as functions of the settings alone."""

import math
import re

import pytest

from ce_viz.core import explain
from ce_viz.live import Arrive, Edit, Pick, Tick, Toggle, Undo
from ce_viz.live.message import card
from ce_viz.pages import road
from ce_viz.pages.cards import normalised
from ce_viz.pages.derivation import view
from ce_viz.pages.derivation.settings import CHARTS, NUM_STEPS
from ce_viz.pages.visit import visit_of
from ce_viz.settings.readers import Invalid
from ce_viz.settings.value import Settings, read
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import parse
from tests.for_each import for_each

STEPS = range(1, NUM_STEPS + 1)
CORNERS = {
    "two classes": {"logits": "1,-1"},
    "eight classes": {"logits": "0,1,2,3,4,5,6,7", "mode": "smoothed"},
    "nine classes": {"logits": "0,1,2,3,4,5,6,7,8"},
    "thirty classes": {"logits": ",".join(str(k % 7) for k in range(30)), "label": "30"},
    "hundred classes": {"logits": ",".join(["1e4", "-1e4"] * 50)},
    "all equal": {"logits": "0,0,0"},
    "masked": {"logits": "2,1,-inf,0.5", "label": "3"},
    "only one left": {"logits": "-inf,3,-inf", "label": "1"},
    "no weight": {"mode": "soft", "targets": "0,0,0"},
    "most weight": {"mode": "soft", "targets": "1000,1000,1000"},
    "least weight": {"mode": "soft", "targets": "5e-324,0,0"},
    "all smoothed": {"mode": "smoothed", "label_smoothing": "1"},
    "cold": {"temperature": "0.05"},
    "warm": {"temperature": "20"},
    "cold and far": {"logits": "1e4,-1e4", "temperature": "0.05", "label": "2"},
    "last cell": {"cell": "3,3"},
    "ends of x": {"x": "100,-100,0,1e-300"},
}


def settings_of(**link):
    settings, problems = read(link)
    assert not problems
    return settings


def charts_of(language="en", **link):
    return view.show(visit_of(settings_of(**link), language)).boards[0].charts


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("step", STEPS)
def test_step_has_charts_with_words_and_the_logits_to_take_hold_of(step, language):
    cards = charts_of(language, step=str(step))
    assert [chart.name for chart in cards if chart.editable][:1] == ["logits"]
    assert len({chart.name for chart in cards}) == len(cards)
    for chart in cards:
        assert chart.title
        assert chart.hint
        assert chart.formula
        assert re.search(r"\d", chart.alt)


@for_each("step", STEPS)
@pytest.mark.parametrize("link", CORNERS.values(), ids=CORNERS)
def test_corner_is_drawn_at_every_step(link, step):
    for chart in charts_of(step=str(step), **link):
        assert "NaN" not in chart.alt
        assert card(chart)["figure"]["data"]


@pytest.mark.parametrize(
    ("logits", "named"), [("2,1,0.1", "routes_hint"), ("2,-inf,0.1", "routes_infinite_hint")]
)
def test_the_measured_gradient_is_named_where_there_is_one(logits, named):
    (chart,) = [
        chart
        for step in STEPS
        for chart in charts_of(step=str(step), logits=logits, label="2")
        if chart.name == "routes"
    ]
    assert chart.hint == words("en")[f"derivation.chart.{named}"]
    assert len(chart.figure["data"]) == (3 if named == "routes_hint" else 2)


def test_every_chart_can_be_covered():
    assert {chart.name for step in STEPS for chart in charts_of(step=str(step))} == set(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_covered_chart_holds_no_figure(name):
    step = next(step for step in STEPS if name in {chart.name for chart in charts_of(step=str(step))})
    shown = road.show(view, visit_of(settings_of(step=str(step), hide=name, present="1"), "en"))
    covered = next(chart for chart in shown.boards[0].charts if chart.name == name)
    assert covered.hidden
    assert "figure" not in card(covered)
    assert not shown.boards[0].headline


def test_three_charts_share_the_grid_two_above_one():
    assert [chart.span for chart in charts_of(step="3")] == [1, 1, 2]
    assert [chart.span for chart in charts_of(step="2")] == [2, 2]
    assert [chart.span for chart in charts_of(step="1")] == [2]


def test_case_shows_a_cell_that_fits():
    def frame(**link):
        shape = charts_of(**link)[2].figure["layout"]["shapes"][-1]
        return (shape["y0"] + 0.5, shape["x0"] + 0.5)

    assert frame(step="4", cell="3,2") == (1, 1)
    assert frame(step="5", cell="3,2") == (2, 1)
    assert frame(step="5", cell="2,2") == (0, 1)


@pytest.mark.parametrize("step", ["9", "12"])
def test_alternative_tells_what_the_bars_stand_for(step):
    chart = charts_of(step=step, names="a,b,c")[2]
    gradient = explain(Settings().scenario).logits_grad
    told = [parse(text.rsplit(" ", 1)[1]) for text in chart.alt.partition(": ")[2].rstrip(".").split(", ")]
    if step == "9":
        assert told[-1] == pytest.approx(gradient[1], abs=6e-4)
    else:
        assert told == pytest.approx(gradient.tolist(), abs=6e-4)


def test_minus_infinity_is_told_as_such():
    assert "b −∞," in charts_of(step="7", logits="1,-inf,2", names="a,b,c")[0].alt


def test_settings_of_a_chart_show_in_its_small_print():
    assert charts_of(step="3")[2].formula == "e^{o_k}"
    assert charts_of(step="3", temperature="2")[2].formula == "e^{o_k/T}"
    assert charts_of(step="3", logits="100,0")[2].formula == "e^{o_k + c}"
    assert charts_of(step="3", logits="100,0", temperature="2")[2].formula == "e^{(o_k + c)/T}"
    assert charts_of(step="2", temperature="2")[1].formula == "S = softmax(o/T)"


@pytest.mark.parametrize("count", [2, 3, 8])
def test_column_under_a_moving_hand_changes_nothing_but_what_moves(count):
    settings = settings_of(step="9", logits=",".join(["0.5"] * count))
    stills = set()
    for tenths in range(-30, 31):
        settings = view.act(settings, Edit("logits", 0, tenths / 10, final=False))
        stills.add(card(view.show(visit_of(settings, "en")).boards[0].charts[2])["still"])
    assert len(stills) == 1


@pytest.mark.parametrize(
    ("chart", "i", "j", "cell"),
    [
        ("jacobian", 2, 0, (3, 1)),
        ("chain_rule", 1, 2, (2, 3)),
        ("probs", 2, 2, (3, 2)),
        ("column", 2, 2, (3, 2)),
        ("logits", 2, 2, (1, 3)),
        ("logits_grad", 0, 0, (1, 1)),
        ("routes", 2, 2, (1, 3)),
        ("weight_grad", 2, 1, (1, 3)),
    ],
)
def test_picking_moves_i_on_outputs_and_j_on_logits(chart, i, j, cell):
    assert view.act(settings_of(cell="1,2"), Pick(chart, i, j))["cell"] == cell


@for_each("step", STEPS)
def test_bar_or_cell_of_every_chart_can_be_picked(step):
    settings = settings_of(step=str(step), cell="1,2")
    for chart in charts_of(step=str(step)):
        picked = view.act(settings, Pick(chart.name, 2, 2))
        assert (picked == settings) == (chart.name == "inputs")


def test_edit_changes_its_own_bar_and_no_digit_of_another():
    settings = settings_of(logits="2,-inf,0.12345678901234567", x="1e-300,0.1234567890123")
    moved = view.act(settings, Edit("logits", 0, 2.1))
    assert moved["logits"] == (2.1, -math.inf, 0.12345678901234567)
    assert view.act(settings, Edit("inputs", 1, 4.0))["x"] == (1e-300, 4.0)


@for_each(
    "event",
    [
        Edit("logits", 3, 1.0),
        Edit("inputs", 2, 1.0),
        Edit("probs", 0, 1.0),
        Edit("none", 0, 1.0),
        Pick("jacobian", 2, 3),  # the column of sums is no logit
        Pick("chain_rule", 3, 0),  # nor is the row of them an output
        Pick("column", 3, 3),
        Pick("exponentials", 3, 3),
        Pick("weight_grad", 3, 0),
        Pick("probs", 9_999, 9_999),
        Pick("inputs", 0, 0),
        Pick("none", 0, 0),
        Tick(),
        Undo(redo=False),
        Toggle("logits"),
        Arrive({"logits": "1,2"}, ended=True),
    ],
    ids=str,
)
def test_event_that_means_nothing_here_changes_nothing(event):
    settings = Settings()
    assert view.act(settings, event) == settings


@pytest.mark.parametrize("event", [Edit("logits", 0, 1e5), Edit("inputs", 0, 100.5)], ids=str)
def test_value_that_no_link_could_hold_is_refused(event):
    with pytest.raises(Invalid):
        view.act(Settings(), event)


@pytest.mark.parametrize("cell", ["1,1", "1,2", "3,2"])
def test_label_leaves_a_sum_of_one_and_returns(cell):
    settings = view.leaving_one(settings_of(cell=cell))
    assert settings["mode"] == "soft"
    assert math.fsum(settings["targets"]) == 1.5
    assert settings["targets"][int(cell[-1]) - 1] == float(cell[-1] == "2")  # j keeps its weight
    assert math.fsum(normalised(settings)["targets"]) == pytest.approx(1, abs=1e-15)


def test_label_without_weight_cannot_be_normalised():
    settings = settings_of(mode="soft", targets="0,0,0")
    assert normalised(settings) == settings
