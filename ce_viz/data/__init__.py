"""Small real data that ships with the app; what it is and whose it is, in README.md beside this file.

This folder knows nobody: it reads files into NumPy arrays and hands them over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIGITS_FILE", "NUM_DIGITS", "Digits", "load_digits"]

DIGITS_FILE = Path(__file__).parent / "digits.npz"
NUM_DIGITS = 1797


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Handwritten digits, read-only."""

    images: NDArray[np.uint8]  # (1797, 8, 8) ink in 0..16, row 0 on top
    labels: NDArray[np.uint8]  # (1797,) the digit written, 0..9


@cache
def load_digits() -> Digits:
    """The 1,797 handwritten digits of the UCI repository, in scikit-learn's order.

    Read once per process; every caller shares the same read-only arrays.

    Source: Alpaydin & Kaynak 1998, doi:10.24432/C50P49, CC BY 4.0.

    >>> load_digits().images.shape
    (1797, 8, 8)
    """
    with np.load(DIGITS_FILE, allow_pickle=False) as file:
        digits = Digits(images=file["images"], labels=file["labels"])
    # One array serves all visitors, so nobody may write to it.
    digits.images.setflags(write=False)
    digits.labels.setflags(write=False)
    return digits
