"""Starting points: settings worth seeing, by the code that names them in ``[presets]`` of the catalogues.

Each says what differs from the default scenario.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ce_viz.settings.table import TABLE, UNDOABLE

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "close_call": {},
    "confident_right": {"logits": (6.0, 1.0, 0.5), "label": 1},
    "confident_wrong": {"logits": (6.0, 1.0, 0.5)},
    "uniform": {"logits": (0.0, 0.0, 0.0, 0.0), "label": 1},
    "tie": {"logits": (2.0, 2.0, -1.0), "label": 1},
    "huge": {"logits": (1000.0, 0.0, -1000.0)},
    "smoothed": {"mode": "smoothed", "label_smoothing": 0.1},
    "distillation": {
        "logits": (1.0, 2.5, 0.0, -1.0),
        "mode": "soft",
        "targets": (0.62, 0.28, 0.08, 0.02),
        "temperature": 2.0,
    },
    "not_one": {"mode": "soft", "targets": (0.7, 0.7, 0.1)},
    "masked": {"logits": (2.0, 1.0, -math.inf, 0.5)},
    # Image 1612, a 4 that Train's classifier takes for a 9 by default; tests/pages/test_train.py trains it.
    "misread": {
        "logits": (-4.6834, 2.0339, 0.3748, -2.1053, 0.3867, -0.6137, -4.2586, 1.5041, 3.2768, 4.0847),
        "label": 5,
        "names": tuple("0123456789"),
    },
    "many": {"logits": tuple(round(2.5 * math.sin(1.7 * k) + 0.05 * k, 1) for k in range(30)), "label": 8},
}


def preset_settings(code: str) -> dict[str, Any]:
    """All settings of a scenario as the preset has them."""
    return {name: TABLE[name].default for name in UNDOABLE} | dict(PRESETS[code])


def matching_preset(settings: Mapping[str, Any]) -> str | None:
    """The preset that the settings are at, if any."""
    for code, wanted in _TELLING.items():
        if all(settings[name] == value for name, value in wanted.items()):
            return code
    return None


def _telling(code: str) -> dict[str, Any]:
    wanted = preset_settings(code)
    if wanted["mode"] != "soft":
        del wanted["targets"]  # unused, and as many as there are classes
    return wanted


_TELLING = {code: _telling(code) for code in PRESETS}
