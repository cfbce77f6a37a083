"""What presenters have covered is covered everywhere: in all that a page hands to the browser, by both doors.

A chart's own numbers are looked for in every element of the script, in the boards' data and in the live route's
answer. What another chart on the screen shows, and what a person has set, is no secret.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from ce_viz.live import Chart
from ce_viz.live.message import answer, encoded
from ce_viz.live.route import Question
from ce_viz.pages import road
from ce_viz.pages.lesson.settings import TASKS
from ce_viz.pages.numerics.settings import TOPICS
from ce_viz.pages.respond import responder
from ce_viz.pages.visit import visit_of
from ce_viz.pages.why.settings import PARTS
from ce_viz.settings.value import Settings, read
from ce_viz.strings import words
from tests.pages.conftest import boards, open_app

ODD = {"logits": "2.3718,1.1943,-0.8362", "label": "2"}  # no two of what follows from them print alike
SMOOTHED = {**ODD, "mode": "smoothed", "label_smoothing": "0.1371"}
DONE = ",".join(TASKS)
PLACES: list[tuple[str, Mapping[str, str]]] = [
    ("explore", SMOOTHED),
    ("explore", {**ODD, "temperature": "1.7"}),
    ("explore", {"logits": ODD["logits"], "mode": "soft", "targets": "0.7137,0.4291,0.1"}),
    ("explore", {**SMOOTHED, "descent_start": "1,1.5,0.3", "descent_step": "0", "cell": "1,2"}),
    *(("lesson", {"scene": str(scene), "logits": "2,1.0621,0.1"}) for scene in (1, 2, 3)),
    *(("lesson", {"scene": str(scene), "done": DONE}) for scene in range(1, 7)),
    *(("derivation", {**SMOOTHED, "step": str(step)}) for step in range(1, 13)),
    ("derivation", {**ODD, "step": "9", "temperature": "1.7"}),
    *(("why", {**SMOOTHED, "part": part, "case": "own", "race_step": "9"}) for part in PARTS),
    *(("why", {"part": part}) for part in PARTS),
    ("why", {**ODD, "part": "surface", "surface": "space", "case": "own"}),
    *(("numerics", {**ODD, "topic": topic}) for topic in TOPICS),
    ("numerics", {"logits": "700.3,1.7,0", "topic": "chain", "dtype": "float32"}),
    *(("train", {"train_step": "40", "train_view": view}) for view in ("one", "race")),
]
NUMBER = re.compile(r"\d+\.\d{2,}(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


@dataclass
class Received:
    """What reaches the browser: its words in one text, and its numbers."""

    words: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)

    def add(self, value: Any, name: str = "") -> None:
        """Take what a message holds; shades are a chart's own numbers in other units."""
        if isinstance(value, str):
            self.words.append(value)
        elif isinstance(value, float):
            self.numbers.append(value)
        elif isinstance(value, Mapping):
            for key, each in value.items():
                self.add(each, key)
        elif isinstance(value, list) and name != "shades":
            for each in value:
                self.add(each)

    def tells(self, secret: float) -> bool:
        """Whether the number is printed, with three to five decimals or as a percentage, or stands in some data."""
        forms = "|".join(re.escape(f"{secret:.{decimals}f}") for decimals in (3, 4, 5))
        pattern = rf"(?<![\d.])(?:(?:{forms})(?!\d)|{re.escape(f'{100 * secret:.1f}')}\s?%)"
        return bool(re.search(pattern, "\n".join(self.words))) or any(
            math.isclose(abs(number), secret, rel_tol=1e-5) for number in self.numbers
        )


def settings_at(page: str, link: Mapping[str, str], hide: tuple[str, ...] = ()) -> Settings:
    settings, problems = read({**link, "present": "1"})
    assert not problems, problems
    return settings.changed(hide=hide)


@cache
def charts(page: str, link: tuple[tuple[str, str], ...]) -> tuple[Chart, ...]:
    """The charts of a place that can be covered, uncovered."""
    view = import_module(f"ce_viz.pages.{page}.view")
    boards = road.show(view, visit_of(settings_at(page, dict(link)))).boards
    return tuple(chart for board in boards if board.coverable for chart in board.charts)


