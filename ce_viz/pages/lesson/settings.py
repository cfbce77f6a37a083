"""The lesson's own settings: the scene, what was done so far, and what was guessed."""

from __future__ import annotations

from ce_viz.settings import readers
from ce_viz.settings.readers import Refused
from ce_viz.settings.setting import Setting, write_flag
from ce_viz.settings.shared import commas
from ce_viz.strings.numbers import field

NUM_SCENES = 6
START = (2.0, 1.0, 0.1)  # the logits with which each scene begins
MOST_GUESSED = 1.0  # no entry of a gradient at T = 1 is beyond it, where Σy = 1
NUM_TRIES = 3
NUM_FOLDS = 24  # frames in which the terms are folded together

CHARTS = (
    *("logits", "probs", "loss", "probs_grad", "jacobian", "chain_rule", "logits_grad"),
    *("guess", "folded", "loss_curve"),
)

TASKS = (
    "sure",
    "shift",
    "loss",
    "only",
    "guess",
    "thrice",
    "match",
    "terms",
    "endless",
    "stops",
    "sum",
    "temperature",
)
"""What can be done, in order; tasks.py says when each is."""

BETS = ("short", "whole", "other")  # S − y, the gradient itself, neither
RIGHT = "whole"
"""Answers to a prediction, and the one that is right."""


def _read_guess(text: str) -> tuple[float, ...]:
    if not text:
        return ()
    values = readers.vector(most=100)(text)
    for value in values:
        if not abs(value) <= MOST_GUESSED:
            raise Refused(field(value), "range", low=f"-{MOST_GUESSED:g}", high=f"{MOST_GUESSED:g}")
    return values


def _guess_within(guess: tuple[float, ...], count: int) -> tuple[tuple[float, ...], str]:
    return (guess, "") if len(guess) in (0, count) else ((), "length")


SETTINGS = {
    "scene": Setting(1, readers.whole(1, NUM_SCENES)),
    "done": Setting((), readers.choices(*TASKS), ",".join),
    "guess": Setting((), _read_guess, commas, fit=_guess_within),
    "tries": Setting(0, readers.whole(0, NUM_TRIES)),
    "matching": Setting(False, readers.flag, write_flag),
    "fold": Setting(0, readers.whole(0, NUM_FOLDS)),
    "bet_sum": Setting("", readers.choice("", *BETS)),
    "bet_temperature": Setting("", readers.choice("", *BETS)),
}
