"""What the figures that take longer mean and when to act, each in a few words that are true of these rows."""

from __future__ import annotations

from dataclasses import dataclass

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.calibration import Reliability
from ce_viz.core.inspection.diagnosis import Diagnosis
from ce_viz.core.inspection.intervals import MeanInterval
from ce_viz.core.inspection.recalibration import Recalibration
from ce_viz.core.inspection.smooth_ece import SmoothEce
from ce_viz.pages.inspect.charts import brier_parts
from ce_viz.pages.inspect.points import share
from ce_viz.pages.text import joined, markdown
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

_EVEN = 0.05  # percentage points between confidence and accuracy that are none


@dataclass(frozen=True)
class Told:
    """One figure: what it is called, what it is here, what it means, and when to act upon it."""

    name: str
    value: str
    means: str
    act: str


def good(words: Words, diagnosis: Diagnosis) -> list[Told]:
    """What of the loss recalibration could take off."""
    found = diagnosis.recalibration
    if found is None:
        return [_told(words, "loss_parts", words["inspect.diagnosis.one_row"])]
    parts = found.parts
    value = words.fill(
        "inspect.diagnosis.loss_parts_readout",
        loss=number(parts.loss),
        refinement=number(parts.refinement),
        calibration=number(parts.calibration),
    )
    nothing = "" if parts.calibration > 0 else words["inspect.diagnosis.loss_parts_none"]
    return [_told(words, "loss_parts", _sentences(value, nothing))]


def honest(words: Words, analysis: Analysis, diagnosis: Diagnosis, names: tuple[str, ...]) -> list[Told]:
    """How far confidences are what they say."""
    bins, errors = analysis.calibration, diagnosis.classwise_ece
    worst = int(errors.argmax())
    return [
        _told(words, "overconfidence", overconfidence(words, bins)),
        _told(words, "bin_interval", _outside(words, bins)),
        _told(
            words,
            "equal_mass",
            words.fill(
                "inspect.diagnosis.equal_mass_readout",
                ece=number(diagnosis.equal_mass.ece),
                other=number(bins.ece),
            ),
        ),
        _told(words, "smooth_ece", smooth(words, diagnosis.smooth_ece)),
        _told(
            words,
            "classwise_ece",
            words.fill(
                "inspect.diagnosis.classwise_ece_readout",
                mean=number(diagnosis.mean_classwise_ece),
                largest=number(float(errors[worst])),
                name=markdown(names[worst]),
            ),
        ),
        _corp(words, diagnosis),
    ]


def recalibrated(words: Words, analysis: Analysis, diagnosis: Diagnosis) -> list[Told]:
    """What one temperature, and one weight and bias for each class, give on unseen rows."""
    found = diagnosis.recalibration
    if found is None:
        return [_told(words, "cross_validated", words["inspect.diagnosis.one_row"])]
    return [
        _told(words, "cross_validated", _temperature(words, analysis, found)),
        _told(words, "vector_scaling", _vector(words, analysis, found)),
    ]


def why_ece_rises(words: Words, analysis: Analysis, diagnosis: Diagnosis | None) -> str:
    """Why ECE can rise where the loss falls, where it does; else nothing."""
    before = analysis.calibration.ece
    after = [analysis.scaled_calibration.ece]
    if diagnosis is not None and diagnosis.recalibration is not None:
        after.append(diagnosis.recalibration.temperature.held_out.ece)
    # A difference that no sentence prints is none.
    rises = any(ece > before and number(ece) != number(before) for ece in after)
    return words["inspect.diagnosis.ece_rises"] if rises else ""


def failing(words: Words, diagnosis: Diagnosis) -> list[Told]:
    """How many rows to hand to a person."""
    curve = diagnosis.risk_coverage
    rate = float(curve.risk[-1])
    half = int((curve.coverage < 0.5).sum())  # ties can make it more than half
    safe = curve.safe_coverage > 0
    texts = words.section("inspect.diagnosis")
    return [
        _told(
            words,
            "risk_coverage",
            words.fill(
                "inspect.diagnosis.risk_coverage_readout",
                risk=share(float(curve.risk[half])),
                coverage=share(float(curve.coverage[half])),
                all=share(rate),
            ),
        ),
        _told(
            words,
            "aurc",
            words.fill("inspect.diagnosis.aurc_readout", aurc=number(curve.aurc), rate=number(rate)),
        ),
        Told(
            texts["safe_coverage"],
            words.fill(
                "inspect.diagnosis.safe_coverage_readout",
                share=share(curve.safe_coverage),
                threshold=share(curve.safe_threshold),
            )
            if safe
            else texts["safe_coverage_none"],
            texts["safe_coverage_help"],
            texts["safe_coverage_act" if safe else "safe_coverage_none_act"],
        ),
    ]


