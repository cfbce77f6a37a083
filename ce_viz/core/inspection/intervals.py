"""Confidence intervals of shares and of means, for rows that are independent of each other."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core.inspection.metrics import Floats

LEVEL = 0.95

_SERIES_DEGREES = 1000  # beyond it an expansion about the normal quantile is as exact and needs no series
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A mean and the interval that covers the true mean with probability LEVEL."""

    mean: float
    low: float  # -inf where there are fewer than two values
    high: float  # inf where there are fewer than two values


def wilson_interval(successes: ArrayLike, counts: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Wilson's score interval of a share of successes.

    With p = s/n and z the normal quantile of (1 + level)/2 its ends are
    ``(p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n)``. It stays within [0, 1] and has a width at
    p = 0 and p = 1 too, where ``p ± z sqrt(p (1 - p)/n)`` has none.

    Args:
      successes: s, from 0 to n, any shape.
      counts: n >= 0, a shape that broadcasts with it.
      level: Probability of covering the true share, from 0 to 1, ends excluded.

    Returns:
      ``(low, high)`` of the common shape; NaN where n = 0.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.

    >>> low, high = wilson_interval(8, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.49, 0.943)
    """
    z2 = _normal_quantile(level) ** 2
    hits, total = np.broadcast_arrays(np.asarray(successes, float), np.asarray(counts, float))
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (hits + z2 / 2) / (total + z2)
        half = np.sqrt(z2 * (hits * (total - hits) / total + z2 / 4)) / (total + z2)
        low = np.where(hits == 0, np.where(total > 0, 0.0, np.nan), centre - half)
        high = np.where(hits == total, np.where(total > 0, 1.0, np.nan), centre + half)
    return low, high


def mean_interval(values: Floats, level: float = LEVEL) -> MeanInterval:
    """Student's interval of the mean of independent values: ``mean ± t s/sqrt(N)``.

    s is the standard deviation with N - 1 in the denominator, t the quantile of (1 + level)/2 with N - 1
    degrees of freedom. For differences of pairs this is the paired interval.

    Args:
      values: Finite, ``(N,)``, N >= 1, in any unit.
      level: Probability of covering the true mean.
    """
    count = len(values)
    mean = float(values.mean())
    if count < 2:
        return MeanInterval(mean, -math.inf, math.inf)
    half = student_quantile(level, count - 1) * float(values.std(ddof=1)) / math.sqrt(count)
    return MeanInterval(mean, mean - half, mean + half)


def student_quantile(level: float, degrees: int) -> float:
    """The t that Student's variable stays below in size with probability ``level``.

    Args:
      level: From 0 to 1, ends excluded.
      degrees: Degrees of freedom, >= 1.

    Returns:
      t > 0 to 1e-8 of its size.

    Source: Abramowitz & Stegun 1964, 26.7.3, 26.7.4 and, for more than 1,000 degrees, 26.7.5.

    >>> round(student_quantile(0.95, 9), 3)
    2.262
    """
    if degrees > _SERIES_DEGREES:
        z = _normal_quantile(level)
        first = (z**3 + z) / 4
        second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
        third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
        return z + (first + (second + third / degrees) / degrees) / degrees
    low, high = 0.0, math.pi / 2  # of the angle whose tangent is t / sqrt(degrees)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_coverage(middle, degrees) < level else (low, middle)
    return math.sqrt(degrees) * math.tan(low)


def _student_coverage(angle: float, degrees: int) -> float:
    """Probability of abs(t) < sqrt(degrees) tan(angle): a finite series in the cosine."""
    odd = degrees % 2
    cosine = math.cos(angle)
    term, total = (cosine if odd else 1.0), 0.0
    for factor in range(3 if odd else 2, degrees + 1, 2):
        total += term
        term *= (factor - 1) / factor * cosine * cosine
    inner = math.sin(angle) * total
    return 2 / math.pi * (angle + inner) if odd else inner


def _normal_quantile(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
