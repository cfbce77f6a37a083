"""Everything that an address can hold: one table of settings, how each is read, written and shown in its widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.core.scenario import (
    LABEL_SMOOTHING_RANGE,
    MAX_CLASSES,
    MODES,
    TEMPERATURE_RANGE,
    Scenario,
    ScenarioError,
)
from ce_viz.core.studies.clipping import CLIPS
from ce_viz.core.studies.derivation import MAX_ABS_INPUT, MAX_INPUTS
from ce_viz.core.studies.pitfalls import NAMES as ROUNDS
from ce_viz.core.studies.precision import DTYPES, QUANTITIES
from ce_viz.core.studies.race import RACE_STEPS
from ce_viz.core.studies.training import (
    BATCH_SIZE_RANGE,
    INITIAL_LEAD_RANGE,
    LEARNING_RATE_RANGE,
    LOSSES,
    MAX_STEPS,
    SEED_RANGE,
    TrainingSettings,
)
from ce_viz.data import NUM_DIGITS
from ce_viz.settings import readers as inputs
from ce_viz.settings.readers import Refused
from ce_viz.strings import LANGUAGES
from ce_viz.strings.numbers import field

_DEFAULT = Scenario()
_TRAINING = TrainingSettings()
STEP_SIZES = (0.05, 5.0)  # of descents on the logits; their sliders can show no other
TRAIN_VIEWS = ("one", "race")
PACES = ("1", "5", "25", "50")  # training steps per frame
WHY_PARTS = ("gradient", "surface", "race", "meaning", "smoothing", "temperature")
TOPICS = ("compare", "breaks", "errors", "chain", "clipping")
CHART_NAMES = (  # those that presenter mode can cover: of Explore, Derivation, Why cross-entropy, Train, Numerics
    *("logits", "probs", "targets", "loss", "probs_grad", "jacobian", "chain_rule", "logits_grad"),
    *("exponentials", "against", "column", "inputs", "weight_grad", "routes"),
    *(
        "gap_gradients",
        "gap_factors",
        "surface_cross_entropy",
        "surface_squared_error",
        "space_cross_entropy",
    ),
    *("space_squared_error", "race_loss", "race_simplex", "race_label", "label_and_model", "loss_parts"),
    *("smoothing_loss", "smoothing_run", "temperature_probs", "temperature_gradient"),
    *(
        "accuracy",
        "weights",
        "weights_grad",
        "pixels",
        "image_grad",
        "mistakes",
        "race_accuracy",
        "race_gradient",
    ),
    *(f"{chart}_{loss}" for loss in LOSSES for chart in ("weights", "probs", "logits_grad")),
    *(f"{part}_{quantity}" for part in ("compare", "breaks") for quantity in QUANTITIES),
    *("errors_log_probs", "errors_logits_grad", "chain_probs_grad", "chain_jacobian", "chain_product"),
    *("clip_loss", "clip_grad"),
)


def _commas(values: tuple[float, ...]) -> str:
    return ",".join(field(value) for value in values)


def _logits(text: str) -> tuple[float, ...]:
    return _by_scenario(lambda values: Scenario(logits=values), text)


def _targets(text: str) -> tuple[float, ...]:
    return _by_scenario(lambda values: Scenario((0.0,) * len(values), values, mode="soft"), text)


def _by_scenario(check: Callable[[tuple[float, ...]], Scenario], text: str) -> tuple[float, ...]:
    """The numbers of ``text``, if a scenario takes them: the rules for values stand there and nowhere else."""
    values = inputs.vector(most=MAX_CLASSES)(text)
    try:
        check(values)
    except ScenarioError as error:
        raise Refused(error.value, error.rule, **error.limits) from error
    return values


def _inputs(text: str) -> tuple[float, ...]:
    """The input x of the layer below the logits."""
    values = inputs.vector(most=MAX_INPUTS, least=1)(text)
    for value in values:
        if not abs(value) <= MAX_ABS_INPUT:
            raise Refused(field(value), "range", low=f"-{MAX_ABS_INPUT:g}", high=f"{MAX_ABS_INPUT:g}")
    return values


def _pair(text: str) -> tuple[int, int] | None:
    """The two classes whose logits span a surface; empty for the two that the page picks itself."""
    pair = inputs.cell(text)
    if pair is not None and pair[0] == pair[1]:
        raise Refused(text, "pair")
    return pair


def _write_cell(cell: tuple[int, int] | None) -> str:
    return "" if cell is None else f"{cell[0]},{cell[1]}"


@dataclass(frozen=True)
class Param:
    """One setting: how a link's text becomes its value and back; ``as_text`` if its widget is a text field."""

    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    as_text: bool = False

    def shown(self, value: Any) -> Any:
        """What the widget of this setting holds for ``value``."""
        return self.write(value).replace(",", ", ") if self.as_text else value

    def taken(self, shown: Any) -> Any:
        """The value of what its widget holds; raises ``Refused``."""
        return self.read(shown) if self.as_text else shown

    def checked(self, value: Any) -> Any:
        """``value`` if a link could hold it: a widget's message may hold what it does not offer; raises ``Refused``."""
        try:
            text = self.write(value)
        except (TypeError, ValueError):
            text = str(value)
        return self.read(text)


