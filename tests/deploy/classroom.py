"""A lecture of 300 that follows its teacher: ``python -m tests.deploy.classroom [STUDENTS]`` prints wanted and now.

One process as the image runs it, without a proxy; then twice as many in two classes on two processes behind nginx. The
students are one more process on the same machine, so delays are upper bounds. Bounded in number and time, two minutes
in all. Linux only.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deploy.classes import p95
from tests.deploy.proxy import Replica, proxied, replicas
from tests.deploy.sizing import memory, processor
from tests.deploy.students import Heard, Student, Teacher

STUDENTS = 300
MOVES = 100
PACE = 0.05  # seconds from one move of the teacher's hand to the next
SEEN_WITHIN, COUNTED_WITHIN, MEMORY = 0.150, 3.0, 0.25  # seconds, seconds, megabytes for each student
PATIENCE = 100.0  # seconds for all of it
_MOVE = re.compile(rb"logits=([\d.]+),")


@dataclass
class Class:
    """One class, and what it came to."""

    teacher: Teacher
    students: list[Student]
    sent: list[float] = field(default_factory=list)  # when each move was sent
    seen: list[float] = field(default_factory=list)  # how long each move took to each student
    arrived: float = 0.0
    shown: float = 0.0
    counted: float = 0.0
    faults: list[str] = field(default_factory=list)

    def follow(self) -> Heard:
        """What one student's page does with each message: note when each move, or a newer one, is there."""
        next_move = 0

        def heard(kind: str, event: bytes) -> None:
            nonlocal next_move
            found = _MOVE.search(event) if kind in {"move", "state"} else None
            if not found:
                return
            now, at = time.perf_counter(), round(float(found[1]) * 1000) - 1
            for move in range(next_move, min(at, len(self.sent) - 1) + 1):
                self.seen.append(now - self.sent[move])
            next_move = max(next_move, at + 1)

        return heard


async def apart(base: str, running: list[Replica], count: int) -> list[Teacher]:
    """Teachers whose classes are each on a replica of its own."""
    found: dict[int, Teacher] = {}
    for _ in range(20):
        teacher = Teacher(base)
        await teacher.begin()
        found.setdefault(await place_of(teacher.code, running), teacher)
        if len(found) == count:
            return list(found.values())
        if teacher not in found.values():
            await teacher.say(kind="close")
            await teacher.close()
    raise AssertionError("twenty codes lead to one replica")


async def place_of(code: str, running: list[Replica]) -> int:
    """Port of the replica that a class is on."""
    for replica in running:
        stranger = Teacher(f"http://127.0.0.1:{replica.port}")
        stranger.code = code
        status, _ = await stranger.say(kind="pause", on=True)
        await stranger.close()
        if status == 403:
            return replica.port
    raise AssertionError(f"{code} is nowhere")


async def arrive(teacher: Teacher, count: int) -> Class:
    """All students of a class come at once."""
    base = teacher.base
    students = [Student(base, teacher.code, "zh" if at % 2 else "en") for at in range(count)]
    told = Class(teacher, students)
    start = time.perf_counter()
    await asyncio.gather(*(student.listen(told.follow()) for student in students))
    refused = [student.status for student in students if student.status != 200]
    assert not refused, refused
    await asyncio.gather(*(student.until(lambda heard: "state" in heard) for student in students))
    told.arrived = time.perf_counter() - start
    await teacher.until(lambda heard: heard["class"]["present"] == count)
    return told


async def move(told: Class) -> None:
    """The teacher drags a logit; all students see each move, or a newer one."""
    for at in range(MOVES):
        start = time.perf_counter()
        told.sent.append(start)
        status = await told.teacher.show(f"logits={(at + 1) / 1000},1,0.1")
        if status != 200:
            told.faults.append(f"a move was answered {status}")
        await asyncio.sleep(max(0.0, PACE - (time.perf_counter() - start)))
    end = time.perf_counter() + 5.0
    while len(told.seen) < MOVES * len(told.students) and time.perf_counter() < end:
        await asyncio.sleep(0.05)
    if (missing := MOVES * len(told.students) - len(told.seen)) > 0:
        told.faults.append(f"{missing} moves never seen")


