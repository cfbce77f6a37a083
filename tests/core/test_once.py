import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ce_viz.core.once import OncePerKey, once_per_key
from ce_viz.core.studies.comparison import loss_surfaces
from ce_viz.core.studies.precision import compare_formulas, first_breaks, gap_sweep
from ce_viz.core.studies.race import run_race

WAIT = 30  # seconds after which a thread that should have been let through counts as stuck


class Work:
    """A function that runs until it is let go, and counts its runs."""

    def __init__(self):
        self.started, self.go_on = threading.Semaphore(0), threading.Semaphore(0)
        self.runs = []

    def __call__(self, key):
        self.runs.append(key)
        self.started.release()
        assert self.go_on.acquire(timeout=WAIT)
        if len(self.runs) == 1 and key == "fails at first":
            raise ArithmeticError(key)
        return [key]


def wait_for_callers(cached, count):
    """Until so many calls of the only key have been made."""
    while [entry.callers for entry in cached._entries.values()] != [count]:
        threading.Event().wait(0.001)


@pytest.fixture
def work():
    return Work()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_one_thread_computes_and_the_others_get_its_very_result(work, pool):
    cached = once_per_key(maxsize=4)(work)
    calls = [pool.submit(cached, "key") for _ in range(8)]
    wait_for_callers(cached, 8)
    work.go_on.release()
    results = [call.result(WAIT) for call in calls]
    assert work.runs == ["key"]
    assert all(result is results[0] for result in results)


def test_another_key_does_not_wait(work, pool):
    cached = once_per_key(maxsize=4)(work)
    slow = pool.submit(cached, "slow")
    assert work.started.acquire(timeout=WAIT)
    other = pool.submit(cached, "other")
    assert work.started.acquire(timeout=WAIT)  # although the first has not ended
    assert not slow.done()
    work.go_on.release(2)
    assert (slow.result(WAIT), other.result(WAIT)) == (["slow"], ["other"])


def test_failure_is_not_kept_and_a_waiting_thread_tries_again(work, pool):
    cached = once_per_key(maxsize=4)(work)
    calls = [pool.submit(cached, "fails at first") for _ in range(2)]
    wait_for_callers(cached, 2)
    work.go_on.release(2)
    outcomes = [call.exception(WAIT) for call in calls]
    assert sorted(map(str, outcomes)) == ["None", "fails at first"]
    assert cached("fails at first") == ["fails at first"]
    assert len(work.runs) == 2


def test_failures_take_no_room():
    def refuse(key):
        raise ValueError(key)

    cached = once_per_key(maxsize=2)(refuse)
    for key in range(5):
        with pytest.raises(ValueError, match=str(key)):
            cached(key)
    assert len(cached._entries) == 0


def test_least_recently_used_result_is_forgotten_first():
    runs: list[str] = []
    cached = once_per_key(maxsize=2)(runs.append)
    for key in ("a", "b", "a", "c", "a", "b"):
        cached(key)
    assert runs == ["a", "b", "c", "b"]
    assert len(cached._entries) == 2


def test_result_somebody_waits_for_is_not_forgotten(work, pool):
    cached = once_per_key(maxsize=1)(lambda key: work(key) if key == "slow" else key)
    slow = [pool.submit(cached, "slow") for _ in range(2)]
    assert work.started.acquire(timeout=WAIT)
    assert [cached(key) for key in ("b", "c")] == ["b", "c"]
    slow.append(pool.submit(cached, "slow"))
    work.go_on.release()
    assert [call.result(WAIT) for call in slow] == [["slow"]] * 3
    assert work.runs == ["slow"]
    assert len(cached._entries) == 1


def test_clearing_forgets_and_leaves_those_who_wait_their_result(work, pool):
    cached = once_per_key(maxsize=4)(work)
    calls = [pool.submit(cached, "key") for _ in range(2)]
    wait_for_callers(cached, 2)
    cached.cache_clear()
    work.go_on.release(2)
    assert [call.result(WAIT) for call in calls] == [["key"], ["key"]]
    assert work.runs == ["key"]
    cached("key")
    assert work.runs == ["key", "key"]


def test_function_that_asks_for_itself_fails_instead_of_hanging():
    @once_per_key(maxsize=4)
    def endless(key):
        return endless(key)

    with pytest.raises(RecursionError):
        endless("key")


def test_none_is_a_result_and_keywords_are_arguments():
    runs = []

    @once_per_key(maxsize=4)
    def note(key, *, times=1):
        runs.append((key, times))

    for times in (1, 2, 2):
        note("key", times=times)
    assert runs == [("key", 1), ("key", 2)]


def test_decorated_function_keeps_its_name_and_documentation():
    @once_per_key(maxsize=1)
    def named():
        """What it is."""

    assert (named.__name__, named.__doc__) == ("named", "What it is.")


def test_room_for_nothing_is_refused():
    with pytest.raises(ValueError, match="maxsize must be >= 1, got 0"):
        once_per_key(maxsize=0)


@pytest.mark.parametrize("study", [compare_formulas, first_breaks, gap_sweep, loss_surfaces, run_race])
def test_study_that_takes_more_than_10_ms_is_worked_out_once_for_a_whole_class(study):
    assert isinstance(study, OncePerKey)
