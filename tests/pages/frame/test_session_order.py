"""A play that goes by messages, paused at any moment, while Streamlit gives up runs and the browser hears late."""

from __future__ import annotations

import contextlib
import random
from collections import deque
from dataclasses import dataclass
from typing import Any

import pytest

from ce_viz.live import Arrive, Edit, Tick
from ce_viz.pages import descent
from ce_viz.pages.explore import view as explore
from ce_viz.settings.shared import UNDOABLE
from tests.pages.frame.test_session import Streamlit

BOARD = "explore"
FIELDS = ("logits", "temperature", "mode")


class GivenUpError(BaseException):
    """A run ends where its successor waits, as Streamlit's does."""


@dataclass
class Data:
    """What a board is told."""

    handled: int
    ticks: bool
    asks_end: bool


@dataclass
class Message:
    """All that the browser sends: the address, what the fields hold, and what was done."""

    query: dict[str, str]
    fields: dict[str, Any]
    pressed: bool
    events: tuple[int, list[Any]] | None


class Server(Streamlit):
    """Streamlit with a queue of messages; a run that somebody waits for may end at any of its calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> None:
        super().__init__(monkeypatch)
        self.chance = chance
        self.waiting: list[Message] = []
        self.sent: deque[Any] = deque()  # on its way to the browser
        self.is_lost = False  # whether nothing that this run says is heard
        self.act = self.play

    def play(self) -> None:
        self.session.play(BOARD, ends_with=UNDOABLE, first=descent.advanced)

    def _call(self) -> None:
        if self.waiting and self.chance.random() < 0.2:
            raise GivenUpError

    def _write(self, params: dict[str, str]) -> None:
        self._call()
        super()._write(params)
        self._tell(dict(params))

    def _tell(self, what: object) -> None:
        if not self.is_lost:
            self.sent.append(what)

    def answer(self) -> None:
        """One run, for messages that wait; the others come while it is under way."""
        first = self.chance.randint(1, len(self.waiting))
        messages, self.waiting = self.waiting[:first], self.waiting[first:]
        newest = messages[-1]
        # Streamlit calls what the newest message has changed first, in no order of its own, then what older ones did.
        changed = [name for name in newest.fields if newest.fields[name] != self.widgets[name]]
        acts = [lambda name=name: self.changed[name]() for name in changed]
        self.widgets.update(newest.fields)
        acts += [self.act] if newest.pressed else []
        acts += [lambda: self._receive(newest)] if newest.events else []
        self.chance.shuffle(acts)
        older = [each for each in messages[:-1] if each.events]
        acts += [self.act] if not newest.pressed and any(each.pressed for each in messages) else []
        acts += [lambda: self._receive(older[-1])] if older and not newest.events else []
        for act in acts:
            act()
        self.query = newest.query
        # A run may come to its end a moment before the next message is read: then none of its words are sent.
        self.is_lost = self.chance.random() < 0.1 and bool(self.waiting)
        with contextlib.suppress(GivenUpError):
            self.draw()

    def _receive(self, message: Message) -> None:
        assert message.events is not None
        self.session.receive(BOARD, *message.events, explore)

    def draw(self) -> None:
        session = self.session
        self._call()
        session.begin()
        for name in FIELDS:
            self._call()
            self.changed[name] = session.widget(name)["on_change"]
            self._tell((name, self.widgets[name]))
        session.publish()
        self._call()
        self.act = session.stop if session.playing else self.play
        self._tell("pause" if session.playing else "play")
        self._call()
        self._tell(Data(session.handled(BOARD), bool(session.playing), session.awaits_end))


class Browser:
    """The fields, the button, the address and the outbox."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.query: dict[str, str] = {}
        self.fields = {name: server.widgets[name] for name in FIELDS}
        self.button = "play"
        self.data = Data(0, False, False)
        self.last = 0
        self.out: tuple[int, list[Any]] | None = None

    def send(self, events: tuple[int, list[Any]] | None = None, *, pressed: bool = False) -> None:
        self.server.waiting.append(Message(dict(self.query), dict(self.fields), pressed, events))

    def say(self, event: object) -> None:
        if self.out is None:
            self.last += 1
            self.out = (self.last, [event])
            self.send(self.out)

    def hear(self) -> None:
        what = self.server.sent.popleft()
        match what:
            case dict():
                self.query = what
            case (name, value):
                self.fields[name] = value
            case Data():
                self.data = what
                if self.out and what.handled >= self.out[0]:
                    self.out = None
                if what.asks_end:
                    self.say(Arrive({}, ended=True))
            case _:
                self.button = what

    def tick(self) -> None:
        if self.data.ticks:
            self.say(Tick())

    def again(self) -> None:
        """Patience has run out."""
        if self.out:
            self.send(self.out)


def some_play(server: Server, chance: random.Random) -> Browser:
    """A play that is paused once its button says so, and all that may happen meanwhile, until all is quiet."""
    browser = Browser(server)
    browser.send(pressed=True)
    least = chance.randrange(0, 60)
    for at in range(1000):
        if at >= least and browser.button == "pause":
            browser.send(pressed=True)
            break
        one_thing(server, browser, chance)
    else:
        pytest.fail("the button never said pause")
    for _ in range(chance.randrange(30)):
        one_thing(server, browser, chance)
    for _ in range(1000):
        if server.sent:
            browser.hear()
        elif server.waiting:
            server.answer()
        elif browser.out:
            browser.again()
        elif browser.data.ticks:
            browser.tick()
        else:
            return browser
    pytest.fail("it goes on and on")


def one_thing(server: Server, browser: Browser, chance: random.Random) -> None:
    happens = [browser.tick]
    happens += 4 * [browser.hear] if server.sent else []
    happens += 3 * [server.answer] if server.waiting else []
    happens += [browser.again] if chance.random() < 0.2 else []
    chance.choice(happens)()


@pytest.mark.parametrize("hundred", range(4))
def test_after_a_pause_the_address_says_what_is_shown(monkeypatch: pytest.MonkeyPatch, hundred: int) -> None:
    for seed in range(100 * hundred, 100 * hundred + 100):
        chance = random.Random(seed)
        server = Server(monkeypatch, chance)
        server.changed = {}
        server.draw()
        server.sent.clear()
        browser = some_play(server, chance)
        session = server.session
        assert (session.playing, session._draft) == ("", False), seed
        assert browser.query == session.settings.query(), seed
        assert "descent_step" in browser.query, seed
        assert browser.button == "play", seed
        session.undo()
        assert session.settings.query() == {}, seed
        session.act(explore, Edit("logits", 0, 5.0, final=True))
        assert session.settings["logits"][0] == 5.0