def values(chart: Chart) -> set[float]:
    """The sizes of the numbers that a chart draws as bars and cells, or says."""
    found: set[float] = set()
    for trace in chart.figure["data"]:
        if trace["type"] == "bar":
            found |= {abs(value) for value in trace["y"] if value is not None}
        if trace["type"] == "heatmap" and len(trace["z"]) <= 12:
            found |= {abs(value) for row in trace["z"] for value in row if value is not None}
    said = f"{chart.alt} {chart.hint}"
    return found | {float(text) for text in NUMBER.findall(said) if "·" not in text}


def is_telling(value: float) -> bool:
    """Whether a number, as it is printed, can be no other: not 0, 1, a round one, or one of thousands."""
    return 0.005 <= value < 1000 and abs(value * 100 - round(value * 100)) > 0.02


def secrets(hidden: list[Chart], shown: list[Chart], settings: Settings) -> set[float]:
    """Numbers that the hidden charts tell, and nobody else."""
    known = {0.0, 1.0, *map(abs, settings.scenario.logits), *settings.scenario.effective_targets}
    known |= {abs(value) for name in settings for value in _numbers(settings[name])}
    for chart in shown:
        drawn = Received()
        drawn.add(chart.figure["data"])
        known |= values(chart) | set(map(abs, drawn.numbers))
    told = {value for chart in hidden for value in values(chart) if is_telling(value)}
    return {value for value in told if all(abs(value - other) > 1.5e-3 for other in known)}


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, (int, float)) and math.isfinite(value):
        yield float(value)
    elif isinstance(value, tuple):
        for each in value:
            yield from _numbers(each)


def by_script(page: str, settings: Settings) -> Received:
    """Everything that a run of the script hands to the browser."""
    app = open_app("" if page == "explore" else page, **settings.query())
    assert not app.exception
    received = Received()
    for node in app._tree:
        if isinstance(proto := getattr(node, "proto", None), Message):
            received.add(MessageToDict(proto))
    drawn = boards(app)
    assert drawn
    received.add(drawn)
    return received


def by_route(page: str, settings: Settings) -> Received:
    """Everything that the live route answers."""
    respond = responder({page: import_module(f"ce_viz.pages.{page}.view")})
    _, view = respond(Question(page, settings.query(addressed=False), [], "en"))
    received = Received()
    received.add(json.loads(encoded(answer(view))))
    return received


def covers(page: str, link: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Each chart alone, and all that no hand moves."""
    names = [chart.name for chart in charts(page, tuple(link.items()))]
    return [*((name,) for name in names), tuple(name for name in names if name not in ("logits", "inputs"))]


@pytest.mark.parametrize(("page", "link"), PLACES, ids=str)
@pytest.mark.parametrize("door", [by_script, by_route])
def test_no_number_of_a_covered_chart_reaches_the_browser(door, page, link):
    there = charts(page, tuple(link.items()))
    leaks = []
    for hide in covers(page, link):
        settings = settings_at(page, link, hide)
        hidden = [chart for chart in there if chart.name in hide]
        shown = [chart for chart in there if chart.name not in hide]
        kept = secrets(hidden, shown, settings)
        received = door(page, settings)
        leaks += [(hide, round(secret, 5)) for secret in sorted(kept) if received.tells(secret)]
    assert leaks == []


def test_there_is_something_to_cover():
    """Without numbers of its own that print like no others, a chart could tell nothing."""
    count = 0
    for page, link in PLACES:
        there = charts(page, tuple(link.items()))
        count += sum(
            bool(secrets([chart], [c for c in there if c is not chart], settings_at(page, link)))
            for chart in there
        )
    assert count > 60


@pytest.mark.parametrize(("page", "link"), PLACES, ids=str)
def test_nothing_to_open_or_to_take_away_tells_what_is_covered(page, link):
    """Panels that are closed hold no numbers yet; those that would are not there, nor is a file of them."""
    name = charts(page, tuple(link.items()))[-1].name
    app = open_app("" if page == "explore" else page, **settings_at(page, link, (name,)).query())
    texts = words("en")
    assert [panel.label for panel in app.expander if panel.label == texts["explore.numbers"]] == []
    assert [panel.label for panel in app.expander if "0 of" in panel.label] == []
    assert len(app.get("download_button")) == 0
    assert texts["takeaway.title"] not in [button.label for button in app.button]
