"""Reading, wired: questions before figures, a role over each column, choices taken back, files that are gone."""

from __future__ import annotations

import gc
import io
import weakref

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ce_viz.core.inspection import inspect_files
from ce_viz.pages.inspect import page_work
from ce_viz.pages.inspect import work as module
from ce_viz.pages.inspect.held import Held
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number
from tests.pages.conftest import address, open_app, texts

RNG = np.random.default_rng(4)
LABELS = RNG.integers(0, 3, 60)
LOGITS = (2 * RNG.normal(size=(60, 3)) + 2 * np.eye(3)[LABELS]).round(3)


def table(names: str, *columns: np.ndarray) -> bytes:
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return "\n".join([names, *(",".join(map(str, row)) for row in rows)]).encode()


SIDE = ("side.csv", table("cat,dog,owl,first,label", *LOGITS.T, LABELS, (LABELS + 1) % 3))


def two_parts() -> tuple[str, bytes]:
    stream = io.BytesIO()
    np.savez(
        stream,
        val_logits=LOGITS[:30],
        val_labels=LABELS[:30],
        test_logits=LOGITS[30:],
        test_labels=LABELS[30:],
    )
    return "parts.npz", stream.getvalue()


def upload(*files: tuple[str, bytes], **link: str) -> AppTest:
    app = open_app("inspect", **link)
    app.file_uploader(key="inspect_upload").set_value([(name, data, "") for name, data in files]).run()
    assert not app.exception
    return app


def loss(app: AppTest) -> str:
    return app.metric[0].value


def expected(*files: tuple[str, bytes], **choices: str) -> str:
    return number(inspect_files(files, choices).mean_loss)


