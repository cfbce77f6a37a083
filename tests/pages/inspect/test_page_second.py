"""A second file beside the first, wired: read as honestly, compared, refused in words, taken away again."""

import io
import re

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_rel
from streamlit.testing.v1 import AppTest

from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number
from tests.pages.conftest import open_app, texts

RNG = np.random.default_rng(61)
LABELS = RNG.integers(0, 3, 80)
BEFORE = RNG.normal(size=(80, 3)) + 2 * np.eye(3)[LABELS]
AFTER = BEFORE + RNG.normal(size=(80, 3))
NAMES = np.array(["cat", "dog", "owl"])


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def first(**link: str) -> AppTest:
    app = open_app("inspect", **link)
    content = npz(logits=BEFORE, labels=LABELS, names=NAMES)
    app.file_uploader(key="inspect_upload").set_value([("before.npz", content, "")]).run()
    assert not app.exception
    return app


def both(name: str = "after.npz", content: bytes | None = None, **link: str) -> AppTest:
    app = first(**link)
    content = npz(logits=AFTER, labels=LABELS, names=NAMES) if content is None else content
    app.file_uploader(key="second_upload").set_value([(name, content, "")]).run()
    assert not app.exception
    return app


def compared(app: AppTest) -> dict[str, list[str]]:
    heads = words("en").section("inspect.comparison")
    frames = [frame.value for frame in app.dataframe if heads["second"] in frame.value]
    if not frames:
        return {}
    (frame,) = frames
    return {row[heads["figure"]]: [row[heads["first"]], row[heads["second"]]] for _, row in frame.iterrows()}


def test_the_figures_of_both_stand_side_by_side_with_scipys_interval_and_mcnemars_count():
    app = both()
    analyses = [analyse(LogitsTable(logits, LABELS, None, (), ())) for logits in (BEFORE, AFTER)]
    table = compared(app)
    assert table["Mean loss"] == [number(one.scores.loss.mean()) for one in analyses]
    assert table["ECE"] == [number(one.calibration.ece) for one in analyses]
    assert table["Accuracy"] == [f"{100 * one.scores.correct.mean():.2f}%" for one in analyses]
    losses = [one.scores.loss for one in analyses]
    interval = ttest_rel(losses[1], losses[0]).confidence_interval(0.95)
    told = words("en").fill(
        "inspect.comparison.loss_difference_readout",
        mean=number(losses[1].mean() - losses[0].mean()),
        low=number(interval.low),
        high=number(interval.high),
    )
    assert told in texts(app)
    right = [one.scores.correct for one in analyses]
    only = [int((right[k] & ~right[1 - k]).sum()) for k in range(2)]
    p = binomtest(only[0], sum(only)).pvalue
    assert f"only the first right: {only[0]}, only the second right: {only[1]}, p = {number(p)}" in texts(app)


def test_the_first_files_figures_stay_as_they_are():
    assert [box.value for box in both().metric] == [box.value for box in first().metric]


def test_the_second_file_is_taken_away_again_and_goes_with_the_first():
    app = both()
    app.button(key="second_remove").click().run()
    assert compared(app) == {}
    assert app.metric
    app = both()
    app.button(key="inspect_remove").click().run()
    assert "after.npz" not in texts(app)
    content = npz(logits=BEFORE, labels=LABELS)
    app.file_uploader(key="inspect_upload").set_value([("again.npz", content, "")]).run()
    assert compared(app) == {}
    assert "after.npz" not in texts(app)


REFUSED = {
    "rows": npz(logits=AFTER[:79], labels=LABELS[:79]),
    "classes": npz(logits=AFTER[:, :2], labels=LABELS % 2),
    "names": npz(logits=AFTER, labels=LABELS, names=np.array(["cat", "dog", "emu"])),
    "labels": npz(logits=AFTER, labels=(LABELS + 1) % 3),
    "usable": npz(logits=np.full((80, 3), np.nan), labels=LABELS),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_compared_is_refused_in_words_and_the_first_file_stays(code, language):
    app = both(content=REFUSED[code], lang=language)
    start = words(language)[f"inspect.comparison.errors.{code}_readout"].split("{")[0]
    assert [box.value for box in app.error if box.value.startswith(start)]
    assert "{" not in "".join(str(box.value) for box in app.error)
    assert app.metric


def test_a_second_file_that_cannot_be_read_is_refused_as_a_first_one_is():
    app = both("a.csv", b"a,b,y\n1,2,0\nx,2,0\n1,2,1")
    assert "“x” is not a number" in app.error[0].value
    assert app.metric


def test_an_ambiguous_second_file_is_asked_about_before_anything_is_compared():
    halves = {"val_logits": AFTER, "val_labels": LABELS, "test_logits": BEFORE, "test_labels": LABELS}
    app = both(content=npz(**halves))
    assert compared(app) == {}
    assert re.search("Which part of the data", texts(app))
    answer = next(button for button in app.button if button.key == "second_answer_0_0")
    answer.click().run()
    assert compared(app)
    app.button(key="second_back_all").click().run()
    assert compared(app) == {}


def test_classes_in_another_order_are_brought_together():
    order = [2, 0, 1]
    labels = np.argsort(order)[LABELS]
    app = both(content=npz(logits=AFTER[:, order], labels=labels, names=NAMES[order]))
    assert compared(app) == compared(both())


def test_a_column_of_the_second_file_is_corrected_by_hand():
    rows = [f"{a},{b},{c},{k},{(k + 1) % 3}" for (a, b, c), k in zip(AFTER, LABELS, strict=True)]
    app = both("a.csv", "\n".join(["cat,dog,owl,label,other", *rows]).encode())
    assert compared(app)
    app.session_state["second_plan"] = True
    app.run()
    app.selectbox(key="second_role_0:4").set_value("label").run()
    app.selectbox(key="second_role_0:3").set_value("other").run()
    start = words("en")["inspect.comparison.errors.labels_readout"].split("{")[0]
    assert [box.value for box in app.error if box.value.startswith(start)]
    app.button(key="second_back_all").click().run()
    assert compared(app)


def test_with_a_sample_it_is_said_that_a_file_is_wanted_first():
    app = open_app("inspect")
    assert words("en")["inspect.comparison.own_only"] in texts(app)
    assert not [one for one in app.file_uploader if one.key == "second_upload"]
