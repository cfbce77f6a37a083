"""Unexpected errors: the log tells type and place and nothing that a visitor typed; the page says one sentence."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from ce_viz.pages.frame import faults

SECRET = "a visitor's own words"


@pytest.fixture
def log() -> Iterator[list[str]]:
    """What a logger with a plain handler writes once the log is set up."""
    factory, ours = logging.getLogRecordFactory(), logging.getLogger("ce_viz")
    handlers, propagates = list(ours.handlers), ours.propagate
    lines: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(logging.Formatter())
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("somebody.elses")
    logger.addHandler(handler)
    faults.set_up_log()
    yield lines
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)
    ours.handlers, ours.propagate = handlers, propagates


def fail() -> None:
    try:
        float(SECRET)
    except ValueError as error:
        raise RuntimeError(f"of {SECRET}") from error


def test_an_errors_type_and_lines_are_logged_and_its_text_is_not(log):
    try:
        fail()
    except RuntimeError:
        logging.getLogger("somebody.elses").exception("Uncaught app execution")
    (line,) = log
    assert SECRET not in line
    assert "ValueError" in line
    assert "RuntimeError" in line
    assert "in fail" in line
    assert "float(SECRET)" in line


def test_an_error_named_in_a_message_is_logged_by_its_type(log):
    logging.getLogger("somebody.elses").error("failed: %s", ValueError(SECRET))
    assert log == ["failed: ValueError"]


def test_errors_without_end_are_cut(log):
    error: BaseException = ValueError("0")
    for _ in range(100):
        following = ValueError("next")
        following.__context__ = error
        error = following
    assert faults.place(error).count("ValueError") == 8


def test_setting_up_twice_writes_each_line_once(log):
    faults.set_up_log()
    assert logging.getLogger("ce_viz").handlers.count(faults._to_stderr) == 1
