"""Train in a real browser: the run plays, stops and replays; a mistake opens in Explore."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.core.studies.classified import Mistake, worst_mistakes
from ce_viz.core.studies.training import MAX_STEPS, TrainingSettings, start_training, train
from ce_viz.pages.digits import training_data
from tests.serving import ROOT

DATA = training_data()


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def opened(page: Page, url: str, link: str = "") -> Page:
    page.goto(f"{url}train?lang=en{link}")
    expect(page.locator("[data-chart=mistakes] .heatmaplayer image").first).to_be_attached(timeout=60_000)
    return page


def trained(steps: int):
    return train(DATA, start_training(DATA, TrainingSettings()), steps)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def at_step(page: Page, step: int | str, timeout: float = 20_000) -> None:
    expect(page.get_by_text(re.compile(rf"^Step {step} of {MAX_STEPS}"))).to_be_visible(timeout=timeout)


def step_of(page: Page) -> int:
    return int(re.match(r"Step (\d+)", page.get_by_text(re.compile(r"^Step \d+ of")).inner_text())[1])


def pictures(page: Page, chart: str) -> str:
    """What a chart's heat map looks like, pixel by pixel."""
    return page.locator(f"[data-chart={chart}] .heatmaplayer image").get_attribute("href")


def test_default_run_reaches_the_stated_accuracy_ends_by_itself_and_tells_it(page, url):
    opened(page, url, f"&train_step={MAX_STEPS - 40}")
    button(page, "Train").click()
    at_step(page, MAX_STEPS, timeout=120_000)
    accuracy = trained(MAX_STEPS).history[-1].test_accuracy
    assert accuracy >= 0.94
    expect(
        page.get_by_text(f"{100 * accuracy:.1f}% of {len(DATA.test.labels)} unseen images right")
    ).to_be_visible()
    expect(page).to_have_url(re.compile(f"train_step={MAX_STEPS}"))


def goes_on_by_one(page: Page, stopped: int) -> None:
    """The next step is the one after: there were none in between."""
    button(page, "One step").click()
    at_step(page, stopped + 1)
    expect(page).to_have_url(re.compile(f"train_step={stopped + 1}(&|$)"))
    assert step_of(page) == stopped + 1 <= MAX_STEPS


def test_reset_replays_the_run_to_the_last_pixel(page, url):
    opened(page, url)
    blank = pictures(page, "weights")
    seen = []
    for _ in range(2):
        for step in (1, 2, 3):
            button(page, "One step").click()
            at_step(page, step)
        expect(page.locator("[data-chart=weights] .heatmaplayer image")).not_to_have_attribute("href", blank)
        page.wait_for_function(
            """() => [...document.querySelectorAll("[data-chart]")].every(({ card }) =>
                card.drawing.shown && !card.drawing.moved && !card.board.frame && !card.board.pending().length)"""
        )
        seen.append([pictures(page, chart) for chart in ("weights", "weights_grad", "image_grad")])
        page.locator(".st-key-train_reset button").first.click()
        at_step(page, 0)
        expect(page.locator("[data-chart=weights] .heatmaplayer image")).to_have_attribute("href", blank)
    assert seen[0] == seen[1]


def test_pause_stops_the_run_where_it_is_and_so_does_leaving_the_page_which_keeps_its_settings(page, url):
    opened(page, url, "&train_rate=0.3")
    begins(page)
    button(page, "Pause").click()
    expect(button(page, "Train")).to_be_visible()
    expect(page).to_have_url(re.compile("train_step="))  # the address follows when it stands still
    stopped = int(re.search(r"train_step=(\d+)", page.url)[1])
    at_step(page, stopped)
    goes_on_by_one(page, stopped)
    begins(page)
    page.get_by_role("link", name="Explore").click()
    expect(page.locator("[data-chart=jacobian]")).to_be_visible()
    page.get_by_role("link", name="Train").click()
    expect(button(page, "Train")).to_be_visible()
    assert step_of(page) > stopped + 1
    expect(page.get_by_role("spinbutton", name="Step size η")).to_have_value("0.3")
    goes_on_by_one(page, step_of(page))
    expect(page).to_have_url(re.compile("train_rate=0.3"))


def begins(page: Page) -> None:
    """Let it run, and see it go on."""
    before = step_of(page)
    button(page, "Train").click()
    expect(page.get_by_text(re.compile(rf"^Step (?!{before} )\d+ of"))).to_be_visible()


def test_picked_mistake_opens_in_explore_with_its_logits_and_its_label_and_two_ways_lead_back(page, url):
    opened(page, url, "&train_step=40")
    worst = worst_mistakes(DATA, trained(40), 12)
    gallery = page.locator("[data-chart=mistakes]")
    gallery.scroll_into_view_if_needed()
    gallery.locator(".lc-cursor").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    is_told_in_explore(page, worst[1])
    page.go_back()
    at_step(page, 40)
    page.go_back()
    expect(page).to_have_url(re.compile("train_step=40$"))
    at_step(page, 40)
    gallery.scroll_into_view_if_needed()
    box = gallery.locator(".heatmaplayer image").last.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.9)
    is_told_in_explore(page, worst[11])
    page.get_by_role("button", name="Back to Train").click()
    at_step(page, 40)


def is_told_in_explore(page: Page, mistake: Mistake) -> None:
    story = f"no. {mistake.number + 1}. It was meant as a {mistake.label}, and the classifier says {mistake.predicted}"
    expect(page.get_by_text(story)).to_be_visible()
    logits = ", ".join(f"{logit:.4f}".rstrip("0").rstrip(".") for logit in mistake.logits)
    expect(page.get_by_role("textbox", name="Logits o")).to_have_value(logits)
    expect(page).to_have_url(re.compile(f"/\\?.*origin=digit-{mistake.number + 1}"))
    expect(page.get_by_role("button", name="Back to Train")).to_be_visible()


def test_race_shows_both_classifiers_from_the_same_bad_start(page, url):
    page.goto(f"{url}train?lang=en&train_view=race&train_step=100")
    at_step(page, 100, timeout=60_000)
    expect(page.locator("[data-chart=race_accuracy] .scatterlayer .trace")).to_have_count(2)
    assert pictures(page, "weights_cross_entropy") != pictures(page, "weights_squared_error")


def test_downloaded_weights_are_those_of_the_core(page, url):
    opened(page, url, "&train_step=10")
    page.get_by_text("All the numbers").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    (run,) = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["runs"]
    assert run["arrays"]["weights"]["values"] == trained(10).weights.reshape(10, 8, 8).tolist()
