"""Train's settings: the classifier and its run, the step that is shown, and the image that is followed through."""

from __future__ import annotations

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE
from ce_viz.core.studies.training import (
    BATCH_SIZE_RANGE,
    INITIAL_LEAD_RANGE,
    LEARNING_RATE_RANGE,
    LOSSES,
    MAX_STEPS,
    SEED_RANGE,
    TrainingSettings,
)
from ce_viz.data import NUM_DIGITS
from ce_viz.settings import readers
from ce_viz.settings.setting import Setting
from ce_viz.settings.shared import OF_SCENARIO
from ce_viz.strings.numbers import field

VIEWS = ("one", "race")
PACES = ("1", "5", "25", "50")  # training steps per frame

CHARTS = (
    *("loss", "accuracy", "weights", "weights_grad"),
    *("pixels", "logits", "probs", "targets", "logits_grad", "image_grad", "mistakes"),
    *("race_accuracy", "race_gradient"),
    *(f"{chart}_{loss}" for loss in LOSSES for chart in ("weights", "probs", "logits_grad")),
)

_DEFAULT = TrainingSettings()

IGNORED = OF_SCENARIO

SETTINGS = {
    "train_view": Setting(VIEWS[0], readers.choice(*VIEWS)),
    "train_loss": Setting(_DEFAULT.loss, readers.choice(*LOSSES)),
    "train_rate": Setting(_DEFAULT.learning_rate, readers.real(*LEARNING_RATE_RANGE), field),
    "train_smoothing": Setting(_DEFAULT.label_smoothing, readers.real(*LABEL_SMOOTHING_RANGE), field),
    "train_step": Setting(0, readers.whole(0, MAX_STEPS)),
    "batch_size": Setting(_DEFAULT.batch_size, readers.whole(*BATCH_SIZE_RANGE)),
    "seed": Setting(_DEFAULT.seed, readers.whole(*SEED_RANGE)),
    "pace": Setting("25", readers.choice(*PACES)),
    "lead": Setting(10.0, readers.real(*INITIAL_LEAD_RANGE), field),
    "image": Setting(1612, readers.whole(1, NUM_DIGITS)),  # a 4 that the classifier misreads to the end
}
