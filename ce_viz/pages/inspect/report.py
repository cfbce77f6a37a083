"""All of Your logits as one page that opens without a network: how files were read, figures, charts, tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ce_viz.core.inspection.compared import Comparison
from ce_viz.live import View
from ce_viz.pages.inspect import compared, judged, reading, rows, sentences, tables, view
from ce_viz.pages.inspect.judged import Told
from ce_viz.pages.inspect.work import Work
from ce_viz.strings import Words
from ce_viz.takeaway import document
from ce_viz.takeaway.document import Picture, Section

_MARKS = re.compile(
    r":material/\w+:|\*\*|\\(?=[^\w\s])"
)  # of Markdown, which the page's sentences are written in


def page(words: Words, work: Work, shown: View, link: str, comparison: Comparison | None = None) -> str:
    """The report; an empty page where the figures are forgotten.

    Args:
      words: The texts.
      work: What is judged.
      shown: The page's boards of it.
      link: The address that restores the page.
      comparison: With a second file of the same rows, where there is one.
    """
    if work.analysis is None:
        return ""
    sections = [_read(words, work), _good(words, work, shown), _honest(words, work, shown)]
    sections += [_gain(words, work, shown), _fails(words, work, shown), _labels(words, work)]
    if comparison is not None:
        told = compared.told(words, comparison)
        figures = {words["inspect.comparison.title"]: compared.columns(words, comparison)}
        sections.append(Section(words["inspect.comparison.title"], terms=_terms(words, told), tables=figures))
    title = words["inspect.take.report_title"]
    return document.report(title, sections, language=words.language, address=link)


def plain(text: str) -> str:
    """A sentence of the page without its Markdown.

    >>> plain(r"**a** \\*b")
    'a *b'
    """
    return _MARKS.sub("", text).replace("$", "").replace(r"\sum_k", "Σ")


def _read(words: Words, work: Work) -> Section:
    found = work.inspection
    lines = [sentences.understood(words, work), sentences.checked(words, work)]
    findings = [sentences.finding(words, work, one) for one in work.findings]
    lines += findings or ([] if found.sound else [words["inspect.take.none_found"]])
    plan = {
        words["inspect.take.file"]: [item.file for item in found.plan],
        words["inspect.take.column"]: [reading.name(words, item) for item in found.plan],
        words["inspect.take.role"]: [words[f"inspect.plan_roles.{item.role}"] for item in found.plan],
        words["inspect.take.reason"]: [plain(reading.reason(words, item)) for item in found.plan],
    }
    return Section(
        words["inspect.sections.read"],
        lines=[plain(line) for line in lines if line],
        tables={words["inspect.plan"]: plan},
    )


def _good(words: Words, work: Work, shown: View) -> Section:
    analysis, diagnosis = work.analysis, work.diagnosis
    assert analysis is not None
    terms = [
        (words[f"inspect.{name}"], value, plain(words[f"inspect.{name}_help"]))
        for name, value in sentences.metrics(analysis).items()
    ]
    terms += _terms(words, [] if diagnosis is None else judged.good(words, diagnosis))
    return Section(
        words["inspect.sections.good"],
        lines=[plain(sentences.half(words, analysis))],
        terms=terms,
        pictures=_pictures(shown, view.ROWS),
        tables=_tables(words, work, view.ROWS),
    )


def _honest(words: Words, work: Work, shown: View) -> Section:
    analysis, diagnosis = work.analysis, work.diagnosis
    assert analysis is not None
    told = [] if diagnosis is None else judged.honest(words, analysis, diagnosis, work.names)
    return Section(
        words["inspect.sections.honest"],
        terms=_terms(words, told),
        pictures=_pictures(shown, view.CALIBRATION),
        tables=_tables(words, work, view.CALIBRATION),
    )


def _gain(words: Words, work: Work, shown: View) -> Section:
    analysis, diagnosis = work.analysis, work.diagnosis
    assert analysis is not None
    lines = [sentences.calibration(words, analysis), judged.why_ece_rises(words, analysis, diagnosis)]
    told = [] if diagnosis is None else judged.recalibrated(words, analysis, diagnosis)
    return Section(
        words["inspect.sections.gain"],
        lines=[plain(line) for line in lines if line],
        terms=_terms(words, told),
        pictures=_pictures(shown, view.GAIN),
        tables=_tables(words, work, view.GAIN),
    )


def _fails(words: Words, work: Work, shown: View) -> Section:
    analysis, diagnosis = work.analysis, work.diagnosis
    assert analysis is not None
    boards = [view.CONFUSION] if diagnosis is None else [view.CONFUSION, view.RISK]
    made = [tables.classes(words, work, analysis)]
    made += [one for board in boards for one in tables.behind(words, work, board)]
    return Section(
        words["inspect.sections.fails"],
        terms=_terms(words, [] if diagnosis is None else judged.failing(words, diagnosis)),
        pictures=[picture for board in boards for picture in _pictures(shown, board)],
        tables={one.title: one.columns for one in made},
    )


def _labels(words: Words, work: Work) -> Section:
    analysis = work.analysis
    assert analysis is not None
    heads = {
        "row": "row",
        "label": "label",
        "predicted": "predicted",
        "confidence": "confidence",
        "loss": "row_loss",
    }
    among = analysis.suspects if analysis.suspects.any() else None
    listed = rows.columns(work, analysis, among)
    columns = {words[f"inspect.{head}"]: listed[name] for name, head in heads.items()}
    columns[words["inspect.confidence"]] = [f"{share:.1f}%" for share in listed["confidence"]]
    name = "rows_worst" if among is None else "rows_suspects"
    return Section(
        words["inspect.sections.labels"],
        lines=[plain(sentences.suspects(words, analysis))],
        tables={words[f"inspect.{name}"]: columns},
    )


def _terms(words: Words, told: Sequence[Told]) -> list[tuple[str, str, str]]:
    key = "inspect.diagnosis.told_readout"
    return [(one.name, plain(one.value), words.fill(key, means=one.means, act=one.act)) for one in told]


def _pictures(shown: View, board: str) -> list[Picture]:
    boards = [one for one in shown.boards if one.key == board]
    return [
        Picture(chart.title, chart.hint, chart.alt, chart.figure) for one in boards for chart in one.charts
    ]


def _tables(words: Words, work: Work, board: str) -> dict[str, dict[str, list[object]]]:
    return {one.title: one.columns for one in tables.behind(words, work, board)}
