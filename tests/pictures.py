"""Take the README's pictures from the running app: ``python -m tests.pictures`` writes them to ``.github/``."""

import io
import math
from collections.abc import Mapping

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.serving import ROOT, launched, served

FOLDER = ROOT / ".github"
STILLS: Mapping[str, str] = {
    "explore": "?mode=smoothed",
    "derivation": "derivation?step=8",
    "why": "why",
    "numerics": "numerics?logits=40,0,0&topic=errors",
    "pitfalls": "pitfalls",
    "train": "train?train_step=1000",
    "inspect": "inspect",
}
_FRAMES = 48
_FRAME_MS = 80
_REACH = 58  # pixels that the bar is dragged up and down
_WIDTH = 1000  # pixels of the animation
_POINTER = """() => {
  const pointer = document.body.appendChild(document.createElement("div"));
  pointer.style = "position:fixed;z-index:9999999;width:22px;height:22px;margin:-11px;border-radius:50%;" +
    "background:#2a64a855;border:2px solid #2a64a8;pointer-events:none";
  document.addEventListener("pointermove", ({ clientX, clientY }) =>
    Object.assign(pointer.style, { left: `${clientX}px`, top: `${clientY}px` }), true);
}"""


def main() -> None:
    """Take an animation of a drag, and a still of each page, in the default language at a laptop's size."""
    FOLDER.mkdir(exist_ok=True)
    with served(ROOT / "app.py") as url, launched() as browser:
        for name, link in STILLS.items():
            page = _opened(browser, url + link)
            Image.open(io.BytesIO(page.screenshot())).quantize(128, dither=Image.Dither.NONE).save(
                FOLDER / f"{name}.png", optimize=True
            )
            page.close()
        first, *others = _drag(_opened(browser, url))
        first.save(
            FOLDER / "drag.webp", save_all=True, append_images=others, duration=_FRAME_MS, loop=0, quality=60
        )


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
    page.goto(address)
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
    page.wait_for_timeout(4000)
    return page


def _drag(page: Page) -> list[Image.Image]:
    """The second logit goes up and down again under the pointer."""
    page.evaluate(_POINTER)
    box = page.locator("[data-chart=logits] [role=slider]").nth(1).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    frames = []
    for number in range(_FRAMES):
        page.mouse.move(x, y - _REACH * math.sin(2 * math.pi * number / _FRAMES))
        page.wait_for_timeout(350)
        shot = Image.open(io.BytesIO(page.screenshot(clip={"x": 0, "y": 0, "width": 1440, "height": 720})))
        frames.append(shot.convert("RGB").resize((_WIDTH, _WIDTH * 720 // 1440), Image.Resampling.LANCZOS))
    page.mouse.up()
    return frames


if __name__ == "__main__":
    main()
