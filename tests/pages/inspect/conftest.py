"""Your logits under AppTest: there is no browser that would ask again for a result that takes a moment."""

import pytest

from ce_viz.pages.inspect import page_work


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    monkeypatch.setattr(page_work, "PATIENCE", 60.0)
    monkeypatch.setattr(page_work, "PATIENCE_LATER", 60.0)
