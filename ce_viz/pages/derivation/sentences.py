"""What the derivation says in words beside its formulas and charts."""

from __future__ import annotations

from ce_viz.core.studies.derivation import Derivation
from ce_viz.pages.derivation.steps import Step
from ce_viz.pages.visit import Visit


def title(visit: Visit, step: int) -> str:
    """A step's number and title."""
    return f"{step} · {visit.words[f'derivation.step_{step}.title']}"


def idea(visit: Visit) -> str:
    """What the step does, and why."""
    return visit.words[f"derivation.step_{visit.settings['step']}.idea"]


def about(visit: Visit, step: Step, proof: Derivation) -> str:
    """What the numbers are about."""
    words, indices = visit.words, step.indices(proof)
    return (
        words.fill("derivation.numbers_readout", indices=indices) if indices else words["derivation.numbers"]
    )


def sum_of_targets(visit: Visit) -> str:
    """That the label's weights do not sum to 1, where they do not."""
    return "" if visit.sums_to_one else visit.words["derivation.not_one"]


def notes(visit: Visit, step: Step, proof: Derivation) -> list[str]:
    """The step's aside, and what has to be said of the current numbers."""
    aside = f"step_{visit.settings['step']}.aside"
    return [visit.words[f"derivation.{note}"] for note in (aside, *step.notes_for(visit, proof))]
