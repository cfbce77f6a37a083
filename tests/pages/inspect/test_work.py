"""What a visit brings to Your logits: read once, forgotten where it may be, mended without being read again."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ce_viz.core.inspection.reading import ReadingError
from ce_viz.pages.inspect import work as inspection
from ce_viz.pages.inspect.work import Choices, Work, sample_work

RNG = np.random.default_rng(12)
LABELS = RNG.integers(1, 4, 60)
LOGITS = RNG.normal(size=(60, 3)) + 2 * np.eye(3)[LABELS - 1]


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def text(*columns: np.ndarray) -> bytes:
    return "\n".join(",".join(map(repr, map(float, row))) for row in np.column_stack(columns)).encode()


@pytest.fixture
def readings(monkeypatch) -> list[int | None]:
    """The label columns with which files were read."""
    columns: list[int | None] = []
    read = inspection.read_logits

    def read_logits(files, *, label_column, progress):
        columns.append(label_column)
        return read(files, label_column=label_column, progress=progress)

    monkeypatch.setattr(inspection, "read_logits", read_logits)
    return columns


def test_files_are_read_once_and_then_forgotten(readings):
    choices = Choices((("a.npz", npz(logits=LOGITS, labels=LABELS)),))
    first = choices.work("digits")
    assert isinstance(first, Work)
    assert choices.work("mislabelled") is first
    assert readings == [None]
    assert choices._files == ()
    assert (choices.names, choices.size > 1000) == (("a.npz",), True)


def test_a_remedy_is_applied_and_taken_back_without_the_file(readings):
    choices = Choices((("a.npz", npz(logits=LOGITS, labels=LABELS)),))
    before = choices.work("digits")
    assert [finding.remedy for finding in before.findings] == ["labels_minus_one"]
    choices.toggle_remedy("labels_minus_one")
    mended = choices.work("digits")
    np.testing.assert_array_equal(mended.table.labels, LABELS - 1)
    assert (choices.remedies, len(mended.analysis.rows)) == (("labels_minus_one",), 60)
    choices.toggle_remedy("labels_minus_one")
    np.testing.assert_array_equal(choices.work("digits").table.labels, LABELS)
    assert readings == [None]


def test_a_file_in_which_labels_may_stand_elsewhere_is_kept_and_read_again(readings):
    header = b"a,b,c,first,label\n"
    choices = Choices((("a.csv", header + text(LOGITS, LABELS - 1, 3 - LABELS)),))
    np.testing.assert_array_equal(choices.work("digits").table.labels, 3 - LABELS)
    assert (choices.columns, choices.found_column) == (("a", "b", "c", "first", "label"), 4)
    choices.toggle_remedy("labels_minus_one")
    choices.take_label_column(3)
    np.testing.assert_array_equal(choices.work("digits").table.labels, LABELS - 1)
    assert (choices.remedies, readings) == ((), [None, 3])


def test_a_refusal_keeps_the_file_only_where_a_column_may_help(readings):
    missed = Choices((("a.csv", text(LOGITS[:, :1], LABELS - 1, LOGITS[:, 1:])),))
    assert isinstance(missed.work("digits"), ReadingError)
    assert missed.labels_missed
    missed.take_label_column(1)
    assert isinstance(missed.work("digits"), Work)
    broken = Choices((("a.json", b'{"logits": [[1, 2]'),))
    assert isinstance(broken.work("digits"), ReadingError)
    assert broken.work("digits") is broken.work("digits")
    assert (broken.labels_missed, broken._files) == (False, ())
    assert readings == [None, 1, None]


def test_remedies_of_a_sample_go_with_it():
    choices = Choices()
    plain = choices.work("one_based")
    assert plain is sample_work("one_based", frozenset())
    assert not choices.own
    choices.toggle_remedy("labels_minus_one")
    np.testing.assert_array_equal(choices.work("one_based").table.labels, plain.table.labels - 1)
    assert choices.own
    assert choices.work("digits") is sample_work("digits", frozenset())
    assert not choices.own


def test_progress_rises_from_reading_to_judging():
    told: list[float] = []
    Choices((("a.csv", text(LOGITS, LABELS - 1)),)).work("digits", told.append)
    assert told == sorted(told)
    assert told[0] <= 0.4 < told[-1] <= 1.0


def test_a_sample_is_worked_out_by_one_visitor_while_the_others_wait(monkeypatch):
    tables = []
    made = inspection.sample_table

    def sample_table(data, state, kind):
        tables.append(kind)
        return made(data, state, kind)

    monkeypatch.setattr(inspection, "sample_table", sample_table)
    sample_work.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        works = set(pool.map(lambda _: sample_work("digits", frozenset()), range(8)))
    assert (tables, len(works)) == (["digits"], 1)
