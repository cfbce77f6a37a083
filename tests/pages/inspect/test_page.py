"""Your logits, wired: files of every kind are read or refused in words, and the figures are the core's."""

import re

import numpy as np
import pytest
from sklearn.metrics import log_loss

from ce_viz.core import softmax
from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.live import component
from ce_viz.pages.inspect import view
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number, parse
from tests.pages.conftest import address, texts
from tests.pages.inspect.uploads import (
    FOUND,
    GOOD,
    LABELS,
    LOGITS,
    NAMES,
    boards,
    complaints,
    npz,
    open_page,
    upload,
)


def test_a_class_without_rows_has_a_dash_in_the_table():
    app = upload(("a.npz", npz(logits=LOGITS, labels=LABELS % 2)))
    table = next(frame for frame in app.dataframe if "recall" in frame.value)
    assert table.proto.placeholder == "–"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SAMPLES)
def test_every_sample_is_shown(kind, language):
    app = open_page(sample=kind, lang=language)
    title = {
        "probabilities": "probabilities",
        "one_based": "one_based",
        "transposed": "axis",
    }.get(kind)
    if title:
        assert complaints(app).startswith(words(language)[f"inspect.findings.{title}_readout"].split("{")[0])
    else:
        suspected = words(language)["inspect.suspects_readout"].split("{")[0]
        assert complaints(app).startswith(suspected) if kind != "digits" else not complaints(app)
        sound = words(language)["inspect.sound_readout"].split("{")[0]
        assert [box.value.startswith(sound) for box in app.success] == [True]
        assert words(language)["inspect.checked.not_predictions"] in app.success[0].value
    assert bool(app.metric) == (kind != "transposed")


@pytest.mark.parametrize("kind", ["probabilities", "one_based", "transposed"])
def test_a_remedy_is_applied_and_taken_back(kind):
    app, plain = open_page(sample=kind), open_page()
    before = [box.value for box in app.metric]
    button = next(button for button in app.button if button.key.startswith("inspect_apply"))
    app.button(key=button.key).click().run()
    assert [box.value for box in app.metric] == [box.value for box in plain.metric]
    app.button(key=button.key.replace("apply", "undo")).click().run()
    assert [box.value for box in app.metric] == before


@pytest.mark.parametrize("code", FOUND)
def test_what_looks_wrong_is_told_before_the_figures(code):
    for language in LANGUAGES:
        app = upload(("a.npz", npz(**FOUND[code])), lang=language)
        told = complaints(app)
        assert words(language)[f"inspect.findings.{code}_readout"].split("{")[0] in told
        assert "{" not in told
        assert app.metric


def test_a_table_without_a_usable_row_says_so():
    app = upload(("a.npz", npz(logits=LOGITS, labels=np.full(60, -1))))
    assert app.error[-1].value == words("en")["inspect.no_rows"]
    assert not app.metric


def test_the_samples_come_back():
    app = upload(*GOOD["a.csv"])
    app.button(key="inspect_remove").click().run()
    assert [box.value for box in app.metric] == [box.value for box in open_page().metric]


def test_mean_and_sum_differ_by_the_number_of_rows():
    mean, total = (texts(upload(*GOOD["a.npz"], reduction=reduction)) for reduction in ("mean", "sum"))
    loss = log_loss(LABELS, softmax(LOGITS))
    assert f"L = **{number(loss)}** nats, the **mean** over 60 rows" in mean
    assert f"L = **{number(60 * loss)}** nats, the **sum** over 60 rows" in total


