"""What other tests do with a mouse, by keyboard alone: every act is reached with Tab and done with a key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.strings import words

APP = Path(__file__).parents[2] / "app.py"
WORDS = words("en")
RACED = "() => document.querySelector('[data-chart=race_loss] .js-plotly-plot').data[0].x.at(-1) >= 5"
HAS_FOCUS = "node => node.contains(document.activeElement)"


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(APP)


def opened(page: Page, address: str, sign: str) -> Page:
    """Open a page and wait until ``sign`` is there and the server is done."""
    page.goto(address)
    expect(page.locator(sign).first).to_be_attached(timeout=60_000)
    done(page)
    return page


def done(page: Page) -> None:
    """Wait for the server's answer."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def reach(page: Page, target: Locator, *, back: bool = False) -> None:
    """Press Tab, or Shift+Tab to go back, until the target has the focus."""
    expect(target).to_be_attached()
    node = target.element_handle()  # to look it up after each Tab would cost more than the Tab
    for _ in range(90):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if node.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"Tab does not reach {target}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def widget(page: Page, key: str, inside: str = "button") -> Locator:
    return page.locator(f".st-key-{key} {inside}").first


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=WORDS[name], exact=True)


def test_explore_is_set_played_taken_back_and_presented_with_keys(page: Page, url: str) -> None:
    opened(page, f"{url}?lang=en", "[data-chart=logits_grad] .bartext")
    reach(page, page.locator("[data-chart=logits] [role=slider]").first)
    press(page, "ArrowUp")
    expect(page).to_have_url(re.compile("logits=2.1"))
    press(page, "Enter")
    page.keyboard.type("3")
    press(page, "Enter")
    expect(page).to_have_url(re.compile(r"logits=3,1"))
    reach(page, page.locator("[data-chart=jacobian] .lc-cursor"))
    press(page, *("ArrowUp", "ArrowLeft") * 2)  # from wherever another test has left the cursor
    press(page, "ArrowDown", "Enter")
    expect(page).to_have_url(re.compile(r"cell=2,1"))

    reach(page, button(page, "learn.play"), back=True)
    press(page, "Enter")
    expect(page.get_by_text(re.compile(r"^step [1-9]"))).to_be_visible()
    press(page, "Enter")
    expect(page).not_to_have_url(re.compile(r"logits=3,1"))
    reach(page, button(page, "learn.rewind"), back=True)
    press(page, "Enter")
    expect(page).to_have_url(re.compile(r"logits=3,1"))

    reach(page, button(page, "controls.undo"), back=True)
    press(page, "Enter")
    expect(page).not_to_have_url(re.compile(r"logits=3,1"))
    done(page)
    reach(page, button(page, "controls.redo"))
    press(page, "Enter")
    expect(page).to_have_url(re.compile(r"logits=3,1"))

    done(page)
    reach(page, widget(page, "present", "input"))
    press(page, "Space")
    expect(page).to_have_url(re.compile("present=1"))
    cover = page.locator("[data-chart=probs] .lc-toggle")
    reach(page, cover)
    press(page, "Enter")
    expect(page).to_have_url(re.compile("hide=probs"))
    press(page, "Enter")
    expect(page).not_to_have_url(re.compile("hide="))
    reach(page, widget(page, "strip_leave"), back=True)
    press(page, "Enter")
    expect(page).not_to_have_url(re.compile("present"))


def test_derivations_cell_is_chosen_with_keys(page: Page, url: str) -> None:
    opened(page, f"{url}derivation?lang=en&step=5", "[data-chart=jacobian] .main-svg")
    reach(page, widget(page, "proof_j", "input"))
    press(page, "ArrowDown", "ArrowDown", "Enter")
    expect(page).to_have_url(re.compile("cell=1,[13]"))


