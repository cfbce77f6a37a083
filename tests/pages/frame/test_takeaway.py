"""What is offered to take away, on every page."""

import pytest

from ce_viz.core import Scenario
from ce_viz.takeaway.snippets import LIBRARIES, snippet
from tests.pages.conftest import open_app


@pytest.mark.parametrize("language", ["en", "zh"])
def test_dialog_holds_the_programs_of_the_current_settings(language):
    app = open_app(lang=language, logits="1,2,3,-inf", temperature="2")
    app.button(key="takeaway").click().run()
    assert not app.exception
    shown = {block.value.strip() for block in app.code}
    scenario = Scenario((1.0, 2.0, 3.0, float("-inf")), temperature=2.0)
    assert {snippet(library, scenario).strip() for library in LIBRARIES} <= shown


@pytest.mark.parametrize(
    ("page", "link", "names"),
    [
        ("derivation", {}, {"derivation"}),
        ("why", {"part": "gradient"}, {"gap_curves"}),
        ("why", {"part": "surface"}, {"loss_surfaces"}),
        ("why", {"part": "race"}, {"race"}),
        ("why", {"part": "smoothing"}, {"smoothing_curves"}),
        ("why", {"part": "temperature"}, {"temperature_sweep"}),
        ("numerics", {"topic": "errors"}, {"comparison", "gap_sweep"}),
        ("numerics", {"topic": "chain"}, {"comparison", "explicit_chain"}),
        ("numerics", {"topic": "clipping"}, {"comparison", "clipping_curves"}),
        ("", {}, set()),
    ],
)
def test_data_holds_what_the_page_shows_and_nothing_of_the_page_before(page, link, names):
    app = open_app(page, **link)
    assert set(app.session_state["session"].results) == names
    app.button(key="takeaway").click().run()
    assert not app.exception
