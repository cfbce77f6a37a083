"""Both ways to a number: as the core chooses, and double-double arithmetic even for a few entries."""

import pytest

from ce_viz.core import descent
from ce_viz.core.exact import evaluate as _evaluate


@pytest.fixture(params=["as it comes", "double-double first"])
def either_arithmetic(request, monkeypatch):
    """Few entries go straight to decimals; the second road shows that double-double knows its limits."""
    if request.param == "double-double first":
        monkeypatch.setattr(_evaluate, "FEW", 0)
        monkeypatch.setattr(descent, "FEW", 0)
