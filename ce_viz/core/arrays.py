"""The types of arrays that the core takes and gives, and arrays that nobody can write to."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]  # float16, float32 or float64, as the caller's
Array = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

_A = TypeVar("_A", bound=NDArray[Any])


def read_only(array: _A) -> _A:
    """The array itself, from now on without write access."""
    array.setflags(write=False)
    return array


def all_read_only(**arrays: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The arrays by name, from now on without write access: the fields of a frozen dataclass.

    >>> all_read_only(gaps=np.zeros(2))["gaps"].flags.writeable
    False
    """
    return {name: read_only(array) for name, array in arrays.items()}
