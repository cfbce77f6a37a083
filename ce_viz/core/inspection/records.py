"""Result records whose arrays cannot be written to."""

import numpy as np


class FrozenArrays:
    """Base of frozen dataclasses with slots: makes every array among their fields read-only.

    A record is shared by all charts and files made of it, so a write into it would change the others.
    """

    __slots__: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in type(self).__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
