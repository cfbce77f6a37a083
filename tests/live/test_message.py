"""What leaves the server for the browser."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import replace
from typing import Any

import pytest

from ce_viz.live import Board, Chart, Editable, View
from ce_viz.live.message import answer, card, payload

FIGURE: dict[str, Any] = {"data": [{"type": "bar", "y": [0.25, 0.75]}], "layout": {"margin": {"l": 0}}}


def sent(chart: Chart, **board: object) -> dict:
    return json.loads(text([chart], **board))["charts"][0]


def text(charts: list[Chart], **more: object) -> str:
    return zlib.decompress(payload(Board("grid", tuple(charts)), None, **more)).decode()


def test_a_chart_arrives_with_its_figure_and_words() -> None:
    card = sent(Chart("probs", FIGURE, "类", "two bars", hint="read", joiner="→", labels=("a", "b"), span=2))
    assert card["figure"] == FIGURE
    assert [card[key] for key in ("name", "title", "alt", "hint", "joiner", "span", "kind")] == [
        "probs", "类", "two bars", "read", "→", 2, "bars",
    ]  # fmt: skip
    assert card["labels"] == ["a", "b"]


@pytest.mark.parametrize(
    ("labels", "ticks", "names"),
    [
        (("left", "right"), ["a", "b"], ["left", "right"]),
        ((), ["<b>dog</b> &amp; co", "a&lt;b"], ["dog & co", "a<b"]),
        (("one",), ["a", "b"], ["a", "b"]),
        ((), ["1", "9", "17"], ["1", "2"]),
        ((), None, ["1", "2"]),
    ],
)
def test_each_bar_has_a_name_for_those_who_do_not_see_it(
    labels: tuple, ticks: list | None, names: list
) -> None:
    figure = {**FIGURE, "layout": {"xaxis": {"ticktext": ticks}}}
    assert sent(Chart("probs", figure, "S", "", labels=labels))["labels"] == names


def test_a_hidden_chart_gives_nothing_away() -> None:
    chart = Chart(
        "probs", FIGURE, "Softmax", "0.25 and 0.75", "S_i", "0.75 wins", "→",
        editable=Editable(0, 1), labels=("0.25",), hidden=True,
    )  # fmt: skip
    assert "5" not in json.dumps(sent(chart))
    assert sent(chart)["hidden"] is True


def test_numbers_that_json_cannot_hold_become_null_and_the_figure_stays_as_it_was() -> None:
    figure = {
        "data": [{"type": "x", "y": [math.inf, -math.inf, math.nan, 1.0], "z": ((math.nan, 2),)}],
        "layout": {},
    }
    card = sent(Chart("a", figure, "A", ""))
    assert card["figure"]["data"][0] == {"type": "x", "y": [None, None, None, 1.0], "z": [[None, 2]]}
    assert figure["data"][0]["y"][0] == math.inf


def test_text_travels_as_utf8_and_half_a_character_does_no_harm() -> None:
    data = text([Chart("a", FIGURE, "∂L/∂o 对数", "\ud800")], words={})
    assert "∂L/∂o 对数" in data
    assert json.loads(data)["charts"][0]["alt"] == "?"


def test_a_page_of_charts_is_a_small_message() -> None:
    charts = [
        Chart(f"chart {k}", {**FIGURE, "layout": {"title": "x" * 600}}, f"Title {k}", "") for k in range(8)
    ]
    assert len(payload(Board("grid", tuple(charts)), None)) < 0.25 * len(text(charts))
    assert ", " not in text(charts)


HEAT = {
    "type": "heatmap",
    "z": [[-0.5, 0.0], [None, 0.25]],
    "zmin": -0.25,
    "zmax": 0.25,
    "colorscale": [[0, "#1"], [0.5, "#2"], [1, "#3"]],
}


def bars(*values: float, colour: str = "#2f6fb7", title: str = "S") -> Chart:
    trace = {"type": "bar", "x": [0, 1], "y": list(values), "marker": {"color": colour, "opacity": 0.5}}
    return Chart("probs", {"data": [trace], "layout": {"margin": {"l": 0}}}, title, f"{values}")


def test_what_moves_does_not_change_the_name_of_what_stays_still() -> None:
    assert card(bars(0.25, 0.75))["still"] == card(bars(0.5, 0.5, colour="#000000"))["still"]


def test_a_still_part_has_the_same_name_whoever_drew_it() -> None:
    drawn = bars(0.25, 0.75)
    elsewhere = replace(drawn, title="".join(drawn.title), figure=json.loads(json.dumps(drawn.figure)))
    assert card(elsewhere)["still"] == card(drawn)["still"] == "95e91694"


@pytest.mark.parametrize("other", [bars(0.2, 0.3, 0.5), bars(0.25, 0.75, title="T")])
def test_another_title_or_number_of_bars_is_another_still_part(other: Chart) -> None:
    assert card(bars(0.25, 0.75))["still"] != card(other)["still"]


def test_a_reader_who_holds_the_still_part_is_sent_what_moves_alone() -> None:
    still = card(bars(0.25, 0.75))["still"]
    moved = card(bars(0.5, 0.5), have={still})
    assert moved == {
        "name": "probs",
        "alt": "(0.5, 0.5)",
        "hint": "",
        "still": still,
        "move": [{"x": [0, 1], "y": [0.5, 0.5], "marker": {"color": "#2f6fb7"}}],
    }


def test_cells_are_told_how_far_they_are_from_the_middle_of_the_scale() -> None:
    sent_card = card(Chart("j", {"data": [HEAT], "layout": {}}, "J", "", kind="matrix"))
    assert sent_card["shades"] == [-1.0, 0.0, None, 1.0]


def test_two_heat_maps_in_one_drawing_are_left_to_plotly() -> None:
    assert "shades" not in card(Chart("j", {"data": [HEAT, HEAT], "layout": {}}, "J", "", kind="matrix"))


def test_an_answer_holds_all_grids_of_a_page() -> None:
    view = View((Board("left", (bars(0.2, 0.8),), picked=(1, 0)), Board("right", ())), tick_ms=120)
    assert answer(view)["grids"] == {
        "left": {"headline": (), "picked": (1, 0)},
        "right": {"headline": (), "picked": None},
    }
    assert answer(view)["tick"] == 120
    assert [each["name"] for each in answer(view)["charts"]] == ["probs"]


def test_points_travel_once_and_a_hidden_chart_has_none() -> None:
    chart = Chart("risk", FIGURE, "Risk", "", kind="plain", points=((0.5, 0.25, "half: 25%"),))
    assert sent(chart)["points"] == [[0.5, 0.25, "half: 25%"]]
    held = [sent(chart)["still"]]
    assert "points" not in card(chart, held)
    assert card(replace(chart, points=((0.5, 0.25, "half"),)), held)["points"] == [[0.5, 0.25, "half"]]
    assert "points" not in sent(replace(chart, hidden=True))
