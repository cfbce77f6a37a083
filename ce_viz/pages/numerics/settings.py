"""The settings of Numerics: its topic, the number type, and the added constant."""

from __future__ import annotations

from ce_viz.core.studies.clipping import CLIPS
from ce_viz.core.studies.precision import DTYPES, QUANTITIES
from ce_viz.settings import readers
from ce_viz.settings.setting import Setting

TOPICS = ("compare", "breaks", "errors", "chain", "clipping")

CHARTS = (
    *(f"{topic}_{quantity}" for topic in ("compare", "breaks") for quantity in QUANTITIES),
    *("errors_log_probs", "errors_logits_grad", "chain_probs_grad", "chain_jacobian", "chain_product"),
    *("clip_loss", "clip_grad"),
)

SETTINGS = {
    "topic": Setting(TOPICS[0], readers.choice(*TOPICS)),
    "dtype": Setting("float64", readers.choice(*DTYPES)),
    "clip": Setting("1e-7", readers.choice(*CLIPS)),
}
