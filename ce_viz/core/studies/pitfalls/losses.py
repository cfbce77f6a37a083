"""Rounds about the loss: squared error in its place, log 0, and mean or sum over a batch."""

from __future__ import annotations

import math

import numpy as np

from ce_viz.core.labels import one_hot
from ce_viz.core.losses import cross_entropy, cross_entropy_grad, squared_error_grad
from ce_viz.core.scenario import Scenario
from ce_viz.core.softmax import softmax
from ce_viz.core.studies.explicit_chain import explicit_chain
from ce_viz.core.studies.pitfalls.parts import Number, Pitfall, bracket, logits_and_targets, panel, worst

LEARNING_RATE = 0.05
CLIP = 1e-7
_LEADS = np.linspace(0.0, 20.0, 101)
_MORE_EXAMPLES = (
    ((0.3, 1.2, -0.5), 1),
    ((-0.4, 0.9, 1.1), 2),
    ((1.6, -0.2, 0.3), 1),
    ((0.1, 0.4, 2.1), 2),
    ((0.7, 0.6, -1.0), 0),
    ((-1.1, 1.9, 0.2), 0),
    ((0.5, -0.7, 1.4), 2),
)


def squared_error(scenario: Scenario) -> Pitfall:
    """A mistake is scored with ½Σ(S − y)²; asked is how strong its gradient by the logits is."""
    o, y = logits_and_targets(scenario)
    residual = softmax(o) - y
    entropy_grad = cross_entropy_grad(o, y)
    grad = squared_error_grad(o, y)
    strength, other_strength = float(np.abs(grad).max()), float(np.abs(entropy_grad).max())
    answer = bracket(
        {"thousandth": (0.0, 1e-3), "tenth": (0.05, 0.2), "same": (0.7, 1.4), "half": (0.35, 0.65)},
        strength / other_strength,
    )
    wrong_class = int(np.argmax(o))
    leading = _LEADS[:, None] * one_hot(wrong_class, len(o))  # (P, K), a wrong class's logit rises
    targets = np.broadcast_to(y, leading.shape)
    far = 20.0 * one_hot(wrong_class, len(o))
    return Pitfall(
        name="squared_error",
        scenario=scenario,
        situation=(
            panel("logits", "logits", o),
            panel("targets", "targets", y),
            panel("entropy_grad", "signed", entropy_grad),
        ),
        answer=answer,
        wrong=(
            panel("by_probs", "signed", residual),
            panel(
                "strength",
                "signed",
                np.abs(squared_error_grad(leading, targets)).max(axis=-1),
                at=_LEADS,
                columns="wrong_lead",
            ),
        ),
        right=(
            panel("by_logits", "signed", grad),
            panel(
                "strength",
                "signed",
                np.abs(cross_entropy_grad(leading, targets)).max(axis=-1),
                at=_LEADS,
                columns="wrong_lead",
            ),
        ),
        findings={
            "strength": strength,
            "other_strength": other_strength,
            "weaker": other_strength / strength,
            "far": float(np.abs(squared_error_grad(far, y)).max()),
            "far_other": float(np.abs(cross_entropy_grad(far, y)).max()),
        },
        facts={"lead": float(o.max())},
        classes={"label": scenario.label, "leader": wrong_class},
        clear=answer.clear,
    )


def log_zero(scenario: Scenario) -> Pitfall:
    """S rounds to 0 and its logarithm to −∞; asked is how large the loss really is."""
    o, y = logits_and_targets(scenario)
    chain = explicit_chain(o, y)
    with np.errstate(divide="ignore", invalid="ignore"):  # the failures are what is wanted here
        wrong_terms = -y * np.log(chain.probs)
    right_terms = y * chain.fused_loss
    answer = Number(
        chain.fused_loss,
        1.0,
        {
            "zero": 0.0,
            "clipped": -math.log(CLIP),
            "leader": float(o.max()),
            "own_logit": float(o[scenario.label]),
        },
    )
    return Pitfall(
        name="log_zero",
        scenario=scenario,
        situation=(
            panel("logits", "logits", o),
            panel("probs", "probs", chain.probs),
            panel("targets", "targets", y),
        ),
        answer=answer,
        wrong=(panel("loss_terms", "loss", wrong_terms), panel("grad", "signed", chain.explicit)),
        right=(panel("loss_terms", "loss", right_terms), panel("grad", "signed", chain.fused)),
        findings={"loss": chain.fused_loss, "clipped": -math.log(CLIP)},
        facts={},
        classes={"label": scenario.label},
        clear=answer.clear,
    )


def batch_reduction(scenario: Scenario) -> Pitfall:
    """A summed loss is now averaged over the batch; asked is the learning rate that keeps the step."""
    logits = np.array([scenario.logits, *(row for row, _ in _MORE_EXAMPLES)])  # (N, K)
    labels = [scenario.label, *(label for _, label in _MORE_EXAMPLES)]
    targets = one_hot(labels, logits.shape[-1])
    summed = cross_entropy_grad(logits, targets, reduction="sum").sum(
        axis=0
    )  # by the bias: all rows share it
    mean = cross_entropy_grad(logits, targets, reduction="mean").sum(axis=0)
    rate = LEARNING_RATE * float(np.linalg.norm(summed) / np.linalg.norm(mean))
    answer = Number(
        rate,
        0.02,
        {"same": LEARNING_RATE, "inverse": LEARNING_RATE**2 / rate},
        relative=True,
    )
    wrong, right = -LEARNING_RATE * mean, -rate * mean
    return Pitfall(
        name="batch_reduction",
        scenario=scenario,
        situation=(
            panel("losses", "loss", cross_entropy(logits, targets), columns="examples"),
            panel("summed", "signed", summed),
        ),
        answer=answer,
        wrong=(panel("step", "signed", wrong),),
        right=(panel("step", "signed", right),),
        findings={
            "error": worst(wrong, right),
            "factor": rate / LEARNING_RATE,
            "kept": worst(right, -LEARNING_RATE * summed),
        },
        facts={"learning_rate": LEARNING_RATE, "examples": len(labels)},
        classes={},
        clear=answer.clear,
    )
