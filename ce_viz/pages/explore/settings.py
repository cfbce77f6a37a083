"""Explore's own settings: the challenges that were met, and the charts that are shown alone."""

from __future__ import annotations

from ce_viz.settings import readers
from ce_viz.settings.setting import Setting

CHARTS = ("logits", "probs", "targets", "loss", "probs_grad", "jacobian", "chain_rule", "logits_grad")

CHALLENGES = ("same", "half", "low")

SETTINGS = {
    "met": Setting((), readers.choices(*CHALLENGES), ",".join),
    "show": Setting((), readers.choices(*CHARTS), ",".join),
}
