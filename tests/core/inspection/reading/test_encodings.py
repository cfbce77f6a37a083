"""Text that is not UTF-8: asked for where its words make sense, refused where they do not."""

import pytest

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.reading.encodings import ENCODINGS
from tests.core.inspection.known_files import LABELS, assert_read, csv, scores

CLASSES = {
    "gb18030": ["猫", "狗", "猫头鹰"],
    "big5": ["貓", "狗", "貓頭鷹"],
    "shift_jis": ["ねこ", "いぬ", "ふくろう"],
    "euc_kr": ["고양이", "개", "올빼미"],
    "cp1252": ["Kätzchen", "Hündchen", "Vögel"],
}


def written(encoding: str) -> tuple[str, bytes]:
    names = CLASSES[encoding]
    name, data = csv({**scores(names=names), "label": [names[at] for at in LABELS]})
    return name, data.decode().encode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_is_asked_for_by_what_can_be_read_and_then_read(encoding):
    result = inspect_files([written(encoding)])
    (question,) = result.questions
    assert (question.code, question.numbers, result.plan) == ("encoding", {"file": "a.csv"}, ())
    (meant,) = [option for option in question.options if option.code == encoding]
    assert meant.name == ",".join([*CLASSES[encoding], "label"])
    read = inspect_files([written(encoding)], meant.choices)
    assert_read(read)
    assert [item.name for item in read.plan] == [*CLASSES[encoding], "label"]


@pytest.mark.parametrize("data", [b"a,b,y\n1,2,0\n\xff,2,0\n", b"a,b,y\n1,2,\x81\n", b"a\0\xe4,b\n1,2\n"])
def test_what_makes_no_sense_in_any_is_refused(data):
    assert inspect_files([("a.csv", data)]).error.code in ("encoding", "not_text")


def test_an_answer_that_does_not_fit_all_of_the_text_is_refused_by_its_line():
    name, data = written("gb18030")
    result = inspect_files([(name, data + b"\n1,2,3,\xff")], {"?encoding": "gb18030"})
    assert (result.error.code, result.error.value, result.error.line) == (
        "encoding",
        "0xFF",
        1 + len(LABELS) + 1,
    )


def test_an_answer_that_is_none_asks_again():
    assert inspect_files([written("gb18030")], {"?encoding": "rot13"}).questions


def test_only_the_first_lines_of_a_long_text_are_looked_at():
    name, data = written("gb18030")
    body = data.partition(b"\n")[2]
    result = inspect_files([(name, data + b"\n" + (body + b"\n") * 300)])
    assert [question.code for question in result.questions] == ["encoding"]
