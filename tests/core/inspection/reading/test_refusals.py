"""Every refusal says what, where and what would be right, and nothing that is not so."""

import io
import json
import re
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ce_viz.core.inspection import CHECKS, REASONS, ROLES, inspect_files
from ce_viz.core.inspection.reading import ReadingError
from ce_viz.core.inspection.reading.errors import CODES, PARTS
from ce_viz.strings import LANGUAGES, words
from tests.for_each import for_each

Files = list[tuple[str, bytes]]


def npz(**arrays) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def header(kind: str, shape: str, size: int = 0) -> bytes:
    text = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(size)


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def complete(error: ReadingError) -> bool:
    held = {"value": error.value, "line": error.line, "column": error.column, **error.limits}
    return all(held.get(part) not in ("", None) for part in PARTS[error.code])


LOGITS = np.random.default_rng(0).normal(size=(5, 3))
REFUSED: dict[str, Files] = {
    "empty": [("a.csv", b"\n\n")],
    "file_type": [("a.xlsx", b"1")],
    "encoding": [("a.csv", b"a,b,y\n1.5,2,0\n\xff,2,0")],
    "not_text": [("a.csv", b"a,b,y\n1.5,2,\0")],
    "line_length": [("a.csv", b"x" * 1_500_000)],
    "one_column": [("a.csv", b"1:2:3\n1:2:4")],
    "ragged": [("a.csv", b"a,b,y\n1,2,0\n1,2")],
    "not_number": [("a.csv", b"a,b,y\n1.5,2.5,0\nx,2.5,0\n1.5,2.5,1")],
    "no_rows": [("a.csv", b"cat,dog,label\n\n")],
    "classes": [("a.csv", b"1.5," * 1_001 + b"0\n")],
    "one_number": [("a.csv", b"score,label\n1.5,0\n2.5,1\n3.5,2")],
    "same_id": [
        ("a.csv", b"id,cat,dog\nu,1.5,2.5\nv,1.5,0.5"),
        ("b.csv", b"id,label\nv,1\nu,0\nv,0"),
    ],
    "number_type": [("a.npz", npz(logits=LOGITS.astype(complex), labels=np.zeros(5)))],
    "records": [("a.npy", npy(np.zeros(3, [("logits", "f4", (3,)), ("label", "i4")])))],
    "columns": [("a.csv", b"1," * 4000 + b"1")],
    "no_logits": [("a.csv", b"word,label\nq,1\nr,0")],
    "no_labels": [("a.npz", npz(logits=LOGITS))],
    "only_predictions": [("a.npz", npz(logits=LOGITS, y_pred=LOGITS.argmax(axis=1)))],
    "no_match": [
        ("a.csv", b"id,cat,dog\nu,1.5,2.5\nv,1.5,0.5\nw,0.5,0.25"),
        ("b.csv", b"id,label\nx,1\ny,0"),
    ],
    "label_fraction": [("a.npz", npz(logits=LOGITS, labels=np.full(5, 0.5)))],
    "label_words": [("a.npz", npz(logits=LOGITS, labels=np.array(list("abcab"))))],
    "label_unknown": [("a.csv", b"a,b,label\n1.5,2,emu")],
    "lengths": [("a.npz", npz(logits=LOGITS, labels=np.arange(4)))],
    "target_shape": [("a.npz", npz(logits=LOGITS, targets=np.ones((4, 3))))],
    "twice": [("a.csv", b"1,2.5\n3,4.5"), ("b.csv", b"1,2.5\n3,4.5")],
    "not_list": [("a.csv", b'label,logits\n1,"[1, 2]"\n0,"[1, 2]"\n1,"[1, x]"')],
    "list_length": [("a.csv", b'label,logits\n1,"[1, 2]"\n0,"[1, 2, 3]"')],
    "keys": [("a.json", b'[{"a": 1, "b": 2}, {"a": 1}]')],
    "row_length": [("a.json", b"[[1, 2], [3]]")],
    "row_list": [("a.json", b'{"logits": [[1, 2], 3], "labels": [0, 1]}')],
    "row_number": [("a.json", b'{"logits": [[1, 2], [3, ""]], "labels": [0, 1]}')],
    "dimensions": [("a.npy", npy(np.zeros((2, 2, 2))))],
    "dtype": [("a.npz", npz(logits=np.array([{}], dtype=object), labels=np.array([0])))],
    "bfloat16": [("a.npy", header("'|V2'", "(2, 3)", 12))],
    "text_damaged": [("a.npy", header("'<U1'", "(1,)") + b"\xff\xff\xff\x7f")],
    "text_bytes": [("a.npy", header("'<U999'", "(1000000,)"))],
    "rows": [("a.npy", header("'|S1'", "(10000000,)"))],
    "values": [("a.npy", header("'<f8'", "(9999999, 10)"))],
    "json": [("a.json", b"[1, 2")],
    "json_depth": [("a.json", b"[" * 100_000)],
    "json_shape": [("a.json", b"3")],
    "npy_header": [("a.npy", header("'|S0'", "(5,)"))],
    "truncated": [("a.npy", header("'<f8'", "(5, 3)"))],
    "zip": [("a.npz", b"PK\x03\x04")],
    "zip_arrays": [("a.npz", zipped(xl__workbook_dot_xml=b"<x/>"))],
    "zip_members": [("a.npz", zipped(**{f"a{number}_dot_npy": b"" for number in range(101)}))],
}


@for_each("code", REFUSED)
def test_a_refusal_names_everything_that_its_words_need(code):
    error = inspect_files(REFUSED[code]).error
    assert error.code == code
    assert complete(error), (error, error.limits)


