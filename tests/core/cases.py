"""Rows of logits and targets that break softmax code, and the oracle's answers to them, worked out once."""

import contextlib
import functools
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from ce_viz.core import descent, softmax
from ce_viz.core.exact import evaluate as _evaluate
from tests.core import oracle

INF = float("inf")
TINY = 5e-324  # the smallest float64 above 0
HUGE = float(np.finfo(np.float64).max)


class Case(NamedTuple):
    name: str
    logits: tuple[float, ...]
    targets: tuple[float, ...]
    temperature: float = 1.0
    digits: int = oracle.DIGITS  # with which the oracle works

    def __str__(self) -> str:
        return self.name

    @property
    def weighs_a_masked_class(self) -> bool:
        return any(o == -INF and y > 0 for o, y in zip(self.logits, self.targets, strict=True))

    def vector(self) -> np.ndarray:
        """Something to multiply the Jacobian with, the same in each run."""
        return np.random.default_rng(zlib.crc32(self.name.encode())).normal(size=len(self.logits))


@contextlib.contextmanager
def _double_double_first() -> Iterator[None]:
    """Few entries go straight to decimals; the second road shows that double-double knows its limits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_evaluate, "FEW", 0)
        patch.setattr(descent, "FEW", 0)
        yield


ARITHMETICS = {"as it comes": contextlib.nullcontext, "double-double first": _double_double_first}


@functools.cache
def exact(quantity: str, case: Case, step: float | None = None) -> object:
    """The oracle's function of that name for a case."""
    with mpmath.workdps(case.digits):
        logits, targets = oracle.numbers(case.logits), oracle.numbers(case.targets)
        temperature = mpf(case.temperature)
        function = getattr(oracle, quantity)
        if quantity == "jacobian_product":
            return function(logits, oracle.numbers(case.vector()), temperature)
        if quantity in ("softmax", "log_softmax", "jacobian", "softmax_entropy"):
            return function(logits, temperature)
        if quantity == "entropy":
            return function(targets)
        if quantity == "kl_divergence":
            return function(targets, logits, temperature)
        if step is not None:
            return function(logits, targets, temperature, mpf(step))
        return function(logits, targets, temperature)


def _one_hot(count: int, label: int) -> tuple[float, ...]:
    return tuple(float(k == label) for k in range(count))


def _gaps() -> Iterator[Case]:
    """A winner further and further ahead, rightly or wrongly."""
    for gap in (
        20.0,
        36.7,
        37.0,
        40.0,
        100.0,
        300.0,
        600.0,
        690.0,
        710.0,
        744.0,
        745.0,
        746.0,
        900.0,
        1e4,
        1e308,
    ):
        yield Case(f"label behind by {gap:g}", (gap, 0.0), (0.0, 1.0))
        yield Case(f"label ahead by {gap:g}", (gap, 0.0, -3.0), (1.0, 0.0, 0.0))
        yield Case(f"soft label, {gap:g} between", (gap, 0.0, -gap / 2), (0.2, 0.3, 0.5))
    for gap in (340.0, 352.0, 360.0, 370.0, 373.0):  # where the square of 1 - S leaves float64
        yield Case(f"square of an error at {gap:g}", (gap, 0.0, -3.0, 5.0), (1.0, 0.0, 0.0, 0.0))
        yield Case(f"cool label ahead by {gap:g}", (gap * 3e-9, 0.0, -3e-9), (1e-9, 0.0, 0.0), 3e-9)


def _ranges() -> Iterator[Case]:
    """The ends of float64: in the logits, the temperature, the targets."""
    third = (0.2, 0.3, 0.5)
    yield Case("logits 1e308", (1e308, -1e308, 0.0), third)
    yield Case("neighbours at the end of the range", (HUGE, float(np.nextafter(HUGE, 0)), -HUGE), third)
    yield Case("logits 1e308, as hot", (1.7e308, -1.7e308, 0.0), third, 1e308)
    yield Case("hottest", (1.7e308, -1.7e308, 0.0), third, HUGE)
    yield Case("coldest", (TINY, 0.0, -TINY), third, TINY)
    yield Case("coldest, one logit of size 1", (TINY, 0.0, 1.0), third, TINY)
    yield Case("cold 1e-308", (1e-308, 0.0, TINY), third, 1e-308)
    yield Case("cold 1e-308, usual logits", (1.0, 2.0, 3.0), (1.0, 0.0, 0.0), 1e-308)
    yield Case("subnormal logits", (TINY, 0.0, 1e-310), (0.5, 0.25, 0.25))
    yield Case("subnormal targets", (1.0, 2.0, 3.0), (TINY, 1e-320, 1e-310))
    yield Case("huge targets", (1.0, 2.0, 3.0), (1e308, 1e307, 0.0))
    yield Case("targets of all sizes", (1.0, 800.0, 3.0), (1e300, 1e-300, TINY))
    yield Case("huge target of a lost class", (700.0, 0.0, 3.0), (1e300, 1e-300, 0.0))
    yield Case("tiny targets, cold", (1.0, 2.0, 3.0), (1e-300, 1e-310, 0.0), 1e-5)
    yield Case("tiny loss times a large target", (720.0, 0.0), (1e10, 0.0))
    yield Case("tiny target, tiny probability", (0.0, 900.0, 1.0), (1e-50, 1.0, 1e-300))
    yield Case("hot", (1.0, 2.0, 3.0), (0.5, 0.25, 0.25), 1e10)
    yield Case("cool", (1e-10, 2e-9, 3e-9), (0.5, 0.25, 0.25), 1e-10)


