"""What a page knows of a visit."""

from __future__ import annotations

import pytest

from ce_viz.pages.visit import language, picked_cell, visit_of
from ce_viz.settings.value import Settings


@pytest.mark.parametrize(
    ("picked", "browser", "spoken"),
    [
        ("", "", "en"),
        ("", "zh-TW", "zh"),
        ("", "ZH", "zh"),
        ("", "fr", "en"),
        ("en", "zh", "en"),
        ("zh", "", "zh"),
    ],
)
def test_the_picked_language_comes_before_the_browsers(picked, browser, spoken):
    assert language(Settings().changed(lang=picked), browser) == spoken


@pytest.mark.parametrize(
    ("count", "given", "names"),
    [
        (3, (), ("cat", "dog", "owl")),
        (2, (), ("cat", "dog")),
        (4, (), ("1", "2", "3", "4")),
        (3, ("a", "", "c"), ("a", "2", "c")),
        (3, ("a",), ("a", "2", "3")),
    ],
)
def test_classes_have_names(count, given, names):
    assert visit_of(Settings().changed(logits=(0.0,) * count, names=given)).names == names


def test_classes_are_called_by_number_and_name():
    assert visit_of(Settings().changed(names=("a", "2"))).class_labels == ("1 · a", "2", "3")


def test_without_a_picked_cell_it_is_the_largest_output_and_the_labels_logit():
    assert picked_cell(Settings()) == (0, 1)
    assert picked_cell(Settings().changed(cell=(3, 2))) == (2, 1)
    assert picked_cell(Settings().changed(mode="soft", targets=(0.2, 0.2, 0.6))) == (0, 2)


def test_only_presenters_cover_charts():
    assert visit_of(Settings().changed(hide=("loss",))).hidden == ()
    assert visit_of(Settings().changed(hide=("loss",), present=True)).hidden == ("loss",)


@pytest.mark.parametrize(("count", "kept"), [(3, True), (100, False)])
def test_few_classes_are_worked_out_once_and_many_are_not_held(count, kept):
    settings = Settings().changed(logits=tuple(k / 7 for k in range(count)))
    assert (visit_of(settings).explanation is visit_of(settings, "zh").explanation) == kept
