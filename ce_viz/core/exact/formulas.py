"""Every formula of the core, written once for both arithmetics.

A formula takes `Rows` and returns ``(value, scale)``: scale bounds the numbers that were
added up to the value, so ``scale / value`` tells how many bits cancelled; None says that
nothing cancels. Shapes: (n, K) per class, (n, 1) per row, (n, K, K) for matrices.
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

from ce_viz.core.exact.arithmetic import Number, context
from ce_viz.core.exact.rows import Rows

Result = tuple[Number, Any]
Formula = Callable[[Rows], Result]


def probs(rows: Rows) -> Result:
    return rows.weights / rows.total, None


def log_probs(rows: Rows) -> Result:
    return -rows.neg_log_probs, None


def jacobian(rows: Rows) -> Result:
    denominator = rows.total * rows.total * rows.temperature
    diagonal = rows.weights * rows.rest / denominator
    return rows.arithmetic.outer(-rows.weights, rows.weights, denominator, diagonal), None


def jacobian_product(rows: Rows) -> Result:
    vector = rows.arithmetic.lift(rows.operand)
    return _jacobian_times(rows, vector, rows.arithmetic.magnitude(vector) * 0, rows.temperature)


def _jacobian_times(rows: Rows, vector: Number, vector_scale: Any, divisor: Number) -> Result:
    """S_i (v_i - sum S v) / divisor with v counted from its value at the peak, where it often nearly agrees."""
    magnitude = rows.arithmetic.magnitude
    offset = vector - rows.at(vector, rows.peak)
    offset_scale = magnitude(offset) + vector_scale + rows.at(vector_scale, rows.peak)
    value = offset * rows.total - (rows.weights * offset).sum(axis=-1, keepdims=True)
    weights = magnitude(rows.weights)
    scale = offset_scale * magnitude(rows.total) + (weights * offset_scale).sum(axis=-1, keepdims=True)
    denominator = rows.total * rows.total * divisor
    return rows.weights * value / denominator, weights * scale / magnitude(denominator)


def loss_terms(rows: Rows) -> Result:
    terms = rows.loss_terms
    return terms, rows.arithmetic.distrust_subnormal(rows.arithmetic.magnitude(terms), rows.log_total)


def loss(rows: Rows) -> Result:
    terms, scale = loss_terms(rows)
    return terms.sum(axis=-1, keepdims=True), scale.sum(axis=-1, keepdims=True)


def probs_grad(rows: Rows) -> Result:
    ratio = rows.targets.values * rows.total / rows.weights
    return rows.arithmetic.select(rows.operand == 0, rows.zero, -ratio), None


def chain_rule(rows: Rows) -> Result:
    """y_i (S_j - delta_ij) / T: S_i has cancelled, so that its underflow costs nothing."""
    denominator = rows.total * rows.temperature
    diagonal = -(rows.targets.values * rows.rest) / denominator
    return rows.arithmetic.outer(rows.targets.values, rows.weights, denominator, diagonal), None


def logits_grad(rows: Rows) -> Result:
    """(S_j sum(y) - y_j) / T."""
    value, scale = _logits_grad_times_total(rows)
    denominator = rows.total * rows.temperature
    return value / denominator, scale / rows.arithmetic.magnitude(denominator)


MAGNIFICATION = 2**200


def magnified_logits_grad(rows: Rows) -> Result:
    """The gradient times a power of two, so that what is too small for float64 still counts in a product."""
    value, scale = _logits_grad_times_total(rows)
    factor = rows.arithmetic.constant(Decimal(MAGNIFICATION))
    denominator = rows.total * rows.temperature / factor
    return value / denominator, scale / rows.arithmetic.magnitude(denominator)


def _logits_grad_times_total(rows: Rows) -> Result:
    """As S_j (sum of the other y) - y_j (1 - S_j): no cancelling for one-hot y; not yet divided."""
    targets, magnitude = rows.targets, rows.arithmetic.magnitude
    push = rows.weights * targets.rest
    pull = targets.values * rows.rest
    return push - pull, magnitude(rows.weights) * targets.rest_size + magnitude(pull)


def mean(formula: Formula, count: int) -> Formula:
    """The formula's value divided by a number of rows."""

    def divided(rows: Rows) -> Result:
        value, scale = formula(rows)
        return value / rows.arithmetic.constant(Decimal(count)), scale / count

    return divided


