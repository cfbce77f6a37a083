"""Pitfalls' charts and what a hand does on them: the same by both doors, and nothing of an answer by either."""

import json
import math
import zlib
from operator import ne
from urllib.parse import parse_qsl, urlencode

import pytest

from ce_viz.core import Scenario
from ce_viz.core.studies.pitfalls import NAMES, Choice, Number, pose
from ce_viz.live import Arrive, Edit, Pick, Tick, Toggle, Undo
from ce_viz.live.message import answer, card, encoded
from ce_viz.live.route import Question, RefusedLinkError
from ce_viz.pages.pitfalls import sentences, view
from ce_viz.pages.pitfalls.rounds import round_of
from ce_viz.pages.respond import responder
from ce_viz.pages.visit import visit_of
from ce_viz.settings.readers import Invalid
from ce_viz.settings.table import TABLE
from ce_viz.settings.value import Settings, read
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import field
from tests.for_each import for_each
from tests.pages.conftest import address, open_app

CORNERS = {
    "two classes": {"logits": "1,-1"},
    "eight classes": {"logits": "0,1,2,3,4,5,6,7", "mode": "smoothed"},
    "nine classes": {"logits": "0,1,2,3,4,5,6,7,8"},
    "hundred classes": {"logits": ",".join(["1e4", "-1e4"] * 50), "label": "100"},
    "all equal": {"logits": "0,0,0"},
    "sum of 0": {"logits": "1,-1,0"},
    "masked": {"logits": "2,1,-inf,0.5", "label": "3"},
    "no weight": {"mode": "soft", "targets": "0,0,0"},
    "most weight": {"mode": "soft", "targets": "1000,1000,1000"},
    "all smoothed": {"mode": "smoothed", "label_smoothing": "1"},
    "cold": {"temperature": "0.05", "logits": "1e4,-1e4", "label": "2"},
    "warm": {"temperature": "20"},
    "hostile names": {"names": "<b>x</b>,$y$,[z](u)"},
}
OWN = ("sign", "double_softmax", "logits_as_probs", "softmax_derivative", "missing_derivative")
respond = responder({"pitfalls": view})


def settings_of(**link):
    settings, problems = read(link)
    assert not problems
    return settings


def answered(**link):
    settings = settings_of(**link)
    return settings.changed(answered=settings.scenario)


def boards_of(settings, language="en"):
    return {board.key: board for board in view.show(visit_of(settings, language)).boards}


def cards(settings):
    """All that moves or stands in the charts, as it travels."""
    return json.loads(encoded(answer(view.show(visit_of(settings, "en")))["charts"]))


def by_route(link, *events):
    """What the live route answers to a link: the link after the events, and the charts."""
    query = dict(parse_qsl(link, keep_blank_values=True))
    after, shown = respond(Question("pitfalls", query, events, "en"))
    return after, json.loads(encoded(answer(shown)["charts"]))


def sent(app):
    """What the page sent to the browser: the link, and the charts of all grids."""
    boards = [json.loads(zlib.decompress(board.proto.bytes)) for board in app.get("bidi_component")]
    assert len({board["link"] for board in boards}) == 1
    return boards[0]["link"], [chart for board in boards for chart in board["charts"]]


def answer_in(app, name):
    """Give the right answer of a round."""
    asked = pose(name, app.session_state["session"].settings.scenario).answer
    if isinstance(asked, Choice):
        app.radio(key=f"pitfalls_{name}").set_value(asked.answer)
    else:
        app.text_input(key=f"pitfalls_{name}").set_value(field(asked.answer))
    app.button(key=f"pitfalls_{name}_check").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_comparison_comes_with_the_answer_and_not_before(name, language):
    before = boards_of(settings_of(round=name), language)
    after = boards_of(answered(round=name), language)
    assert list(before) == [view.SITUATION]
    assert list(after) == [view.SITUATION, view.COMPARISON]
    names = [chart.name for board in after.values() for chart in board.charts]
    assert len(set(names)) == len(names)
    for board in after.values():
        assert all(chart.title and chart.alt for chart in board.charts)
        assert not board.coverable


