"""Messages and queries from the browser: what makes sense becomes events, all else is left out without a word."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_viz.live import Arrive, Edit, Pick, Tick, Toggle, Undo
from ce_viz.live.events import MAX_EVENTS, read_events, read_message
from tests.for_each import for_each


def edit(**changes: Any) -> dict[str, Any]:
    return {"kind": "edit", "chart": "bars", "index": 1, "value": 1.5, "final": True} | changes


def arrive(**changes: Any) -> dict[str, Any]:
    return {"kind": "arrive", "changed": {"train_step": "30", "logits": None}, "ended": True} | changes


def test_each_kind_of_event_is_read() -> None:
    assert read_events(
        [
            edit(),
            {"kind": "pick", "chart": "cells", "i": 2, "j": 1},
            {"kind": "toggle", "chart": "cells"},
            {"kind": "tick"},
            {"kind": "undo", "redo": True},
            {"kind": "undo"},
            arrive(),
        ]
    ) == [
        Edit("bars", 1, 1.5, True),
        Pick("cells", 2, 1),
        Toggle("cells"),
        Tick(),
        Undo(True),
        Undo(False),
        Arrive({"train_step": "30", "logits": None}, ended=True),
    ]


def test_one_event_may_stand_alone() -> None:
    assert read_events(edit()) == [Edit("bars", 1, 1.5, True)]


@for_each(
    "item",
    [
        None, 1, "edit", [], {}, {"kind": []}, {"kind": "edit"}, {"kind": "boom", "chart": "bars"},
        edit(chart=None), edit(chart=["bars"]), edit(chart="x" * 65),
        edit(index=-1), edit(index=10_000), edit(index=1.0), edit(index="1"), edit(index=True), edit(index=None),
        edit(value=None), edit(value=[]), edit(value="1"), edit(value=True), edit(value={"0": 1}),
        edit(value=math.nan), edit(value=math.inf), edit(value=10**400),
        {"kind": "pick", "chart": "cells", "i": -1, "j": 0}, {"kind": "pick", "chart": "cells", "i": 0},
        {"kind": "pick", "chart": "cells", "i": 0.5, "j": 0}, {"kind": "pick", "chart": "cells", "i": False, "j": 0},
        {"kind": "toggle"}, {"kind": "toggle", "chart": {}},
        arrive(changed=None), arrive(changed=[]), arrive(changed={"a": 1}), arrive(changed={"a": ["x"]}),
        arrive(changed={"a": "x" * 5000}), arrive(changed={str(k): "" for k in range(40)}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out_and_the_rest_is_read(item: object) -> None:
    assert read_events([item, {"kind": "tick"}]) == [Tick()]


@pytest.mark.parametrize("final", [1, "true", None, [True]])
def test_only_true_is_final(final: object) -> None:
    assert read_events(edit(final=final)) == [Edit("bars", 1, 1.5, False)]


@pytest.mark.parametrize(
    "message", [None, [], "x", 3, {}, {"id": 8}, {"id": 8, "events": {}}, {"events": []}]
)
def test_a_message_of_another_form_is_not_acknowledged(message: object) -> None:
    assert read_message(message, 7) == (7, [])


@pytest.mark.parametrize("number", [7, 6, -1, True, "8", 8.0, None, math.nan, 2**53, 10**400])
def test_a_message_that_was_handled_or_cannot_be_numbered_is_passed_over(number: object) -> None:
    assert read_message({"id": number, "events": [{"kind": "tick"}]}, 7) == (7, [])


def test_a_new_message_is_acknowledged_with_its_events() -> None:
    assert read_message({"id": 8, "events": [{"kind": "tick"}]}, 7) == (8, [Tick()])


def test_a_flood_of_events_is_cut() -> None:
    assert len(read_events([{"kind": "tick"}] * 10_000)) == MAX_EVENTS


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
            st.sampled_from(["kind", "chart", "index", "value", "final", "i", "j", "id", "changed", "redo"]),
            inner,
        )
    ),
    max_leaves=12,
)
lookalikes = st.fixed_dictionaries(
    {"kind": st.sampled_from(["edit", "pick", "toggle", "tick", "undo", "arrive"]) | anything,
     "chart": st.sampled_from(["bars", "cells"]) | anything},
    optional={"index": st.integers(-1, 3) | anything, "value": st.floats() | anything,
              "i": st.integers(-1, 3) | anything, "j": st.integers(-1, 3) | anything, "final": anything,
              "redo": anything, "ended": anything,
              "changed": st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=5)) | anything},
)  # fmt: skip


@given(st.lists(lookalikes | anything, max_size=4) | anything)
def test_no_message_raises_and_every_event_has_its_form(items: Any) -> None:
    for event in read_events(items):
        match event:
            case Edit():
                assert math.isfinite(event.value)
                assert 0 <= event.index < 10_000
                assert isinstance(event.final, bool)
            case Pick():
                assert min(event.i, event.j) >= 0
            case Arrive():
                assert all(text is None or isinstance(text, str) for text in event.changed.values())
            case Toggle():
                assert isinstance(event.chart, str)
            case _:
                assert event in (Tick(), Undo(True), Undo(False))
