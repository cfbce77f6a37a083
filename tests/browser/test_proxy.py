"""The app behind nginx with the settings of `.deploy/`, in a real browser: all works, whichever replica answers."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.test_road import acts, answers_of, drawn, opened
from tests.deploy.proxy import proxied

_LIVE = re.compile(r'GET /live/\w+ 200 .*"127\.0\.0\.1:(\d+)"')


def shown(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-chart] .plotly").first).to_be_attached(timeout=60_000)


def test_pages_draw_move_take_files_and_save_pictures(
    fresh_page: Page, two: list[str], tmp_path: Path
) -> None:
    page, forbidden = fresh_page, []
    page.on("console", lambda message: forbidden.append(message.text) if "Policy" in message.text else None)
    ports = [urlsplit(address).port or 0 for address in two]
    with proxied(tmp_path, ports) as base:
        shown(page, f"{base}/why?part=surface&surface=space")

        shown(page, f"{base}/inspect")
        rows = "\n".join(["cat,dog,label", *["2,1,0", "0,3,1", "1,4,1"] * 10])
        page.locator("input[type=file]").set_input_files(
            {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        )
        expect(page.get_by_text("30 rows × 2 classes")).to_be_visible()

        with answers_of(page) as answers:
            opened(page, f"{base}/?lang=en")
            acts(page)
        assert set(answers) == {200}
        answered = _LIVE.findall((tmp_path / "nginx.log").read_text("utf-8"))
        assert {int(port) for port in answered} == set(ports)  # not only the one that the script runs on

        with page.expect_download() as saved:
            page.locator("[data-chart=probs] summary").click()
            page.locator("[data-chart=probs] .lc-save").first.click()
        assert saved.value.path().read_bytes().startswith(b"\x89PNG")
        page.reload()
        drawn(page)
        page.goto("about:blank")
    assert not forbidden  # by our strict policy
