"""The app under AppTest, opened by a link."""

import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

APP = Path(__file__).parents[2] / "app.py"


@cache
def _components() -> BidiComponentManager:
    """The components that packages bring: each new AppTest would read the metadata of all of them, 70 ms long."""
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)
    return manager


def open_app(page: str = "", **link: str) -> AppTest:
    """The app after its first run, opened with the given link at a page's address."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app._bidi_component_manager = _components()
    # AppTest.switch_page only knows pages that are files; a page's address is what its hash is made of.
    app._page_hash = calc_hash(page) if page else ""
    for name, text in link.items():
        app.query_params[name] = text
    return app.run()


def boards(app: AppTest) -> list[dict[str, Any]]:
    """What the browser is given of live charts."""
    given = (component.proto.bytes for component in app.get("bidi_component"))
    return [json.loads(zlib.decompress(packed)) for packed in given if packed]


def texts(app: AppTest) -> str:
    """All that a person reads as text, in one string."""
    kinds = (app.markdown, app.warning, app.info, app.caption, app.latex, app.code)
    drawn = boards(app)
    lines = [board["headline"] for board in drawn]
    for card in (card for board in drawn for card in board["charts"]):
        lines += [[[card["title"]]], card.get("formula", []), [[card.get("hint", "")]]]
    shown = ["".join(piece[0] for piece in line) for line in lines]
    return "\n".join([*(str(element.value) for kind in kinds for element in kind), *shown])


@pytest.fixture
def app() -> AppTest:
    return open_app()


def address(app: AppTest) -> dict[str, str]:
    """The link as it stands after the last run."""
    return {name: text if isinstance(text, str) else text[-1] for name, text in app.query_params.items()}
