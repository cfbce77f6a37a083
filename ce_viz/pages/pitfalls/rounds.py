"""A round as the settings have it: as it was asked, and as it looks now that it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ce_viz.core.studies.pitfalls import Pitfall, follow, pose
from ce_viz.settings.value import Settings

_MOST_KEPT = 128  # rounds, of all visitors: a few kilobytes each
_pose, _follow = lru_cache(_MOST_KEPT)(pose), lru_cache(_MOST_KEPT)(follow)


@dataclass(frozen=True)
class Round:
    """One round.

    Args:
      asked: As the question was asked, or is: what the texts and the verdict are about.
      shown: What the charts show: after the answer, the round on the settings as they are now.
      answered: Whether wrong and right may be seen.
    """

    asked: Pitfall
    shown: Pitfall
    answered: bool

    @property
    def follows(self) -> bool:
        """Whether the charts show the settings as they are now: not where these cannot be asked about."""
        return self.shown is not self.asked

    @property
    def moved(self) -> bool:
        """Whether the charts show other numbers than the question did."""
        return self.shown.scenario != self.asked.scenario


def round_of(settings: Settings) -> Round:
    """The round that the visitor is at."""
    name, scenario, answered = settings["round"], settings.scenario, settings["answered"]
    if answered is None:
        asked = _pose(name, scenario)
        return Round(asked, asked, answered=False)
    asked = _pose(name, answered)
    return Round(asked, _follow(asked, scenario), answered=True)
