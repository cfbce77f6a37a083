"""explain(scenario): every array the pages show, computed once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.losses import (
    chain_rule_terms,
    cross_entropy,
    cross_entropy_grad,
    entropy,
    finite_difference_grad,
    kl_divergence,
    probs_grad,
)
from ce_viz.core.scenario import Scenario
from ce_viz.core.softmax import log_softmax, softmax, softmax_jacobian

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """One scenario worked out: read-only float64 arrays, K classes."""

    scenario: Scenario
    num_classes: int  # K
    logits: _Array  # (K,), raw scores o
    temperature: float  # T
    probs: _Array  # (K,), S
    log_probs: _Array  # (K,), log S in nats, -inf for a masked class
    targets: _Array  # (K,), y, the scenario's effective targets
    targets_sum: float  # sum of y
    loss: float  # L in nats
    loss_terms: _Array  # (K,), -y_k log S_k in nats
    probs_grad: _Array  # (K,), dL/dS_i = -y_i / S_i
    jacobian: _Array  # (K, K), rows S_i, columns o_j
    chain_rule: _Array  # (K, K), M_ij = y_i (S_j - delta_ij) / T
    chain_rule_sum: _Array  # (K,), column sums of chain_rule
    logits_grad: _Array  # (K,), dL/do_j = (S_j sum(y) - y_j) / T
    probs_minus_targets: _Array  # (K,), S - y, the gradient only where sum(y) = 1 and T = 1
    finite_difference: _Array  # (K,), central differences of L
    entropy_of_targets: float  # H(y) in nats
    kl: float  # KL(y || S) in nats
    predicted: int  # class of the largest probability, the first of a tie
    probs_sum_error: float  # |sum S - 1|
    jacobian_row_error: float  # largest |row sum of the Jacobian|
    jacobian_column_error: float  # largest |column sum of the Jacobian|
    grad_sum_error: float  # |sum_j dL/do_j|
    chain_rule_error: float  # largest |chain_rule_sum - logits_grad|
    finite_difference_error: float  # largest |finite_difference - logits_grad|


def explain(scenario: Scenario) -> Explanation:
    """Work a scenario out: softmax, loss, Jacobian, chain rule, gradient and the checks between them."""
    logits = np.array(scenario.logits)
    targets = np.array(scenario.effective_targets)
    temperature = float(scenario.temperature)
    probs = softmax(logits, temperature=temperature)
    log_probs = log_softmax(logits, temperature=temperature)
    jacobian = softmax_jacobian(logits, temperature=temperature)
    terms = chain_rule_terms(logits, targets, temperature=temperature)
    grad = cross_entropy_grad(logits, targets, temperature=temperature)
    differences = finite_difference_grad(logits, targets, step=1e-5 * temperature, temperature=temperature)
    arrays = {
        "logits": logits,
        "probs": probs,
        "log_probs": log_probs,
        "targets": targets,
        "loss_terms": np.where(targets == 0, 0.0, -targets * np.where(targets == 0, 0.0, log_probs)),
        "probs_grad": probs_grad(logits, targets, temperature=temperature),
        "jacobian": jacobian,
        "chain_rule": terms,
        "chain_rule_sum": terms.sum(axis=0),
        "logits_grad": grad,
        "probs_minus_targets": probs - targets,
        "finite_difference": differences,
    }
    for array in arrays.values():
        array.setflags(write=False)
    loss = float(cross_entropy(logits, targets, temperature=temperature))
    return Explanation(
        scenario=scenario,
        num_classes=len(logits),
        temperature=temperature,
        targets_sum=float(targets.sum()),
        loss=loss,
        entropy_of_targets=float(entropy(targets)),
        kl=float(kl_divergence(targets, logits / temperature)),
        predicted=int(probs.argmax()),
        probs_sum_error=abs(float(probs.sum()) - 1),
        jacobian_row_error=float(np.abs(jacobian.sum(axis=1)).max()),
        jacobian_column_error=float(np.abs(jacobian.sum(axis=0)).max()),
        grad_sum_error=abs(float(grad.sum())),
        chain_rule_error=float(np.abs(arrays["chain_rule_sum"] - grad).max()),
        finite_difference_error=float(np.abs(differences - grad).max()),
        **arrays,
    )
