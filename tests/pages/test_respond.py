"""What the live route answers with, for all pages: hostile questions, and what presenters have covered."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_viz.core.studies.pitfalls import NAMES
from ce_viz.live.charts import View
from ce_viz.live.events import read_events
from ce_viz.live.message import answer, encoded
from ce_viz.live.route import Question, RefusedLinkError, UnknownPageError
from ce_viz.pages.respond import is_slow, responder
from ce_viz.settings.table import CHART_NAMES, TABLE
from ce_viz.settings.value import Settings
from ce_viz.strings import LANGUAGES

VIEWS: dict[str, Any] = {
    name: import_module(f"ce_viz.pages.{name}.view")
    for name in ("explore", "lesson", "derivation", "why", "numerics", "pitfalls", "train", "inspect")
}
RESPOND = responder(VIEWS)
MOST_BYTES = 3_000_000


def ask(page: str, query: dict[str, str], *events: object) -> tuple[str, View]:
    return RESPOND(Question(page, query, read_events(list(events)), "en"))


def test_a_page_that_is_not_there_is_unknown():
    with pytest.raises(UnknownPageError):
        ask("nowhere", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_is_described_in_the_visitors_language(language):
    with pytest.raises(RefusedLinkError) as caught:
        RESPOND(Question("explore", {"logits": "1,x", "temperature": "99"}, [], language))
    first, second = caught.value.problems
    assert (first["setting"], first["value"], first["rule"]) == ("logits", "x", "number")
    assert (second["rule"], second["low"], second["high"]) == ("range", "0.05", "20")
    assert "x" in first["message"]
    assert bool(re.search("[一-龥]", first["message"])) is (language == "zh")


def test_an_event_that_no_link_could_hold_is_refused():
    with pytest.raises(RefusedLinkError):
        ask("explore", {}, {"kind": "edit", "chart": "logits", "index": 0, "value": 1e9})


def test_the_language_of_the_browser_is_spoken():
    answers = [RESPOND(Question("explore", {}, [], told))[1] for told in ("en", "zh-CN")]
    titles = [view.boards[0].charts[2].title for view in answers]
    assert titles[0] != titles[1]


def test_many_classes_are_worked_out_beside_the_loop():
    many = Question("explore", {"logits": ",".join(["1"] * 100)}, [], "")
    assert is_slow(VIEWS, many)
    assert not is_slow(VIEWS, Question("explore", {"logits": "1,2,3"}, [], ""))
    assert not is_slow(VIEWS, Question("nowhere", {}, [], ""))


numbers = st.one_of(
    st.floats(allow_nan=True), st.sampled_from([1e4, -1e4, 1e4 + 1e-9, 0.0, -0.0, 1000.0, 1e308, 5e-324])
)
events = st.one_of(
    st.builds(
        lambda chart, index, value: {"kind": "edit", "chart": chart, "index": index, "value": value},
        st.sampled_from(CHART_NAMES),
        st.sampled_from([0, 1, 2, 3, 99, 9999]),
        numbers,
    ),
    st.builds(
        lambda chart, i, j: {"kind": "pick", "chart": chart, "i": i, "j": j},
        st.sampled_from([*CHART_NAMES, "confusion"]),
        st.sampled_from([0, 1, 2, 3, 4, 33, 9999]),
        st.sampled_from([0, 1, 2, 3, 4, 33, 9999]),
    ),
    st.sampled_from(
        [{"kind": "tick"}, {"kind": "undo"}, *({"kind": "toggle", "chart": c} for c in CHART_NAMES)]
    ),
    st.builds(
        lambda name, text: {"kind": "arrive", "changed": {name: text}, "ended": True},
        st.sampled_from(sorted(TABLE)),
        st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["1,2,3", "3", "0.5", "1", "soft"])),
    ),
)
links = st.fixed_dictionaries(
    {},
    optional={
        "logits": st.sampled_from(["2,1,0.1", "1,-inf", "0,0,0", "1e4,-1e4,0", ",".join(["1"] * 30)]),
        "mode": st.sampled_from(["soft", "smoothed"]),
        "targets": st.sampled_from(["0,0,0", "1000,0,0", "0.7,0.7,0.1"]),
        "part": st.sampled_from(["surface", "race", "meaning", "smoothing", "temperature"]),
        "step": st.integers(1, 12).map(str),
        "round": st.sampled_from(NAMES),
        "train_step": st.sampled_from(["0", "30", "1000"]),
        "present": st.just("1"),
        "hide": st.sampled_from(["loss", "logits,probs"]),
        "descent_start": st.just("1,2,3"),
        "descent_step": st.sampled_from(["0", "1", "7"]),
        "answered": st.sampled_from(["", "x", "one-hot;2,1,0.1;1;0.1;0.7,0.2,0.1"]),
        "confused": st.sampled_from(["1,2", "99,1", "0,0"]),
        "label": st.sampled_from(["1", "3", "101"]),
        "utm_source": st.text(max_size=5),
    },
)


@pytest.mark.parametrize("page", VIEWS)
@given(link=links, acts=st.lists(events, max_size=3))
def test_a_question_is_answered_or_refused_and_nothing_else(page, link, acts):
    try:
        told, view = ask(page, link, *acts)
    except RefusedLinkError as refused:
        assert all(problem["setting"] in TABLE for problem in refused.problems)
        return
    body = encoded(answer(view))
    assert len(body) < MOST_BYTES
    assert json.loads(body)["charts"]
    assert isinstance(told, str)


COVERABLE = ("explore", "lesson", "derivation", "why", "numerics", "train")
PLACES = [
    (page, {name: value})
    for page, name in zip(COVERABLE, ("mode", "scene", "step", "part", "topic", "train_view"), strict=True)
    for value in (range(1, 13) if name == "step" else TABLE[name].edges)
]


def printed(view: View) -> set[str]:
    """The numbers that stand in a view's charts, as they are printed there and spoken."""
    texts = json.dumps([[chart.figure["data"], chart.alt] for board in view.boards for chart in board.charts])
    return {text for text in re.findall(r"\d+\.\d{2,}", texts) if text.strip("0.")}


@pytest.mark.parametrize(("page", "place"), PLACES, ids=str)
def test_of_covered_charts_no_number_is_in_the_answer(page, place):
    values = {"logits": (2.317, -1.143, 0.429), "targets": (0.613, 0.268, 0.119), "train_step": 30, **place}
    settings = Settings().changed(**values)
    view = ask(page, settings.query(addressed=False))[1]
    names = tuple(chart.name for board in view.boards for chart in board.charts)
    covered = settings.changed(present=True, hide=names)
    message = answer(ask(page, covered.query(addressed=False))[1])
    assert printed(view)
    told = encoded(message).decode()
    assert sorted(text for text in printed(view) if text in told) == []
