"""What the tour's table and sheet say: no browser that was not there, and no failed step, looks like success."""

from __future__ import annotations

from tests.browsers.sheet import Column, page, status

FINE = Column("Chromium 156", {"drag": "seen", "keys": "seen"}, {"drag": {"": "drag-chromium.png"}})
TORN = Column("Firefox 153", {"drag": "seen", "keys": "the <b>: []"}, {"drag": {"": "drag-firefox.png"}})
ABSENT = Column("WebKitGTK: not installed (Xvfb)")


def test_an_absent_browser_is_said_to_be_so_and_one_step_that_failed_fails_the_command() -> None:
    assert [column.cell("keys") for column in (FINE, TORN, ABSENT)] == [
        "seen",
        "the <b>: []",
        "not installed",
    ]
    assert status([FINE, ABSENT], ["drag", "keys"]) == 0
    assert status([FINE, TORN], ["drag", "keys"]) == 1
    assert status([FINE, TORN], ["drag"]) == 0
    assert status([ABSENT], ["drag"]) == 1


def test_pictures_of_a_step_stand_side_by_side_under_their_browsers() -> None:
    sheet = page([FINE, ABSENT, TORN], {"drag": "a & b", "keys": "c"}, "today")
    drag, keys = sheet.split("<h2>")[1:]
    row = drag[drag.index("<tr><td>") :]
    assert row.index("drag-chromium.png") < row.index("<td></td>") < row.index("drag-firefox.png")
    assert "a &amp; b" in drag
    assert "the &lt;b&gt;: []" in keys
    assert "<img" not in keys
