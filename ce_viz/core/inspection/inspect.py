"""The door for pages and programs: files in, and out comes what they say, or what must be asked first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ce_viz.core.inspection.analysis import Analysis, analyse
from ce_viz.core.inspection.findings import BLOCKING, NOTE, SERIOUS, Finding, find
from ce_viz.core.inspection.reading import LogitsTable, Progress, ReadingError
from ce_viz.core.inspection.reading.assemble import Built
from ce_viz.core.inspection.reading.evidence import (
    LOGITS,
    PERCENTAGES,
    PROBABILITIES,
    SIGMOIDS,
    equals_largest,
)
from ce_viz.core.inspection.reading.files import read
from ce_viz.core.inspection.reading.plan import TOSS_UP, Item, Question
from ce_viz.core.inspection.remedies import remedied

CHECKS = (
    "roles", "joined", "finite", "not_probabilities", "probabilities", "labels_in_range", "targets_sum",
    "not_predictions", "no_repeats",
)  # fmt: skip

_FEW_ROWS = 20  # of so few rows all may well be right
_READING_SHARE = 0.4


@dataclass(frozen=True, eq=False, slots=True)
class Inspection:
    """What `inspect_files` found.

    Attributes:
      error: Why nothing could be read, or None.
      questions: What only a person can decide; () where nothing must be asked. No figure is there before.
      plan: What each column and array is for, and why.
      findings: What looks wrong, the worst first.
      num_rows: Rows of the table, also those that cannot be used; None before there is one.
      num_classes: Classes, or None.
      accuracy: Share of the usable rows whose largest score is the label's, or None.
      mean_loss: Mean cross-entropy of the usable rows in nats, or None.
      analysis: Everything that is shown of the usable rows, or None.
      table: The table that the figures are of, with remedies, or None.
      scores: What the scores are: "logits", "probabilities", "percentages", "log_probabilities", "sigmoids", or "".
      checked: What was checked and found right, of CHECKS.
      sound: Whether that may be shown as a whole: nothing was found, asked or tossed up, and the labels are not
        the predictions.
    """

    error: ReadingError | None = None
    questions: tuple[Question, ...] = ()
    plan: tuple[Item, ...] = ()
    findings: tuple[Finding, ...] = ()
    num_rows: int | None = None
    num_classes: int | None = None
    accuracy: float | None = None
    mean_loss: float | None = None
    analysis: Analysis | None = None
    table: LogitsTable | None = None
    scores: str = ""
    checked: tuple[str, ...] = ()
    sound: bool = False


def inspect_files(
    files: Sequence[tuple[str, bytes]],
    choices: Mapping[str, str] | None = None,
    *,
    remedies: Iterable[str] = (),
    progress: Progress | None = None,
) -> Inspection:
    """Read files of logits and labels, say what looks wrong, and work out the figures.

    Probabilities and percentages are taken as what they are: their logarithms are logits with the same softmax.
    An array that is called logits is taken at its word, and a finding says what it looks like.

    Args:
      files: Name and content of each; the name is "" for pasted text.
      choices: What a person decided: a role ("scores", "label", "targets", "prediction", "id", "weight", "split",
        "names", "other") by the key or the name of a column or array, and answers to questions, as their options
        give them ({"?split": "test"}). {"?values": "logits"} takes probabilities as if they were logits.
      remedies: Of `ce_viz.core.inspection.remedies.REMEDIES`, to be applied.
      progress: Told the share done, from 0 to 1.
    """
    chosen = dict(choices or {})
    values = chosen.pop("?values", "")
    try:
        reading = read(files, chosen, _part(progress, 0.0, _READING_SHARE))
    except ReadingError as error:
        return Inspection(error=error)
    if reading.built is None:
        return Inspection(questions=reading.questions, plan=reading.plan)
    return _judged(reading.built, reading.plan, values, tuple(remedies), _part(progress, _READING_SHARE, 1.0))


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    return None if progress is None else lambda share: progress(start + (end - start) * share)


def _judged(
    built: Built, plan: tuple[Item, ...], values: str, remedies: tuple[str, ...], progress: Progress | None
) -> Inspection:
    table, kind = built.table, built.kind
    as_probs = kind in (PROBABILITIES, PERCENTAGES) and not _zeros_and_ones(table)
    as_probs &= values != LOGITS and (not built.called_logits or values == PROBABILITIES)
    if as_probs:
        table = remedied(table, ["take_logarithm"])
    table = remedied(table, remedies)
    found = list(find(table))
    if as_probs:
        found = [one for one in found if one.code != "log_probabilities"]
        found.append(Finding(f"read_{kind}", NOTE, table.num_rows))
    elif kind in (SIGMOIDS, PERCENTAGES) and not {"take_logit", "take_logarithm"} & set(remedies):
        remedy = "take_logit" if kind == SIGMOIDS else "take_logarithm"
        if not any(one.code in ("probabilities", "softmax_axis") for one in found):
            found.append(Finding(kind, SERIOUS, table.num_rows, remedy=remedy))
    if built.unmatched:
        found = [
            replace(one, code="unmatched")
            if one.code == "label_missing" and one.count == built.unmatched
            else one
            for one in found
        ]
    found.sort(key=lambda one: (BLOCKING, SERIOUS, NOTE).index(one.severity))
    blocked = any(one.severity == BLOCKING for one in found)
    analysis = None if blocked else analyse(table, progress)
    same = _are_predictions(table)
    repeated = same and table.num_rows > _FEW_ROWS and not _are_all_alike(table)
    if repeated:
        found.append(Finding("labels_are_predictions", NOTE, table.num_rows))
    tossed = any(item.sure == TOSS_UP for item in plan)
    return Inspection(
        plan=plan,
        findings=tuple(found),
        num_rows=table.num_rows,
        num_classes=table.num_classes,
        accuracy=None if analysis is None else float(analysis.scores.correct.mean()),
        mean_loss=None if analysis is None else float(analysis.scores.loss.mean()),
        analysis=analysis,
        table=table,
        scores=kind,
        checked=_checked(table, found, plan, as_probs=as_probs, same=same, tossed=tossed),
        sound=not tossed
        and not repeated
        and analysis is not None
        and not [f for f in found if not _harmless(f)],
    )


def _harmless(finding: Finding) -> bool:
    return finding.code.startswith("read_")


def _zeros_and_ones(table: LogitsTable) -> bool:
    some = table.logits[:1000]
    return bool(np.isin(some, (0, 1)).all())


def _are_predictions(table: LogitsTable) -> bool:
    """Whether every label is the class of the largest logit; in a few rows a good model is as right."""
    labels = table.labels
    return labels is not None and len(labels) == table.num_rows and equals_largest(labels, table.logits)


def _are_all_alike(table: LogitsTable) -> bool:
    return table.labels is not None and bool((table.labels[0] == table.labels).all())


def _checked(
    table: LogitsTable,
    found: Sequence[Finding],
    plan: Sequence[Item],
    *,
    as_probs: bool,
    same: bool,
    tossed: bool,
) -> tuple[str, ...]:
    """What was looked at and is as it should be."""
    wrong = {one.code for one in found}
    right = {
        "roles": not tossed,
        "joined": any(item.reason == "joins" for item in plan) and "unmatched" not in wrong,
        "finite": "not_finite" not in wrong,
        "not_probabilities": not as_probs
        and not wrong & {"probabilities", "softmax_axis", "percentages", "sigmoids"},
        "probabilities": as_probs,
        "labels_in_range": table.labels is not None
        and not wrong & {"label_range", "label_missing", "one_based", "label_masked"},
        "targets_sum": table.targets is not None
        and not wrong & {"target_sum", "target_negative", "target_not_finite", "multi_label"},
        "not_predictions": table.labels is not None and not same,
        "no_repeats": "duplicates" not in wrong,
    }
    return tuple(code for code in CHECKS if right[code])