def key(app: AppTest, start: str) -> list[str]:
    return [button.key for button in app.button if button.key and button.key.startswith(start)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_two_readings_fit_there_is_a_question_and_no_figure(language):
    app = upload(two_parts(), lang=language)
    question = inspect_files([two_parts()]).questions[0]
    assert not app.metric
    assert not app.success
    assert words(language)["inspect.questions.split_readout"] in texts(app)
    for option in question.options:
        assert option.accuracy is not None
        assert f"{100 * option.accuracy:.1f}%" in texts(app)
    assert [app.button(key=name).label for name in key(app, "inspect_answer")] == ["val", "test"]


def test_an_answer_brings_the_figures_of_its_reading_and_can_be_taken_back():
    file = two_parts()
    app = upload(file)
    for place, part in ((0, "val"), (1, "test")):
        app.button(key=f"inspect_answer_0_{place}").click().run()
        assert loss(app) == expected(file, **{"?split": part})
        app.button(key="inspect_back_0").click().run()
        assert not app.metric
    assert len(key(app, "inspect_answer")) == 2


def test_each_column_has_its_role_its_first_values_and_a_reason():
    app = upload(SIDE)
    roles = {box.key: box.value for box in app.selectbox if box.key.startswith("inspect_role")}
    plan = inspect_files([SIDE]).plan
    assert roles == {f"inspect_role_{item.key}": item.role for item in plan}
    shown = [text.value for text in app.text]
    assert shown == ["\n".join(item.first) for item in plan]
    assert "certain: its name says so" in texts(app)


def test_a_changed_role_changes_the_figures_at_once_and_is_taken_back():
    app = upload(SIDE)
    before = loss(app)
    app.selectbox(key="inspect_role_0:3").set_value("label").run()
    assert loss(app) == expected(SIDE, **{"0:3": "label"}) != before
    assert "you chose it" in texts(app)
    app.button(key="inspect_back_0").click().run()
    assert loss(app) == before
    assert app.selectbox(key="inspect_role_0:3").value != "label"


def test_all_choices_are_taken_back_at_once():
    app = upload(SIDE)
    before = loss(app)
    app.selectbox(key="inspect_role_0:3").set_value("label").run()
    app.selectbox(key="inspect_role_0:2").set_value("other").run()
    assert len(key(app, "inspect_back_")) == 3
    app.button(key="inspect_back_all").click().run()
    assert loss(app) == before
    assert not key(app, "inspect_back_")


def test_a_choice_that_makes_a_file_unreadable_says_so_and_leaves_the_columns_to_be_changed():
    app = upload(SIDE)
    app.selectbox(key="inspect_role_0:0").set_value("label").run()
    assert not app.metric
    assert "is not a whole number" in app.error[0].value
    app.selectbox(key="inspect_role_0:0").set_value("scores").run()
    assert app.metric


def test_labels_under_no_name_are_asked_for_by_name_or_number():
    app = upload(("a.csv", b"cat,dog\n1.5,2\n3.5,4"))
    assert "neither labels nor target rows" in app.error[0].value
    app.text_input(key="inspect_label_column").set_value("nothing").run()
    assert "“nothing: label” is no column or array" in app.error[0].value.replace("\\", "")
    app.button(key="inspect_back_0").click().run()
    app.text_input(key="inspect_label_column").set_value("2").run()
    assert not app.error
    assert app.selectbox(key="inspect_role_0:1").value == "label"


def test_a_picked_column_of_many_is_shown_and_its_role_changed():
    wide = RNG.normal(size=(60, 12)).round(3)
    names = ",".join([*(f"c{k}" for k in range(12)), "label"])
    file = ("wide.csv", table(names, *wide.T, LABELS))
    app = upload(file)
    assert "inspect_role_0:7" not in {box.key for box in app.selectbox}
    app.selectbox(key="inspect_other_column").set_value("0:7").run()
    app.selectbox(key="inspect_role_0:7").set_value("other").run()
    assert "× **11** classes" in texts(app)
    assert loss(app) == expected(file, **{"0:7": "other"})


def test_what_was_chosen_for_one_file_is_not_chosen_for_the_next():
    app = upload(SIDE)
    app.selectbox(key="inspect_role_0:3").set_value("label").run()
    app.button(key="inspect_remove").click().run()
    app.file_uploader(key="inspect_upload").set_value([(*SIDE, "")]).run()
    assert loss(app) == expected(SIDE)


def test_labels_that_equal_the_largest_score_everywhere_get_no_green_line():
    app = upload(("a.csv", table("cat,dog,owl,label", *LOGITS.T, LOGITS.argmax(axis=1))))
    assert not app.success
    assert "Every label is the largest logit's class" in "\n".join(box.value for box in app.info)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_gone_is_asked_for_and_no_sample_stands_in_its_place(language):
    app = open_app("inspect", brought="1", lang=language)
    assert not app.exception
    assert [box.value for box in app.warning] == [words(language)["inspect.gone"]]
    assert not app.metric
    assert not app.get("bidi_component")
    app.button(key="inspect_show_sample").click().run()
    assert app.metric
    assert "brought" not in address(app)


def test_the_link_says_that_a_file_is_looked_at_for_as_long_as_it_is():
    app = upload(SIDE)
    assert address(app)["brought"] == "1"
    app.button(key="inspect_remove").click().run()
    assert "brought" not in address(app)


def test_another_sample_ends_the_search_for_the_file():
    app = open_app("inspect", brought="1")
    app.selectbox(key="sample").set_value("overconfident").run()
    assert app.metric
    assert "brought" not in address(app)


def test_a_file_that_the_server_let_go_is_asked_for():
    app = upload(SIDE)
    app.session_state["session"].recall("inspect", None).forget()
    app.run()
    assert [box.value for box in app.warning] == [words("en")["inspect.gone"]]
    assert not app.metric


def test_nothing_of_a_file_that_was_let_go_stays_although_its_buttons_do():
    app = upload(SIDE)
    choices = app.session_state["session"].recall("inspect", None)
    parts = choices.work("digits").inspection
    alive = [weakref.ref(parts.table.logits), weakref.ref(parts.analysis.scores.loss)]
    del parts
    choices.forget()
    gc.collect()
    assert [part() for part in alive] == [None, None]
    app.button(key="inspect_open_row").click().run()
    assert not app.exception


def test_a_file_without_room_is_refused_in_words_and_can_be_tried_again(monkeypatch):
    full = Held(most=10)
    monkeypatch.setattr(module, "HELD", full)
    app = upload(SIDE)
    assert "no room" in app.error[0].value
    assert not app.metric


def test_a_long_job_shows_its_progress_and_can_be_cancelled_and_begun_anew(monkeypatch):
    monkeypatch.setattr(page_work, "PATIENCE", 0.0)
    rows = np.tile(np.c_[LOGITS, LABELS], (600, 1))
    app = upload(("a.csv", table("cat,dog,owl,label", *rows.T)))
    assert not app.metric
    assert app.get("progress")
    app.button(key="inspect_cancel").click().run()
    app.run()
    assert app.error[0].value == words("en")["inspect.stopped.cancelled_readout"]
    monkeypatch.setattr(page_work, "PATIENCE", 60.0)
    app.button(key="inspect_try_again").click().run()
    assert "**36,000** rows" in texts(app)


def test_a_text_in_another_encoding_is_read_once_somebody_says_which_line_makes_sense():
    name, data = "猫.csv", "猫,狗,标签\n1.5,0.2,猫\n0.1,1.2,狗\n0.3,0.9,猫\n".encode("gb18030")
    app = upload((name, data), lang="zh")
    assert not app.metric
    answers = {app.button(key=each).label: each for each in key(app, "inspect_answer")}
    app.button(key=answers["猫,狗,标签（简体中文）"]).click().run()
    assert not app.exception
    assert loss(app) == expected((name, data), **{"?encoding": "gb18030"})
