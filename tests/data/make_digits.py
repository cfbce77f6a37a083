"""Write ce_viz/data/digits.npz from scikit-learn's copy: ``python -m tests.data.make_digits``."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

from ce_viz.data import DIGITS_FILE


def main() -> None:
    """Store images and labels as bytes; ink is a whole number from 0 to 16, so nothing is lost."""
    digits = load_digits()
    np.savez_compressed(
        DIGITS_FILE, images=digits.images.astype(np.uint8), labels=digits.target.astype(np.uint8)
    )


if __name__ == "__main__":
    main()
