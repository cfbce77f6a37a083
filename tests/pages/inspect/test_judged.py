"""What the diagnostics say in words: numbers of the core, sentences that are true of these rows in both languages."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ce_viz.core.inspection.intervals import MeanInterval
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.pages.inspect import judged
from ce_viz.pages.inspect.points import share
from ce_viz.pages.inspect.work import Work, sample_work
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number
from tests.pages.inspect.tables import judged as judge

RNG = np.random.default_rng(41)
LABELS = RNG.integers(0, 3, 400)
HONEST = RNG.normal(size=(400, 3)) * 2
LABELS_DRAWN = np.array([RNG.choice(3, p=row / row.sum()) for row in np.exp(HONEST)])
SURE = np.where(np.eye(3)[LABELS] > 0, 40.0, 0.0)


def made(logits, labels=LABELS, targets=None, names=("cat", "d_o_g", "<b>owl")) -> Work:
    work = judge(LogitsTable(logits, None if targets is not None else labels, targets, names, ()))
    work.diagnose()
    return work


WORKS: dict[str, Callable[[], Work]] = {
    "honest": lambda: made(HONEST, LABELS_DRAWN),
    "too sure": lambda: made(4 * HONEST, LABELS_DRAWN),
    "not sure enough": lambda: made(HONEST / 4, LABELS_DRAWN),
    "all right and certain": lambda: made(SURE),
    "all wrong and certain": lambda: made(SURE, (LABELS + 1) % 3),
    "all logits equal": lambda: made(np.zeros((400, 3))),
    "one row": lambda: made(HONEST[:1], LABELS[:1]),
    "two rows": lambda: made(HONEST[:2], LABELS[:2]),
    "an empty class": lambda: made(HONEST, LABELS % 2),
    "target rows": lambda: made(HONEST, targets=0.8 * np.eye(3)[LABELS] + 0.2 / 3),
}


@cache
def judged_work(name: str) -> Work:
    return WORKS[name]()


def told(work: Work, language: str = "en") -> list[judged.Told]:
    texts, analysis, diagnosis = words(language), work.analysis, work.diagnosis
    return [
        *judged.good(texts, diagnosis),
        *judged.honest(texts, analysis, diagnosis, work.names),
        *judged.recalibrated(texts, analysis, diagnosis),
        *judged.failing(texts, diagnosis),
    ]


def value(work: Work, name: str, language: str = "en") -> str:
    title = words(language)[f"inspect.diagnosis.{name}"]
    return next(one.value for one in told(work, language) if one.name == title)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WORKS)
def test_every_figure_has_a_value_a_meaning_and_a_time_to_act(name, language):
    found = told(judged_work(name), language)
    assert len({one.name for one in found}) == len(found) == (11 if name == "one row" else 12)
    for one in found:
        assert all((one.name, one.value, one.means, one.act))
        assert "nan" not in one.value.lower()
        assert "{" not in one.value + one.means + one.act


def test_the_loss_is_the_sum_of_its_parts_as_they_are_printed():
    parts = judged_work("too sure").diagnosis.recalibration.parts
    assert value(judged_work("too sure"), "loss_parts") == (
        f"{number(parts.loss)} nats = {number(parts.refinement)} refinement + {number(parts.calibration)} calibration"
    )
    assert parts.loss == pytest.approx(parts.refinement + parts.calibration)


@pytest.mark.parametrize("name", WORKS)
def test_that_nothing_is_to_be_gained_is_said_where_it_is_so(name):
    found = judged_work(name).diagnosis.recalibration
    nothing = words("en")["inspect.diagnosis.loss_parts_none"] in value(judged_work(name), "loss_parts")
    assert nothing == (found is not None and found.parts.calibration <= 0)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("too sure", "overconfident by"),
        ("not sure enough", "underconfident by"),
        ("all right and certain", "neither on average"),
        ("all wrong and certain", "overconfident by 100.0 "),
    ],
)
def test_over_and_underconfidence_are_told_in_words(name, word):
    assert value(judged_work(name), "overconfidence").startswith(word)
    gap = 100 * judged_work(name).analysis.calibration.mean_overconfidence
    if abs(gap) >= 0.05:
        assert number(abs(gap), 1) in value(judged_work(name), "overconfidence")


@pytest.mark.parametrize("name", WORKS)
def test_bins_outside_their_interval_are_counted(name):
    bins = judged_work(name).analysis.calibration
    low, high = bins.accuracy_interval()
    filled = bins.counts > 0
    over, under = (bins.confidence > high)[filled].sum(), (bins.confidence < low)[filled].sum()
    assert value(judged_work(name), "bin_interval") == (
        f"mean confidence above the interval in {over} of {filled.sum()} bins, below it in {under}"
    )


@pytest.mark.parametrize(
    ("gain", "case"),
    [
        ((0.2, 0.1, 0.3), "yes"),
        ((0.1, -0.1, 0.3), "open"),
        ((-0.2, -0.3, -0.1), "no"),
        ((0.0, 0.0, 0.0), "open"),
    ],
)
def test_an_interval_is_said_to_lie_where_it_lies(gain, case):
    assert judged.verdict(words("en"), MeanInterval(*gain)) == words("en")[f"inspect.diagnosis.gain_{case}"]


@pytest.mark.parametrize("name", WORKS)
def test_a_temperature_at_its_bound_in_a_fold_is_said_to_be_that_and_not_praised(name):
    found = judged_work(name).diagnosis.recalibration
    if found is None:
        assert value(judged_work(name), "cross_validated") == words("en")["inspect.diagnosis.one_row"]
        return
    text, texts = value(judged_work(name), "cross_validated"), words("en").section("inspect.diagnosis")
    at_bound = any(found.temperature.at_bound)
    assert (texts["cross_validated_bound"] in text) == at_bound
    assert any(texts[f"gain_{case}"] in text for case in ("yes", "open", "no")) == (not at_bound)
    low, high = found.temperature.spread
    assert f"T from {number(low)} to {number(high)} over {found.num_folds} folds" in text


def test_some_of_these_tables_have_a_temperature_at_its_bound():
    found = [work.diagnosis.recalibration for work in map(judged_work, WORKS)]
    assert {any(one.temperature.at_bound) for one in found if one} == {False, True}


@pytest.mark.parametrize("kind", ["digits", "mislabelled", "overconfident"])
def test_why_ece_rises_is_told_where_it_does(kind):
    work = sample_work(kind, frozenset())
    before = work.analysis.calibration.ece
    after = (work.analysis.scaled_calibration.ece, work.diagnosis.recalibration.temperature.held_out.ece)
    text = judged.why_ece_rises(words("en"), work.analysis, work.diagnosis)
    assert bool(text) == (max(after) > before)
    assert bool(text) == (kind == "mislabelled")


def test_where_ece_falls_on_all_rows_and_rises_on_unseen_ones_it_is_told_too():
    work = sample_work("overconfident", frozenset())
    found = work.diagnosis.recalibration
    held_out = replace(found.temperature.held_out, ece=0.9)
    worse = replace(found, temperature=replace(found.temperature, held_out=held_out))
    diagnosis = replace(work.diagnosis, recalibration=worse)
    assert judged.why_ece_rises(words("en"), work.analysis, diagnosis)


def test_the_safe_share_is_told_with_its_threshold_or_that_there_is_none():
    curve = judged_work("honest").diagnosis.risk_coverage
    assert curve.safe_coverage > 0
    assert value(judged_work("honest"), "safe_coverage") == (
        f"{share(curve.safe_coverage)} of the rows, those with a confidence of at least {share(curve.safe_threshold)}"
    )
    none = judged_work("all wrong and certain")
    assert value(none, "safe_coverage") == words("en")["inspect.diagnosis.safe_coverage_none"]
    assert [one.act for one in told(none)][-1] == words("en")["inspect.diagnosis.safe_coverage_none_act"]


@pytest.mark.parametrize("name", WORKS)
def test_the_risk_of_the_surest_rows_is_told_of_as_many_as_they_are(name):
    scores = judged_work(name).analysis.scores
    told = re.match(r"(\S+) errors among the surest (\S+) of", value(judged_work(name), "risk_coverage"))
    kept = [scores.confidence >= threshold for threshold in set(scores.confidence.tolist())]
    pairs = {(share((~scores.correct[one]).mean()), share(one.mean())): one.mean() for one in kept}
    assert 0.5 <= pairs[told.groups()] <= max(0.51, min(part for part in pairs.values() if part >= 0.5))


def test_a_calibration_error_below_the_narrowest_kernel_is_said_to_be_no_more_than_below():
    smooth = judged_work("all right and certain").diagnosis.smooth_ece
    assert smooth.value < smooth.bandwidth
    assert value(judged_work("all right and certain"), "smooth_ece") == "below 0.0005"


def test_a_class_is_named_as_text():
    assert any(
        re.search(r"d\\_o\\_g|\\<b|cat", value(work, "classwise_ece")) for work in map(judged_work, WORKS)
    )


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.5, "50.0%"),
        (0.99996, "99.996%"),
        (0.0004, "0.04%"),
        (1 - 1e-9, ">99.9999%"),
        (1e-9, "<0.0001%"),
    ],
)
def test_a_share_is_0_or_100_percent_only_where_it_is(part, text):
    assert share(part) == text
