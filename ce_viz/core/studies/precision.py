"""Four formulas for softmax and cross-entropy in three floating types: what each gives, and when it breaks.

Every intermediate result is rounded to the type, as code written in that type rounds it; overflow, 0 and NaN
are results like any other and are kept. "ours" are the functions of this package.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core.arrays import Array, FloatArray, Mask, read_only
from ce_viz.core.losses import cross_entropy, cross_entropy_grad
from ce_viz.core.once import once_per_key
from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.core.softmax import log_softmax, softmax
from ce_viz.core.studies.reference import exact_values, ulp_error, underflow_threshold

FORMULAS = ("naive", "shifted", "log_sum_exp", "ours")
QUANTITIES = ("probs", "log_probs", "loss", "logits_grad")
DTYPES = ("float16", "float32", "float64")
GAP_RANGE = (0.5, 1000.0)  # leads of the winner that `gap_sweep` covers


def significant_bits(dtype: str) -> int:
    """Bits of the type's significand: an error of ``2^bits`` ULP leaves nothing of a result."""
    return int(np.finfo(dtype).nmant) + 1


class Results(NamedTuple):
    """What a formula gives, each of shape ``(...)`` and in the type it was computed in."""

    probs: FloatArray  # S of the winner
    log_probs: FloatArray  # log S of the winner, nats
    loss: FloatArray  # -sum_k y_k log S_k, nats
    logits_grad: FloatArray  # dL/do of class `label`


def evaluate(
    formula: str, logits: ArrayLike, targets: ArrayLike, label: int, *, dtype: str, temperature: float = 1.0
) -> Results:
    """One of `FORMULAS` in one of `DTYPES`, on the inputs as that type stores them.

    ======================  ===========================================================
    ``"naive"``             ``S = exp(o) / sum exp(o)``, then ``log S``
    ``"shifted"``           the same on ``o - max(o)``
    ``"log_sum_exp"``       ``log S = o - (max + log sum exp(o - max))``, then ``S = exp(log S)``
    ``"ours"``              `softmax`, `log_softmax`, `cross_entropy`, `cross_entropy_grad`
    ======================  ===========================================================

    The first three end with ``L = -sum y log S`` and ``dL/do = (S sum(y) - y) / T``. Classes with target 0
    are left out of the loss in all four, so that 0 * log 0 does not decide the comparison.

    Args:
      formula: One of `FORMULAS`.
      logits: Shape ``(..., K)``; ``-inf`` masks a class.
      targets: Shape ``(..., K)`` or ``(K,)``.
      label: The class whose gradient is wanted, from 0.
      dtype: The type of all inputs, intermediate results and results.
      temperature: T > 0.
    """
    o = np.asarray(logits, dtype=dtype)
    y = np.broadcast_to(np.asarray(targets, dtype=dtype), o.shape)
    winner = o.argmax(axis=-1)[..., None]
    if formula == "ours":
        T = float(np.dtype(dtype).type(temperature))
        probs, log_probs = softmax(o, temperature=T), log_softmax(o, temperature=T)
        loss = cross_entropy(o, y, temperature=T)
        grad = cross_entropy_grad(o, y, temperature=T)[..., label]
    else:
        T = np.dtype(dtype).type(temperature)
        with np.errstate(all="ignore"):  # the failures are what is wanted here
            probs, log_probs = _TEXTBOOK[formula](o / T)
            loss = _sum(np.where(y == 0, y, -y * log_probs))[..., 0]
            grad = (probs[..., label] * _sum(y)[..., 0] - y[..., label]) / T
    winner_probs, winner_log_probs = (
        np.take_along_axis(x, winner, axis=-1)[..., 0] for x in (probs, log_probs)
    )
    return Results(winner_probs, winner_log_probs, loss, grad)


def _sum(values: FloatArray) -> FloatArray:
    # np.sum would add float16 numbers in float32 and round once; a running sum rounds at every step.
    return np.add.accumulate(values, axis=-1)[..., -1:]


