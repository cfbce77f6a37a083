"""What one run of a page knows: the settings as one scenario, worked out, in the visitor's words."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ce_viz.core import Explanation, Scenario, explain
from ce_viz.figures import style
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.text import markdown
from ce_viz.strings import LANGUAGES, Words, words


@dataclass(frozen=True)
class Visit:
    """Handed to every page; nothing flows back but the visitor's next edit."""

    words: Words
    scenario: Scenario
    explanation: Explanation
    names: tuple[
        str, ...
    ]  # K names of classes, a visitor's own text: escape before it meets Markdown or Plotly
    cell: tuple[int, int]  # picked (i, j), from 0
    present: bool  # presenter mode
    hidden: tuple[str, ...]  # charts that presenter mode covers

    @property
    def sums_to_one(self) -> bool:
        """Whether the label's weights do, but for rounding."""
        return abs(self.explanation.targets_sum - 1) < 1e-9

    @property
    def markdown_names(self) -> tuple[str, ...]:
        """The classes' names as Markdown shows them."""
        return tuple(markdown(name) for name in self.names)

    @property
    def chart_words(self) -> dict[str, str]:
        """The texts that the charts' own controls need."""
        texts = self.words.section("live")
        return texts | {"cell": texts["cell_readout"]}  # the browser fills this one, cell by cell


def language() -> str:
    """The picked language, else the browser's, else English."""
    browser = (st.context.locale or "").lower().partition("-")[0]
    return str(link.get("lang") or (browser if browser in LANGUAGES else "en"))


def current() -> Visit:
    """The visit as the settings stand now."""
    texts = words(language())
    scenario = link.scenario()
    explanation = _explained(scenario)
    return Visit(
        words=texts,
        scenario=scenario,
        explanation=explanation,
        names=class_names(texts, link.get("names"), explanation.num_classes),
        cell=_cell(explanation),
        present=link.get("present"),
        hidden=link.get("hide") if link.get("present") else (),
    )


def _explained(scenario: Scenario) -> Explanation:
    """The page and the parts of it that move by themselves ask alike: worked out once for all."""
    kept: Explanation | None = memory.recall("explained", lambda: None)
    if kept is None or kept.scenario != scenario:
        kept = explain(scenario)
        memory.remember("explained", kept)
    return kept


def class_names(texts: Words, given: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Given names first; without any, animals for up to three classes; numbers for the rest."""
    animals = (texts["names.first"], texts["names.second"], texts["names.third"])
    named = given or (animals if count <= len(animals) else ())
    return tuple(named[k] if k < len(named) and named[k] else str(k + 1) for k in range(count))


def _cell(explanation: Explanation) -> tuple[int, int]:
    """The picked cell; else the row of the most probable class and the column of the label's class."""
    picked = link.get("cell")
    if picked is not None:
        return picked[0] - 1, picked[1] - 1
    return explanation.predicted, explanation.targets.tolist().index(max(explanation.targets.tolist()))


PALETTE = style.DARK
"""Light to dark colours, for whoever draws."""