@for_each("name", NAMES)
@pytest.mark.parametrize("link", CORNERS.values(), ids=CORNERS)
def test_corner_is_drawn_before_and_after_the_answer(link, name):
    for settings in (settings_of(round=name, **link), answered(round=name, **link)):
        for board in boards_of(settings).values():
            assert all(card(chart)["figure"]["data"] for chart in board.charts)


@pytest.mark.parametrize("link", CORNERS.values(), ids=CORNERS)
def test_answered_question_reads_back_from_the_link(link):
    settings = answered(**link)
    restored, problems = read(dict(parse_qsl(settings.link, keep_blank_values=True)), addressed=False)
    assert not problems
    assert restored == settings


def test_answered_question_stands_in_no_address_and_is_taken_from_none():
    settings = answered(round="sign")
    assert "answered" not in settings.query()
    restored, problems = read(settings.query(addressed=False))
    assert restored["answered"] is None
    assert not problems


def test_another_round_is_not_answered():
    assert answered(round="sign").changed(round="log_zero")["answered"] is None


@pytest.mark.parametrize(
    "text",
    ["1", ";;;;", "soft;1,2;0;0.1;1", "one-hot;1,2;5;0.1;1,2", "one-hot;1,2;0;0.1;1,2;3", "a" * 30_000],
)
def test_answered_question_that_is_none_is_refused_by_the_route(text):
    with pytest.raises(RefusedLinkError) as refused:
        by_route(urlencode({"answered": text}))
    assert [problem["setting"] for problem in refused.value.problems] == ["answered"]
    assert words("en")["fields.answered"] in refused.value.problems[0]["message"]


@pytest.mark.parametrize("name", NAMES)
def test_both_doors_show_the_same_before_and_after_the_answer(name):
    app = open_app("pitfalls", round=name, lang="en")
    link, before = sent(app)
    assert "answered" not in link
    assert by_route(link) == (link, before)
    link, after = sent(answer_in(app, name))
    assert len(after) > len(before)
    assert by_route(link) == (link, after)
    assert "answered" not in address(app)


@pytest.mark.parametrize("name", OWN)
def test_both_doors_show_the_same_after_a_movement(name):
    app = answer_in(open_app("pitfalls", round=name, lang="en", logits="2,1,0.12345678901"), name)
    link, before = sent(app)
    moved, shown = by_route(link, Edit("logits", 0, 3.5, final=False))
    assert shown != before
    app.text_input(key="logits").set_value("3.5, 1, 0.12345678901").run()
    assert sent(app) == (moved, shown)


@pytest.mark.parametrize("logits", ["0,0,0", "2,-inf,0.1", "0,1,2,3,4,5,6,7,8", "1,2"])
@pytest.mark.parametrize("name", ["sign", "softmax_derivative"])
def test_both_doors_show_the_same_where_the_settings_could_not_be_asked_about(name, logits):
    app = answer_in(open_app("pitfalls", round=name, lang="en"), name)
    app.text_input(key="logits").set_value(logits).run()
    link, shown = sent(app)
    assert by_route(link) == (link, shown)


def test_unanswered_round_tells_nothing_when_a_forged_edit_arrives():
    link, shown = by_route("round=sign", Edit("logits", 0, 3.0))
    assert {chart["name"] for chart in shown} == {"logits", "probs", "targets"}
    assert "answered" not in link


@pytest.mark.parametrize("name", OWN)
def test_charts_follow_a_hand_after_the_answer(name):
    settings = answered(round=name)
    logits = boards_of(settings)[view.SITUATION].charts[0]
    assert logits.name == "logits"
    assert logits.editable
    moved = view.act(settings, Edit("logits", 1, -1.5))
    assert boards_of(moved)[view.SITUATION].charts[0].figure["data"][0]["y"] == [2.0, -1.5, 0.1]
    assert round_of(moved).asked is round_of(settings).asked
    assert round_of(moved).moved


