"""Train's numbers as text: the charts' twin to read and to copy."""

from __future__ import annotations

from ce_viz.core.studies.classified import ClassifiedImage
from ce_viz.core.studies.training import TrainingState
from ce_viz.strings import Words
from ce_viz.strings.numbers import field

_COLUMNS = ("step", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "gradient_norm")


def table(words: Words, picked: ClassifiedImage, state: TrainingState) -> str:
    """The picked image's arrays and the run's history, tab-separated, in full precision."""
    columns = {
        "o": picked.logits,
        "S": picked.probs,
        "y": picked.targets,
        "S − y": picked.probs_minus_targets,
        "∂L/∂o": picked.logits_grad,
    }
    lines = ["\t".join([words["explore.class_column"], *columns])]
    for k in range(len(picked.logits)):
        lines.append("\t".join([str(k), *(field(column[k]) for column in columns.values())]))
    lines += ["", "\t".join(words[f"train.column_{name}"] for name in _COLUMNS)]
    lines += ["\t".join(field(getattr(entry, name)) for name in _COLUMNS) for entry in state.history]
    return "\n".join(lines)
