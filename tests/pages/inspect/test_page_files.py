"""Files, wired: of every kind, read or refused in words, and nobody else's to see."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from ce_viz.core import softmax
from ce_viz.core.inspection.reading import read_logits
from ce_viz.core.inspection.reading.errors import CODES
from ce_viz.pages.inspect import examples
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number, parse
from tests.pages.conftest import texts
from tests.pages.inspect.uploads import (
    GOOD,
    LABELS,
    LOGITS,
    NAMES,
    csv,
    metric,
    npy,
    npz,
    open_page,
    upload,
)


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(language):
    assert words(language).section("errors.reading").keys() == CODES.keys()


def test_what_stood_in_the_file_is_shown_as_text():
    assert r"\*emu\*" in upload(BROKEN["label_unknown"]).error[0].value


def test_pasted_rows_are_read():
    app = open_page()
    app.text_area(key="inspect_paste").set_value(csv().decode()).run()
    app.button(key="inspect_paste_read").click().run()
    assert metric(app, "loss") == number(log_loss(LABELS, softmax(LOGITS)))
    assert words("en")["inspect.pasted"] in texts(app)


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
