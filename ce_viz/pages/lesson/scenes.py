"""Where each scene begins, whether the settings are a scene's, and the moves from one to another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ce_viz.core.landmarks import shifted_logits
from ce_viz.pages.lesson.settings import MOST_GUESSED, NUM_FOLDS, NUM_SCENES, START, TASKS
from ce_viz.pages.lesson.tasks import SCENES, SHIFT, finished
from ce_viz.settings.table import TABLE
from ce_viz.settings.value import Settings

SMOOTHING = 0.6  # with three classes 0.6, 0.2, 0.2
_HIDDEN = (0.5, 0.0, 2.0)  # the logits whose gradient is to be found
_SUM_TARGETS = (0.4, 0.9, 0.2)  # their sum is 1.5
_TEMPERATURE = 2.0
_RATE = 1.0

_NAMED = ("names", "label")  # a visitor's own, which every scene can be about
_PLAIN: Mapping[str, Any] = {
    **{name: value for name, value in Settings().undoable().items() if name not in _NAMED},
    **{name: TABLE[name].default for name in ("cell", "free_sum", "learning_rate")},
    "logits": START,
}
_SMOOTHED = {**_PLAIN, "mode": "smoothed", "label_smoothing": SMOOTHING}
_SUM = {**_PLAIN, "mode": "soft", "targets": _SUM_TARGETS, "free_sum": True}
_WARM = {**_PLAIN, "temperature": _TEMPERATURE}

_STARTS: Mapping[int, Mapping[str, Any]] = {
    1: _PLAIN,
    2: _PLAIN,
    3: {**_PLAIN, "tries": 0, "matching": False},
    4: {**_SMOOTHED, "fold": 0},
    5: {**_PLAIN, "learning_rate": _RATE},
    6: _SUM,
}


def begun(settings: Settings, scene: int) -> Settings:
    """The settings at a scene's beginning, with what was done before it kept."""
    scene = max(1, min(scene, NUM_SCENES))
    return recorded(settings).changed(scene=scene, **_STARTS[scene])


def is_bare(settings: Settings) -> bool:
    """Whether a link that made these settings names a scene and no settings that the scene can be about."""
    default = Settings()
    scenario = [name for name in settings.undoable() if name not in _NAMED]
    return all(settings[name] == default[name] for name in scenario) and not fits(settings)


def recorded(settings: Settings) -> Settings:
    """The settings, and in them what they have done."""
    done = finished(settings) if fits(settings) else settings["done"]
    return settings if done == settings["done"] else settings.changed(done=done)


def fits(settings: Settings) -> bool:
    """Whether what the scene says is about these settings: its three classes, its kind of label, its T."""
    scenario, scene = settings.scenario, settings["scene"]
    if len(scenario.logits) != len(START) or not all(map(math.isfinite, scenario.logits)):
        return False
    if scene == 6:
        return question(settings) != ""
    kinds = {4: ("smoothed",), 5: ("one-hot", "smoothed")}.get(scene, ("one-hot",))
    smoothed_well = scenario.mode != "smoothed" or 0 < scenario.label_smoothing < 1
    return scenario.mode in kinds and scenario.temperature == 1 and smoothed_well


def question(settings: Settings) -> str:
    """What scene 6 asks of the settings: about labels that do not ``sum`` to 1, about ``temperature``, or nothing."""
    total = math.fsum(settings.scenario.effective_targets)
    leaves_one, warm = abs(total - 1) > 1e-9 and total > 0, settings["temperature"] != 1
    if leaves_one == warm:
        return ""
    return "sum" if leaves_one else "temperature"


def shifted(settings: Settings) -> Settings:
    """The settings with so much added to every logit."""
    return settings.changed(logits=shifted_logits(settings["logits"], SHIFT), done=_with(settings, "shift"))


def put_back(settings: Settings) -> Settings:
    """The logits as the scene began."""
    return recorded(settings).changed(logits=START)


def revealed(settings: Settings) -> Settings:
    """The settings after the guess was made."""
    guess = settings["guess"] or (0.0,) * len(settings["logits"])
    return settings.changed(guess=guess, tries=0, done=_with(settings, "guess"))


def guessing_again(settings: Settings) -> Settings:
    """The settings before the guess."""
    done = tuple(task for task in settings["done"] if task not in SCENES[3])
    return settings.changed(guess=(), tries=0, matching=False, done=done)


def hidden(settings: Settings) -> Settings:
    """The settings with other logits, and the gradient to be found for them."""
    return recorded(settings).changed(logits=_HIDDEN, guess=(), tries=0, matching=True)


def shown(settings: Settings) -> Settings:
    """The settings with the gradient in sight again."""
    return settings.changed(matching=False)


def is_guessing(settings: Settings) -> bool:
    """Whether the bars of the guess can be dragged: before the gradient was shown, and while it is hidden again."""
    if settings["scene"] != 3 or "match" in settings["done"]:
        return False
    return "guess" not in settings["done"] or settings["matching"]


def is_matching(settings: Settings) -> bool:
    """Whether the gradient was shown and is hidden again."""
    return is_guessing(settings) and "guess" in settings["done"]


def guessed(settings: Settings, index: int, value: float) -> Settings:
    """The settings with one bar of the guess moved."""
    guess = settings["guess"] or (0.0,) * len(settings["logits"])
    value = max(-MOST_GUESSED, min(value, MOST_GUESSED))
    return settings.changed(guess=(*guess[:index], value, *guess[index + 1 :]))


def folded(settings: Settings) -> Settings:
    """The settings one frame further; the same at the end."""
    return recorded(settings.changed(fold=min(settings["fold"] + 1, NUM_FOLDS)))


def smoothed(settings: Settings) -> Settings:
    """Scene 5 begun with a smoothed label."""
    return begun(settings, 5).changed(mode="smoothed", label_smoothing=SMOOTHING)


def asked(settings: Settings, name: str) -> Settings:
    """Scene 6 with one of its questions, not yet answered."""
    return recorded(settings).changed(**(_SUM if name == "sum" else _WARM), **{f"bet_{name}": ""})


def bet(settings: Settings, answer: str) -> Settings:
    """The settings with a prediction made."""
    name = question(settings)
    return settings.changed(**{f"bet_{name}": answer}, done=_with(settings, name)) if name else settings


def ended(settings: Settings) -> Settings:
    """The settings with which one leaves: a plain label and T = 1, as every other page begins."""
    return recorded(settings).changed(**_PLAIN)


def _with(settings: Settings, task: str) -> tuple[str, ...]:
    done = {*settings["done"], task}
    return tuple(name for name in TASKS if name in done)
