"""What the four formulas give in each type, where they break, and that ours does not."""

import math

import numpy as np
import pytest

from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.core.studies.precision import (
    DTYPES,
    FORMULAS,
    QUANTITIES,
    compare_formulas,
    evaluate,
    first_breaks,
    gap_sweep,
    significant_bits,
)
from ce_viz.core.studies.reference import exact_values, overflow_threshold, underflow_threshold

LOGIT_ROWS = [
    (2.0, 1.0, 0.1),
    (0.1, 300.3, -20.7),
    (40.0, 0.0, 0.0),
    (0.0, 37.0, -5.0),
    (1000.0, 0.0, 0.0),
    (1e4, -1e4, 3.0),
    (0.5, 0.5, 0.5),
    (2.0, -math.inf, 1.0),
]


def index(quantity, formula):
    return QUANTITIES.index(quantity), FORMULAS.index(formula)


def first_break(quantity, formula, dtype):
    return first_breaks(dtype)[index(quantity, formula)]


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("temperature", [1.0, 0.1])
@pytest.mark.parametrize("logits", LOGIT_ROWS)
def test_ours_stays_within_2_ulp_in_every_type(logits, temperature, label):
    targets = tuple(np.eye(3)[label].tolist())
    errors = compare_formulas(logits, targets, label, temperature).ulp_errors[:, FORMULAS.index("ours")]
    assert errors.max() <= 2


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_naive_formula_breaks_at_the_first_number_whose_exp_is_infinite(dtype):
    number = np.dtype(dtype).type(first_break("probs", "naive", dtype))
    below = np.nextafter(number, np.dtype(dtype).type(0))
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(number))
    assert np.isfinite(np.exp(below))


