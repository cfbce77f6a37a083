import numpy as np
import pytest

from ce_viz.core.inspection.rowwise import BLOCK_VALUES, row_blocks, row_max, row_min, row_sum

RNG = np.random.default_rng(8)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0, 3), (1, 2), (7, 1), (BLOCK_VALUES // 3 + 5, 3), (500, 63), (900, 700)])
def test_reductions_are_numpys(shape, kind):
    values = RNG.normal(size=shape).astype(kind)
    np.testing.assert_array_equal(row_max(values), values.max(axis=1))
    np.testing.assert_array_equal(row_min(values), values.min(axis=1))
    np.testing.assert_allclose(row_sum(values), values.astype(np.float64).sum(axis=1), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("classes", [3, 100])
def test_nan_and_infinities_stay_visible(classes):
    values = np.zeros((3, classes))
    values[0, 1], values[1, 1], values[2, 1] = np.nan, np.inf, -np.inf
    np.testing.assert_array_equal(row_max(values), [np.nan, np.inf, 0])
    np.testing.assert_array_equal(row_min(values), [np.nan, 0, -np.inf])
    np.testing.assert_array_equal(row_sum(values), [np.nan, np.inf, -np.inf])


@pytest.mark.parametrize("shape", [(0, 5), (1, 5), (3 * BLOCK_VALUES + 1, 1), (4, 2 * BLOCK_VALUES)])
def test_blocks_cover_every_row_once(shape):
    rows = [row for block in row_blocks(shape) for row in range(block.start, block.stop)]
    assert rows == list(range(shape[0]))
