"""Explore runs only its moving part where that is enough: it must be enough, and be all that runs."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.serving import ROOT, served
from tests.wire import Runner, Seen, Visitor

STARTS: dict[str, dict[str, str]] = {
    "a preset": {},
    "soft targets that sum to 1.5": {"mode": "soft", "targets": "1,0.5,0", "logits": "1,2,3"},
    "soft targets of no weight": {"mode": "soft", "targets": "0,0,0"},
    "cells too small to be clicked": {"logits": ",".join(map(str, range(10)))},
    "a picked cell, in Chinese": {"cell": "3,2", "lang": "zh"},
    "logits that come from elsewhere": {"logits": "1,2,3", "origin": "row-7"},
    "presenter mode": {"present": "1", "hide": "jacobian"},
}
TEXTS = (
    "2, 1, 0.1",
    "2,1,.1",
    "1, x",
    "",
    "0, 0, 0",
    "1, 2",
    "-inf, 1, 2",
    "2, 1, 0.1, 0",
    "-inf, -inf",
    "1e9, 0",
)
TOLD = (
    "set_value",
    "value",
    "values",
    "raw_value",
    "raw_values",
)  # how a widget is told what to show, if it is
FIELD = {"1,2,3": "1, 2, 3", "[4 5 6]": "4, 5, 6", "１，２，４": "1, 2, 4", "1, x": "1, x", "7,8": "7, 8"}


class Watcher(Visitor):
    """A visitor who knows all that stands on the page, as a browser would after each run."""

    def __init__(self, base: str, address: str = "") -> None:
        super().__init__(base, address)
        # place -> the fragment that it belongs to, what stands there
        self.screen: dict[tuple[int, ...], tuple[str, Any]] = {}
        self.field = ""  # what the logits' field shows
        self.told: dict[str, Any] = {}  # what the other widgets were told to show
        self.expander = ""
        self.numbers = False  # whether the expander is open
        self.whole = 0  # runs of the whole page

    async def type(self, text: str) -> Seen:
        """Enter other logits."""
        self.field = text
        return await self.act(self._parts["logits"])

    async def act(self, fragment: str = "", *, press: str = "") -> Seen:
        """Run a fragment, or the whole page; as from a browser, with the state of what can be changed."""
        message = BackMsg()
        request = message.rerun_script
        request.query_string, request.fragment_id = self.address, fragment
        request.widget_states.widgets.add(id=self._ids["logits"], string_value=self.field)
        request.widget_states.widgets.add(id=self.expander, bool_value=self.numbers)
        if press:
            request.widget_states.widgets.add(id=self._ids[press], trigger_value=True)
        await self.send(message)
        return await self.finish()

    async def finish(self) -> Seen:
        self._drawn: dict[tuple[int, ...], tuple[str, Any]] = {}
        seen = await super().finish()
        ran = seen.fragments
        stays = {place: it for place, it in self.screen.items() if ran and it[0] not in ran}
        self.whole += not ran
        self.screen = stays | self._drawn
        self.field = seen.fields.get("logits", self.field)
        return seen

    def _note(self, message: ForwardMsg, seen: Seen) -> None:
        super()._note(message, seen)
        place, delta = tuple(message.metadata.delta_path), message.delta
        if delta.WhichOneof("type") == "add_block":
            self.expander = delta.add_block.expandable.id or self.expander
            self._drawn[place] = delta.fragment_id, MessageToDict(delta.add_block)
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        thing = MessageToDict(element, preserving_proto_field_name=True)
        thing.pop("has_one_shot_effect", None)
        told = {name: thing[kind].pop(name, None) for name in TOLD}
        if told["set_value"] and not thing[kind]["id"].endswith("-logits"):
            self.told[thing[kind]["id"]] = told
        if kind == "bidi_component":
            thing = json.loads(zlib.decompress(element.bidi_component.bytes))
        self._drawn[place] = delta.fragment_id, thing


def watch(
    base: str, link: dict[str, str], visit: Callable[[Watcher], Coroutine[object, object, None]]
) -> None:
    """Open the page by a link, and look on."""

    async def opened() -> None:
        watcher = Watcher(base, urlencode(link))
        await watcher.connect()
        try:
            await watcher.run()
            await visit(watcher)
        finally:
            await watcher.close()

    with Runner() as runner:
        runner.run(opened())


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with served(ROOT / "app.py") as address:
        yield address


@pytest.mark.parametrize("start", STARTS)
def test_after_a_change_the_page_is_as_if_all_of_it_had_run(base, start):
    rng = random.Random(start)

    numbers = [", ".join(f"{rng.uniform(-9, 9):.1f}" for _ in range(3)) for _ in range(12)]
    texts = [*rng.sample(numbers + list(TEXTS), 22), numbers[0], numbers[1]]

    async def visit(watcher: Watcher) -> None:
        for count, text in enumerate(texts):
            if count % 6 == 3:
                await watcher.act(press="descent_step")
            if count == 12:
                watcher.numbers = True
                await watcher.act()
            seen = await watcher.type(text)
            assert not seen.exceptions
            screen, field, told = watcher.screen, watcher.field, dict(watcher.told)
            await watcher.act()
            assert watcher.screen == screen, text
            assert watcher.field == field, text
            assert not seen.fragments or watcher.told == told, text

    watch(base, STARTS[start], visit)


def test_changes_run_the_moving_part_alone(base):
    async def visit(watcher: Watcher) -> None:
        await watcher.type("1, 2, 3")  # the preset goes, undo comes
        before = watcher.whole
        for k in range(5):
            await watcher.type(f"1, 2, {k}")
        assert watcher.whole == before
        assert watcher.address == "logits=1%2C2%2C4"

    watch(base, {}, visit)


def test_a_text_that_is_written_otherwise_is_told_to_its_field(base):
    async def visit(watcher: Watcher) -> None:
        for typed, shown in FIELD.items():
            await watcher.type(typed)
            assert watcher.field == shown

    watch(base, {}, visit)
