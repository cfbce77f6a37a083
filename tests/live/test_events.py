"""Messages from the browser: what makes sense becomes events, all else is left out without a word."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_viz.live import Chart, Edit, Editable, Pick, Tick, Toggle, Undo
from ce_viz.live.events import MAX_EVENTS, Target, read

BARS = Chart(
    "bars",
    {"data": [{"y": [0.0, 1.0, 2.0]}], "layout": {}},
    "Bars",
    "",
    editable=Editable(-10, 10, typed_high=50),
)
MATRIX = Chart("cells", {"data": [{"z": [[1, 2], [3, 4], [5, 6]]}], "layout": {}}, "Cells", "", kind="matrix")
TARGETS = {chart.name: Target.of(chart) for chart in (BARS, MATRIX)}


def events(*items: object) -> list:
    return read({"seq": 7, "events": list(items)}, TARGETS, handled=6)[1]


def edit(**changes: Any) -> dict[str, Any]:
    return {"kind": "edit", "chart": "bars", "index": 1, "values": [0, 1.5, 2], "final": True} | changes


def test_each_kind_of_event_is_read() -> None:
    assert events(
        edit(),
        {"kind": "pick", "chart": "cells", "i": 2, "j": 1},
        {"kind": "toggle", "chart": "cells"},
        {"kind": "tick"},
        {"kind": "undo", "redo": True},
        {"kind": "undo"},
    ) == [
        Edit("bars", 1, (0.0, 1.5, 2.0), True),
        Pick("cells", 2, 1),
        Toggle("cells"),
        Tick(),
        Undo(True),
        Undo(False),
    ]


def test_a_bar_that_was_not_drawn_is_minus_infinity() -> None:
    assert events(edit(values=[None, 1, 2]))[0].values == (-math.inf, 1.0, 2.0)


@pytest.mark.parametrize(("value", "clipped"), [(1e300, 50.0), (-1e300, -10.0), (50, 50.0), (-10.5, -10.0)])
def test_a_moved_bar_is_held_within_its_bounds(value: float, clipped: float) -> None:
    moved = events(edit(values=[99, value, 99]))[0]
    assert moved.values == (99.0, clipped, 99.0)
    assert all(type(number) is float for number in moved.values)


@pytest.mark.parametrize(
    "item",
    [
        None, 1, "edit", [], {}, {"kind": []}, {"kind": "edit"}, {"kind": "boom", "chart": "bars"},
        edit(chart="nobody"), edit(chart=None), edit(chart=["bars"]), edit(chart="cells"),
        edit(index=-1), edit(index=3), edit(index=1.0), edit(index="1"), edit(index=True), edit(index=None),
        edit(values=None), edit(values=[]), edit(values=[1, 2]), edit(values=[0] * 100_000), edit(values="012"),
        edit(values={"0": 1}), edit(values=[0, "1", 2]), edit(values=[0, True, 2]), edit(values=[0, [1], 2]),
        edit(values=[0, None, 2]), edit(values=[0, math.nan, 2]), edit(values=[0, math.inf, 2]),
        edit(values=[math.nan, 1, 2]), edit(values=[math.inf, 1, 2]), edit(values=[0, 10**400, 2]),
        {"kind": "pick", "chart": "cells", "i": 3, "j": 0}, {"kind": "pick", "chart": "cells", "i": 0, "j": 2},
        {"kind": "pick", "chart": "cells", "i": -1, "j": 0}, {"kind": "pick", "chart": "cells", "i": 0},
        {"kind": "pick", "chart": "cells", "i": 0.5, "j": 0}, {"kind": "pick", "chart": "cells", "i": False, "j": 0},
        {"kind": "toggle"}, {"kind": "toggle", "chart": {}}, {"kind": "toggle", "chart": "nobody"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out_and_the_rest_is_read(item: object) -> None:
    assert events(item, {"kind": "tick"}) == [Tick()]


@pytest.mark.parametrize("final", [1, "true", None, [True]])
def test_only_true_is_final(final: object) -> None:
    assert events(edit(final=final))[0].final is False


def test_a_hidden_chart_can_be_shown_but_neither_edited_nor_picked() -> None:
    hidden = Chart("bars", BARS.figure, "Bars", "", editable=BARS.editable, hidden=True)
    message = {
        "seq": 1,
        "events": [
            edit(),
            {"kind": "pick", "chart": "bars", "i": 0, "j": 0},
            {"kind": "toggle", "chart": "bars"},
        ],
    }
    assert read(message, {"bars": Target.of(hidden)}, 0) == (1, [Toggle("bars")])


@pytest.mark.parametrize(
    "message", [None, [], "x", 3, {}, {"seq": 8}, {"seq": 8, "events": {}}, {"events": []}]
)
def test_a_message_of_another_form_is_not_acknowledged(message: object) -> None:
    assert read(message, TARGETS, 7) == (7, [])


@pytest.mark.parametrize("sequence", [7, 6, -1, True, "8", 8.0, None, math.nan, 2**53, 10**400])
def test_a_message_that_was_handled_or_cannot_be_numbered_is_passed_over(sequence: object) -> None:
    assert read({"seq": sequence, "events": [{"kind": "tick"}]}, TARGETS, 7) == (7, [])


def test_a_flood_of_events_is_cut() -> None:
    assert len(events(*[{"kind": "tick"}] * 10_000)) == MAX_EVENTS


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["bars", "cells"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["kind", "chart", "index", "values", "final", "i", "j", "seq", "redo"]), inner
        )
    ),
    max_leaves=12,
)
kinds = st.sampled_from(["edit", "pick", "toggle", "tick", "undo"])
lookalikes = st.fixed_dictionaries(
    {"kind": kinds | anything, "chart": st.sampled_from(["bars", "cells"]) | anything},
    optional={"index": st.integers(-1, 3) | anything, "values": st.lists(anything, min_size=3, max_size=3) | anything,
              "i": st.integers(-1, 3) | anything, "j": st.integers(-1, 3) | anything,
              "final": anything, "redo": anything},
)  # fmt: skip


@given(st.lists(lookalikes | anything, max_size=4))
def test_no_message_raises_and_every_event_is_within_its_chart(items: list) -> None:
    for event in events(*items):
        match event:
            case Edit(chart=chart, index=index, values=values, final=final):
                assert chart == "bars"
                assert len(values) == 3
                assert -10 <= values[index] <= 50
                assert not any(math.isnan(value) or value == math.inf for value in values)
                assert isinstance(final, bool)
            case Pick(chart=chart, i=i, j=j):
                rows, columns = TARGETS[chart].shape
                assert 0 <= i < rows
                assert 0 <= j < columns
            case Toggle(chart=chart):
                assert chart in TARGETS
            case _:
                assert event in (Tick(), Undo(True), Undo(False))
