"""The settings of Why cross-entropy: its part, and how each part is looked at."""

from __future__ import annotations

from ce_viz.core.studies.race import RACE_STEPS
from ce_viz.settings import readers
from ce_viz.settings.readers import Refused
from ce_viz.settings.setting import Setting, pair_within, write_pair
from ce_viz.settings.shared import UNDOABLE

CASES = ("example", "own")
PARTS = ("gradient", "surface", "race", "meaning", "smoothing", "temperature")

CHARTS = (
    *("logits", "probs", "gap_gradients", "gap_factors"),
    *("surface_cross_entropy", "surface_squared_error", "space_cross_entropy", "space_squared_error"),
    *("race_loss", "race_simplex", "race_label", "label_and_model", "loss_parts"),
    *("smoothing_loss", "smoothing_run", "temperature_probs", "temperature_gradient"),
)


def _read_pair(text: str) -> tuple[int, int] | None:
    """The two classes whose logits span a surface; empty for the two that the page picks itself."""
    pair = readers.cell(text)
    if pair is not None and pair[0] == pair[1]:
        raise Refused(text, "pair")
    return pair


SETTINGS = {
    "part": Setting(PARTS[0], readers.choice(*PARTS)),
    # Empty: the part's example until somebody has set a scenario.
    "case": Setting("", readers.choice("", *CASES), resets_with=UNDOABLE),
    "axis": Setting("linear", readers.choice("linear", "log")),
    "surface": Setting("contour", readers.choice("contour", "space")),
    "pair": Setting(None, _read_pair, write_pair, fit=pair_within),
    "turn": Setting(75, readers.whole(-180, 180)),
    "race_step": Setting(0, readers.whole(0, RACE_STEPS), resets_with=(*UNDOABLE, "learning_rate", "case")),
}