async def vote(told: Class) -> None:
    """All vote at once, every tenth three times over: the teacher sees each counted once."""
    teacher, students = told.teacher, told.students
    await teacher.show("", page="pitfalls")
    status, _ = await teacher.say(kind="ask")
    assert status == 200
    await asyncio.gather(*(each.until(lambda heard: heard["class"]["question"]) for each in students))
    number = teacher.heard["class"]["question"]["number"]
    size = len(teacher.heard["class"]["question"]["choices"])
    start = time.perf_counter()

    async def answer(at: int, student: Student) -> list[tuple[int, dict[str, Any]]]:
        choices = [at % size] if at % 10 else [at % size, 0, 0]
        return [await student.vote(number, choice=choice) for choice in choices]

    answers = await asyncio.gather(*(answer(*each) for each in enumerate(students)))
    wanted = sorted(0 if at % 10 == 0 else at % size for at in range(len(students)))
    try:
        await teacher.until(lambda heard: heard["class"]["answered"] == len(students))
        told.counted = time.perf_counter() - start
        await teacher.until(lambda heard: sorted(_votes(heard)) == wanted)
    except AssertionError:
        told.faults.append("votes were not counted once each")
    told.faults += [
        f"a vote was answered {got}" for every in answers for got in every if got != (200, {"counted": True})
    ]


def _votes(heard: Any) -> list[int]:
    question = heard["held"]["held"]["question"]
    return list(question["votes"][0].values()) if question else []


async def lecture(
    base: str, running: list[Replica], count: int, classes: int
) -> tuple[list[Class], list[float]]:
    """So many classes of ``count``; and the memory in MB and processor seconds they took of all processes."""
    warm = Student(base, "AAAAAA")
    for _ in running:
        await warm.listen()  # the first answer of all waits for imports
    before = sum(map(memory, running))
    there = await asyncio.gather(*(arrive(teacher, count) for teacher in await apart(base, running, classes)))
    taken = sum(map(memory, running)) - before
    used = sum(map(processor, running))
    await asyncio.gather(*(move(each) for each in there))
    used = sum(map(processor, running)) - used
    await asyncio.gather(*(vote(each) for each in there))
    for each in there:
        status, _ = await each.teacher.say(kind="close")
        assert status == 200
        for student in each.students:
            await student.until(lambda heard: "closed" in heard)
            await student.close()
        await each.teacher.close()
    return there, [taken, used]


def report(title: str, there: list[Class], count: int, costs: list[float]) -> bool:
    """Print the rows of a table; whether all of it is as wanted."""
    seen = [each for told in there for each in told.seen]
    taken, used = costs
    faults = [fault for told in there for fault in told.faults]
    rows = [
        ("all see the page", "", f"{max(told.arrived for told in there):.2f} s", True),
        ("a move is seen, p50", "", f"{1e3 * sorted(seen)[len(seen) // 2]:.0f} ms", True),
        (
            "a move is seen, p95",
            f"{1e3 * SEEN_WITHIN:.0f} ms",
            f"{1e3 * p95(seen):.0f} ms",
            p95(seen) <= SEEN_WITHIN,
        ),
        (
            "all votes counted",
            f"{COUNTED_WITHIN:.0f} s",
            f"{max(told.counted for told in there):.2f} s",
            max(told.counted for told in there) <= COUNTED_WITHIN,
        ),
        (
            "memory, a student",
            f"{1e3 * MEMORY:.0f} kB",
            f"{1e3 * taken / count / len(there):.0f} kB",
            taken / count / len(there) <= MEMORY,
        ),
        ("processor, a move", "", f"{1e3 * used / MOVES / len(there):.1f} ms", True),
        ("faults", "none", "; ".join(sorted(set(faults))) or "none", not faults),
    ]
    print(f"\n{title}: {len(there)} × {count} students, {MOVES} moves, one every {1e3 * PACE:.0f} ms")
    print("| | wanted | now | |\n|---|---|---|---|")
    for name, wanted, now, held in rows:
        print(f"| {name} | {wanted} | {now} | {'' if not wanted else 'yes' if held else 'NO'} |", flush=True)
    return all(row[3] for row in rows)


@contextmanager
def folders(*names: str) -> Iterator[list[Path]]:
    """Empty folders."""
    with tempfile.TemporaryDirectory() as folder:
        made = [Path(folder) / name for name in names]
        for each in made:
            each.mkdir()
        yield made


def main(count: int) -> bool:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    with folders("image") as (image,), replicas(image, 1) as running:
        base = f"http://127.0.0.1:{running[0].port}"
        alone = asyncio.run(asyncio.wait_for(lecture(base, running, count, 1), PATIENCE))
    held = report("one process", alone[0], count, alone[1])
    with (
        folders("image", "proxy") as (image, proxy),
        replicas(image, 2) as running,
        proxied(proxy, [each.port for each in running]) as base,
    ):
        both = asyncio.run(asyncio.wait_for(lecture(base, running, count, 2), PATIENCE))
    return report("two processes behind nginx", both[0], count, both[1]) and held


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if sys.argv[1:] else STUDENTS))
