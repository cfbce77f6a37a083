"""Files read in processes of their own: bounded in number, time and memory; one that dies harms nobody."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path

import numpy as np

from ce_viz.core.inspection import Inspection
from ce_viz.pages.inspect import jobs
from ce_viz.pages.inspect.jobs import STOPPED, Job, Pool, Stopped
from ce_viz.pages.inspect.worker import Task, work
from tests.serving import ROOT

GOOD = Task(("a.csv",), (b"a,b,label\n2,1.5,0\n0.5,1,1",), {}, ())


@cache
def slow_task() -> Task:
    return Task(("a.json",), (b"[[" + b"1.5," * 9_000_000 + b"1]]",), {}, ())


def outcome(job: Job) -> Inspection | Stopped:
    assert job.wait(60)
    assert job.outcome is not None
    return job.outcome


def begun(job: Job) -> int:
    """The process of a job that is under way."""
    while job._process is None:
        assert not job.done
        time.sleep(0.001)
    return job._process.pid


def test_a_process_finds_what_this_one_does():
    found, here = outcome(Pool().submit(GOOD)), work(GOOD)
    assert (found.accuracy, found.mean_loss, found.plan) == (here.accuracy, here.mean_loss, here.plan)


def test_a_refusal_comes_back_with_its_place():
    task = Task(("a.csv",), (b"a,b,label\n2,1.5,0\n0.5,x,1\n1,2,0",), {}, ())
    error, here = outcome(Pool().submit(task)).error, work(task).error
    assert (error.code, error.value, error.line, error.column, error.limits) == (
        here.code, here.value, here.line, here.column, here.limits,
    )  # fmt: skip
    assert (error.code, error.line, error.column) == ("not_number", 3, 2)
    assert str(error) == str(here)


def test_choices_and_remedies_are_told():
    task = Task(
        ("a.csv",), (b"a,b,c,label\n2,1.5,0,1\n0.5,1,1,2\n3,1.5,1,1",), {"0:2": "label"}, ("drop_duplicates",)
    )
    assert outcome(Pool().submit(task)).accuracy == work(task).accuracy


def test_no_more_than_so_many_processes_at_a_time_and_the_others_wait_in_order():
    pool = Pool(processes=1)
    slow, second, third = pool.submit(slow_task()), pool.submit(GOOD), pool.submit(GOOD)
    begun(slow)
    assert (second.waits, third.waits) == (True, True)
    assert (pool.ahead(second), pool.ahead(third)) == (0, 1)
    slow.stop()
    assert isinstance(outcome(second), Inspection)
    assert isinstance(outcome(third), Inspection)


def test_too_many_are_refused_at_once():
    pool = Pool(processes=1, waiting=2)
    slow = pool.submit(slow_task())
    begun(slow)
    waiting = [pool.submit(GOOD), pool.submit(GOOD)]
    assert outcome(pool.submit(GOOD)) == Stopped("busy")
    waiting[0].stop()
    assert outcome(waiting[0]) == Stopped("cancelled")
    fourth = pool.submit(GOOD)
    assert not fourth.done
    slow.stop()
    assert isinstance(outcome(fourth), Inspection)


def test_a_job_that_is_cancelled_ends_its_process():
    job = Pool().submit(slow_task())
    begun(job)
    job.stop()
    assert outcome(job) == Stopped("cancelled")
    assert job._process is not None
    assert job._process.wait(60) == -signal.SIGKILL


def test_a_job_that_takes_too_long_is_stopped():
    assert outcome(Pool(seconds=0.05).submit(slow_task())) == Stopped("time")


def test_a_job_that_wants_too_much_memory_is_stopped():
    assert outcome(Pool(memory=400_000_000).submit(slow_task())) == Stopped("memory")


def test_a_process_that_dies_is_told_and_the_next_file_is_read():
    pool = Pool()
    job = pool.submit(slow_task())
    os.kill(begun(job), signal.SIGKILL)
    assert outcome(job) == Stopped("died")
    assert isinstance(outcome(pool.submit(GOOD)), Inspection)


def test_where_no_process_can_be_started_this_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert outcome(Pool().submit(GOOD)) == Stopped("process")


def test_a_failure_of_the_app_itself_is_told_and_the_next_file_is_read(capfd):
    pool = Pool()
    broken = Task(("a.csv",), (b"1",), {"0:0": None}, ())  # type: ignore[dict-item]
    assert outcome(pool.submit(broken)) == Stopped("failed")
    assert "Traceback" in capfd.readouterr().err
    assert isinstance(outcome(pool.submit(GOOD)), Inspection)


def test_no_thread_stays_when_nothing_is_to_do():
    pool = Pool()
    outcome(pool.submit(GOOD))
    for thread in threading.enumerate():
        if thread.name.endswith("(_serve)"):
            thread.join(10)
    assert pool._threads == 0


def test_many_rows_come_back_without_being_copied():
    logits = np.zeros((200_000, 10), np.float32)
    labels = np.zeros(200_000, np.float32)
    stream = io.BytesIO()
    np.save(stream, np.c_[logits + np.eye(10, dtype=np.float32)[0], labels])
    found = outcome(Pool().submit(Task(("a.npy",), (stream.getvalue(),), {}, ())))
    assert not found.table.logits.flags.owndata
    assert not found.table.logits.flags.writeable


def test_the_process_knows_no_streamlit():
    script = (
        "import sys, ce_viz.pages.inspect.worker; print({'streamlit', 'plotly', 'app'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "set()"


def test_every_way_to_stop_is_one_that_has_words():
    source = Path(jobs.__file__).read_text() + Path(jobs.__file__).with_name("worker.py").read_text()
    assert all(f'"{code}"' in source for code in STOPPED)
