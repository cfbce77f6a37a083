"""Calibration error without bins: the residuals smoothed by a kernel of the width that fits the error.

Source: Błasiok & Nakkiran 2023, arXiv:2309.12236.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.metrics import Floats

SMALLEST_BANDWIDTH = 2.0**-11

_CELLS = 1 << 14
_MOMENTS = 6  # with them the nearest node of the grid stands for a confidence to 1e-9 of the result
_HALVINGS = 50
_NEGLIGIBLE = 9.0  # exp(-9²/2) is below one unit in the last place


@dataclass(frozen=True, slots=True)
class SmoothEce:
    """The smooth calibration error and the kernel's width at which it was taken."""

    value: float  # from 0 to 1
    bandwidth: float  # equal to the value; SMALLEST_BANDWIDTH where the value is smaller


def smooth_ece(confidence: Floats, correct: NDArray[np.bool_]) -> SmoothEce:
    """The smooth expected calibration error ``smECE(σ*)`` with σ* such that ``smECE(σ*) = σ*``.

    smECE(σ) never rises with σ, so there is one such σ*, found by halving. It is not sought below
    SMALLEST_BANDWIDTH: there the value lies between the one returned and the bandwidth.

    Args:
      confidence: Probability of the predicted class, from 0 to 1, ``(N,)``, N >= 1.
      correct: Whether the prediction is right, ``(N,)``.
    """
    modes = _cosine_modes(confidence, correct)
    low, high = math.log(SMALLEST_BANDWIDTH), 0.0
    smallest = _smoothed_error(modes, SMALLEST_BANDWIDTH)
    if smallest <= SMALLEST_BANDWIDTH:
        return SmoothEce(smallest, SMALLEST_BANDWIDTH)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        wider = _smoothed_error(modes, math.exp(middle)) > math.exp(middle)
        low, high = (middle, high) if wider else (low, middle)
    return SmoothEce(_smoothed_error(modes, math.exp(low)), math.exp(low))


def smooth_ece_at(confidence: Floats, correct: NDArray[np.bool_], bandwidth: float) -> float:
    """The smooth calibration error at one bandwidth σ.

    ``smECE(σ) = ∫ |1/N sum_i K(t, c_i) (y_i - c_i)| dt`` over t from 0 to 1, with K the Gaussian density of
    standard deviation σ reflected at 0 and 1: ``sum_j φ((t - c + 2j)/σ)/σ + φ((t + c + 2j)/σ)/σ``.

    Args:
      confidence: c, as of `smooth_ece`.
      correct: y, as of `smooth_ece`.
      bandwidth: σ >= SMALLEST_BANDWIDTH.
    """
    return _smoothed_error(_cosine_modes(confidence, correct), bandwidth)


def _cosine_modes(confidence: Floats, correct: NDArray[np.bool_]) -> Floats:
    """``a_m = 1/N sum_i cos(mπ c_i) (y_i - c_i)`` for m = 0 … _CELLS.

    The reflected kernel is ``1 + 2 sum_m exp(-(mπσ)²/2) cos(mπt) cos(mπc)``, so a_m is all that any σ needs.
    Confidences are moved to the nearest node of a grid, for one Fourier transform, and the cosine's Taylor
    series about the node makes up for the way there.
    """
    node = np.rint(confidence * _CELLS).astype(np.int64)
    offset = confidence * _CELLS - node  # -1/2 to 1/2 cells
    weight = (correct - confidence) / len(confidence)
    frequency = 1j * math.pi / _CELLS * np.arange(_CELLS + 1)
    modes, factor = np.zeros(_CELLS + 1), np.ones(_CELLS + 1, complex)
    for power in range(_MOMENTS):
        moment = np.bincount(node, weights=weight, minlength=2 * _CELLS)
        modes += (factor * np.fft.rfft(moment).conj()).real
        weight *= offset
        factor *= frequency / (power + 1)
    return modes


def _smoothed_error(modes: Floats, bandwidth: float) -> float:
    """The integral of the absolute smoothed residual, exact for lines between the nodes."""
    count = min(len(modes), 1 + math.ceil(_NEGLIGIBLE / (math.pi * bandwidth)))
    damping = np.exp(-np.square(math.pi * bandwidth * np.arange(count)) / 2)
    residual = np.fft.irfft(modes[:count] * damping, 2 * _CELLS)[: _CELLS + 1] * (2 * _CELLS)
    left, right = residual[:-1], residual[1:]
    size = np.abs(left) + np.abs(right)
    crossing = left * right < 0
    area = np.where(crossing, (left**2 + right**2) / np.where(size > 0, size, 1.0), size)
    return float(area.sum() / (2 * _CELLS))
