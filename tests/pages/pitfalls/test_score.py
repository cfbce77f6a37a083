"""The score of Pitfalls: the first guess decides, a later one makes up for it, and the link holds it."""

from __future__ import annotations

import pytest

from ce_viz.pages.pitfalls.score import judged, marks
from ce_viz.pages.pitfalls.settings import LATER, MISSED, RIGHT
from ce_viz.settings.value import Settings, read


@pytest.mark.parametrize(
    ("guesses", "mark"),
    [
        ((True,), RIGHT),
        ((True, False), RIGHT),
        ((False,), MISSED),
        ((False, False), MISSED),
        ((False, True), LATER),
        ((False, True, False), LATER),
    ],
)
def test_first_guess_decides_and_a_later_one_makes_up_for_it(guesses, mark):
    settings = Settings()
    for right in guesses:
        settings = judged(settings, "sign", right=right)
    assert marks(settings) == {"sign": mark}


def test_link_holds_the_score():
    settings = Settings()
    for name, guesses in {"sign": (False,), "log_zero": (True,), "sum_index": (False, True)}.items():
        for right in guesses:
            settings = judged(settings, name, right=right)
    again, problems = read(dict(settings.query()))
    assert not problems
    assert marks(again) == {"sign": MISSED, "log_zero": RIGHT, "sum_index": LATER}
