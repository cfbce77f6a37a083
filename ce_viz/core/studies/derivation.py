"""derive(explanation, i, j, inputs): the intermediate quantities of the proof that dL/do = S - y."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ce_viz.core.arrays import Array, all_read_only
from ce_viz.core.explanation import Explanation
from ce_viz.core.linear import linear_grad

MAX_INPUTS = 4
MAX_ABS_INPUT = 100.0

_PLAIN_EXPONENT = 10.0  # e^10 is about 22000: the largest that a reader can check at a glance


@dataclass(frozen=True, eq=False, slots=True)
class Derivation:
    """The proof's intermediate quantities at one cell: read-only float64 arrays, K classes, D inputs.

    Where o/T is too large to be read, or to be computed, ``exponents``, ``exponentials`` and ``total`` are those of
    (o + c)/T: softmax is the same.
    """

    explanation: Explanation
    i: int  # output, from 0
    j: int  # logit, from 0
    other: int  # an output that is not j: i itself, or the most probable of the others
    logits_sum: float  # sum of o
    shifted: bool  # whether exponentials are those of the shifted logits
    exponents: Array  # (K,), o_k/T
    exponentials: Array  # (K,), e to these
    total: float  # Z, their sum
    shift: float  # c = -max(o), added to every logit
    shifted_exponents: Array  # (K,), (o_k + c)/T
    shifted_exponentials: Array  # (K,), e^{(o_k + c)/T}
    shifted_total: float  # their sum
    numerator_slope: float  # du/do_j for u = e^{o_i/T}
    denominator_slope: float  # dv/do_j for v = Z
    complements: Array  # (K,), 1 - S_k, as the other classes' share: no cancellation next to S_k = 1
    probs_outer: Array  # (K, K), S S^T
    jacobian_row_sums: Array  # (K,), 0 where rounding explains the rest
    other_targets: float  # sum of y_k over k != j
    log_total: float  # log of the sum of e^{o_k/T}, without shift
    targets_dot_logits: float  # sum of y_k o_k/T
    logits_grad_sum: float  # likewise
    wrong_sum: float  # sum of S - y, which is 0 only where y sums to 1
    inputs: Array  # (D,), x
    weight_grad: Array  # (K, D), dL/dW for o = W x + b


def derive(explanation: Explanation, i: int, j: int, inputs: Sequence[float]) -> Derivation:
    """Work the proof out for output i and logit j, both from 0, and the inputs x of the layer below.

    Raises:
      ValueError: i or j is no class, or there are no inputs.
    """
    count = explanation.num_classes
    if not (0 <= i < count and 0 <= j < count):
        raise ValueError(f"i and j must be in [0, {count - 1}], got {i} and {j}")
    if not inputs:
        raise ValueError("inputs must hold at least one number, got none")
    logits, probs, targets = explanation.logits, explanation.probs, explanation.targets
    temperature = explanation.temperature
    scaled = logits / temperature
    shift = -float(logits.max())
    shifted_exponents = (logits + shift) / temperature
    shifted_exponentials = np.exp(shifted_exponents)
    shifted_total = float(shifted_exponentials.sum())
    is_shifted = bool(np.abs(scaled[np.isfinite(scaled)]).max() > _PLAIN_EXPONENT)
    exponents = shifted_exponents if is_shifted else scaled
    exponentials = np.exp(exponents)
    off_diagonal = 1 - np.eye(count)
    arrays = all_read_only(
        exponents=exponents,
        exponentials=exponentials,
        shifted_exponents=shifted_exponents,
        shifted_exponentials=shifted_exponentials,
        complements=off_diagonal @ shifted_exponentials / shifted_total,
        probs_outer=np.outer(probs, probs),
        jacobian_row_sums=_sums(explanation.jacobian, probs / temperature),
        inputs=np.array(inputs, dtype=np.float64),
        weight_grad=linear_grad(logits, targets, inputs, temperature=temperature)[0],
    )
    labelled = targets > 0  # 0 times an infinite logit counts as 0
    return Derivation(
        explanation=explanation,
        i=i,
        j=j,
        other=i if i != j else int(np.where(np.arange(count) == j, -1.0, probs).argmax()),
        logits_sum=float(logits.sum()),
        shifted=is_shifted,
        total=float(exponentials.sum()),
        shift=shift,
        shifted_total=shifted_total,
        numerator_slope=float(exponentials[i]) / temperature if i == j else 0.0,
        denominator_slope=float(exponentials[j]) / temperature,
        other_targets=float(targets @ off_diagonal[j]),
        log_total=float(np.log(shifted_total)) - shift / temperature,
        targets_dot_logits=float(targets[labelled] @ scaled[labelled]),
        logits_grad_sum=float(_sums(explanation.logits_grad, explanation.targets_sum / temperature)),
        wrong_sum=float(explanation.probs_minus_targets.sum()),
        **arrays,
    )


def _sums(values: Array, size: Array | float) -> Array:
    """Sums over the last axis of differences of numbers of a given size; what rounding them explains is 0."""
    sums = values.sum(axis=-1)
    rounding = values.shape[-1] * np.finfo(np.float64).eps * size
    return np.where(np.abs(sums) <= rounding, 0.0, sums)
