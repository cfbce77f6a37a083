"""The settings of Your logits: the sample, and which of its rows and sums are looked at."""

from __future__ import annotations

from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.settings import readers
from ce_viz.settings.setting import Setting, write_pair

REDUCTIONS = ("mean", "sum")
ROWS = ("worst", "suspects")

CHARTS = ()

SETTINGS = {
    "sample": Setting(SAMPLES[0], readers.choice(*SAMPLES)),
    "rows": Setting(ROWS[0], readers.choice(*ROWS)),
    "reduction": Setting(REDUCTIONS[0], readers.choice(*REDUCTIONS)),
    # Label and prediction of the picked rows, as places in the drawing of the confusion matrix, from 1.
    "confused": Setting(None, readers.cell, write_pair, resets_with=("sample",), addressed=False),
}
