"""The twelve steps of the proof: what each says in letters and in numbers, shows, and notes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ce_viz.core.studies.derivation import Derivation, derive
from ce_viz.live import Chart
from ce_viz.pages.derivation import charts, formulas, loss_formulas, symbols
from ce_viz.pages.derivation.symbols import Letters
from ce_viz.pages.visit import Visit

_SAME, _OTHER = "i = j", "i ≠ j"


@dataclass(frozen=True)
class Step:
    """One step of the proof.

    Args:
      symbols: Its lines in letters, as LaTeX.
      numbers: The same with the current numbers.
      charts: The charts beside it, the one last that its line speaks of.
      about: The indices that its numbers are about; ``i = j`` and ``i ≠ j`` are cases.
      notes: What may have to be said of the current numbers, by key of the catalogue.
      control: What can be changed beside its numbers: ``"labels"`` or ``"inputs"``.
    """

    symbols: Callable[[Letters], str]
    numbers: Callable[[Derivation, Letters], str]
    charts: tuple[Callable[[Visit, Derivation], Chart], ...]
    about: str = ""
    notes: tuple[str, ...] = ()
    control: str = ""

    def at_case(self, proof: Derivation) -> Derivation:
        """The proof at the step's case, which keeps j and takes an i that fits."""
        i = {_SAME: proof.j, _OTHER: proof.other}.get(self.about, proof.i)
        return proof if i == proof.i else derive(proof.explanation, i, proof.j, proof.inputs.tolist())

    def indices(self, proof: Derivation) -> str:
        """What the numbers are about, as a person writes it: ``i = 1, j = 2``; maybe nothing."""
        if self.about == _SAME:
            return f"i = j = {proof.j + 1}"
        named = [("i", proof.i), ("j", proof.j)]
        return ", ".join(f"{letter} = {index + 1}" for letter, index in named if letter in self.about)

    def cards(self, visit: Visit, proof: Derivation) -> tuple[Chart, ...]:
        """Its charts in a grid of two columns: of three, the first two share a row."""
        cards = [draw(visit, proof) for draw in self.charts]
        return tuple(
            replace(card, span=1 if len(cards) == 3 and place < 2 else 2) for place, card in enumerate(cards)
        )

    def notes_for(self, visit: Visit, proof: Derivation) -> list[str]:
        """The notes that apply to the current numbers."""
        return [note for note in self.notes if _APPLIES[note](visit, proof)]


def letters_of(visit: Visit) -> Letters:
    """How the proof is written for the visitor's temperature and label."""
    words = visit.words.section("derivation")
    return Letters(
        scaled=visit.explanation.temperature != 1,
        sums_to_one=visit.sums_to_one,
        one_hot=visit.words["modes.one-hot"],
        smoothed=visit.words["modes.smoothed"],
        masked=-math.inf in visit.scenario.logits,
        steps=(words["factor_loss"], words["factor_softmax"], words["factor_logits"]),
    )


def step_of(visit: Visit) -> Step:
    """The step that the visitor is at."""
    return STEPS[visit.settings["step"] - 1]


_APPLIES: Mapping[str, Callable[[Visit, Derivation], bool]] = {
    "note_temperature": lambda _, proof: proof.explanation.temperature != 1,
    "note_shifted": lambda _, proof: proof.shifted,
    "note_masked": lambda visit, _: -math.inf in visit.scenario.logits,
    "note_masked_logit": lambda visit, _: -math.inf in visit.scenario.logits,
    "note_beyond": lambda _, proof: _weight_without_output(proof, masked=False),
    "note_limit": lambda _, proof: _weight_without_output(proof, masked=True),
    "note_without_weight": lambda _, proof: bool(
        ((proof.explanation.probs == 0) & (proof.explanation.targets == 0)).any()
    ),
    "note_one_hot": lambda visit, _: visit.scenario.mode == "one-hot",
    "note_infinite": lambda _, proof: math.isinf(proof.explanation.loss),
}


def _weight_without_output(proof: Derivation, *, masked: bool) -> bool:
    """Whether −y/S of a class is infinite in float64: as it is for a masked one, or since it is beyond its range."""
    return any(
        math.isinf(pull) and math.isinf(log_prob) == masked
        for pull, log_prob in zip(proof.explanation.probs_grad, proof.explanation.log_probs, strict=True)
    )


_T, _C = "note_temperature", "note_shifted"

STEPS = (
    Step(symbols.logits, formulas.logits, (charts.logits,), notes=("note_masked_logit",)),
    Step(
        symbols.softmax,
        formulas.softmax,
        (charts.logits, charts.probs),
        about="i",
        notes=(_T, _C, "note_masked"),
    ),
    Step(
        symbols.quotient_rule,
        formulas.quotient_rule,
        (charts.logit_j, charts.probs, charts.exponentials),
        about="i, j",
        notes=(_T, _C),
    ),
    Step(
        symbols.same_index,
        formulas.same_index,
        (charts.logit_j, charts.probs, charts.jacobian_diagonal),
        about=_SAME,
        notes=(_T, _C),
    ),
    Step(
        symbols.other_index,
        formulas.other_index,
        (charts.logit_j, charts.probs, charts.jacobian_rest),
        about=_OTHER,
        notes=(_T, _C),
    ),
    Step(
        symbols.jacobian,
        formulas.jacobian,
        (charts.logit_j, charts.probs, charts.jacobian_with_sums),
        about="i",
        notes=(_T,),
    ),
    Step(
        symbols.loss,
        loss_formulas.loss,
        (charts.logit_j, charts.against, charts.probs_grad),
        about="i",
        notes=("note_beyond", "note_limit", "note_without_weight"),
    ),
    Step(
        symbols.chain_rule,
        loss_formulas.chain_rule,
        (charts.logit_j, charts.against_j, charts.chain_rule),
        about="j",
        notes=(_T, "note_one_hot"),
    ),
    Step(
        symbols.collected,
        loss_formulas.collected,
        (charts.logit_j, charts.against_j, charts.column),
        about="j",
        notes=(_T,),
    ),
    Step(
        symbols.sum_to_one,
        loss_formulas.sum_to_one,
        (charts.logit_j, charts.against_j, charts.logits_grad),
        about="j",
        notes=(_T,),
        control="labels",
    ),
    Step(
        symbols.upstream,
        loss_formulas.upstream,
        (charts.logit_j, charts.inputs, charts.weight_grad),
        notes=(_T,),
        control="inputs",
    ),
    Step(
        symbols.second_route,
        loss_formulas.second_route,
        (charts.logits, charts.against, charts.routes),
        about="j",
        notes=(_T, "note_infinite"),
    ),
)
"""In order; links count them from 1."""
