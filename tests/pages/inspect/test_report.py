"""The report: one page without a network that holds how files were read, the figures, charts, tables and findings."""

import re
from dataclasses import replace
from html import escape

import numpy as np
import pytest

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.compared import compare
from ce_viz.pages import road
from ce_viz.pages.inspect import judged, report, view
from ce_viz.pages.inspect.work import Work
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings
from ce_viz.strings import LANGUAGES, words
from ce_viz.strings.numbers import number

RNG = np.random.default_rng(71)
LABELS = RNG.integers(0, 3, 120)
LOGITS = RNG.normal(size=(120, 3)) * 2 + 2 * np.eye(3)[LABELS]
NAMES = ["cat", "<script>alert(1)</script>", "owl"]


def file(logits=LOGITS) -> tuple[str, bytes]:
    rows = [",".join([*map(repr, row), NAMES[k]]) for row, k in zip(logits.tolist(), LABELS, strict=True)]
    return "a<b>.csv", "\n".join([",".join([*NAMES, "label"]), *rows]).encode()


@pytest.fixture(scope="module")
def work():
    made = Work(inspect_files([file()]))
    made.diagnose()
    return made


def made(work: Work, language: str = "en", comparison=None) -> str:
    """The report without plotly.js itself."""
    visit = replace(visit_of(Settings().changed(lang=language), language), brought=work)
    page = report.page(words(language), work, road.show(view, visit), "http://x/inspect", comparison)
    return re.sub(r"<head>.*?</head>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_of_the_page_has_its_section(work, language):
    page = made(work, language)
    for name in ("read", "good", "honest", "gain", "fails", "labels"):
        assert f"<h2>{words(language)[f'inspect.sections.{name}']}</h2>" in page
    assert f"<html lang='{language}'>" in page


def test_it_asks_no_other_server_for_anything(work):
    assert not re.search(r"(?:src|href)=['\"]https?://(?!x/)", made(work))


def test_names_and_files_are_text(work):
    page = made(work)
    assert "<script>alert(1)</script>" not in page
    assert escape("<script>alert(1)</script>") in page
    assert escape("a<b>.csv") in page


def test_how_the_file_was_read_stands_there(work):
    page = made(work)
    assert "120 rows × 3 classes" in page
    for item in work.inspection.plan:
        assert f"<td>{escape(item.name)}</td>" in page
        assert f"<td>{words('en')[f'inspect.plan_roles.{item.role}']}</td>" in page


def test_every_chart_and_every_diagnostic_stands_there(work):
    page = made(work)
    visit = replace(visit_of(Settings(), "en"), brought=work)
    charts = [chart for board in road.show(view, visit).boards for chart in board.charts]
    assert len(charts) == 11
    for chart in charts:
        assert f"<figcaption>{escape(chart.title)}<" in page
        assert f"<summary>{escape(chart.title)}</summary>" in page
    for one in judged.failing(words("en"), work.diagnosis):
        assert escape(report.plain(one.value)) in page
    assert page.count("Plotly.newPlot(") == 11
    assert number(work.analysis.scores.loss.mean()) in page


def test_no_markdown_is_left(work):
    assert "**" not in made(work)
    assert ":material" not in made(work)


def test_findings_stand_there():
    found = Work(inspect_files([file(np.where(np.arange(120)[:, None] == 3, np.nan, LOGITS))]))
    found.diagnose()
    assert "NaN or infinite logits" in made(found)


def test_a_comparison_stands_there_too(work):
    other = inspect_files([file(LOGITS + RNG.normal(size=LOGITS.shape))])
    comparison = compare(work.table, other.table)
    page = made(work, comparison=comparison)
    assert "Two models on the same rows" in page
    assert f"<td>{number(comparison.second.loss)}</td>" in page
    assert "only the first right" in page
    assert "Two models on the same rows" not in made(work)


def test_of_what_is_forgotten_there_is_no_report(work):
    gone = Work(inspect_files([file()]))
    visit = replace(visit_of(Settings(), "en"), brought=gone)
    shown = road.show(view, visit)
    gone.forget()
    assert report.page(words("en"), gone, shown, "http://x") == ""
