"""What the cards of several pages share: the logits to take hold of, and text alternatives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.live import Edit, Editable
from ce_viz.settings.value import Settings
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

LOGITS = Editable(-10.0, 10.0, typed_low=-MAX_ABS_LOGIT, typed_high=MAX_ABS_LOGIT)
"""How far a hand may move a logit."""

_MOST_SPOKEN = 12  # values that a text alternative reads out


def replaced(values: tuple[float, ...], edit: Edit) -> tuple[float, ...]:
    """The values with the edited one in its place; the same where there is no such place."""
    if edit.index >= len(values):
        return values
    return (*values[: edit.index], edit.value, *values[edit.index + 1 :])


def with_logit(settings: Settings, edit: Edit) -> Settings:
    """The settings after a logit's bar was moved."""
    return settings.changed(logits=replaced(settings["logits"], edit))


def normalised(settings: Settings) -> Settings:
    """The settings with the label's weights scaled to a sum of 1, where there is any."""
    total = math.fsum(settings["targets"])
    if total == 0:
        return settings
    return settings.changed(targets=tuple(target / total for target in settings["targets"]))


def bars_alternative(words: Words, title: str, names: Iterable[str], values: Iterable[float]) -> str:
    """What a chart of bars shows, in words."""
    shown = [f"{name} {number(value)}" for name, value in zip(names, values, strict=False)]
    return words.fill("charts.bars_readout", title=title, values=", ".join(shown[:_MOST_SPOKEN]))


def matrix_alternative(words: Words, title: str, rows: Sequence[Sequence[float]]) -> str:
    """What a matrix shows, in words."""
    values = [value for row in rows for value in row]
    return words.fill(
        "charts.matrix_readout",
        title=title,
        rows=len(rows),
        columns=len(rows[0]),
        largest=number(max(values)),
        smallest=number(min(values)),
    )
