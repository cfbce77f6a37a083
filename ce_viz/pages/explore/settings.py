"""Explore's own settings: the descent that led to its logits."""

from __future__ import annotations

from ce_viz.settings import readers
from ce_viz.settings.setting import Setting
from ce_viz.settings.shared import UNDOABLE, commas, read_logits

MAX_STEPS = 2000

CHARTS = ("logits", "probs", "targets", "loss", "probs_grad", "jacobian", "chain_rule", "logits_grad")


def _read_start(text: str) -> tuple[float, ...]:
    return read_logits(text) if text else ()


def _start_within(start: tuple[float, ...], count: int) -> tuple[tuple[float, ...], str]:
    return (start, "") if len(start) in (0, count) else ((), "length")


_ANOTHER = (*UNDOABLE, "learning_rate")  # what makes it another descent

SETTINGS = {
    "descent_start": Setting((), _read_start, commas, fit=_start_within, resets_with=_ANOTHER),
    "descent_step": Setting(0, readers.whole(0, MAX_STEPS), resets_with=_ANOTHER),
}