def test_race_is_played_paused_and_rewound_with_keys(page: Page, url: str) -> None:
    opened(page, f"{url}why?lang=en&part=race&logits=5,0,0&label=2", "[data-chart=race_simplex] .main-svg")
    step = page.get_by_role("slider", name=WORDS["why.race.at"])
    press(page, "p")
    page.wait_for_function(RACED)
    press(page, "p")
    expect(page).to_have_url(re.compile("race_step="))
    done(page)
    assert 5 <= int(step.input_value()) < int(step.get_attribute("max"))  # paused, not at its end
    reach(page, widget(page, "why_rewind"))
    press(page, "Enter")
    expect(page).not_to_have_url(re.compile("race_step="))


def test_numerics_landmark_and_clip_are_chosen_with_keys(page: Page, url: str) -> None:
    opened(page, f"{url}numerics?lang=en&topic=clipping", "[data-chart=clip_loss] .main-svg")
    reach(page, button(page, "numerics.wrong"))
    press(page, "Enter")
    expect(page).to_have_url(re.compile("logits=1000"))
    done(page)
    reach(page, widget(page, "clip", "[role=radiogroup]"))
    press(page, "ArrowLeft", "Space")
    expect(page).to_have_url(re.compile("clip="))


def test_pitfalls_round_is_chosen_and_tried_again_with_keys(page: Page, url: str) -> None:
    opened(page, f"{url}pitfalls?lang=en&round=sign", "[data-testid=stForm]")
    reach(page, page.locator("[data-testid=stForm] input").first)
    press(page, "Space")
    reach(page, page.get_by_test_id("stFormSubmitButton").get_by_role("button"))
    press(page, "Enter")
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    done(page)
    reach(page, button(page, "pitfalls.retry"))
    press(page, "Enter")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    done(page)
    reach(page, page.locator(".st-key-pitfalls_round").get_by_role("combobox"), back=True)
    press(page, "ArrowDown", "ArrowDown", "Enter")
    expect(page).to_have_url(re.compile("round=(?!sign)"))


def test_training_is_run_stepped_and_reset_with_keys(page: Page, url: str) -> None:
    opened(page, f"{url}train?lang=en&pace=1", "[data-chart=mistakes] .main-svg")
    told = page.get_by_text(re.compile(r"^Step \d+ of"))
    press(page, "p")
    expect(told).to_have_text(re.compile(r"^Step [1-9]"))
    press(page, "p")
    expect(page).to_have_url(re.compile("train_step="))
    done(page)
    stopped = int(re.search(r"train_step=(\d+)", page.url)[1])
    press(page, "n")
    expect(page).to_have_url(re.compile(f"train_step={stopped + 1}(&|$)"))
    done(page)
    reach(page, widget(page, "train_reset"))
    press(page, "Enter")
    expect(told).to_have_text(re.compile("^Step 0 "))
    reach(page, page.get_by_role("spinbutton", name=WORDS["train.image"]))
    press(page, "ArrowUp", "Enter")
    expect(page).to_have_url(re.compile("image="))


def test_own_logits_are_pasted_and_a_row_and_a_cell_picked_with_keys(page: Page, url: str) -> None:
    opened(page, f"{url}inspect?lang=en", "[data-chart=confusion] .main-svg")
    reach(page, button(page, "inspect.paste"))
    press(page, "Enter")
    field = page.get_by_role("textbox", name=WORDS["inspect.paste_label"])
    reach(page, field, back=True)  # what is unfolded is at the document's end
    for line in ("cat,dog,label", "2,1,cat", "0,3,dog", "1,4,cat"):
        page.keyboard.type(line)
        press(page, "Enter")
    reach(page, button(page, "inspect.paste_read"))
    press(page, "Enter")
    expect(page.get_by_text("3 rows × 2 classes")).to_be_visible()
    press(page, "Escape")
    done(page)
    reach(page, page.locator("[data-chart=confusion] .lc-cursor"))
    press(page, "ArrowRight", "Enter")
    expect(page.get_by_text("Labelled cat, read as dog")).to_be_visible()
    done(page)
    reach(page, page.get_by_role("spinbutton", name=WORDS["inspect.row_number"], exact=True))
    press(page, "Control+a")
    page.keyboard.type("2")
    press(page, "Enter")
    done(page)
    reach(page, button(page, "inspect.open"))
    press(page, "Enter")
    expect(page.get_by_text("row 2 of the file")).to_be_visible()
