"""Predict first, then see: the rounds of Pitfalls, every number of them computed.

``pose(name, scenario)`` asks with the visitor's own settings where these show the difference, else with the round's
own; ``follow`` works the round out again for settings that moved after the answer.

outputs      logits read as probabilities, softmax over the wrong axis, softmax twice
labels       labels counted from 1, smoothing, targets that do not sum to 1
derivatives  the diagonal alone, the index of the sum, the derivative that seems missing, the sign
losses       squared error, log 0, mean or sum over a batch
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ce_viz.core.scenario import Scenario
from ce_viz.core.studies.pitfalls import derivatives, labels, losses, outputs
from ce_viz.core.studies.pitfalls.parts import Choice, Number, Panel, Pitfall

MOST_CLASSES = 8
"""Visitors' settings with more classes are not asked about: their numbers would not fit on the bars."""


@dataclass(frozen=True, slots=True)
class _Round:
    build: Callable[[Scenario], Pitfall]
    canonical: Scenario
    own_modes: tuple[str, ...] = ()  # label modes in which the visitor's settings may take its place
    keeps_mode: bool = False  # else the label is taken one-hot


_ANY = ("one-hot", "smoothed", "soft")
_WRONG_BUT_CLOSE = Scenario((2.0, 1.0, 0.1), label=1)

_ROUNDS: Mapping[str, _Round] = {
    "logits_as_probs": _Round(outputs.logits_as_probs, Scenario((2.0, 1.0, 0.1), label=0), _ANY),
    "softmax_axis": _Round(outputs.softmax_axis, Scenario((2.0, 1.0, 0.1), label=0)),
    "double_softmax": _Round(outputs.double_softmax, Scenario((3.5, 6.0, 4.0), label=1), _ANY),
    "labels_from_one": _Round(labels.labels_from_one, Scenario((2.4, 0.3, -0.5), label=0)),
    "label_smoothing": _Round(
        labels.label_smoothing,
        Scenario((1.0, 0.0), label=0, mode="smoothed", label_smoothing=0.1),
        ("smoothed",),
        keeps_mode=True,
    ),
    "softmax_derivative": _Round(derivatives.softmax_derivative, _WRONG_BUT_CLOSE, _ANY),
    "sum_index": _Round(  # a one-hot label leaves one row of terms, and no sum to get wrong
        derivatives.sum_index,
        Scenario((2.0, 1.0, 0.1), (0.1, 0.6, 0.3), mode="soft"),
        ("smoothed", "soft"),
        keeps_mode=True,
    ),
    "missing_derivative": _Round(derivatives.missing_derivative, _WRONG_BUT_CLOSE, _ANY),
    "sign": _Round(derivatives.sign, _WRONG_BUT_CLOSE, _ANY),
    "sum_of_targets": _Round(
        labels.sum_of_targets,
        Scenario((2.0, 1.0, 0.1), (0.7, 0.7, 0.1), mode="soft"),
        ("soft",),
        keeps_mode=True,
    ),
    "squared_error": _Round(losses.squared_error, Scenario((10.0, 0.0, 0.0), label=1)),
    "log_zero": _Round(losses.log_zero, Scenario((900.0, 150.0, 0.0), label=1)),
    "batch_reduction": _Round(losses.batch_reduction, Scenario((2.0, 1.0, 0.1), label=0)),
}

NAMES = tuple(_ROUNDS)
"""The rounds' names, in the order they are played."""

TAKES_OWN = frozenset(name for name, kind in _ROUNDS.items() if kind.own_modes)
"""Rounds that may be made of the visitor's settings; the others always bring their own."""


def pose(name: str, scenario: Scenario) -> Pitfall:
    """The round ``name`` of `NAMES`, on the visitor's settings if they show the difference, else on its own.

    The temperature is 1 throughout. Raises KeyError for an unknown name.

    >>> round(pose("double_softmax", Scenario()).answer.answer, 5)  # ln(1 + 2/e)
    0.55144
    """
    own = _own(name, scenario)
    if own is not None and own.clear:
        return own
    return _ROUNDS[name].build(_ROUNDS[name].canonical)


def follow(posed: Pitfall, scenario: Scenario) -> Pitfall:
    """The round as it was posed, on the settings as they are now; the same where it brought its own."""
    own = _own(posed.name, scenario) if posed.own else None
    return posed if own is None else own


def _own(name: str, scenario: Scenario) -> Pitfall | None:
    """The round on the visitor's settings; None where it cannot be."""
    kind = _ROUNDS[name]
    readable = len(scenario.logits) <= MOST_CLASSES and all(math.isfinite(logit) for logit in scenario.logits)
    if not readable or scenario.mode not in kind.own_modes:
        return None
    mode = scenario.mode if kind.keeps_mode else "one-hot"
    return replace(kind.build(replace(scenario, mode=mode, temperature=1.0)), own=True)


__all__ = ["MOST_CLASSES", "NAMES", "TAKES_OWN", "Choice", "Number", "Panel", "Pitfall", "follow", "pose"]
