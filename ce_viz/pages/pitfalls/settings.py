"""The settings of Pitfalls: its round, and whether it was answered."""

from __future__ import annotations

from ce_viz.core.studies.pitfalls import NAMES
from ce_viz.settings import readers
from ce_viz.settings.setting import Setting, write_flag

CHARTS = ()

SETTINGS = {
    "round": Setting(NAMES[0], readers.choice(*NAMES)),
    # A link sent to others must not show them the answer, but a moving hand's next picture needs it.
    "answered": Setting(False, readers.flag, write_flag, resets_with=("round",), addressed=False),
}
