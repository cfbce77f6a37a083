"""The definitions, word for word, in arithmetic with hundreds of digits, and the distance from them in ULP.

Nothing here is clever: no fused form, no sum of the others, no series. What cancels is left to
cancel; there are digits enough. Only the largest logit is subtracted, so that exponents stay finite.
"""

import functools
from collections.abc import Iterable

import mpmath
import numpy as np
from mpmath import mpf

Vector = list[mpf]
Matrix = list[Vector]

DIGITS = 700  # the difference of two float64 numbers may need 632 of them


def numbers(values: Iterable[float]) -> Vector:
    """Floats as they are stored."""
    return [mpf(float(value)) for value in values]


@functools.cache
def _weights(logits: tuple[mpf, ...], temperature: mpf, precision: int) -> tuple[Vector, Vector, mpf]:
    """Logits less the largest, by temperature; their exponentials; the sum of those. Most of the work is here."""
    largest = max(logits)
    shifted = [(o - largest) / temperature for o in logits]
    weights = [_exp(s, precision) if mpmath.isfinite(s) else mpf(0) for s in shifted]
    return shifted, weights, mpmath.fsum(weights)


@functools.cache
def _exp(shifted: mpf, precision: int) -> mpf:
    """Central differences move one logit: the others' exponentials stay."""
    return mpmath.exp(shifted)


def softmax(logits: Vector, temperature: mpf) -> Vector:
    _, weights, total = _weights(tuple(logits), temperature, mpmath.mp.prec)
    return [weight / total for weight in weights]


def log_softmax(logits: Vector, temperature: mpf) -> Vector:
    shifted, _, total = _weights(tuple(logits), temperature, mpmath.mp.prec)
    log_total = mpmath.log(total)
    return [s - log_total for s in shifted]


def jacobian(logits: Vector, temperature: mpf) -> Matrix:
    probs = softmax(logits, temperature)
    return [[s * ((i == j) - r) / temperature for j, r in enumerate(probs)] for i, s in enumerate(probs)]


def jacobian_product(logits: Vector, vector: Vector, temperature: mpf) -> Vector:
    probs = softmax(logits, temperature)
    mean = mpmath.fsum(s * v for s, v in zip(probs, vector, strict=True))
    return [s * (v - mean) / temperature for s, v in zip(probs, vector, strict=True)]


def loss_terms(logits: Vector, targets: Vector, temperature: mpf) -> Vector:
    log_probs = log_softmax(logits, temperature)
    return [-y * log_s if y else mpf(0) for y, log_s in zip(targets, log_probs, strict=True)]


def cross_entropy(logits: Vector, targets: Vector, temperature: mpf) -> mpf:
    return mpmath.fsum(loss_terms(logits, targets, temperature))


def cross_entropy_grad(logits: Vector, targets: Vector, temperature: mpf) -> Vector:
    probs, total = softmax(logits, temperature), mpmath.fsum(targets)
    return [(s * total - y) / temperature for s, y in zip(probs, targets, strict=True)]


def probs_grad(logits: Vector, targets: Vector, temperature: mpf) -> Vector:
    probs = softmax(logits, temperature)
    return [(-y / s if s else -mpf("inf")) if y else mpf(0) for s, y in zip(probs, targets, strict=True)]


def chain_rule(logits: Vector, targets: Vector, temperature: mpf) -> Matrix:
    probs = softmax(logits, temperature)
    return [[y * (s - (i == j)) / temperature for j, s in enumerate(probs)] for i, y in enumerate(targets)]


def entropy(probs: Vector) -> mpf:
    return -mpmath.fsum(p * mpmath.log(p) for p in probs if p)


def softmax_entropy(logits: Vector, temperature: mpf) -> mpf:
    pairs = zip(softmax(logits, temperature), log_softmax(logits, temperature), strict=True)
    return -mpmath.fsum(s * log_s for s, log_s in pairs if s)


def kl_divergence(targets: Vector, logits: Vector, temperature: mpf) -> mpf:
    log_probs = log_softmax(logits, temperature)
    return mpmath.fsum(y * (mpmath.log(y) - log_s) for y, log_s in zip(targets, log_probs, strict=True) if y)


def squared_error(logits: Vector, targets: Vector, temperature: mpf) -> mpf:
    return mpmath.fsum((s - y) ** 2 for s, y in zip(softmax(logits, temperature), targets, strict=True)) / 2


def squared_error_grad(logits: Vector, targets: Vector, temperature: mpf) -> Vector:
    errors = [s - y for s, y in zip(softmax(logits, temperature), targets, strict=True)]
    return jacobian_product(logits, errors, temperature)


def central_differences(logits: Vector, targets: Vector, temperature: mpf, step: mpf) -> Vector:
    def loss(j: int, change: mpf) -> mpf:
        return cross_entropy([o + change * (k == j) for k, o in enumerate(logits)], targets, temperature)

    return [(loss(j, step) - loss(j, -step)) / (2 * step) for j in range(len(logits))]


def ulp_error(got: object, exact: object) -> float:
    """Largest distance of the floats from the exact numbers, in units of the last place of those.

    0.5 is a correctly rounded result; infinity, a NaN or an infinite value that the other side lacks.
    """
    floats = np.asarray(got)
    rows = exact if isinstance(exact, list) else [exact]
    flat = [number for row in rows for number in (row if isinstance(row, list) else [row])]
    assert floats.size == len(flat), f"{floats.shape} against {len(flat)} numbers"
    info = np.finfo(floats.dtype)
    with mpmath.workdps(50):
        return max(_one_error(float(x), number, info) for x, number in zip(floats.ravel(), flat, strict=True))


def _one_error(got: float, exact: mpf, info: np.finfo) -> float:
    beyond = abs(exact) >= _rounds_to_infinity(info)
    if beyond or not np.isfinite(got):
        right = np.isinf(got) and beyond and (got > 0) == (exact > 0)
        return 0.0 if right else float("inf")
    _, exponent = mpmath.frexp(exact) if exact else (0, -(10**9))
    place = max(exponent - 1 - info.nmant, info.minexp - info.nmant)
    return float(mpmath.ldexp(abs(mpf(got) - exact), -place))


@functools.cache
def _rounds_to_infinity(info: np.finfo) -> mpf:
    return mpf(float(info.max)) * (1 + mpf(2) ** (-info.nmant - 2))
