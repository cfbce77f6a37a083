import contextlib
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ce_viz.core.inspection.reading import NO_LABEL, LogitsTable, ReadingError, read_logits

LOGITS = [[2.0, 1.0, 0.1], [-1.5, 0.25, 3.0]]
LABELS = [0, 2]


def read(text: str | bytes, name: str = "", **options: int) -> LogitsTable:
    return read_logits([(name, text if isinstance(text, bytes) else text.encode())], **options)


def refusal(text: str | bytes, name: str = "", **options: int) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read(text, name, **options)
    return caught.value


@pytest.mark.parametrize(
    ("delimiter", "decimal"),
    [(",", "."), ("\t", "."), (";", "."), ("|", "."), (" ", "."), (";", ","), ("\t", ",")],
)
@pytest.mark.parametrize("header", [True, False])
def test_delimiter_decimal_sign_and_header_are_found(delimiter, decimal, header):
    rows = [[str(value).replace(".", decimal) for value in row] for row in LOGITS]
    lines = [delimiter.join([*row, str(label)]) for row, label in zip(rows, LABELS, strict=True)]
    if header:
        lines.insert(0, delimiter.join(["cat", "dog", "owl", "label"]))
    table = read("\n".join(lines))
    np.testing.assert_array_equal(table.logits, LOGITS)
    np.testing.assert_array_equal(table.labels, LABELS)
    assert table.class_names == (("cat", "dog", "owl") if header else ())
    assert table.sources[0].delimiter == delimiter


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n"])
def test_line_endings_and_blank_lines_do_not_matter(ending, tail):
    table = read(("2,1,0.1,0\n\n1,2,3.5,2" + tail).replace("\n", ending))
    np.testing.assert_array_equal(table.labels, [0, 2])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_with_and_without_mark_are_read(encoding):
    table = read("猫,狗,标签\n1,2.5,狗\n".encode(encoding), "a.csv")
    assert table.class_names == ("猫", "狗")
    assert table.labels.tolist() == [1]


@pytest.mark.parametrize("name", ["label", "Labels", "target", "y", "class", "y_true", " ground_truth "])
def test_label_column_is_found_by_name_wherever_it_stands(name):
    table = read(f"cat,{name},dog\n1.5,1,2\n3,0,4\n")
    assert table.class_names == ("cat", "dog")
    assert table.labels.tolist() == [1, 0]


def test_label_column_can_be_chosen():
    assert read("a,b,c,label\n1,2,1,0\n", label_column=2).labels.tolist() == [1]
    assert refusal("a,b,label\n1,2,1\n", label_column=7).code == "label_column"


def test_labels_given_as_class_names_become_class_numbers():
    table = read('cat,dog,label\n1,2," Dog"\n3,4,cat\n')
    assert table.labels.tolist() == [1, 0]


def test_an_unknown_class_name_is_refused_with_its_row():
    error = refusal("cat,dog,label\n1,2,dog\n1,2,emu\n")
    assert (error.code, error.value, error.line, error.limits) == (
        "label_unknown",
        "emu",
        2,
        {"names": "cat, dog"},
    )


def test_label_words_without_class_names_are_refused():
    assert refusal("1.5,2,dog\n1,2,cat\n").code == "label_words"


def test_target_rows_are_found_by_name():
    table = read("logit_cat,logit_dog,target_cat,target_dog\n1,2,0.25,0.75\n")
    np.testing.assert_array_equal(table.targets, [[0.25, 0.75]])
    assert table.labels is None
    assert table.class_names == ("cat", "dog")


def test_columns_beside_the_logits_are_left_out_and_named():
    table = read(',id,text,cat,dog,pred,label\n0,7,"a ""b"",\nc",1,2,1,0\n1,8,d,3,4,1,1\n')
    np.testing.assert_array_equal(table.logits, [[1, 2], [3, 4]])
    assert table.sources[0].ignored == ("", "id", "text", "pred")


def test_only_marked_columns_are_logits_where_some_are_marked():
    table = read("logit[0],logit[1],prob_0,prob_1,label\n1,2,.27,.73,0\n")
    assert table.logits.tolist() == [[1, 2]]
    assert table.class_names == ("0", "1")


def test_a_class_may_begin_like_a_logit():
    assert read("owl,zebra,outlet,label\n1,2,3,0\n").class_names == ("owl", "zebra", "outlet")


def test_an_index_without_a_name_is_left_out():
    table = read("0,1.5,2,1\n1,3.5,4,0\n2,5.5,6,0\n3,0.5,1,1\n")
    assert table.logits.tolist() == [[1.5, 2], [3.5, 4], [5.5, 6], [0.5, 1]]


