"""Rounds about labels: where they start to count, how they are smoothed, what they sum to."""

from __future__ import annotations

import numpy as np

from ce_viz.core.arrays import FloatArray
from ce_viz.core.labels import one_hot, smooth_labels
from ce_viz.core.landmarks import settled_logits
from ce_viz.core.losses import cross_entropy, cross_entropy_grad
from ce_viz.core.scenario import Scenario
from ce_viz.core.softmax import softmax
from ce_viz.core.studies.pitfalls.parts import (
    APART,
    Number,
    Pitfall,
    choice,
    frozen,
    logits_and_targets,
    panel,
    state,
    without_dust,
    worst,
)

_MORE_EXAMPLES = ((0.2, 3.0, 0.4), (0.5, 0.1, 2.6))


def labels_from_one(scenario: Scenario) -> Pitfall:
    """Labels 1, 2, 3 go into a one-hot that counts from 0 and knows no class 3."""
    batch = np.array([scenario.logits, *_MORE_EXAMPLES])  # (3, 3), rows are examples
    count = batch.shape[-1]
    file_labels = np.arange(1, count + 1)
    # TensorFlow's and JAX's one_hot compare with 0 … K−1: an unknown label gives a row of zeros and no error.
    wrong = (file_labels[:, None] == np.arange(count)).astype(np.float64)
    right = one_hot(file_labels - 1, count)
    answer = choice(
        {
            "renamed": right,
            "refused": np.full_like(right, np.nan),
            "previous": np.roll(right, -1, axis=1),
            "next": _moved_on(right),
        },
        wrong,
    )
    wrong_losses, right_losses = cross_entropy(batch, wrong), cross_entropy(batch, right)
    return Pitfall(
        name="labels_from_one",
        scenario=Scenario(scenario.logits, label=int(wrong[0].argmax())),
        situation=(
            panel("probs", "probs", softmax(batch), rows="examples"),
            panel("file", "labels", file_labels, columns="examples"),
        ),
        answer=answer,
        wrong=(
            panel("targets", "targets", wrong, rows="examples"),
            panel("losses", "loss", wrong_losses, columns="examples"),
        ),
        right=(
            panel("targets", "targets", right, rows="examples"),
            panel("losses", "loss", right_losses, columns="examples"),
        ),
        findings={
            "wrong_loss": float(wrong_losses.mean()),
            "right_loss": float(right_losses.mean()),
            "last": float(wrong_losses[-1]),
        },
        facts={},
        classes={"first": 0, "second": 1, "last": count - 1},
        clear=answer.clear,
    )


def _moved_on(targets: FloatArray) -> FloatArray:
    """Every label moved to the next class; what passes the last one is lost."""
    moved = np.zeros_like(targets)
    moved[:, 1:] = targets[:, :-1]
    return moved


def label_smoothing(scenario: Scenario) -> Pitfall:
    """Asked is which share of ε stays with the true class."""
    count, epsilon, label = len(scenario.logits), scenario.label_smoothing, scenario.label
    hard = one_hot(label, count)
    truth = smooth_labels(hard, epsilon)
    over_others = np.where(hard == 1, 1 - epsilon, epsilon / (count - 1))
    answer = choice(
        {
            "over_others": over_others,
            "over_all": truth,
            "not_one": np.where(hard == 1, 1 - epsilon, epsilon / count),
            "unscaled": hard + epsilon / count,
        },
        truth,
        as_vectors=True,
    )
    optimum, other_optimum = (frozen(settled_logits(y.tolist())) for y in (truth, over_others))
    return Pitfall(
        name="label_smoothing",
        scenario=scenario,
        situation=(panel("hard", "targets", hard),),
        answer=answer,
        wrong=(panel("targets", "targets", over_others), panel("optimum", "logits", other_optimum)),
        right=(panel("targets", "targets", truth), panel("optimum", "logits", optimum)),
        findings={
            "error": worst(over_others, truth),
            "wrong_gap": float(np.ptp(other_optimum)),
            "right_gap": float(np.ptp(optimum)),
            "converted": epsilon * count / (count - 1),
        },
        facts={"epsilon": epsilon, "count": count},
        classes={"label": label},
        # With most of ε gone to the others, the true class no longer leads and the question turns odd.
        clear=answer.clear and epsilon <= 0.5 and count <= 4,
    )


def sum_of_targets(scenario: Scenario) -> Pitfall:
    """S − y where Σy ≠ 1: the question is one entry of the true gradient."""
    o, y = logits_and_targets(scenario)
    probs, grad = softmax(o), cross_entropy_grad(o, y)
    short = probs - y
    asked = int(np.abs(grad - short).argmax())
    answer = Number(float(grad[asked]), 0.01, {"short": float(short[asked]), "opposite": -float(grad[asked])})
    return Pitfall(
        name="sum_of_targets",
        scenario=scenario,
        situation=state(o, y),
        answer=answer,
        wrong=(panel("grad", "signed", short),),
        right=(panel("grad", "signed", grad),),
        findings={
            "error": worst(short, grad),
            "wrong_sum": float(short.sum()),
            "right_sum": float(without_dust(grad.sum())),
        },
        facts={"total": round(float(y.sum()), 9)},
        classes={"asked": asked},
        clear=answer.clear and worst(short, grad) >= 2 * APART,
    )
