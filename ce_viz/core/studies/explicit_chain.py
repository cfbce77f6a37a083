"""The chain rule multiplied out as it is written, (-y/S) J, and what rounding makes of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core.arrays import Array, all_read_only
from ce_viz.core.losses import cross_entropy, cross_entropy_grad


@dataclass(frozen=True, eq=False, slots=True)
class ExplicitChain:
    """The gradient as an explicit product and in fused form, in one floating type; every number is one of that type."""

    probs: Array  # (K,), S, shifted by the maximum
    probs_grad: Array  # (K,), -y/S: -inf or NaN where S is 0
    jacobian: Array  # (K, K), diag(S) - S S^T, over T; rows S_i, columns o_j
    explicit: Array  # (K,), probs_grad @ jacobian
    explicit_loss: float  # -sum y log S over the classes with y > 0, nats
    fused: Array  # (K,), `cross_entropy_grad`, which never divides by S
    fused_loss: float  # `cross_entropy`, nats


def explicit_chain(
    logits: ArrayLike, targets: ArrayLike, *, dtype: str = "float64", temperature: float = 1.0
) -> ExplicitChain:
    """Loss and gradient through (-y/S) J and in the fused form.

    Once a probability rounds to 0, -y/S is infinite or 0/0, and the Jacobian's row is 0: the product is NaN
    in every column, although the gradient is as harmless as S - y.

    Args:
      logits: Shape ``(K,)``; ``-inf`` masks a class.
      targets: Shape ``(K,)``.
      dtype: "float16", "float32" or "float64", for inputs, intermediate results and results.
      temperature: T > 0.

    >>> chain = explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    >>> chain.explicit, chain.fused, chain.fused_loss
    (array([nan, nan, nan]), array([ 1., -1.,  0.]), 1000.0)
    """
    o, y = np.asarray(logits, dtype=dtype), np.asarray(targets, dtype=dtype)
    T = np.dtype(dtype).type(temperature)
    with np.errstate(all="ignore"):  # the failures are what is wanted here
        weights = np.exp(o / T - (o / T).max())
        probs = weights / np.add.accumulate(weights)[-1]
        probs_grad = -y / probs
        jacobian = (np.diag(probs) - np.outer(probs, probs)) / T
        # A running sum rounds to the type at every step; np.sum may add float16 numbers in float32.
        explicit = np.add.accumulate(probs_grad[:, None] * jacobian, axis=0)[-1]
        explicit_loss = np.add.accumulate(np.where(y == 0, y, -y * np.log(probs)))[-1]
    fused = cross_entropy_grad(o, y, temperature=float(T))
    fused_loss = float(cross_entropy(o, y, temperature=float(T)))
    arrays = all_read_only(
        probs=probs.astype(np.float64),
        probs_grad=probs_grad.astype(np.float64),
        jacobian=jacobian.astype(np.float64),
        explicit=explicit.astype(np.float64),
        fused=fused.astype(np.float64),
    )
    return ExplicitChain(explicit_loss=float(explicit_loss), fused_loss=fused_loss, **arrays)
