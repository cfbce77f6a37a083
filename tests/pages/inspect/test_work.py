"""What a visit brings to Your logits: read again only where something was chosen, counted, and forgotten with it."""

from __future__ import annotations

import gc
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ce_viz.core.inspection import samples
from ce_viz.pages.inspect import work as module
from ce_viz.pages.inspect import worker
from ce_viz.pages.inspect.held import KEPT, Held
from ce_viz.pages.inspect.jobs import Stopped
from ce_viz.pages.inspect.work import SMALL, Choices, Step, Work, bytes_of, sample_work, unpacked

RNG = np.random.default_rng(12)
LABELS = RNG.integers(1, 4, 60)
LOGITS = RNG.normal(size=(60, 3)) + 2 * np.eye(3)[LABELS - 1]
LARGE = np.tile(LOGITS, (100, 1)) + RNG.normal(size=(6000, 3))


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def text(*columns: np.ndarray) -> bytes:
    return "\n".join(",".join(map(repr, map(float, row))) for row in np.column_stack(columns)).encode()


@pytest.fixture
def held(monkeypatch) -> Held:
    held = Held(most=1_000_000)
    monkeypatch.setattr(module, "HELD", held)
    return held


@pytest.fixture
def readings(monkeypatch) -> list[worker.Task]:
    """The tasks with which small files were read."""
    tasks: list[worker.Task] = []
    work = worker.work

    def counted(task, progress=None):
        tasks.append(task)
        return work(task, progress)

    monkeypatch.setattr(worker, "work", counted)
    return tasks


def small() -> Choices:
    return Choices((("a.csv", b"a,b,c,first,label\n" + text(LOGITS, LABELS - 1, 3 - LABELS)),))


def ended(choices: Choices) -> Work | Stopped | None:
    """What a job comes to."""
    found = choices.work("digits")
    if choices.job is not None:
        assert choices.job.wait(60)
        found = choices.work("digits")
    return found


def test_a_file_is_read_once_until_something_is_chosen(readings):
    choices = small()
    first = choices.work("digits")
    assert choices.work("mislabelled") is first
    assert len(readings) == 1
    assert (choices.names, choices.size > 1000) == (("a.csv",), True)


def test_a_role_that_was_chosen_is_told_to_the_reading_and_can_be_taken_back(readings):
    choices = small()
    before = choices.work("digits").analysis.scores.correct.mean()
    step = Step({"0:3": "label"}, "first")
    choices.decide(step)
    assert choices.work("digits").analysis.scores.correct.mean() > before
    choices.take_back(step)
    assert choices.work("digits").analysis.scores.correct.mean() == before
    assert [task.choices for task in readings] == [{}, {"0:3": "label"}, {}]


def test_the_newest_choice_about_a_column_replaces_the_one_before():
    choices = small()
    choices.decide(Step({"0:3": "label"}, "first"))
    choices.decide(Step({"0:4": "other"}, "label"))
    choices.decide(Step({"0:3": "id"}, "first"))
    assert [step.choices for step in choices.steps] == [{"0:4": "other"}, {"0:3": "id"}]


def test_the_plan_stays_where_a_choice_makes_the_file_unreadable():
    choices = small()
    choices.work("digits")
    choices.decide(Step({"0:0": "label"}, "a"))
    assert choices.work("digits").inspection.error.code == "label_fraction"
    assert [item.name for item in choices.plan] == ["a", "b", "c", "first", "label"]


def test_a_remedy_is_applied_and_taken_back():
    choices = Choices((("a.npz", npz(logits=LOGITS, labels=LABELS)),))
    before = ended(choices)
    assert [finding.remedy for finding in before.findings] == ["labels_minus_one"]
    choices.toggle_remedy("labels_minus_one")
    mended = ended(choices)
    np.testing.assert_array_equal(mended.table.labels, LABELS - 1)
    assert (choices.remedies, len(mended.analysis.rows)) == (("labels_minus_one",), 60)
    choices.toggle_remedy("labels_minus_one")
    np.testing.assert_array_equal(ended(choices).table.labels, LABELS)


def test_another_reading_drops_the_remedies_of_the_one_before():
    choices = small()
    choices.work("digits")
    choices.toggle_remedy("labels_minus_one")
    choices.decide(Step({"0:3": "label"}, "first"))
    assert choices.remedies == ()


