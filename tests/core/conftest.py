"""Both ways to a number: as the core chooses, and double-double arithmetic even for a few entries."""

import pytest

from tests.core.cases import ARITHMETICS


@pytest.fixture(params=ARITHMETICS)
def either_arithmetic(request):
    with ARITHMETICS[request.param]():
        yield