def test_every_code_has_its_parts():
    assert PARTS.keys() == CODES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_ask_for_no_more_than_a_refusal_has(language):
    for code, text in words(language).section("errors.reading").items():
        if code in PARTS:
            asked = set(re.findall(r"{(\w+)}", text)) - {"example"}  # of JSON, which pages put in
            assert asked <= set(PARTS[code]), code


cells = st.sampled_from(
    [
        "",
        "1",
        "0",
        "2.5",
        "-1",
        "x",
        "cat",
        "Dog",
        "85.3%",
        "[1, 2]",
        "−3",
        "nan",
        "1e999",
        "label",
        "id",
        "pred",
        '"',
        " ",
    ]
)
tables = st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text("abc \n", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["logits", "labels", "y_pred", "names", "id", "data", "columns", "token"]), inner
        )
    ),
    max_leaves=16,
)
arrays = st.dictionaries(
    st.sampled_from(
        ["logits", "labels", "y_pred", "targets", "names", "ids", "arr_0", "val_logits", "test_logits"]
    ),
    st.tuples(
        st.sampled_from(["f4", "f8", "i8", "b1", "S3", "U2", "O", "c16", "M8[s]"]),
        st.sampled_from([(), (0,), (3,), (4,), (3, 1), (3, 2), (4, 3), (0, 3), (2, 2, 2), (12,)]),
    ),
    min_size=1,
    max_size=4,
)


def whole(files: Files, choices: dict[str, str] | None = None) -> None:
    """The files give figures, a question or a refusal, each of them complete."""
    result = inspect_files(files, choices)
    if result.error is not None:
        assert complete(result.error), (result.error.code, result.error.limits)
    for question in result.questions:
        assert question.options
        assert all(option.choices and option.name for option in question.options)
        assert result.accuracy is None
    assert all(item.role in ROLES and item.reason in REASONS for item in result.plan)
    assert set(result.checked) <= set(CHECKS)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(tables, st.sampled_from([",", ";", "\t", " "]), st.booleans())
def test_any_table_of_text_gives_something_whole(table, delimiter, twice):
    data = "\n".join(map(delimiter.join, table)).encode()
    whole([("a.csv", data), ("b.csv", data)] if twice else [("a.csv", data)])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(values)
@example({"logits": [[1, 2], [3, 4]], "labels": [None, None]})
@example([[None, []]])
@example([[[], []]])
@example([{"columns": "", "names": None, "data": None, "labels": "a"}])
def test_any_json_gives_something_whole(value):
    whole([("a.json", json.dumps(value).encode())])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(arrays)
@example({"logits": ("f4", (4, 3)), "labels": ("S3", (3,)), "y_pred": ("S3", (0,))})
@example({"logits": ("f4", (3,)), "names": ("f4", (0,))})
def test_any_archive_gives_something_whole(members):
    whole([("a.npz", npz(**{name: np.zeros(shape, kind) for name, (kind, shape) in members.items()}))])


FIELDS = {
    "table": [("a.csv", b"id,cat,dog,note,pred,label\n1,1.5,2.5,x,1,0\n2,0.5,2.5,y,1,1\n3,1.5,0.25,z,0,0")],
    "archive": [
        (
            "a.npz",
            npz(
                logits=LOGITS, labels=np.arange(5) % 3, ids=np.array(list("abcde")), other=np.array([{}] * 5)
            ),
        )
    ],
    "array": [("a.npy", npy(np.c_[LOGITS, np.arange(5) % 3]))],
    "two files": [("a.csv", b"id,cat,dog\n1,1.5,2.5\n2,0.5,2.5"), ("b.csv", b"id,label\n2,cat\n1,dog")],
    "one column": [("a.csv", b"score,label\n1.5,0\n0.5,1\n2.5,1")],
}
keys = st.sampled_from(
    [
        *(f"{file}:{at}" for file in (0, 1) for at in range(6)),
        "0:0.0",
        "0:0.3",
        "label",
        "cat",
        "logits",
        "nothing",
    ]
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(FIELDS)), st.dictionaries(keys, st.sampled_from([*ROLES, "king"]), max_size=4))
def test_any_choices_give_something_whole(case, choices):
    whole(FIELDS[case], choices)


KINDS = [
    f"'{mark}{kind}'"
    for mark in "<>|="
    for kind in ("f8", "S0", "U0", "V0", "S00", "S9", "U9", "V2", "O", "f16", "i3")
]
SHAPES = [
    "()",
    "(0,)",
    "(5,)",
    "(0, 0)",
    "(5, 0)",
    "(0, 5)",
    "(5, 1)",
    "(2, 3)",
    "(1, 1, 1)",
    "(999999999999,)",
    "(1000000, 0)",
]


@pytest.mark.parametrize("kind", KINDS)
def test_forged_headers_are_refused_or_read(kind):
    for shape in SHAPES:
        for size in (0, 1, 40, 400):
            data = header(kind, shape, size)
            whole([("a.npy", data)])
            whole(
                [
                    (
                        "a.npz",
                        zipped(logits_dot_npy=data, labels_dot_npy=data, names_dot_npy=npy(np.array(["a"]))),
                    )
                ]
            )


def test_a_column_that_is_not_used_may_hold_anything():
    rows = [f"{at},{at}.5,{at + 1}.5,{at % 2}" for at in range(300)]
    rows[250] = "x17,1.5,2.5,0"
    result = inspect_files([("a.csv", "\n".join(["id,cat,dog,label", *rows]).encode())])
    assert result.error is None
    assert result.num_classes == 2
