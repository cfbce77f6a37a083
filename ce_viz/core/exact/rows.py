"""Intermediate quantities that the formulas share: softmax weights before the division, targets, logarithms."""

from functools import cached_property

import numpy as np

from ce_viz.core.arrays import Array, Indices, Mask
from ce_viz.core.exact.arithmetic import Arithmetic, Number


class Rows:
    """The softmax of n rows, not yet divided, and the operand of a formula.

    S is ``weights / total`` and 1 - S is ``rest / total``; both keep all their digits.
    Each quantity is worked out when a formula first asks for it, and kept.
    """

    def __init__(
        self,
        arithmetic: Arithmetic,
        logits: Number,  # (n, K), finite
        *,
        operand: Array,  # (n, K), targets, or the vector of a product with the Jacobian
        masked: Mask,  # (n, K), classes of weight 0
        peak: Indices,  # (n,), column of each row's largest logit
        temperature: Number,
    ) -> None:
        self.arithmetic = arithmetic
        self.logits = logits
        self.operand = operand
        self.masked = masked
        self.any_masked = bool(masked.any())
        self.peak = peak
        self.temperature = temperature
        self.zero = arithmetic.zero
        self._rows, self._columns = np.arange(operand.shape[0]), np.arange(operand.shape[1])

    def at(self, values: Number, column: Indices) -> Number:
        """One entry of each row, (n, 1)."""
        return values[self._rows, column][:, None]

    def sums(self, values: Number, largest: Indices) -> tuple[Number, Number]:
        """Sums of each row, (n, 1), and of all entries but one, (n, K).

        The latter is the total minus the entry, except for the largest entry: there
        the difference would cancel.
        """
        select = self.arithmetic.select
        dominant = self._columns == largest[:, None]
        others = select(dominant, self.zero, values).sum(axis=-1, keepdims=True)
        total = self.at(values, largest) + others
        return total, select(dominant, others, total - values)

    @cached_property
    def shifted(self) -> Number:
        """(o - max o) / T, (n, K): the difference first, since rounding the quotients would spoil it."""
        return (self.logits - self.at(self.logits, self.peak)) / self.temperature

    @cached_property
    def weights(self) -> Number:
        """exp(shifted), up to a power of two, (n, K)."""
        weights = self.arithmetic.weights(self.shifted)
        return self.arithmetic.select(self.masked, self.zero, weights) if self.any_masked else weights

    @cached_property
    def _sums(self) -> tuple[Number, Number]:
        return self.sums(self.weights, self.peak)

    @property
    def total(self) -> Number:
        """Sum of the weights, (n, 1)."""
        return self._sums[0]

    @property
    def rest(self) -> Number:
        """Sum of the other weights, (n, K)."""
        return self._sums[1]

    @cached_property
    def log_total(self) -> Number:
        """-log S of the largest logit, (n, 1): the logarithm of 1 + the others, exact near 0."""
        others = self.at(self.rest, self.peak) / self.at(self.weights, self.peak)
        return others * self.arithmetic.log1p_ratio(others)

    @cached_property
    def neg_log_probs(self) -> Number:
        """-log S, (n, K); of masked classes meaningless."""
        return self.log_total - self.shifted

    @cached_property
    def targets(self) -> "Targets":
        return Targets(self)

    @cached_property
    def log_targets(self) -> Number:
        """log y, (n, K), and 0 where y = 0."""
        return self.arithmetic.log(np.where(self.operand > 0, self.operand, 1.0))

    @cached_property
    def loss_terms(self) -> Number:
        """-y log S, (n, K)."""
        return self.weighted(self.neg_log_probs)

    def weighted(self, logarithms: Number) -> Number:
        """y times logarithms, (n, K): for a masked class infinite, or 0 if it has no weight."""
        terms = self.targets.values * logarithms
        if not self.any_masked:
            return terms
        with np.errstate(invalid="ignore"):
            infinite = np.where(self.operand == 0, 0.0, self.operand * np.inf)
        return self.arithmetic.select(self.masked, self.arithmetic.lift(infinite), terms)


class Targets:
    """The operand read as label weights y."""

    def __init__(self, rows: Rows) -> None:
        magnitude, lift = rows.arithmetic.magnitude, rows.arithmetic.lift
        largest = np.abs(rows.operand).argmax(axis=-1)
        self.values = lift(rows.operand)  # (n, K)
        self.total, self.rest = rows.sums(self.values, largest)  # (n, 1); (n, K), sum of the other y
        self.rest_size = magnitude(self.rest)
        if (rows.operand < 0).any():  # then the sum of the others may itself cancel
            self.rest_size = magnitude(rows.sums(lift(np.abs(rows.operand)), largest)[1])