PARAMS: Mapping[str, Param] = {
    "logits": Param(_DEFAULT.logits, _logits, _commas, as_text=True),
    "targets": Param(_DEFAULT.targets, _targets, _commas, as_text=True),
    "label": Param(_DEFAULT.label + 1, inputs.whole(1, MAX_CLASSES)),
    "mode": Param(_DEFAULT.mode, inputs.choice(*MODES)),
    "label_smoothing": Param(_DEFAULT.label_smoothing, inputs.real(*LABEL_SMOOTHING_RANGE), field),
    "temperature": Param(_DEFAULT.temperature, inputs.real(*TEMPERATURE_RANGE), field),
    "names": Param((), inputs.names(most=MAX_CLASSES), ",".join, as_text=True),
    "round": Param(ROUNDS[0], inputs.choice(*ROUNDS)),  # of the pitfalls
    "cell": Param(None, inputs.cell, _write_cell),
    "lang": Param("", inputs.choice("", *LANGUAGES)),
    "present": Param(False, inputs.flag, lambda on: str(int(on))),
    "hide": Param((), inputs.choices(*CHART_NAMES), ",".join),
    "step": Param(1, inputs.whole(1, 12)),  # of the derivation
    "x": Param((1.0, -2.0), _inputs, _commas, as_text=True),
    "learning_rate": Param(0.5, inputs.real(*STEP_SIZES), field),
    "train_view": Param(TRAIN_VIEWS[0], inputs.choice(*TRAIN_VIEWS)),
    "train_loss": Param(_TRAINING.loss, inputs.choice(*LOSSES)),
    "train_rate": Param(_TRAINING.learning_rate, inputs.real(*LEARNING_RATE_RANGE), field),
    "train_smoothing": Param(_TRAINING.label_smoothing, inputs.real(*LABEL_SMOOTHING_RANGE), field),
    "train_step": Param(0, inputs.whole(0, MAX_STEPS)),
    "batch_size": Param(_TRAINING.batch_size, inputs.whole(*BATCH_SIZE_RANGE)),
    "seed": Param(_TRAINING.seed, inputs.whole(*SEED_RANGE)),
    "pace": Param("25", inputs.choice(*PACES)),
    "lead": Param(10.0, inputs.real(*INITIAL_LEAD_RANGE), field),
    "image": Param(1612, inputs.whole(1, NUM_DIGITS)),  # a 4 that Train misreads to the end
    "origin": Param("", inputs.origin),
    "free_sum": Param(False, inputs.flag, lambda on: str(int(on))),
    "topic": Param(TOPICS[0], inputs.choice(*TOPICS)),  # of Numerics
    "dtype": Param("float64", inputs.choice(*DTYPES)),
    "clip": Param("1e-7", inputs.choice(*CLIPS)),
    "sample": Param(SAMPLES[0], inputs.choice(*SAMPLES)),  # of Your logits
    "reduction": Param("mean", inputs.choice("mean", "sum")),
    "rows": Param("worst", inputs.choice("worst", "suspects")),
    "part": Param(WHY_PARTS[0], inputs.choice(*WHY_PARTS)),
    "axis": Param("linear", inputs.choice("linear", "log")),
    "surface": Param("contour", inputs.choice("contour", "space")),
    "pair": Param(None, _pair, _write_cell),
    "turn": Param(75, inputs.whole(-180, 180)),
    "race_step": Param(0, inputs.whole(0, RACE_STEPS)),
}

UNDOABLE = ("logits", "targets", "label", "mode", "label_smoothing", "temperature", "names")
"""The settings that make a scenario: what undo takes back and presets set."""
