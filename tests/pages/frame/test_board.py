"""What every page's charts have in common."""

import pytest

from ce_viz.live import live_charts
from ce_viz.pages.derivation.symbols import NUM_STEPS
from ce_viz.settings import table as params
from tests.pages.conftest import open_app

PAGES = [
    ("", {}),
    *(("derivation", {"step": str(step + 1)}) for step in range(NUM_STEPS)),
    *(
        ("why", {"part": part})
        for part in ("gradient", "surface", "race", "meaning", "smoothing", "temperature")
    ),
    *(("train", {"train_view": view}) for view in params.TRAIN_VIEWS),
]


@pytest.mark.parametrize(("page", "link"), PAGES, ids=str)
def test_presenters_can_cover_every_chart_and_links_carry_it(page, link, monkeypatch):
    drawn = []

    def spy(charts, **settings):
        drawn.extend(charts)
        return live_charts(charts, **settings)

    monkeypatch.setattr("ce_viz.pages.frame.board.live_charts", spy)
    open_app(page, **link, present="1")
    names = [chart.name for chart in drawn]
    assert names
    drawn.clear()
    app = open_app(page, **link, present="1", hide=",".join(dict.fromkeys(names)))
    assert not app.warning
    assert [chart.name for chart in drawn if not chart.hidden] == []
