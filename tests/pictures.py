"""Take the README's pictures from the running app: ``python -m tests.pictures`` writes them to ``.github/``."""

import contextlib
import io
import json
import math
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import numpy as np
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
_MEMBERS = 25
_APART = 16  # pixels between the two screens of a class
# The lesson's third scene once a guess was made: the gaps between bars and lines are arrows, and these the gradient.
_FOUND = "lesson?scene=3&done=guess&guess=0.3,-0.4,0.1"
_CLIP = {"x": 290, "y": 60, "width": 1150, "height": 590}  # without the sidebar
_SIZE = (1000, 513)  # of the animation
_FRAMES = 48
_FRAME_MS = 80
_REACH = 58  # pixels that the bar is dragged up and down
_POINTER = """() => {
  const pointer = document.body.appendChild(document.createElement("div"));
  pointer.style = "position:fixed;z-index:9999999;width:22px;height:22px;margin:-11px;border-radius:50%;" +
    "background:#2a64a855;border:2px solid #2a64a8;pointer-events:none";
  document.addEventListener("pointermove", ({ clientX, clientY }) =>
    Object.assign(pointer.style, { left: `${clientX}px`, top: `${clientY}px` }), true);
}"""


def main() -> None:
    """Take an animation of a drag, a still of each page, and a class, in the default language."""
    FOLDER.mkdir(exist_ok=True)
    with served(ROOT / "app.py") as url, launched() as browser:
        for name, link in STILLS.items():
            page = _opened(browser, url + link)
            Image.open(io.BytesIO(page.screenshot())).quantize(128, dither=Image.Dither.NONE).save(
                FOLDER / f"{name}.png", optimize=True
            )
            page.close()
        _class(browser, url).save(FOLDER / "class.png", optimize=True)
        first, *others = _drag(_opened(browser, url + _FOUND))
        first.save(
            FOLDER / "lesson.webp",
            save_all=True,
            append_images=others,
            duration=_FRAME_MS,
            loop=0,
            quality=60,
        )


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
    page.goto(address)
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
    page.wait_for_timeout(4000)
    return page


def _class(browser: Browser, url: str) -> Image.Image:
    """A teacher's screen and a student's phone: what a class of 25 has guessed, over the chart that was covered."""
    teacher = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-US")
    teacher.goto(f"{url}?present=1&hide=chain_rule,logits_grad")
    teacher.locator(".tc-open").click(timeout=60_000)
    teacher.locator(".tc-qr").wait_for()
    code = teacher.locator(".tc-code").text_content()
    phone = browser.new_page(
        viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    phone.goto(f"{url}?class={code}")
    phone.locator(".fc .main-svg").first.wait_for(timeout=60_000)
    teacher.locator(".tc-main").first.click()
    bars = phone.locator("[data-chart=guess] [role=slider]")
    for at, key in enumerate(("PageUp", "PageDown", "ArrowUp")):
        bars.nth(at).press(key)
    phone.locator(".fc-send").click()
    with contextlib.ExitStack() as streams:
        _guess(f"{url}live/class/{code}", np.random.default_rng(7), streams)
        teacher.locator("[data-chart=logits_grad] .lc-toggle").click()
        teacher.locator(".tc-pill").click()
        teacher.get_by_role("button", name="Show the answers").click()
        for page in (teacher, phone):
            page.locator("[data-chart=results] .bars .point").first.wait_for(state="attached")
            page.wait_for_timeout(1500)
        shots = [page.screenshot() for page in (teacher, phone)]
    left, right = (Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots)
    right = right.resize((left.height * right.width // right.height, left.height))
    both = Image.new("RGB", (left.width + _APART + right.width, left.height), "#888888")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + _APART, 0))
    teacher.close()
    phone.close()
    return both.quantize(128, dither=Image.Dither.NONE)


def _guess(address: str, rng: np.random.Generator, streams: contextlib.ExitStack) -> None:
    """Have the class's other members guess the gradient, most of them nearly right."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    for _ in range(_MEMBERS - 1):
        member = rng.bytes(16).hex()
        streams.enter_context(urlopen(f"{address}?member={member}&lang=en", timeout=20))
        guess = np.clip(np.array([0.65, -0.75, 0.1]) + rng.normal(0, 0.15, 3), -1, 1).round(2).tolist()
        vote = {"kind": "vote", "member": member, "question": 1, "round": 1, "guess": guess}
        urlopen(Request(address, json.dumps(vote).encode(), {"Origin": origin}), timeout=20).close()


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
        shot = Image.open(io.BytesIO(page.screenshot(clip=_CLIP)))
        frames.append(shot.convert("RGB").resize(_SIZE, Image.Resampling.LANCZOS))
    page.mouse.up()
    return frames


if __name__ == "__main__":
    main()
