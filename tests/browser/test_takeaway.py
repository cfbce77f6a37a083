"""What is taken away, downloaded by a real browser and opened again."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings.numbers import number
from tests.serving import ROOT

SCENARIO = Scenario((1.25, -0.5, 3.0), temperature=2.0)


@pytest.fixture
def dialog(page: Page, serve: Callable[..., str]) -> Page:
    """The open dialog, over Explore with the scenario's settings."""
    page.goto(f"{serve(ROOT / 'app.py')}?logits=1.25,-0.5,3&temperature=2")
    expect(page.locator("[data-chart=logits_grad] .bartext").first).to_be_attached(timeout=60_000)
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def downloaded(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_csv_json_and_a_page_that_opens_offline_hold_the_cores_numbers(dialog, tmp_path, new_page):
    explanation = explain(SCENARIO)
    dialog.get_by_role("tab", name="Data and pictures").click()

    with downloaded(dialog, "CSV", tmp_path).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    values = [float(row["value"]) for row in rows if row["array"] == "logits_grad"]
    assert np.array_equal(values, explanation.logits_grad)

    document = json.loads(downloaded(dialog, "JSON", tmp_path).read_text(encoding="utf-8"))
    assert np.array_equal(document["arrays"]["jacobian"]["values"], explanation.jacobian)
    assert "temperature=2" in document["link"]

    path = downloaded(dialog, "Page (HTML)", tmp_path)
    alone = new_page(offline=True)
    alone.goto(path.as_uri())
    expect(alone.locator("figure")).to_have_count(8)
    expect(alone.locator("p").first).to_contain_text("a picture to keep")
    expect(alone.locator(".formula").nth(1)).to_have_text("S = softmax(o/T)")
    expect(alone.locator(".joiner")).to_have_text(["→", "vs", "→", "", "×", "=", "Σ↓", ""])
    assert "drag" not in alone.locator("main").inner_text()
    expect(alone.get_by_text(number(explanation.loss)).first).to_be_visible()
    texts = alone.locator("figure").nth(1).locator(".bartext").all_text_contents()
    assert texts == [number(value) for value in explanation.probs]
