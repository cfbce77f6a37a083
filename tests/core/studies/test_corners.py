"""Everything a scenario and the sliders admit, at its ends: no error, no warning, no NaN where a number is promised."""

import dataclasses
import itertools
import math

import numpy as np
import pytest

from ce_viz.core import Scenario, explain, squared_error
from ce_viz.core.landmarks import settled_logits, shifted_logits, winning_logits
from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, MAX_ABS_LOGIT, MAX_TARGET, TEMPERATURE_RANGE
from ce_viz.core.studies.classified import classify_image, worst_mistakes
from ce_viz.core.studies.clipping import CLIPS, clipping_curves
from ce_viz.core.studies.comparison import (
    gap_curves,
    gradient_sizes,
    labelled_class,
    loss_surfaces,
    strongest_rival,
)
from ce_viz.core.studies.derivation import MAX_ABS_INPUT, derive
from ce_viz.core.studies.explicit_chain import explicit_chain
from ce_viz.core.studies.optimum import smoothing_curves, temperature_sweep
from ce_viz.core.studies.pitfalls import MOST_CLASSES, NAMES, follow, pose
from ce_viz.core.studies.precision import DTYPES, FORMULAS, compare_formulas
from ce_viz.core.studies.race import lowest_loss, run_race
from ce_viz.core.studies.training import (
    BATCH_SIZE_RANGE,
    INITIAL_LEAD_RANGE,
    LEARNING_RATE_RANGE,
    LOSSES,
    SEED_RANGE,
    TrainingSettings,
    next_weights_grad,
    split_images,
    start_training,
    train,
)

INF, TINY, FAR = math.inf, 5e-324, MAX_ABS_LOGIT
CLASSES = (2, 3, 8, 9, 30, 100)
STEP_SIZES = (0.05, 5.0)  # the ends of the sliders


def rows_of_logits(count):
    yield (0.0,) * count
    yield (FAR,) * count
    yield (FAR, *(-FAR for _ in range(count - 1)))
    yield tuple(FAR if k % 2 else -FAR for k in range(count))
    yield (FAR, *(0.0 for _ in range(count - 2)), -INF)
    yield (*(-INF for _ in range(count - 1)), -FAR)
    yield tuple(np.linspace(-2, 2, count).tolist())
    yield (1.0, 1.0, *(-TINY for _ in range(count - 2)))


def labels(count):
    yield {"mode": "one-hot", "label": 0}
    yield {"mode": "one-hot", "label": count - 1}
    for label_smoothing in (*LABEL_SMOOTHING_RANGE, TINY):
        yield {"mode": "smoothed", "label": count - 1, "label_smoothing": label_smoothing}
    yield {"mode": "soft", "targets": (0.0,) * count, "label": 0}
    yield {"mode": "soft", "targets": (MAX_TARGET,) * count, "label": 0}
    yield {"mode": "soft", "targets": (TINY, *(MAX_TARGET for _ in range(count - 1))), "label": 0}


def corners(classes=CLASSES, *, every=1):
    """All combinations, or every so many of them: an odd number meets each pair of values over the classes."""
    combinations = [
        Scenario(logits=logits, temperature=temperature, **label)
        for count in classes
        for logits, label, temperature in itertools.product(
            rows_of_logits(count), labels(count), TEMPERATURE_RANGE
        )
    ]
    return combinations[::every]


def not_numbers(result, path=""):
    """The places of NaN in a result, however deep."""
    if dataclasses.is_dataclass(result):
        parts = [(field.name, getattr(result, field.name)) for field in dataclasses.fields(result)]
    elif isinstance(result, dict):
        parts = list(result.items())
    elif isinstance(result, (tuple, list)):
        parts = [(str(index), part) for index, part in enumerate(result)]
    elif isinstance(result, (float, np.ndarray)):
        return [path] if np.isnan(result).any() else []
    else:
        return []
    return [found for name, part in parts for found in not_numbers(part, f"{path}.{name}")]


def test_nan_is_found_wherever_it_hides():
    @dataclasses.dataclass
    class Result:
        rows: object

    hidden = Result({"a": (1.0, [np.array([0.0, math.nan])])})
    assert not_numbers(hidden) == [".rows.a.1.0"]


@pytest.mark.parametrize("count", CLASSES)
def test_explanation_and_derivation_are_numbers(count):
    for scenario in corners((count,), every=1 if count < 30 else 5):
        explanation = explain(scenario)
        assert not_numbers(explanation) == [], scenario
        for j in (0, count - 1):
            derivation = derive(explanation, 0, j, (MAX_ABS_INPUT, -MAX_ABS_INPUT, 0.0))
            assert not_numbers(derivation) == [], scenario


def test_gradient_sizes_and_lowest_loss_are_numbers():
    for scenario in corners(every=3):
        targets = np.array(scenario.effective_targets)
        sizes = gradient_sizes(scenario.logits, targets, temperature=scenario.temperature)
        distance = squared_error(scenario.logits, targets, temperature=scenario.temperature)
        assert all(map(math.isfinite, (*sizes, float(distance), lowest_loss(targets)))), scenario