def _usual() -> Iterator[Case]:
    """Numbers that look harmless."""
    yield Case("default", (2.0, 1.0, 0.1), (0.7, 0.2, 0.1))
    yield Case("one-hot", (2.0, 1.0, 0.1), (0.0, 1.0, 0.0))
    yield Case("targets with sum 4.5", (2.0, 1.0, 0.1), (3.0, 1.0, 0.5))
    yield Case("no targets at all", (1.0, 2.0, 3.0), (0.0, 0.0, 0.0))
    yield Case("negative targets", (1.0, 2.0, 3.0), (-2.5, 2.0, 0.5))
    yield Case("negative targets that cancel", (40.0, 2.0, 3.0, 1.0), (-2.5, 2.0, 0.5, -1e-20))
    yield Case("shift that rounds", (0.1, 300.3, -5.7, 12.1), (0.0, 1.0, 0.0, 0.0))
    yield Case("shift that rounds, T = 0.1", (0.1, 300.3, -5.7, 12.1), (0.0, 0.0, 0.0, 1.0), 0.1)
    yield Case("offset 1e15", (1e15 + 1, 1e15, 1e15 - 3.5), (0.0, 1.0, 0.0))
    yield Case("T = 0.05", (0.1, 0.3, -0.7, 0.2), (0.1, 0.2, 0.3, 0.4), 0.05)
    yield Case("T = 20", (1.0, 2.0, 3.0), (0.0, 1.0, 0.0), 20.0)
    yield Case("one class", (3.0,), (1.0,))
    yield Case("one class, any target", (-1e308,), (0.3,))
    yield Case("masked", (1.0, -INF, 2.0), (1.0, 0.0, 0.0))
    yield Case("several masked", (-INF, -INF, 2.0, 3.0, -INF), (0.0, 0.0, 0.5, 0.5, 0.0))
    yield Case("one class left", (-INF, 5.0), (0.0, 1.0))
    yield Case("weight on a masked class", (1.0, -INF, 2.0), (0.5, 0.5, 0.0))


def _optima() -> Iterator[Case]:
    """Softmax equal to the targets, or nearly: what is left is all cancellation."""
    yield Case("uniform", (0.0,) * 4, (0.25,) * 4)
    yield Case("uniform in thirds", (1.5,) * 3, (1 / 3,) * 3)
    yield Case("uniform, 30 classes", (1.5,) * 30, (1 / 30,) * 30)
    yield Case("tie at the top", (1.0, 1.0, 0.0), (0.5, 0.5, 0.0))
    for nearly in (1e-9, 1e-20, 1e-100, 1e-300, TINY):
        yield Case(f"uniform but for {nearly:g}", (nearly, 0.0), (0.5, 0.5))
    yield Case("target next to 1", (0.0, 36.7), (1e-16, 1 - 2**-53))
    yield Case("smoothed label, learnt", (40.0, 0.0, 0.0, 0.0), (0.925, 0.025, 0.025, 0.025))
    rng = np.random.default_rng(1)
    for count, spread in ((2, 1.0), (4, 3.0), (7, 1.0), (20, 5.0), (60, 1.0)):
        logits = rng.normal(size=count) * spread
        targets = tuple(np.asarray(softmax(logits)).tolist())
        yield Case(f"optimum of {count}", tuple(logits.tolist()), targets)
        beside = tuple((logits + 1e-9 * rng.normal(size=count)).tolist())
        yield Case(f"beside the optimum of {count}", beside, targets)


def _drawn() -> Iterator[Case]:
    rng = np.random.default_rng(2)
    for count in (2, 3, 5, 11, 17, 30, 60):
        for spread in (1e-8, 1.0, 10.0, 100.0, 1000.0):
            logits = tuple((rng.normal(size=count) * spread).tolist())
            targets = tuple(rng.dirichlet(np.full(count, 0.3)).tolist())
            temperature = float(rng.choice([1.0, 0.05, 20.0, 0.7]))
            yield Case(f"drawn, {count} of {spread:g}", logits, targets, temperature)


def _wide() -> Iterator[Case]:
    """A thousand classes."""
    rng = np.random.default_rng(3)
    some = tuple(rng.dirichlet(np.full(1000, 0.1)).tolist())
    for spread in (1e-3, 1.0, 50.0, 400.0):
        yield Case(
            f"1000 of {spread:g}",
            tuple((rng.normal(size=1000) * spread).tolist()),
            some,
            digits=60 if spread < 10 else 350,
        )
    yield Case("1000 equal", (0.0,) * 1000, (1e-3,) * 1000, digits=60)
    logits = rng.normal(size=1000)
    yield Case(
        "1000 at the optimum", tuple(logits.tolist()), tuple(np.asarray(softmax(logits)).tolist()), digits=80
    )
    logits[::3] = -INF
    yield Case("1000, a third masked", tuple(logits.tolist()), _one_hot(1000, 1), 1.3, digits=60)
    logits[5] = 300.0
    yield Case("1000 and a sure winner", tuple(logits.tolist()), _one_hot(1000, 5), digits=350)


HARD = [*_usual(), *_gaps(), *_ranges(), *_optima(), *_drawn()]
WIDE = list(_wide())
CASES = [*HARD, *WIDE]
