import dataclasses

import numpy as np
import pytest

from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.diagnosis import Diagnosis, diagnose
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.inspection.recalibration import recalibrate
from ce_viz.core.inspection.samples import sample_table
from ce_viz.core.studies.training import TrainingSettings, split_images, start_training, train
from ce_viz.data import load_digits

RNG = np.random.default_rng(111)
LABELS = RNG.integers(0, 4, 600)
LOGITS = 4 * RNG.normal(size=(600, 4)) + 3 * np.eye(4)[LABELS]
STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


def diagnosed(logits=LOGITS, labels=LABELS, targets=None, progress=None) -> Diagnosis:
    table = LogitsTable(logits, labels, targets, (), ())
    return diagnose(table, analyse(table), progress)


def flat(record) -> dict[str, object]:
    """All numbers and arrays of a record and the records in it, by name."""
    found: dict[str, object] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if dataclasses.is_dataclass(value):
            found |= {f"{field.name}.{name}": inner for name, inner in flat(value).items()}
        else:
            found[field.name] = value
    return found


def test_rows_that_cannot_be_used_are_left_out_everywhere():
    logits, labels = np.array(LOGITS), np.array(LABELS)
    logits[5], labels[17] = np.nan, -100
    left = np.delete(np.arange(600), [5, 17])
    ours, clean = flat(diagnosed(logits, labels)), flat(diagnosed(LOGITS[left], LABELS[left]))
    assert ours.keys() == clean.keys()
    for name, value in clean.items():
        np.testing.assert_array_equal(ours[name], value, err_msg=name)


def test_every_array_is_read_only():
    arrays = {name: value for name, value in flat(diagnosed()).items() if isinstance(value, np.ndarray)}
    assert len(arrays) > 15
    for name, array in arrays.items():
        assert not array.flags.writeable, name


def test_figures_agree_with_each_other_and_with_the_analysis():
    table = LogitsTable(LOGITS, LABELS, None, (), ())
    analysis = analyse(table)
    ours = diagnose(table, analysis)
    scores = analysis.scores
    assert ours.equal_mass.counts.sum() == ours.corp.counts.sum() == 600
    assert ours.corp.brier.score == pytest.approx(((scores.confidence - scores.correct) ** 2).mean())
    assert ours.corp.brier.uncertainty == pytest.approx(scores.correct.mean() * (1 - scores.correct.mean()))
    assert ours.risk_coverage.risk[-1] == pytest.approx(1 - scores.correct.mean())
    assert ours.recalibration.parts.loss == scores.loss.mean()
    assert ours.recalibration.temperature.held_out.accuracy == scores.correct.mean()
    assert ours.mean_classwise_ece == ours.classwise_ece.mean()
    assert abs(ours.equal_mass.mean_overconfidence - analysis.calibration.mean_overconfidence) < 1e-12
    assert ours.smooth_ece.value <= analysis.calibration.ece + 0.01
    again = recalibrate(LOGITS, LABELS, None, scores, analysis.fitted)
    np.testing.assert_array_equal(ours.recalibration.vector.weights, again.vector.weights)


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        (np.array([[1.0, 0.0]]), np.array([0])),
        (np.array([[1.0, 0.0]]), np.array([1])),
        (np.array([[1.0, 0.0], [3.0, 0.5]]), np.array([0, 1])),
        (np.zeros((40, 3)), RNG.integers(0, 3, 40)),
        (np.tile([[900.0, 0.0, -900.0], [0.0, 900.0, 1.0]], (20, 1)), RNG.integers(0, 2, 40)),
        (1e5 * np.eye(4)[RNG.integers(0, 4, 40)], RNG.integers(0, 4, 40)),
        (np.where(RNG.uniform(size=(40, 5)) < [0.3, 0.3, 0.3, 1, 0], -np.inf, 1.0), np.full(40, 4)),
        (RNG.normal(size=(40, 30)), RNG.integers(0, 3, 40)),
        (RNG.normal(size=(40, 3)).astype(np.float32), RNG.integers(0, 3, 40)),
    ],
    ids=[
        "right",
        "wrong",
        "two",
        "equal",
        "certain",
        "wrong for certain",
        "masked",
        "empty classes",
        "float32",
    ],
)
def test_extreme_tables_have_figures_without_nan(logits, labels):
    ours = flat(diagnosed(logits, labels))
    allowed = {"risk_coverage.safe_threshold", "risk_coverage.safe_risk"}  # where no threshold is safe
    for name, value in ours.items():
        if name not in allowed and isinstance(value, float | np.ndarray):
            assert not np.isnan(value).any(), name
    for name in ("smooth_ece.value", "classwise_ece", "risk_coverage.aurc", "equal_mass.ece"):
        assert (np.asarray(ours[name]) >= 0).all(), name
        assert (np.asarray(ours[name]) <= 1 + 1e-12).all(), name


def test_one_row_cannot_be_recalibrated():
    assert diagnosed(np.array([[1.0, 0.0]]), np.array([0])).recalibration is None


def test_target_rows_are_diagnosed():
    targets = np.full((600, 4), 0.1) + 0.6 * np.eye(4)[LABELS]
    soft, hard = diagnosed(labels=None, targets=targets), diagnosed()
    np.testing.assert_allclose(soft.classwise_ece, hard.classwise_ece, rtol=1e-12)
    assert soft.corp.brier.score == pytest.approx(hard.corp.brier.score, rel=1e-9)
    assert soft.recalibration.parts.loss != hard.recalibration.parts.loss


def test_the_analysis_of_another_table_is_refused():
    table = LogitsTable(LOGITS[:-1], LABELS[:-1], None, (), ())
    with pytest.raises(ValueError, match="599 usable rows, got 600"):
        diagnose(table, analyse(LogitsTable(LOGITS, LABELS, None, (), ())))


def test_progress_rises_to_one_through_all_steps():
    for logits, labels in ((LOGITS, LABELS), (LOGITS[:1], LABELS[:1])):
        shares: list[float] = []
        diagnosed(logits, labels, progress=shares.append)
        assert shares == sorted(shares)
        assert shares[-1] == 1


@pytest.fixture(scope="module")
def trained():
    digits = load_digits()
    data = split_images(digits.images, digits.labels)
    return data, train(data, start_training(data, TrainingSettings()), 1000)


def test_recalibration_brings_the_overconfident_sample_back_to_the_plain_one(trained):
    plain, sure = (
        diagnose(table, analyse(table))
        for table in (sample_table(*trained, kind) for kind in ("digits", "overconfident"))
    )
    np.testing.assert_allclose(
        sure.recalibration.temperature.temperatures,
        4 * plain.recalibration.temperature.temperatures,
        rtol=1e-8,
    )
    assert sure.recalibration.parts.refinement == pytest.approx(
        plain.recalibration.parts.refinement, rel=1e-9
    )
    assert sure.recalibration.parts.calibration > plain.recalibration.parts.calibration
    assert sure.recalibration.temperature.held_out.gain.low > 0
    assert sure.equal_mass.mean_overconfidence > 0 > plain.equal_mass.mean_overconfidence
    assert sure.corp.brier.discrimination == pytest.approx(plain.corp.brier.discrimination, abs=0.01)
