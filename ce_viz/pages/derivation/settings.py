"""The derivation's own settings: the step of the proof, and the input of the layer below the logits."""

from __future__ import annotations

from ce_viz.core.studies.derivation import MAX_ABS_INPUT, MAX_INPUTS
from ce_viz.settings import readers
from ce_viz.settings.readers import Refused
from ce_viz.settings.setting import Setting
from ce_viz.settings.shared import commas
from ce_viz.strings.numbers import field

NUM_STEPS = 12

CHARTS = (
    *("logits", "probs", "probs_grad", "jacobian", "chain_rule", "logits_grad"),
    *("exponentials", "against", "column", "inputs", "weight_grad", "routes"),
)


def _read_inputs(text: str) -> tuple[float, ...]:
    values = readers.vector(most=MAX_INPUTS, least=1)(text)
    for value in values:
        if not abs(value) <= MAX_ABS_INPUT:
            raise Refused(field(value), "range", low=f"-{MAX_ABS_INPUT:g}", high=f"{MAX_ABS_INPUT:g}")
    return values


SETTINGS = {
    "step": Setting(1, readers.whole(1, NUM_STEPS)),
    "x": Setting((1.0, -2.0), _read_inputs, commas, as_text=True),
}
