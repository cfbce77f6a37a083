"""(-y/S) J multiplied out, beside the fused gradient."""

import math

import numpy as np
import pytest

from ce_viz.core.studies.explicit_chain import explicit_chain

DTYPES = ["float16", "float32", "float64"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_explicit_chain_is_nan_where_the_true_class_underflows(dtype):
    chain = explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0], dtype=dtype)
    assert np.isnan(chain.explicit).all()
    assert chain.explicit_loss == math.inf


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_fused_form_is_exact_there(dtype):
    chain = explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0], dtype=dtype)
    assert chain.fused.tolist() == [1.0, -1.0, 0.0]
    assert chain.fused_loss == 1000.0


def test_nan_comes_from_minus_infinity_times_a_row_of_zeros():
    chain = explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    assert chain.probs_grad[1] == -math.inf
    assert not chain.jacobian[1].any()


@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 2e-3), ("float32", 3e-7), ("float64", 1e-15)])
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_both_roads_agree_at_harmless_logits(dtype, tolerance, temperature):
    chain = explicit_chain([2.0, 1.0, 0.1], [0.7, 0.2, 0.1], dtype=dtype, temperature=temperature)
    np.testing.assert_allclose(chain.explicit, chain.fused, atol=tolerance)
    assert chain.explicit_loss == pytest.approx(chain.fused_loss, rel=3 * tolerance)


def test_the_numbers_are_those_of_the_type():
    chain = explicit_chain([2.0, 1.0, 0.1], [1.0, 0.0, 0.0], dtype="float16")
    for array in (chain.probs, chain.probs_grad, chain.jacobian, chain.explicit, chain.fused):
        np.testing.assert_array_equal(array, array.astype(np.float16))


def test_the_product_is_added_up_in_the_type_row_by_row():
    logits = np.random.default_rng(7).normal(size=50)
    chain = explicit_chain(logits, np.full(50, 0.02), dtype="float16")
    columns = np.zeros(50, dtype=np.float16)
    for pull, row in zip(chain.probs_grad.astype(np.float16), chain.jacobian.astype(np.float16), strict=True):
        columns = columns + pull * row
    np.testing.assert_array_equal(chain.explicit, columns)


def test_a_masked_class_turns_the_explicit_chain_into_nan_but_not_the_fused_form():
    chain = explicit_chain([2.0, -math.inf, 1.0], [1.0, 0.0, 0.0])
    assert np.isnan(chain.explicit).any()
    assert np.isfinite(chain.fused).all()