def _naive(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    weights = np.exp(z)
    probs = weights / _sum(weights)
    return probs, np.log(probs)


def _shifted(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    return _naive(z - z.max(axis=-1, keepdims=True))


def _log_sum_exp(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    peak = z.max(axis=-1, keepdims=True)
    log_probs = z - (peak + np.log(_sum(np.exp(z - peak))))
    return np.exp(log_probs), log_probs


_TEXTBOOK = {"naive": _naive, "shifted": _shifted, "log_sum_exp": _log_sum_exp}


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """All formulas in all types on one row of logits; axes follow QUANTITIES, FORMULAS and DTYPES."""

    winner: int  # class of the largest logit, the first of a tie
    label: int  # class whose gradient is compared
    lead: float  # (winner's logit - the next one) / T; inf where all others are masked
    behind: float  # (the best other class's logit - the label's) / T; negative where the label leads
    values: Array  # (4, 4, 3), results; each is a number of its type
    ulp_errors: Array  # (4, 4, 3), in ULP of the type; inf where a result is NaN or wrongly infinite
    lost: Array  # (4, 4, 3), share of the type's bits that the error reaches: 0 to 1 ULP is 0, all of them 1
    exact: tuple[tuple[str, ...], ...]  # (4, 3), 20 significant digits, of the inputs as the type stores them


@once_per_key(maxsize=256)
def compare_formulas(
    logits: tuple[float, ...], targets: tuple[float, ...], label: int, temperature: float = 1.0
) -> Comparison:
    """Results, exact values and errors of all formulas in all types.

    The exact value belongs to the inputs as rounded to the type: the error is the formula's own, not that of
    writing 0.1 in float16.
    """
    values = np.empty((len(QUANTITIES), len(FORMULAS), len(DTYPES)))
    errors = np.empty_like(values)
    exact = []
    for d, dtype in enumerate(DTYPES):
        o, y, (T,) = (tuple(map(float, np.array(x, dtype))) for x in (logits, targets, (temperature,)))
        truth = exact_values(o, y, label, T)
        exact.append([f"{value:.20g}" for value in truth])
        for f, formula in enumerate(FORMULAS):
            values[:, f, d] = evaluate(formula, o, y, label, dtype=dtype, temperature=T)
            errors[:, f, d] = [ulp_error(v, t, dtype) for v, t in zip(values[:, f, d], truth, strict=True)]
    bits = np.array([significant_bits(dtype) for dtype in DTYPES])
    winner = int(np.argmax(logits))
    return Comparison(
        winner=winner,
        label=label,
        lead=-_behind(logits, winner, temperature),
        behind=_behind(logits, label, temperature),
        values=read_only(values),
        ulp_errors=read_only(errors),
        lost=read_only(np.clip(np.log2(np.maximum(errors, 1)) / bits, 0, 1)),
        exact=tuple(zip(*exact, strict=True)),
    )


def _behind(logits: tuple[float, ...], k: int, temperature: float) -> float:
    best = max(logit for n, logit in enumerate(logits) if n != k)
    return (best - logits[k]) / temperature


@once_per_key(maxsize=len(DTYPES))
def first_breaks(dtype: str) -> Array:
    """The first logit x at which each formula breaks on ``o = [x, 0]``, found by trying the formula itself.

    Broken is a result that is NaN or infinite, or 0 although the exact value is not: nothing of it is right.
    The label is the winner, except for the loss, which is that of the other class: the winner's own loss is
    ``-log_probs``.

    Returns:
      Shape ``(4, 4)``, axes QUANTITIES and FORMULAS; inf where nothing breaks up to `MAX_ABS_LOGIT`.
    """
    return read_only(np.array([[_first_break(q, f, dtype) for f in FORMULAS] for q in QUANTITIES]))


def _broken(quantity: str, formula: str, dtype: str, x: FloatArray) -> Mask:
    label = int(quantity == "loss")
    o = np.stack([x, np.zeros_like(x)], axis=-1)
    result = getattr(evaluate(formula, o, np.eye(2)[label], label, dtype=dtype), quantity)
    # Past the threshold the exact log-softmax and gradient are themselves nearer to 0 than to any number.
    return ~np.isfinite(result) | ((result == 0) & (x < underflow_threshold(dtype)))  # type: ignore[no-any-return]


def _first_break(quantity: str, formula: str, dtype: str) -> float:
    points, cells_back = 4096, 8
    grid = np.geomspace(0.5, MAX_ABS_LOGIT, points).astype(dtype)
    while (broken := _broken(quantity, formula, dtype, grid)).any():
        at = int(broken.argmax())
        if grid[at - 1] == np.nextafter(grid[at], grid.dtype.type(0)):
            return float(grid[at])
        # exp(x) + 1 is a tie every other time near its break, so that the naive formula breaks and recovers
        # by turns: looking some cells back finds the first of these and not just any.
        grid = np.unique(np.linspace(grid[max(at - cells_back, 0)], grid[at], points).astype(dtype))
    return np.inf


@dataclass(frozen=True, eq=False, slots=True)
class GapSweep:
    """Error against the winner's lead: ``o = [gap, 0]``, the label is the winner."""

    gaps: Array  # (G,), the middle of each step, steps of equal ratio
    log_probs: Array  # (4, G), worst error of the winner's log-softmax in each step, ULP; the loss's too
    logits_grad: Array  # (4, G), the same of the true class's gradient


@once_per_key(maxsize=len(DTYPES))
def gap_sweep(dtype: str) -> GapSweep:
    """Errors of all `FORMULAS` for leads in `GAP_RANGE`.

    Each step holds the worst of eight gaps: a single one can be lucky, and a bound is what one wants to know.
    Past `underflow_threshold` the exact values round to 0, and a formula that gives 0 is right again.
    """
    steps, per_step = 100, 8
    points = np.geomspace(*GAP_RANGE, steps * per_step)
    gaps = points.astype(dtype)
    truth = [exact_values((float(gap), 0.0), (1.0, 0.0), 0) for gap in gaps]
    o = np.stack([gaps, np.zeros_like(gaps)], axis=-1)
    results = [evaluate(formula, o, (1.0, 0.0), 0, dtype=dtype) for formula in FORMULAS]

    def worst(name: str) -> Array:
        errors = [
            [
                ulp_error(float(v), getattr(t, name), dtype)
                for v, t in zip(getattr(r, name), truth, strict=True)
            ]
            for r in results
        ]
        return read_only(np.array(errors).reshape(-1, steps, per_step).max(axis=-1))

    middles = np.exp(np.log(points).reshape(steps, per_step).mean(axis=-1))
    return GapSweep(read_only(middles), worst("log_probs"), worst("logits_grad"))
