"""Names and files that would like to be more than text, in a real browser: no script runs, no picture is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from ce_viz.settings import readers as inputs
from ce_viz.strings import words
from tests.browser.window import LAPTOP, Window
from tests.serving import ROOT

NAMES = (
    "<img src=x onerror=f()>",
    "<script>f()</script>",
    "[x](javascript:f())",
    "\u200f*שלום* 🐱",
    r"$\href{x}{y}$",
)
# A picture that is not there fails; so have those that were asked for before it.
MISSED = (
    "() => new Promise(failed => Object.assign(new Image(), { onerror: failed, src: `x?${Math.random()}` }))"
)
WATCH = "window.ran = []; window.f = () => window.ran.push(1);"


@pytest.fixture(scope="module")
def watched(browser: Browser) -> Iterator[Page]:
    """A page in which ``f``, that all attacks want to call, tells of it."""
    window = Window(browser.new_page(viewport=LAPTOP), {})
    window.page.add_init_script(WATCH)
    window.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    yield window.page
    window.sweep()
    window.page.close()


def harmless(page: Page) -> None:
    expect(page.locator("[data-chart] .plotly").first).to_be_attached(timeout=60_000)
    text_only(page)


def text_only(page: Page) -> None:
    page.evaluate(MISSED)
    assert page.evaluate("window.ran") == []
    main = page.get_by_test_id("stMain")
    expect(main.locator("img, script, a[href^='javascript'], a[href='x']")).to_have_count(0)
    expect(main.get_by_test_id("stException")).to_have_count(0)


def test_the_names_are_not_refused_for_their_letters():
    assert inputs.names(most=len(NAMES))(",".join(NAMES)) == NAMES


def test_names_in_a_link_are_text_wherever_they_stand(watched, serve):
    base = serve(ROOT / "app.py")
    link = f"names={quote(','.join(NAMES))}&logits=2,1,0.5,0,-1"
    for path in ("?", "derivation?", "why?part=surface&"):
        watched.goto(f"{base}{path}{link}")
        harmless(watched)


def test_names_in_a_file_of_a_file_in_a_question_about_one_and_in_its_answers_are_text(watched, serve):
    watched.goto(serve(ROOT / "app.py") + "inspect")
    harmless(watched)
    rows = "\n".join(
        [
            ",".join([*NAMES, "label"]),
            *["2.5,1.25,0.5,0.75,-1.5,0", "0.5,3.25,1.75,0.5,0.25,1", "1.5,4.5,1.5,2.25,0.5,4"] * 10,
        ]
    )
    file = {"name": f"{NAMES[0]}{'x' * 200}.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    watched.locator(".st-key-inspect_upload input[type=file]").set_input_files(file)
    expect(watched.get_by_text("30 rows × 5 classes")).to_be_visible()
    harmless(watched)
    watched.get_by_role("button", name=words("en")["inspect.remove"]).click()
    expect(watched.get_by_text("30 rows × 5 classes")).to_have_count(0)
    for name in NAMES[:2]:
        rows = "\n".join([f"label,{name}", *["0,-1.75", "1,0.5", "1,-0.25", "1,2.5"] * 5])
        file = {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        watched.locator(".st-key-inspect_upload input[type=file]").set_input_files(file)
        expect(watched.get_by_text("There is one number per row")).to_be_visible()
        expect(watched.get_by_test_id("stMain").get_by_text(name).first).to_be_visible()
        text_only(watched)
        watched.get_by_role("button", name="the logit of 1").click()
        expect(watched.get_by_text("20 rows × 2 classes")).to_be_visible()
        harmless(watched)
        watched.get_by_role("button", name=words("en")["inspect.remove"]).click()
        expect(watched.get_by_text("20 rows × 2 classes")).to_have_count(0)
