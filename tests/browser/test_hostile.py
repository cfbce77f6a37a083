"""Names and files that would like to be more than text, in a real browser: no script runs, no picture is fetched."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from ce_viz.settings import readers as inputs
from tests.serving import ROOT

NAMES = (
    "<img src=x onerror=f()>",
    "<script>f()</script>",
    "[x](javascript:f())",
    "\u200f*שלום* 🐱",
    r"$\href{x}{y}$",
)
WATCH = "window.ran = []; window.f = () => window.ran.push(1);"


@pytest.fixture
def watched(page: Page) -> Page:
    """A page in which ``f``, that all attacks want to call, tells of it."""
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    return page


def harmless(page: Page) -> None:
    expect(page.locator("[data-chart] .plotly").first).to_be_attached(timeout=60_000)
    text_only(page)


def text_only(page: Page) -> None:
    page.wait_for_timeout(300)  # time for a picture that is not there to fail
    assert page.evaluate("window.ran") == []
    main = page.get_by_test_id("stMain")
    expect(main.locator("img, script, a[href^='javascript'], a[href='x']")).to_have_count(0)
    expect(main.get_by_test_id("stException")).to_have_count(0)


def test_the_names_are_not_refused_for_their_letters():
    assert inputs.names(most=len(NAMES))(",".join(NAMES)) == NAMES


@pytest.mark.parametrize("path", ["", "derivation", "why?part=surface"])
def test_names_in_a_link_are_text_wherever_they_stand(watched, serve, path):
    base = serve(ROOT / "app.py")
    link = f"names={quote(','.join(NAMES))}&logits=2,1,0.5,0,-1"
    watched.goto(f"{base}{path}{'&' if '?' in path else '?'}{link}")
    harmless(watched)


def test_names_in_a_file_and_of_a_file_are_text(watched, serve):
    watched.goto(serve(ROOT / "app.py") + "inspect")
    harmless(watched)
    rows = "\n".join(
        [
            ",".join([*NAMES, "label"]),
            *["2.5,1.25,0.5,0.75,-1.5,0", "0.5,3.25,1.75,0.5,0.25,1", "1.5,4.5,1.5,2.25,0.5,4"] * 10,
        ]
    )
    file = {"name": f"{NAMES[0]}{'x' * 200}.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    watched.locator("input[type=file]").set_input_files(file)
    expect(watched.get_by_text("30 rows × 5 classes")).to_be_visible()
    harmless(watched)


@pytest.mark.parametrize("name", NAMES)
def test_names_in_a_question_about_a_file_and_in_its_answers_are_text(watched, serve, name):
    watched.goto(serve(ROOT / "app.py") + "inspect")
    harmless(watched)
    rows = "\n".join([f"label,{name}", *["0,-1.75", "1,0.5", "1,-0.25", "1,2.5"] * 5])
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    watched.locator("input[type=file]").set_input_files(file)
    expect(watched.get_by_text("There is one number per row")).to_be_visible()
    expect(watched.get_by_test_id("stMain").get_by_text(name).first).to_be_visible()
    text_only(watched)
    watched.get_by_role("button", name="the logit of 1").click()
    expect(watched.get_by_text("20 rows × 2 classes")).to_be_visible()
    harmless(watched)
