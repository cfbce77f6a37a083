"""The settings of Your logits: the sample, and which of its rows and sums are looked at."""

from __future__ import annotations

from ce_viz.core.inspection.reading import MAX_COLUMNS
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.settings import readers
from ce_viz.settings.readers import Refused
from ce_viz.settings.setting import Setting, write_flag, write_pair
from ce_viz.settings.shared import OF_SCENARIO

REDUCTIONS = ("mean", "sum")
ROWS = ("worst", "suspects")

CHARTS = ()

_class_number = readers.whole(1, MAX_COLUMNS)  # a file has more classes than a scenario


def _read_confused(text: str) -> tuple[int, int] | None:
    """Label and prediction ``i,j``, class numbers from 1; empty where no cell is picked."""
    if not text.strip():
        return None
    label, comma, prediction = text.partition(",")
    if not comma:
        raise Refused(text, "cell")
    return _class_number(label), _class_number(prediction)


IGNORED = OF_SCENARIO

SETTINGS = {
    "sample": Setting(SAMPLES[0], readers.choice(*SAMPLES)),
    # Whether a file is looked at: a link never carries it, and none of the sample's figures may stand in its place.
    "brought": Setting(False, readers.flag, write_flag, resets_with=("sample",)),
    "rows": Setting(ROWS[0], readers.choice(*ROWS)),
    "reduction": Setting(REDUCTIONS[0], readers.choice(*REDUCTIONS)),
    # The picked cell of the confusion matrix.
    "confused": Setting(None, _read_confused, write_pair, resets_with=("sample",), addressed=False),
}
