"""What a page knows when it is shown: the settings as one scenario, worked out, in the visitor's words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ce_viz.core import Explanation, Scenario, explain
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.pages.text import markdown
from ce_viz.settings.value import Settings
from ce_viz.strings import LANGUAGES, Words, words

_ROUNDING = 1e-9  # of the sum of label weights that are meant to sum to 1
_FEW = 12  # classes; with so many at most, an explanation takes 7 kB
# A page run again, the next page, a class that sees one state: each asks for a scenario that was worked out before.
_kept = lru_cache(maxsize=512)(explain)


@dataclass(frozen=True)
class Visit:
    """Handed to every page; nothing flows back but the visitor's next edit.

    Args:
      settings: Everything that the link holds.
      words: The texts in the visitor's language.
      playing: Whether a play is on, so that the page says when its next frame is due.
      brought: What the visitor's own file was read as, on Your logits; None for a sample.
      embedded: Whether the page stands within another, which has a navigation of its own.
    """

    settings: Settings
    words: Words
    playing: bool = False
    brought: Any = None
    embedded: bool = False

    @property
    def scenario(self) -> Scenario:
        """The settings as one scenario."""
        return self.settings.scenario

    @cached_property
    def explanation(self) -> Explanation:
        """Everything that follows from the scenario."""
        scenario = self.scenario
        return _kept(scenario) if len(scenario.logits) <= _FEW else explain(scenario)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """K names of classes, a visitor's own text: escape before it meets Markdown or Plotly."""
        return class_names(self.words, self.settings["names"], len(self.scenario.logits))

    @cached_property
    def cell(self) -> tuple[int, int]:
        """The picked (i, j), from 0, or the one that the page picks itself."""
        return picked_cell(self.settings)

    @property
    def present(self) -> bool:
        """Whether presenter mode is on."""
        return bool(self.settings["present"])

    @property
    def hidden(self) -> tuple[str, ...]:
        """Charts that presenter mode covers."""
        return self.settings.covered

    @property
    def sums_to_one(self) -> bool:
        """Whether the label's weights do, but for rounding."""
        return abs(self.explanation.targets_sum - 1) < _ROUNDING

    @cached_property
    def markdown_names(self) -> tuple[str, ...]:
        """The classes' names as Markdown shows them."""
        return tuple(markdown(name) for name in self.names)

    @cached_property
    def class_labels(self) -> tuple[str, ...]:
        """The classes by number and name; by number alone where that is the name."""
        return tuple(name if name == str(k + 1) else f"{k + 1} · {name}" for k, name in enumerate(self.names))

    @property
    def slider_labels(self) -> tuple[str, ...]:
        """What the bar of each logit is called for those who do not see it."""
        return tuple(
            self.words.fill("charts.slider_logits_readout", k=k + 1, name=name)
            for k, name in enumerate(self.names)
        )

    @property
    def chart_words(self) -> dict[str, str]:
        """The texts that the charts' own controls need."""
        texts = self.words.section("live")
        return texts | {"cell": texts["cell_readout"]}  # the browser fills this one, cell by cell


def visit_of(
    settings: Settings,
    preferred: str = "",
    *,
    playing: bool = False,
    brought: Any = None,
    embedded: bool = False,
) -> Visit:
    """The visit that settings make; ``preferred`` is the browser's language, as ``en`` or ``zh-CN``."""
    return Visit(settings, words(language(settings, preferred)), playing, brought, embedded)


def language(settings: Settings, preferred: str) -> str:
    """The picked language, else the browser's, else English."""
    browser = preferred.lower().partition("-")[0]
    return str(settings["lang"] or (browser if browser in LANGUAGES else "en"))


def picked_cell(settings: Settings) -> tuple[int, int]:
    """The picked (i, j), from 0; else the row of the most probable class and the column of the label's class."""
    if settings["cell"] is not None:
        i, j = settings["cell"]
        return i - 1, j - 1
    scenario = settings.scenario
    logits = scenario.logits
    return logits.index(max(logits)), labelled_class(scenario.effective_targets)


def class_names(texts: Words, given: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Given names first; without any, animals for up to three classes; numbers for the rest."""
    animals = (texts["names.first"], texts["names.second"], texts["names.third"])
    named = given or (animals if count <= len(animals) else ())
    return tuple(named[k] if k < len(named) and named[k] else str(k + 1) for k in range(count))
