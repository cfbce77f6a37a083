"""The settings that all pages share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from ce_viz.core.scenario import (
    LABEL_SMOOTHING_RANGE,
    MAX_CLASSES,
    MODES,
    TEMPERATURE_RANGE,
    Scenario,
    ScenarioError,
)
from ce_viz.settings import readers
from ce_viz.settings.readers import Refused
from ce_viz.settings.setting import Setting, pair_within, write_flag, write_pair
from ce_viz.strings import LANGUAGES
from ce_viz.strings.numbers import field

STEP_SIZES = (0.05, 5.0)  # of descents on the logits; their sliders can show no other
MAX_STEPS = 2000  # of a descent
UNDOABLE = ("logits", "targets", "label", "mode", "label_smoothing", "temperature", "names")
"""The settings that make a scenario: what undo takes back and presets set."""

OF_SCENARIO = (*UNDOABLE, "free_sum", "cell", "origin", "learning_rate", "descent_start", "descent_step")
"""These, and what means nothing without them."""

_DEFAULT = Scenario()
_ANOTHER = (*UNDOABLE, "learning_rate")  # what makes it another descent


def commas(values: tuple[float, ...]) -> str:
    """Numbers as a link holds them."""
    return ",".join(field(value) for value in values)


def read_logits(text: str) -> tuple[float, ...]:
    """Reader of logits."""
    return _by_scenario(lambda values: Scenario(logits=values), text)


def _read_targets(text: str) -> tuple[float, ...]:
    return _by_scenario(lambda values: Scenario((0.0,) * len(values), values, mode="soft"), text)


def _by_scenario(check: Callable[[tuple[float, ...]], Scenario], text: str) -> tuple[float, ...]:
    """The numbers of ``text``, if a scenario takes them: the rules for values stand there and nowhere else."""
    values = readers.vector(most=MAX_CLASSES)(text)
    try:
        check(values)
    except ScenarioError as error:
        raise Refused(error.value, error.rule, **error.limits) from error
    return values


def _read_start(text: str) -> tuple[float, ...]:
    return read_logits(text) if text else ()


def _start_within(start: tuple[float, ...], count: int) -> tuple[tuple[float, ...], str]:
    return (start, "") if len(start) in (0, count) else ((), "length")


def _label_within(label: int, count: int) -> tuple[int, str]:
    return (label, "") if label <= count else (1, "label")


def _names_within(names: tuple[str, ...], count: int) -> tuple[tuple[str, ...], str]:
    return (names, "") if len(names) <= count else (names[:count], "length")


def _targets_within(targets: tuple[float, ...], count: int) -> tuple[tuple[float, ...], str]:
    """Label weights for so many classes, with the same sum where any weight is left."""
    if len(targets) == count:
        return targets, ""
    kept = targets[:count]
    if 0 < math.fsum(kept) < math.fsum(targets):
        scale = math.fsum(targets) / math.fsum(kept)
        kept = tuple(target * scale for target in kept)
    return (*kept, *(0.0,) * (count - len(kept))), "length"


def shared_settings(charts: tuple[str, ...]) -> Mapping[str, Setting]:
    """The table; ``charts`` are the names of those that presenter mode can cover."""
    return {
        "logits": Setting(_DEFAULT.logits, read_logits, commas, as_text=True),
        "targets": Setting(
            _DEFAULT.targets,
            _read_targets,
            commas,
            as_text=True,
            fit=_targets_within,
            only_where=("mode", "soft"),
        ),
        "label": Setting(_DEFAULT.label + 1, readers.whole(1, MAX_CLASSES), fit=_label_within),
        "mode": Setting(_DEFAULT.mode, readers.choice(*MODES)),
        "label_smoothing": Setting(_DEFAULT.label_smoothing, readers.real(*LABEL_SMOOTHING_RANGE), field),
        "temperature": Setting(_DEFAULT.temperature, readers.real(*TEMPERATURE_RANGE), field),
        "names": Setting((), readers.names(most=MAX_CLASSES), ",".join, as_text=True, fit=_names_within),
        "cell": Setting(None, readers.cell, write_pair, fit=pair_within),
        "lang": Setting("", readers.choice("", *LANGUAGES)),
        "present": Setting(False, readers.flag, write_flag),
        "hide": Setting((), readers.choices(*charts), ",".join, only_where=("present", True)),
        "reveal": Setting((), readers.order(*charts), ",".join, only_where=("present", True)),
        "uncovered": Setting(
            (),
            readers.choices(*charts),
            ",".join,
            resets_with=("reveal",),
            only_where=("present", True),
        ),
        "learning_rate": Setting(0.5, readers.real(*STEP_SIZES), field),
        "descent_start": Setting((), _read_start, commas, fit=_start_within, resets_with=_ANOTHER),
        "descent_step": Setting(0, readers.whole(0, MAX_STEPS), resets_with=_ANOTHER),
        "origin": Setting("", readers.origin, resets_with=UNDOABLE),
        "free_sum": Setting(False, readers.flag, write_flag, only_where=("mode", "soft")),
    }
