"""The handwritten digits that Train learns to read, and that a sample on Your logits is read from."""

from __future__ import annotations

from ce_viz.core.once import once_per_key
from ce_viz.core.studies.training import TrainingData, split_images
from ce_viz.data import load_digits


@once_per_key(maxsize=1)
def training_data() -> TrainingData:
    """The digits, split once for all visitors into those to learn from and those to test with."""
    digits = load_digits()
    return split_images(digits.images, digits.labels)
