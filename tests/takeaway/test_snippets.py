"""The programs that people take away compute what the page shows."""

import importlib.util
import math

import numpy as np
import pytest

from ce_viz.core import Scenario, explain
from ce_viz.takeaway.snippets import LIBRARIES, snippet

IMPORTABLE = [library for library in LIBRARIES if importlib.util.find_spec(library)]
SCENARIOS = {
    "one-hot": Scenario(),
    "smoothed": Scenario(mode="smoothed", label_smoothing=0.2, temperature=2.0),
    "soft": Scenario(mode="soft", temperature=0.5),
    "not one": Scenario(mode="soft", targets=(0.7, 0.7, 0.1)),
    "huge": Scenario((1000.0, 0.0, -1000.0)),
    "masked": Scenario((1.0, 2.0, -math.inf)),
}


@pytest.mark.parametrize("library", IMPORTABLE)
@pytest.mark.parametrize("case", SCENARIOS)
def test_program_gives_the_pages_loss_and_gradient(library, case):
    scenario = SCENARIOS[case]
    left: dict = {}
    exec(snippet(library, scenario), left)
    explanation = explain(scenario)
    gradient = (
        explanation.probs_minus_targets
        if (library, case) == ("tensorflow", "not one")
        else explanation.logits_grad
    )
    assert float(left["loss"]) == pytest.approx(explanation.loss, rel=1e-12, abs=1e-12)
    assert np.allclose(np.asarray(left["grad"]), gradient, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("case", SCENARIOS)
def test_program_is_python(library, case):
    compile(snippet(library, SCENARIOS[case]), library, "exec")
