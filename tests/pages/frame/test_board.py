"""What every page's charts have in common."""

from importlib import import_module

import pytest

from ce_viz.pages import road
from ce_viz.pages.derivation.settings import NUM_STEPS
from ce_viz.pages.numerics.settings import TOPICS
from ce_viz.pages.train.settings import VIEWS
from ce_viz.pages.visit import visit_of
from ce_viz.pages.why.settings import PARTS
from ce_viz.settings.value import Settings

PAGES = [
    ("explore", {}),
    *(("derivation", {"step": step + 1}) for step in range(NUM_STEPS)),
    *(("why", {"part": part}) for part in PARTS),
    *(("numerics", {"topic": topic}) for topic in TOPICS),
    *(("train", {"train_view": view}) for view in VIEWS),
]


@pytest.mark.parametrize(("page", "values"), PAGES, ids=str)
def test_presenters_can_cover_every_chart_and_links_carry_it(page, values):
    view = import_module(f"ce_viz.pages.{page}.view")
    settings = Settings().changed(**values, present=True)
    charts = [chart for board in road.show(view, visit_of(settings)).boards for chart in board.charts]
    names = [chart.name for chart in charts]
    assert names
    assert len(set(names)) == len(names)
    covered = visit_of(settings.changed(hide=tuple(names)))
    assert [
        chart.name for board in road.show(view, covered).boards for chart in board.charts if not chart.hidden
    ] == []
