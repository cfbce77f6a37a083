"""Your logits, wired: files of every kind are read or refused in words, and the figures are the core's."""

import io
import json
import re
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import streamlit
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from ce_viz.core import Scenario, explain, softmax
from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.reading import LogitsTable, read_logits
from ce_viz.core.inspection.reading.errors import CODES
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.live import Pick
from ce_viz.pages.inspect import examples, view
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.settings.table import TABLE
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number, parse
from tests.pages.conftest import address, open_app, texts

RNG = np.random.default_rng(6)
LABELS = RNG.integers(0, 3, 60)
LOGITS = 2 * RNG.normal(size=(60, 3)) + 2 * np.eye(3)[LABELS]
NAMES = ["cat", "dog", "owl"]


def open_page(**link: str) -> AppTest:
    app = open_app("inspect", **link)
    assert not app.exception
    return app


def upload(*files: tuple[str, bytes], **link: str) -> AppTest:
    app = open_page(**link)
    app.file_uploader(key="inspect_upload").set_value([(name, data, "") for name, data in files]).run()
    assert not app.exception
    return app


def metric(app: AppTest, name: str) -> str:
    label = words("en")[f"inspect.{name}"]
    return next(metric.value for metric in app.metric if metric.label == label)


def complaints(app: AppTest) -> str:
    return "\n".join(str(box.value) for kind in (app.error, app.warning, app.info) for box in kind)


def csv(delimiter: str = ",", labels: list[object] | None = None, names: list[str] = NAMES) -> bytes:
    shown = [NAMES[label] for label in LABELS] if labels is None else labels
    rows = [delimiter.join([*names, "label"])]
    rows += [
        delimiter.join([*map(repr, map(float, row)), str(label)])
        for row, label in zip(LOGITS, shown, strict=True)
    ]
    return "\n".join(rows).encode()


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


GOOD = {
    "a.csv": [("a.csv", csv())],
    "a.tsv": [("a.tsv", csv("\t"))],
    "a.json": [("a.json", json.dumps({"logits": LOGITS.tolist(), "labels": LABELS.tolist()}).encode())],
    "a.npy": [("a.npy", npy(np.c_[LOGITS, LABELS]))],
    "a.npz": [("a.npz", npz(logits=LOGITS, labels=LABELS, names=np.array(NAMES)))],
    "two files": [("logits.npy", npy(LOGITS)), ("labels.npy", npy(LABELS))],
}


@pytest.mark.parametrize("files", GOOD.values(), ids=GOOD)
def test_a_file_of_each_kind_shows_scikit_learns_figures(files):
    app = upload(*files)
    probs = softmax(LOGITS)
    assert not app.error
    assert not app.warning
    assert metric(app, "loss") == number(log_loss(LABELS, probs))
    assert metric(app, "accuracy") == f"{100 * accuracy_score(LABELS, LOGITS.argmax(axis=1)):.1f}%"
    assert metric(app, "brier") == number(brier_score_loss(LABELS, probs, scale_by_half=False))
    assert parse(metric(app, "bits")) == pytest.approx(parse(metric(app, "loss")) / np.log(2), abs=1e-3)


HOSTILE = npz(logits=np.array([[{"a": 1}]], dtype=object), labels=np.array([0]))


def bomb() -> bytes:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (20000000, 10), }"
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("logits.npy", "w") as member,
    ):
        member.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
        for _ in range(20):
            member.write(bytes(1_000_000))
    return stream.getvalue()


