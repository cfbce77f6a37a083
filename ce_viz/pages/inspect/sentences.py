"""What Your logits says in words: how files were understood, what looks wrong, and what the figures mean."""

from __future__ import annotations

import math

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.findings import SHOWN_ROWS, Finding
from ce_viz.core.inspection.metrics import top_k_accuracy
from ce_viz.core.inspection.reading import ReadingError
from ce_viz.pages.inspect import reading
from ce_viz.pages.inspect.examples import JSON_ROW
from ce_viz.pages.inspect.held import MOST_BYTES
from ce_viz.pages.inspect.jobs import MOST_MEMORY, MOST_SECONDS, MOST_WAITING, Stopped
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.pages.text import markdown
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

_SUSPECTS, _FEW_SUSPECTS, _MANY_SUSPECTS = 3, 0.01, 0.1
_SHARES = frozenset(("agreement", "shifted", "accuracy", "guess"))
_MOST_IGNORED = 8  # columns named that were not used


def files(words: Words, choices: Choices) -> str:
    """The names and the size of what the visitor brought."""
    names = [markdown(name) if name else words["inspect.pasted"] for name in choices.names]
    return words.fill("inspect.file_readout", names=", ".join(names), size=_size(choices.size))


def refusal(words: Words, error: ReadingError) -> str:
    """Why nothing could be read."""
    values = {
        "value": error.value,
        "line": error.line,
        "column": error.column,
        "example": JSON_ROW,
        **error.limits,
    }
    escaped = {name: "?" if value is None else markdown(str(value)) for name, value in values.items()}
    return words.fill(f"errors.reading.{error.code}", **escaped)


def key_of(typed: str) -> str:
    """What `inspect_files` calls a column that a person named, or gave the number of, from 1."""
    return f"0:{int(typed) - 1}" if typed.isdecimal() and typed != "0" else typed


def progress(words: Words, ahead: int, working: str, *, waits: bool) -> str:
    """What is under way, or how many come first."""
    return words.fill("inspect.waiting_readout", count=ahead) if waits else working


def stopped(words: Words, why: Stopped) -> str:
    """Why there is no result."""
    return words.fill(
        f"inspect.stopped.{why.code}_readout",
        seconds=f"{MOST_SECONDS:.0f}",
        memory=_size(MOST_MEMORY),
        room=_size(MOST_BYTES),
        waiting=MOST_WAITING,
    )


def checked(words: Words, work: Work) -> str:
    """What was checked and found right; nothing where nothing was."""
    told = words["inspect.list"].join(words[f"inspect.checked.{code}"] for code in work.inspection.checked)
    case = "sound" if work.inspection.sound else "checked"
    return words.fill(f"inspect.{case}_readout", checked=told) if told else ""


def understood(words: Words, work: Work) -> str:
    """How the files were understood, for the person to check."""
    table = work.table
    used = 0 if work.analysis is None else len(work.analysis.rows)
    facts = [
        words.fill("inspect.size_readout", rows=f"{table.num_rows:,}", classes=f"{table.num_classes:,}"),
        words["inspect.by_targets" if table.targets is not None else "inspect.by_labels"],
    ]
    if work.analysis is not None and used < table.num_rows:
        facts.append(words.fill("inspect.left_out_readout", count=f"{table.num_rows - used:,}"))
    if not table.class_names:
        facts.append(words["inspect.unnamed"])
    if ignored := [reading.name(words, item) for item in reading.unused(work.inspection.plan)]:
        names = markdown(", ".join(ignored[:_MOST_IGNORED]) + (", …" if len(ignored) > _MOST_IGNORED else ""))
        facts.append(words.fill("inspect.ignored_readout", names=names))
    return " · ".join(facts)


def finding(words: Words, work: Work, found: Finding) -> str:
    """One thing that looks wrong, with its rows."""
    rows = ", ".join(f"{row + 1:,}" for row in found.rows)
    extent = "all"
    if found.count < work.table.num_rows:
        extent = "one" if found.count == 1 else "some" if found.count > SHOWN_ROWS else "few"
    where = words.fill(f"inspect.rows_{extent}_readout", rows=rows, count=f"{found.count:,}")
    values = {name: _value(name, value, work) for name, value in found.numbers.items()}
    return words.fill(f"inspect.findings.{found.code}_readout", where=where, **values)


