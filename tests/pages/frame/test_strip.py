"""The presenter's strip: on every page, all that a lecturer needs, and nothing else around the page."""

from __future__ import annotations

import pytest

from ce_viz.pages.frame.parts import NEXT
from ce_viz.settings.presets import PRESETS
from ce_viz.strings import words
from tests.pages.conftest import address, open_app

PAGES = tuple(NEXT)


def presented(page: str = "explore", **link: str):
    return open_app("" if page == "explore" else page, present="1", **link)


def heading(app) -> str:
    """Name of the page: AppTest's address, and with it what is set, is lost on the way from one to another."""
    (title,) = app.title
    named = [page for page in PAGES if title.value == words("en")[f"nav.{page}"]]
    return named[0] if named else {"1": "lesson"}.get(title.value[0], "explore")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_strip_and_no_sidebar(page, language):
    app = presented(page, lang=language)
    assert not app.exception
    assert app.selectbox(key="strip_pages").value == page
    if page not in {"train", "inspect"}:  # which show nothing of it
        assert app.selectbox(key="strip_mode").value == "one-hot"
        assert app.selectbox(key="strip_label").value == 2
        assert app.selectbox(key="strip_temperature").value == 1.0
        assert len(app.selectbox(key="strip_preset").options) == len(PRESETS)
    assert not app.sidebar.children
    told = words(language)
    for name in ("back", "on", "black", "undo", "qr", "leave"):
        assert app.button(key=f"strip_{name}").label == told[f"present.{name}"]


def test_what_is_chosen_is_set():
    app = presented()
    app.selectbox(key="strip_preset").set_value("distillation").run()
    assert address(app)["mode"] == "soft"
    assert app.selectbox(key="strip_preset").value is None
    app.selectbox(key="strip_mode").set_value("one-hot").run()
    app.selectbox(key="strip_label").set_value(3).run()
    app.selectbox(key="strip_temperature").set_value(4.0).run()
    assert (address(app)["label"], address(app)["temperature"]) == ("3", "4")
    app.button(key="strip_undo").click().run()
    assert address(app)["temperature"] == "2"


def test_a_page_is_gone_to():
    app = presented()
    app.selectbox(key="strip_pages").set_value("why").run()
    assert not app.exception
    assert heading(app) == "why"


@pytest.mark.parametrize(
    ("page", "link", "button", "leads_to"),
    [
        ("derivation", {"step": "12"}, "on", "why"),
        ("derivation", {"step": "1"}, "back", "lesson"),
        ("explore", {}, "back", "explore"),
        ("inspect", {}, "on", "explore"),
    ],
)
def test_at_a_pages_end_on_and_back_lead_through_the_thread(page, link, button, leads_to):
    app = presented(page, **link)
    app.button(key=f"strip_{button}").click().run()
    assert not app.exception
    assert heading(app) == leads_to


def test_on_uncovers_before_it_leads_on():
    app = presented(reveal="probs,loss")
    app.button(key="strip_on").click().run()
    assert address(app)["uncovered"] == "probs"
    app.button(key="strip_on").click().run()
    assert heading(app) == "explore"
    app.button(key="strip_on").click().run()
    assert heading(app) == "lesson"


def test_black_covers_and_uncovers():
    app = presented()
    app.button(key="strip_black").click().run()
    assert len(address(app)["hide"].split(",")) == 8
    app.button(key="strip_black").click().run()
    assert "hide" not in address(app)


def test_the_strip_says_the_true_class_unless_the_label_is_covered():
    assert presented(label="2").selectbox(key="strip_label").value == 2
    assert presented(label="2", hide="targets").selectbox(key="strip_label").value is None


def test_leaving_brings_the_sidebar_back_with_what_is_set():
    app = presented(mode="smoothed", label="3", temperature="2")
    app.button(key="strip_leave").click().run()
    assert not app.exception
    assert "present" not in address(app)
    assert app.sidebar.button_group(key="mode").value == "smoothed"
    assert app.sidebar.selectbox(key="label").value == 3
    assert app.sidebar.slider(key="temperature").value == 2.0


def test_the_code_and_its_address_are_shown_large():
    app = presented(logits="1,2,3", step="7")
    app.button(key="strip_qr").click().run()
    assert not app.exception
    assert [block.value for block in app.code][-1].endswith("?logits=1,2,3")


def test_a_page_with_too_many_numbers_gives_its_address_alone():
    app = presented(logits=",".join(f"{k}.123456789" for k in range(30)))
    app.button(key="strip_qr").click().run()
    assert not app.exception
    assert words("en")["present.qr_too_long"] in [each.value for each in app.info]