def test_gap_curves_are_numbers():
    for scenario in [*corners((2,)), *corners((3, 9, 100), every=31)]:
        label = labelled_class(scenario.effective_targets)
        if scenario.logits[label] > -INF and strongest_rival(scenario.logits, label) is not None:
            assert not_numbers(gap_curves(scenario)) == [], scenario


def test_surfaces_and_their_descents_are_numbers():
    for scenario in [*corners((3,), every=3), *corners((2, 8, 100), every=37)]:
        unmasked = [k for k, logit in enumerate(scenario.logits) if logit > -INF]
        for learning_rate in STEP_SIZES if len(unmasked) > 1 else ():
            pair = unmasked[0], unmasked[-1]
            surfaces = loss_surfaces(scenario, pair, learning_rate=learning_rate)
            assert not_numbers(surfaces) == [], scenario


def test_races_are_numbers():
    for scenario in [*corners((3,), every=3), *corners((2, 8, 100), every=37)]:
        for learning_rate in STEP_SIZES if math.isfinite(explain(scenario).loss) else ():
            assert not_numbers(run_race(scenario, learning_rate)) == [], scenario


@pytest.mark.parametrize("count", CLASSES)
def test_smoothing_curves_are_numbers(count):
    for label_smoothing, temperature, learning_rate in itertools.product(
        (*LABEL_SMOOTHING_RANGE, TINY, 1e-310, 1e-17, 0.01, 0.1, 0.9, 0.99),
        (*TEMPERATURE_RANGE, 1.0),
        STEP_SIZES,
    ):
        curves = smoothing_curves(
            count, label_smoothing, temperature=temperature, learning_rate=learning_rate
        )
        assert not_numbers(curves) == [], (label_smoothing, temperature, learning_rate)
        assert np.isfinite(curves.run).all(), (label_smoothing, temperature, learning_rate)


def test_temperature_sweeps_are_numbers():
    for scenario in corners(every=3):
        sweep = temperature_sweep(scenario, TEMPERATURE_RANGE)
        assert not_numbers(sweep) == [], scenario


def test_our_formulas_give_numbers_in_every_type_and_every_error_is_judged():
    ours = FORMULAS.index("ours")
    for scenario in corners(every=3):
        targets, last = scenario.effective_targets, len(scenario.logits) - 1
        for label in (0, last):
            compared = compare_formulas(scenario.logits, targets, label, scenario.temperature)
            assert not_numbers((compared.values[:, ours], compared.ulp_errors, compared.lost)) == [], scenario
            assert "NaN" not in str(compared.exact), scenario


def test_explicit_chain_has_numbers_beside_its_failures_in_every_type():
    for scenario in corners(every=3):
        for dtype in DTYPES:
            chain = explicit_chain(
                scenario.logits, scenario.effective_targets, dtype=dtype, temperature=scenario.temperature
            )
            assert not_numbers((chain.fused, chain.fused_loss)) == [], (scenario, dtype)


@pytest.mark.parametrize("name", NAMES)
def test_rounds_of_pitfalls_are_numbers_but_for_what_they_show_to_fail(name):
    for scenario in corners([count for count in CLASSES if count <= MOST_CLASSES], every=5):
        posed = pose(name, scenario)
        moved_on = follow(dataclasses.replace(posed, own=True), scenario)
        for played in (posed, moved_on):
            findings = dict(played.findings)
            if name == "logits_as_probs" and math.fsum(played.scenario.logits) == 0:
                del findings["error"], findings["moved"]  # o / sum(o): 0 / 0 is what the round is about
            shown = played.situation, played.right, played.answer, findings, played.facts
            assert not_numbers(shown) == [], scenario


@pytest.mark.parametrize("loss", LOSSES)
def test_training_and_what_it_makes_of_images_are_numbers(loss):
    rng = np.random.default_rng(5)
    data = split_images(rng.integers(0, 17, size=(60, 8, 8)), np.arange(60) % 10)
    for rate, size, label_smoothing, seed, lead in itertools.product(
        LEARNING_RATE_RANGE, BATCH_SIZE_RANGE, LABEL_SMOOTHING_RANGE, SEED_RANGE, INITIAL_LEAD_RANGE
    ):
        settings = TrainingSettings(loss, rate, size, label_smoothing, seed, lead)
        state = train(data, start_training(data, settings), 30)
        seen = classify_image(data, state, 0), worst_mistakes(data, state, 5), next_weights_grad(data, state)
        assert not_numbers((state, *seen)) == [], settings


def test_clipping_curves_are_numbers():
    for clip in (*map(float, CLIPS), TINY, 1 - 2**-53):
        assert not_numbers(clipping_curves(clip)) == [], clip


def test_landmarks_are_logits():
    for scenario in corners():
        visited = [winning_logits(scenario.logits, 40.0), shifted_logits(scenario.logits, -FAR)]
        if any(scenario.effective_targets):
            visited.append(settled_logits(scenario.effective_targets, temperature=scenario.temperature))
        assert not any(math.isnan(logit) or logit == INF for logits in visited for logit in logits), scenario


def test_settled_logit_of_the_smallest_weight_beside_the_largest_is_their_ratio():
    settled = settled_logits([TINY, MAX_TARGET], temperature=2.0)
    assert settled == pytest.approx((2 * (math.log(TINY) - math.log(MAX_TARGET)), 0.0), rel=1e-15)
