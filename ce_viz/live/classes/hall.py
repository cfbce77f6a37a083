"""All classes of the process: who gets a room, what is shown in it, and what happens by the clock."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ce_viz.live.classes.codes import code_of, is_key
from ce_viz.live.classes.lecture import Lecture, Scene, Slide
from ce_viz.live.classes.limits import (
    DERIVING,
    HEARTBEAT,
    MAX_ROOMS,
    MAX_STREAMS,
    OPENS_A_MINUTE,
    WAITING,
    Bucket,
)
from ce_viz.live.classes.messages import Open
from ce_viz.live.classes.poll import RuledOutError
from ce_viz.live.classes.room import Room
from ce_viz.live.classes.stream import Stream

_TICK = 0.25  # seconds between two looks at what is due
_deriving = ThreadPoolExecutor(max_workers=DERIVING, thread_name_prefix="code")
_drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="class")


class Hall:
    """The rooms; used in one event loop."""

    def __init__(self, lecture: Lecture, clock: Callable[[], float] = time.monotonic) -> None:
        self.rooms: dict[str, Room] = {}
        self.lecture, self.clock = lecture, clock
        self._opens = Bucket(OPENS_A_MINUTE / 60, OPENS_A_MINUTE)
        self._waiting = 0  # for a code, those that are being derived included
        self._beat_at = 0.0
        self._ticking: asyncio.Task[None] | None = None

    async def derive(self, key: str) -> str:
        """The code of a key; raises ``RuledOutError`` where too many are wanted."""
        if self._waiting >= DERIVING + WAITING:
            raise RuledOutError("busy", 503)
        if not self._opens.take(self.clock()):
            raise RuledOutError("pace", 429)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(_deriving, code_of, key)
        finally:
            self._waiting -= 1

    async def open(self, code: str, key: str, message: Open) -> Room:
        """Open a class, or take it up again; raises ``RuledOutError`` and what refuses the slide."""
        if code not in self.rooms:
            if not is_key(key) or await self.derive(key) != code:
                raise RuledOutError("key", 403)
            if code not in self.rooms:  # else it was opened meanwhile
                room = Room(code, key, self.lecture, self.clock())
                room.restore(message.held)
                await self.show(room, message.slide)
                self._make_room()
                self.rooms.setdefault(code, room)
                self._tick_from_now_on()
                return self.rooms[code]
        room = self.rooms[code]
        await self.show(room, message.slide)
        return room

    async def show(self, room: Room, slide: Slide) -> None:
        """Show a slide, unless a newer one has overtaken it; raises what refuses it."""
        room.turn += 1
        turn, scenes = room.turn, dict[str, Scene]()
        while missing := room.languages() - scenes.keys():
            for language in missing:
                scenes[language] = await self._scene(slide, language)
        if turn >= room.shown_turn:
            room.shown_turn = turn
            room.show(slide, scenes)

    async def join(self, room: Room, name: str, stream: Stream) -> None:
        """Let a member listen in a language; raises ``RuledOutError``."""
        if sum(each.streams for each in self.rooms.values()) >= MAX_STREAMS:
            raise RuledOutError("full", 503)
        while stream.language not in room.shown:
            slide = room.slide
            assert slide is not None
            scene = await self._scene(slide, stream.language)
            if slide is room.slide:
                room.add_language(stream.language, scene)
        room.join(name, stream)

    def tick(self) -> None:
        """Tell what is due, and end what has ended."""
        now = self.clock()
        for code, room in list(self.rooms.items()):
            if not room.tick(now):
                self.close(code)
        if now - self._beat_at >= HEARTBEAT:
            self._beat_at = now
            for room in self.rooms.values():
                room.beat()

    def close(self, code: str) -> None:
        """End a class."""
        if room := self.rooms.pop(code, None):
            room.close()

    def leave(self) -> None:
        """The process ends: nobody is kept waiting for the next word."""
        for room in self.rooms.values():
            room.send_away()
        self.rooms.clear()
        if self._ticking:
            self._ticking.cancel()

    def _make_room(self) -> None:
        """Of too many classes, the one ends that nobody has joined and whose teacher was silent longest."""
        if len(self.rooms) < MAX_ROOMS:
            return
        empty = [room for room in self.rooms.values() if not room.students]
        if not empty:
            raise RuledOutError("rooms", 503)
        self.close(min(empty, key=lambda room: room.teacher_seen).code)

    async def _scene(self, slide: Slide, language: str) -> Scene:
        if not self.lecture.is_slow(slide):
            return self.lecture.show(slide, language)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_drawing, self.lecture.show, slide, language)

    def _tick_from_now_on(self) -> None:
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._keep_ticking())

    async def _keep_ticking(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while self.rooms:
                await asyncio.sleep(_TICK)
                self.tick()
