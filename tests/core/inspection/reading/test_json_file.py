import contextlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_viz.core.inspection.reading import NO_LABEL, LogitsTable, ReadingError, read_logits

LOGITS = [[2.0, 1.0, 0.1], [-1.5, 0.25, 3.0]]
NAMES = ["cat", "dog", "owl"]


def read(value: object, name: str = "x.json") -> LogitsTable:
    text = value if isinstance(value, str) else json.dumps(value)
    return read_logits([(name, text.encode("utf-8", "surrogatepass"))])


def refusal(value: object) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read(value)
    return caught.value


@pytest.mark.parametrize(
    "value",
    [
        {"logits": LOGITS, "labels": [0, 2], "names": NAMES},
        {"logits": LOGITS, "labels": ["cat", "owl"], "class_names": NAMES},
        [
            {"cat": 2, "dog": 1, "owl": 0.1, "label": "cat"},
            {"cat": -1.5, "dog": 0.25, "owl": 3, "label": "owl"},
        ],
        {"cat": [2, -1.5], "dog": [1, 0.25], "owl": [0.1, 3], "label": [0, 2]},
        {"columns": [*NAMES, "label"], "index": [0, 1], "data": [[2, 1, 0.1, 0], [-1.5, 0.25, 3, 2]]},
        {"columns": [*NAMES, "label"], "data": [[2, 1, 0.1, "cat"], [-1.5, 0.25, 3, "owl"]]},
        {
            "cat": {"0": 2, "1": -1.5},
            "dog": {"0": 1, "1": 0.25},
            "owl": {"0": 0.1, "1": 3},
            "label": {"0": 0, "1": 2},
        },
        {
            "0": {"cat": 2, "dog": 1, "owl": 0.1, "label": "cat"},
            "1": {"cat": -1.5, "dog": 0.25, "owl": 3, "label": "owl"},
        },
        {
            "model": "x",
            "results": [
                {"scores": {"cat": 2, "dog": 1, "owl": 0.1}, "label": "cat"},
                {"scores": {"cat": -1.5, "dog": 0.25, "owl": 3}, "label": "owl"},
            ],
        },
    ],
)
def test_shapes_with_names(value):
    table = read(value)
    np.testing.assert_array_equal(table.logits, LOGITS)
    assert table.labels.tolist() == [0, 2]
    assert table.class_names == tuple(NAMES)


@pytest.mark.parametrize(
    "value",
    [
        [[2, 1, 0.1, 0], [-1.5, 0.25, 3, 2]],
        [{"logits": LOGITS[0], "label": 0}, {"logits": LOGITS[1], "label": 2}],
        '{"logits": [2, 1, 0.1], "label": 0}\n{"logits": [-1.5, 0.25, 3], "label": 2}\n',
    ],
)
def test_shapes_without_names(value):
    table = read(value)
    np.testing.assert_array_equal(table.logits, LOGITS)
    assert table.labels.tolist() == [0, 2]


def test_pasted_json_is_known_by_its_first_mark():
    assert read(' {"logits": [[1, 2]], "labels": [1]}', name="").labels.tolist() == [1]


def test_target_rows_are_read():
    targets = [[0.2, 0.3, 0.5], [1, 0, 0]]
    np.testing.assert_array_equal(read({"logits": LOGITS, "targets": targets}).targets, targets)


def test_null_and_infinite_values_are_kept_visible():
    table = read('{"logits": [[null, NaN], [-Infinity, 1e999]], "labels": [null, 1]}')
    np.testing.assert_array_equal(table.logits, [[np.nan, np.nan], [-np.inf, np.inf]])
    assert table.labels.tolist() == [NO_LABEL, 1]


@pytest.mark.parametrize(
    ("value", "code", "line"),
    [
        ("", "empty", None),
        ("[]", "empty", None),
        ("3", "json_shape", None),
        ("{}", "json_shape", None),
        ('{"logits": 3}', "json_shape", None),
        ('{"logits": [[1, 2]', "json", 1),
        ('{"logits": [[1, 2]],\n "labels": [0,]}', "json", 2),
        ("[[1, 2], [3]]", "row_length", 2),
        ('[{"a": 1, "b": 2, "y": 0}, {"a": 1}]', "keys", 2),
        ('{"logits": [[1, 2], [3, "x"]], "labels": [0, 1]}', "row_number", 2),
        ('{"logits": [[1, 2], [3, {}]], "labels": [0, 1]}', "row_number", 2),
        ('{"logits": [[1, 2], [3, 4], [0, 1]], "labels": [0, 1, {}]}', "row_number", 3),
        ('{"logits": [[1, 2], [3]], "labels": [0, 1]}', "row_length", 2),
        ('{"logits": [[[1, 2]]], "labels": [0]}', "dimensions", None),
        ('{"logits": [[1, 2]], "labels": [0.5]}', "label_fraction", 1),
        ('{"logits": [[1, 2]], "labels": ["emu"]}', "label_words", None),
        ('{"logits": [[1, 2]]}', "no_labels", None),
        ("[" * 100_000, "json_depth", None),
        ("[" * 100_000 + "]" * 100_000, "json_depth", None),
        ('{"a":' * 100_000, "json_depth", None),
        ("[" + "[]," * 3_000_001, "values", None),
        ("[" + "{}," * 1_000_002, "values", None),
        ("[" + "0," * 12_000_001 + "0]", "values", None),
    ],
)
def test_what_is_wrong_and_where_is_told(value, code, line):
    error = refusal(value)
    assert (error.code, error.line) == (code, line)


def test_a_number_of_many_digits_is_infinite_not_an_error():
    assert read(f"[[{'9' * 5000}, 2.5, 0]]").logits[0, 0] == np.inf


def test_names_come_out_as_text_that_can_be_shown():
    names = ["<b>", "\ud800", "a\u0000\u202eb" + "x" * 10_000]
    table = read(json.dumps({"logits": LOGITS, "labels": [0, 1], "names": names}))
    assert table.class_names[:2] == ("<b>", "?")
    assert table.class_names[2].startswith("a  bxx")
    assert max(map(len, table.class_names)) <= 60


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["logits", "labels", "targets", "names", "columns", "data", "a", "b", "y", ""]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(values)
def test_any_json_gives_a_table_or_a_refusal(value):
    with contextlib.suppress(ReadingError):
        assert read(value).num_rows


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text("[]{},:\"'0123456789.eE+-truefalsn \n", max_size=100))
def test_any_text_gives_a_table_or_a_refusal(text):
    with contextlib.suppress(ReadingError):
        assert read("[" + text).num_rows
