"""What leaves the server for the browser."""

from __future__ import annotations

import json
import math
import zlib

import pytest

from ce_viz.live import Chart, Editable
from ce_viz.live.charts import formula_parts, payload

FIGURE = {"data": [{"type": "bar", "y": [0.25, 0.75]}], "layout": {"margin": {"l": 0}}}


def sent(chart: Chart, **board: object) -> dict:
    return json.loads(text([chart], **board))["charts"][0]


def text(charts: list[Chart], **board: object) -> str:
    return zlib.decompress(payload(charts, **board)).decode()


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
    figure = {"data": [{"y": [math.inf, -math.inf, math.nan, 1.0], "z": ((math.nan, 2),)}], "layout": {}}
    card = sent(Chart("a", figure, "A", ""))
    assert card["figure"]["data"][0] == {"y": [None, None, None, 1.0], "z": [[None, 2]]}
    assert figure["data"][0]["y"][0] == math.inf


def test_text_travels_as_utf8_and_half_a_character_does_no_harm() -> None:
    data = text([Chart("a", FIGURE, "∂L/∂o 对数", "\ud800")], words={})
    assert "∂L/∂o 对数" in data
    assert json.loads(data)["charts"][0]["alt"] == "?"


def test_a_page_of_charts_is_a_small_message() -> None:
    charts = [
        Chart(f"chart {k}", {**FIGURE, "layout": {"title": "x" * 600}}, f"Title {k}", "") for k in range(8)
    ]
    assert len(payload(charts)) < 0.25 * len(text(charts))
    assert ", " not in text(charts)


@pytest.mark.parametrize(
    ("markup", "parts"),
    [
        ("", []),
        ("o", [["o", "i"]]),
        ("log S", [["log"], [" "], ["S", "i"]]),
        ("∂L/∂o_j", [["∂"], ["L", "i"], ["/∂"], ["o", "i"], ["j", "i", "sub"]]),
        ("W_{12}", [["W", "i"], ["12", "sub"]]),
        (
            "−y_k log S_k",
            [["−"], ["y", "i"], ["k", "i", "sub"], [" "], ["log"], [" "], ["S", "i"], ["k", "i", "sub"]],
        ),
        (
            "e^{o_i/T}",
            [["e", "i"], ["o", "i", "sup"], ["i", "i", "sub", "sup"], ["/", "sup"], ["T", "i", "sup"]],
        ),
        ("Σ_k <b>", [["Σ"], ["k", "i", "sub"], [" <"], ["b", "i"], [">"]]),
        ("损失_", [["损失"], ["_"]]),
        ("a_{b", [["a", "i"], ["{", "sub"], ["b", "i"]]),
    ],
)
def test_a_formula_is_cut_into_text_and_the_elements_around_it(markup: str, parts: list) -> None:
    assert formula_parts(markup) == parts


def test_no_character_of_a_formula_is_lost() -> None:
    markup = "∂L/∂o_j = (S_j − y_j)/T · 10^{-3} 类_2 % __ ^"
    assert "".join(part[0] for part in formula_parts(markup)) == "∂L/∂oj = (Sj − yj)/T · 10-3 类2 % _ ^"


@pytest.mark.parametrize(
    ("kind", "trace", "shape"),
    [
        ("bars", {"y": [1, 2, 3]}, (3, 3)),
        ("matrix", {"z": [[1, 2], [3, 4], [5, 6]]}, (3, 2)),
        ("matrix", {}, (1, 0)),
        ("plain", {"y": [1, 2, 3]}, (0, 0)),
    ],
)
def test_a_chart_knows_what_can_be_picked(kind: str, trace: dict, shape: tuple[int, int]) -> None:
    chart = Chart("a", {"data": [trace], "layout": {}}, "A", "", kind=kind)
    assert chart.shape == shape


def test_a_figure_without_traces_has_nothing_to_pick() -> None:
    assert Chart("a", {"data": [], "layout": {}}, "A", "").shape == (0, 0)


def test_typed_values_reach_at_least_as_far_as_dragged_ones() -> None:
    assert Editable(-10, 10).reach == (-10, 10)
    assert Editable(-10, 10, typed_low=-1e4, typed_high=1e4).reach == (-1e4, 1e4)
    assert Editable(-10, 10, typed_low=0, typed_high=5).reach == (-10, 10)
