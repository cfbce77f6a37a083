"""The app behind nginx with the settings of `.deploy/`, in a real browser: its strict policy forbids nothing we do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.deploy.proxy import proxied, replicas


@pytest.fixture
def behind_proxy(tmp_path) -> Iterator[str]:
    image, proxy = tmp_path / "image", tmp_path / "proxy"
    image.mkdir()
    proxy.mkdir()
    with replicas(image, 2) as running, proxied(proxy, [each.port for each in running]) as base:
        yield base


def drawn(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-chart] .plotly").first).to_be_attached(timeout=60_000)


def test_pages_draw_take_files_and_save_pictures_under_the_proxys_policy(page, behind_proxy):
    forbidden = []
    page.on("console", lambda message: forbidden.append(message.text) if "Policy" in message.text else None)
    drawn(page, f"{behind_proxy}/why?part=surface&surface=space")

    drawn(page, f"{behind_proxy}/inspect")
    rows = "\n".join(["cat,dog,label", *["2,1,0", "0,3,1", "1,4,1"] * 10])
    page.locator("input[type=file]").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    expect(page.get_by_text("30 rows × 2 classes")).to_be_visible()

    drawn(page, f"{behind_proxy}/?logits=1,2")
    with page.expect_download() as saved:
        page.locator("[data-chart=probs] summary").click()
        page.locator("[data-chart=probs] .lc-save").first.click()
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    assert not forbidden
