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
