"""Scenario: what a person set, checked once, the only place where input is judged."""

import math
from dataclasses import dataclass

from ce_viz.core.labels import mixed_exactly

MIN_CLASSES = 2
MAX_CLASSES = 100
MAX_ABS_LOGIT = 1e4
MAX_TARGET = 1000.0  # the sum of 100 such weights is far from the end of every type but float16
TEMPERATURE_RANGE = (0.05, 20.0)
LABEL_SMOOTHING_RANGE = (0.0, 1.0)
MODES = ("one-hot", "smoothed", "soft")

_LONGEST_VALUE = 40


class ScenarioError(ValueError):
    """A setting that breaks a rule; pages translate it by ``rule``, the message is for programs.

    Attributes:
      field: Name of the `Scenario` field.
      value: Short ``repr`` of what was given.
      rule: One of "count", "length", "range", "finite", "non_negative", "label", "mode", "all_masked".
      limits: The numbers of the rule, as text, by name (``{"low": "0.05", "high": "20"}``).
    """

    def __init__(self, field: str, value: object, rule: str, words: str, **limits: str) -> None:
        text = repr(value)
        if len(text) > _LONGEST_VALUE:
            text = text[: _LONGEST_VALUE - 1] + "…"
        super().__init__(f"{field} {words}, got {text}")
        self.field = field
        self.value = text
        self.rule = rule
        self.limits = limits


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of logits with its label, hashable and comparable.

    Example:
      >>> Scenario(logits=(2.0, 1.0), label=1).effective_targets
      (0.0, 1.0)
      >>> Scenario(temperature=-1)
      Traceback (most recent call last):
      ...
      ce_viz.core.scenario.ScenarioError: temperature must be in [0.05, 20], got -1
    """

    logits: tuple[float, ...] = (2.0, 1.0, 0.1)  # K raw scores, -inf masks a class
    targets: tuple[float, ...] = (0.7, 0.2, 0.1)  # weights in [0, 1000]; in mode "soft" K of them, and used
    label: int = 1  # 0-based class, used in modes "one-hot" and "smoothed"
    mode: str = "one-hot"  # one of MODES
    label_smoothing: float = 0.1  # in [0, 1], used in mode "smoothed"
    temperature: float = 1.0  # T > 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "logits", _numbers("logits", self.logits))
        object.__setattr__(self, "targets", _numbers("targets", self.targets))
        self._check_logits()
        if self.mode not in MODES:
            raise ScenarioError(
                "mode", self.mode, "mode", f"must be one of {MODES}", options=", ".join(MODES)
            )
        _check_label(self.label, len(self.logits))
        _check_range("temperature", self.temperature, TEMPERATURE_RANGE)
        _check_range("label_smoothing", self.label_smoothing, LABEL_SMOOTHING_RANGE)
        self._check_targets()

    def _check_logits(self) -> None:
        count = len(self.logits)
        if not MIN_CLASSES <= count <= MAX_CLASSES:
            raise ScenarioError(
                "logits",
                count,
                "count",
                f"must have {MIN_CLASSES} to {MAX_CLASSES} classes",
                low=str(MIN_CLASSES),
                high=str(MAX_CLASSES),
            )
        for logit in self.logits:
            if math.isnan(logit) or logit == math.inf:
                raise ScenarioError("logits", logit, "finite", "must be finite or -inf")
            if abs(logit) > MAX_ABS_LOGIT and logit != -math.inf:
                limit = f"{MAX_ABS_LOGIT:g}"
                raise ScenarioError(
                    "logits",
                    logit,
                    "range",
                    f"must be in [-{limit}, {limit}] or -inf",
                    low=f"-{limit}",
                    high=limit,
                )
        if all(logit == -math.inf for logit in self.logits):
            raise ScenarioError("logits", self.logits, "all_masked", "must leave at least one class unmasked")

    def _check_targets(self) -> None:
        if self.mode == "soft" and len(self.targets) != len(self.logits):
            raise ScenarioError(
                "targets",
                len(self.targets),
                "length",
                f"must have as many entries as logits ({len(self.logits)})",
                expected=str(len(self.logits)),
            )
        for target in self.targets:
            if not math.isfinite(target):
                raise ScenarioError("targets", target, "finite", "must be finite")
            if target < 0:
                raise ScenarioError("targets", target, "non_negative", "must be >= 0")
            _check_range("targets", target, (0.0, MAX_TARGET))

    @property
    def effective_targets(self) -> tuple[float, ...]:
        """The K targets that the mode makes of the settings."""
        if self.mode == "soft":
            return self.targets
        count = len(self.logits)
        on, off = 1.0, 0.0
        if self.mode == "smoothed":
            on, off = (mixed_exactly(hard, float(self.label_smoothing), count) for hard in (on, off))
        return tuple(on if k == self.label else off for k in range(count))


def _numbers(field: str, values: object) -> tuple[float, ...]:
    """The values as a tuple of floats, so that equal settings compare and hash as equal."""
    try:
        return tuple(float(value) for value in values)  # type: ignore[attr-defined]
    except (TypeError, ValueError, OverflowError):
        raise ScenarioError(field, values, "finite", "must be a sequence of numbers") from None


def _check_label(label: object, count: int) -> None:
    if not isinstance(label, int) or isinstance(label, bool) or not 0 <= label < count:
        raise ScenarioError(
            "label",
            label,
            "label",
            f"must be a whole number from 0 to {count - 1}",
            low="0",
            high=str(count - 1),
        )


def _check_range(field: str, value: object, limits: tuple[float, float]) -> None:
    low, high = limits
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
        raise ScenarioError(
            field, value, "range", f"must be in [{low:g}, {high:g}]", low=f"{low:g}", high=f"{high:g}"
        )
