"""Gradient descent on the logits themselves."""

import math
import operator
from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core._inputs import cast, positive, rows_input
from ce_viz.core.arrays import Array, FloatArray, Mask
from ce_viz.core.exact import formulas as _formulas
from ce_viz.core.exact.arithmetic import Arithmetic, DoubleDoubles, Number, decimals
from ce_viz.core.exact.evaluate import FEW, FIRST_DIGITS, TOLERANCE, Block
from ce_viz.core.exact.formulas import Formula
from ce_viz.core.exact.rows import Rows

_LOSSES: dict[str, Formula] = {
    "cross_entropy": _formulas.logits_grad,
    "squared_error": _formulas.squared_error_grad,
}
_MOST_DIGITS = 1024  # the path of a learning rate that amplifies errors beyond all measure ends here


def gradient_descent(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
    loss: str = "cross_entropy",
    temperature: float = 1.0,
) -> FloatArray:
    """The path of ``o <- o - learning_rate * dL/do`` from the given logits.

    The exact variant: the path is carried with more digits than it is given back with, so that
    it does not drift away from the path of exact arithmetic.

    Args:
      logits: Start o, shape ``(..., K)``; a class masked by ``-inf`` stays masked.
      targets: y, finite, same shape (batch axes broadcast).
      learning_rate: eta, finite.
      steps: Number of steps, an integer >= 0.
      loss: "cross_entropy", or "squared_error" for half the squared error of the probabilities.
      temperature: T, finite and > 0.
    Returns:
      Path, shape ``(steps + 1, ..., K)``, the start first; within 1 ULP of the exact path, type of
      the logits.
    Raises:
      ValueError: Shapes that do not fit, infinite targets, or a number or loss out of its range.

    Example:
      >>> gradient_descent([0.0, 0.0], [1.0, 0.0], learning_rate=2.0, steps=1)
      array([[ 0.,  0.],
             [ 1., -1.]])
    """
    rows = rows_input(logits, "targets", targets)
    if not math.isfinite(learning_rate):
        raise ValueError(f"learning_rate must be finite, got {learning_rate}")
    if loss not in _LOSSES:
        raise ValueError(f"loss must be one of {tuple(_LOSSES)}, got {loss!r}")
    block = Block(rows.logits, rows.operand, positive("temperature", temperature))
    path = _exact_path(block, _LOSSES[loss], float(learning_rate), _step_count(steps))  # (steps + 1, N, K)
    path[:, rows.logits == -np.inf] = -np.inf
    path[:, block.undefined] = np.nan
    path[0] = rows.logits
    return cast(path.reshape(len(path), *rows.leading, -1), rows.kind)


def _step_count(steps: int) -> int:
    try:
        count = operator.index(steps)
    except TypeError:
        count = -1
    if count < 0:
        raise ValueError(f"steps must be an integer >= 0, got {steps!r}")
    return count


def _exact_path(block: Block, formula: Formula, rate: float, steps: int) -> Array:
    """Each row's path rounded to float64, (steps + 1, N, K)."""
    path = np.empty((steps + 1, *block.logits.shape))
    unsure: Mask = ~block.undefined
    if block.logits.size > FEW:
        with np.errstate(all="ignore"):
            path, sure = _path_twice(DoubleDoubles(), block, formula, rate, steps)
        unsure = unsure & (block.out_of_range | ~sure)
    for row in np.flatnonzero(unsure).tolist():
        single = block.single_row(row)
        digits = FIRST_DIGITS
        while True:
            arithmetic = decimals(digits)
            with localcontext(arithmetic.context):
                path[:, [row]], sure = _path_twice(arithmetic, single, formula, rate, steps)
            if sure.all() or digits >= _MOST_DIGITS:
                break
            digits *= 2
    return path


def _path_twice(
    arithmetic: Arithmetic, block: Block, formula: Formula, rate: float, steps: int
) -> tuple[Array, Mask]:
    """The path, and for which rows (N,) it is right.

    A second run differs from the first by some rounding errors at each step. How far it ends up
    from the first shows what the descent makes of an error, be it damped or amplified.
    """
    path = np.empty((steps + 1, *block.logits.shape))
    sure = np.ones(len(block.logits), dtype=np.bool_)
    step_size = arithmetic.constant(Decimal(rate))
    runs = (_path(arithmetic, block, formula, step_size, errors=errors) for errors in (0, 16))
    for step, (logits, perturbed) in enumerate(islice(zip(*runs, strict=True), steps + 1)):
        path[step] = arithmetic.rounded(logits)
        deviation = np.abs(arithmetic.rounded(logits - perturbed))
        sure &= (deviation <= np.abs(path[step]) * (4 * TOLERANCE)).all(axis=-1)
    return path, sure


def _path(
    arithmetic: Arithmetic, block: Block, formula: Formula, rate: Number, *, errors: int
) -> Iterator[Number]:
    """The logits after each step, with so many rounding errors added at every step."""
    magnitude = arithmetic.magnitude
    # Of alternating sign, since softmax does not notice what is added to all logits alike.
    signs = np.where(np.arange(block.logits.shape[-1]) % 2, errors, -errors)
    temperature = arithmetic.constant(Decimal(block.temperature))
    logits = arithmetic.lift(block.logits)
    while True:
        yield logits
        peak = np.where(block.masked, -np.inf, arithmetic.rounded(logits)).argmax(axis=-1)
        rows = Rows(
            arithmetic, logits, operand=block.operand, masked=block.masked, peak=peak, temperature=temperature
        )
        gradient, scale = formula(rows)
        error = (scale * magnitude(rate) + magnitude(logits) / 1024) * arithmetic.resolution
        logits = logits - gradient * rate + error * signs
