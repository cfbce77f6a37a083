"""How the rounds were answered: in the link, so that a reload keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from ce_viz.core.studies.pitfalls import NAMES
from ce_viz.pages.pitfalls.settings import LATER, MISSED, RIGHT
from ce_viz.settings.value import Settings


def marks(settings: Settings) -> Mapping[str, str]:
    """Of each round that was answered, by name: ``RIGHT`` at the first try, ``LATER`` or ``MISSED``."""
    return {
        NAMES[int(code.rstrip(LATER + MISSED)) - 1]: code.lstrip("0123456789") for code in settings["score"]
    }


def judged(settings: Settings, name: str, *, right: bool) -> Settings:
    """The settings after a guess in round ``name``; the first one decides, a later one can only make up for it."""
    found = dict(marks(settings))
    if name not in found:
        found[name] = RIGHT if right else MISSED
    elif right and found[name] == MISSED:
        found[name] = LATER
    return settings.changed(
        score=tuple(f"{k + 1}{found[each]}" for k, each in enumerate(NAMES) if each in found)
    )