BROKEN = {
    "encoding": ("a.csv", b"a,b,y\n\xff,2,0"),
    "not_text": ("a.csv", b"a,b,y\n1\x00,2,0"),
    "empty": ("a.csv", b""),
    "one_column": ("a.csv", b"1:2:3\n1:2:4"),
    "ragged": ("a.csv", b"a,b,y\n1,2,0\n1,2"),
    "not_number": ("a.csv", b"a,b,y\n1,2,0\nx,2,0\n1,2,1"),
    "no_rows": ("a.tsv", b"a\tb\tlabel"),
    "no_labels": ("a.csv", b"1.5,2\n3.5,4"),
    "label_fraction": ("a.csv", b"a,b,y\n1,2,0\n1,2,0.5"),
    "label_words": ("a.csv", b"1,2,x\n1,2,y"),
    "label_unknown": ("a.csv", b"a,b,label\n1,2,*emu*"),
    "classes": ("a.csv", b"1.5," * 1001 + b"0"),
    "line_length": ("a.csv", b"x" * 1_500_000),
    "json": ("a.json", b'{"logits": [[1, 2]'),
    "json_depth": ("a.json", b"[" * 50_000),
    "json_shape": ("a.json", b"3"),
    "npy_header": ("a.npy", b"1,2,0"),
    "truncated": ("a.npy", npy(LOGITS)[:-8]),
    "dimensions": ("a.npy", npy(np.zeros((2, 2, 2)))),
    "dtype": ("a.npz", HOSTILE),
    "values": ("a.npz", bomb()),
    "zip": ("a.npz", b"PK\x03\x04"),
    "lengths": ("a.npz", npz(logits=LOGITS, labels=LABELS[:50])),
    "target_shape": ("a.npz", npz(logits=LOGITS, targets=np.zeros((59, 3)))),
    "no_logits": ("a.npz", npz(labels=LABELS)),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_file_is_refused_in_words_of_its_language(code):
    for language in LANGUAGES:
        app = upload(BROKEN[code], lang=language)
        told = app.error[0].value
        start = words(language)[f"errors.reading.{code}"].split("{")[0]
        assert told.startswith(start)
        assert not re.search(r"(?<!\\){", told)
        assert not app.metric


@pytest.mark.parametrize("language", LANGUAGES)
def test_broken_json_is_told_with_its_place_and_without_pythons_english(language):
    told = upload(BROKEN["json"], lang=language).error[0].value
    assert "Expecting" not in told
    assert re.findall(r"\d+", told) == ["1", "19"]


def test_a_class_without_rows_has_a_dash_in_the_table():
    app = upload(("a.npz", npz(logits=LOGITS, labels=LABELS % 2)))
    table = next(frame for frame in app.dataframe if "recall" in frame.value)
    assert table.proto.placeholder == "–"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(language):
    assert words(language).section("errors.reading").keys() == CODES.keys()


def test_what_stood_in_the_file_is_shown_as_text():
    assert r"\*emu\*" in upload(BROKEN["label_unknown"]).error[0].value


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


FOUND = {
    "not_finite": {"logits": np.where(np.arange(60)[:, None] == 3, np.nan, LOGITS), "labels": LABELS},
    "label_range": {"logits": LOGITS, "labels": np.where(np.arange(60) < 2, -100, LABELS)},
    "label_missing": {"logits": LOGITS, "labels": np.where(np.arange(60) < 2, np.nan, LABELS)},
    "label_masked": {
        "logits": np.where((np.arange(60)[:, None] == 3) & (np.eye(3)[LABELS] > 0), -np.inf, LOGITS),
        "labels": LABELS,
    },
    "softmax_axis": {"logits": softmax(LOGITS.T).T, "labels": LABELS},
    "log_probabilities": {"logits": np.log(softmax(LOGITS)), "labels": LABELS},
    "one_label": {"logits": LOGITS, "labels": np.zeros(60, int)},
    "chance": {"logits": LOGITS, "labels": (LOGITS.argmax(axis=1) + np.arange(60)) % 3},
    "constant": {"logits": np.where(np.arange(60)[:, None] == 3, 0.0, LOGITS), "labels": LABELS},
    "duplicates": {
        "logits": np.r_[LOGITS, LOGITS[:13]],
        "labels": np.r_[LABELS, LABELS[:12], (LABELS[12] + 1) % 3],
    },
    "target_sum": {"logits": LOGITS, "targets": 0.5 * np.eye(3)[LABELS]},
    "target_negative": {
        "logits": LOGITS,
        "targets": np.where(np.arange(60)[:, None] == 3, [-0.5, 0.5, 1], np.eye(3)[LABELS]),
    },
    "target_not_finite": {
        "logits": LOGITS,
        "targets": np.where(np.arange(60)[:, None] == 3, np.nan, np.eye(3)[LABELS]),
    },
}


@pytest.mark.parametrize("code", FOUND)
def test_what_looks_wrong_is_told_before_the_figures(code):
    for language in LANGUAGES:
        app = upload(("a.npz", npz(**FOUND[code])), lang=language)
        told = complaints(app)
        assert words(language)[f"inspect.findings.{code}_readout"].split("{")[0] in told
        assert "{" not in told
        assert app.metric


def test_rows_are_named_by_their_numbers_from_one():
    app = upload(("a.npz", npz(**FOUND["not_finite"])))
    assert "** row 4." in complaints(app)
    assert "rows left out of everything below: 1" in texts(app)
    many = upload(("a.npz", npz(**FOUND["duplicates"])))
    assert "13 rows (61, 62, 63, 64, 65, 66, 67, 68, 69, 70, …), 1 of them" in complaints(many)


def test_a_table_without_a_usable_row_says_so():
    app = upload(("a.npz", npz(logits=LOGITS, labels=np.full(60, -1))))
    assert app.error[-1].value == words("en")["inspect.no_rows"]
    assert not app.metric


def test_pasted_rows_are_read():
    app = open_page()
    app.text_area(key="inspect_paste").set_value(csv().decode()).run()
    app.button(key="inspect_paste_read").click().run()
    assert metric(app, "loss") == number(log_loss(LABELS, softmax(LOGITS)))
    assert words("en")["inspect.pasted"] in texts(app)


def test_the_samples_come_back():
    app = upload(*GOOD["a.csv"])
    app.button(key="inspect_remove").click().run()
    assert [box.value for box in app.metric] == [box.value for box in open_page().metric]


def test_another_visitor_sees_nothing_of_an_upload():
    upload(("secret.csv", csv(names=["alpha", "beta", "gamma"], labels=LABELS.tolist())))
    other = open_page()
    assert "secret" not in texts(other)
    assert "alpha" not in texts(other)
    assert [box.value for box in other.metric] == [box.value for box in open_page().metric]


def test_streamlit_drops_its_copy_of_an_upload_once_it_is_taken(monkeypatch):
    held = set()
    add, remove = MemoryUploadedFileManager.add_file, MemoryUploadedFileManager.remove_file

    def add_file(self, session_id, file):
        held.add(file.file_id)
        add(self, session_id, file)

    def remove_file(self, session_id, file_id):
        assert self.get_files(session_id, [file_id])
        held.remove(file_id)
        remove(self, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", add_file)
    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", remove_file)
    app = upload(*GOOD["two files"])
    assert app.metric
    assert not held


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


@pytest.fixture
def explored(monkeypatch) -> list[object]:
    """The pages that were gone to; AppTest would leave the settings behind there."""
    pages: list[object] = []
    monkeypatch.setattr(streamlit, "switch_page", lambda page, **_: pages.append(page))
    return pages


def test_a_row_opens_in_explore_with_its_logits_and_label(explored):
    app = upload(*GOOD["a.csv"])
    app.number_input(key="inspect_row").set_value(8).run()
    app.button(key="inspect_open_row").click().run()
    assert not app.exception
    assert [page.title for page in explored] == ["Explore"]
    link = address(app)
    assert link["origin"] == "row-8"
    assert link["names"] == "cat,dog,owl"
    logits = tuple(map(float, link["logits"].split(",")))
    np.testing.assert_allclose(logits, LOGITS[7], rtol=1e-5)
    label = int(link.get("label", TABLE["label"].default)) - 1
    assert label == LABELS[7]
    loss = explain(Scenario(logits=logits, label=label)).loss
    assert loss == pytest.approx(log_loss(LABELS[7:8], softmax(LOGITS)[7:8], labels=[0, 1, 2]), rel=1e-4)


def test_the_row_that_was_typed_opens_even_before_its_number_is_drawn(explored):
    app = upload(*GOOD["a.csv"])
    app.number_input(key="inspect_row").set_value(8)
    app.button(key="inspect_open_row").click().run()
    assert address(app)["origin"] == "row-8"


def test_a_row_with_targets_opens_as_soft_label(explored):
    targets = 0.8 * np.eye(3)[LABELS] + 0.2 / 3
    app = upload(("a.npz", npz(logits=LOGITS, targets=targets)))
    app.number_input(key="inspect_row").set_value(2).run()
    app.button(key="inspect_open_row").click().run()
    link = address(app)
    assert link["mode"] == "soft"
    np.testing.assert_allclose([float(text) for text in link["targets"].split(",")], targets[1], rtol=1e-5)


def test_a_row_that_was_left_out_does_not_open():
    app = upload(("a.npz", npz(**FOUND["not_finite"])))
    app.number_input(key="inspect_row").set_value(4).run()
    assert app.button(key="inspect_open_row").disabled
    app.number_input(key="inspect_row").set_value(5).run()
    assert not app.button(key="inspect_open_row").disabled


def test_a_row_that_no_link_can_hold_is_refused_in_words_on_this_page(explored):
    app = upload(("a.npz", npz(logits=LOGITS, targets=5000 * np.eye(3)[LABELS])))
    before = len(app.warning)
    app.button(key="inspect_open_row").click().run()
    assert not app.exception
    assert not explored
    assert len(app.warning) == before + 1
    assert "origin" not in address(app)


def boards(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(zlib.decompress(board.proto.bytes)) for board in app.get("bidi_component")]


def confusion(app: AppTest) -> dict[str, object]:
    return next(board for board in boards(app) if board["key"] == view.CONFUSION)


def test_the_live_route_is_asked_only_where_the_link_says_everything():
    app = open_page(sample="one_based")
    assert [board["page"] for board in boards(app)] == ["inspect"] * 5
    app.button(key="inspect_apply_labels_minus_one").click().run()
    assert [board["page"] for board in boards(app)] == [None] * 5
    app.button(key="inspect_undo_labels_minus_one").click().run()
    assert [board["page"] for board in boards(app)] == ["inspect"] * 5
    assert [board["page"] for board in boards(upload(*GOOD["a.csv"]))] == [None] * 5


def pick(app: AppTest, work: Work, i: int, j: int) -> None:
    """What a click on a cell of the confusion matrix does."""
    session = app.session_state["session"]
    key = view.CONFUSION
    session.receive(key, session.handled(key) + 1, [Pick("confusion", i, j)], view.OwnView(work))
    app.run()


def test_a_picked_cell_lists_its_rows_until_all_are_wanted_or_another_table_comes():
    app = upload(*GOOD["a.npz"])
    work = app.session_state["session"].recall("inspect", Choices).work("digits")
    count = int(work.analysis.confusion[0, 1])
    assert 0 < count < 60
    for leave in (
        lambda: app.button(key="inspect_all_rows").click().run(),
        lambda: app.button(key="inspect_remove").click().run(),
    ):
        pick(app, work, 0, 1)
        assert confusion(app)["picked"] == [0, 1]
        assert "Labelled **cat**, read as **dog**" in texts(app)
        assert f"{count} of {count} rows" in texts(app)
        leave()
        assert not app.exception
        assert confusion(app)["picked"] is None
        assert "Labelled **" not in texts(app)


def test_names_of_every_sort_are_shown_as_text_and_open_in_explore(explored):
    names = ["**x**, [y](z)", "<b>" * 30, "a\u202eb"]
    app = upload(("a.npz", npz(logits=LOGITS, labels=LABELS, names=np.array(names))))
    app.button(key="inspect_open_row").click().run()
    assert not app.exception
    assert not app.warning
    assert address(app)["names"] == "**x**  [y](z),<b><b><b><b><b><b><b><b>,a b"


def test_rows_of_many_classes_open_with_those_that_matter(explored):
    logits = RNG.normal(size=(5, 300))
    app = upload(("a.npz", npz(logits=logits, labels=np.arange(5))))
    app.button(key="inspect_open_row").click().run()
    assert not app.warning
    assert len(address(app)["logits"].split(",")) == 100


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


def test_suspects_are_told_and_listed():
    app = open_page(sample="mislabelled")
    assert "in 16 rows" in complaints(app)
    app.button(key="inspect_show_suspects").click().run()
    assert address(app)["rows"] == "suspects"
    shown = re.search(r"^(\d+) of (\d+) rows", texts(app), re.MULTILINE)
    assert shown[1] == shown[2] == "16"


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


@pytest.mark.parametrize(("name", "code"), [("a.csv", examples.CSV), ("a.json", examples.JSON)])
def test_the_examples_of_the_help_are_read(name, code):
    table = read_logits([(name, code.encode())])
    assert table.class_names == tuple(NAMES)
    assert table.labels.tolist() == [1, 2]


def test_the_numpy_example_of_the_help_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(examples.NUMPY, {"logits": LOGITS, "labels": LABELS})
    table = read_logits([("logits.npz", Path("logits.npz").read_bytes())])
    np.testing.assert_array_equal(table.logits, LOGITS)
    assert table.class_names == tuple(NAMES)


@pytest.mark.parametrize("code", [examples.PYTORCH, examples.JAX, examples.NUMPY])
def test_the_examples_of_the_help_are_three_lines(code):
    assert len(code.splitlines()) == 3
    compile(code, "help", "exec")


def test_presenter_mode_shows_the_page():
    assert open_page(present="1").metric