def test_hand_may_leave_the_numbers_that_show_the_difference_and_come_back():
    settings = answered(round="sign")
    away = view.act(view.act(settings, Edit("logits", 0, -9.0)), Edit("logits", 1, 9.0))
    assert not pose("sign", away.scenario).own
    assert round_of(away).shown.scenario.logits == (-9.0, 9.0, 0.1)
    back = view.act(view.act(away, Edit("logits", 0, 2.0)), Edit("logits", 1, 1.0))
    assert cards(back) == cards(settings)


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("log_zero", {}),
        ("squared_error", {"logits": "1,2"}),
        ("sign", {"logits": "30,0,0", "label": "1"}),  # shows no difference: the round has brought its own
    ],
)
def test_round_that_brought_its_own_numbers_keeps_them(name, link):
    settings = answered(round=name, **link)
    moved = view.act(settings, Edit("logits", 0, 0.5))
    assert cards(moved) == cards(settings)
    assert not round_of(moved).follows
    assert not any(chart.editable for chart in boards_of(moved)[view.SITUATION].charts)


@pytest.mark.parametrize(
    "changed",
    [{"logits": (2.0, -math.inf, 0.1)}, {"logits": (0.0,) * 9}],
    ids=["masked", "nine classes"],
)
def test_bars_of_other_settings_than_the_current_ones_cannot_be_moved(changed):
    settings = answered(round="sign").changed(**changed)
    assert not any(chart.editable for chart in boards_of(settings)[view.SITUATION].charts)
    assert round_of(settings).shown.scenario.logits == Scenario().logits


def test_settings_of_a_label_follow_too():
    settings = answered(round="sign").changed(label=1)
    assert round_of(settings).shown.scenario.label == 0
    assert round_of(settings).asked.scenario.label == 1


@pytest.mark.parametrize("name", OWN)
def test_layouts_change_in_few_steps_under_a_moving_hand(name):
    settings, stills = answered(round=name), {}
    for tenths in range(31):  # below, shares of a sum near 0 grow beyond every axis
        settings = view.act(settings, Edit("logits", 0, tenths / 10, final=False))
        for chart in cards(settings):
            stills.setdefault(chart["name"], []).append(chart["still"])
    changes = {chart: sum(map(ne, seen, seen[1:])) for chart, seen in stills.items()}
    assert max(changes.values()) <= 3, changes


def test_edit_changes_its_own_bar_and_no_digit_of_another():
    settings = settings_of(logits="2,-inf,0.12345678901234567")
    assert view.act(settings, Edit("logits", 0, 2.1))["logits"] == (2.1, -math.inf, 0.12345678901234567)


@pytest.mark.parametrize("name", NAMES)
def test_a_number_is_asked_for_with_the_tolerance_that_judges_it(name):
    asked = pose(name, Scenario()).answer
    if isinstance(asked, Number):
        told = sentences.tolerance(asked)
        share = float(told.removesuffix("%")) / 100 * abs(asked.answer) if told.endswith("%") else float(told)
        assert asked.judge(asked.answer + 0.99 * share)
        assert not asked.judge(asked.answer + 1.01 * share)


@pytest.mark.parametrize(
    "event",
    [
        Edit("logits", 3, 1.0),
        Edit("probs", 0, 1.0),
        Edit("wrong_grad", 0, 1.0),
        Pick("logits", 0, 0),
        Tick(),
        Undo(redo=False),
        Toggle("logits"),
        Arrive({"round": "sign"}, ended=True),
    ],
    ids=str,
)
def test_event_that_means_nothing_here_changes_nothing(event):
    settings = Settings()
    assert view.act(settings, event) == settings


def test_value_that_no_link_could_hold_is_refused():
    with pytest.raises(Invalid):
        view.act(Settings(), Edit("logits", 0, 1e5))


def test_only_the_round_with_descents_is_worked_out_beside_the_servers_loop():
    slow = [name for name in NAMES if view.is_slow(Question("pitfalls", {"round": name}, (), "en"))]
    assert slow == ["sign"]
    assert not view.is_slow(Question("pitfalls", {}, (), "en"))


def test_setting_of_an_unanswered_round_is_empty():
    assert TABLE["answered"].write(TABLE["answered"].default) == ""
    assert TABLE["answered"].read("") is None
