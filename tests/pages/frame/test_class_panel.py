"""The teacher's panel as Python draws it: what it is told of a class, and the code by which students come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from ce_viz.pages.frame import class_panel
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings
from ce_viz.takeaway.qr import svg

ROOT = "https://lectures.example/softmax/"


@dataclass
class Panel:
    """The component, as its data and its word to Python."""

    session: Session
    drawn: list[tuple[str, str]]
    tell: Callable[[str, str], None] = lambda code, root: None

    def mount(self, code: str, *, qr: str, on_class: Callable[[str, str], None], **_: Any) -> None:
        self.drawn.append((code, qr))
        self.tell = on_class

    def draw(self, *, present: bool = True) -> list[tuple[str, str]]:
        """What is drawn, if it is."""
        self.drawn.clear()
        class_panel.draw(visit_of(Settings().changed(present=present)), self.session)
        return self.drawn


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Panel:
    panel = Panel(Session(), [])
    monkeypatch.setattr(class_panel, "teach", panel.mount)
    return panel


def test_it_stands_in_presenter_mode_without_a_code(panel: Panel) -> None:
    assert panel.draw() == [("", "")]
    assert panel.draw(present=False) == []


def test_once_a_class_is_open_its_address_is_drawn_wherever_its_teacher_goes(panel: Panel) -> None:
    panel.draw()
    panel.tell("K7QM3X", ROOT)
    expected = [("K7QM3X", svg(f"{ROOT}?class=K7QM3X"))]
    assert panel.draw() == expected
    assert panel.draw(present=False) == expected
    panel.tell("", ROOT)
    assert panel.draw() == [("", "")]
    assert panel.draw(present=False) == []


@pytest.mark.parametrize(
    ("code", "root"),
    [("k7qm3x", ROOT), ("K7QM3X0", ROOT), ("<b>", ROOT), ("K7QM3X", ROOT * 9), ("K7QM3X", "https://\ud800/")],
)
def test_what_no_browser_of_ours_tells_is_not_taken(panel: Panel, code: str, root: str) -> None:
    panel.draw()
    panel.tell(code, root)
    assert panel.draw() == [("", "")]