def test_a_large_file_and_a_small_archive_that_unpacks_to_one_are_read_elsewhere(readings):
    packed = io.BytesIO()
    np.savez_compressed(packed, logits=np.zeros((9000, 10)), labels=np.zeros(9000, int))
    assert len(packed.getvalue()) < SMALL / 4
    for name, data in (("a.csv", bytes(SMALL + 1)), ("a.npz", packed.getvalue())):
        assert unpacked(((name, data),)) > SMALL
        choices = Choices(((name, data),))
        assert choices.work("digits") is None
        choices.forget()
    assert readings == []


def test_another_process_gives_the_same_figures_as_this_one():
    labels = np.tile(LABELS - 1, 100)
    files = (("a.npz", npz(logits=LARGE, labels=labels)),)
    there = ended(Choices(files)).inspection
    here = worker.work(worker.Task(("a.npz",), (files[0][1],), {}, ()))
    assert (there.accuracy, there.mean_loss, there.plan) == (here.accuracy, here.mean_loss, here.plan)
    np.testing.assert_array_equal(there.analysis.scores.loss, here.analysis.scores.loss)
    np.testing.assert_array_equal(there.table.logits, here.table.logits)


def test_a_file_and_its_figures_are_counted_until_nobody_looks_at_them(held):
    choices = small()
    assert held.total == choices.size
    found = choices.work("digits")
    assert held.total == choices.size + bytes_of(found.inspection)
    assert held.total > choices.size + LOGITS.nbytes
    other = small()
    other.forget()
    del choices, other, found
    gc.collect()
    assert held.total == 0


def test_a_file_without_room_is_refused_and_not_kept(held):
    rest = Choices((("a.csv", bytes(950_000)),))
    refused = Choices((("b.csv", bytes(60_000)),))
    assert refused.work("digits") == Stopped("room")
    assert held.total == rest.size
    refused.try_again()
    assert refused.work("digits") == Stopped("room")


def test_figures_without_room_are_refused_and_can_be_asked_for_again(held):
    other = Choices((("b.csv", bytes(990_000)),))
    choices = small()
    assert choices.work("digits") == Stopped("room")
    other.forget()
    choices.try_again()
    assert isinstance(choices.work("digits"), Work)


def test_files_of_a_visitor_who_left_are_forgotten_within_a_minute(monkeypatch):
    now = [0.0]
    held = Held(clock=lambda: now[0])
    monkeypatch.setattr(module, "HELD", held)
    here = [True]
    choices = Choices((("a.csv", b"a,b,label\n1,2.5,0\n2,1.5,1"),), connected=lambda: here[0])
    choices.work("digits")
    for at, there in ((100.0, True), (110.0, False), (110.0 + KEPT - 1, False)):
        now[0], here[0] = at, there
        held.look()
        assert held.total
    now[0] += 1
    held.look()
    assert (held.total, choices.gone, choices.names) == (0, True, ())
    assert KEPT < 55


def test_a_visitor_whose_network_comes_back_in_time_keeps_the_files(monkeypatch):
    now, here = [0.0], [False]
    held = Held(clock=lambda: now[0])
    monkeypatch.setattr(module, "HELD", held)
    choices = Choices((("a.csv", b"a,b,label\n1,2.5,0\n2,1.5,1"),), connected=lambda: here[0])
    for at, there in ((0.0, False), (KEPT - 1, True), (KEPT, False), (2 * KEPT - 1, False)):
        now[0], here[0] = at, there
        held.look()
    assert choices.names == ("a.csv",)


def test_remedies_of_a_sample_go_with_it():
    choices = Choices()
    plain = choices.work("one_based")
    assert plain is sample_work("one_based", frozenset())
    assert not choices.own
    choices.toggle_remedy("labels_minus_one")
    np.testing.assert_array_equal(np.add(choices.work("one_based").table.labels, 1), plain.table.labels)
    assert choices.own
    assert choices.work("digits") is sample_work("digits", frozenset())
    assert not choices.own


def test_a_sample_is_worked_out_by_one_visitor_while_the_others_wait(monkeypatch):
    tables = []
    made = samples.sample_table

    def sample_table(data, state, kind):
        tables.append(kind)
        return made(data, state, kind)

    monkeypatch.setattr(module, "sample_table", sample_table)
    sample_work.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        works = set(pool.map(lambda _: sample_work("digits", frozenset()), range(8)))
    assert (tables, len(works)) == (["digits"], 1)
