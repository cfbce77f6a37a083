"""Undo: steps back and forth, bounded."""

from __future__ import annotations

from ce_viz.settings.history import MOST_STEPS, History


def history(*values: int) -> History:
    steps = History()
    for value in values:
        steps.record({"label": value})
    return steps


def test_steps_go_back_and_forth():
    steps = history(1, 2, 3)
    assert steps.go(-1) == {"label": 2}
    assert steps.go(-1) == {"label": 1}
    assert steps.go(1) == {"label": 2}
    assert (steps.can_undo, steps.can_redo) == (True, True)


def test_there_is_no_step_beyond_the_ends():
    steps = history(1)
    assert (steps.go(-1), steps.go(1), steps.can_undo, steps.can_redo) == (None, None, False, False)
    assert History().go(-1) is None


def test_the_same_settings_again_are_no_step():
    assert not history(1, 1).can_undo


def test_a_new_step_forgets_what_was_undone():
    steps = history(1, 2, 3)
    steps.go(-2)
    steps.record({"label": 9})
    assert not steps.can_redo
    assert steps.go(-1) == {"label": 1}


def test_the_oldest_steps_are_forgotten():
    steps = history(*range(3 * MOST_STEPS))
    count = 0
    while steps.go(-1):
        count += 1
    assert count == MOST_STEPS - 1