@pytest.mark.parametrize(("dtype", "shown"), [("float16", 11.09), ("float32", 88.72), ("float64", 709.78)])
def test_the_naive_break_found_by_search_is_the_logarithm_of_the_largest_number(dtype, shown):
    found = first_break("probs", "naive", dtype)
    assert math.floor(found * 100) / 100 == shown
    assert found == pytest.approx(
        overflow_threshold(dtype), abs=float(np.spacing(np.dtype(dtype).type(found)))
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_shifted_loss_becomes_infinite_where_exp_underflows(dtype):
    found = first_break("loss", "shifted", dtype)
    assert found == pytest.approx(
        underflow_threshold(dtype), abs=float(np.spacing(np.dtype(dtype).type(found)))
    )


@pytest.mark.parametrize("quantity", ["log_probs", "logits_grad"])
@pytest.mark.parametrize("formula", ["naive", "shifted"])
def test_the_usual_formulas_lose_every_digit_from_a_lead_of_37_in_float64(quantity, formula):
    assert 36.5 < first_break(quantity, formula, "float64") < 37.5


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("quantity", ["log_probs", "logits_grad"])
def test_the_naive_formula_loses_every_digit_where_adding_1_to_exp_is_first_a_tie(quantity, dtype):
    # From exp(x) = 2^p on, exp(x) + 1 rounds to exp(x) every other time: the first such x is what is wanted.
    tie = significant_bits(dtype) * math.log(2)
    assert first_break(quantity, "naive", dtype) == pytest.approx(
        tie, abs=1e-6 if dtype != "float16" else 1e-2
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_ours_never_breaks(quantity, dtype):
    assert first_break(quantity, "ours", dtype) == math.inf


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_break_beyond_the_last_logit_is_reported_as_never(dtype):
    breaks = first_breaks(dtype)
    assert np.all((breaks <= MAX_ABS_LOGIT) | np.isinf(breaks))


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("formula", FORMULAS)
def test_the_search_finds_the_very_first_of_all_float16_numbers(quantity, formula):
    every = np.arange(
        np.float16(0.5).view(np.int16), np.float16(MAX_ABS_LOGIT).view(np.int16) + 1, dtype=np.int16
    )
    every = every.view(np.float16)
    label = int(quantity == "loss")
    o = np.stack([every, np.zeros_like(every)], axis=-1)
    results = getattr(evaluate(formula, o, np.eye(2)[label], label, dtype="float16"), quantity)
    broken = ~np.isfinite(results) | ((results == 0) & (every < underflow_threshold("float16")))
    assert first_break(quantity, formula, "float16") == (every[broken.argmax()] if broken.any() else math.inf)


@pytest.mark.parametrize("quantity", ["log_probs", "logits_grad"])
def test_between_leads_of_37_and_700_the_usual_formula_has_no_digit_and_ours_has_all(quantity):
    sweep = gap_sweep("float64")
    inside = (sweep.gaps > 37.5) & (sweep.gaps < 700)
    errors = getattr(sweep, quantity)[:, inside]
    assert errors[FORMULAS.index("shifted")].min() >= 2.0**52
    assert errors[FORMULAS.index("ours")].max() <= 2


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("quantity", ["log_probs", "logits_grad"])
def test_the_error_of_the_shifted_formula_grows_as_exp_of_the_lead(quantity, dtype):
    sweep = gap_sweep(dtype)
    before = (sweep.gaps > 2) & (sweep.gaps < first_break(quantity, "shifted", dtype) - 1)
    errors = getattr(sweep, quantity)[FORMULAS.index("shifted"), before]
    ratio = errors / np.exp(sweep.gaps[before])
    assert ratio.max() < 3
    assert ratio.min() > 1 / 30


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_naive_sweep_ends_in_nan(dtype):
    sweep = gap_sweep(dtype)
    beyond = sweep.gaps > first_break("probs", "naive", dtype) * 1.02
    assert beyond.any()
    assert np.all(np.isinf(sweep.log_probs[FORMULAS.index("naive"), beyond]))


def test_overflow_zero_and_nan_are_kept_as_they_are():
    values = compare_formulas((1000.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1).values
    for dtype in range(len(DTYPES)):
        assert math.isnan(values[*index("probs", "naive"), dtype])
        assert values[*index("loss", "naive"), dtype] == math.inf
        assert values[*index("loss", "shifted"), dtype] == math.inf
        assert values[*index("log_probs", "shifted"), dtype] == 0
        assert values[*index("loss", "log_sum_exp"), dtype] == 1000
        assert values[*index("loss", "ours"), dtype] == 1000


def test_at_logit_12_only_float16_overflows():
    values = compare_formulas((12.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0).values[index("probs", "naive")]
    assert np.isnan(values).tolist() == [True, False, False]


def test_every_intermediate_result_is_rounded_to_the_type():
    # 2048 + 1 is a tie in float16 and stays 2048 at each step; one rounding at the end would give 2052.
    o = np.log(np.array([2048.0, 1, 1, 1, 1], dtype=np.float64))
    probs = evaluate("naive", o, np.eye(5)[0], 0, dtype="float16").probs
    assert probs.dtype == np.float16
    assert probs == 1


def test_the_printed_exact_values_keep_all_digits_of_float64():
    logits, targets = (2.0, 1.0, 0.1), (0.0, 1.0, 0.0)
    printed = [
        float(by_type[DTYPES.index("float64")]) for by_type in compare_formulas(logits, targets, 1).exact
    ]
    assert printed == [float(value) for value in exact_values(logits, targets, 1)]


def test_errors_are_of_the_formula_not_of_storing_the_logits():
    compared = compare_formulas((0.1, 0.0), (1.0, 0.0), 0)
    half, double = compared.exact[QUANTITIES.index("probs")][0], compared.exact[QUANTITIES.index("probs")][2]
    assert half != double
    assert compared.ulp_errors[index("probs", "ours")][0] <= 0.5


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_batch_equals_its_rows_one_by_one(formula, dtype):
    logits = np.random.default_rng(4).normal(scale=30, size=(5, 4))
    targets = np.eye(4)[1]
    together = evaluate(formula, logits, targets, 1, dtype=dtype)
    for n, row in enumerate(logits):
        alone = evaluate(formula, row, targets, 1, dtype=dtype)
        np.testing.assert_array_equal([x[n] for x in together], list(alone))


def test_temperature_reaches_every_formula():
    warm = compare_formulas((2.0, 1.0, 0.0), (1.0, 0.0, 0.0), 0, 2.0)
    assert warm.ulp_errors[..., DTYPES.index("float64")].max() < 20


def test_comparison_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        compare_formulas((1.0, 0.0), (1.0, 0.0), 0).values[0] = 1
