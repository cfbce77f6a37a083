"""Your logits without Streamlit: boards of any table, the picked cell as class numbers, nothing from nonsense."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from ce_viz.core.inspection.reading import MAX_COLUMNS, LogitsTable
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.live import Edit, Pick, Tick
from ce_viz.live.message import card
from ce_viz.live.route import Question
from ce_viz.pages import road
from ce_viz.pages.inspect import figures, rows, sentences, view
from ce_viz.pages.inspect.work import Work, sample_work
from ce_viz.pages.respond import responder
from ce_viz.pages.visit import visit_of
from ce_viz.settings.readers import Invalid
from ce_viz.settings.table import TABLE
from ce_viz.settings.value import Settings, read
from ce_viz.strings import words
from ce_viz.strings.numbers import number
from tests.pages.inspect.tables import judged

RNG = np.random.default_rng(11)


def work(count: int, classes: int, *, targets: np.ndarray | None = None, scale: float = 2.0) -> Work:
    labels = RNG.integers(0, classes, count)
    logits = scale * RNG.normal(size=(count, classes))
    return judged(LogitsTable(logits, None if targets is not None else labels, targets, (), ()))


def masked() -> Work:
    logits = RNG.normal(size=(30, 4))
    logits[::3, 2] = -math.inf
    return judged(LogitsTable(logits, np.where(np.arange(30) % 3, 2, 1), None, (), ()))


WORKS = {
    **{f"K = {classes}": work(60, classes) for classes in (2, 3, 8, 9, 30, 31, 100, 1000)},
    "one row": work(1, 3),
    "all logits equal": work(40, 3, scale=0.0),
    "huge logits": work(40, 3, scale=1e30),
    "masked": masked(),
    "no weight": work(20, 3, targets=np.zeros((20, 3))),
    "much weight": work(20, 3, targets=np.full((20, 3), 1e6)),
}


@pytest.fixture(autouse=True, scope="module")
def _diagnosed():
    for made in WORKS.values():
        assert made.diagnose().wait(60)


def settings(**values) -> Settings:
    return Settings().changed(**values)


def shown(brought: Work | None = None, **values):
    return road.show(view, replace(visit_of(settings(**values), "en"), brought=brought))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("name", WORKS)
def test_every_table_is_drawn_within_what_json_holds_and_told_in_words(name, reduction):
    brought = WORKS[name]
    for board in shown(brought, reduction=reduction).boards:
        for chart in board.charts:
            json.dumps([chart.figure, chart.points, card(chart).get("shades")], allow_nan=False)
            assert "nan" not in chart.alt.lower()
            assert not [text for _, _, text in chart.points if "nan" in text.lower()]
    texts = words("en")
    for sentence in (sentences.calibration, sentences.half):
        assert "nan" not in sentence(texts, brought.analysis).lower()
    assert "nan" not in " ".join(sentences.metrics(brought.analysis).values()).lower()


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sample_needs_nothing_but_the_settings_and_is_worked_out_once(kind):
    assert view.work_of(visit_of(settings(sample=kind))) is view.work_of(visit_of(settings(sample=kind)))
    assert len(shown(sample=kind).boards) == (0 if kind == "transposed" else 5)


def test_what_is_brought_is_shown_instead_of_the_sample():
    brought = WORKS["K = 3"]
    confusion = shown(brought, sample="mislabelled").board(view.CONFUSION)
    assert np.shape(confusion.charts[0].figure["data"][0]["z"]) == (3, 3)


def test_charts_have_names_of_their_own_and_presenters_cannot_cover_them():
    names = [chart.name for board in shown().boards for chart in board.charts]
    assert len(set(names)) == len(names)
    view_shown = shown(present=True, hide=TABLE["hide"].read("logits,loss"))
    assert not any(chart.hidden or board.coverable for board in view_shown.boards for chart in board.charts)


def test_a_picked_cell_becomes_class_numbers_and_is_marked():
    picked = view.act(settings(), Pick("confusion", 4, 9))
    assert picked["confused"] == (5, 10)
    assert shown(confused=(5, 10)).board(view.CONFUSION).picked == (4, 9)
    among = rows.chosen(
        picked, sample_work("digits", frozenset()), sample_work("digits", frozenset()).analysis
    )
    scores = sample_work("digits", frozenset()).analysis.scores
    np.testing.assert_array_equal(among, (scores.label == 4) & (scores.predicted == 9))


@pytest.mark.parametrize("name", ["K = 31", "K = 100", "K = 1000"])
def test_of_many_classes_the_drawn_places_stand_for_the_most_confused_ones(name):
    brought = WORKS[name]
    drawn = figures.shown_classes(brought.analysis)
    picked = view.OwnView(brought).act(settings(), Pick("confusion", 1, 29))
    assert picked["confused"] == (drawn[1] + 1, drawn[29] + 1)
    assert picked["confused"] != (2, 30)
    assert shown(brought, confused=picked["confused"]).board(view.CONFUSION).picked == (1, 29)


@pytest.mark.parametrize("name", ["K = 3", "K = 30", "K = 100", "masked"])
def test_each_cell_of_the_confusion_matrix_says_its_rows_and_their_share_of_the_label(name):
    analysis = WORKS[name].analysis
    told = card(shown(WORKS[name]).board(view.CONFUSION).charts[0])
    drawn = figures.shown_classes(analysis)
    for i, j in [(0, 0), (1, 2), (2, 0), (len(drawn) - 1, 1)]:
        count, support = analysis.confusion[drawn[i], drawn[j]], analysis.classes.support[drawn[i]]
        value = told["figure"]["data"][0]["customdata"][i][j]
        assert value.startswith(f"{count} rows, ")
        assert (f"{100 * count / support:.1f}%" if 0 < count < support else "0%" if support else "–") in value
        said = told["cells"].format(row=told["labels"][i], column=told["labels"][j], value=value)
        assert (
            said == f"labelled {WORKS[name].names[drawn[i]]}, read as {WORKS[name].names[drawn[j]]}\n{value}"
        )


def test_a_class_that_is_not_drawn_still_chooses_its_rows():
    brought = WORKS["K = 100"]
    hidden = min(set(range(100)) - set(figures.shown_classes(brought.analysis)))
    assert shown(brought, confused=(hidden + 1, 1)).board(view.CONFUSION).picked is None
    among = rows.chosen(settings(confused=(hidden + 1, 1)), brought, brought.analysis)
    assert among.sum() == brought.analysis.confusion[hidden, 0]


@pytest.mark.parametrize("confused", [(11, 1), (1, 11), (MAX_COLUMNS, MAX_COLUMNS)])
def test_a_class_that_the_table_lacks_is_no_picked_cell(confused):
    assert view.confused(settings(confused=confused), sample_work("digits", frozenset())) is None
    assert shown(confused=confused).board(view.CONFUSION).picked is None


@pytest.mark.parametrize(
    "event",
    [
        Pick("confusion", 10, 0),
        Pick("confusion", 0, 9_999),
        Pick("reliability", 0, 0),
        Edit("batch_grad", 0, 1.0),
        Edit("confusion", 0, 1.0),
        Tick(),
    ],
)
def test_nonsense_changes_nothing(event):
    for kind in ("digits", "transposed"):
        assert view.act(settings(sample=kind), event) == settings(sample=kind)
    assert view.OwnView(WORKS["K = 3"]).act(settings(), event) == settings()


def test_a_cell_is_forgotten_with_its_sample_and_stands_in_no_address():
    picked = settings(confused=(5, 10))
    assert picked.changed(sample="mislabelled")["confused"] is None
    assert picked.query() == {}
    assert picked.query(addressed=False) == {"confused": "5,10"}


@pytest.mark.parametrize(
    "text", ["1", "1,", ",1", "0,1", f"1,{MAX_COLUMNS + 1}", "1,2,3", "a,b", "1;2", "١,x"]
)
def test_a_cell_that_is_none_is_refused(text):
    _, (problem,) = read({"confused": text}, addressed=False)
    assert problem.name == "confused"


def test_a_cell_reads_back_from_a_link():
    for cell in ((1, 1), (MAX_COLUMNS, 7)):
        again, problems = read(settings(confused=cell).query(addressed=False), addressed=False)
        assert (again["confused"], problems) == (cell, ())


def test_the_live_route_picks_a_cell_of_a_sample():
    respond = responder({"inspect": view})
    query = {"sample": "overconfident", "reduction": "sum"}
    link, answer = respond(Question("inspect", query, [Pick("confusion", 4, 9)], "en"))
    assert link == "sample=overconfident&reduction=sum&confused=5,10"
    assert answer.board(view.CONFUSION).picked == (4, 9)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_alternatives_hold_the_values_that_are_drawn(language):
    brought = WORKS["K = 3"]
    charts = {
        chart.name: chart
        for board in shown(brought, lang=language, reduction="sum").boards
        for chart in board.charts
    }
    scores, counts = (
        brought.analysis.scores,
        brought.analysis.confusion - np.diag(np.diag(brought.analysis.confusion)),
    )
    for k, value in enumerate(scores.mean_grad * len(brought.analysis.rows)):
        assert f"{k} {number(value)}" in charts["batch_grad"].alt
    assert number(scores.loss.max()) in charts["losses"].alt
    assert number(brought.analysis.fitted.temperature) in charts["temperature"].alt
    assert str(counts.max()) in charts["confusion"].alt


def test_a_row_opens_with_its_own_logits_and_keeps_the_visits_language():
    brought = WORKS["K = 8"]
    opened = rows.opened(settings(lang="zh", temperature=3.0), brought, 5)
    np.testing.assert_allclose(opened["logits"], brought.table.logits[5], rtol=1e-5)
    assert (opened["label"], opened["origin"]) == (brought.table.labels[5] + 1, "row-6")
    assert (opened["temperature"], opened["lang"]) == (1.0, "zh")


def test_a_row_with_more_weight_than_a_scenario_takes_is_refused():
    with pytest.raises(Invalid) as refused:
        rows.opened(settings(), WORKS["much weight"], 0)
    assert refused.value.problem.name == "targets"


def test_the_listed_rows_are_the_worst_ones():
    brought = WORKS["K = 9"]
    columns = rows.columns(brought, brought.analysis, None)
    assert columns["loss"] == sorted(brought.analysis.scores.loss.tolist(), reverse=True)
    assert [brought.analysis.scores.loss[brought.analysis.place_of(row - 1)] for row in columns["row"]] == (
        columns["loss"]
    )


def test_before_the_diagnosis_is_there_its_charts_are_not():
    brought = work(60, 3)
    early = shown(brought)
    assert [chart.name for chart in early.board(view.CALIBRATION).charts] == ["reliability"]
    assert view.RISK not in [board.key for board in early.boards]
    brought.diagnose()
    late = shown(brought)
    assert [chart.name for chart in late.board(view.CALIBRATION).charts] == [
        "reliability", "equal_mass", "corp", "classwise",
    ]  # fmt: skip
    assert late.boards[-1].key == view.RISK


@pytest.mark.parametrize("name", ["K = 3", "K = 100", "one row", "masked"])
def test_a_point_that_says_its_numbers_stands_where_they_are_drawn(name):
    """Within the axes, and where bins and thresholds are meant, at their values."""
    brought = WORKS[name]
    charts = {chart.name: chart for board in shown(brought).boards for chart in board.charts}
    for chart in charts.values():
        for x, y, text in chart.points:
            low, high = chart.figure["layout"]["xaxis"].get("range", (x, x))
            assert low - 1e-9 <= x <= high + 1e-9
            low, high = chart.figure["layout"]["yaxis"].get("range", (y, y))
            assert low - 1e-9 <= y <= high * (1 + 1e-6) + 1e-9
            assert text
    told = {
        "losses",
        "grad_norms",
        "batch_grad",
        "reliability",
        "equal_mass",
        "corp",
        "classwise",
        "temperature",
    }
    assert {chart.name for chart in charts.values() if chart.points} == {*told, "scaled", "risk"}
    curve, bins = brought.diagnosis.risk_coverage, brought.analysis.calibration
    assert [point[:2] for point in charts["risk"].points] == list(
        zip(curve.coverage.tolist(), curve.risk.tolist(), strict=True)
    )
    assert [y for _, y, _ in charts["reliability"].points] == bins.accuracy[bins.counts > 0].tolist()
    rows = [
        int(text.split(": ")[1].split(" ")[0].replace(",", "")) for *_, text in charts["reliability"].points
    ]
    assert rows == bins.counts[bins.counts > 0].tolist()


def test_shares_in_a_finding_are_percent():
    made = sample_work("one_based", frozenset())
    (found,) = [each for each in made.inspection.findings if each.code == "one_based"]
    told = sentences.finding(words("en"), made, found)
    for name in ("agreement", "shifted"):
        assert f"{100 * found.numbers[name]:.1f}%" in told
