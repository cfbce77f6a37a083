"""Take the README's pictures from the running app: ``python -m tests.pictures`` writes them to ``.github/``."""

from collections.abc import Mapping

from tests.serving import ROOT, launched, served

FOLDER = ROOT / ".github"
STILLS: Mapping[str, str] = {
    "explore": "?mode=smoothed",
    "derivation": "derivation?step=8",
    "why": "why",
    "numerics": "numerics?logits=40,0,0",
    "pitfalls": "pitfalls",
    "train": "train?train_step=1000",
    "inspect": "inspect",
}


def main() -> None:
    """One still of each page, in its default language, at a laptop's size."""
    FOLDER.mkdir(exist_ok=True)
    with served(ROOT / "app.py") as url, launched() as browser:
        for name, link in STILLS.items():
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
            page.goto(url + link)
            page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
            page.wait_for_timeout(4000)
            page.screenshot(path=str(FOLDER / f"{name}.png"))
            page.close()


if __name__ == "__main__":
    main()
