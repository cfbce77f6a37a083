"""Rounds about the outputs of a model: logits, softmax, its axis, and softmax twice."""

from __future__ import annotations

import math

import numpy as np

from ce_viz.core.arrays import Array
from ce_viz.core.losses import cross_entropy
from ce_viz.core.scenario import Scenario
from ce_viz.core.softmax import softmax
from ce_viz.core.studies.pitfalls.parts import (
    APART,
    Number,
    Pitfall,
    choice,
    logits_and_targets,
    panel,
    state,
    worst,
)

SHIFT = 5.0
MORE_EXAMPLES = ((0.5, 3.0, 0.2), (1.0, 0.3, 2.2))
_LEADS = np.linspace(-2.0, 10.0, 61)  # further left, the loss of logits would leave no height to the floor
_READABLE_FACTORS = (1.3, 60.0)


def logits_as_probs(scenario: Scenario) -> Pitfall:
    """Asked is how many times more probable the leader is than the runner-up."""
    o, _ = logits_and_targets(scenario)
    first, second = np.argsort(-o, kind="stable")[:2].tolist()
    probs = softmax(o)
    factor = float(probs[first]) / float(probs[second]) if probs[second] > 0 else math.inf
    traps = {"difference": float(o[first] - o[second])}
    largest, next_largest = o[first].item(), o[second].item()  # of Python: their quotient may be inf
    if next_largest > 0 and math.isfinite(ratio := largest / next_largest):
        traps = {"ratio": ratio, **traps}
    answer = Number(factor, 0.03, traps, relative=True)
    shares, shifted_shares = _shares(o), _shares(o + SHIFT)
    return Pitfall(
        name="logits_as_probs",
        scenario=scenario,
        situation=(panel("logits", "logits", o),),
        answer=answer,
        wrong=(panel("shares", "probs", shares), panel("shifted", "probs", shifted_shares)),
        right=(panel("probs", "probs", probs), panel("shifted", "probs", softmax(o + SHIFT))),
        findings={
            "error": worst(shares, probs),
            "moved": worst(shares, shifted_shares),
            "factor": factor,
        },
        facts={"first_logit": float(o[first]), "second_logit": float(o[second])},
        classes={"first": first, "second": second},
        clear=answer.clear
        and _READABLE_FACTORS[0] <= factor <= _READABLE_FACTORS[1]
        and worst(shares, probs) >= APART
        and abs(float(o.sum())) >= 0.5,
    )


def _shares(o: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):  # logits may well sum to 0: that is the point
        return np.asarray(o / o.sum())


def softmax_axis(scenario: Scenario) -> Pitfall:
    """A batch normalised down its columns; asked is what is left when one example comes alone."""
    batch = np.array([scenario.logits, *MORE_EXAMPLES])  # (3, 3), rows are examples
    alone = batch[:1]
    right, wrong = softmax(batch), softmax(batch.T).T
    right_alone, wrong_alone = softmax(alone), softmax(alone.T).T
    count = batch.shape[-1]
    answer = choice(
        {
            "same": right_alone,
            "uniform": np.full((1, count), 1 / count),
            "ones": np.ones((1, count)),
            "refused": np.full((1, count), np.nan),
        },
        wrong_alone,
    )
    return Pitfall(
        name="softmax_axis",
        scenario=scenario,
        situation=(panel("batch", "signed", batch, rows="examples"), panel("alone", "logits", alone[0])),
        answer=answer,
        wrong=(panel("batch", "probs", wrong, rows="examples"), panel("alone", "probs", wrong_alone[0])),
        right=(panel("batch", "probs", right, rows="examples"), panel("alone", "probs", right_alone[0])),
        findings={
            "error": worst(wrong, right),
            "low": float(wrong.sum(axis=1).min()),
            "high": float(wrong.sum(axis=1).max()),
            "alone_sum": float(wrong_alone.sum()),
        },
        facts={},
        classes={},
        clear=answer.clear,
    )


def double_softmax(scenario: Scenario) -> Pitfall:
    """Probabilities go into a loss that applies softmax itself; asked is how low it can get."""
    o, y = logits_and_targets(scenario)
    probs = softmax(o)
    floor = float(
        cross_entropy(y, y)
    )  # the best softmax can hand over is y itself; the loss takes it for logits
    leading = _LEADS[:, None] * y  # (P, K), the true class's logit rises, the others stay 0
    targets = np.broadcast_to(y, leading.shape)
    count = len(o)
    answer = Number(floor, 0.02, {"zero": 0.0, "uniform": math.log(count)})
    wrong_loss, right_loss = float(cross_entropy(probs, y)), float(cross_entropy(o, y))
    return Pitfall(
        name="double_softmax",
        scenario=scenario,
        situation=state(o, y),
        answer=answer,
        wrong=(
            panel("twice", "probs", softmax(probs)),
            panel(
                "loss",
                "loss",
                cross_entropy(softmax(leading), targets),
                at=_LEADS,
                columns="lead",
                level=floor,
            ),
        ),
        right=(
            panel("once", "probs", probs),
            panel("loss", "loss", cross_entropy(leading, targets), at=_LEADS, columns="lead", level=0.0),
        ),
        findings={
            "floor": floor,
            "wrong_loss": wrong_loss,
            "right_loss": right_loss,
            "perfect": math.exp(-floor),
        },
        facts={"count": count},
        classes={"label": scenario.label},
        clear=answer.clear and worst(softmax(probs), probs) >= APART,
    )
