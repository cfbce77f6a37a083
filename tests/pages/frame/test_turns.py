"""The scripts of many visitors take turns, nobody waits for ever, and the loop is woken once for many calls."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar

import pytest

from ce_viz.pages.frame.turns import Turns, wake_once
from tests.wire import finished

PATIENCE = 30
NEVER = 1e6  # seconds


class Run(threading.Thread):
    """A script that has its turn until it is told to end."""

    def __init__(self, turns: Turns, ran: list[int], number: int = 0) -> None:
        super().__init__(daemon=True)
        self._turns, self._ran, self._number = turns, ran, number
        self.began, self.may_end = threading.Event(), threading.Event()

    def run(self) -> None:
        with self._turns.turn():
            self._ran.append(self._number)
            self.began.set()
            self.may_end.wait(PATIENCE)


def waiting(turns: Turns, count: int) -> None:
    """Wait until so many wait."""
    end = time.monotonic() + PATIENCE
    while len(turns._waiting) < count:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_turns_are_taken_one_at_a_time_in_the_order_of_coming() -> None:
    turns, ran = Turns(longest=NEVER), list[int]()
    runs = [Run(turns, ran, number) for number in range(8)]
    for number, run in enumerate(runs):
        run.start()
        waiting(turns, number)  # the first has its turn
    for number, run in enumerate(runs):
        assert run.began.wait(PATIENCE)
        assert ran == list(range(number + 1))
        run.may_end.set()
    for run in runs:
        run.join()
    with turns.turn():  # nobody is left who has it
        assert not turns._waiting


def test_who_waited_through_the_turns_of_all_ahead_begins_beside_them() -> None:
    turns, ran = Turns(longest=0.01), list[int]()
    runs = [Run(turns, ran, number) for number in range(4)]
    for run in runs:
        run.start()
    assert all(run.began.wait(PATIENCE) for run in runs)  # none of them has ended
    for run in runs:
        run.may_end.set()
        run.join()
    assert sorted(ran) == [0, 1, 2, 3]
    assert turns._now is None


def test_a_script_that_fails_gives_its_turn_on() -> None:
    turns = Turns(longest=NEVER)
    with pytest.raises(KeyError), turns.turn():
        raise KeyError
    with turns.turn():
        pass


def test_an_overlong_turn_ends_without_ending_that_of_another() -> None:
    turns, ran = Turns(longest=0.01), list[int]()
    first, second = Run(turns, ran, 1), Run(turns, ran, 2)
    first.start()
    assert first.began.wait(PATIENCE)
    second.start()
    assert second.began.wait(PATIENCE)
    first.may_end.set()
    first.join()
    assert turns._now is not None  # the second's
    second.may_end.set()
    second.join()
    assert turns._now is None


async def _heard(said: Callable[[asyncio.AbstractEventLoop, list[int]], object]) -> tuple[list[int], int]:
    """What a loop is told by a thread, and how often it was woken for that."""
    loop, heard, woken = asyncio.get_running_loop(), list[int](), list[object]()
    plain = loop.call_soon_threadsafe

    def counted(*given):
        woken.append(given)
        return plain(*given)

    loop.call_soon_threadsafe = counted  # type: ignore[method-assign]
    wake_once(loop)
    thread = threading.Thread(target=said, args=(loop, heard))
    thread.start()
    thread.join()  # the loop does nothing meanwhile
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return heard, len(woken)


def test_a_loop_is_woken_once_and_hears_all_in_order() -> None:
    def said(loop, heard):
        for number in range(50):
            loop.call_soon_threadsafe(heard.append, number)

    assert finished(_heard(said)) == (list(range(50)), 1)


def test_a_loop_that_has_heard_is_woken_again() -> None:
    async def both() -> list[int]:
        loop, heard, all_heard = asyncio.get_running_loop(), list[int](), asyncio.Event()
        wake_once(loop)
        for number in range(3):
            thread = threading.Thread(target=loop.call_soon_threadsafe, args=(heard.append, number))
            thread.start()
            thread.join()
            loop.call_soon(all_heard.set)
            await all_heard.wait()
            await asyncio.sleep(0)
        return heard

    assert finished(both()) == [0, 1, 2]


def test_a_call_that_is_taken_back_is_not_made() -> None:
    def said(loop, heard):
        loop.call_soon_threadsafe(heard.append, 1).cancel()
        loop.call_soon_threadsafe(heard.append, 2)

    assert finished(_heard(said))[0] == [2]


def test_a_call_keeps_the_context_of_who_made_it() -> None:
    visitor = ContextVar("visitor", default=0)

    def said(loop, heard):
        for number in (1, 2):
            visitor.set(number)
            loop.call_soon_threadsafe(lambda: heard.append(visitor.get()))

    assert finished(_heard(said))[0] == [1, 2]


def test_a_loop_that_has_ended_says_so_to_each_call() -> None:
    async def given() -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        wake_once(loop)
        return loop

    loop = finished(given())
    for _ in range(2):
        with pytest.raises(RuntimeError):
            loop.call_soon_threadsafe(print)
