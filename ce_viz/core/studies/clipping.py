"""The clipped loss -log(S + clip): the usual cure for log 0, and what it does to loss and gradient."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ce_viz.core.arrays import Array, all_read_only
from ce_viz.core.losses import cross_entropy, cross_entropy_grad
from ce_viz.core.softmax import softmax

GAP_LIMITS = (-10.0, 50.0)
CLIPS = ("1e-3", "1e-5", "1e-7", "1e-10", "1e-15")
"""Values of `clip` worth comparing, from crude to the last digit of float64, as written in links."""


@dataclass(frozen=True, eq=False, slots=True)
class ClippingCurves:
    """Loss and its derivative by the true class's logit against the lead of a wrong class, in float64."""

    clip: float
    gaps: Array  # (G,), the wrong class's logit minus the true class's
    loss: Array  # (G,), -log S, nats
    clipped_loss: Array  # (G,), -log(S + clip), nats
    grad: Array  # (G,), S - 1
    clipped_grad: Array  # (G,), -S (1 - S) / (S + clip)
    largest_loss: float  # -log(clip): the clipped loss never exceeds it
    half_gap: float  # the lead at which S = clip and the clipped gradient is half the true one


@lru_cache(maxsize=16)
def clipping_curves(clip: float) -> ClippingCurves:
    """The loss of two classes with and without `clip` added to the probability, over `GAP_LIMITS`.

    Past `half_gap` the clipped gradient dies as S / clip = exp(-gap) / clip: the worse the mistake, the
    weaker the correction.

    Args:
      clip: The number added to the true class's probability, in (0, 1).

    >>> curves = clipping_curves(1e-7)
    >>> round(curves.largest_loss, 2), round(curves.half_gap, 2)
    (16.12, 16.12)
    """
    if not 0 < clip < 1:
        raise ValueError(f"clip must be in (0, 1), got {clip}")
    gaps = np.linspace(*GAP_LIMITS, 121)
    o = np.stack([gaps, np.zeros_like(gaps)], axis=-1)
    y = np.array([0.0, 1.0])
    others, true = softmax(o).T
    curves = all_read_only(
        gaps=gaps,
        loss=cross_entropy(o, np.broadcast_to(y, o.shape)),
        clipped_loss=-np.log(true + clip),
        grad=cross_entropy_grad(o, np.broadcast_to(y, o.shape))[:, 1],
        clipped_grad=-true * others / (true + clip),
    )
    return ClippingCurves(
        clip=clip, **curves, largest_loss=-math.log(clip), half_gap=math.log1p(-clip) - math.log(clip)
    )
