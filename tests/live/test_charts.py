"""What a page hands to the live charts."""

from __future__ import annotations

import pytest

from ce_viz.live import Board, Chart, Editable, View
from ce_viz.live.charts import formula_parts


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


def test_a_view_finds_its_board_by_key() -> None:
    view = View((Board("a", ()), Board("b", (), columns=2)))
    assert view.board("b").columns == 2
