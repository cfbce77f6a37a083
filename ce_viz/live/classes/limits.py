"""How much a class, a member and a stranger may take of the process, and why."""

from __future__ import annotations

MAX_ROOMS = 32
"""Classes of a process at a time; a new one takes the place of one that nobody has joined, if there is any."""

MAX_MEMBERS = 600
"""Students' streams of a class: twice the largest lecture, for those who have two devices."""

MAX_STREAMS = 2400
"""Of a process, eight lectures of 300: each takes 85 kB, and a file."""

MAX_KNOWN = 2 * MAX_MEMBERS
"""Members that a class remembers, since they may vote; beyond, nobody new is let in."""

STREAMS_A_MEMBER = 3
"""Open pages of one student; of a fourth, the oldest one's stream is ended."""

STREAMS_A_TEACHER = 3

TEACHER_BODY = 256 * 1024
"""Bytes; the votes that a teacher's tab holds of 600 guesses in two rounds are 100 kB."""

STUDENT_BODY = 4096
"""Bytes; a vote is 150, a guess of 100 bars 700."""

BODY_SECONDS = 10.0
"""That a message may take to arrive."""

OPENS_A_MINUTE = 60
"""Codes that the process derives, for new classes and for those that are opened again: each takes 50 ms and 16 MB."""

DERIVING, WAITING = 2, 8
"""Codes derived at a time, and those that wait for it."""

SHOWS_A_SECOND = 40
"""Messages of a teacher; a browser sends the next one after the answer to the last."""

VOTES_A_SECOND = 2
"""Messages of one member, after the first ten."""

VOTES_AT_ONCE = 10

ROOM_VOTES_A_SECOND = 300
"""Messages of all members of a class, after twice as many at once: 300 who vote at the same moment are not refused."""

HEARTBEAT = 15.0
"""Seconds between two signs of life, so that no proxy takes a silent stream for a dead one."""

STALLED = 30.0
"""Seconds after which a stream that takes nothing is ended."""

TELL_TEACHER, TELL_STUDENTS = 0.5, 1.0
"""Seconds between two counts of votes; what the teacher does is told at once."""

LEFT = 10.0
"""Seconds without the teacher after which students are sent to look where the class is now, once."""

IDLE = 15 * 60.0
"""Seconds without the teacher after which a class ends: the teacher's tab opens it again whenever it is back."""

LONGEST = 12 * 3600.0
"""Seconds after which any class ends."""


class Bucket:
    """Messages that may come: so many at once, then so many a second.

    >>> bucket = Bucket(rate=1.0, most=2.0)
    >>> [bucket.take(now) for now in (0.0, 0.0, 0.0, 1.0, 1.0)]
    [True, True, False, True, False]
    """

    __slots__ = ("_left", "_most", "_rate", "_then")

    def __init__(self, rate: float, most: float) -> None:
        self._rate, self._most, self._left, self._then = rate, most, most, 0.0

    def take(self, now: float) -> bool:
        """Whether one more may come at ``now``, in seconds of any steady clock."""
        self._left = min(self._most, self._left + max(0.0, now - self._then) * self._rate)
        self._then = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
