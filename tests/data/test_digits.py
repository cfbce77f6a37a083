"""The digits that ship with the app."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from sklearn import datasets

from ce_viz.data import DIGITS_FILE, NUM_DIGITS, load_digits


def test_images_are_those_of_scikit_learn():
    np.testing.assert_array_equal(load_digits().images, datasets.load_digits().images)


def test_labels_are_those_of_scikit_learn():
    np.testing.assert_array_equal(load_digits().labels, datasets.load_digits().target)


def test_there_are_as_many_as_stated():
    assert len(load_digits().images) == len(load_digits().labels) == NUM_DIGITS


def test_file_holds_the_two_arrays_and_nothing_else():
    assert zipfile.ZipFile(DIGITS_FILE).namelist() == ["images.npy", "labels.npy"]


def test_file_is_small():
    assert DIGITS_FILE.stat().st_size < 60_000


@pytest.mark.parametrize("name", ["images", "labels"])
def test_shared_arrays_cannot_be_written_to(name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(load_digits(), name)[0] = 1


def test_source_and_licence_are_stated_beside_the_file():
    notice = (DIGITS_FILE.parent / "README.md").read_text(encoding="utf-8")
    assert "10.24432/C50P49" in notice
    assert "CC BY 4.0" in notice