def test_the_temperature_is_told_with_what_it_does():
    app = upload(("a.npz", npz(logits=6 * LOGITS, labels=LABELS)))
    found = parse(re.search(r"T = \*\*([\d.]+)\*\*", texts(app))[1])
    plain = upload(*GOOD["a.npz"])
    assert found == pytest.approx(6 * parse(re.search(r"T = \*\*([\d.]+)\*\*", texts(plain))[1]), rel=0.01)
    assert "too sure" in texts(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "key"),
    [("overconfident", "softer"), ("digits", "sharper"), ("mislabelled", "softer_worse")],
)
def test_a_temperature_that_takes_the_confidences_off_the_truth_is_not_praised(kind, key, language):
    told, catalogue = texts(open_page(sample=kind, lang=language)), words(language)
    sayings = {
        name: catalogue[f"inspect.{name}_readout"].rpartition("{scaled_brier}")[2]
        for name in ("softer_worse", "sharper_worse")
    }
    beginnings = {name: catalogue[f"inspect.{name}_readout"].split("{")[0] for name in ("softer", "sharper")}
    assert [name for name, end in sayings.items() if end in told] == [key] * key.endswith("worse")
    assert [name for name, start in beginnings.items() if start in told] == [key] * (key in beginnings)


@pytest.mark.parametrize(
    ("labels", "words_told"),
    [(LOGITS.argmax(axis=1), "falls without end"), (LOGITS.argmin(axis=1), "less about the labels")],
)
def test_a_temperature_at_its_bound_is_said_to_be_one(labels, words_told):
    assert words_told in texts(upload(("a.npz", npz(logits=LOGITS, labels=labels))))


def test_the_live_route_is_asked_only_where_the_link_says_everything():
    app = open_page(sample="one_based")
    assert [board["page"] for board in boards(app)] == ["inspect"] * 5
    app.button(key="inspect_apply_labels_minus_one").click().run()
    assert [board["page"] for board in boards(app)] == [None] * 5
    app.button(key="inspect_undo_labels_minus_one").click().run()
    assert [board["page"] for board in boards(app)] == ["inspect"] * 5
    assert [board["page"] for board in boards(upload(*GOOD["a.csv"]))] == [None] * 5


@pytest.mark.parametrize("link", [{"sample": "x"}, {"reduction": "none"}, {"rows": "<b>"}])
def test_a_bad_link_is_refused_in_words_and_the_page_stays(link):
    app = open_page(**link)
    assert len(app.warning) == 1
    assert app.metric


def test_a_link_restores_the_page():
    link = {"sample": "mislabelled", "reduction": "sum", "rows": "suspects"}
    app = open_page(**link)
    assert address(app) == link
    assert app.button_group(key="rows").value == "suspects"


def test_behind_each_chart_stands_a_table_that_opens_when_it_is_asked_for():
    app = upload(*GOOD["a.npz"])
    before = len(app.dataframe)
    charts = 0
    for key in (view.ROWS, view.CALIBRATION, view.GAIN, view.CONFUSION, view.RISK):
        app.session_state[f"{key}_numbers"] = True
        charts += len(next(board["charts"] for board in boards(app) if board["key"] == key))
    app.run()
    assert not app.exception
    assert len(app.dataframe) - before >= charts
    frames = [frame.value for frame in app.dataframe[before:]]
    analysis = analyse(LogitsTable(LOGITS, LABELS, None, tuple(NAMES), ()))
    losses = (
        [frame["mean loss"].tolist() for frame in app.dataframe if "mean loss" in frame.value]
        if False
        else []
    )
    assert losses == []
    assert any(
        "T" in frame and frame["T"].tolist() == analysis.curve_temperatures.tolist() for frame in frames
    )


def test_presenter_mode_shows_the_page():
    assert open_page(present="1").metric


@pytest.mark.parametrize(("language", "browse"), [("en", "Choose files"), ("zh", "选择文件")])
def test_a_page_without_charts_brings_the_style_sheet_and_the_words_of_its_field_for_files(language, browse):
    app = open_page(sample="transposed", lang=language)
    assert not app.exception
    assert not boards(app)
    styles = "".join(each.proto.body for each in app.get("html"))
    assert all(f'@import url("{path}")' in styles for path in component.styles())
    assert f'--browse:"{browse}"' in styles
    assert "50 MB" in styles.split("--limits")[1]
