"""The student's page as Python draws it: one component, and nothing of the other pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ce_viz.strings import LANGUAGES, words
from tests.pages.conftest import boards, open_app


def told(app: AppTest) -> dict[str, Any]:
    """What the component is given."""
    (component,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(component.proto.json)
    return data


@pytest.mark.parametrize("page", ["", "why"])
def test_a_link_with_a_code_leads_to_its_class_from_any_page(page: str) -> None:
    app = open_app(page, **{"class": "k7qm3x"})
    assert not app.exception
    assert told(app)["code"] == "K7QM3X"
    assert not app.sidebar.children
    assert not app.title


def test_the_page_speaks_the_students_language_and_offers_the_other() -> None:
    app = open_app("", lang="zh", **{"class": "K7QM3X"})
    data = told(app)
    assert data["words"] == {**words("zh").section("follow"), "lang": "zh"}
    others = [[name, f"?class=K7QM3X&lang={code}"] for code, name in LANGUAGES.items() if code != "zh"]
    assert data["links"] == [[words("zh")["follow.leave"], "./"], *others]


@pytest.mark.parametrize("code", ["", "K7QM3", "K7QM30", "K7QM3X7", "../../x", "<b>"])
def test_what_is_no_code_leads_to_the_front_door(code: str) -> None:
    app = open_app("", **{"class": code})
    assert not app.exception
    assert app.title[0].value == words("en")["app.title"]
    assert boards(app)


def test_a_code_is_typed_on_the_front_door_as_it_may_be_written(app: AppTest) -> None:
    app.text_input(key="class_code").input(" k7q m3x").run()
    assert app.query_params["class"] in ("K7QM3X", ["K7QM3X"])
    assert told(app)["code"] == "K7QM3X"


def test_what_is_typed_and_is_no_code_is_said_so_once(app: AppTest) -> None:
    app.text_input(key="class_code").input("hello").run()
    assert [each.value for each in app.warning] == [words("en")["explore.not_a_code"]]
    app.button(key="reset").click().run()
    assert not app.warning
