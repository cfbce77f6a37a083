import pytest

from ce_viz.core.inspection.reading import MAX_FILE_BYTES, ReadingError, read_logits
from ce_viz.core.inspection.reading.errors import CODES


def refusal(*files: tuple[str, bytes]) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read_logits(files)
    return caught.value


@pytest.mark.parametrize("name", ["model.pt", "a.pkl", "a.xlsx", "a.csv.exe", "noending"])
def test_other_file_types_are_refused(name):
    assert refusal((name, b"1,2,0")).code == "file_type"


def test_capitals_in_the_ending_do_not_matter():
    assert read_logits([("A.CSV", b"1,2.5,0")]).num_rows == 1


def test_more_than_the_limit_is_refused_unread():
    error = refusal(("a.csv", bytes(MAX_FILE_BYTES // 2 + 1)), ("b.csv", bytes(MAX_FILE_BYTES // 2)))
    assert error.code == "file_size"
    assert error.limits == {"high": "50 MB"}


@pytest.mark.parametrize("ending", [".csv", ".json", ".npy", ".npz"])
def test_an_empty_file_is_refused(ending):
    assert refusal((f"a{ending}", b"")).code == "empty"


def test_no_file_is_refused():
    assert refusal().code == "empty"


def test_the_same_thing_twice_is_refused():
    assert refusal(("a.csv", b"1,2.5\n3,4.5"), ("b.csv", b"1,2.5\n3,4.5")).code == "twice"


def test_an_error_says_what_where_and_what_would_be_right():
    error = refusal(("a.csv", b"a,b,y\n1,2,0\n1,2\n"))
    assert str(error) == CODES["ragged"] + ": got '2', line 3, expected 3"


@pytest.mark.parametrize(
    "text",
    [b"[1.5 2 3],0\n[3 2.5 1],1\n", b"[a],[b],label\n1.5,2,0\n2.5,1,1\n", b" [a]\t{b}\tlabel\n1.5\t2\t0\n"],
)
def test_a_table_may_begin_like_json(text):
    for ending in (".csv", ".tsv"):
        assert read_logits([(f"a{ending}", text)]).labels.tolist()[0] == 0


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt", ".json"])
def test_json_is_read_whatever_its_name(ending):
    table = read_logits([(f"a{ending}", b' {"logits": [[1.5, 2], [2.5, 1]], "labels": [0, 1]}\n')])
    assert table.labels.tolist() == [0, 1]
