"""The joint to Streamlit: what is served and mounted, and how a message becomes an event of the run."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ce_viz.live import WORDS, Chart, Editable, Pick, Tick, component, live_charts

CHART = Chart("a", {"data": [{"y": [1.0, 2.0]}], "layout": {}}, "A", "", editable=Editable(0, 5))
TEXTS = {word: word for word in WORDS}


class State(dict[str, Any]):
    """A session's state."""

    to_dict = dict.copy


class Board:
    """Streamlit as the component sees it: a session's state, and a browser that can send messages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = State()
        self.receive: Callable[[], None] = lambda: None
        monkeypatch.setattr(component, "st", SimpleNamespace(session_state=self.state))
        monkeypatch.setattr(component, "_mount", self._mount)

    def _mount(self, *, key: str, data: bytes, on_message_change: Callable[[], None]) -> None:
        self.key, self.receive, self.text = key, on_message_change, zlib.decompress(data).decode()
        self.state.setdefault(key, {})

    def send(self, seq: object, *events: dict) -> None:
        self.state[self.key] = {"message": {"seq": seq, "events": list(events)}}
        self.receive()


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    return Board(monkeypatch)


def run(*charts: Chart, **options: Any) -> Any:
    return live_charts(charts or (CHART,), key="board", **{"words": TEXTS, "palette": {}, **options})


def test_a_message_is_handled_before_the_run_returned_by_it_and_acknowledged(board: Board) -> None:
    handled: list[object] = []
    assert run(on_event=handled.append) is None
    board.send(41, {"kind": "tick"}, {"kind": "pick", "chart": "a", "i": 1, "j": 1})
    assert handled == [Tick(), Pick("a", 1, 1)]
    assert run() == Pick("a", 1, 1)
    assert '"handled":41' in board.text
    assert run() is None


def test_a_message_that_arrives_twice_is_handled_once(board: Board) -> None:
    handled: list[object] = []
    run(on_event=handled.append)
    board.send(41, {"kind": "tick"})
    board.send(41, {"kind": "tick"})
    assert handled == [Tick()]


@pytest.mark.parametrize("state", [{}, {"board": {}}, {"board": {"message": "<script>"}}])
def test_a_session_without_a_sensible_message_has_no_event(board: Board, state: dict) -> None:
    run()
    board.state.clear()
    board.state.update(state)
    board.receive()
    assert run() is None


def test_an_event_of_a_chart_that_is_gone_is_left_out(board: Board) -> None:
    run(CHART)
    other = Chart("b", CHART.figure, "B", "")
    run(other)
    board.send(1, {"kind": "toggle", "chart": "a"})
    assert run(other) is None


def test_two_charts_of_one_name_are_refused(board: Board) -> None:
    with pytest.raises(ValueError, match=r"chart names must differ, got \['a', 'a'\]"):
        run(CHART, CHART)


def test_a_missing_text_is_refused_by_name(board: Board) -> None:
    with pytest.raises(ValueError, match=r"missing \['cell', 'show'\]"):
        run(words={word: "" for word in WORDS if word not in {"cell", "show"}})


def test_texts_that_no_browser_needs_stay_on_the_server(board: Board) -> None:
    run(words=TEXTS | {"answer": "forty-two"})
    assert "forty-two" not in board.text


def test_the_script_sent_with_each_run_only_fetches_the_real_one() -> None:
    loader = component._LOADER
    assert len(loader) < 700
    assert "import(" in loader


def test_an_address_changes_with_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setitem(component._FOLDERS, "browser", tmp_path)
    addresses = set()
    for text in ("one", "two"):
        (tmp_path / "file.js").write_text(text)
        addresses.add(component._file("browser", "file.js"))
    assert len(addresses) == 2


def test_plotly_is_the_one_that_is_installed() -> None:
    import plotly  # noqa: PLC0415

    assert component._file("plotlyjs", "plotly.min.js").endswith(f"plotly.min.js?v={plotly.__version__}")
    assert (component._FOLDERS["plotlyjs"] / "plotly.min.js").is_file()
