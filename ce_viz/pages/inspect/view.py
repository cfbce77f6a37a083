"""What Your logits shows and what a hand does there: rows, calibration, trust, classes taken for each other, risk."""

from __future__ import annotations

from dataclasses import dataclass

from ce_viz.live import Board, Event, Pick, View
from ce_viz.live.route import Question
from ce_viz.pages.inspect import charts, figures
from ce_viz.pages.inspect.settings import CHARTS as CHARTS
from ce_viz.pages.inspect.work import Work, sample_work
from ce_viz.pages.visit import Visit
from ce_viz.settings.value import Settings

ROWS, CALIBRATION, GAIN, CONFUSION, RISK = (
    f"inspect_{name}_board" for name in ("rows", "calibration", "gain", "confusion", "risk")
)


def show(visit: Visit) -> View:
    """The boards of the visitor's own work or of the sample; none where no row can be used, or the file is gone."""
    if visit.settings["brought"] and visit.brought is None:
        return View(())
    work, words = work_of(visit), visit.words
    analysis = work.analysis
    if analysis is None:
        return View(())
    rows = charts.rows(words, analysis, work.names, visit.settings["reduction"])
    shown = figures.shown_classes(analysis)
    cell = confused(visit.settings, work)
    drawn = cell is not None and set(cell) <= set(shown)
    diagnosis = work.diagnosis
    trust = [] if diagnosis is None else charts.trust(words, analysis, diagnosis, work.names)
    boards = [
        Board(ROWS, tuple(rows), columns=3, height=190, coverable=False),
        Board(
            CALIBRATION,
            (charts.reliability(words, analysis), *trust),
            columns=4,
            height=220,
            coverable=False,
        ),
        Board(GAIN, tuple(charts.gain(words, analysis)), columns=2, height=220, coverable=False),
        Board(
            CONFUSION,
            (charts.confusion(words, analysis, work.names),),
            columns=1,
            height=360,
            coverable=False,
            picked=(shown.index(cell[0]), shown.index(cell[1])) if cell and drawn else None,
        ),
    ]
    if diagnosis is not None:
        boards.append(Board(RISK, (charts.risk(words, diagnosis),), columns=1, height=240, coverable=False))
    return View(tuple(boards))


def act(settings: Settings, event: Event) -> Settings:
    """A picked cell of the sample's confusion matrix becomes a setting."""
    return _picked(settings, event, _sample(settings))


def is_slow(_: Question) -> bool:
    """The first who asks for a sample waits for a classifier to be trained."""
    return True


@dataclass(frozen=True)
class OwnView:
    """The page for a visitor's own work, of which the settings alone know nothing."""

    work: Work

    @property
    def CHARTS(self) -> tuple[str, ...]:  # noqa: N802  (a module's constant)
        """None: a visitor's own charts are not covered."""
        return CHARTS

    def show(self, visit: Visit) -> View:
        """The boards of a visit that brings the work."""
        return show(visit)

    def act(self, settings: Settings, event: Event) -> Settings:
        """A picked cell of the work's confusion matrix becomes a setting."""
        return _picked(settings, event, self.work)

    def is_slow(self, question: Question) -> bool:
        """Not asked by the live route, which knows no visitor's work."""
        return is_slow(question)


def work_of(visit: Visit) -> Work:
    """What is shown: the visitor's own, or the sample of the settings."""
    work: Work = _sample(visit.settings) if visit.brought is None else visit.brought
    return work


def confused(settings: Settings, work: Work) -> tuple[int, int] | None:
    """Label and prediction of the picked cell, from 0; None where none is picked or the work has no such class."""
    cell: tuple[int, int] | None = settings["confused"]
    if cell is None or max(cell) > work.table.num_classes:
        return None
    return cell[0] - 1, cell[1] - 1


def _sample(settings: Settings) -> Work:
    return sample_work(settings["sample"], frozenset())


def _picked(settings: Settings, event: Event, work: Work) -> Settings:
    """The settings with the picked cell, which is drawn among the most confused classes, as class numbers from 1."""
    if not isinstance(event, Pick) or event.chart != "confusion" or work.analysis is None:
        return settings
    shown = figures.shown_classes(work.analysis)
    if max(event.i, event.j) >= len(shown):
        return settings
    return settings.changed(confused=(shown[event.i] + 1, shown[event.j] + 1))
