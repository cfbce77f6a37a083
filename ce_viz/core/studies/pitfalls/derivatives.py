"""Rounds about the chain rule: the Jacobian, the index of the sum, where it went, and its sign."""

from __future__ import annotations

import numpy as np

from ce_viz.core.arrays import FloatArray
from ce_viz.core.descent import gradient_descent
from ce_viz.core.losses import (
    chain_rule_terms,
    cross_entropy,
    cross_entropy_grad,
    finite_difference_grad,
    probs_grad,
)
from ce_viz.core.scenario import Scenario
from ce_viz.core.softmax import softmax, softmax_jacobian, softmax_vjp
from ce_viz.core.studies.pitfalls.parts import (
    APART,
    Pitfall,
    choice,
    logits_and_targets,
    matrix,
    panel,
    state,
    without_dust,
    worst,
)

STEPS, STEP_SIZE = 10, 0.5


def softmax_derivative(scenario: Scenario) -> Pitfall:
    """Only S(1−S) is used; asked is which logits the gradient then moves."""
    o, y = logits_and_targets(scenario)
    jacobian, right = softmax_jacobian(o), cross_entropy_grad(o, y)
    wrong = np.diagonal(chain_rule_terms(o, y))  # (−y/S) · S(1−S), class by class
    moves = np.abs(wrong) > 0
    answer = choice(
        {"all": np.ones_like(y), "true_only": y > 0, "others_only": y == 0, "none": np.zeros_like(y)}, moves
    )
    return Pitfall(
        name="softmax_derivative",
        scenario=scenario,
        situation=state(o, y),
        answer=answer,
        wrong=(
            matrix("jacobian", np.diag(np.diagonal(jacobian))),
            panel("grad", "signed", wrong),
        ),
        right=(
            matrix("jacobian", jacobian),
            panel("grad", "signed", right),
        ),
        findings={
            "error": worst(wrong, right),
            "wrong_sum": float(wrong.sum()),
            "right_sum": float(without_dust(right.sum())),
        },
        facts={},
        classes={"label": scenario.label},
        clear=answer.clear and worst(wrong, right) >= 2 * APART,
    )


def sum_index(scenario: Scenario) -> Pitfall:
    """The terms M_ij are added up over j instead of i; asked is what comes out."""
    o, y = logits_and_targets(scenario)
    terms = chain_rule_terms(o, y)
    right, wrong = cross_entropy_grad(o, y), without_dust(terms.sum(axis=1))
    answer = choice(
        {"same": right, "opposite": -right, "zeros": np.zeros_like(y), "minus_targets": -y},
        wrong,
    )
    return Pitfall(
        name="sum_index",
        scenario=scenario,
        situation=(
            panel("probs_grad", "signed", probs_grad(o, y)),
            matrix("jacobian", softmax_jacobian(o)),
            matrix("terms", terms),
        ),
        answer=answer,
        wrong=(
            matrix("terms", terms, sums="rows"),
            panel("grad", "signed", wrong),
        ),
        right=(
            matrix("terms", terms, sums="columns"),
            panel("grad", "signed", right),
        ),
        findings={"error": worst(wrong, right)},
        facts={},
        classes={},
        clear=answer.clear and worst(wrong, right) >= 2 * APART,
    )


def missing_derivative(scenario: Scenario) -> Pitfall:
    """``grad = S − y`` shows no softmax derivative; asked is which formula measurements support."""
    o, y = logits_and_targets(scenario)
    probs, jacobian = softmax(o), softmax_jacobian(o)
    residual, factor = probs - y, np.diagonal(jacobian)
    measured = finite_difference_grad(o, y, step=1e-5)
    terms = chain_rule_terms(o, y)
    right, wrong = cross_entropy_grad(o, y), residual * factor
    answer = choice(
        {
            "elementwise": wrong,
            "jacobian": softmax_vjp(o, residual),
            "fused": right,
            "loss_only": probs_grad(o, y),
        },
        measured,
    )
    return Pitfall(
        name="missing_derivative",
        scenario=scenario,
        situation=state(o, y),
        answer=answer,
        wrong=(
            matrix("factor", np.diag(factor)),
            panel("grad", "signed", wrong),
        ),
        right=(
            matrix("terms", terms, sums="columns"),
            panel("grad", "signed", right),
        ),
        findings={
            "error": worst(wrong, right),
            "measured_error": worst(measured, right),
            "shrunk": _shrunk(wrong, right),
        },
        facts={},
        classes={"label": scenario.label},
        clear=answer.clear and worst(wrong, right) >= 2 * APART,
    )


def _shrunk(wrong: FloatArray, right: FloatArray) -> float:
    """How many times too small the largest entry of the gradient is; 1 where both are 0."""
    largest = int(np.abs(right).argmax())
    if right[largest] == wrong[largest]:
        return 1.0
    with np.errstate(divide="ignore"):
        return float(right[largest] / wrong[largest])


def sign(scenario: Scenario) -> Pitfall:
    """``o ← o − η(y − S)``, ten times; asked is what the loss does."""
    o, y = logits_and_targets(scenario)
    grad = cross_entropy_grad(o, y)
    right_losses = cross_entropy(gradient_descent(o, y, learning_rate=STEP_SIZE, steps=STEPS), _rows(y))
    wrong_losses = cross_entropy(gradient_descent(o, y, learning_rate=-STEP_SIZE, steps=STEPS), _rows(y))
    answer = choice(
        {
            "falls": -np.ones(STEPS),
            "rises": np.ones(STEPS),
            "swings": (-1.0) ** np.arange(STEPS),
            "stays": np.zeros(STEPS),
        },
        np.sign(np.diff(wrong_losses)),
    )
    steps = np.arange(STEPS + 1)
    return Pitfall(
        name="sign",
        scenario=scenario,
        situation=state(o, y),
        answer=answer,
        wrong=(
            panel("grad", "signed", -grad),
            panel("losses", "loss", wrong_losses, at=steps, columns="steps"),
        ),
        right=(
            panel("grad", "signed", grad),
            panel("losses", "loss", right_losses, at=steps, columns="steps"),
        ),
        findings={
            "start": float(right_losses[0]),
            "wrong_end": float(wrong_losses[-1]),
            "right_end": float(right_losses[-1]),
        },
        facts={"steps": STEPS, "step_size": STEP_SIZE},
        classes={"label": scenario.label},
        clear=answer.clear and float(right_losses[0] - right_losses[-1]) >= 0.1,
    )


def _rows(y: FloatArray) -> FloatArray:
    return np.broadcast_to(y, (STEPS + 1, len(y)))
