"""What holds for every public function alike: shapes, types, inputs left alone, nothing loaded besides."""

import decimal
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from ce_viz import core
from tests.core import oracle
from tests.core.oracle import ulp_error
from tests.for_each import for_each

RNG = np.random.default_rng(0)
LOGITS, TARGETS = RNG.normal(size=(2, 3, 4)) * 3, RNG.dirichlet(np.ones(4), size=(2, 3))

# name: function of logits and targets, the oracle's name for it, axes behind the batch axes
FUNCTIONS = {
    "softmax": (lambda o, y: core.softmax(o), "softmax", (4,)),
    "log_softmax": (lambda o, y: core.log_softmax(o), "log_softmax", (4,)),
    "softmax_jacobian": (lambda o, y: core.softmax_jacobian(o), "jacobian", (4, 4)),
    "softmax_jvp": (core.softmax_jvp, "jacobian_product", (4,)),
    "softmax_vjp": (core.softmax_vjp, "jacobian_product", (4,)),
    "cross_entropy": (core.cross_entropy, "cross_entropy", ()),
    "cross_entropy_grad": (core.cross_entropy_grad, "cross_entropy_grad", (4,)),
    "probs_grad": (core.probs_grad, "probs_grad", (4,)),
    "chain_rule_terms": (core.chain_rule_terms, "chain_rule", (4, 4)),
    "squared_error": (core.squared_error, "squared_error", ()),
    "squared_error_grad": (core.squared_error_grad, "squared_error_grad", (4,)),
    "softmax_entropy": (lambda o, y: core.softmax_entropy(o), "softmax_entropy", ()),
    "kl_divergence": (lambda o, y: core.kl_divergence(y, o), "kl_divergence", ()),
}
LOGITS_ONLY = ("softmax", "log_softmax", "softmax_jacobian", "softmax_entropy")


@pytest.fixture(params=FUNCTIONS)
def name(request):
    return request.param


@pytest.fixture
def function(name):
    return FUNCTIONS[name][0]


def exact(name, logits, targets):
    """The oracle's answer for one row."""
    with mpmath.workdps(60):
        o, y = oracle.numbers(logits), oracle.numbers(targets)
        of = getattr(oracle, FUNCTIONS[name][1])
        if name in LOGITS_ONLY:
            return of(o, mpf(1))
        return of(y, o, mpf(1)) if name == "kl_divergence" else of(o, y, mpf(1))


def test_leading_axes_are_kept(name, function):
    assert function(LOGITS, TARGETS).shape == (2, 3, *FUNCTIONS[name][2])


def test_one_row_needs_no_batch_axis(name, function):
    result = function(LOGITS[0, 0], TARGETS[0, 0])
    np.testing.assert_allclose(result, function(LOGITS, TARGETS)[0, 0], rtol=1e-15)


def test_one_number_is_a_numpy_scalar():
    assert isinstance(core.cross_entropy(LOGITS[0, 0], TARGETS[0, 0]), np.float64)


def test_no_rows_give_no_rows(name, function):
    assert function(np.zeros((0, 4)), np.zeros((0, 4))).shape == (0, *FUNCTIONS[name][2])


def test_targets_of_one_row_serve_a_batch(name, function):
    row = TARGETS[0, 0]
    np.testing.assert_array_equal(function(LOGITS, row), function(LOGITS, np.broadcast_to(row, LOGITS.shape)))


@for_each("dtype", [np.float16, np.float32])
def test_small_types_are_computed_in_float64_and_rounded_once(name, function, dtype):
    logits, targets = LOGITS.astype(dtype), TARGETS.astype(dtype)
    result = function(logits, targets)
    assert np.asarray(result).dtype == dtype
    for index in np.ndindex(2, 3):
        assert ulp_error(result[index], exact(name, logits[index], targets[index])) <= 0.501


def test_answer_has_the_type_of_the_logits(name, function):
    if name not in LOGITS_ONLY:
        assert np.asarray(function(LOGITS.astype(np.float32), TARGETS)).dtype == np.float32
        assert np.asarray(function(LOGITS, TARGETS.astype(np.float32))).dtype == np.float64


def test_too_large_for_a_small_type_is_infinite():
    loss = core.cross_entropy(
        np.array([0.0, -60000.0], dtype=np.float16), np.array([0.0, 2.0], dtype=np.float16)
    )
    assert loss == np.inf


@for_each("dtype", [np.int32, np.uint8, np.int64])
def test_whole_numbers_are_taken_for_float64(function, dtype):
    logits, targets = np.array([3, 1, 0, 2], dtype=dtype), np.array([0, 1, 0, 0], dtype=dtype)
    np.testing.assert_array_equal(
        function(logits, targets), function(logits.astype(float), targets.astype(float))
    )


def test_lists_are_taken_for_arrays(function):
    np.testing.assert_array_equal(function(LOGITS.tolist(), TARGETS.tolist()), function(LOGITS, TARGETS))


def test_inputs_are_left_alone(function):
    logits, targets = LOGITS.copy(), TARGETS.copy()
    function(logits, targets)
    np.testing.assert_array_equal(logits, LOGITS)
    np.testing.assert_array_equal(targets, TARGETS)


def test_result_is_the_callers_own(function):
    """Neither a view of the inputs nor read-only."""
    logits, targets = LOGITS.copy(), TARGETS.copy()
    result = function(logits, targets)
    result[...] = 7.0
    np.testing.assert_array_equal(logits, LOGITS)
    np.testing.assert_array_equal(targets, TARGETS)


def test_read_only_inputs_will_do(function):
    logits, targets = LOGITS.copy(), TARGETS.copy()
    logits.setflags(write=False)
    targets.setflags(write=False)
    np.testing.assert_array_equal(function(logits, targets), function(LOGITS, TARGETS))


def test_strided_inputs_will_do(function):
    logits, targets = np.zeros((4, 6, 8))[::2, ::-2, ::2], np.asfortranarray(TARGETS)
    logits[...] = LOGITS
    np.testing.assert_array_equal(function(logits, targets), function(LOGITS, TARGETS))


def test_callers_decimal_settings_do_not_matter(function):
    want = function(LOGITS[0, 0], TARGETS[0, 0])
    with decimal.localcontext(decimal.Context(prec=3, Emin=-5, Emax=5, traps=[decimal.Inexact])):
        np.testing.assert_array_equal(function(LOGITS[0, 0], TARGETS[0, 0]), want)


def test_public_names_are_all_there():
    promised = {
        "softmax", "log_softmax", "softmax_jacobian", "softmax_jvp", "softmax_vjp", "one_hot", "smooth_labels",
        "cross_entropy", "cross_entropy_grad", "probs_grad", "chain_rule_terms", "entropy", "softmax_entropy",
        "kl_divergence", "squared_error", "squared_error_grad", "linear_grad", "gradient_descent",
        "finite_difference_grad", "cross_entropy_value_and_grad", "rescale_others",
        "Scenario", "ScenarioError", "explain", "Explanation",
    }  # fmt: skip
    assert promised <= set(core.__all__)
    assert all(hasattr(core, name) for name in core.__all__)


def test_importing_the_core_loads_neither_drawing_nor_pages_nor_tables():
    code = "import sys, ce_viz.core; print(*({'plotly', 'pandas', 'streamlit', 'scipy'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
