import contextlib
import io
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ce_viz.core.inspection.reading import LogitsTable, ReadingError, read_logits

RNG = np.random.default_rng(7)
LOGITS = RNG.normal(size=(5, 3))
LABELS = np.array([0, 2, 1, 1, 0])


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def npz(compressed: bool = False, **members: np.ndarray) -> bytes:
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **members)
    return stream.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def header(text: str, version: int = 1) -> bytes:
    size = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + size + text.encode()


def read(data: bytes, name: str, **options: int) -> LogitsTable:
    return read_logits([(name, data)], **options)


def refusal(data: bytes, name: str) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read(data, name)
    return caught.value


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, ">f8", np.int32, np.uint8])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npz_gives_back_logits_labels_and_names(compressed, kind, order):
    logits = (LOGITS * 10).astype(kind, order=order)
    table = read(npz(compressed, logits=logits, labels=LABELS, names=np.array(["a", "b", "c"])), "x.npz")
    np.testing.assert_array_equal(table.logits, logits)
    np.testing.assert_array_equal(table.labels, LABELS)
    assert table.class_names == ("a", "b", "c")
    assert table.logits.flags.c_contiguous


def test_half_and_single_precision_stay_single_precision():
    assert read(npz(logits=LOGITS.astype(np.float16), labels=LABELS), "x.npz").logits.dtype == np.float32
    assert read(npz(logits=LOGITS.astype(np.float32), labels=LABELS), "x.npz").logits.dtype == np.float32
    assert read(npz(logits=LOGITS, labels=LABELS), "x.npz").logits.dtype == np.float64


@pytest.mark.parametrize(
    ("logits", "labels"),
    [("logits", "labels"), ("Logits", "y"), ("scores", "target"), ("outputs", "y_true"), ("arr_0", "arr_1")],
)
def test_arrays_are_found_by_common_names_and_by_shape(logits, labels):
    table = read(npz(**{labels: LABELS, logits: LOGITS}), "x.npz")
    np.testing.assert_array_equal(table.logits, LOGITS)
    np.testing.assert_array_equal(table.labels, LABELS)


def test_labels_may_stand_in_a_column_of_their_own_shape():
    assert read(npz(logits=LOGITS, labels=LABELS[:, None]), "x.npz").labels.tolist() == LABELS.tolist()


def test_labels_may_be_names_of_classes():
    data = npz(logits=LOGITS, labels=np.array(list("acbba")), names=np.array(list("abc")))
    assert read(data, "x.npz").labels.tolist() == LABELS.tolist()


def test_target_rows_are_read_from_npz():
    targets = np.full((5, 3), 1 / 3)
    np.testing.assert_array_equal(read(npz(logits=LOGITS, targets=targets), "x.npz").targets, targets)


def test_npy_with_labels_in_the_last_column_is_read():
    table = read(npy(np.c_[LOGITS, LABELS]), "x.npy")
    np.testing.assert_array_equal(table.logits, LOGITS)
    np.testing.assert_array_equal(table.labels, LABELS)


def test_logits_and_labels_may_come_in_two_files():
    # The last column is whole, as of a reference class: with labels given it stays a class.
    logits = np.c_[LOGITS, np.zeros(5)]
    for order in (1, -1):
        files = [("logits.npy", npy(logits)), ("labels.npy", npy(LABELS))][::order]
        table = read_logits(files)
        np.testing.assert_array_equal(table.logits, logits)
        np.testing.assert_array_equal(table.labels, LABELS)


def test_text_and_arrays_may_come_together():
    text = "cat,dog,owl\n" + "\n".join(",".join(map(repr, map(float, row))) for row in LOGITS)
    table = read_logits([("a.csv", text.encode()), ("b.txt", b"label\n0\n2\n1\n1\n0\n")])
    np.testing.assert_array_equal(table.logits, LOGITS)
    assert table.labels.tolist() == LABELS.tolist()


def test_classes_on_the_first_axis_are_read_as_they_stand():
    table = read(npz(logits=LOGITS.T, labels=LABELS, names=np.array(list("abc"))), "x.npz")
    assert table.logits.shape == (3, 5)
    assert table.labels.shape == (5,)
    assert table.class_names == ("a", "b", "c")


def test_arrays_that_are_not_used_are_not_opened_but_named():
    data = npz(logits=LOGITS, labels=LABELS, notes=np.array([{"a": 1}], dtype=object))
    assert read(data, "x.npz").sources[0].ignored == ("notes",)


class _Mine:
    """Unpickling it would leave a trace."""

    ran = False

    def __reduce__(self):
        return (setattr, (_Mine, "ran", True))


@pytest.mark.parametrize("place", ["logits", "labels", "names"])
def test_a_pickle_in_an_archive_is_refused_and_never_opened(place):
    members = {"logits": LOGITS, "labels": LABELS, place: np.array([_Mine()], dtype=object)}
    error = refusal(npz(**members), "x.npz")
    assert error.code == "dtype"
    assert not _Mine.ran


def test_a_pickled_array_file_is_refused_and_never_opened():
    assert refusal(npy(np.array([[_Mine()]], dtype=object)), "x.npy").code == "dtype"
    assert refusal(pickle.dumps(_Mine()), "x.npy").code == "npy_header"
    assert not _Mine.ran


@pytest.mark.parametrize(
    ("array", "code"),
    [
        (np.zeros(3, dtype=[("a", "f8"), ("b", "f8")]), "records"),
        (np.zeros((2, 2), complex), "number_type"),
        (np.zeros((2, 2), "M8[s]"), "dtype"),
        (np.array([["a", "b"]]), "dtype"),
        (np.zeros((2, 2), np.longdouble), "number_type"),
    ],
)
def test_values_that_are_not_plain_numbers_are_refused_as_what_they_are(array, code):
    assert refusal(npy(array), "x.npy").code == code


