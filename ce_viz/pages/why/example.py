"""The clear example on which a part opens, and whether it or the visitor's own logits are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ce_viz.settings.table import TABLE, UNDOABLE
from ce_viz.settings.value import Settings

_LEAD = 10.0
_START = {"temperature": 1.0, "mode": "one-hot", "label": 2}


def _wrong(count: int) -> Mapping[str, Any]:
    """A confident mistake: class 1 leads by 10, the label is class 2."""
    return {**_START, "logits": (_LEAD, *[0.0] * (count - 1))}


def _soft(count: int) -> Mapping[str, Any]:
    """A label with an uncertainty of its own, and a model that leans elsewhere."""
    targets = (0.2, 0.7, *[0.1 / (count - 2)] * (count - 2)) if count > 2 else (0.3, 0.7)
    logits = (2.0, 1.0, *[0.0] * (count - 2))
    return {**_START, "mode": "soft", "targets": targets, "logits": logits}


_EXAMPLES: Mapping[str, Callable[[int], Mapping[str, Any]]] = {
    "gradient": _wrong,
    "surface": _wrong,
    "race": _wrong,
    "meaning": _soft,
}


def has_example(settings: Settings) -> bool:
    """Whether the part has one; the others draw nothing, or what is seen with any logits."""
    return settings["part"] in _EXAMPLES


def is_example(settings: Settings) -> bool:
    """Whether the example is shown: where it was asked for, or where nobody has set any logits or label yet."""
    if not has_example(settings):
        return False
    untouched = all(settings[name] == TABLE[name].default for name in UNDOABLE if name != "names")
    return settings["case"] == "example" or (settings["case"] == "" and untouched)


def on_show(settings: Settings) -> Settings:
    """The settings with the example in the place of the visitor's numbers, where it is shown."""
    if not is_example(settings):
        return settings
    example = _EXAMPLES[settings["part"]](len(settings["logits"]))
    return settings.changed(**example, race_step=settings["race_step"], case="example")


def taken_over(settings: Settings, change: Callable[[Settings], Settings]) -> Settings:
    """The settings after a hand has changed what is shown: from then on the numbers are the visitor's."""
    before = on_show(settings)
    after = change(before)
    if after == before:
        return settings
    taken = settings.changed(**after.undoable())
    return taken.changed(case="own") if is_example(taken) else taken  # a hand that passes the default
