"""The tasks of the lesson: for each, a pure function that says how far the settings are with it.

OPEN      nothing to say yet
VAIN      tried, and not the way; the text under the same name says why
BLOCKED   it cannot be reached from here: something else has to be moved first
DONE      the settings show it done
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ce_viz.core import Explanation, cross_entropy, explain
from ce_viz.core.arrays import Array
from ce_viz.pages.cards import LOGITS as BARS
from ce_viz.pages.lesson.settings import NUM_FOLDS, NUM_TRIES, START, TASKS
from ce_viz.settings.value import Settings

OPEN, VAIN, BLOCKED, DONE = "open", "vain", "blocked", "done"

SURE = 0.9
LOW = 0.1
SHIFT = 5.0
GONE = 0.01  # a share that is as good as none
NEAR = 0.05  # a bar this near to the gradient is right
STEADY = 1e-3  # an arrow too short to be seen
MANY_STEPS = 40
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Look:
    """What a task is judged by."""

    settings: Settings
    explanation: Explanation

    @property
    def label(self) -> int:
        """The true class, from 0."""
        return self.explanation.scenario.label

    @property
    def rival(self) -> int:
        """The class that alone may be touched in scene 2: the first that is not the true one."""
        return 1 if self.label == 0 else 0

    @property
    def moved(self) -> tuple[int, ...]:
        """Classes whose logit is not where the scene began."""
        logits = self.settings["logits"]
        return tuple(k for k, start in enumerate(START) if k >= len(logits) or logits[k] != start)

    @property
    def third(self) -> int:
        """Of three classes the one that is neither the true one nor the rival."""
        return 3 - self.label - self.rival

    @property
    def least(self) -> float:
        """The loss that moving the rival alone from the start comes ever nearer to, without reaching it."""
        logits = [-float("inf") if k == self.rival else o for k, o in enumerate(START)]
        return float(cross_entropy(logits, self.explanation.scenario.effective_targets))

    @property
    def signs_right(self) -> int:
        """Classes for which the guess has the gradient's sign."""
        pairs = zip(self.settings["guess"], self.explanation.logits_grad.tolist(), strict=False)
        return sum(guess * slope > 0 for guess, slope in pairs)

    @property
    def num_near(self) -> int:
        """Classes whose bar of the guess ends where the gradient's does, or nearly."""
        pairs = zip(self.settings["guess"], self.explanation.logits_grad.tolist(), strict=False)
        return sum(abs(guess - slope) <= NEAR + _ROUNDING for guess, slope in pairs)


def look(settings: Settings, explanation: Explanation | None = None) -> Look:
    """The settings worked out, where that is not done already."""
    return Look(settings, explanation or explain(settings.scenario))


def sure(at: Look) -> str:
    """Scene 1: the model gives the true class nine tenths."""
    probs, logits = at.explanation.probs, at.settings["logits"]
    if probs[at.label] >= SURE:
        return DONE
    if max(probs) >= SURE:
        return VAIN  # of another class
    return BLOCKED if logits[at.label] >= BARS.high else OPEN


def shift(at: Look) -> str:
    """Scene 1: all logits were raised by the same amount."""
    return DONE if "shift" in at.settings["done"] else OPEN


def loss(at: Look) -> str:
    """Scene 2: the loss is low."""
    if at.explanation.loss < LOW:
        return DONE
    if at.settings["logits"][at.label] >= BARS.high:
        return BLOCKED
    return VAIN if at.explanation.loss > cross_entropy(START, at.explanation.targets) + _ROUNDING else OPEN


def only(at: Look) -> str:
    """Scene 2: the rival's share is gone, nothing else was touched, and the loss is still not low."""
    if set(at.moved) - {at.rival}:
        return BLOCKED
    if at.explanation.probs[at.rival] < GONE:
        return DONE
    return VAIN if at.settings["logits"][at.rival] > START[at.rival] else OPEN


def guess(at: Look) -> str:
    """Scene 3: the guess was shown beside the gradient."""
    return DONE if "guess" in at.settings["done"] else OPEN


def thrice(at: Look) -> str:
    """Scene 3: something was dragged three times since."""
    return DONE if at.settings["tries"] >= NUM_TRIES else OPEN


def match(at: Look) -> str:
    """Scene 3: the guess is the gradient, which was hidden."""
    is_found = at.settings["matching"] and at.num_near == len(at.settings["logits"])
    return DONE if is_found else OPEN


def terms(at: Look) -> str:
    """Scene 4: the nine terms are folded together."""
    return DONE if at.settings["fold"] >= NUM_FOLDS else OPEN


def endless(at: Look) -> str:
    """Scene 5: many steps towards a one-hot label, and still no end."""
    many = at.settings["descent_step"] >= MANY_STEPS
    return DONE if many and at.explanation.scenario.mode == "one-hot" else OPEN


def stops(at: Look) -> str:
    """Scene 5: steps have led to a smoothed label."""
    if at.explanation.scenario.mode != "smoothed" or not at.settings["descent_step"]:
        return OPEN
    return DONE if is_steady(at.explanation.logits_grad) else OPEN


def bet_sum(at: Look) -> str:
    """Scene 6: the gradient for labels that do not sum to 1 was predicted."""
    return DONE if at.settings["bet_sum"] else OPEN


def bet_temperature(at: Look) -> str:
    """Scene 6: the gradient for T ≠ 1 was predicted."""
    return DONE if at.settings["bet_temperature"] else OPEN


def is_steady(gradient: Array) -> bool:
    """Whether no arrow can be seen any more."""
    return bool(abs(gradient).max() < STEADY)


STATES: Mapping[str, Callable[[Look], str]] = {
    "sure": sure,
    "shift": shift,
    "loss": loss,
    "only": only,
    "guess": guess,
    "thrice": thrice,
    "match": match,
    "terms": terms,
    "endless": endless,
    "stops": stops,
    "sum": bet_sum,
    "temperature": bet_temperature,
}
"""How far each task is, by its code in links."""

SCENES: Mapping[int, tuple[str, ...]] = {
    1: ("sure", "shift"),
    2: ("loss", "only"),
    3: ("guess", "thrice", "match"),
    4: ("terms",),
    5: ("endless", "stops"),
    6: ("sum", "temperature"),
}
"""The tasks of each scene, in order."""


def state(task: str, at: Look) -> str:
    """How far the settings are with a task; what was done once and is not to be seen any more is open again."""
    return STATES[task](at)


def current(at: Look) -> str:
    """The task that the visitor is at: the first of the scene's that was never done, else the last.

    In scene 5 it is the one of the label that is set.
    """
    if at.settings["scene"] == 5:
        return "stops" if at.explanation.scenario.mode == "smoothed" else "endless"
    tasks = SCENES[at.settings["scene"]]
    return next((task for task in tasks if task not in at.settings["done"]), tasks[-1])


def finished(settings: Settings) -> tuple[str, ...]:
    """What was done before, and the current task if the settings show it done."""
    at, done = look(settings), set(settings["done"])
    task = current(at)
    if state(task, at) == DONE:
        done.add(task)
    return tuple(name for name in TASKS if name in done)
