"""A training run as CSV and JSON, at full precision: its settings, W, b, the next gradient, one image, the history."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import product
from typing import Any

from ce_viz.core.studies.classified import ClassifiedImage, classify_image
from ce_viz.core.studies.training import Evaluation, TrainingData, TrainingState, next_weights_grad

_IMAGE_ARRAYS = (
    "pixels", "logits", "probs", "targets", "probs_minus_targets", "logits_grad", "weights_grad",
)  # fmt: skip


def as_json(data: TrainingData, states: Sequence[TrainingState], image: int, address: str) -> str:
    """All arrays of each run with their shapes; classes and pixels count from 0.

    Args:
      data: What the runs learn from.
      states: The runs.
      image: The picked image, counted from 0.
      address: The link that restores the page.
    """
    runs = []
    for state in states:
        picked = classify_image(data, state, image)
        runs.append(
            {
                "settings": asdict(state.settings),
                "step": state.step,
                "image": {"number": image + 1, "label": picked.label, "predicted": picked.predicted},
                "arrays": {
                    name: {"shape": list(array.shape), "values": array.tolist()}
                    for name, array in _arrays(data, state, picked).items()
                },
                "history": [asdict(entry) for entry in state.history],
            }
        )
    return json.dumps({"link": address, "runs": runs}, indent=1, allow_nan=False)


def as_csv(data: TrainingData, states: Sequence[TrainingState], image: int, address: str) -> str:
    """One row per number: ``loss, array, i, j, k, value``; ``loss`` names the run, i, j and k count from 0.

    In the history, i is the step.
    """
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["loss", "array", "i", "j", "k", "value"])
    write(["", "link", "", "", "", address])
    for state in states:
        loss = state.settings.loss
        for name, value in asdict(state.settings).items():
            write([loss, name, "", "", "", value])
        for name, array in _arrays(data, state, classify_image(data, state, image)).items():
            for index in product(*map(range, array.shape)):
                write([loss, name, *index, *[""] * (3 - len(index)), repr(float(array[index]))])
        for entry in state.history:
            for column in fields(Evaluation)[1:]:
                write([loss, column.name, entry.step, "", "", repr(getattr(entry, column.name))])
    return text.getvalue()


def _arrays(data: TrainingData, state: TrainingState, picked: ClassifiedImage) -> dict[str, Any]:
    """W and the next step's gradient as pictures, ``(K, height, width)``; b; and what the picked image gives."""
    image = {f"image_{name}": getattr(picked, name) for name in _IMAGE_ARRAYS}
    return {
        "weights": state.weights.reshape(-1, *data.image_shape),
        "bias": state.bias,
        "next_weights_grad": next_weights_grad(data, state),
        **image,
    }
