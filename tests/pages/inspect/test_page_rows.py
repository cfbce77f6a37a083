"""Rows, wired: which are listed, and how one opens in Explore."""

import re

import numpy as np
import pytest
import streamlit
from sklearn.metrics import log_loss
from streamlit.testing.v1 import AppTest

from ce_viz.core import Scenario, explain, softmax
from ce_viz.live import Pick
from ce_viz.pages.inspect import view
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.settings.table import TABLE
from tests.pages.conftest import address, texts
from tests.pages.inspect.uploads import (
    FOUND,
    GOOD,
    LABELS,
    LOGITS,
    RNG,
    complaints,
    confusion,
    npz,
    open_page,
    upload,
)


def test_rows_are_named_by_their_numbers_from_one():
    app = upload(("a.npz", npz(**FOUND["not_finite"])))
    assert "** row 4." in complaints(app)
    assert "rows left out of everything below: 1" in texts(app)
    assert "left out" not in texts(upload(*GOOD["a.npz"]))
    many = upload(("a.npz", npz(**FOUND["duplicates"])))
    assert "13 rows (61, 62, 63, 64, 65, 66, 67, 68, 69, 70, …), 1 of them" in complaints(many)


@pytest.fixture
def explored(monkeypatch) -> list[object]:
    """The pages that were gone to; AppTest would leave the settings behind there."""
    pages: list[object] = []
    monkeypatch.setattr(streamlit, "switch_page", lambda page, **_: pages.append(page))
    return pages


def test_a_row_opens_in_explore_with_its_logits_and_label(explored):
    app = upload(*GOOD["a.csv"])
    app.number_input(key="inspect_row").set_value(8).run()
    app.button(key="inspect_open_row").click().run()
    assert not app.exception
    assert [page.title for page in explored] == ["Explore"]
    link = address(app)
    assert link["origin"] == "row-8"
    assert link["names"] == "cat,dog,owl"
    logits = tuple(map(float, link["logits"].split(",")))
    np.testing.assert_allclose(logits, LOGITS[7], rtol=1e-5)
    label = int(link.get("label", TABLE["label"].default)) - 1
    assert label == LABELS[7]
    loss = explain(Scenario(logits=logits, label=label)).loss
    assert loss == pytest.approx(log_loss(LABELS[7:8], softmax(LOGITS)[7:8], labels=[0, 1, 2]), rel=1e-4)


def test_the_row_that_was_typed_opens_even_before_its_number_is_drawn(explored):
    app = upload(*GOOD["a.csv"])
    app.number_input(key="inspect_row").set_value(8)
    app.button(key="inspect_open_row").click().run()
    assert address(app)["origin"] == "row-8"


def test_a_row_with_targets_opens_as_soft_label(explored):
    targets = 0.8 * np.eye(3)[LABELS] + 0.2 / 3
    app = upload(("a.npz", npz(logits=LOGITS, targets=targets)))
    app.number_input(key="inspect_row").set_value(2).run()
    app.button(key="inspect_open_row").click().run()
    link = address(app)
    assert link["mode"] == "soft"
    np.testing.assert_allclose([float(text) for text in link["targets"].split(",")], targets[1], rtol=1e-5)


def test_a_row_that_was_left_out_does_not_open():
    app = upload(("a.npz", npz(**FOUND["not_finite"])))
    app.number_input(key="inspect_row").set_value(4).run()
    assert app.button(key="inspect_open_row").disabled
    app.number_input(key="inspect_row").set_value(5).run()
    assert not app.button(key="inspect_open_row").disabled


def test_a_row_that_no_link_can_hold_is_refused_in_words_on_this_page(explored):
    app = upload(("a.npz", npz(logits=LOGITS, targets=5000 * np.eye(3)[LABELS])))
    before = len(app.warning)
    app.button(key="inspect_open_row").click().run()
    assert not app.exception
    assert not explored
    assert len(app.warning) == before + 1
    assert "origin" not in address(app)


def pick(app: AppTest, work: Work, i: int, j: int) -> None:
    """What a click on a cell of the confusion matrix does."""
    session = app.session_state["session"]
    key = view.CONFUSION
    session.receive(key, session.handled(key) + 1, [Pick("confusion", i, j)], view.OwnView(work))
    app.run()


def test_a_picked_cell_lists_its_rows_until_all_are_wanted_or_another_table_comes():
    app = upload(*GOOD["a.npz"])
    work = app.session_state["session"].recall("inspect", Choices).work("digits")
    count = int(work.analysis.confusion[0, 1])
    assert 0 < count < 60
    for leave in (
        lambda: app.button(key="inspect_all_rows").click().run(),
        lambda: app.button(key="inspect_remove").click().run(),
    ):
        pick(app, work, 0, 1)
        assert confusion(app)["picked"] == [0, 1]
        assert "Labelled **cat**, read as **dog**" in texts(app)
        assert f"{count} of {count} rows" in texts(app)
        leave()
        assert not app.exception
        assert confusion(app)["picked"] is None
        assert "Labelled **" not in texts(app)


def test_names_of_every_sort_are_shown_as_text_and_open_in_explore(explored):
    names = ["**x**, [y](z)", "<b>" * 30, "a\u202eb"]
    app = upload(("a.npz", npz(logits=LOGITS, labels=LABELS, names=np.array(names))))
    app.button(key="inspect_open_row").click().run()
    assert not app.exception
    assert not app.warning
    assert address(app)["names"] == "**x**  [y](z),<b><b><b><b><b><b><b><b>,a b"


def test_rows_of_many_classes_open_with_those_that_matter(explored):
    logits = RNG.normal(size=(5, 300))
    app = upload(("a.npz", npz(logits=logits, labels=np.arange(5))))
    app.button(key="inspect_open_row").click().run()
    assert not app.warning
    assert len(address(app)["logits"].split(",")) == 100


def test_suspects_are_told_and_listed():
    app = open_page(sample="mislabelled")
    assert "in 16 rows" in complaints(app)
    app.button(key="inspect_show_suspects").click().run()
    assert address(app)["rows"] == "suspects"
    shown = re.search(r"^(\d+) of (\d+) rows", texts(app), re.MULTILINE)
    assert shown[1] == shown[2] == "16"
