"""One class: who listens, what is shown, what is asked. It is told the time, and waits for nothing."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from ce_viz.live.classes.codes import digest_of
from ce_viz.live.classes.lecture import Asked, Lecture, Scene, Slide
from ce_viz.live.classes.limits import (
    IDLE,
    LEFT,
    LONGEST,
    MAX_KNOWN,
    MAX_MEMBERS,
    ROOM_VOTES_A_SECOND,
    SHOWS_A_SECOND,
    STREAMS_A_MEMBER,
    STREAMS_A_TEACHER,
    TELL_STUDENTS,
    TELL_TEACHER,
    VOTES_A_SECOND,
    VOTES_AT_ONCE,
    Bucket,
)
from ce_viz.live.classes.messages import MessageError, Vote
from ce_viz.live.classes.poll import NOTHING_ASKED, Poll, RuledOutError, restored
from ce_viz.live.classes.shown import Shown
from ce_viz.live.classes.stream import HEARTBEAT, Message, Stream

_CLOSED = Message.of({"kind": "closed"})
_REPLACED = Message.of({"kind": "replaced"})


class Room:
    """One class."""

    def __init__(self, code: str, key: str, lecture: Lecture, now: float) -> None:
        self.code = code
        self._digest, self._lecture, self._began = digest_of(key), lecture, now
        self.slide: Slide | None = None
        self.shown: dict[str, Shown] = {}
        self.paused = False
        self.poll: Poll | None = None
        self.students: dict[str, list[Stream]] = {}
        self.teachers: list[Stream] = []
        self.shows = Bucket(SHOWS_A_SECOND, 2 * SHOWS_A_SECOND)
        self.known: dict[str, Bucket] = {}  # members by name, and how fast each may speak
        self.turn = self.shown_turn = 0  # of the newest slide that has come, and of the one that is shown
        self._votes = Bucket(ROOM_VOTES_A_SECOND, 2 * ROOM_VOTES_A_SECOND)
        self._number = self._questions = 0
        self.teacher_seen, self._sent_away = now, False
        self._due = {"teachers": False, "students": False, "held": False}
        self._told_at = dict.fromkeys(self._due, 0.0)
        self._words: dict[tuple[str, bool], Message] = {}

    def knows(self, key: str) -> bool:
        """Whether this is the class's key."""
        return hmac.compare_digest(self._digest, digest_of(key))

    @property
    def streams(self) -> int:
        """How many listen."""
        return len(self.teachers) + sum(map(len, self.students.values()))

    def languages(self) -> set[str]:
        """In which the class is followed; one at least, so that a slide is looked at before it is kept."""
        return {stream.language for stream in self._listeners()} or {self._lecture.languages[0]}

    def language_for(self, asked: str) -> str:
        """The language in which somebody follows who asks for this one."""
        spoken = self._lecture.languages
        return asked if asked in spoken else spoken[0]

    def state(self, language: str) -> Message:
        """Everything that is shown in a language."""
        return self.shown[language].state()

    # What the teacher does.

    def show(self, slide: Slide, scenes: Mapping[str, Scene]) -> None:
        """Show a slide, worked out for the languages in which the class is followed."""
        self._number += 1
        self.slide = slide
        befores, self.shown = self.shown, {}
        moves: dict[str, Message | None] = {}
        for language, scene in scenes.items():
            after, before = Shown(scene, self._number), befores.get(language)
            moves[language] = after.move_from(before) if before else None
            self.shown[language] = after
        for stream in self._listeners():
            move = moves.get(stream.language)
            if move is None:
                stream.refresh()
            else:
                stream.show(move)
        chart = self.poll.asked.chart if self.poll and self.poll.revealed else ""
        if chart and any(
            after.uncovers(chart) != (language in befores and befores[language].uncovers(chart))
            for language, after in self.shown.items()
        ):
            self._tell_all()

    def add_language(self, language: str, scene: Scene) -> None:
        """Show what is shown in one more language."""
        self.shown[language] = Shown(scene, self._number)

    def pause(self, on: bool) -> None:
        """Keep everybody with the teacher, or let them look around."""
        self.paused = on
        self._tell_all()

    def ask(self, asked: Asked) -> None:
        """Ask another question."""
        self._questions += 1
        self.poll = Poll(asked, self._questions)
        self._tell_all()

    def ask_again(self) -> None:
        """Ask the same a second time; raises ``RuledOutError``."""
        self._open_poll().again()
        self._tell_all()

    def reveal(self) -> None:
        """Show everybody's answers to everybody; raises ``RuledOutError``."""
        self._open_poll().revealed = True
        self._tell_all()

    def end_question(self) -> None:
        """Take the question away."""
        self.poll = None
        self._tell_all()

    def close(self) -> None:
        """End the class."""
        for stream in [*self.teachers, *self._listeners()]:
            stream.end(_CLOSED)

    def send_away(self) -> None:
        """End all streams; those who come back are let in."""
        for stream in [*self.teachers, *self._listeners()]:
            stream.end()

    def held(self) -> dict[str, Any]:
        """What the teacher's tab keeps, to open the class again elsewhere."""
        question = self.poll.held() if self.poll else None
        return {"paused": self.paused, "questions": self._questions, "question": question}

    def restore(self, held: object) -> None:
        """Go on with what the teacher's tab has kept; raises ``MessageError``."""
        if held is None:
            return
        if not isinstance(held, Mapping):
            raise MessageError
        paused, questions, question = (held.get(name) for name in ("paused", "questions", "question"))
        if not isinstance(paused, bool) or type(questions) is not int or not 0 <= questions < 2**31:
            raise MessageError
        self.paused, self._questions = paused, questions
        if question is not None:
            self.poll = restored(self._lecture, question)
            self._questions = max(questions, self.poll.number)
            self.known |= {name: _bucket() for votes in self.poll.votes for name in votes}

    # What students do.

    def vote(self, vote: Vote, name: str, now: float) -> None:
        """Count a member's answer; raises ``RuledOutError``."""
        if name not in self.known:
            raise RuledOutError("member")
        if not self.known[name].take(now) or not self._votes.take(now):
            raise RuledOutError("pace", 429)
        if self._open_poll().vote(name, vote.question, vote.round, vote.answer):
            self._changed("teachers", "students", "held")

    def join(self, name: str, stream: Stream) -> None:
        """Let a member listen; raises ``RuledOutError`` where there is no room."""
        new = name not in self.known
        if len(self.known) + new > MAX_KNOWN or sum(map(len, self.students.values())) >= MAX_MEMBERS:
            raise RuledOutError("full", 503)
        if new:
            self.known[name] = _bucket()
        _joined(self.students.setdefault(name, []), stream, STREAMS_A_MEMBER)
        stream.refresh()
        stream.tell("class", self._message(stream.language, teacher=False))
        if self.poll and name in self.poll.votes[-1]:
            stream.tell("mine", Message.of(self.poll.told_of(name)))
        self._changed("teachers", "students")

    def join_teacher(self, stream: Stream) -> None:
        """Let the teacher listen."""
        _joined(self.teachers, stream, STREAMS_A_TEACHER)
        self._sent_away = False
        stream.tell("class", self._message(stream.language, teacher=True))
        stream.tell("held", self._held_message())

    def leave(self, name: str, stream: Stream) -> None:
        """A member's stream has ended."""
        streams = self.students.get(name, [])
        if stream in streams:
            streams.remove(stream)
        if not streams:
            self.students.pop(name, None)
        if all(each.language != stream.language for each in self._listeners()):
            self.shown.pop(stream.language, None)
        self._changed("teachers", "students")

    def leave_teacher(self, stream: Stream, now: float) -> None:
        """A stream of the teacher has ended."""
        if stream in self.teachers:
            self.teachers.remove(stream)
        self.teacher_seen = now

    def seen(self, now: float) -> None:
        """The teacher has spoken."""
        self.teacher_seen = now

    # What happens by the clock.

    def tick(self, now: float) -> bool:
        """Tell what is due; whether the class goes on."""
        alone = 0.0 if self.teachers else now - self.teacher_seen
        if alone >= IDLE or now - self._began >= LONGEST:
            return False
        if alone >= LEFT and not self._sent_away:
            self._sent_away = True
            for stream in self._listeners():
                stream.end()
        for group, every in (
            ("teachers", TELL_TEACHER),
            ("students", TELL_STUDENTS),
            ("held", TELL_STUDENTS),
        ):
            if self._due[group] and now - self._told_at[group] >= every:
                self._tell(group)
                self._told_at[group] = now
        return True

    def beat(self) -> None:
        """A sign of life for all."""
        for stream in [*self.teachers, *self._listeners()]:
            stream.tell("beat", HEARTBEAT)

    def _listeners(self) -> list[Stream]:
        return [stream for streams in self.students.values() for stream in streams]

    def _open_poll(self) -> Poll:
        if self.poll is None:
            raise RuledOutError("no_question")
        return self.poll

    def _changed(self, *groups: str) -> None:
        """Tell these soon; those who join meanwhile are told what was told last, which costs nothing to say."""
        self._due |= dict.fromkeys(groups, True)

    def _tell_all(self) -> None:
        for group in self._due:
            self._tell(group)

    def _tell(self, group: str) -> None:
        self._due[group] = False
        if group == "held":
            message = self._held_message()
            for stream in self.teachers:
                stream.tell("held", message)
            return
        teacher = group == "teachers"
        self._words = {key: told for key, told in self._words.items() if key[1] is not teacher}
        for stream in self.teachers if teacher else self._listeners():
            stream.tell("class", self._message(stream.language, teacher=teacher))

    def _message(self, language: str, *, teacher: bool) -> Message:
        """How the class stands; the answers for the teacher, and once they are revealed for everybody."""
        key = (language, teacher)
        if key not in self._words:
            standing = {"kind": "class", "present": len(self.students), "paused": self.paused}
            asked = self._told_of_question(self.poll, language, teacher) if self.poll else NOTHING_ASKED
            self._words[key] = Message.of({**standing, **asked})
        return self._words[key]

    def _told_of_question(self, poll: Poll, language: str, teacher: bool) -> Mapping[str, Any]:
        uncovered = any(each.uncovers(poll.asked.chart) for each in self.shown.values())
        return poll.told(self._lecture, language, everything=teacher, uncovered=uncovered)

    def _held_message(self) -> Message:
        return Message.of({"kind": "held", "held": self.held()})


def _bucket() -> Bucket:
    return Bucket(VOTES_A_SECOND, VOTES_AT_ONCE)


def _joined(streams: list[Stream], stream: Stream, most: int) -> None:
    """Add a stream; the oldest of too many is ended."""
    streams.append(stream)
    if len(streams) > most:
        streams.pop(0).end(_REPLACED)