def softmax_entropy(rows: Rows) -> Result:
    """log total + sum S_k (max o - o_k)/T: no term is negative."""
    value = rows.log_total - (rows.weights * rows.shifted).sum(axis=-1, keepdims=True) / rows.total
    return value, rows.arithmetic.distrust_subnormal(rows.arithmetic.magnitude(value), rows.log_total)


def entropy(rows: Rows) -> Result:
    """Of the operand, not of the softmax; the factor allows for the logarithm's lesser precision."""
    terms = -(rows.targets.values * rows.log_targets)
    value = terms.sum(axis=-1, keepdims=True)
    scale = rows.arithmetic.magnitude(terms).sum(axis=-1, keepdims=True) * 2**10
    return value, rows.arithmetic.distrust_subnormal(scale, value)


def divergence(rows: Rows) -> Result:
    magnitude = rows.arithmetic.magnitude
    terms = rows.weighted(rows.log_targets + rows.neg_log_probs)
    sizes = (magnitude(rows.log_targets) + magnitude(rows.neg_log_probs) + 1) * magnitude(rows.targets.values)
    return terms.sum(axis=-1, keepdims=True), sizes.sum(axis=-1, keepdims=True)


def difference(rows: Rows) -> Result:
    """S - y."""
    value, scale = _difference_times_total(rows)
    return value / rows.total, scale / rows.arithmetic.magnitude(rows.total)


def _difference_times_total(rows: Rows) -> Result:
    """S - y as S (1 - y) - y (1 - S), which holds its digits where both are near 1; not yet divided."""
    targets, magnitude = rows.targets, rows.arithmetic.magnitude
    push = rows.weights * (rows.zero + 1 - targets.values)  # not 1 + (-y): in decimals -y rounds
    pull = targets.values * rows.rest
    return push - pull, magnitude(push) + magnitude(pull)


def squared_error(rows: Rows) -> Result:
    error, error_scale = _difference_times_total(rows)
    denominator = rows.total * rows.total * 2
    # An error that cancelled to nothing is still uncertain by its last digit.
    size = rows.arithmetic.magnitude(error) + error_scale * rows.arithmetic.resolution
    scale = (error_scale * size).sum(axis=-1, keepdims=True) * 2
    return (error * error).sum(axis=-1, keepdims=True) / denominator, scale / rows.arithmetic.magnitude(
        denominator
    )


def squared_error_grad(rows: Rows) -> Result:
    error, error_scale = _difference_times_total(rows)
    return _jacobian_times(rows, error, error_scale, rows.total * rows.temperature)


@lru_cache(maxsize=64)
def central_difference(step: float, temperature: float) -> Formula:
    """(L(o + h e_j) - L(o - h e_j)) / 2h, exactly, for h = step.

    With a = h/T, w the weight of class j and r the others': where o_j moves from -h to +h, the
    logarithm of the total grows by log(1 + x), x = w (e^a - e^-a) / (r + w e^-a). Half of it,
    u(w, r), is near a w/(w + r), and u(w, r) + u(r, w) = a, so the difference is
    (u(w, r) * sum of the other y - u(r, w) * y_j) / h: the shape of the gradient, and like it
    without cancelling for one-hot y.
    """
    with localcontext(context(60)) as digits:
        ratio = Decimal(step) / Decimal(temperature)
        digits.prec += 2 * max(0, -ratio.adjusted())
        shrink, spread = (-ratio).exp(), ratio.exp() - (-ratio).exp()
        slope = spread / (2 * Decimal(step))

    def formula(rows: Rows) -> Result:
        arithmetic, targets = rows.arithmetic, rows.targets
        shrink_, spread_, slope_ = map(arithmetic.constant, (shrink, spread, slope))

        def half_log_over_step(own: Number, others: Number) -> Number:
            # Not half of log(1 + x), over h: where x is too small for float64, that quotient need not be.
            moved = others + own * shrink_
            return own * slope_ / moved * arithmetic.log1p_ratio(own * spread_ / moved)

        push_rate = half_log_over_step(rows.weights, rows.rest)
        pull = targets.values * half_log_over_step(rows.rest, rows.weights)
        scale = targets.rest_size * arithmetic.magnitude(push_rate) + arithmetic.magnitude(pull)
        return targets.rest * push_rate - pull, scale

    return formula
