"""Uploads: how much is held at a time, and for how long."""

from __future__ import annotations

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from ce_viz.core.inspection.reading import MAX_FILE_BYTES
from ce_viz.pages.frame.uploads import KEPT, MOST_BYTES, Uploads


@pytest.fixture
def manager() -> MemoryUploadedFileManager:
    return MemoryUploadedFileManager("/upload")


@pytest.fixture
def uploads(manager) -> Uploads:
    uploads = Uploads(most=100)
    uploads.attach(manager)
    return uploads


def arrive(
    uploads: Uploads, manager: MemoryUploadedFileManager, session: str, name: str, size: int, now: float
) -> None:
    assert uploads.begin(session, size)
    manager.add_file(session, UploadedFileRec(name, name, "", bytes(size)))
    uploads.end(session, size, now)


def test_what_is_arriving_and_what_is_held_count_together(uploads, manager):
    arrive(uploads, manager, "a", "1", 40, now=0.0)
    assert uploads.begin("b", 50)
    assert not uploads.begin("c", 11)
    assert uploads.begin("c", 10)


def test_a_file_that_never_arrives_leaves_its_room(uploads):
    assert uploads.begin("a", 100)
    uploads.end("a", 100, now=0.0)
    assert uploads.begin("a", 100)


def test_a_file_that_its_page_has_taken_leaves_its_room(uploads, manager):
    arrive(uploads, manager, "a", "1", 100, now=0.0)
    manager.remove_file("a", "1")
    assert uploads.begin("b", 100)


def test_what_no_page_takes_is_dropped_within_a_minute(uploads, manager):
    arrive(uploads, manager, "a", "1", 40, now=0.0)
    uploads.sweep(now=KEPT)
    assert manager.get_files("a", ["1"])
    uploads.sweep(now=KEPT + 1)
    assert not manager.get_files("a", ["1"])
    assert KEPT < 50


def test_the_first_of_several_files_waits_for_the_last(uploads, manager):
    arrive(uploads, manager, "a", "1", 40, now=0.0)
    assert uploads.begin("a", 40)
    uploads.sweep(now=300.0)
    assert manager.get_files("a", ["1"])
    uploads.end("a", 40, now=300.0)
    uploads.sweep(now=300.0 + KEPT)
    assert manager.get_files("a", ["1"])


def test_memory_is_given_back_for_as_long_as_files_were_here_lately(uploads, manager):
    assert not uploads.sweep(now=0.0)
    arrive(uploads, manager, "a", "1", 40, now=0.0)
    assert uploads.sweep(now=KEPT + 1)
    assert not uploads.sweep(now=200.0)


def test_several_of_the_largest_files_fit():
    assert MOST_BYTES >= 8 * MAX_FILE_BYTES
