"""What the server remembers of one visit: its settings, undo, and the address bar that mirrors them.

The address is the state: sent to somebody else, or opened again, it restores the page. While a visit lasts, its
settings live here and the address mirrors them: a run that was already under way when the address changed still
carries the old one, so the newest settings must not be read back from it.

A widget shows a setting and changes it::

    st.slider(words["…"], 0.05, 20.0, **session.widget("temperature"))

Everything else changes settings through ``put``, ``press`` or ``act`` in a callback. Callbacks hold the session
itself: an access to ``st.session_state`` may end a run whose successor waits already, and Streamlit gives up a callback
that is ended half-way.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from ce_viz.live import Arrive, Edit, Event, Tick, Undo
from ce_viz.pages import road
from ce_viz.pages.frame.addresses import Addresses
from ce_viz.pages.frame.widgets import Widgets
from ce_viz.pages.road import Page
from ce_viz.settings.history import History
from ce_viz.settings.readers import Invalid, Problem, Refused
from ce_viz.settings.table import TABLE
from ce_viz.settings.value import Settings, read

T = TypeVar("T")


class Session:
    """One visit. ``settings`` is what the page shows; ``notes`` what single pages remember."""

    def __init__(self) -> None:
        self._rename()
        self.settings = Settings()
        self.history = History()
        self.notes: dict[str, Any] = {}
        self.results: Mapping[str, object] = {}  # of the core, shown beside the explanation; for Take away
        self.playing = ""  # name of the page whose play is on
        self._ends_with: tuple[str, ...] = ()
        self._discards = False  # whether what the last play moved, and is still to be told, is not wanted
        self._ticked = False  # whether a play goes by messages
        self._has_stopped = False  # whether where the last play has come to is still to be told
        self.destination = ""  # name of the page that an act leads to
        self.arrived = False  # whether this run took its settings from a link
        self._problems: dict[str, Problem] = {}
        self._handled: dict[str, int] = {}
        self._widgets = Widgets()
        self._acted = False
        self._draft = False
        self._run = 0
        self._addresses = Addresses()

    # -- a run of the script

    def begin(self) -> None:
        """Take up what came with this run; after its callbacks, before anything is drawn."""
        self._run += 1
        self.arrived = False
        moved, news = self._addresses.take()
        if self._addresses.is_back:
            self._rename()
        if moved:
            self.playing, self._draft = "", False  # nobody is left to end what was under way
            self.results = {}
        self._widgets.settle_doubts(acted=self._acted or moved)
        self._acted = False
        if news is not None:
            self._adopt(news)

    def publish(self) -> None:
        """Write the address, unless a hand is still moving."""
        if not self._draft:
            self._addresses.write(self.settings.query())

    # -- changing settings, in callbacks

    def put(self, **values: Any) -> None:
        """Change settings; values that no link could hold are reported and change nothing."""
        self._try(lambda: self.settings.changed(**values), names=values)

    def press(self, act: Callable[[Settings], Settings]) -> None:
        """Change settings by a pure function of them."""
        self._try(lambda: act(self.settings))

    def act(self, page: Page, event: Event) -> None:
        """Let an event from the charts do what it does."""
        match event:
            case Undo():
                self.undo(redo=event.redo)
            case Tick() if not self.playing:
                pass
            case Arrive() if self._discards:
                self._acted = True
            case _:
                self._ticked |= isinstance(event, Tick)
                draft = (
                    isinstance(event, Tick)
                    or (isinstance(event, Edit) and not event.final)
                    or (isinstance(event, Arrive) and self.awaits_end)  # until it has ended there too
                )
                names = event.changed if isinstance(event, Arrive) else ()
                by_hand = not isinstance(event, (Tick, Arrive))
                self._try(
                    lambda: road.act(page, self.settings, event), names=names, draft=draft, by_hand=by_hand
                )
                if isinstance(event, Tick) and not road.goes_on(page, self.settings):
                    self.stop()
                if isinstance(event, Arrive) and event.ended:
                    self.playing = ""
                    self._settle()

    def play(
        self,
        page: str,
        *,
        ends_with: tuple[str, ...] = (),
        first: Callable[[Settings], Settings] | None = None,
    ) -> None:
        """Let a page's frames follow each other.

        Args:
          page: The page's name.
          ends_with: Settings that end the play when a hand changes them.
          first: The first step, which the server takes itself: so there is something to rewind, whoever plays on.
        """
        if first is not None:
            self._try(lambda: first(self.settings), draft=True)
        self.playing, self._ends_with, self._acted = page, ends_with, True
        self._discards = self._ticked = self._has_stopped = False

    def stop(self, *, discard: bool = False) -> None:
        """End a play where it is; it becomes a step of undo, and the address follows.

        The browser says where it has come to once it hears of the end; until then nothing is recorded.

        Args:
          discard: Leave out what the browser has played past the script.
        """
        self._acted = True
        playing_past_the_script = bool(self.playing) and not self._ticked
        self.playing, self._discards = "", discard
        self._has_stopped = playing_past_the_script and not discard
        if not self._has_stopped:
            self._settle()

    @property
    def awaits_end(self) -> bool:
        """Whether the browser has to say where a play that is over has come to, which may not have begun there."""
        return self._draft and self._has_stopped

    def undo(self, *, redo: bool = False) -> None:
        """One step back, or forward again."""
        self._settle()
        if step := self.history.go(1 if redo else -1):
            self.put(**step)

    def reset(self) -> None:
        """Every setting of the scenario at its default."""
        self.put(**Settings().undoable(), cell=None)

    def go_to(self, page: str) -> None:
        """Lead to another page with the next run."""
        self.destination, self._acted = page, True

    def take_destination(self) -> str:
        """The page that an act leads to, once; nothing if it leads nowhere."""
        destination, self.destination = self.destination, ""
        return destination

    def note(self, change: Callable[[], None]) -> None:
        """Do what changes no setting, such as a page's own memory, as an act of the visitor's."""
        self._acted = True
        change()

    def report(self, problem: Problem) -> None:
        """Remember what was refused, until the setting is changed."""
        self._acted = True
        self._problems[problem.name] = problem

    def problems(self) -> tuple[Problem, ...]:
        """What was refused and still stands in a field or stood in the link."""
        return tuple(self._problems.values())

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.history.can_undo or self._draft

    # -- what pages remember

    def recall(self, name: str, start: Callable[[], T]) -> T:
        """What is remembered under ``name``, or what ``start()`` gives the first time."""
        if name not in self.notes:
            self.notes[name] = start()
        kept: T = self.notes[name]
        return kept

    # -- widgets and charts

    def widget(self, name: str, *, shown: Any = None) -> dict[str, Any]:
        """Keyword arguments that tie a widget to a setting, which it shows unless told what.

        A refused text stays in its field, so that nobody types it again.
        """
        if shown is None:
            shown = TABLE[name].to_widget(self.settings[name])
        if TABLE[name].as_text and name in self._problems and (held := self._widgets.held(name)) is not None:
            shown = held
        return self._widgets.tie(name, shown, self._run, partial(self._enter, name))

    def field(self, key: str, shown: Any, act: Callable[[Any], None]) -> dict[str, Any]:
        """The same for a widget that shows what follows from settings; ``act`` takes what a hand puts there."""
        return self._widgets.tie(key, shown, self._run, act)

    def choice(self, key: str, shown: Any, act: Callable[[Any], None]) -> dict[str, Any]:
        """The same for a list, which is told what to show in each run: its options may have changed.

        A slider would lose a key that is pressed while it is told.
        """
        tied = self.field(key, shown, act)
        st.session_state[key] = shown
        return tied

    def handled(self, key: str) -> int:
        """Id of the newest message of a board that was acted upon."""
        return self._handled.get(key, 0)

    def receive(
        self,
        key: str,
        number: int,
        events: Any,
        page: Page,
        *,
        leads_to: Callable[[Event], str | None] | None = None,
    ) -> None:
        """Act upon a board's message, once; and go where ``leads_to`` says after an event, if it says so."""
        # A message that comes again is an act as well: the fields that come with it may be older than its effect.
        self._acted = True
        if number <= self.handled(key):
            return
        self._handled[key] = number
        for event in events:
            self.act(page, event)
            if leads_to and (destination := leads_to(event)):
                self.go_to(destination)

    # -- inside

    def _rename(self) -> None:
        """By its name the browser sees that it speaks to another session, or to one that Back has led on."""
        self.name = secrets.token_hex(4)

    def _enter(self, name: str, held: Any) -> None:
        """A hand has changed a setting's widget."""
        try:
            value = TABLE[name].from_widget(held)
        except Refused as refused:
            self.report(refused.problem(name))
        else:
            self.put(**{name: value})

    def _try(
        self,
        change: Callable[[], Settings],
        *,
        names: Iterable[str] = (),
        draft: bool = False,
        by_hand: bool = True,
    ) -> None:
        self._acted = True
        try:
            settings = change()
        except Invalid as invalid:
            self.report(invalid.problem)
            return
        changed = {name for name in settings if settings[name] != self.settings[name]}
        for name in changed.union(names):
            self._problems.pop(name, None)
        if by_hand:
            self._has_stopped = False
            if not changed.isdisjoint(self._ends_with):
                self.playing = ""
        self.settings, self._draft = settings, draft
        if not draft:
            self._settle()

    def _settle(self) -> None:
        self._draft = False
        self.history.record(self.settings.undoable())

    def _adopt(self, incoming: Mapping[str, str]) -> None:
        """Take the settings from the address."""
        self.arrived = True
        self.settings, problems = read(incoming)
        self._problems = {problem.name: problem for problem in problems}
        self.playing, self._draft = "", False
        self.history.record(self.settings.undoable())