def suspicious(analysis: Analysis) -> bool:
    """Whether so many labels may be wrong that it is worth looking, and not so many that most are right."""
    count = int(analysis.suspects.sum())
    return count >= _SUSPECTS and _FEW_SUSPECTS <= count / len(analysis.rows) <= _MANY_SUSPECTS


def suspects(words: Words, analysis: Analysis) -> str:
    """How many labels may be wrong; of many, most are the model's mistakes."""
    count, rows = int(analysis.suspects.sum()), len(analysis.rows)
    if not count:
        return words["inspect.suspects_none"]
    many = count / rows > _MANY_SUSPECTS and count >= _SUSPECTS
    case = "suspects" if suspicious(analysis) else "suspects_many" if many else "suspects_few"
    return words.fill(f"inspect.{case}_readout", count=f"{count:,}", rows=f"{rows:,}")


def metrics(analysis: Analysis) -> dict[str, str]:
    """One number for each thing one asks of a model."""
    scores, count = analysis.scores, analysis.num_classes
    loss = float(scores.loss.mean())
    return {
        "loss": number(loss),
        "bits": number(loss / math.log(2)),
        "accuracy": _percent(float(scores.correct.mean())),
        **{f"top_{k}": _percent(top_k_accuracy(scores, k)) for k in (2, 5) if k < count},
        "brier": number(float(scores.brier.mean())),
        "ece": number(analysis.calibration.ece),
        "found": number(analysis.fitted.temperature, 2),
    }


def reduction(words: Words, analysis: Analysis, reduction: str) -> str:
    """The loss of all rows as their mean or their sum, and what that does to the step size."""
    rows, mean = len(analysis.rows), float(analysis.scores.loss.mean())
    loss = number(mean if reduction == "mean" else mean * rows)
    return words.fill(f"inspect.{reduction}_readout", rows=f"{rows:,}", loss=f"**{loss}**")


def half(words: Words, analysis: Analysis) -> str:
    """How few rows make up half of the loss."""
    return words.fill("inspect.half_readout", share=_percent(analysis.half_share))


def calibration(words: Words, analysis: Analysis) -> str:
    """What the best temperature does to loss and calibration."""
    fitted = analysis.fitted
    if fitted.at_bound:
        temperature = number(fitted.temperature, 2)
        sentence = words.fill(f"inspect.bound_{fitted.at_bound}_readout", temperature=temperature)
    else:
        sentence = words.fill(
            f"inspect.{_fitted_case(analysis)}_readout",
            temperature=f"**{number(fitted.temperature)}**",
            loss=number(float(analysis.scores.loss.mean())),
            scaled_loss=number(fitted.loss),
            ece=number(analysis.calibration.ece),
            scaled_ece=number(analysis.scaled_calibration.ece),
            brier=number(float(analysis.scores.brier.mean())),
            scaled_brier=number(analysis.scaled_brier),
        )
    return f"**{words['inspect.calibration']}** {sentence}"


def picked_cell(words: Words, work: Work, cell: tuple[int, int]) -> str:
    """Which label and prediction, from 0, the listed rows have."""
    label, predicted = (markdown(work.names[k]) for k in cell)
    return words.fill("inspect.cell_readout", label=label, predicted=predicted)


def _fitted_case(analysis: Analysis) -> str:
    """Which way the fitted T goes, and whether the confidences were closer to the truth without it."""
    way = "sharper" if analysis.fitted.temperature < 1 else "softer"
    before, after = analysis.calibration.ece, analysis.scaled_calibration.ece
    # A difference that the sentence does not print is none.
    worse = after > before and number(after) != number(before)
    return f"{way}_worse" if worse else way


def _value(name: str, value: float, work: Work) -> str:
    if name in _SHARES:
        return _percent(value)
    if name == "label":
        return markdown(work.names[int(value)])
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else number(value)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _size(size: int) -> str:
    if size >= 1e5:
        return f"{size / 1e6:.1f} MB"
    return f"{size / 1e3:.1f} kB" if size >= 100 else f"{size} B"
