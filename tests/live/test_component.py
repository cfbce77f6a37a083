"""The joint to Streamlit: what is served and mounted, and how a message reaches the page."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import plotly
import pytest

from ce_viz.live import WORDS, Board, Chart, Editable, Event, Pick, Tick, component
from ce_viz.live.component import live_charts

CHART = Chart(
    "a", {"data": [{"type": "bar", "y": [1.0, 2.0]}], "layout": {}}, "A", "", editable=Editable(0, 5)
)
TEXTS = {word: word for word in WORDS}


class State(dict[str, Any]):
    """A session's state."""

    to_dict = dict.copy


class Browser:
    """Streamlit as the component sees it: a session's state, and a browser that can send messages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = State()
        self.receive: Callable[[], None] = lambda: None
        monkeypatch.setattr(component, "st", SimpleNamespace(session_state=self.state))
        monkeypatch.setattr(component, "_mount", self._mount)

    def _mount(self, *, key: str, data: bytes, on_message_change: Callable[[], None]) -> None:
        self.key, self.receive, self.text = key, on_message_change, zlib.decompress(data).decode()
        self.state.setdefault(key, {})

    def send(self, number: object, *events: dict[str, Any]) -> None:
        self.state[self.key] = {"message": {"id": number, "events": list(events)}}
        self.receive()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(monkeypatch)


def draw(*charts: Chart, **options: Any) -> None:
    board = Board("board", charts or (CHART,))
    live_charts(board, **{"words": TEXTS, "palette": {}, **options})


def test_a_message_reaches_the_page_before_the_run(browser: Browser) -> None:
    received: list[tuple[int, list[Event]]] = []
    draw(on_message=lambda number, events: received.append((number, list(events))))
    browser.send(41, {"kind": "tick"}, {"kind": "pick", "chart": "a", "i": 1, "j": 1})
    assert received == [(41, [Tick(), Pick("a", 1, 1)])]


def test_a_message_that_was_acted_upon_is_acknowledged_and_not_handed_out_again(browser: Browser) -> None:
    received: list[tuple[int, list[Event]]] = []
    draw(handled=41, on_message=lambda number, events: received.append((number, list(events))))
    browser.send(41, {"kind": "tick"})
    assert received == [(41, [])]
    assert json.loads(browser.text)["handled"] == 41


def test_what_was_sent_before_back_is_not_acted_upon(browser: Browser) -> None:
    received: list[tuple[int, list[Event]]] = []
    draw(
        handled=40,
        is_meant=lambda name: name == "now",
        on_message=lambda number, events: received.append((number, list(events))),
    )
    for number, name in ((41, "before"), (42, "now")):
        browser.state["board"] = {"message": {"id": number, "events": [{"kind": "tick"}], "session": name}}
        browser.receive()
    assert received == [(40, []), (42, [Tick()])]


@pytest.mark.parametrize("state", [{}, {"board": {}}, {"board": {"message": "<script>"}}])
def test_a_session_without_a_sensible_message_has_no_event(browser: Browser, state: dict[str, Any]) -> None:
    received: list[Event] = []
    draw(on_message=lambda _, events: received.extend(events))
    browser.state.clear()
    browser.state.update(state)
    browser.receive()
    assert received == []


def test_the_browser_is_told_page_link_and_pace(browser: Browser) -> None:
    draw(page="explore", link="logits=1%2C2", tick_ms=120)
    told = json.loads(browser.text)
    assert (told["page"], told["link"], told["tick"], told["key"]) == (
        "explore",
        "logits=1%2C2",
        120,
        "board",
    )


def test_two_charts_of_one_name_are_refused(browser: Browser) -> None:
    with pytest.raises(ValueError, match=r"chart names must differ, got \['a', 'a'\]"):
        draw(CHART, CHART)


def test_a_missing_text_is_refused_by_name(browser: Browser) -> None:
    with pytest.raises(ValueError, match=r"missing \['cell', 'show'\]"):
        draw(words={word: "" for word in WORDS if word not in {"cell", "show"}})


def test_texts_that_no_browser_needs_stay_on_the_server(browser: Browser) -> None:
    draw(words=TEXTS | {"answer": "forty-two"})
    assert "forty-two" not in browser.text


def test_the_script_sent_with_each_run_only_fetches_the_real_one() -> None:
    assert len(component._LOADER) < 700
    assert "import(" in component._LOADER


def test_a_folder_is_called_otherwise_when_a_file_of_it_changes(tmp_path: Any) -> None:
    names = set()
    for file, text in (("a.js", "one"), ("a.js", "two"), ("b.js", "")):
        (tmp_path / file).write_text(text)
        names.add(component._version(tmp_path))
    assert len(names) == 3


def test_plotly_is_the_one_that_is_installed() -> None:
    assert f"plotly-{plotly.__version__}" == component._THEIRS
    assert (component._FOLDERS[component._THEIRS] / "plotly.min.js").is_file()
