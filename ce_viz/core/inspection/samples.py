"""Tables to look at before one has a file: real logits, and the same with a common mistake in them."""

from dataclasses import replace

import numpy as np

from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.softmax import softmax
from ce_viz.core.studies.training import TrainingData, TrainingState, classify

SAMPLES = ("digits", "probabilities", "one_based", "transposed", "overconfident", "mislabelled")

_OVERCONFIDENCE = 4.0
_MISLABELLED_SHARE = 0.05


def sample_table(data: TrainingData, state: TrainingState, kind: str) -> LogitsTable:
    """The logits of a trained digit classifier on images it has not learned from.

    Args:
      data: The images.
      state: The trained classifier.
      kind: One of SAMPLES: "digits" as they are; "probabilities" after a softmax; "one_based" with labels
        from 1; "transposed" with classes on the first axis; "overconfident", all logits times 4;
        "mislabelled", one label in twenty replaced by another.
    """
    if kind not in SAMPLES:
        raise ValueError(f"kind must be one of {SAMPLES}, got {kind!r}")
    logits, labels = classify(state, data.test), data.test.labels.astype(np.int64)
    names = tuple(str(k) for k in range(data.num_classes))
    table = LogitsTable(logits, labels, None, names, ())
    if kind == "probabilities":
        return replace(table, logits=softmax(logits))
    if kind == "one_based":
        return replace(table, labels=labels + 1)
    if kind == "transposed":
        return replace(table, logits=logits.T.copy())
    if kind == "overconfident":
        return replace(table, logits=_OVERCONFIDENCE * logits)
    if kind == "mislabelled":
        return replace(table, labels=_mislabelled(labels, data.num_classes))
    return table


def _mislabelled(labels: np.ndarray, num_classes: int) -> np.ndarray:
    random = np.random.default_rng(0)
    rows = random.choice(len(labels), round(_MISLABELLED_SHARE * len(labels)), replace=False)
    shifts = random.integers(1, num_classes, len(rows))
    changed = labels.copy()
    changed[rows] = (labels[rows] + shifts) % num_classes
    return changed