def test_other_than_two_axes_are_refused():
    assert refusal(npy(np.zeros((2, 2, 2))), "x.npy").code == "dimensions"
    assert refusal(npy(np.float64(3)), "x.npy").code == "dimensions"
    assert refusal(npz(logits=np.zeros((2, 2, 2)), labels=LABELS), "x.npz").code == "dimensions"


def test_a_zip_bomb_is_refused_before_the_memory_is_taken():
    shape = "(20000000, 10)"
    values = header(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}")
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("logits.npy", "w") as member,
    ):
        member.write(values)
        for _ in range(200):
            member.write(bytes(1_000_000))
    data = stream.getvalue()
    assert len(data) < 1_000_000
    tracemalloc.start()
    assert refusal(data, "x.npz").code == "values"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_member_that_unpacks_to_more_than_its_header_says_is_refused_unread():
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 3), }"
    data = zipped({"logits.npy": header(text) + bytes(300_000_000), "labels.npy": npy(LABELS)})
    tracemalloc.start()
    assert refusal(data, "x.npz").code == "npy_header"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_methods_without_bounded_reads_are_refused(method):
    assert refusal(zipped({"logits.npy": npy(LOGITS)}, method), "x.npz").code == "zip_method"


def test_an_archive_of_many_members_is_refused():
    data = zipped({f"{number}.npy": npy(LABELS) for number in range(101)})
    assert refusal(data, "x.npz").code == "zip_members"


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 99999999999), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000, 10), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 10000000), }",
    ],
)
def test_a_huge_shape_is_refused_by_its_header(text):
    assert refusal(header(text), "x.npy").code == "values"


@pytest.mark.parametrize(
    "data",
    [
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00",
        b"\x93NUMPY\x09\x00\x10\x00" + b" " * 16,
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (-2, 3), }"),
        header("{'descr': '<f8', 'shape': (2, 3), }"),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': 2 * 3, }"),
        header("__import__('os').abort()"),
        header("(" * 9_000),
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b" " * 1000,
        b"not an array",
    ],
)
def test_a_damaged_header_is_refused(data):
    assert refusal(data, "x.npy").code == "npy_header"


def test_a_truncated_array_is_refused():
    data = npy(LOGITS)
    assert refusal(data[:-1], "x.npy").code == "truncated"
    assert refusal(zipped({"logits.npy": data[:-1], "labels.npy": npy(LABELS)}), "x.npz").code == "truncated"


def test_bytes_after_the_values_are_refused():
    assert refusal(npy(LOGITS) + b"x", "x.npy").code == "npy_header"


def test_a_damaged_archive_is_refused():
    data = bytearray(npz(logits=LOGITS, labels=LABELS))
    assert refusal(bytes(data[:-30]), "x.npz").code == "zip"
    assert refusal(b"PK\x03\x04 and no more", "x.npz").code == "zip"
    assert refusal(b"1,2,0", "x.npz").code == "zip"
    data[data.index(LOGITS.tobytes()) + 3] ^= 255
    assert refusal(bytes(data), "x.npz").code == "zip"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"logits": LOGITS, "labels": LABELS[:4]}, "lengths"),
        ({"logits": LOGITS, "targets": np.zeros((4, 3))}, "target_shape"),
        ({"logits": LOGITS}, "no_labels"),
        ({"labels": LABELS}, "no_logits"),
        ({"logits": LOGITS[:, :1], "labels": LABELS}, "one_number"),
        ({"logits": LOGITS[:0], "labels": LABELS[:0]}, "no_rows"),
        ({"logits": LOGITS, "labels": LABELS + 0.5}, "label_fraction"),
    ],
)
def test_parts_that_do_not_fit_are_refused(members, code):
    assert refusal(npz(**members), "x.npz").code == code


def test_the_largest_tables_of_both_shapes_fit_and_one_row_more_does_not():
    for rows, classes in ((1_000_000, 10), (10_000, 1_000)):
        logits, labels = np.zeros((rows, classes), np.float16), np.zeros(rows, np.int8)
        assert read(npz(True, logits=logits, labels=labels), "x.npz").logits.shape == (rows, classes)
    logits, labels = np.zeros((10_001, 1_000), np.float16), np.zeros(10_001, np.int8)
    assert refusal(npz(True, logits=logits, labels=labels), "x.npz").code == "values"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 6)), elements=st.floats(width=64)),
    st.booleans(),
)
def test_every_float_survives_the_way_through_npz(logits, compressed):
    labels = np.zeros(len(logits), int)
    if len(logits) == logits.shape[1]:
        logits = np.r_[logits, logits]
        labels = np.r_[labels, labels]
    table = read(npz(compressed, logits=logits, labels=labels), "x.npz")
    np.testing.assert_array_equal(table.logits, logits)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.data())
def test_any_damage_to_a_file_gives_a_table_or_a_refusal(data):
    names = np.array(["a", "b", "c"])
    name, whole = data.draw(
        st.sampled_from(
            [
                ("x.npy", npy(np.c_[LOGITS, LABELS])),
                ("x.npz", npz(logits=LOGITS, labels=LABELS, names=names)),
                ("x.npz", npz(True, logits=LOGITS, labels=LABELS, names=names)),
            ]
        )
    )
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ReadingError):
        table = read(bytes(broken[: data.draw(st.integers(0, len(broken)))]), name)
        assert table.num_rows
