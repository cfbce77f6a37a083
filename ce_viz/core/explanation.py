"""explain(scenario): every array the pages show, worked out once."""

import math
from dataclasses import dataclass

import numpy as np

from ce_viz.core.arrays import Array, all_read_only
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.evaluate import Block
from ce_viz.core.scenario import Scenario

_STEP_IN_TEMPERATURES = 1e-5


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """One scenario worked out: read-only float64 arrays, K classes, exact to 1 ULP.

    The last six say how far the rounded numbers are from what holds of the exact ones.
    """

    scenario: Scenario
    num_classes: int  # K
    logits: Array  # (K,), raw scores o; -inf masks a class
    temperature: float  # T > 0
    probs: Array  # (K,), S = softmax(o/T)
    log_probs: Array  # (K,), log S in nats, -inf for a masked class
    targets: Array  # (K,), y, the scenario's effective targets
    targets_sum: float  # sum of y
    loss: float  # L in nats, infinite where a masked class has weight
    loss_terms: Array  # (K,), -y_k log S_k in nats
    probs_grad: Array  # (K,), dL/dS_i = -y_i / S_i
    jacobian: Array  # (K, K), dS_i/do_j: rows S_i, columns o_j
    chain_rule: Array  # (K, K), M_ij = (dL/dS_i)(dS_i/do_j) = y_i (S_j - delta_ij) / T
    chain_rule_sum: Array  # (K,), column sums of chain_rule as it stands
    logits_grad: Array  # (K,), dL/do_j = (S_j sum(y) - y_j) / T
    probs_minus_targets: Array  # (K,), S - y: the gradient only where sum(y) = 1 and T = 1
    finite_difference: Array  # (K,), central differences of L with step 1e-5 T
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
    """Work a scenario out: softmax, loss, Jacobian, chain rule, gradient and the checks between them.

    Example:
      >>> explanation = explain(Scenario(logits=(0.0, 0.0), label=0))
      >>> explanation.probs, explanation.logits_grad
      (array([0.5, 0.5]), array([-0.5,  0.5]))
    """
    temperature = float(scenario.temperature)
    effective = scenario.effective_targets
    logits, targets = np.array(scenario.logits), np.array(effective)
    block = Block(logits[None], targets[None], temperature)

    def row(formula: _formulas.Formula) -> Array:
        value: Array = block.value(formula)[0]
        return value

    probs = row(_formulas.probs)
    log_probs = row(_formulas.log_probs)
    log_probs[logits == -np.inf] = -np.inf
    jacobian, chain_rule = row(_formulas.jacobian), row(_formulas.chain_rule)
    chain_rule_sum, logits_grad = chain_rule.sum(axis=0), row(_formulas.logits_grad)
    step = _STEP_IN_TEMPERATURES * temperature
    finite_difference = row(_formulas.central_difference(step, temperature))
    arrays = all_read_only(
        logits=logits,
        probs=probs,
        log_probs=log_probs,
        targets=targets,
        loss_terms=row(_formulas.loss_terms),
        probs_grad=row(_formulas.probs_grad),
        jacobian=jacobian,
        chain_rule=chain_rule,
        chain_rule_sum=chain_rule_sum,
        logits_grad=logits_grad,
        probs_minus_targets=row(_formulas.difference),
        finite_difference=finite_difference,
    )
    return Explanation(
        scenario=scenario,
        num_classes=len(logits),
        temperature=temperature,
        targets_sum=math.fsum(effective),
        loss=float(row(_formulas.loss)[0]),
        entropy_of_targets=float(row(_formulas.entropy)[0]),
        kl=float(row(_formulas.divergence)[0]),
        predicted=int(probs.argmax()),
        probs_sum_error=abs(math.fsum(probs.tolist()) - 1.0),
        jacobian_row_error=_largest(jacobian.sum(axis=1)),
        jacobian_column_error=_largest(jacobian.sum(axis=0)),
        grad_sum_error=abs(math.fsum(logits_grad.tolist())),
        chain_rule_error=_largest(chain_rule_sum - logits_grad),
        finite_difference_error=_largest(finite_difference - logits_grad),
        **arrays,
    )


def _largest(deviations: Array) -> float:
    largest: float = max(map(abs, deviations.tolist()))
    return largest
