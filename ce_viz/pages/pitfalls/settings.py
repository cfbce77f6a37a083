"""The settings of Pitfalls: its round, and the question that was answered."""

from __future__ import annotations

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, MAX_CLASSES, MODES, Scenario
from ce_viz.core.studies.pitfalls import NAMES
from ce_viz.settings import readers
from ce_viz.settings.readers import Refused
from ce_viz.settings.setting import Setting
from ce_viz.settings.shared import commas
from ce_viz.strings.numbers import field

CHARTS = ()

RIGHT, LATER, MISSED = "", "r", "x"
"""What follows a round's number in the score: right at the first try, right later, not yet."""

_FORM = "mode;logits;label;smoothing;targets"
_read_numbers = readers.vector(most=MAX_CLASSES)
_read_label = readers.whole(0, MAX_CLASSES - 1)
_read_smoothing = readers.real(*LABEL_SMOOTHING_RANGE)
_read_mode = readers.choice(*MODES)


def _read_question(text: str) -> Scenario | None:
    """The scenario that a question was asked with, but for the temperature, which rounds set to 1."""
    if not text:
        return None
    try:
        mode, logits, label, smoothing, targets = text.split(";")
        return Scenario(
            _read_numbers(logits),
            _read_numbers(targets),
            _read_label(label),
            _read_mode(mode),
            _read_smoothing(smoothing),
        )
    except ValueError as error:
        raise Refused(text, "choice", options=_FORM) from error


def _write_question(question: Scenario | None) -> str:
    if question is None:
        return ""
    parts = (question.mode, commas(question.logits), str(question.label), field(question.label_smoothing))
    return ";".join((*parts, commas(question.targets)))


SETTINGS = {
    "round": Setting(NAMES[0], readers.choice(*NAMES)),
    "score": Setting(
        (),
        readers.choices(*(f"{k + 1}{mark}" for k in range(len(NAMES)) for mark in (RIGHT, LATER, MISSED))),
        ",".join,
    ),
    # The scenario of the question that this visitor has answered; None before. A link sent to others must not show
    # them the answer, but a moving hand's next picture needs it.
    "answered": Setting(None, _read_question, _write_question, resets_with=("round",), addressed=False),
}