def test_a_header_that_numpy_wrote_as_a_comment_is_read():
    assert read("# made by hand\n# cat dog label\n1.5 2 0\n").class_names == ("cat", "dog")


def test_a_header_of_counted_columns_is_not_a_row():
    assert read("0,1,2\n1.5,2,0\n").num_rows == 1


def test_empty_cells_are_nan_and_empty_labels_are_none():
    table = read("cat,dog,label\n1,,0\nNA,2,\n")
    np.testing.assert_array_equal(table.logits, [[1, np.nan], [np.nan, 2]])
    assert table.labels.tolist() == [0, NO_LABEL]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "empty", None, None),
        (" \n \n", "empty", None, None),
        ("1:2:3\n4:5:6\n", "one_column", None, None),
        ("1.5\n2.5\n", "one_column", None, None),
        ("cat,dog,label", "no_rows", None, None),
        ("cat,dog,label\n\n", "no_rows", None, None),
        ("1.5,2.5\n3.5,4.5\n", "no_labels", None, None),
        ("word,label\nq,1\n", "no_logits", None, None),
        ("a,b,y\n1,2,0\n1,2\n", "ragged", 3, None),
        ("a,b,y\n1,2,0\n\n1,2,0,0\n", "ragged", 4, None),
        ("a,b,y\n1,2,0,9\n1,2,0,9\n", "ragged", 2, None),
        ("a,b,y\n1,2,0\n1,x,0\n1,2,0\n", "not_number", 3, 2),
        ("a,b,y\n1,2,0\n1,2,0.5\n", "label_fraction", 2, None),
        ('a,b,y\n1,2,0\n"1,2,0\n', "ragged", 3, None),
        (b"a,b,y\n1,2,0\n\xff,2,0\n", "encoding", 3, None),
        (b"\xff\xfea", "encoding", 1, None),
        (b"a,b,y\n1,2\x00,0\n", "not_text", 2, None),
        ("x" * 2_000_000, "line_length", 1, None),
        ("1," * 1_000 + "1.5,0\n", "classes", None, None),
        ("1,2.5,0\n" * 1_000_001, "rows", None, None),
        (("1," * 20 + "0\n") * 600_000, "values", None, None),
    ],
)
def test_what_is_wrong_and_where_is_told(text, code, line, column):
    error = refusal(text, "a.csv")
    assert (error.code, error.line, error.column) == (code, line, column)


def test_too_many_rows_are_refused_before_the_memory_is_taken():
    data = (("1," * 20 + "0\n") * 600_000).encode()
    tracemalloc.start()
    assert refusal(data, "a.csv").code == "values"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 600_000 * 20 / 2


def test_a_wrong_cell_far_down_is_found():
    text = "a,b,y\n" + "1.5,2.5,0\n" * 99_999 + "1.5,oops,0\n"
    error = refusal(text)
    assert (error.value, error.line, error.column) == ("oops", 100_001, 2)


def test_a_million_rows_with_header_and_final_newline_fit():
    table = read("a,b,y\n" + "1,2.5,0\n" * 1_000_000)
    assert table.logits.shape == (1_000_000, 2)


def test_progress_rises_to_one():
    shares: list[float] = []
    data = ("1.5,2,0\n" * 300_000).encode()
    read_logits([("a.csv", data)], progress=shares.append)
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1


tables = st.integers(2, 6).flatmap(
    lambda classes: st.integers(1, 8).flatmap(
        lambda rows: st.tuples(
            arrays(np.float64, (rows, classes), elements=st.floats(allow_nan=False, width=64)),
            arrays(np.int64, rows, elements=st.integers(0, classes - 1)),
        )
    )
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(tables, st.sampled_from([",", "\t", ";", "|", " "]))
def test_every_float_survives_the_way_through_text(table, delimiter):
    logits, labels = table
    header = delimiter.join([*(f"logit_{k}" for k in range(logits.shape[1])), "label"])
    lines = [
        delimiter.join([*map(repr, map(float, row)), str(label)])
        for row, label in zip(logits, labels, strict=True)
    ]
    back = read("\n".join([header, *lines]))
    np.testing.assert_array_equal(back.logits, logits)
    np.testing.assert_array_equal(back.labels, labels)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=200), st.text("0123456789.,;|\t \n\"'eE+-naif#", max_size=200)))
def test_any_text_gives_a_table_or_a_refusal(text):
    with contextlib.suppress(ReadingError):
        table = read(text.encode("utf-8", "replace"), "a.csv")
        assert table.num_rows
        assert table.num_classes >= 2
