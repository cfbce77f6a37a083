"""How often Python looks for garbage: rarely, since a full classroom makes it look where there is none."""

from __future__ import annotations

import gc
from functools import cache

_YOUNG = 50_000  # new objects before a look at them; nearly all are freed without one
_LOOKS = 20  # looks at the young before one at the middle-aged
_OLD_LOOKS = 100  # and at those before one at all


@cache
def collect_rarely() -> None:
    """Spare the collector what was imported, and let it come less often; once for each server.

    Under load a change then takes a tenth less of the processor (``tests/deploy/sizing.py``), and memory stays as
    flat (``tests/deploy/soak.py``).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _LOOKS, _OLD_LOOKS)