def overconfidence(words: Words, bins: Reliability) -> str:
    """Whether the model is too sure on average, in words."""
    gap = 100 * bins.mean_overconfidence
    if abs(gap) < _EVEN:
        return words.fill("inspect.diagnosis.even_readout", gap=number(_EVEN, 2))
    way = "over" if gap > 0 else "under"
    return words.fill(f"inspect.diagnosis.{way}_readout", gap=number(abs(gap), 1))


def smooth(words: Words, found: SmoothEce) -> str:
    """The smooth calibration error; where it is below the narrowest kernel, no more than that."""
    if found.value < found.bandwidth:
        return words.fill("inspect.diagnosis.smooth_ece_below_readout", value=number(found.bandwidth, 4))
    return number(found.value)


def verdict(words: Words, gain: MeanInterval) -> str:
    """What an interval of a gain says of 0."""
    case = "yes" if gain.low > 0 else "no" if gain.high < 0 else "open"
    return words[f"inspect.diagnosis.gain_{case}"]


def _corp(words: Words, diagnosis: Diagnosis) -> Told:
    """The diagram without bins, and the parts of the score that it gives."""
    texts = words.section("inspect.diagnosis")
    steps = words.fill("inspect.diagnosis.corp_steps_readout", steps=f"{len(diagnosis.corp.counts):,}")
    parts = words.fill("inspect.diagnosis.corp_readout", **brier_parts(diagnosis))
    return Told(
        texts["corp"],
        _sentences(steps, parts),
        joined(texts["corp_help"], texts["corp_parts_help"]),
        joined(texts["corp_act"], texts["corp_parts_act"]),
    )


def _outside(words: Words, bins: Reliability) -> str:
    low, high = bins.accuracy_interval()
    return words.fill(
        "inspect.diagnosis.bin_interval_readout",
        bins=int((bins.counts > 0).sum()),
        over=int((bins.confidence > high).sum()),
        under=int((bins.confidence < low).sum()),
    )


def _temperature(words: Words, analysis: Analysis, found: Recalibration) -> str:
    folds, after = found.temperature, found.temperature.held_out
    low, high = folds.spread
    value = words.fill(
        "inspect.diagnosis.cross_validated_readout",
        low=number(low),
        high=number(high),
        folds=found.num_folds,
        ece=number(analysis.calibration.ece),
        scaled_ece=number(after.ece),
        brier=number(float(analysis.scores.brier.mean())),
        scaled_brier=number(after.brier),
        **_interval(after.gain),
    )
    if any(folds.at_bound):
        return _sentences(value, words["inspect.diagnosis.cross_validated_bound"])
    return _sentences(value, verdict(words, after.gain))


def _vector(words: Words, analysis: Analysis, found: Recalibration) -> str:
    vector = found.vector
    value = words.fill(
        "inspect.diagnosis.vector_scaling_readout",
        accuracy=share(float(analysis.scores.correct.mean())),
        scaled_accuracy=share(vector.held_out.accuracy),
        count=f"{2 * analysis.num_classes:,}",
        **_interval(vector.over_temperature),
    )
    stopped = "" if vector.converged else words["inspect.diagnosis.vector_scaling_open"]
    return _sentences(value, verdict(words, vector.over_temperature), stopped)


def _interval(gain: MeanInterval) -> dict[str, str]:
    return {"gain": number(gain.mean), "gain_low": number(gain.low), "gain_high": number(gain.high)}


def _sentences(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def _told(words: Words, name: str, value: str) -> Told:
    texts = words.section("inspect.diagnosis")
    return Told(texts[name], value, texts[f"{name}_help"], texts[f"{name}_act"])
